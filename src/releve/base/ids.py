"""Stable ids: a name's 64-bit hash is the same on every machine, in every process, for ever."""

import hashlib


def stable_hash(name: str) -> int:
    """The first 64 bits of BLAKE2b of a name: an int in [0, 2**64)."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big")
