"""The files of a rehearsal: written beside and renamed, so that nothing is ever half-written."""

import os
from collections.abc import Callable
from pathlib import Path

import msgspec

from releve.rehearsal.columns import FORMAT
from releve.rehearsal.rehearse import Rehearsed


def write(rehearsed: Rehearsed, folder: Path) -> tuple[Path, ...]:
    """Write results.parquet, intervals.parquet and summary.json; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    metadata = {"releve.format": FORMAT}
    text = msgspec.json.format(msgspec.json.encode(rehearsed.summary), indent=1)
    return (
        _renamed(folder / "results.parquet", lambda p: rehearsed.results.write_parquet(p, metadata=metadata)),
        _renamed(
            folder / "intervals.parquet", lambda p: rehearsed.intervals.write_parquet(p, metadata=metadata)
        ),
        _renamed(folder / "summary.json", lambda p: p.write_bytes(text + b"\n")),
    )


def _renamed(path: Path, put: Callable[[Path], object]) -> Path:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        put(beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return path
