"""The example as it is shipped: it loads, and says what the case says."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from releve.operation.loading import check, load, scenario_names
from releve.operation.move import Move
from releve.operation.plan import Hiring
from releve.planning.staff import staff

EXAMPLE = Path(__file__).parents[2] / "examples" / "liege-morocco"


@pytest.fixture(scope="module")
def move() -> Move:
    return load(EXAMPLE)


def people(move: Move, team: str) -> int:
    return sum(cohort.count for cohort in move.cohorts if cohort.team == team)


def test_163_people_are_affected_in_liege(move: Move) -> None:
    kinds = {"permanent": 50, "temporary": 100, "unclassified": 13}
    found = {
        kind: sum(c.count for c in move.cohorts if c.team == "liege-fr" and c.contract_kind == kind)
        for kind in kinds
    }
    assert found == kinds


def test_they_are_about_135_full_time(move: Move) -> None:
    hours = sum(c.count * c.hours_week for c in move.cohorts if c.team == "liege-fr")
    assert hours / 38 == pytest.approx(135, rel=0.03)


def test_every_queue_closes_on_the_ten_belgian_legal_holidays(move: Move) -> None:
    closed = {e.from_ for e in move.calendar if e.scope == "*" and e.effect == "closed"}
    in_2025 = {
        date(2025, 1, 1),
        date(2025, 4, 21),
        date(2025, 5, 1),
        date(2025, 5, 29),
        date(2025, 6, 9),
        date(2025, 7, 21),
        date(2025, 8, 15),
        date(2025, 11, 1),
        date(2025, 11, 11),
        date(2025, 12, 25),
    }
    assert {day for day in closed if isinstance(day, date) and day.year == 2025} == in_2025


def test_the_history_has_7800_contacts_a_weekday(move: Move) -> None:
    local_day = pl.col("start").dt.convert_time_zone("Europe/Brussels").dt.date()
    days = move.history.group_by(local_day).agg(pl.col("offered").sum())
    assert days["start"].dt.weekday().max() == 5
    assert days["offered"].mean() == pytest.approx(7_800, rel=0.03)


def test_the_history_reaches_the_same_week_of_every_week_of_the_transition(move: Move) -> None:
    days = move.history["start"].dt.date()
    first, last = days.min(), days.max()
    assert isinstance(first, date)
    assert isinstance(last, date)
    assert first.toordinal() <= move.transition.starts.toordinal() - 364
    assert last.toordinal() >= move.transition.ends.toordinal() - 364


def test_the_history_counts_nothing_twice(move: Move) -> None:
    calls = move.history.filter(pl.col("queue") != "fr-mail")
    lost = calls["offered"] - calls["answered"] - calls["abandoned"]
    assert lost.abs().sum() == 0
    assert (calls["within"] <= calls["answered"]).all()


def test_the_ramp_is_that_of_practice(move: Move) -> None:
    assert [(wave.opens, wave.share_pct) for wave in move.transition.waves] == [
        (date(2025, 10, 13), 10),
        (date(2025, 10, 27), 15),
        (date(2025, 11, 10), 25),
        (date(2025, 11, 17), 50),
        (date(2025, 11, 24), 75),
        (date(2025, 12, 1), 100),
    ]


LATE = Hiring(team="casablanca-fr", nesting_weeks=3, first_class=date(2025, 12, 1))  # as the how-to writes it


@pytest.mark.parametrize(
    ("hiring", "classes", "gaps"),
    [((), [(8, date(2025, 11, 10)), (8, date(2025, 12, 29))], 0), ((LATE,), [(16, date(2025, 12, 22))], 3)],
    ids=["as shipped", "hired late"],
)
def test_staffing_asks_for_the_classes_that_the_how_to_names(
    move: Move, hiring: tuple[Hiring, ...], classes: list[tuple[int, date]], gaps: int
) -> None:
    asked = move.transition.model_copy(update={"hiring": hiring})
    found = staff(replace(move, transition=asked)).classes
    assert [(each.count, each.class_from) for each in found.classes] == classes
    assert len(found.gaps) == gaps


def test_a_shift_is_on_duty_for_85_percent_of_the_paid_day(move: Move) -> None:
    def minutes(text: object) -> int:
        hour, minute = str(text).split(":")[:2]
        return 60 * int(hour) + int(minute)

    for shift in move.operation.shifts:
        off = sum(minutes(pause.to) - minutes(pause.from_) for pause in shift.breaks)
        duty = minutes(shift.end) - minutes(shift.start) - off
        assert duty == pytest.approx(0.85 * shift.hours_week * 60 / len(shift.weekdays), abs=1), shift.name


def test_the_trap_in_the_dates_is_there_and_check_says_so() -> None:
    assert [warning.rule for warning in check(EXAMPLE).warnings] == ["no-way-back"]


def test_keeping_liege_until_march_mends_the_trap() -> None:
    assert check(EXAMPLE, ["liege-until-march"]).warnings == ()


@pytest.mark.parametrize("name", scenario_names(EXAMPLE))
def test_a_scenario_of_the_example_loads(name: str) -> None:
    assert load(EXAMPLE, [name]).scenarios == (name,)


def test_people_follow_contacts_when_half_stays() -> None:
    moved = load(EXAMPLE, ["half-stays"])
    assert (people(moved, "liege-fr"), people(moved, "gent-nl")) == (122, 124)
