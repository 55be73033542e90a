"""Public holidays that a move's calendar says nothing of, and that a forecast so takes for usual days.

They are those of the country of the site that answers for a queue before the transition, from the library `holidays`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import holidays

from releve.demand.grid import Bools
from releve.operation.move import Move
from releve.workforce.calendar import calendar_of

CHANGES = ("closed", "demand")  # the effects of the calendar that say something of a queue's day


@dataclass(frozen=True)
class Untold:
    """A public holiday on which queues are open as ever."""

    day: date
    name: str
    country: str  # ISO 3166
    queues: tuple[str, ...]


def untold(move: Move, days: Sequence[date], open_: Bools) -> tuple[Untold, ...]:
    """Public holidays among days on which queues are open, [day, queue, interval], and of which no row is written."""
    calendar, countries = calendar_of(move), _countries(move)
    found = []
    for country in sorted(set(countries)):
        for day, name in _public(country, days):
            queues = tuple(
                queue.name
                for number, queue in enumerate(move.operation.queues)
                if countries[number] == country
                and open_[days.index(day), number].any()
                and not any(calendar.of(day, effect, ("*", f"queue:{queue.name}")) for effect in CHANGES)
            )
            if queues:
                found.append(Untold(day, name, country, queues))
    return tuple(sorted(found, key=lambda each: (each.day, each.country)))


def _countries(move: Move) -> list[str]:
    """The country of each queue's home."""
    country = {site.name: site.country for site in move.operation.sites}
    site = {destination.name: destination.site for destination in move.operation.destinations}
    return [country[site[queue.home]] for queue in move.operation.queues]


def _public(country: str, days: Sequence[date]) -> Iterator[tuple[date, str]]:
    """The public holidays of a country, in English, among some days; none of a country that nobody knows."""
    if country not in holidays.list_supported_countries():
        return
    years = range(days[0].year, days[-1].year + 1)
    known = holidays.country_holidays(country, years=years, language="en_US")
    yield from ((day, known[day]) for day in days if day in known)
