"""How the engine compiles: without the interpreter's lock, and cached under a hash of all that is compiled.

Numba looks only at a cached function's own file, so a change in a helper elsewhere would run the old code. The cache
folder therefore carries a hash of every source that the kernel is made of.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
from numba import config
from numba.extending import register_jitable

from releve import base, engine, routing


def _sources() -> list[Path]:
    rooms = [Path(room.__path__[0]) for room in (base, routing, engine)]
    return sorted(path for room in rooms for path in room.glob("*.py"))


def _cache_folder() -> Path:
    told = hashlib.blake2b(digest_size=8)
    told.update(f"{numba.__version__}".encode())
    for path in _sources():
        told.update(path.read_bytes())
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return home / "releve" / told.hexdigest()


config.CACHE_DIR = os.environ.get("NUMBA_CACHE_DIR") or str(_cache_folder())


def compiled(function: Callable[..., Any]) -> Any:
    """Compile a kernel function: cached, without the lock, IEEE division, no fast-math."""
    return numba.njit(cache=True, nogil=True, error_model="numpy", _nrt=False)(function)


def callable_from_kernel(function: Callable[..., Any]) -> None:
    """Let compiled code call a plain function of a lower room as it stands."""
    register_jitable(function)
