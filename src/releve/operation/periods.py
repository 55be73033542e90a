"""What changes over a day in periods: a list of numbers, and the time that each of them holds for."""

from collections.abc import Iterator
from datetime import time
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from releve.operation.setting import Clock, Record, Says

DAY_MINUTES = 24 * 60


def _listed(written: Any) -> Any:
    return [written] if isinstance(written, int | float) and not isinstance(written, bool) else written


one_or_list = BeforeValidator(_listed)  # one number stands for a list of one


class Periods(Record):
    """The base of records whose numbers hold for one period each."""

    from_: Annotated[Clock, Field(alias="from"), Says("the start of the first period, local time")] = time()
    to: Annotated[
        Clock, Says("the end of the last period where every_minutes is not said; 00:00: the end of the day")
    ] = time()
    every_minutes: Annotated[
        int | None,
        Field(ge=1),
        Says("the length of one period; none: the periods share from..to equally", unit="min"),
    ] = None


def minutes(clock: time) -> float:
    """Minutes since midnight."""
    return clock.hour * 60 + clock.minute + clock.second / 60


def length_minutes(periods: Periods, count: int) -> float:
    """How long each of `count` periods is."""
    if periods.every_minutes is not None:
        return float(periods.every_minutes)
    return ((minutes(periods.to) or DAY_MINUTES) - minutes(periods.from_)) / max(count, 1)


def spans(periods: Periods, count: int) -> Iterator[tuple[float, float]]:
    """The start and end of each of `count` periods, in minutes since local midnight."""
    start, length = minutes(periods.from_), length_minutes(periods, count)
    for number in range(count):
        yield start + number * length, start + (number + 1) * length
