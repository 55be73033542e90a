"""Ctrl-C while a rehearsal runs, as the installed program takes it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.operation.small_move import write_small_move


def rehearsal(folder: Path, replications: int) -> "subprocess.Popen[str]":
    """A rehearsal in a process of its own, as the installed program runs it."""
    program = "import sys; from releve.cli import program; sys.exit(program())"
    arguments = ["rehearse", "move", "--replications", str(replications), "--threads", "2"]
    (folder / "tmp").mkdir()
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        env=os.environ | {"TMPDIR": str(folder / "tmp")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_ctrl_c_stops_at_once_and_keeps_what_was_finished(tmp_path: Path) -> None:
    write_small_move(tmp_path / "move", ends="2025-10-18")
    with rehearsal(tmp_path, 20_000) as process:
        sizes: set[int] = set()  # of what is written down; one may be seen half-way
        while process.poll() is None and len(sizes) < 4:
            time.sleep(0.02)
            sizes |= {path.stat().st_size for path in (tmp_path / "tmp").glob("*/intervals.bin")}
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert process.returncode == 130, err
    assert "of 20000 replications were finished and are kept" in err
    assert "Traceback" not in err
    assert "out/report.html" in out
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "intervals.parquet",
        "report.html",
        "results.parquet",
        "summary.json",
    ]
    assert list((tmp_path / "tmp").iterdir()) == []


def test_ctrl_c_before_anything_is_finished_writes_nothing(tmp_path: Path) -> None:
    write_small_move(tmp_path / "move")
    with rehearsal(tmp_path, 20_000) as process:
        while process.poll() is None and not list((tmp_path / "tmp").iterdir()):
            time.sleep(0.002)  # until it begins to play
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert list((tmp_path / "tmp").iterdir()) == []
