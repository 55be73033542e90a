"""The journal for an asyncio server: what comes while a commit is under way goes into the next one together."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice, takewhile
from types import TracebackType
from typing import NamedTuple, TypeVar

from releve.base.errors import InputError, JournalError
from releve.journal.entries import Decision, Entry, is_fact
from releve.journal.journal import Durable, Journal

T = TypeVar("T")

MOST = 512  # J: entries of one commit; more would make the first of them wait
AT_ONCE = 8  # J: commits before somebody else has the thread
MOST_WAITING = 20_000  # J: entries in line or under way, about three seconds' work; who comes then is refused
RETRY_S = 1.0  # J: between two tries to bring the spool home


class _Asked(NamedTuple):
    entries: tuple[Entry, ...]
    control: bool  # all of the control stream: they come before contacts, in their order
    durable: "asyncio.Future[Durable]"


class Writer:
    """Appends from many tasks at once: `async with Writer(journal) as writer`. The journal is its own meanwhile."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self._line: deque[_Asked] = deque()
        self._waiting = 0  # entries in line or under way
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
        """As `Journal.append`: all of these in one commit, perhaps with others'. Raises JournalError too when busy.

        What is said of waves is never too much, and comes next: an abort waits for no contacts.
        """
        control = not any(map(is_fact, entries))
        if self._closing or (not control and self._waiting + len(entries) > MOST_WAITING):
            why = "is closing" if self._closing else f"has {self._waiting} entries in line already"
            raise JournalError(f"the journal {why}; nothing was recorded; ask again")
        asked = _Asked(entries, control, asyncio.get_running_loop().create_future())
        urgent = sum(1 for _ in takewhile(lambda each: each.control, self._line))
        self._line.insert(urgent if control else len(self._line), asked)
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
                await self._in_thread(partial(self._commit_some, asyncio.get_running_loop()))

    def _commit_some(self, loop: asyncio.AbstractEventLoop) -> None:
        """Commit what is in line, group after group, in the journal's thread.

        The next one begins before the loop has told the last one's word: to wait for a busy loop takes as long as a
        commit. After some, others who wait for this thread have their turn.
        """
        for _ in range(AT_ONCE):
            if not self._line:
                return
            self._commit(self._next_group(), loop)

    def _next_group(self) -> list[_Asked]:
        group = [self._line.popleft()]
        count = len(group[0].entries)
        while self._line and count + len(self._line[0].entries) <= MOST:
            group.append(self._line.popleft())
            count += len(group[-1].entries)
        return group

    def _commit(self, group: list[_Asked], loop: asyncio.AbstractEventLoop) -> None:
        entries = [entry for asked in group for entry in asked.entries]
        word: Durable | Exception
        try:
            word = self.journal.append(entries)
        except InputError as error:
            if len(group) > 1:  # one who errs does not spoil the commit of others: nothing was written
                for asked in group:
                    self._commit([asked], loop)
                return
            word = error
        except Exception as error:
            word = error
        loop.call_soon_threadsafe(self._tell, group, word)

    def _tell(self, group: list[_Asked], word: Durable | Exception) -> None:
        """Give each who asked the word on its own entries."""
        answers = iter(() if isinstance(word, Exception) else word.answers)
        for asked in group:
            own = tuple(islice(answers, len(asked.entries)))
            self._waiting -= len(asked.entries)
            if asked.durable.done():  # who asked has given up
                continue
            if isinstance(word, Exception):
                asked.durable.set_exception(word)
            else:
                asked.durable.set_result(word._replace(answers=own))

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
