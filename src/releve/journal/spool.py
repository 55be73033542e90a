"""The spool: this node's batches on its own disk while the store is gone."""

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from releve.base.errors import JournalError
from releve.journal.batch import Batch, from_text, to_text
from releve.journal.entries import Fact
from releve.journal.frames import Held, framed

MARK = b"releve spool 1\n"  # how the file begins: its format


class Spool:
    """The batches that still have to come home, numbered from 0. They are read from the file when asked for."""

    def __init__(self, path: Path) -> None:
        """Open it. What a crash left half written after the last whole batch was never acknowledged."""
        self._file = Held(path)
        self._ends = [0]  # where the file ends after each batch; before the first it is empty
        self._holder: dict[bytes, int] = {}  # id of a fact -> the batch that holds it
        try:
            self._recover()
        except BaseException:
            self._file.close()
            raise

    def _recover(self) -> None:
        if not MARK.startswith(self._file.read(0, len(MARK)).rstrip(b"\0")):
            raise JournalError(f"{self._file.path} is no spool; give the spool a name of its own")
        end = len(MARK)
        for payload in self._file.frames(end):
            end += len(framed(payload))
            self._hold(_batch(payload), end)

    def __len__(self) -> int:
        return len(self._ends) - 1

    def batch(self, number: int) -> Batch:
        """A batch as it was given."""
        return _batch(next(self._file.frames(max(self._ends[number], len(MARK)))))

    def known(self, ids: Iterable[bytes]) -> dict[bytes, Fact]:
        """The facts of these ids that it holds."""
        held = {id_: self._holder[id_] for id_ in ids if id_ in self._holder}
        facts = {number: self.batch(number).facts() for number in set(held.values())}
        return {id_: facts[number][id_] for id_, number in held.items()}

    def append(self, batch: Batch) -> None:
        """Put it on disk. Raises JournalError when that fails; the same batch may be tried again."""
        end = self._ends[-1]
        data = (b"" if end else MARK) + framed(to_text(batch))
        self._file.cut(end)
        self._file.write(data, end)
        self._file.sync()
        self._hold(batch, end + len(data))

    def clear(self) -> None:
        """Forget the batches: all of them are in the store."""
        self._file.cut(0)
        self._file.sync()
        self._ends = [0]
        self._holder.clear()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _hold(self, batch: Batch, end: int) -> None:
        self._holder |= dict.fromkeys(batch.facts(), len(self))
        self._ends.append(end)


def _batch(payload: bytes) -> Batch:
    return from_text(BytesIO(payload))
