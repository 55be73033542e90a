"""Do the classes in Casablanca carry the ramp? Expected people, and their hours over the work's, by week.

A sketch on expected values, printed for the example's README; the rehearsal is what counts. Leavers of a
class are taken off (by its first 90 days, then by the year), the rest counted by how much of a tenured
person's work they do, and Ramadan's shorter hours are taken off the day. Work is what the history has on
a mean weekday, times its season, times 1.03 for the repeats of people who are new.

Run `python examples/make/classes.py` from the repository's folder.
"""

from datetime import date

from history import MOVE, SEASON, WEEKDAY_VOLUME

from releve.operation.centre import Employment, Team
from releve.operation.loading import load
from releve.operation.move import Move
from releve.operation.rows import Cohort

TEAM = "casablanca-fr"
REPEATS_OF_THE_NEW = 1.03
DUTY, RAMADAN_CUT_H = 0.85, 1.35  # of the paid day on duty; what 1.5 h less costs beside the breaks in it
RAMADAN = (date(2026, 2, 19), date(2026, 3, 19))
DAYS = {
    date(2025, 10, 13): 10,
    date(2025, 10, 27): 15,
    date(2025, 11, 10): 25,
    date(2025, 11, 17): 50,
    date(2025, 11, 24): 75,
    date(2025, 12, 1): 100,
    date(2026, 1, 12): 100,
    date(2026, 2, 9): 100,
    date(2026, 2, 23): 100,
    date(2026, 3, 30): 100,
}


def staying(cohort: Cohort, kind: Employment, day: date) -> float:
    """Expected people of a cohort still there, once it takes contacts."""
    if day < cohort.first_contact or cohort.class_from is None:
        return 0.0
    age = (day - cohort.class_from).days
    in_class = (1 - kind.leaving_class_chance) ** (min(age, 90) / 90)
    after = (1 - kind.leaving_year_chance) ** (max(age - 90, 0) / 365)
    return float(cohort.count * in_class * after)


def tenured(cohort: Cohort, team: Team, day: date) -> float:
    """How much of a tenured person's work one of the cohort does."""
    weeks = (day - cohort.first_contact).days / 7
    return float(1 / (1 + (team.start_factor - 1) * 0.5 ** (weeks / team.half_life_weeks)))


def hours_a_person(team: Team, cohort: Cohort, day: date) -> float:
    """Expected hours on duty of one person on one weekday."""
    cut = RAMADAN_CUT_H if RAMADAN[0] <= day <= RAMADAN[1] else 0.0
    return (cohort.hours_week / 5 * DUTY - cut) * (1 - team.absence_chance)


def work_hours(move: Move, day: date) -> float:
    """Hours of work for tenured people on a mean weekday of that month, all French residential contacts."""
    seconds = sum(
        WEEKDAY_VOLUME[queue.name] * ((queue.handle_s or 0.0) + (queue.wrap_s or 0.0))
        for queue in move.operation.queues
        if queue.home == "liege"
    )
    return seconds / 3600 * SEASON[day.month - 1] * REPEATS_OF_THE_NEW


def main() -> None:
    """A line for each day of the plan."""
    move = load(MOVE)
    team = next(team for team in move.operation.teams if team.name == TEAM)
    kinds = {kind.name: kind for kind in move.operation.employment}
    cohorts = [cohort for cohort in move.cohorts if cohort.team == TEAM]
    print("day         share  present  in tenured people  their hours over the work's")
    for day, share in DAYS.items():
        present = [staying(cohort, kinds[cohort.contract_kind], day) for cohort in cohorts]
        able = [n * tenured(cohort, team, day) for n, cohort in zip(present, cohorts, strict=True)]
        hours = sum(n * hours_a_person(team, cohort, day) for n, cohort in zip(able, cohorts, strict=True))
        ratio = hours / (work_hours(move, day) * share / 100)
        print(f"{day}  {share:4} %  {sum(present):7.0f}  {sum(able):17.0f}  {ratio:27.2f}")


if __name__ == "__main__":
    main()
