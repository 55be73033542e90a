"""What stands in the way where required people cannot be covered: which rules clash, and what would open it.

The rules that clash are found by taking rules away one after another: what can go while the case stays impossible is
no part of the clash. What opens it is looked for rule by rule, from a little looser to none, the others as they are.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import time
from typing import Any

import numpy as np

from releve.base.errors import InputError, wrong
from releve.base.units import date_text, days
from releve.planning.shifts_case import Case
from releve.planning.shifts_model import model_of
from releve.planning.shifts_rules import DAY_SLOTS, HOUR_SLOTS, SLOT_MINUTES, WorkRules, slot_of
from releve.planning.shifts_solver import Outcome

_SECONDS = 10.0  # of one question; what is not answered by then does not count as opening


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


def clash(case: Case) -> InputError:
    """The error of a case that cannot be covered."""
    rules = tuple(_rules(case))
    clashing = _clashing(case, rules)
    ways = [way for rule in clashing if (way := _opens(case, rule))]
    if not ways and clashing:
        ways = [
            " and ".join(f"{rule.key} of {case.crews[rule.crew].name}" for rule in clashing)
            + " loosened together"
        ]
    what = (
        " with ".join(dict.fromkeys(rule.said for rule in clashing))
        or "what is required with the length of a shift"
    )
    mend = "; or ".join(ways) or "lower what is required, or allow people to be missing (short_h)"
    return wrong("rules-clash", f"{_missing(case)}: {what}", "rules that can be kept together", mend)


def _possible(case: Case) -> bool:
    """Whether people can cover the case."""
    program = model_of(case).program
    program.cost = [0.0] * len(program.cost)
    return program.solve(_SECONDS).outcome in (Outcome.FOUND, Outcome.STOPPED)


def _clashing(case: Case, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """A least set of rules that cannot be kept together: without any of them the rest could."""
    kept = []
    for rule in rules:
        without = rule.gone(case)
        if _possible(without):
            kept.append(rule)
        else:
            case = without
    return tuple(kept)


def _opens(case: Case, rule: Rule) -> str | None:
    """The least change of this rule alone that makes the case possible, for people; None: no change of it does."""
    if not _possible(rule.gone(case)):
        return None
    low, high = 0, len(rule.values) - 1
    while low < high:
        middle = (low + high) // 2
        if _possible(rule.set(case, rule.values[middle])):
            high = middle
        else:
            low = middle + 1
    return f"{rule.key} of {case.crews[rule.crew].name}: {rule.text(rule.values[low])}"


def _missing(case: Case) -> str:
    """How much cannot be covered, and where it begins."""
    model = model_of(case, short_h=1000.0)
    solution = model.program.solve(_SECONDS)
    missing = {slot: int(solution.values[variable]) for slot, variable in model.short.items()}
    first = min(slot for slot, people in missing.items() if people)
    zone = case.demands[0].zone
    day, slot = divmod(first - case.start(zone, 0), DAY_SLOTS)
    hours = sum(missing.values()) / HOUR_SLOTS
    at = time(slot // HOUR_SLOTS, slot % HOUR_SLOTS * SLOT_MINUTES)
    return (
        f"{hours:g} hours of people required cannot be covered, the first on "
        f"{case.first + days(day):%a} {date_text(case.first + days(day))} at {at:%H:%M} ({missing[first]} people)"
    )


def _rules(case: Case) -> Iterator[Rule]:
    """The rules of every crew that can be loosened."""
    most = int(case.required().max())
    for number, crew in enumerate(case.crews):
        rules, name = crew.rules, crew.name
        for key, said, values, text in _loosened(rules):
            if values:
                yield Rule(number, key, f"{name}: {said}", values, text)
        if crew.people is not None:
            more = tuple(range(crew.people + 1, crew.people + 7 * most + 1))
            yield Rule(number, "people", f"{name}: {crew.people} people", (*more, None), _people)


def _people(value: Any) -> str:
    return "no limit" if value is None else f"{value}"


def _loosened(rules: WorkRules) -> Iterator[tuple[str, str, tuple[Any, ...], Callable[[Any], str]]]:
    """Key, the rule in words, its looser values, and a value in words."""
    opens, closes = slot_of(rules.earliest), slot_of(rules.latest, end=True)
    room = (closes - opens) / HOUR_SLOTS - sum(rest.minutes for rest in rules.rests if not rest.paid) / 60
    barred = [day for day in (6, 7, 1, 2, 3, 4, 5) if day not in rules.weekdays]
    weekdays = [tuple(sorted((*rules.weekdays, *barred[: count + 1]))) for count in range(len(barred))]
    yield "weekdays", f"weekdays {_listed(rules.weekdays)}", tuple(weekdays), _listed
    earlier = tuple(_clock(slot) for slot in range(opens - 1, -1, -1))
    yield "earliest", f"earliest {rules.earliest:%H:%M}", earlier, "{:%H:%M}".format
    later = tuple(_clock(slot) for slot in range(closes + 1, DAY_SLOTS + 1))
    yield "latest", f"latest {rules.latest:%H:%M}", later, "{:%H:%M}".format
    rests = tuple(np.arange(rules.rest_hours - 0.25, -0.01, -0.25).tolist())
    yield "rest_hours", f"rest_hours {rules.rest_hours:g}", rests, "{:g}".format
    fewer = tuple(range(rules.days_off - 1, -1, -1))
    yield "days_off", f"days_off {rules.days_off}", fewer, str
    weeks = tuple(np.arange(rules.hours_week + 1, 7 * rules.day_hours_most + 1).tolist())
    yield "hours_week", f"hours_week {rules.hours_week:g}", weeks, "{:g}".format
    longer = tuple(np.arange(rules.day_hours_most + 0.25, room + 0.01, 0.25).tolist())
    yield "day_hours_most", f"day_hours_most {rules.day_hours_most:g}", longer, "{:g}".format


def _listed(weekdays: Any) -> str:
    return ", ".join(map(str, weekdays))


def _clock(slot: int) -> time:
    minutes = slot * SLOT_MINUTES % (24 * 60)
    return time(minutes // 60, minutes % 60)
