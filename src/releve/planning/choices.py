"""What a plan may choose, and the move with a choice made: waves, classes, a stay bonus, people kept at the old site.

A choice is a value; `applied` makes a move of it, `neighbours` the choices one step away. Nothing here plays anything.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from releve.operation import rules
from releve.operation.document import Place
from releve.operation.move import Move
from releve.operation.plan import RollbackSite, Wave
from releve.operation.rows import Cohort
from releve.transition.progress import share_of

WEEK = timedelta(weeks=1)
STEPS = (8, 4)  # people that a class is made larger or smaller by
NEW_CLASSES = (24, 16, 8)  # people of a new class
BONUS_HALVES = 2.0  # a bonus paid on the last day halves what a closing adds (J)


@dataclass(frozen=True)
class Step:
    """A wave of the plan: its day and its share, in 1/100 %."""

    wave: str
    opens: date
    share: int


@dataclass(frozen=True)
class Choice:
    """One plan. `people` and `classes` are sorted; a cohort that is not named keeps its people."""

    steps: tuple[Step, ...]
    people: tuple[tuple[str, int], ...] = ()  # cohort -> people in its class
    classes: tuple[tuple[date, int], ...] = ()  # further classes at the new site: first day, people
    old_until: date | None = None  # people of the old site are kept until then; none: as its contract says
    bonus: bool = False  # paid at the old site to those who stay to its last day


@dataclass(frozen=True)
class Trouble:
    """Where a plan is weakest: the site, and the first day of it; none: nowhere."""

    site: str | None = None
    first: date | None = None


def as_written(move: Move) -> Choice:
    """The plan that the move has now."""
    return Choice(tuple(Step(wave.name, wave.opens, share_of(wave)) for wave in move.transition.waves))


def applied(move: Move, choice: Choice) -> Move:
    """The move with a choice made."""
    operation, transition = move.operation, move.transition
    ends = dict.fromkeys(_old_sites(move), choice.old_until) if choice.old_until else {}
    contracts = tuple(
        each.model_copy(update={"ends": max(ends[site] for site in each.sites if site in ends)})
        if each.ends and any(site in ends and ends[site] > each.ends for site in each.sites)
        else each
        for each in operation.contracts
    )
    employment = operation.employment
    if choice.bonus:
        kinds = {cohort.contract_kind for cohort in old_people(move)}
        employment = tuple(
            kind.model_copy(update={"closing_factor": max(kind.closing_factor / BONUS_HALVES, 1.0)})
            if kind.name in kinds
            else kind
            for kind in employment
        )
    waves = tuple(_waves(move, choice))
    return replace(
        move,
        operation=operation.model_copy(update={"contracts": contracts, "employment": employment}),
        transition=transition.model_copy(update={"waves": waves, "rollback": _rollback(move, choice)}),
        cohorts=tuple(_cohorts(move, choice)),
    )


def allowed(move: Move, choice: Choice) -> bool:
    """Whether `check` finds nothing wrong with the move that a choice makes."""
    errors, _ = rules.check(applied(move, choice), lambda file, *_route: Place(file, 0))
    return not errors


def _waves(move: Move, choice: Choice) -> Iterator[Wave]:
    """The waves that are left; what a dropped one needed, the next one needs."""
    steps = {step.wave: step for step in choice.steps}
    owed: tuple[str, ...] = ()
    for wave in move.transition.waves:
        owed = tuple(dict.fromkeys((*owed, *wave.needs)))
        if step := steps.get(wave.name):
            yield wave.model_copy(update={"opens": step.opens, "share_pct": step.share / 100, "needs": owed})
            owed = ()


def _rollback(move: Move, choice: Choice) -> tuple[RollbackSite, ...]:
    """The ways back; the old site's lasts as long as its people are kept, as an option."""
    if choice.old_until is None:
        return move.transition.rollback
    cents, old = move.transition.planning.option_month_cents, set(_old_destinations(move))
    option = {"until": choice.old_until, "source": "option", "month_cents": cents}
    return tuple(
        site.model_copy(update=option) if site.destination in old and site.until < choice.old_until else site
        for site in move.transition.rollback
    )


def _cohorts(move: Move, choice: Choice) -> Iterator[Cohort]:
    people = dict(choice.people)
    stay = {cohort.cohort for cohort in staying(move)} if choice.old_until else set()
    for cohort in move.cohorts:
        update: dict[str, object] = {}
        if cohort.cohort in people:
            update["count"] = people[cohort.cohort]
        if cohort.cohort in stay:
            update["ends"] = choice.old_until
        yield cohort.model_copy(update=update) if update else cohort
    yield from (new_class(move, first, count) for first, count in choice.classes)


def new_class(move: Move, first: date, count: int) -> Cohort:
    """People hired for a further class at the new site, as those of its last class are."""
    model = classes_of(move)[-1]
    assert model.class_from is not None
    lead = model.first_contact - model.class_from
    return model.model_copy(
        update={
            "cohort": f"{model.team}-{first.isoformat()}",
            "count": count,
            "hired": first,
            "class_from": first,
            "class_to": None if model.class_to is None else first + (model.class_to - model.class_from),
            "first_contact": first + lead,
            "ends": None,
        }
    )


def classes_of(move: Move) -> tuple[Cohort, ...]:
    """The classes of the new sites, by their first day."""
    sites = {_site(move, wave.destination) for wave in move.transition.waves}
    teams = {team.name for team in move.operation.teams if team.site in sites}
    found = [cohort for cohort in move.cohorts if cohort.team in teams and cohort.class_from]
    return tuple(sorted(found, key=lambda cohort: (cohort.class_from or cohort.hired, cohort.cohort)))


def old_people(move: Move) -> tuple[Cohort, ...]:
    """The cohorts of the sites that the waves take from."""
    teams = {team.name for team in move.operation.teams if team.site in _old_sites(move)}
    return tuple(cohort for cohort in move.cohorts if cohort.team in teams)


def staying(move: Move) -> tuple[Cohort, ...]:
    """Those of the old site who would be kept: of the kind whom a closing drives away least."""
    factor = {kind.name: kind.closing_factor for kind in move.operation.employment}
    there = [cohort for cohort in old_people(move) if cohort.ends]
    least = min((factor[cohort.contract_kind] for cohort in there), default=0.0)
    return tuple(cohort for cohort in there if factor[cohort.contract_kind] == least)


def _old_destinations(move: Move) -> tuple[str, ...]:
    return tuple(dict.fromkeys(wave.donor for wave in move.transition.waves))


def _old_sites(move: Move) -> set[str]:
    return {_site(move, name) for name in _old_destinations(move)}


def _site(move: Move, destination: str) -> str:
    return next(each.site for each in move.operation.destinations if each.name == destination)


def neighbours(move: Move, choice: Choice, trouble: Trouble) -> Iterator[tuple[str, Choice]]:
    """Choices one step away, the likeliest to help first: more people before the trouble; fewer where is none."""
    growing = list(_more_people(move, choice, trouble))
    shrinking = list(_fewer_people(move, choice))
    yield from growing if trouble.first else shrinking
    yield from _other_waves(move, choice)
    yield from _old_site(move, choice)
    yield from shrinking if trouble.first else growing


def _counts(move: Move, choice: Choice) -> Mapping[str, int]:
    return {cohort.cohort: cohort.count for cohort in classes_of(move)} | dict(choice.people)


def _with_people(choice: Choice, cohort: str, count: int) -> Choice:
    return replace(choice, people=tuple(sorted((dict(choice.people) | {cohort: count}).items())))


def _more_people(move: Move, choice: Choice, trouble: Trouble) -> Iterator[tuple[str, Choice]]:
    settings, counts = move.transition.planning, _counts(move, choice)
    model = classes_of(move)[-1]
    assert model.class_from is not None
    lead = model.first_contact - model.class_from
    if trouble.first:
        monday = trouble.first - lead - timedelta(days=trouble.first.weekday())
        for weeks in (1, 4):
            first = monday - weeks * WEEK
            if first + lead > move.transition.starts and first not in dict(choice.classes):
                for size in (each for each in NEW_CLASSES if each <= settings.class_most):
                    classes = tuple(sorted((*choice.classes, (first, size))))
                    yield f"a class of {size} on {first}", replace(choice, classes=classes)
    for cohort in classes_of(move):
        for more in STEPS:
            count = counts[cohort.cohort] + more
            fits = settings.class_least <= count <= settings.class_most
            if fits and (not trouble.first or cohort.first_contact <= trouble.first):
                yield f"{count} people in {cohort.cohort}", _with_people(choice, cohort.cohort, count)


def _fewer_people(move: Move, choice: Choice) -> Iterator[tuple[str, Choice]]:
    settings, counts = move.transition.planning, _counts(move, choice)
    for first, size in choice.classes:
        rest = tuple(each for each in choice.classes if each[0] != first)
        yield f"no class on {first}", replace(choice, classes=rest)
        if size - STEPS[0] >= settings.class_least:
            smaller = tuple(sorted((*rest, (first, size - STEPS[0]))))
            yield f"a class of {size - STEPS[0]} on {first}", replace(choice, classes=smaller)
    for cohort in reversed(classes_of(move)):
        if counts[cohort.cohort]:
            yield f"no class {cohort.cohort}", _with_people(choice, cohort.cohort, 0)
        for fewer in STEPS:
            count = counts[cohort.cohort] - fewer
            if count >= settings.class_least:
                yield f"{count} people in {cohort.cohort}", _with_people(choice, cohort.cohort, count)


def _other_waves(move: Move, choice: Choice) -> Iterator[tuple[str, Choice]]:
    for weeks in (-1, 1):
        moved = tuple(replace(step, opens=step.opens + weeks * WEEK) for step in choice.steps)
        if _in_order(move, moved):
            word = "earlier" if weeks < 0 else "later"
            yield f"every wave a week {word}", replace(choice, steps=moved)
    for place, step in enumerate(choice.steps):
        for weeks in (-1, 1):
            later = replace(step, opens=step.opens + weeks * WEEK)
            moved = (*choice.steps[:place], later, *choice.steps[place + 1 :])
            if _in_order(move, moved):
                yield f"{step.wave} on {later.opens}", replace(choice, steps=moved)
        if place + 1 < len(choice.steps):
            yield (
                f"without {step.wave}",
                replace(choice, steps=choice.steps[:place] + choice.steps[place + 1 :]),
            )


def _in_order(move: Move, steps: tuple[Step, ...]) -> bool:
    """Whether the waves follow each other inside the transition, at the earliest on the days as they are written."""
    days = [move.transition.starts, *(step.opens for step in steps), move.transition.ends]
    return days[0] <= days[1] and all(one < two for one, two in pairwise(days[1:]))


def _old_site(move: Move, choice: Choice) -> Iterator[tuple[str, Choice]]:
    if old_people(move):
        yield ("no stay bonus" if choice.bonus else "a stay bonus"), replace(choice, bonus=not choice.bonus)
    last = max((cohort.ends for cohort in staying(move) if cohort.ends), default=None)
    if last is None or not move.transition.rollback:
        return
    ends = [None, *_ends_after(last, move.transition.ends)]
    for until in ends:
        if until != choice.old_until:
            told = f"people kept at the old site until {until}" if until else "nobody kept at the old site"
            yield told, replace(choice, old_until=until)


def _ends_after(after: date, until: date) -> Iterator[date]:
    """The ends of months after a day, and the transition's last day."""
    day = after
    while day < until:
        following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
        end = following - timedelta(days=1)
        if after < end < until:
            yield end
        day = following
    if after < until:
        yield until
