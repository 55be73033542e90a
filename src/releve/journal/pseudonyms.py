"""Who a contact comes from, told apart and not told: a keyed hash. The secret stays outside the journal."""

import hashlib
import os
import secrets
from pathlib import Path

from releve.base.errors import wrong

SECRET_BYTES = 32


class Pseudonyms:
    """The pseudonyms of one secret. Whoever has both the secret and a number can find its contacts; nobody else can."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def __repr__(self) -> str:
        return "Pseudonyms(...)"  # the secret is for no log

    @classmethod
    def from_file(cls, path: Path) -> "Pseudonyms":
        """With the secret of a file, which is made where there is none, for its owner alone.

        Raises InputError where the file holds something else, or others may read it.
        """
        try:
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with open(file, "w") as new:
                new.write(secrets.token_hex(SECRET_BYTES) + "\n")
                new.flush()
                os.fsync(new.fileno())
        if path.stat().st_mode & 0o077:
            raise wrong(
                "secret-open", oct(path.stat().st_mode & 0o777), "0o600", f"chmod 600 {path}", file=str(path)
            )
        text = path.read_text().strip()
        if len(text) != 2 * SECRET_BYTES or not set(text) <= set("0123456789abcdef"):
            found, allowed = f"{len(text)} characters", f"{2 * SECRET_BYTES} hexadecimal digits"
            raise wrong("bad-secret", found, allowed, "restore the file from its own backup", file=str(path))
        return cls(bytes.fromhex(text))

    @property
    def fingerprint(self) -> str:
        """Tells one secret from another, and nothing of it: 16 hexadecimal digits."""
        return hashlib.blake2b(b"fingerprint", key=self._secret, digest_size=8, person=b"releve").hexdigest()

    def of(self, key: str) -> str:
        """The pseudonym of a customer's key: 32 hexadecimal digits (BLAKE2b)."""
        return hashlib.blake2b(key.encode(), key=self._secret, digest_size=16).hexdigest()
