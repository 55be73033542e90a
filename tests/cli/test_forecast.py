"""`releve forecast`: a move in, weeks and a backtest out."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.worlds import Run
from tests.operation.small_move import edit, write_small_move


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write_small_move(tmp_path / "small", history_from="2025-07-07", history_days=84)


def test_it_prints_the_weeks_the_backtest_and_why(run: Run, small: Path) -> None:
    done = run("forecast", small)
    assert done.code == 0
    for said in (
        "small: 1 Oct 2025 to 29 Nov 2025, first contacts",
        "3 Nov 2025",
        "Backtest, 3 weeks ahead from 5 days of the history",
        "Off by half-hour, by queue",
        "which was the least off",
    ):
        assert said in done.out


def test_the_tables_fit_a_narrow_terminal(run: Run, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    assert max(len(line) for line in run("forecast", small).out.splitlines()) <= 70


def test_json_has_the_weeks_and_the_backtest(run: Run, small: Path) -> None:
    content = run("forecast", small, "--counts", "offered", "--json").json
    assert content["chosen_by"] == "backtest"
    judged = [row["method"] for row in content["backtest"]["methods"]]
    assert judged == ["profile", "trend", "last-week", "four-weeks", "by-queue"]
    french = [week for week in content["weeks"] if week["queue"] == "fr" and week["monday"] == "2025-11-03"]
    assert french[0]["expected"] == pytest.approx(1.1 * 5 * 320)


def test_with_out_it_writes_every_open_half_hour(run: Run, small: Path, tmp_path: Path) -> None:
    run("forecast", small, "--counts", "offered", "--out", "there")
    with (tmp_path / "there/forecast.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["queue", "start", "minutes", "expected", "low", "high"]
    assert (rows[0]["queue"], rows[0]["start"]) == ("fr", "2025-10-01T09:00+02:00")
    assert [float(rows[0][name]) for name in ("low", "expected", "high")] == [
        20,
        20,
        20,
    ]  # there was no chance in it
    assert len(rows) == 2 * 16 * 42  # 43 weekdays, one of them closed


def test_with_out_it_draws_a_panel_for_all_queues_and_for_each(run: Run, small: Path, tmp_path: Path) -> None:
    said = run("forecast", small, "--out", "there")
    assert "there/forecast.svg" in said.out
    drawing = ElementTree.parse(tmp_path / "there" / "forecast.svg").getroot()
    text = ["".join(each.itertext()) for each in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert {"All queues", "fr, by profile", "nl, by profile"} <= set(text)


def test_the_past_stands_beside_the_forecast_week_by_week(run: Run, small: Path) -> None:
    came = run("forecast", small, "--counts", "offered", "--json").json["came"]
    assert [week["contacts"] for week in came if week["queue"] == "fr"] == [5 * 320] * 12
    assert [week["contacts"] for week in came if week["queue"] == ""] == [10 * 320] * 12


def test_each_queue_by_its_own_method_is_said(run: Run, tmp_path: Path) -> None:
    folder = write_small_move(tmp_path / "apart", history_from="2025-05-12", history_days=140)
    path = folder / "history.csv"
    path.write_text("\n".join(apart(path.read_text().splitlines())) + "\n")
    said = " ".join(run("forecast", folder, "--counts", "offered").out.split())
    assert "each queue by its own method" in said
    assert "Forecast are fr by trend; nl by " in said


def apart(rows: list[str]) -> Iterator[str]:
    """The small history: French calls grow by a tenth a week, Dutch ones rise for six weeks and fall back."""
    for row in rows:
        queue, start, minutes, offered, site, answered, *rest = row.split(",")
        if offered.isdigit():
            week = (date.fromisoformat(start[:10]) - date(2025, 5, 12)).days // 7
            offered = answered = f"{20 * 1.1**week if queue == 'fr' else 80 * (1 + week % 6 / 5):.0f}"
        yield ",".join((queue, start, minutes, offered, site, answered, *rest))


def test_public_holidays_of_which_the_calendar_says_nothing_are_named(run: Run, small: Path) -> None:
    # Armistice is closed for every queue, and All Saints a Saturday.
    assert "Public holidays of which" not in run("forecast", small).out
    edit(small, "calendar.csv", "*,2025-11-11,2025-11-11,closed", "queue:nl,2025-11-11,2025-11-11,closed")
    untold = run("forecast", small, "--json").json["untold_holidays"]
    assert untold == [{"day": "2025-11-11", "name": "Armistice Day", "country": "BE", "queues": ["fr"]}]
    assert "11 Nov 2025 (Armistice Day, BE)" in " ".join(run("forecast", small).out.split())


def test_a_method_that_is_asked_is_taken(run: Run, small: Path) -> None:
    assert run("forecast", small, "--method", "last-week", "--json").json["chosen_by"] == "person"


def test_a_method_that_could_not_be_judged_says_why_it_has_no_intervals(run: Run, small: Path) -> None:
    assert "last-year has no intervals" in run("forecast", small, "--method", "last-year").out


def test_a_history_too_short_to_judge_says_so(run: Run, tmp_path: Path) -> None:
    folder = write_small_move(tmp_path / "short", history_from="2025-09-08", history_days=21)
    done = run("forecast", folder)
    assert "too short to judge a method" in done.out
    assert "Backtest" not in done.out


def test_it_says_what_a_rehearsal_takes(run: Run, small: Path) -> None:
    assert "A rehearsal takes last-year" in run("forecast", small).out
    edit(small, "transition.toml", "salt =", 'forecast = "profile"\nsalt =')
    assert "A rehearsal takes" not in run("forecast", small, "--method", "profile").out


def test_a_transition_beyond_the_backtest_is_said_to_be_so(run: Run, small: Path) -> None:
    said = "The backtest looks 3 weeks ahead, and the transition ends 10 weeks after"
    assert said in " ".join(run("forecast", small).out.split())


def test_an_unknown_method_is_refused(run: Run, small: Path) -> None:
    done = run("forecast", small, "--method", "prophecy")
    assert done.code == 2
    assert "profile" in done.err


def test_a_season_that_no_backtest_could_judge_is_said(run: Run, tmp_path: Path) -> None:
    folder = write_small_move(tmp_path / "yearly", history_from="2024-09-30", history_days=360)
    path = folder / "history.csv"
    busy = [
        row.replace(",30,20,", ",30,30,") if ",2024-" in row else row for row in path.read_text().splitlines()
    ]
    path.write_text("\n".join(busy) + "\n")
    assert "The same weeks of last year say 50 % more" in run("forecast", folder).out
