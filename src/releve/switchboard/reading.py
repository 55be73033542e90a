"""A move read for the switchboard, in another process: contacts do not wait, and what reading takes is given back."""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from releve.operation.history import FILE as HISTORY
from releve.operation.loading import load
from releve.operation.move import Move
from releve.operation.scenario import split_reference
from releve.operation.shape import CSV_FILES, TOML_FILES


class Written(NamedTuple):
    """A move as it is written."""

    move: Move
    digest: str  # SHA-256 of its files and of the scenarios applied, hex


def read_apart(reference: str, scenarios: Sequence[str] = ()) -> Written:
    """The move of a reference; see `operation.loading.load`. Raises InputError with everything that is wrong."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
        return apart.submit(read, reference, tuple(scenarios)).result()


def read(reference: str, scenarios: Sequence[str] = ()) -> Written:
    """The same, in this process."""
    move = load(reference, scenarios)
    return Written(move, _digest(reference, move.scenarios))


def _digest(reference: str, scenarios: Sequence[str]) -> str:
    folder = Path(split_reference(reference)[0])
    whole = hashlib.sha256(" ".join(scenarios).encode())
    for name in sorted({HISTORY, *TOML_FILES, *CSV_FILES}):
        path = folder / name
        data = path.read_bytes() if path.exists() else b""
        whole.update(f"\n{name} {len(data)}\n".encode() + data)
    return whole.hexdigest()
