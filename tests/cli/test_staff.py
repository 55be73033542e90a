"""`releve staff`: the table, the files, the document for machines, and what is refused."""

import csv
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from releve.planning import staff_files
from tests.cli.worlds import Run
from tests.operation.small_move import edit, write_small_move

PAGE = (Path(__file__).parents[2] / "docs/reference/staffing.md").read_text()


@pytest.fixture
def move(tmp_path: Path) -> Path:
    """The small move, with people enough in the office until the wave."""
    return write_small_move(tmp_path / "move", old_people=30, new_people=30, dutch_people=15)


@pytest.fixture
def one_day(tmp_path: Path) -> Path:
    """A move that ends on a Monday, so that a week with few people to roster has one day."""
    return write_small_move(tmp_path / "short", ends="2025-10-13", offered=4)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_table_tells_what_is_required_planned_and_present(run: Run, move: Path) -> None:
    said = run("staff", move)
    assert said.code == 0
    for words in ("new-fr, new", "old-fr, old", "Required", "Planned", "Present", "13 Oct 2025"):
        assert words in said.out
    assert "90 % answered within 150 s, of all offered" in said.out
    assert "enough" in said.out


def test_the_document_has_a_row_for_each_week_and_team(run: Run, move: Path) -> None:
    told = run("staff", move, "--json").json
    assert {row["team"] for row in told["weeks"]} == {"old-fr", "old-nl", "new-fr"}
    first, half = (
        next(row for row in told["weeks"] if row["week"] == week and row["team"] == "new-fr")
        for week in ("2025-10-06", "2025-10-13")
    )
    assert first["required"] == 0 < half["required"] < half["present"] < half["planned"]
    assert told["service_levels"][0]["promises"][0]["definition"] == "of_offered"


def test_its_files_are_there_and_agree(run: Run, move: Path, tmp_path: Path) -> None:
    said = run("staff", move, "--out", "staffing")
    out = tmp_path / "staffing"
    written = {"staff.csv", "required.csv", "calabrio.csv", "classes.csv", "staff.svg"}
    assert {path.name for path in out.iterdir()} == written
    assert "staffing/required.csv" in said.out
    week = next(r for r in rows(out / "staff.csv") if (r["week"], r["team"]) == ("2025-10-06", "old-fr"))
    days = [
        r
        for r in rows(out / "required.csv")
        if r["team"] == "old-fr" and "2025-10-06" <= r["date"] <= "2025-10-12"
    ]
    assert len(days) == 5 * 16
    assert float(week["required"]) == pytest.approx(
        sum(float(r["required"]) for r in days) / len(days), rel=1e-3
    )
    assert (days[0]["start"], days[0]["utc"]) == ("09:00", "2025-10-06T07:00Z")


def test_every_half_hour_with_calls_names_its_definition_who_leaves_and_how_busy_people_are(
    run: Run, move: Path, tmp_path: Path
) -> None:
    run("staff", move, "--out", "staffing")
    with_calls = [row for row in rows(tmp_path / "staffing" / "required.csv") if float(row["contacts"] or 0)]
    assert len(with_calls) > 100
    for row in with_calls:
        assert row["definition"] == "of_offered"
        assert float(row["level"]) >= float(row["promised"]) == 0.9
        assert 0 < float(row["abandoned"]) < 0.1
        assert 0 < float(row["occupancy"]) < 1


def test_calabrio_gets_people_required_without_a_header_sorted_by_skill(
    run: Run, move: Path, tmp_path: Path
) -> None:
    run("staff", move, "--out", "staffing")
    written = (tmp_path / "staffing" / "calabrio.csv").read_text().splitlines()
    assert sorted(line.split(",")[0] for line in written) == [line.split(",")[0] for line in written]
    first = next(row for row in rows(tmp_path / "staffing" / "required.csv") if row["team"] == "new-fr")
    day = first["date"].replace("-", "")
    assert written[0] == f"new-fr,{day} 09:00,{day} 09:30,0,0,0,{first['required']}"


def test_the_picture_is_one_drawing_with_a_panel_for_each_team(run: Run, move: Path, tmp_path: Path) -> None:
    run("staff", move, "--out", "staffing")
    drawing = ElementTree.parse(tmp_path / "staffing" / "staff.svg").getroot()
    text = " ".join("".join(each.itertext()) for each in drawing.iter("{http://www.w3.org/2000/svg}text"))
    for team in ("old-fr, old", "old-nl, old", "new-fr, new"):
        assert team in text


def test_a_scenario_changes_what_is_required(run: Run, move: Path) -> None:
    plain, busier = (
        sum(row["required"] for row in run("staff", name, "--json").json["weeks"])
        for name in (move, f"{move}@busier")
    )
    assert busier > plain


def test_with_strict_people_whom_nobody_can_bring_are_a_no(run: Run, tmp_path: Path) -> None:
    few = write_small_move(tmp_path / "few", old_people=2)
    said = run("staff", few, "--strict")
    assert said.code == 1
    assert "old-fr lacks" in said.out
    assert "nobody is hired for it" in said.out
    assert run("staff", few).code == 0


def test_a_queue_that_goes_where_nobody_serves_it_is_refused(run: Run, move: Path) -> None:
    edit(move, "transition.toml", 'queues = ["fr"]', 'queues = ["nl"]')
    said = run("staff", move)
    assert said.code == 2
    assert "no team there serves it" in said.err


def test_a_promise_that_no_number_of_people_keeps_is_refused(run: Run, move: Path) -> None:
    edit(move, "operation.toml", "pct = 90", "pct = 100")
    said = run("staff", move)
    assert said.code == 2
    assert re.search(r"operation.toml:\d+ target-out-of-reach", said.err)
    assert "promise 99" in said.err


def test_customers_without_patience_are_refused_where_it_is_written(run: Run, move: Path) -> None:
    edit(move, "operation.toml", "handle_s = 300", "handle_s = 300\npatience_s = 0")
    said = run("staff", move)
    assert said.code == 2
    assert re.search(r"operation.toml:\d+", said.err)
    assert "patience_s" in said.err


@pytest.mark.parametrize(
    "columns",
    [staff_files.WEEKS, staff_files.INTERVALS, staff_files.CLASSES, staff_files.CALABRIO, staff_files.SHIFTS],
)
def test_every_column_is_in_the_reference(columns: tuple[str, ...]) -> None:
    assert [name for name in columns if f"`{name}`" not in PAGE] == []


def test_every_key_of_the_document_is_in_the_reference(run: Run, move: Path) -> None:
    assert [key for key in run("staff", move, "--json").json if f"`{key}`" not in PAGE] == []


def test_the_shifts_of_a_week_stand_beside_the_people_who_are_there(
    run: Run, one_day: Path, tmp_path: Path
) -> None:
    said = run("staff", one_day, "--shifts", "2025-10-13", "--out", "staffing")
    assert said.code == 0
    assert "Shifts of the week of 13 Oct 2025" in said.out
    worked = rows(tmp_path / "staffing" / "shifts.csv")
    assert {row["team"] for row in worked} == {"old-fr", "old-nl", "new-fr"}
    assert {row["date"] for row in worked} == {"2025-10-13"}


def working_time(move: Path, *rules: str) -> Path:
    """The move with rules of its own for Belgium, where the old site is."""
    said = "\n".join(("[[working_time]]", 'country = "BE"', *rules))
    return edit(move, "operation.toml", "[[destinations]]", f"{said}\n\n[[destinations]]")


def test_the_rules_of_working_time_that_cost_paid_hours_are_said(run: Run, one_day: Path) -> None:
    long_days = working_time(one_day, "day_hours_least = 8.0")
    said = run("staff", long_days, "--shifts", "2025-10-13").out
    assert "What the rules of working time cost" in said
    assert "day_hours_least of old-fr: 7.75" in said


def test_a_search_takes_some_time(run: Run, one_day: Path) -> None:
    said = run("staff", one_day, "--shifts", "2025-10-13", "--seconds", "0")
    assert said.code == 2
    assert "more than 0 seconds" in said.err


def test_rules_that_allow_no_shift_are_refused_with_the_place_of_the_mend(run: Run, one_day: Path) -> None:
    said = run("staff", working_time(one_day, "day_hours_least = 10"), "--shifts", "2025-10-13")
    assert said.code == 2
    assert "operation.toml rules-allow-no-shift" in said.err
    assert "BE: day_hours_most 9 is under day_hours_least 10" in said.err
    assert "in the [[working_time]] with country = 'BE': raise day_hours_most" in said.err


def test_no_weekday_at_all_is_refused_with_its_line(run: Run, one_day: Path) -> None:
    said = run("staff", working_time(one_day, "weekdays = []"))
    assert said.code == 2
    assert re.search(r"operation.toml:\d+ empty-list", said.err)
    assert "write one at least" in said.err


def test_rules_that_clash_with_the_people_required_say_what_opens_them(run: Run, one_day: Path) -> None:
    said = run("staff", working_time(one_day, "weekdays = [2, 3, 4, 5]"), "--shifts", "2025-10-13")
    assert said.code == 2
    assert "the first on Mon 13 Oct 2025 at 09:00" in said.err
    assert "weekdays of old-fr: 1, 2, 3, 4, 5\n" in said.err


def test_a_country_whose_rules_nobody_knows_is_refused_with_what_to_write(run: Run, one_day: Path) -> None:
    edit(one_day, "operation.toml", 'country = "BE"', 'country = "FR"')
    said = run("staff", one_day, "--shifts", "2025-10-13")
    assert said.code == 2
    assert "in the [[working_time]] with country = 'FR': say day_hours_least" in said.err
