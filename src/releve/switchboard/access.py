"""Who may ask for what: tokens, roles as a table, and how fast each token may ask.

A token is 256 random bits. Its file keeps the SHA-256 alone, so who reads the file cannot ask.
"""

import hashlib
import os
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeAlias

from msgspec import MsgspecError, Struct, json

from releve.base.errors import InputError, wrong
from releve.operation.shape import did_you_mean, listed

Role: TypeAlias = Literal["edge", "viewer", "operator", "manager", "auditor"]
Act: TypeAlias = Literal["contacts", "decisions", "table", "state", "orders", "reload", "journal"]

ACTS: Mapping[Act, str] = {
    "contacts": "send contacts and report what came of them",
    "decisions": "read what was decided for a contact",
    "table": "read what edges are told",
    "state": "read the state and the metrics",
    "orders": "order what the waves do",
    "reload": "put a changed move in force",
    "journal": "read the journal",
}
ROLES: Mapping[Role, frozenset[Act]] = {
    "edge": frozenset({"contacts", "decisions", "table"}),
    "viewer": frozenset({"table", "state"}),
    "operator": frozenset({"decisions", "table", "state", "orders"}),
    "manager": frozenset({"decisions", "table", "state", "orders", "reload"}),
    "auditor": frozenset({"decisions", "table", "state", "journal"}),
}
RATES: Mapping[Role, float] = {  # J: requests a second, ten seconds of them at once
    "edge": 10_000.0,
    "viewer": 50.0,
    "operator": 50.0,
    "manager": 50.0,
    "auditor": 50.0,
}
BURST_S = 2.0  # J: what was not asked for so long may be asked at once
PREFIX = "releve_"  # so that whoever finds one knows what it opens
TOKEN_BYTES = 32
NAME_MOST = 60
NAME_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-")


class Token(Struct, frozen=True, forbid_unknown_fields=True):
    """What is kept of a token."""

    name: str  # of the person or service; it stands in the journal as who asked
    role: Role
    sha256: str  # hex
    made: datetime


NOBODY = Token("", "viewer", "", datetime.min)  # who asks where everybody may


class _Kept(Struct, frozen=True, forbid_unknown_fields=True):
    format: Literal[1]
    tokens: tuple[Token, ...]


class Tokens:
    """The tokens of a file; none where there is no file."""

    def __init__(self, path: Path) -> None:
        """Raises InputError where the file is not one of tokens, or others may read it."""
        self.path = path
        self._seen = (0, 0)
        self._by_hash: dict[str, Token] = {}
        self.refresh()

    def refresh(self) -> None:
        """Read the file again if another process has changed it. Raises InputError, and keeps what it knew."""
        if not self.path.exists():
            self._seen, self._by_hash = (0, 0), {}
            return
        stat = self.path.stat()
        seen = (stat.st_mtime_ns, stat.st_ino)
        if seen == self._seen:
            return
        name = str(self.path)
        if stat.st_mode & 0o077:
            raise wrong("secret-open", oct(stat.st_mode & 0o777), "0o600", f"chmod 600 {name}", file=name)
        try:
            kept = json.decode(self.path.read_bytes(), type=_Kept)
        except MsgspecError as error:
            mend = "restore it, or move it away and add new tokens"
            raise wrong("bad-tokens", error, "what `releve token` writes", mend, file=name) from error
        self._by_hash = {token.sha256: token for token in kept.tokens}
        self._seen = seen

    def all(self) -> list[Token]:
        """Every token, by name."""
        return sorted(self._by_hash.values(), key=lambda token: token.name)

    def of(self, text: str) -> Token | None:
        """Whose token this is; one that was just added is known too."""
        digest = _hash(text)
        if digest not in self._by_hash:
            with suppress(InputError):  # who looks after the file is told; who asks has an unknown token
                self.refresh()
        return self._by_hash.get(digest)

    def add(self, name: str, role: Role, now: datetime) -> str:
        """Make a token and keep its hash; its text, which nobody can tell again. Raises InputError."""
        if not 0 < len(name) <= NAME_MOST or not set(name) <= NAME_SIGNS:
            allowed = f"a to z, 0 to 9, '.' and '-', at most {NAME_MOST} characters"
            raise wrong("bad-name", repr(name), allowed)
        if name in self._names():
            mend = f"revoke that one first: releve token revoke {name}"
            raise wrong("token-exists", repr(name), "a name that has no token", mend)
        text = PREFIX + secrets.token_hex(TOKEN_BYTES)
        self._write([*self.all(), Token(name, role, _hash(text), now)])
        return text

    def revoke(self, name: str) -> None:
        """Forget a token. Raises InputError when nobody has that name."""
        if name not in self._names():
            raise wrong("unknown-token", repr(name), listed(self._names()), did_you_mean(name, self._names()))
        self._write([token for token in self.all() if token.name != name])

    def _names(self) -> list[str]:
        return [token.name for token in self.all()]

    def _write(self, tokens: Sequence[Token]) -> None:
        part = self.path.with_name(f".{self.path.name}.part")
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(json.format(json.encode(_Kept(1, tuple(tokens))), indent=1) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.path)
        self.refresh()


def may(token: Token, act: Act) -> bool:
    """Whether its role may do this."""
    return act in ROLES[token.role]


class Pace:
    """How fast each token may ask: a bucket that fills at the rate of its role and is emptied by requests."""

    def __init__(self, rates: Mapping[Role, float] = RATES) -> None:
        self._rates = rates
        self._left: dict[str, tuple[float, float]] = {}  # hash of a token -> requests left, and when

    def wait_s(self, token: Token, now: float) -> float:
        """Seconds until it may ask again; 0: it may now, and this is counted. now: any clock's seconds."""
        rate = self._rates[token.role]
        left, since = self._left.get(token.sha256, (rate * BURST_S, now))
        left = min(rate * BURST_S, left + (now - since) * rate)
        allowed = left >= 1.0
        self._left[token.sha256] = (left - 1.0 if allowed else left, now)
        return 0.0 if allowed else (1.0 - left) / rate


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
