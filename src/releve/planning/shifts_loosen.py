"""Rules that can be loosened, and what each costs: which rule binds.

A rule binds where a little less of it would save paid hours. What it would save is told by the bound on the week if
parts of people could work, which takes a moment and is near: a search for each rule would take minutes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import time
from typing import Any

import numpy as np

from releve.planning.shifts_case import Case
from releve.planning.shifts_model import model_of
from releve.planning.shifts_rules import DAY_SLOTS, HOUR_SLOTS, SLOT_MINUTES, WorkRules, open_slots

_SECONDS = 60.0  # of one question
_LEAST_H = 0.05  # paid hours; what saves less does not bind


@dataclass(frozen=True)
class Rule:
    """A rule of one crew that can be loosened; `values` from a little looser to none."""

    crew: int  # its place in the case
    key: str
    said: str  # as it stands, for people
    values: tuple[Any, ...]
    text: Callable[[Any], str]

    def set(self, case: Case, value: Any) -> Case:
        """The case with this rule at another value."""
        crew = case.crews[self.crew]
        if self.key == "people":
            changed = replace(crew, people=value)
        else:
            changed = replace(crew, rules=crew.rules.model_copy(update={self.key: value}))
        return replace(case, crews=(*case.crews[: self.crew], changed, *case.crews[self.crew + 1 :]))

    def gone(self, case: Case) -> Case:
        """The case without this rule."""
        return self.set(case, self.values[-1])


@dataclass(frozen=True)
class Binding:
    """A rule that costs paid hours."""

    rule: str  # as it stands
    looser: str  # the value next to it
    saved_hours: float  # about so many paid hours less


def binding(case: Case, short_h: float | None = None) -> tuple[Binding, ...]:
    """The rules of a case that bind, the dearest first; `short_h` as in `cover`."""
    now = _bound(case, short_h)
    found = []
    for rule in loosened(case):
        saved = now - _bound(rule.set(case, rule.values[0]), short_h)
        if saved > _LEAST_H:
            looser = f"{rule.key} of {case.crews[rule.crew].name}: {rule.text(rule.values[0])}"
            found.append(Binding(rule.said, looser, saved))
    return tuple(sorted(found, key=lambda each: (-each.saved_hours, each.rule)))


def _bound(case: Case, short_h: float | None) -> float:
    """The least paid hours of a case that can be covered, if parts of people could work."""
    weekly = any(crew.people is not None for crew in case.crews)  # else no row of the week binds
    parts = [part for _, part in model_of(case, short_h, weekly=weekly).program.parts() if part.rows]
    values = [part.relaxed(_SECONDS) for part in parts]
    return sum(
        float(np.dot(part.cost, each)) for part, each in zip(parts, values, strict=True) if each is not None
    )


def loosened(case: Case) -> Iterator[Rule]:
    """The rules of every crew that can be loosened."""
    most = int(case.required().max())
    asked = {
        case.weekday(day)
        for demand in case.demands
        for day, people in enumerate(demand.required)
        if people.any()
    }
    for number, crew in enumerate(case.crews):
        rules, name = crew.rules, crew.name
        for key, said, values, text in _of(rules, asked):
            if values:
                yield Rule(number, key, f"{name}: {said}", values, text)
        if crew.people is not None:
            more = tuple(range(crew.people + 1, crew.people + 7 * most + 1))
            yield Rule(number, "people", f"{name}: {crew.people} people", (*more, None), _people)


def _people(value: Any) -> str:
    return "no limit" if value is None else f"{value}"


def _of(
    rules: WorkRules, asked: set[int]
) -> Iterator[tuple[str, str, tuple[Any, ...], Callable[[Any], str]]]:
    """Key, the rule in words, its looser values, and a value in words; `asked` are weekdays with people required."""
    opens, closes = open_slots(rules)
    # Where both are loosened the day may be as long as can be, and the end never passes the start of the next.
    between = 0 if closes <= DAY_SLOTS else (opens + closes - DAY_SLOTS) // 2
    room = (closes - opens) / HOUR_SLOTS - sum(rest.minutes for rest in rules.rests if not rest.paid) / 60
    barred = sorted({*range(1, 8)} - {*rules.weekdays}, key=lambda day: (day not in asked, day < 6, day))
    weekdays = [tuple(sorted((*rules.weekdays, *barred[: count + 1]))) for count in range(len(barred))]
    yield "weekdays", f"weekdays {_listed(rules.weekdays)}", tuple(weekdays), _listed
    earlier = tuple(_clock(slot) for slot in range(opens - 1, between - 1, -1))
    yield "earliest", f"earliest {rules.earliest:%H:%M}", earlier, "{:%H:%M}".format
    later = tuple(_clock(slot) for slot in range(closes + 1, between + DAY_SLOTS + 1))
    yield "latest", f"latest {rules.latest:%H:%M}", later, "{:%H:%M}".format
    rests = tuple(np.arange(rules.rest_hours - 0.25, -0.01, -0.25).tolist())
    yield "rest_hours", f"rest_hours {rules.rest_hours:g}", rests, "{:g}".format
    fewer = tuple(range(rules.days_off - 1, -1, -1))
    yield "days_off", f"days_off {rules.days_off}", fewer, str
    weeks = tuple(np.arange(rules.hours_week + 1, 7 * rules.day_hours_most + 1).tolist())
    yield "hours_week", f"hours_week {rules.hours_week:g}", weeks, "{:g}".format
    shorter = tuple(np.arange(rules.day_hours_least - 0.25, _room_for_breaks(rules) - 0.01, -0.25).tolist())
    yield "day_hours_least", f"day_hours_least {rules.day_hours_least:g}", shorter, "{:g}".format
    longer = tuple(np.arange(rules.day_hours_most + 0.25, room + 0.01, 0.25).tolist())
    yield "day_hours_most", f"day_hours_most {rules.day_hours_most:g}", longer, "{:g}".format


def _room_for_breaks(rules: WorkRules) -> float:
    """Paid hours of a day that has just room for the breaks."""
    unpaid = sum(rest.minutes for rest in rules.rests if not rest.paid)
    over = max((60 * rest.to_h + rest.minutes for rest in rules.rests), default=0.0)
    return max(SLOT_MINUTES, over - unpaid) / 60


def _listed(weekdays: Any) -> str:
    return ", ".join(map(str, weekdays))


def _clock(slot: int) -> time:
    minutes = slot * SLOT_MINUTES % (24 * 60)
    return time(minutes // 60, minutes % 60)
