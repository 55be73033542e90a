"""What a plan may choose, and the move with a choice made: waves, people, patterns of work, the old site's last days.

A choice is a value; `applied` makes a move of it. Nothing here plays anything; `steps` says what lies one step away.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from releve.operation import rules
from releve.operation.document import Place
from releve.operation.move import Move
from releve.operation.plan import RollbackSite, Wave
from releve.operation.rows import Cohort
from releve.operation.team import Shift
from releve.transition.progress import share_of

WEEK = timedelta(weeks=1)
BONUS_HALVES = 2.0  # a bonus paid on the last day halves what a closing adds (J)


@dataclass(frozen=True)
class Step:
    """A wave of the plan: its day and its share, in 1/100 %."""

    wave: str
    opens: date
    share: int


@dataclass(frozen=True, order=True)
class Hired:
    """How a plan hires one cohort, where not as it is written."""

    cohort: str
    count: int  # people; 0: none of it
    later: int = (
        0  # weeks that its class starts after the day written, or after that of the class that it is like
    )
    like: str = ""  # the class that a further one is like; "": the move has this cohort itself


@dataclass(frozen=True)
class Choice:
    """One plan: what it has other than the move as written, and all its waves. The tuples are sorted."""

    steps: tuple[Step, ...]
    hired: tuple[Hired, ...] = ()
    late: tuple[tuple[str, float], ...] = ()  # team -> times the weight of the patterns that end last
    old_until: date | None = None  # people of the old site are kept until then; none: as its contract says
    kept: int | None = None  # how many; none: all whom a closing drives away least
    bonus: bool = False  # paid at the old site to those who stay to its last day

    def hiring(self, cohort: Hired) -> "Choice":
        """This plan with a cohort hired otherwise."""
        others = (each for each in self.hired if each.cohort != cohort.cohort)
        return replace(self, hired=tuple(sorted((*others, cohort))))


def as_written(move: Move) -> Choice:
    """The plan that the move has now."""
    return Choice(tuple(Step(wave.name, wave.opens, share_of(wave)) for wave in move.transition.waves))


def applied(move: Move, choice: Choice) -> Move:
    """The move with a choice made."""
    operation, transition = move.operation, move.transition
    ends = dict.fromkeys(old_sites(move), choice.old_until) if choice.old_until else {}
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
        operation=operation.model_copy(
            update={"contracts": contracts, "employment": employment, "shifts": tuple(_shifts(move, choice))}
        ),
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


def _shifts(move: Move, choice: Choice) -> Iterator[Shift]:
    """The patterns of work; teams whose weight of one changes have it apart from those who work it as before."""
    late = dict(choice.late)
    apart: list[Shift] = []
    for shift in move.operation.shifts:
        other = [team for team in shift.teams if team in late and is_last(move, shift, team)]
        same = tuple(team for team in shift.teams if team not in other)
        if other and not same:
            team = other.pop(0)
            yield shift.model_copy(update={"teams": (team,), "weight": _weight(shift, late[team])})
        else:
            yield shift.model_copy(update={"teams": same})
        for team in other:
            own = {"name": f"{shift.name}-{team}", "teams": (team,), "weight": _weight(shift, late[team])}
            apart.append(shift.model_copy(update=own))
    yield from apart


def _weight(shift: Shift, times: float) -> float:
    return round(shift.weight * times, 3)


def is_last(move: Move, shift: Shift, team: str) -> bool:
    """Whether no pattern of a team ends later, among those of the same weekly hours."""
    same = [
        each.end
        for each in move.operation.shifts
        if team in each.teams and each.hours_week == shift.hours_week
    ]
    return shift.end == max(same) > min(same)


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
    hired = {each.cohort: each for each in choice.hired}
    written = {cohort.cohort: cohort for cohort in move.cohorts}
    left = (choice.kept if choice.kept is not None else sum(each.count for each in staying(move))) * bool(
        choice.old_until
    )
    stay = {cohort.cohort for cohort in staying(move)}
    for cohort in move.cohorts:
        now = _as_hired(cohort, hired[cohort.cohort]) if cohort.cohort in hired else cohort
        here = min(left, now.count) if cohort.cohort in stay else 0
        left -= here
        if here:
            yield now.model_copy(update={"count": here, "ends": choice.old_until})
        if here and here < now.count:
            yield now.model_copy(update={"cohort": f"{cohort.cohort}-others", "count": now.count - here})
        if not here:
            yield now
    for each in choice.hired:
        if each.like and each.count:
            yield _as_hired(written[each.like], each)


def _as_hired(cohort: Cohort, hired: Hired) -> Cohort:
    """A cohort, or one like it, as a plan hires it."""
    later = hired.later * WEEK
    update: dict[str, object] = {"cohort": hired.cohort, "count": hired.count}
    if later:
        update |= {
            name: day + later
            for name in ("hired", "class_from", "class_to", "first_contact")
            if (day := getattr(cohort, name)) is not None
        }
    return cohort.model_copy(update=update)


def classes(move: Move, choice: Choice) -> tuple[Cohort, ...]:
    """The classes of the new sites under a plan, with those that it leaves out, by their first day."""
    written = {cohort.cohort: cohort for cohort in classes_of(move)}
    hired = {each.cohort: each for each in choice.hired}
    own = [_as_hired(each, hired[name]) if name in hired else each for name, each in written.items()]
    further = [_as_hired(written[each.like], each) for each in choice.hired if each.like]
    return tuple(sorted((*own, *further), key=_by_first_day))


def _by_first_day(cohort: Cohort) -> tuple[date, str]:
    return cohort.class_from or cohort.hired, cohort.cohort


def classes_of(move: Move) -> tuple[Cohort, ...]:
    """The classes of the new sites, by their first day."""
    sites = new_sites(move)
    teams = {team.name for team in move.operation.teams if team.site in sites}
    found = [cohort for cohort in move.cohorts if cohort.team in teams and cohort.class_from]
    return tuple(sorted(found, key=_by_first_day))


def old_people(move: Move) -> tuple[Cohort, ...]:
    """The cohorts of the sites that the waves take from."""
    teams = {team.name for team in move.operation.teams if team.site in old_sites(move)}
    return tuple(cohort for cohort in move.cohorts if cohort.team in teams)


def staying(move: Move) -> tuple[Cohort, ...]:
    """Those of the old site who would be kept: of the kind whom a closing drives away least."""
    factor = {kind.name: kind.closing_factor for kind in move.operation.employment}
    there = [cohort for cohort in old_people(move) if cohort.ends]
    least = min((factor[cohort.contract_kind] for cohort in there), default=0.0)
    return tuple(cohort for cohort in there if factor[cohort.contract_kind] == least)


def _old_destinations(move: Move) -> tuple[str, ...]:
    return tuple(dict.fromkeys(wave.donor for wave in move.transition.waves))


def old_sites(move: Move) -> set[str]:
    """The sites that the waves take from."""
    return {_site(move, name) for name in _old_destinations(move)}


def new_sites(move: Move) -> set[str]:
    """The sites that the waves move to."""
    return {_site(move, wave.destination) for wave in move.transition.waves}


def _site(move: Move, destination: str) -> str:
    return next(each.site for each in move.operation.destinations if each.name == destination)
