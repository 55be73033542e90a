"""The journal for an asyncio server: what comes while a commit is under way goes into the next one together."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import NamedTuple, TypeVar

from releve.base.errors import JournalError
from releve.journal.entries import Decision, Entry, check
from releve.journal.journal import Durable, Journal

T = TypeVar("T")

MOST = 512  # J: entries of one commit; more would make the first of them wait
MOST_WAITING = 20_000  # J: entries in line, about three seconds' work; who comes then is refused
RETRY_S = 1.0  # J: between two tries to bring the spool home


class _Asked(NamedTuple):
    entries: tuple[Entry, ...]
    durable: "asyncio.Future[Durable]"


class Writer:
    """Appends from many tasks at once: `async with Writer(journal) as writer`. The journal is its own meanwhile."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self._line: deque[_Asked] = deque()
        self._waiting = 0  # entries in line
        self._more = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, "journal")
        self._closing = False

    async def __aenter__(self) -> "Writer":
        self._committing = asyncio.create_task(self._commit_groups())
        self._merging = asyncio.create_task(self._bring_home())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Commit what is in line, and stop."""
        self._closing = True
        self._more.set()
        self._merging.cancel()
        await asyncio.gather(self._committing, self._merging, return_exceptions=True)
        self._thread.shutdown()

    async def append(self, *entries: Entry) -> Durable:
        """As `Journal.append`: all of these in one commit, perhaps with others'. Raises JournalError too when busy."""
        check(entries)  # here, so that one who errs does not spoil the commit of others
        if self._closing or self._waiting + len(entries) > MOST_WAITING:
            why = "is closing" if self._closing else f"has {self._waiting} entries in line already"
            raise JournalError(f"the journal {why}; nothing was recorded; ask again")
        asked = _Asked(entries, asyncio.get_running_loop().create_future())
        self._line.append(asked)
        self._waiting += len(entries)
        self._more.set()
        return await asked.durable

    async def decisions(self, contacts: Sequence[str]) -> dict[str, Decision]:
        """As `Journal.decisions`."""
        return await self._in_thread(lambda: self.journal.decisions(contacts))

    async def _commit_groups(self) -> None:
        while not self._closing or self._line:
            await self._more.wait()
            self._more.clear()
            while self._line:
                await self._commit(self._next_group())

    def _next_group(self) -> list[_Asked]:
        group = [self._line.popleft()]
        count = len(group[0].entries)
        while self._line and count + len(self._line[0].entries) <= MOST:
            group.append(self._line.popleft())
            count += len(group[-1].entries)
        self._waiting -= count
        return group

    async def _commit(self, group: list[_Asked]) -> None:
        entries = [entry for asked in group for entry in asked.entries]
        try:
            durable = await self._in_thread(lambda: self.journal.append(entries))
        except Exception as error:
            for asked in group:
                if not asked.durable.done():
                    asked.durable.set_exception(error)
            return
        answers = iter(durable.answers)
        for asked in group:
            own = tuple(next(answers) for _ in asked.entries)
            if not asked.durable.done():  # who asked may have given up
                asked.durable.set_result(durable._replace(answers=own))

    async def _bring_home(self) -> None:
        """While the store is gone, try again and again; new entries are spooled in between."""
        while True:
            await asyncio.sleep(RETRY_S)
            if self.journal.trouble is None or not await asyncio.to_thread(self.journal.store.answers):
                continue
            try:
                while not await self._in_thread(self.journal.merge):
                    pass
            except JournalError as error:
                self.journal.trouble = error

    async def _in_thread(self, act: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, act)
