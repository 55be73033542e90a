"""The witness: a small file beside the journal that knows how far it went, so that a cut tail is seen.

It is written after each commit and never before: it can be behind the journal, and where it is ahead the journal has
lost something. It is better kept on another disk than the journal's own. It has two places that are written in turn, so
that one is whole whenever a crash comes.
"""

from pathlib import Path

from msgspec import DecodeError, Struct, json

from releve.base.errors import JournalError
from releve.journal.batch import Head
from releve.journal.frames import Held, framed, whole

SLOT = 1 << 20  # bytes for each of the two places; what is not written takes none on disk


class _Seen(Struct, frozen=True):
    turn: int  # rises with each writing
    heads: dict[str, tuple[int, str]]  # node -> sequence and hash, hex


class Witness:
    """The heads of the chains that this node has written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = Held(path)
        data = self._file.read()
        payloads = [payload for slot in (0, SLOT) for payload in whole(data[slot : slot + SLOT])[:1]]
        try:
            seen = [json.decode(payload, type=_Seen) for payload in payloads]
        except DecodeError as error:
            raise JournalError(f"{path} is no witness file: {error}; give it a name of its own") from error
        last = max(seen, key=lambda each: each.turn, default=_Seen(0, {}))
        self._turn = last.turn
        self.heads = {node: Head(number, bytes.fromhex(text)) for node, (number, text) in last.heads.items()}

    def saw(self, node: str, head: Head) -> None:
        """Remember a head. Not forced to disk: the commit before it was."""
        self.heads[node] = head
        self._turn += 1
        heads = {name: (each.sequence, each.hash.hex()) for name, each in self.heads.items()}
        self._file.write(framed(json.encode(_Seen(self._turn, heads))), self._turn % 2 * SLOT)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
