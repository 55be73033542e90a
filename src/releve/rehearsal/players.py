"""Who plays what is to be played: threads here, or the workers of a cluster (`cluster`); and the loop they keep busy.

A task, in a rehearsal a replication's number, is all that decides what is played, so it does not matter who plays it,
nor in which order they come back.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from releve.engine.ready import make_ready
from releve.rehearsal.play import Stand, play
from releve.rehearsal.results import Packed, open_cells, pack

LOOK_S = 5.0  # how often it is looked whether the players are still there
Task = TypeVar("Task")
Left = TypeVar("Left")


@dataclass(frozen=True)
class Players(Generic[Task, Left]):
    """A company that plays; what is not finished when its `with` block ends is given up."""

    play: Callable[[Task], Future[Left]]  # begin a task
    ahead: Callable[[], int]  # tasks to keep begun, so that nobody waits for the next


def finished(
    players: Players[Task, Left], tasks: Iterable[Task], held: Callable[[], int] = lambda: 0
) -> Iterator[Left]:
    """What is left of the tasks, as they come back; a few are begun at a time, fewer by what the caller still holds."""
    todo = iter(tasks)
    running: set[Future[Left]] = set()
    while True:
        ahead = max(players.ahead() - held(), 1)
        while len(running) < ahead and (task := next(todo, None)) is not None:
            running.add(players.play(task))
        if not running:
            return
        done, running = wait(running, LOOK_S, FIRST_COMPLETED)
        while done:
            yield done.pop().result()


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
def on_threads(part: Callable[[Task], Left], threads: int) -> Iterator[Players[Task, Left]]:
    """Threads of this process, one task each and one in hand."""
    make_ready()
    pool = ThreadPoolExecutor(threads)
    try:
        yield Players(lambda task: pool.submit(part, task), lambda: threads + 1)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
