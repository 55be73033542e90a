"""One step from a plan: what may mend a trouble, and what may save money. Nothing here plays anything."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from releve.operation.move import Move
from releve.operation.rows import Cohort
from releve.planning.choices import WEEK, Choice, Hired, Step, classes, classes_of, old_people, staying
from releve.planning.trouble import HELD, NEW, OLD, STAYS, Trouble

Steps = Iterator[tuple[str, Choice]]  # in words, and the plan one step on

CLASS_SIZES = (24, 12, 6)  # people that a class is made larger by, or that a further one has
ALL_OF = 120  # of so many, all classes become smaller by as many as one class does by itself
STAYING_SIZES = (4, 2)  # people that a team is made larger by at a site that stays
LATER = 1.25  # times the weight of the patterns that end last
MOST_LATER = 2.5
LEADS = (1, 4)  # weeks from a further class's first contacts to the trouble


def mends(move: Move, choice: Choice, trouble: Trouble) -> Steps:
    """What may mend a trouble, the likeliest first."""
    yield from MENDS[trouble.cause](move, choice, trouble)


def savings(move: Move, choice: Choice, size: int) -> Steps:
    """What may save money: classes smaller by so many people or later, and nothing that mends what is no trouble."""
    if choice.bonus:
        yield "no stay bonus", replace(choice, bonus=False)
    if choice.old_until:
        yield "nobody kept at the old site", replace(choice, old_until=None, kept=None)
        count = choice.kept if choice.kept is not None else sum(each.count for each in staying(move))
        if count > size:
            yield f"{count - size} people kept at the old site", replace(choice, kept=count - size)
    yield from _every_class(move, choice, size)
    for cohort in reversed(classes(move, choice)):
        if cohort.count:
            yield from _fewer(move, choice, cohort, size)
    written = {cohort.cohort: cohort.count for cohort in move.cohorts}
    for each in choice.hired:
        if each.cohort in written and each.cohort not in {own.cohort for own in classes_of(move)}:
            fewer = max(each.count - STAYING_SIZES[-1], written[each.cohort])
            if fewer < each.count:
                yield f"{fewer} people in {each.cohort}", choice.hiring(replace(each, count=fewer))
    yield from _all_later(move, choice)


def _every_class(move: Move, choice: Choice, size: int) -> Steps:
    """All classes later or smaller at once: what one of them saves is little."""
    own = [cohort for cohort in classes(move, choice) if cohort.count]
    weeks, least = size // CLASS_SIZES[-1], move.transition.planning.class_least
    later, smaller = choice, choice
    for cohort in own:
        now = hired_of(choice, cohort)
        later = later.hiring(replace(now, later=now.later + weeks))
        fewer = max(now.count - now.count * size // ALL_OF, least)
        if fewer < now.count:
            smaller = smaller.hiring(replace(now, count=fewer))
    yield f"every class {_weeks(weeks)} later", later
    if smaller != choice:
        yield f"every class smaller by {100 * size // ALL_OF} %", smaller


def _fewer(move: Move, choice: Choice, cohort: Cohort, size: int) -> Steps:
    least = move.transition.planning.class_least
    now = hired_of(choice, cohort)
    if cohort.count - size >= least:
        yield (
            f"{cohort.count - size} people in {cohort.cohort}",
            choice.hiring(replace(now, count=cohort.count - size)),
        )
    elif size >= least:
        yield f"no class {cohort.cohort}", choice.hiring(replace(now, count=0))
    weeks = size // CLASS_SIZES[-1]
    if cohort.first_contact + weeks * WEEK > move.transition.ends:
        return
    yield f"class {cohort.cohort} {_weeks(weeks)} later", choice.hiring(replace(now, later=now.later + weeks))


def _weeks(count: int) -> str:
    return "a week" if count == 1 else f"{count} weeks"


def _all_later(move: Move, choice: Choice) -> Steps:
    """Waves and classes a week later, all together."""
    steps = tuple(replace(step, opens=step.opens + WEEK) for step in choice.steps)
    if not _in_order(move, steps):
        return
    moved = replace(choice, steps=steps)
    for cohort in classes(move, choice):
        now = hired_of(choice, cohort)
        moved = moved.hiring(replace(now, later=now.later + 1))
    yield "every wave and every class a week later", moved


def hired_of(choice: Choice, cohort: Cohort) -> Hired:
    """How a plan hires a cohort now."""
    known = {each.cohort: each for each in choice.hired}
    return known.get(cohort.cohort, Hired(cohort.cohort, cohort.count))


def _at_the_new_site(move: Move, choice: Choice, trouble: Trouble) -> Steps:
    if trouble.at_end > 0.5:
        yield from _patterns(choice, trouble.team, LATER)
    elif trouble.at_end < 0.2:
        yield from _patterns(choice, trouble.team, 1.0 / LATER)
    settings = move.transition.planning
    before = [each for each in classes(move, choice) if each.first_contact <= trouble.first]
    for size in CLASS_SIZES:
        for cohort in reversed(before[-2:]):
            if settings.class_least <= cohort.count + size <= settings.class_most:
                more = replace(hired_of(choice, cohort), count=cohort.count + size)
                yield f"{more.count} people in {cohort.cohort}", choice.hiring(more)
        for weeks in LEADS:
            if further := _further(move, choice, trouble, size, weeks):
                yield f"a class of {size} on {further[0]}", choice.hiring(further[1])
    for cohort in classes(move, choice):
        now = hired_of(choice, cohort)
        if now.later and cohort.first_contact > trouble.first - 4 * WEEK:
            yield f"class {cohort.cohort} a week earlier", choice.hiring(replace(now, later=now.later - 1))


def _further(
    move: Move, choice: Choice, trouble: Trouble, size: int, weeks: int
) -> tuple[date, Hired] | None:
    """A further class whose first contacts come so many weeks before a trouble; none where one starts that day."""
    settings, model = move.transition.planning, classes_of(move)[-1]
    assert model.class_from is not None
    monday = trouble.first - timedelta(days=trouble.first.weekday())
    later = (monday - weeks * WEEK - model.first_contact).days // 7
    first = model.class_from + later * WEEK
    if model.first_contact + later * WEEK <= move.transition.starts or not (
        settings.class_least <= size <= settings.class_most
    ):
        return None
    name = f"{model.team}-{first.isoformat()}"
    if any(each.cohort == name for each in choice.hired):
        return None
    return first, Hired(name, size, later, model.cohort)


def _patterns(choice: Choice, team: str, times: float) -> Steps:
    late: Mapping[str, float] = dict(choice.late)
    now = round(late.get(team, 1.0) * times, 4)
    if 1.0 / MOST_LATER <= now <= MOST_LATER:
        others = {name: weight for name, weight in late.items() if name != team}
        changed = others if now == 1.0 else others | {team: now}
        word = "more" if times > 1.0 else "fewer"
        yield (
            f"{word} people of {team} on late patterns",
            replace(choice, late=tuple(sorted(changed.items()))),
        )


def _at_the_old_site(move: Move, choice: Choice, trouble: Trouble) -> Steps:
    yield from _patterns(choice, trouble.team, LATER if trouble.at_end > 0.5 else 1.0 / LATER)
    yield from _earlier(move, choice)
    if not choice.bonus and old_people(move):
        yield "a stay bonus", replace(choice, bonus=True)


def _held(move: Move, choice: Choice, _trouble: Trouble) -> Steps:
    """The share was not away in time: fewer waves, earlier ones, or people at the old site for longer."""
    for place, step in enumerate(choice.steps[:-1]):
        yield f"without {step.wave}", replace(choice, steps=choice.steps[:place] + choice.steps[place + 1 :])
    yield from _earlier(move, choice)
    last = max((cohort.ends for cohort in staying(move) if cohort.ends), default=None)
    if last is None or not move.transition.rollback:
        return
    for until in _ends_after(max(last, choice.old_until or last), move.transition.ends):
        yield f"people kept at the old site until {until}", replace(choice, old_until=until, kept=None)


def _earlier(move: Move, choice: Choice) -> Steps:
    moved = tuple(replace(step, opens=step.opens - WEEK) for step in choice.steps)
    if _in_order(move, moved):
        yield "every wave a week earlier", replace(choice, steps=moved)
    for place, step in enumerate(choice.steps):
        earlier = replace(step, opens=step.opens - WEEK)
        moved = (*choice.steps[:place], earlier, *choice.steps[place + 1 :])
        if _in_order(move, moved):
            yield f"{step.wave} on {earlier.opens}", replace(choice, steps=moved)


def _staying(move: Move, choice: Choice, trouble: Trouble) -> Steps:
    yield from _patterns(choice, trouble.team, LATER if trouble.at_end > 0.5 else 1.0 / LATER)
    there = [cohort for cohort in move.cohorts if cohort.team == trouble.team]
    if not there:
        return
    newest = max(there, key=lambda cohort: (cohort.first_contact, cohort.cohort))
    now = hired_of(choice, newest)
    for size in STAYING_SIZES:
        yield (
            f"{now.count + size} people in {newest.cohort}",
            choice.hiring(replace(now, count=now.count + size)),
        )


def _in_order(move: Move, steps: tuple[Step, ...]) -> bool:
    """Whether the waves follow each other inside the transition."""
    days = [step.opens for step in steps]
    return (
        move.transition.starts <= days[0]
        and days[-1] < move.transition.ends
        and all(one < two for one, two in pairwise(days))
    )


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


MENDS: Mapping[str, Callable[[Move, Choice, Trouble], Steps]] = {
    NEW: _at_the_new_site,
    OLD: _at_the_old_site,
    HELD: _held,
    STAYS: _staying,
}
