"""Who plays the replications: threads here, or the workers of a cluster (`cluster`). What they do is one `Part`.

A replication is a pure function of its number, so it does not matter who plays it, nor in which order they come back.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from releve.rehearsal.play import Stand, play
from releve.rehearsal.results import Packed, open_cells, pack


@dataclass(frozen=True)
class Players:
    """A company that plays; what is not finished when its `with` block ends is given up."""

    play: Callable[[int], Future[Packed]]  # begin a replication, by its number
    ahead: Callable[[], int]  # replications to keep begun, so that nobody waits for the next


class Part:
    """Plays replications on a stand, in a house for each thread; it may be sent to another process."""

    def __init__(self, stand: Stand, seed: int) -> None:
        self.stand, self.seed = stand, seed
        self.cells = open_cells(stand.stage)
        self._local = threading.local()

    def __reduce__(self) -> tuple[type["Part"], tuple[Stand, int]]:
        return Part, (self.stand, self.seed)  # houses stay where they are

    def __call__(self, replication: int) -> Packed:
        house = getattr(self._local, "house", None) or self.stand.stage.house()
        self._local.house, played = play(self.stand, self.seed, replication, house)
        return pack(self.cells, played)


@contextmanager
def on_threads(part: Part, threads: int) -> Iterator[Players]:
    """Threads of this process, one replication each and one in hand."""
    pool = ThreadPoolExecutor(threads)
    try:
        yield Players(lambda replication: pool.submit(part, replication), lambda: threads + 1)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
