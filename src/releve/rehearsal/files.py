"""The files of a rehearsal and of a simulation: written beside and renamed, so that nothing is ever half-written."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from releve.rehearsal.columns import FORMAT
from releve.rehearsal.rehearse import Rehearsed
from releve.rehearsal.simulate import Simulated


def write(rehearsed: Rehearsed, folder: Path) -> tuple[Path, ...]:
    """Write results.parquet, intervals.parquet and summary.json; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    metadata = {"releve.format": FORMAT}
    return (
        renamed(folder / "results.parquet", lambda p: rehearsed.results.write(p, metadata)),
        renamed(
            folder / "intervals.parquet", lambda p: rehearsed.intervals.write_parquet(p, metadata=metadata)
        ),
        renamed(folder / "summary.json", lambda p: p.write_bytes(_json(rehearsed.summary))),
    )


def write_simulation(simulated: Simulated, folder: Path) -> tuple[Path, ...]:
    """Write simulation.parquet and simulation.json; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    metadata = {"releve.format": FORMAT}
    return (
        renamed(folder / "simulation.parquet", lambda p: simulated.table.write_parquet(p, metadata=metadata)),
        renamed(folder / "simulation.json", lambda p: p.write_bytes(_json(simulated.summary))),
    )


def _json(content: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n"


def renamed(path: Path, put: Callable[[Path], object]) -> Path:
    """Put a file beside its place and rename it, so that it is there whole or not at all; returns the path."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        put(beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return path
