"""Where a move is weakest: interruptions that belong together, and the calendar's row that was in force there.

Interrupted half-hours belong together when one site had the customers, their half-hours touch and their days are at
most two weeks apart: a holiday, a season or a shift that is too short shows as one place, whatever its half-hours.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from scipy.ndimage import binary_dilation, label

from releve.base.units import DAY_S, date_text
from releve.demand.grid import INTERVAL_S, INTERVALS
from releve.operation.rows import Event
from releve.rehearsal.in_force import taken
from releve.rehearsal.interruption import Interruption
from releve.rehearsal.play import Played
from releve.rehearsal.stage import Stage
from releve.workforce.calendar import Calendar, calendar_of

DAYS_APART = 14  # at most, between the days of one place
ENDS = (0.05, 0.95)  # of a place's interruptions: its band and its run leave out what strays
UNDER = 0.5  # of a place's interruptions that a row of the calendar covers, at least, to be named
# What a row of the calendar does, in words after its name: where its amount lessens, and where it adds.
EFFECTS = {
    "hours": (" hours", " hours"),
    "absence": (", fewer people away", ", more people away"),
    "demand": (", fewer contacts", ", more contacts"),
    "handle": (", shorter contacts", ", longer contacts"),
    "closed": (", closed", ", closed"),
}


@dataclass(frozen=True, slots=True)
class Hit:
    """An interruption of a replication, and the site that took most of the queue's customers that day."""

    replication: int
    site: str
    found: Interruption


def clock(stage: Stage, day: int, interval: int) -> str | None:
    """The client's local time at which a half-hour of a day begins; none for a whole day."""
    if interval < 0:
        return None
    moment = stage.starts(day) + timedelta(seconds=interval * INTERVAL_S)
    return moment.astimezone(ZoneInfo(stage.move.operation.zone)).strftime("%H:%M")


def weakest(stage: Stage, played: Sequence[Played]) -> dict[str, Any] | None:
    """The place interrupted in most replications, as `answer.weakest` of the summary; none where nothing was."""
    hits = [
        Hit(each.replication, stage.sites[int(shares[found.day, found.queue].argmax())], found)
        for each, shares in zip(played, taken(stage, played), strict=True)
        for found in each.interruptions
    ]
    places = [_within_ends(place) for place in _places(stage, hits)]
    if not places:
        return None
    worst = max(places, key=lambda place: (len({hit.replication for hit in place}), len(place)))
    return _told(stage, worst, len(hits))


def _places(stage: Stage, hits: Sequence[Hit]) -> Iterator[list[Hit]]:
    """The interruptions that belong together; late days of deferred work stand apart from half-hours."""
    for site in sorted({hit.site for hit in hits}):
        for deferred in (False, True):
            mine = [hit for hit in hits if hit.site == site and (hit.found.interval < 0) == deferred]
            # A late day has the interval -1: the last column, which is its own here.
            seen = np.zeros((len(stage.days), INTERVALS), dtype=bool)
            seen[[hit.found.day for hit in mine], [hit.found.interval for hit in mine]] = True
            # Each hit spread over DAYS_APART days: those that touch then were at most so far apart.
            places, number = label(
                binary_dilation(seen, np.ones((DAYS_APART, 1), dtype=bool)), np.ones((3, 3), dtype=bool)
            )
            for n in range(1, number + 1):
                yield [hit for hit in mine if places[hit.found.day, hit.found.interval] == n]


def _within_ends(place: Sequence[Hit]) -> list[Hit]:
    """A place without what strays: nine of ten of its interruptions lie in its days, and in its half-hours."""
    at = np.array([(hit.found.day, hit.found.interval) for hit in place])
    low, high = np.quantile(at, ENDS, axis=0, method="nearest")
    return [
        hit for hit, inside in zip(place, ((low <= at) & (at <= high)).all(axis=1), strict=True) if inside
    ]


def _told(stage: Stage, place: Sequence[Hit], of: int) -> dict[str, Any]:
    days = [hit.found.day for hit in place]
    halves = [hit.found.interval for hit in place]
    first, last = min(days), max(days)
    queues = Counter(stage.queues[hit.found.queue] for hit in place)
    replications = {hit.replication for hit in place}
    return {
        "site": place[0].site,
        "first": stage.days[first].isoformat(),
        "last": stage.days[last].isoformat(),
        "from": clock(stage, last, min(halves)),
        "to": clock(stage, last, max(halves) + 1) if min(halves) >= 0 else None,
        "queues": [name for name, _ in sorted(queues.items(), key=lambda pair: (-pair[1], pair[0]))],
        "why": Counter(hit.found.why for hit in place).most_common(1)[0][0],
        "calendar": _in_force(stage, place),
        "replications": len(replications),
        "interruptions": len(place),
        "of": of,
        "customers": sum(hit.found.customers for hit in place) / len(replications),
    }


def _in_force(stage: Stage, place: Sequence[Hit]) -> dict[str, Any] | None:
    """The row of the calendar that fits a place best: it covers most of it, and little else; none that covers half."""
    calendar = calendar_of(stage.move)
    run = {stage.days[hit.found.day] for hit in place}
    first, last = min(run), max(run)
    covered = Counter(event for hit in place for event in _events(stage, calendar, hit))
    fits: dict[Event, float] = {}
    for event, count in covered.items():
        days = [day for day in stage.days if event in calendar.events.get(day, ())]
        if count >= UNDER * len(place):
            fits[event] = count * sum(first <= day <= last for day in days) / len(days)
    if not fits:
        return None
    best = max(fits, key=lambda event: (fits[event], event.name, event.scope))
    from_, to = (calendar.client_day(best, edge) for edge in (best.from_, best.to))
    return {
        "said": _said(stage, best),
        "scope": best.scope,
        "first": from_.isoformat(),
        "last": to.isoformat(),
    }


def _events(stage: Stage, calendar: Calendar, hit: Hit) -> Iterator[Event]:
    """The rows of the calendar that hold at an interruption for its site, its people or its queue."""
    teams = {f"team:{team.name}" for team in stage.move.operation.teams if team.site == hit.site}
    scopes = {"*", f"site:{hit.site}", f"queue:{stage.queues[hit.found.queue]}"} | teams
    day, half = stage.days[hit.found.day], hit.found.interval
    begins, ends = (half * INTERVAL_S, (half + 1) * INTERVAL_S) if half >= 0 else (0, DAY_S)
    for event in calendar.events.get(day, ()):
        start, end = calendar.window(day, event)
        if event.effect in EFFECTS and event.scope in scopes and start < ends and begins < end:
            yield event


def _said(stage: Stage, event: Event) -> str:
    """A row of the calendar in words: Ramadan hours in Casablanca."""
    less, more = EFFECTS[event.effect]
    adds = (event.amount or 0.0) > (1.0 if event.unit == "factor" else 0.0)
    operation = stage.move.operation
    titles = {
        f"{kind}:{each.name}": f" {word} {each.title or each.name}"
        for kind, word, rows in (
            ("site", "in", operation.sites),
            ("team", "in", operation.teams),
            ("queue", "for", operation.queues),
        )
        for each in rows
    }
    return f"{event.name or 'a row of calendar.csv'}{more if adds else less}{titles.get(event.scope, '')}"


def sentence(stage: Stage, place: Mapping[str, Any], replications: int) -> str:
    """A place of `weakest` in one sentence, for people."""
    operation = stage.move.operation
    site = next(each.title or each.name for each in operation.sites if each.name == place["site"])
    queues = {each.name: each.title or each.name for each in operation.queues}
    band = f", {place['from']} to {place['to']}" if place["from"] else ""
    first, last = (date.fromisoformat(place[end]) for end in ("first", "last"))
    run = date_text(last) if first == last else f"{date_text(first)} to {date_text(last)}"
    under = f" ({place['calendar']['said']})" if place["calendar"] else ""
    hit = queues[place["queues"][0]] if len(place["queues"]) == 1 else f"{len(place['queues'])} queues"
    return (
        f"It is weakest at {site}{band}, {run}{under}: {place['why']}, in {hit}, "
        f"in {place['replications']} of {replications} replications; "
        f"{place['interruptions']} of all {place['of']} interruptions lie there."
    )
