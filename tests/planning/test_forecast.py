"""The forecast of a move: its dates, its calendar, its method, and what cannot be forecast."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from releve.base.errors import InputError
from releve.demand.expected import expected
from releve.operation.loading import load
from releve.operation.move import Move
from releve.operation.rows import Opening
from releve.planning.forecast import Forecast, forecast
from tests.operation.small_move import edit, write_small_move

A_DAY = 320.0  # 16 half-hours of 20


def small(folder: Path, **settings: object) -> Path:
    """The small move with twelve weeks of history up to the last Sunday before it."""
    recent = {"history_from": "2025-07-07", "history_days": 84}
    return write_small_move(folder / "small", **(recent | settings))


def offered(move: Move, method: str | None = None) -> Forecast:
    return forecast(move, "offered", method)


def on(found: Forecast, day: date, queue: str = "fr") -> float:
    return float(found.expected[found.days.index(day), found.queues.index(queue)].sum())


def test_every_day_of_the_transition_is_forecast(tmp_path: Path) -> None:
    found = offered(load(small(tmp_path)))
    assert (found.days[0], found.days[-1], len(found.days)) == (date(2025, 10, 1), date(2025, 11, 29), 60)
    assert on(found, date(2025, 10, 1)) == pytest.approx(A_DAY)
    assert on(found, date(2025, 10, 4)) == 0


def test_a_closing_of_the_calendar_expects_nobody(tmp_path: Path) -> None:
    assert on(offered(load(small(tmp_path))), date(2025, 11, 11)) == 0


def test_a_planners_own_adjustment_multiplies_the_days_it_names(tmp_path: Path) -> None:
    found = offered(load(small(tmp_path)))  # the small move's letter: 1.1 for French from 3 to 7 November
    assert on(found, date(2025, 11, 3)) == pytest.approx(1.1 * A_DAY)
    assert on(found, date(2025, 11, 3), "nl") == pytest.approx(A_DAY)
    assert on(found, date(2025, 11, 10)) == pytest.approx(A_DAY)


def test_growth_multiplies_every_method(tmp_path: Path) -> None:
    folder = small(tmp_path)
    edit(folder, "transition.toml", "[[waves]]", '[[growth]]\nqueue = "fr"\nfactor = 1.2\n\n[[waves]]')
    grown = load(folder)
    for method in ("profile", "four-weeks"):
        assert on(offered(grown, method), date(2025, 10, 1)) == pytest.approx(1.2 * A_DAY)


def test_a_day_of_another_clock_has_the_same_hours(tmp_path: Path) -> None:
    move = load(small(tmp_path))
    sundays = Opening.model_validate({"scope": "*", "weekday": "sun", "from": "00:00", "to": "00:00"})
    found = offered(replace(move, hours=(*move.hours, sundays)))
    opened = [int(found.open[found.days.index(date(2025, 10, day)), 0].sum()) for day in (19, 26)]
    assert opened == [48, 50]
    fridays = [
        found.expected[found.days.index(day), 0].nonzero()[0][0]
        for day in (date(2025, 10, 24), date(2025, 10, 31))
    ]
    assert fridays == [18, 18]  # 09:00, before and after the clock was changed


def test_last_year_is_what_a_rehearsal_expects(tmp_path: Path) -> None:
    move = load(small(tmp_path, history_from="2024-09-30", history_days=70))
    found = forecast(move, method="last-year")
    np.testing.assert_array_equal(found.expected, expected(move, found.days, found.open).first)


def test_offered_contacts_are_first_contacts_with_who_comes_back(tmp_path: Path) -> None:
    move = load(small(tmp_path))
    edit(
        move.folder,
        "operation.toml",
        'name = "fr"\n',
        'name = "fr"\nreturn_chance = 0.5\nresolved_chance = 0.8\n',
    )
    returning = load(move.folder)
    assert on(offered(returning), date(2025, 10, 1)) == pytest.approx(A_DAY)
    assert on(forecast(returning), date(2025, 10, 1)) < 0.95 * A_DAY


def test_a_week_adds_up_and_so_do_the_queues(tmp_path: Path) -> None:
    found = offered(load(small(tmp_path)))
    first = {week.queue: week.expected for week in found.weeks if week.monday == date(2025, 10, 6)}
    assert first == pytest.approx({"fr": 5 * A_DAY, "nl": 5 * A_DAY, "": 10 * A_DAY})


def test_half_hours_lie_within_their_intervals(tmp_path: Path) -> None:
    found = offered(load(small(tmp_path)))
    assert (found.low <= found.expected).all()
    assert (found.expected <= found.high).all()
    assert found.chosen_by == "backtest"


def test_a_history_of_three_weeks_is_forecast_without_intervals(tmp_path: Path) -> None:
    found = offered(load(small(tmp_path, history_from="2025-09-08", history_days=21)))
    assert (found.chosen_by, found.method, found.judged) == ("default", "four-weeks", ())
    assert np.isnan(found.high).all()
    assert on(found, date(2025, 10, 1)) == pytest.approx(A_DAY)


def test_what_as_of_hides_is_not_foreseen(tmp_path: Path) -> None:
    folder = small(tmp_path)
    edit(folder, "transition.toml", "salt =", "as_of = 2025-09-28\nsalt =")
    assert on(offered(load(folder)), date(2025, 11, 3)) == pytest.approx(A_DAY)  # known from 20 October


def refusal(move: Move) -> dict[str, str]:
    with pytest.raises(InputError) as caught:
        forecast(move)
    return {finding.rule: finding.found for finding in caught.value.findings}


def test_a_queue_to_which_nobody_ever_came_is_refused(tmp_path: Path) -> None:
    folder = small(tmp_path)
    rows = (folder / "history.csv").read_text().splitlines()
    silent = [row.replace(",30,20,old,20,", ",30,0,old,0,") if row.startswith("nl,") else row for row in rows]
    (folder / "history.csv").write_text("\n".join(silent) + "\n")
    assert refusal(load(folder)) == {"no-contacts": "'nl' has rows, and no contact in them"}


def test_a_history_that_ends_after_the_transition_leaves_nothing_to_forecast(tmp_path: Path) -> None:
    found = refusal(load(small(tmp_path, history_days=150)))
    assert found == {"nothing-ahead": "rows to 2025-12-03, and a transition that ends on 2025-11-29"}
