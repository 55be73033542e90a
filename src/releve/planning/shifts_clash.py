"""What stands in the way where required people cannot be covered: which rules clash, and what would open it.

The rules that clash are found by taking rules away one after another: what can go while the case stays impossible is
no part of the clash. What opens it is looked for rule by rule, from a little looser to none, the others as they are.
"""

import math
from collections.abc import Callable, Sequence
from datetime import time

from releve.base.errors import InputError, wrong
from releve.base.units import date_text, days
from releve.planning.shifts_case import Case
from releve.planning.shifts_loosen import Rule, loosened
from releve.planning.shifts_model import model_of
from releve.planning.shifts_rules import DAY_SLOTS, HOUR_SLOTS, SLOT_MINUTES
from releve.planning.shifts_solver import Outcome

_SECONDS = 60.0  # of one question
_NONE = 1e-6  # people; fewer are nobody
_KNOWN_BEST = ("people", "days_off", "hours_week", "weekdays")  # named rather than others that clash as well

Possible = Callable[[Case], bool]


def clash(case: Case) -> InputError:
    """The error of a case that cannot be covered."""
    possible = _by_whole_people if _by_parts_of_people(case) else _by_parts_of_people
    rules = sorted(loosened(case), key=lambda rule: rule.key in _KNOWN_BEST)
    clashing = _clashing(case, rules, possible)
    ways = [way for rule in rules if (way := _opens(case, rule, possible))]
    if not ways and clashing:
        ways = [
            " and ".join(f"{rule.key} of {case.crews[rule.crew].name}" for rule in clashing)
            + ", loosened together"
        ]
    what = " with ".join(rule.said for rule in clashing) or "what is required with the length of a shift"
    mend = "; or ".join(ways) or "lower what is required, or allow people to be missing (short_h)"
    return wrong("rules-clash", f"{_missing(case)}: {what}", "rules that can be kept together", mend)


def _by_parts_of_people(case: Case) -> bool:
    """Whether parts of people could cover the case: if not, no people can. It takes a moment."""
    return model_of(case).program.relaxed(_SECONDS) is not None


def _by_whole_people(case: Case) -> bool:
    """Whether people can cover the case; what no search has refuted counts as possible."""
    program = model_of(case).program
    program.cost = [0.0] * len(program.cost)
    return program.solve(_SECONDS).outcome is not Outcome.INFEASIBLE


def _clashing(case: Case, rules: Sequence[Rule], possible: Possible) -> list[Rule]:
    """A least set of rules that cannot be kept together: without any of them the rest could."""
    kept = []
    for rule in rules:
        without = rule.gone(case)
        if possible(without):
            kept.append(rule)
        else:
            case = without
    return kept


def _opens(case: Case, rule: Rule, possible: Possible) -> str | None:
    """The least change of this rule alone that makes the case possible, for people; None: no change of it does."""
    if not possible(rule.gone(case)):
        return None
    low, high = 0, len(rule.values) - 1
    while low < high:
        middle = (low + high) // 2
        if possible(rule.set(case, rule.values[middle])):
            high = middle
        else:
            low = middle + 1
    return f"{rule.key} of {case.crews[rule.crew].name}: {rule.text(rule.values[low])}"


def _missing(case: Case) -> str:
    """How much cannot be covered, and where it begins."""
    model = model_of(case, short_h=1000.0)
    values = model.program.relaxed(_SECONDS)
    if values is None or not any(values[variable] > _NONE for variable in model.short.values()):
        values = model.program.solve(_SECONDS).values.astype(float)
    missing = {slot: float(values[variable]) for slot, variable in model.short.items()}
    begin = int(case.places(case.demands[0].zone, 0, 1)[0])
    first = min(
        (slot for slot, people in missing.items() if people > _NONE), key=lambda at: (at - begin) % case.slots
    )
    people = math.ceil(missing[first] - _NONE)
    day, slot = divmod((first - begin) % case.slots, DAY_SLOTS)
    hours = math.ceil(sum(missing.values()) - _NONE) / HOUR_SLOTS
    at = time(slot // HOUR_SLOTS, slot % HOUR_SLOTS * SLOT_MINUTES)
    return (
        f"{hours:g} hours of people required cannot be covered, the first on "
        f"{case.first + days(day):%a} {date_text(case.first + days(day))} at {at:%H:%M} ({people} people)"
    )
