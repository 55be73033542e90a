"""Which dated steps are due. Each fires once: what was done stands in the journal, for a clock that goes back."""

from datetime import date, datetime, timedelta

from releve.operation.clock import day_start
from releve.switchboard.live import Live

GRACE = timedelta(
    hours=1
)  # J: after the client's midnight; so that a clock an hour ahead judges no day that goes on
MOST = 40  # days that are caught up with at once, after a long stop


def due(live: Live, now: datetime) -> list[date]:
    """The days whose evening is to be judged now, in order; the morning of the day after comes with each."""
    first = live.judged + timedelta(days=1) if live.judged else live.since
    if first is None:
        return []
    days = (first + timedelta(days=n) for n in range(MOST))
    return [day for day in days if evening_of(day, live.move.operation.zone) <= now]


def evening_of(day: date, zone: str) -> datetime:
    """When a day of the client is judged."""
    return day_start(day + timedelta(days=1), zone) + GRACE
