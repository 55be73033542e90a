"""Arguments and options that several commands share."""

import os
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from releve.base.errors import wrong

THREADS_MOST = 1_024
Move = Annotated[
    str, Parameter(help="The move's folder; MOVE@a,b applies scenarios of the move to it, in order.")
]
Scenarios = Annotated[
    tuple[str, ...],
    Parameter(name="--scenario", negative=(), help="Scenarios to apply, by name: a,b. May be repeated."),
]
Json = Annotated[
    bool,
    Parameter(
        name="--json", negative=(), help="Print one JSON document and nothing else on standard output."
    ),
]
Strict = Annotated[bool, Parameter(name="--strict", negative=(), help="Exit with 1 when the answer is no.")]


def split(scenarios: tuple[str, ...]) -> tuple[str, ...]:
    """Scenario names, each once, in order: ("a,b", "c") -> a, b, c."""
    names = (name.strip() for written in scenarios for name in written.split(","))
    return tuple(dict.fromkeys(name for name in names if name))


def refuse_seed(seed: int) -> None:
    """Raise InputError for a seed that nothing can be drawn with."""
    if not 0 <= seed < 2**63:
        raise wrong("bad-seed", seed, "a whole number, at least 0")


def refuse_threads(threads: int | None) -> None:
    """Raise InputError for a number of threads that no machine has."""
    if threads is not None and not 1 <= threads <= THREADS_MOST:
        allowed = f"at least 1, at most {THREADS_MOST:,}"
        raise wrong("bad-threads", threads, allowed, "leave it out: all cores are used")


def refuse_folder(out: Path) -> None:
    """Raise InputError where a folder for results cannot be written."""
    near = next(path for path in (out, *out.absolute().parents) if path.exists())
    if not near.is_dir() or not os.access(near, os.W_OK):
        raise wrong("cannot-write", f"'{out}'", "a folder that can be written", "choose another: --out DIR")
