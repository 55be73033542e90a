"""How the process hands large arrays back to the system."""

import ctypes

M_MMAP_THRESHOLD = -3  # of malloc.h
LARGE_BYTES = 256 * 1024


def return_large_arrays() -> None:
    """Let every array over 256 KiB have pages of its own, which go back to the system with it.

    GNU's malloc raises that limit by itself as arrays are freed, and then keeps what several threads have freed.
    Where the C library has no such switch nothing is done.
    """
    try:
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
    except (AttributeError, OSError, TypeError):
        return
