"""Scenarios: named patches on what was read; they commute, or they contradict each other and are refused."""

from datetime import date
from itertools import permutations
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from releve.base.errors import InputError
from releve.operation.document import Document, Place
from releve.operation.loading import load
from releve.operation.plan import Patch, Scenario
from releve.operation.scenario import changes_of, merge, split_reference
from tests.operation.small_move import edit, write_small_move


def with_scenario(folder: Path, name: str, *patches: str) -> Path:
    """Append a scenario to a move's transition.toml."""
    path = folder / "transition.toml"
    lines = [
        "",
        "[[scenarios]]",
        f'name = "{name}"',
        "patches = [",
        *(f"  {{ {p} }}," for p in patches),
        "]",
        "",
    ]
    path.write_text(path.read_text() + "\n".join(lines))
    return folder


def test_a_whole_number_stays_whole_when_multiplied(tmp_path: Path) -> None:
    move = load(f"{write_small_move(tmp_path, new_people=10)}@more")
    assert {cohort.cohort: cohort.count for cohort in move.cohorts}["new-fr"] == 13  # 12.5, halves upward


def test_history_is_multiplied_for_the_queue_named(tmp_path: Path) -> None:
    before, after = load(write_small_move(tmp_path)).history, load(f"{tmp_path}@busier").history
    totals = [frame.group_by("queue").agg(pl.col("offered").sum()).sort("queue") for frame in (before, after)]
    assert [frame["offered"].to_list() for frame in totals] == [[16_000, 16_000], [17_600, 16_000]]


def test_days_are_added_to_a_date(tmp_path: Path) -> None:
    assert load(f"{write_small_move(tmp_path)}@later").transition.waves[0].opens == date(2025, 10, 20)


def test_scenarios_are_named_in_the_reference_or_beside_it(tmp_path: Path) -> None:
    write_small_move(tmp_path)
    beside = load(tmp_path, ["more", "later"])
    within = load(f"{tmp_path}@more,later")
    assert (beside.cohorts, beside.transition) == (within.cohorts, within.transition)
    assert within.scenarios == ("more", "later")
    assert split_reference("a/b") == ("a/b", ())


def test_every_holiday_with_an_estimated_date_comes_a_day_later(tmp_path: Path) -> None:
    move = load(f"{write_small_move(tmp_path)}@holiday-later")
    days = {event.name: event.from_ for event in move.calendar}
    assert days["Independence Day"] == date(2025, 11, 19)
    assert days["Armistice"] == date(2025, 11, 11)


def test_a_row_can_be_added(tmp_path: Path) -> None:
    row = (
        'file = "workforce.csv", append = { cohort = "ten", count = 10, team = "new-fr", contract_kind = '
        '"permanent", languages = "fr", hours_week = 38, hired = 2025-09-01, first_contact = 2025-10-13 }'
    )
    move = load(f"{with_scenario(write_small_move(tmp_path), 'ten', row)}@ten")
    assert [cohort.count for cohort in move.cohorts] == [12, 6, 10, 10]


def test_a_table_inside_a_file_can_be_set_by_a_dotted_key(tmp_path: Path) -> None:
    patch = 'file = "operation.toml", key = "interruption.least_offered", set = 25'
    move = load(f"{with_scenario(write_small_move(tmp_path), 'strict', patch)}@strict")
    assert move.operation.interruption.least_offered == 25


def test_two_scenarios_that_change_the_same_cell_contradict_each_other(tmp_path: Path) -> None:
    patch = 'file = "workforce.csv", where = { cohort = "new-fr" }, key = "count", set = 5'
    with_scenario(write_small_move(tmp_path), "fewer", patch)
    for pair in permutations(["fewer", "more"]):
        with pytest.raises(InputError, match=r"scenarios-contradict.*both change count of workforce.csv"):
            load(f"{tmp_path}@{','.join(pair)}")


def test_two_scenarios_that_change_the_same_history_contradict_each_other(tmp_path: Path) -> None:
    patch = 'file = "history.csv", where = { site = "old" }, key = "offered", add = 1'
    with_scenario(write_small_move(tmp_path), "one-more", patch)
    with pytest.raises(InputError, match="scenarios-contradict"):
        load(f"{tmp_path}@busier,one-more")


def test_a_finding_in_patched_data_names_the_row_and_the_scenario(tmp_path: Path) -> None:
    patch = 'file = "workforce.csv", where = { cohort = "new-fr" }, key = "hours_week", set = 44'
    with_scenario(write_small_move(tmp_path), "long", patch)
    with pytest.raises(InputError) as refused:
        load(f"{tmp_path}@long")
    told = refused.value.findings[0]
    assert (told.file, told.line, told.rule) == ("workforce.csv", 4, "cohort-without-shift")
    assert "(changed by scenario 'long')" in told.found
    assert load(tmp_path).scenarios == ()


def test_a_finding_in_an_added_row_names_the_patch(tmp_path: Path) -> None:
    patch = 'file = "hours.csv", append = { scope = "*", weekday = "saturday", from = "09:00", to = "12:00" }'
    with_scenario(write_small_move(tmp_path), "saturday", patch)
    with pytest.raises(InputError) as refused:
        load(f"{tmp_path}@saturday")
    told = refused.value.findings[0]
    line = (tmp_path / "transition.toml").read_text().splitlines()[told.line - 1]
    assert (told.file, told.rule) == ("transition.toml", "unknown-value")
    assert "append" in line
    assert "scenario 'saturday'" in told.found


def test_an_unknown_scenario_is_told_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"unknown-scenario.*'latter'.*did you mean 'later'"):
        load(f"{write_small_move(tmp_path)}@latter")


def test_a_day_later_is_unknown_where_no_date_is_estimated(tmp_path: Path) -> None:
    folder = edit(write_small_move(tmp_path), "calendar.csv", "estimated", "confirmed")
    with pytest.raises(InputError, match="unknown-scenario"):
        load(f"{folder}@holiday-later")


KEYS = ("count", "hours_week")
CELLS = st.tuples(st.integers(0, 3), st.sampled_from(KEYS))
CHANGES = st.fixed_dictionaries({"multiply": st.integers(1, 4)}) | st.fixed_dictionaries(
    {"add": st.integers(-3, 3)}
)
SCENARIO = st.dictionaries(CELLS, CHANGES, min_size=1, max_size=4)


def cohorts() -> Document:
    rows = [{"cohort": f"c{n}", "count": "10", "hours_week": "38"} for n in range(4)]
    return Document("workforce.csv", rows, {(n,): Place("workforce.csv", n + 2) for n in range(4)})


def laid_on(scenarios: list[Scenario]) -> tuple[list[dict[str, str]], int]:
    """The rows after the scenarios, and how many contradictions there are."""
    document = cohorts()
    documents = {"workforce.csv": document}
    places = [[Place("transition.toml", 1)] * len(each.patches) for each in scenarios]
    changes = [changes_of(each, at, documents) for each, at in zip(scenarios, places, strict=True)]
    return document.values, len(merge(changes, documents))


@settings(deadline=None)
@given(st.lists(SCENARIO, min_size=2, max_size=3))
def test_scenarios_give_the_same_move_in_every_order_or_contradict_in_every_order(
    drawn: list[dict[tuple[int, str], dict[str, int]]],
) -> None:
    scenarios = [
        Scenario(
            name=f"s{number}",
            patches=tuple(
                Patch.model_validate(
                    {"file": "workforce.csv", "where": {"cohort": f"c{row}"}, "key": key, **change}
                )
                for (row, key), change in cells.items()
            ),
        )
        for number, cells in enumerate(drawn)
    ]
    disjoint = sum(map(len, drawn)) == len(set().union(*drawn))
    outcomes = [laid_on(list(order)) for order in permutations(scenarios)]
    assert all((conflicts == 0) == disjoint for _, conflicts in outcomes)
    assert all(rows == outcomes[0][0] for rows, _ in outcomes)
