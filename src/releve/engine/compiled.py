"""How the engine compiles: one entry, without the interpreter's lock, cached under a hash of all that it is made of.

Numba looks only at a cached function's own file, so a change in a helper elsewhere would run the old code. The cache
folder therefore carries a hash of every source that the kernel is made of.
"""

import hashlib
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numba
from numba import config
from numba.extending import register_jitable

from releve import base, engine, routing


def cache_folder(rooms: Iterable[Path]) -> Path:
    """Where the code compiled from the modules of these folders is kept: another place for any other source."""
    told = hashlib.blake2b(f"{numba.__version__}".encode(), digest_size=8)
    for path in sorted(path for room in rooms for path in room.glob("*.py")):
        told.update(path.read_bytes())
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("NUMBA_CACHE_DIR") or home / "releve") / told.hexdigest()


_folder = cache_folder(Path(room.__path__[0]) for room in (base, routing, engine))
config.CACHE_DIR = str(_folder)  # type: ignore[attr-defined]


def is_cached(name: str) -> bool:
    """Whether an entry of this name is compiled already by this Python, or need not be."""
    python = f"py{sys.version_info.major}{sys.version_info.minor}"
    return bool(config.DISABLE_JIT) or any(_folder.rglob(f"*.{name}-*.{python}*.nbi"))  # type: ignore[attr-defined]


def entry(function: Callable[..., Any]) -> Any:
    """Compile a function that Python calls: cached, without the lock, IEEE division, no fast-math."""
    return numba.njit(cache=True, nogil=True, error_model="numpy")(function)


def compiled(function: Callable[..., Any]) -> Any:
    """Let compiled code call a plain function as it stands; Python runs the same function uncompiled.

    It is put into its caller by force: only there can the compiler see that the arrays of a `House` have no owner
    whose references must be counted, and that is the greatest cost of all.
    """
    return register_jitable(error_model="numpy", forceinline=True)(function)
