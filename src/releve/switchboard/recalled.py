"""What edges were told, found again: the routing that decided a contact of the journal."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from releve.journal.entries import Decision, Entry, Health
from releve.operation.clock import day_start
from releve.switchboard.live import MINUTES, Live, fold
from releve.switchboard.routing import Routing


class Down(NamedTuple):
    """A destination could not take contacts."""

    destination: str
    since: datetime
    until: datetime | None  # None: it is down still


class Recalled:
    """A transition's states, one after the other."""

    def __init__(self, live: Live, said: Iterable[Entry]) -> None:
        """live: the move before anything happened to it; said: the control stream, in order."""
        self._since: list[datetime] = []  # the instants from which the states hold, as far as clocks agree
        self._states = [live]
        for entry in said:
            self._states.append(fold(self._states[-1], entry))
            self._since.append(max(entry.at, self._since[-1]) if self._since else entry.at)
        self._told = {(each.epoch, each.changes): each for each in self._states}
        self._found: dict[tuple[int, int], Routing | None] = {}

    def at(self, moment: datetime) -> Live:
        """What held at a moment."""
        return self._states[bisect_right(self._since, moment)]

    def routing(self, decision: Decision) -> Routing | None:
        """The routing that decided a contact, by the version that its edge went by; None: nobody told that version.

        A decision without a version is taken to be by what held at its moment.
        """
        if not decision.version:
            return self.at(decision.at).routing(decision.at)
        key = decision.epoch, decision.version
        if key not in self._found:
            self._found[key] = self._recall(*key)
        return self._found[key]

    def _recall(self, epoch: int, version: int) -> Routing | None:
        changes, minutes = divmod(version, MINUTES)
        live = self._told.get((epoch, changes))
        if live is None:
            return None
        routing = live.routing(day_start(live.move.transition.starts, "UTC") + timedelta(minutes=minutes))
        return routing if routing.version == version else None


def downs(said: Iterable[Entry]) -> list[Down]:
    """When destinations were down, in the order in which they went."""
    found: list[Down] = []
    down: dict[str, int] = {}
    for entry in said:
        if not isinstance(entry, Health):
            continue
        place = down.pop(entry.destination, None) if entry.healthy else down.get(entry.destination)
        if entry.healthy and place is not None:
            found[place] = found[place]._replace(until=entry.at)
        elif not entry.healthy and place is None:
            down[entry.destination] = len(found)
            found.append(Down(entry.destination, entry.at, None))
    return found
