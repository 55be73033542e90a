"""The spool: this node's batches on its own disk while the store is gone."""

from io import BytesIO
from pathlib import Path

from releve.base.errors import JournalError
from releve.journal.batch import Batch, from_text, to_text
from releve.journal.entries import Fact
from releve.journal.frames import Held, framed, whole

MARK = b"releve spool 1\n"  # how the file begins: its format


class Spool:
    """The batches that still have to come home, in order, and the facts they hold."""

    def __init__(self, path: Path) -> None:
        """Open it. What a crash left half written after the last whole batch was never acknowledged."""
        self._file = Held(path)
        self.batches: list[Batch] = []
        self.facts: dict[bytes, Fact] = {}
        data = self._file.read()
        if not MARK.startswith(data[: len(MARK)].rstrip(b"\0")):
            self._file.close()
            raise JournalError(f"{path} is no spool; give the spool a name of its own")
        payloads, end = whole(data[len(MARK) :])
        self._end = len(MARK) + end if payloads else 0
        for payload in payloads:
            self._hold(from_text(BytesIO(payload)))

    def append(self, batch: Batch) -> None:
        """Put it on disk. Raises JournalError when that fails; the same batch may be tried again."""
        frame = (b"" if self._end else MARK) + framed(to_text(batch))
        self._file.cut(self._end)
        self._file.write(frame, self._end)
        self._file.sync()
        self._end += len(frame)
        self._hold(batch)

    def clear(self) -> None:
        """Forget the batches: all of them are in the store."""
        self._file.cut(0)
        self._file.sync()
        self._end = 0
        self.batches.clear()
        self.facts.clear()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _hold(self, batch: Batch) -> None:
        self.batches.append(batch)
        self.facts |= batch.facts()
