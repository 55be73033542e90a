"""The spool: this node's batches on its own disk while the store is gone."""

from io import BytesIO
from pathlib import Path

from releve.base.errors import JournalError
from releve.journal.batch import Batch, from_text, to_text
from releve.journal.entries import Fact
from releve.journal.frames import Held, framed, whole


class Spool:
    """The batches that still have to come home, in order, and the facts they hold."""

    def __init__(self, path: Path) -> None:
        """Open it. What a crash left half written after the last whole batch was never acknowledged."""
        self._file = Held(path)
        self.batches: list[Batch] = []
        self.facts: dict[bytes, Fact] = {}
        payloads, self._end = whole(self._file.read())
        for payload in payloads:
            batch = from_text(BytesIO(payload))
            if batch is None:
                raise JournalError(f"{path} is no spool; give it a name of its own")
            self._hold(batch)

    def append(self, batch: Batch) -> None:
        """Put it on disk. Raises JournalError when that fails; the same batch may be tried again."""
        frame = framed(to_text(batch))
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
