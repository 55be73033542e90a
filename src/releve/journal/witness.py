"""The witness: a small file beside the journal that knows how far it went, so that a cut tail is seen.

It is written after each commit and never before: it can be behind the journal, and where it is ahead the journal has
lost something. It is better kept on another disk than the journal's own. It has two places that are written in turn, so
that one is whole whenever a crash comes.
"""

from itertools import islice
from pathlib import Path

from msgspec import DecodeError, Struct, json

from releve.base.errors import JournalError
from releve.journal.batch import Head
from releve.journal.frames import TOP, Framed, Held, framed

SLOTS = (0, 1 << 20)  # where the two places begin; what is not written between them takes no room on disk


class _Seen(Struct, frozen=True):
    turn: int  # rises with each writing
    heads: dict[str, tuple[int, str]]  # node -> sequence and hash, hex


class Witness:
    """The heads of the chains that this node has written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = Held(path)
        try:
            last = _last(self._file)
        except BaseException:
            self._file.close()
            raise
        self._turn = last.turn
        self.heads = _heads(last)

    def saw(self, node: str, head: Head) -> None:
        """Remember a head. Not forced to disk: the commit before it was."""
        self.heads[node] = head
        self._turn += 1
        heads = {name: (each.sequence, each.hash.hex()) for name, each in self.heads.items()}
        self._file.write(framed(json.encode(_Seen(self._turn, heads))), SLOTS[self._turn % 2])

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def heads_of(path: Path) -> dict[str, Head]:
    """The heads that a witness file knows, by node; its own process may be writing it meanwhile."""
    file = Framed(path)
    try:
        return _heads(_last(file))
    finally:
        file.close()


def _last(file: Framed) -> _Seen:
    """What was written last; nothing in a file that is empty."""
    payloads = [payload for slot in SLOTS for payload in islice(file.frames(slot), 1)]
    try:
        seen = [json.decode(payload, type=_Seen) for payload in payloads]
    except DecodeError as error:
        raise JournalError(f"{file.path} is no witness file: {error}; give it a name of its own") from error
    if not seen and any(file.read(slot, TOP.size).strip(b"\0") for slot in SLOTS):
        raise JournalError(
            f"{file.path} is damaged or no witness file; to go on without it, move it away: "
            "the journal will say that it had none"
        )
    return max(seen, key=lambda each: each.turn, default=_Seen(0, {}))


def _heads(seen: _Seen) -> dict[str, Head]:
    return {node: Head(number, bytes.fromhex(text)) for node, (number, text) in seen.heads.items()}
