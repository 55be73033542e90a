"""A move is read whole or not at all, and everything that is wrong with it is told at once."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from releve.base.errors import InputError
from releve.operation.document import place_in
from releve.operation.loading import check, load, scenario_names
from tests.operation.small_move import edit, write_small_move


def test_the_small_move_is_read_without_a_warning(tmp_path: Path) -> None:
    checked = check(write_small_move(tmp_path / "small"))
    assert checked.warnings == ()
    assert [wave.name for wave in checked.move.transition.waves] == ["half"]
    assert sum(cohort.count for cohort in checked.move.cohorts) == 28


def test_the_history_is_sorted_instants_with_every_declared_column(tmp_path: Path) -> None:
    history = load(write_small_move(tmp_path, history_days=14, offered=7)).history
    assert history.height == 2 * 10 * 16
    assert history["queue"].to_list() == ["fr"] * 160 + ["nl"] * 160
    assert history["start"][0] == datetime(2024, 9, 30, 7, tzinfo=UTC)  # 09:00 in Brussels in summer
    assert history["offered"].sum() == 7 * 320
    assert history["within"].null_count() == 320


def test_everything_wrong_in_every_file_is_told_at_once(tmp_path: Path) -> None:
    folder = write_small_move(tmp_path)
    edit(folder, "operation.toml", 'zone = "Africa/Casablanca"', 'zone = "Africa/Casablnca"')
    edit(folder, "transition.toml", "share_pct = 50", "share_pct = 150")
    edit(folder, "workforce.csv", "old-nl,6,", "old-nl,six,")
    edit(folder, "hours.csv", "*,tue,", "*,teu,")
    edit(folder, "history.csv", "fr,2024-09-30T09:00,30,20", "fr,2024-09-30T09:00,30,-20")
    (folder / "calendar.csv").unlink()
    edit(folder, "sources.csv", "key,value", "kee,value")
    with pytest.raises(InputError) as refused:
        load(folder)
    told = {(finding.file, finding.line, finding.rule) for finding in refused.value.findings}
    assert told == {
        ("operation.toml", 23, "unknown-zone"),
        ("transition.toml", 13, "out-of-range"),
        ("workforce.csv", 3, "not-a-whole-number"),
        ("hours.csv", 3, "unknown-value"),
        ("history.csv", 2, "bad-number"),
        ("calendar.csv", 0, "missing-file"),
        ("sources.csv", 1, "missing-column"),
    }


def test_a_column_with_a_wrong_name_is_told_once_and_nothing_that_follows_from_it(tmp_path: Path) -> None:
    folder = write_small_move(tmp_path)
    edit(folder, "workforce.csv", "cohort,count", "cohrot,count")
    edit(folder, "workforce.csv", ",6,", ",six,")
    with pytest.raises(InputError) as refused:
        load(folder)
    assert {(finding.line, finding.rule) for finding in refused.value.findings} == {
        (1, "missing-column"),
        (3, "not-a-whole-number"),
    }


def test_a_folder_that_is_not_there_is_said_with_the_one_that_may_be_meant(tmp_path: Path) -> None:
    write_small_move(tmp_path / "liege")
    with pytest.raises(InputError, match=r"missing-move.*did you mean '.*liege'"):
        load(tmp_path / "leige")


def test_a_byte_order_mark_and_windows_lines_are_read(tmp_path: Path) -> None:
    folder = write_small_move(tmp_path)
    for path in folder.iterdir():
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load(folder).history.height == load(write_small_move(tmp_path / "plain")).history.height


def test_what_was_not_known_on_the_day_is_hidden(tmp_path: Path) -> None:
    folder = write_small_move(tmp_path, history_days=21)
    edit(folder, "transition.toml", "salt =", "as_of = 2024-10-11\nsalt =")
    move = load(folder)
    assert [event.name for event in move.calendar] == ["Armistice", "Independence Day"]
    assert move.history["start"].max() == datetime(2024, 10, 11, 14, 30, tzinfo=UTC)
    assert len(load(write_small_move(tmp_path / "all")).calendar) == 3


def test_the_order_of_rows_in_the_history_changes_nothing(tmp_path: Path) -> None:
    folder = write_small_move(tmp_path)
    before = load(folder).history
    header, *rows = (folder / "history.csv").read_text().splitlines()
    (folder / "history.csv").write_text("\n".join([header, *reversed(rows)]) + "\n")
    assert load(folder).history.equals(before)


def test_times_as_a_spreadsheet_writes_them_are_read(tmp_path: Path) -> None:
    folder = edit(write_small_move(tmp_path), "hours.csv", "*,mon,09:00,17:00", "*, mon ,9:00,17:00:00")
    assert load(folder).hours[0].from_.hour == 9


def test_the_scenarios_of_a_move_are_listed_with_the_automatic_one(tmp_path: Path) -> None:
    assert scenario_names(write_small_move(tmp_path)) == ("more", "busier", "later", "holiday-later")


def test_the_shipped_example_loads_and_warns_of_the_trap_in_the_dates() -> None:
    example = Path(__file__).parents[2] / "examples" / "liege-morocco"
    checked = check(example)
    trap = [warning for warning in checked.warnings if warning.rule == "no-way-back"]
    assert "2025-12-31, 90 days before the transition ends" in trap[0].found
    assert "rehearse the choice with --against" in trap[0].mend
    assert checked.move.transition.ends == date(2026, 3, 31)


@pytest.mark.parametrize("name", scenario_names(Path(__file__).parents[2] / "examples" / "liege-morocco"))
def test_every_scenario_of_the_shipped_example_loads(name: str) -> None:
    assert load(f"{Path(__file__).parents[2] / 'examples' / 'liege-morocco'}@{name}").scenarios == (name,)


def test_a_rehearsal_can_say_where_a_queue_is_written(tmp_path: Path) -> None:
    folder = write_small_move(tmp_path)
    there = place_in(folder, "operation.toml", "queues", "nl")
    written = (folder / "operation.toml").read_text().splitlines()
    assert written[there.line - 1] == 'name = "nl"'
    (folder / "operation.toml").unlink()
    assert place_in(folder, "operation.toml", "queues", "nl").line == 0
