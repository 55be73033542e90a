"""The people of today, counted beside the service: once for a day and a plan, while contacts are decided."""

import asyncio
from datetime import datetime

from releve.switchboard.live import Live
from releve.switchboard.people import PeopleToday


class Counted:
    """What was counted last. `today` counts, in a thread; `known` never waits, as an abort may not."""

    def __init__(self) -> None:
        self._last: PeopleToday | None = None
        self._one = asyncio.Lock()

    async def today(self, live: Live, now: datetime) -> PeopleToday:
        """The people of the client's day under the plan in force."""
        async with self._one:
            people = self.known(live, now)
            if people is None:
                people = self._last = await asyncio.to_thread(PeopleToday, live.move, live.day(now))
            return people

    def known(self, live: Live, now: datetime) -> PeopleToday | None:
        """The same if they are counted already."""
        last = self._last
        return last if last and last.move is live.move and last.today == live.day(now) else None
