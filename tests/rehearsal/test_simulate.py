"""The simulation of a lone operation: exact formulas, intervals that hold, the same bytes every time."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from releve.base.errors import InputError
from releve.operation.centre import Operation
from releve.operation.lone import centre, with_steady
from releve.rehearsal import measured
from releve.rehearsal.simulate import Simulated, simulate
from releve.workforce.erlang import ServiceLevel, erlang_a, erlang_b, erlang_c

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/reference/simulation.md"
QUEUE = {"name": "calls", "handle_s": 240}
BY_THE_HOUR = {"queue": "calls", "from": "08:00", "every_minutes": 60, "per_hour": [30, 60, 45]}
DESK = {"team": "desk", "from": "08:00", "to": "12:00", "people": 4}


def one_queue(per_hour: float, people: int, queue: dict[str, Any] | None = None, **tables: Any) -> Operation:
    """Calls all day to a desk of so many, by default in a steady state."""
    return centre(
        **{
            "queues": [QUEUE | (queue or {})],
            "teams": [{"name": "desk", "queues": ["calls"]}],
            "arrivals": [{"queue": "calls", "per_hour": per_hour}],
            "staff": [{"team": "desk", "people": people}],
            "steady": {"carry": True, "warm_up_days": 1},
            "interval_minutes": 1440,
        }
        | tables
    )


def morning(queue: dict[str, Any] | None = None, **tables: Any) -> Operation:
    """Calls from 8 to 11, people until 12; days start empty."""
    plan = {"arrivals": [BY_THE_HOUR], "staff": [DESK], "steady": {}, "interval_minutes": 30}
    return one_queue(0, 0, queue, **(plan | tables))


def row(done: Simulated, measure: str, scope: str = "queue", period: str = "") -> dict[str, Any]:
    """The one row of a measure."""
    keys = {"scope": scope, "measure": measure, "period": period}
    return done.table.filter(**keys).row(0, named=True)


def near(done: Simulated, measure: str, exact: float, scope: str = "queue") -> bool:
    """Whether a value lies as near to the exact one as twice its interval reaches: 99.99 % of all seeds."""
    found = row(done, measure, scope)
    return bool(abs(found["value"] - exact) < found["high"] - found["low"])


def test_a_queue_whose_callers_leave_is_erlang_a() -> None:
    done = simulate(one_queue(100, 7, {"patience_s": 120}), days=30, replications=4)
    exact = erlang_a(7, 100 * 240 / 3600, 240, 120, 20)
    assert near(done, "waiting", float(exact.wait_chance))
    assert near(done, "abandoned_part", float(exact.abandon_chance))
    assert near(done, "wait_s", float(exact.wait_mean_s))
    assert near(done, "service_level", float(exact.of_offered))
    assert near(done, "occupancy", float(exact.occupancy), scope="team")


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        ("of_answered", "answered within 20 s, of those answered"),
        ("early_met", "answered or gone within 20 s, of all offered"),
        ("early_left_out", "answered within 20 s, of all offered but those gone within 20 s"),
    ],
)
def test_every_definition_of_a_service_level_is_that_of_erlang_a(definition: str, words: str) -> None:
    target = [{"name": "wanted", "definition": definition, "pct": 80, "threshold_s": 20}]
    held = {"patience_s": 60, "target": "wanted"}
    done = simulate(one_queue(100, 6, held, targets=target), days=20, replications=4)
    assert near(
        done,
        "service_level",
        float(erlang_a(6, 100 * 240 / 3600, 240, 60, 20).level(ServiceLevel(definition))),
    )
    assert row(done, "service_level")["definition"] == f"wanted: {words}"


def test_a_queue_whose_callers_wait_is_erlang_c() -> None:
    done = simulate(one_queue(75, 7), days=60, replications=4, seed=2)
    chance = float(erlang_c(7, 5.0))
    assert near(done, "waiting", chance)
    assert near(done, "wait_s", chance * 240 / (7 - 5))
    assert near(done, "occupancy", 5 / 7, scope="team")


def test_lines_without_a_queue_are_erlang_b() -> None:
    trunk = [{"name": "trunk", "lines": 7}]
    done = simulate(one_queue(100, 7, {"lines": "trunk"}, line_groups=trunk), days=20, replications=4)
    assert near(done, "blocked_part", float(erlang_b(7, 100 * 240 / 3600)))


def test_a_quantile_of_the_waits_is_that_of_erlang_c() -> None:
    done = simulate(one_queue(75, 6), days=60, replications=4)
    # Who waits, waits an exponential time of mean 240 / (6 - 5): P(wait > t) = C exp(-t / 240).
    assert near(done, "wait_p95_s", 240.0 * math.log(float(erlang_c(6, 5.0)) / 0.05))


def test_days_that_start_empty_fill_up_as_the_theory_says_and_carried_ones_are_full() -> None:
    """With people enough nobody waits, and busy ones are Poisson: load x (1 - exp(-t / handle_s)) from empty."""
    empty = one_queue(15, 40, {"handle_s": 3600}, interval_minutes=120, steady={})
    load, t = 15.0, 2.0  # erlangs; hours, in handle times
    filling = load * (1.0 - (1.0 - math.exp(-t)) / t)  # the mean over the first two hours
    for operation, exact in ((empty, filling), (with_steady(empty, carry=True, warm_up_days=1), load)):
        found = row(simulate(operation, days=40, replications=4), "busy", "team", "00:00")
        assert abs(found["value"] - exact) < found["high"] - found["low"]


def test_a_quantile_of_an_intervals_waits_is_that_of_erlang_c() -> None:
    done = simulate(one_queue(75, 6, interval_minutes=720), days=60, replications=4)
    for period in ("00:00", "12:00"):
        found = row(done, "wait_p95_s", period=period)
        exact = 240.0 * math.log(float(erlang_c(6, 5.0)) / 0.05)
        assert abs(found["value"] - exact) < found["high"] - found["low"]


def test_with_finer_arrivals_the_waits_of_an_interval_are_the_same() -> None:
    fine = [{"queue": "calls", "every_minutes": 5, "per_hour": [75] * 288}]
    operations = (
        one_queue(75, 6, interval_minutes=720),
        one_queue(75, 6, interval_minutes=720, arrivals=fine),
    )
    one, other = (simulate(operation, days=5, replications=2).table for operation in operations)
    quantiles = pl.col("measure").str.starts_with("wait_p")
    values = [each.filter(quantiles)["value"].to_numpy() for each in (one, other)]
    np.testing.assert_allclose(values[0], values[1], rtol=1e-6)


def test_a_centre_too_large_for_waits_by_interval_has_those_of_the_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = simulate(morning(), days=3, replications=2).table
    monkeypatch.setattr("releve.rehearsal.lone_stage.WAITS_MOST", 1)
    few = simulate(morning(), days=3, replications=2).table
    quantiles = pl.col("measure").str.starts_with("wait_p")
    assert few.filter(quantiles)["period"].unique().to_list() == [""]
    assert_frame_equal(few.filter(quantiles), whole.filter(quantiles, period=""), check_exact=True)


def test_work_with_a_deadline_has_no_waits_of_seconds() -> None:
    mail = {"name": "mail", "handle_s": 60, "channel": "deferred", "target": "day"}
    day = {"name": "day", "definition": "deadline", "pct": 90, "deadline_days": 1}
    both: dict[str, Any] = {
        "queues": [QUEUE, mail],
        "teams": [{"name": "desk", "queues": ["calls", "mail"]}],
        "targets": [day],
        "arrivals": [BY_THE_HOUR, {"queue": "mail", "from": "08:00", "to": "11:00", "contacts": 20}],
    }
    found = simulate(morning(**both), days=3, replications=2).table.filter(measure="wait_p90_s", period="")
    of_queue = found.filter(scope="queue")
    assert of_queue.filter(name="mail")["value"].to_list() == [None]
    assert found.filter(scope="all")["value"].item() == of_queue.filter(name="calls")["value"].item() > 0


def test_threads_change_no_byte() -> None:
    operation = morning({"patience_s": 90, "busyness_cv": 0.2})
    one, two = (simulate(operation, days=40, replications=2, threads=threads) for threads in (1, 2))
    assert_frame_equal(one.table, two.table, check_exact=True)
    assert one.summary == two.summary


class Stopping:
    """Ctrl-C when the first days are told to be finished."""

    def __call__(self, done: int, asked: int) -> None:
        raise KeyboardInterrupt


def test_ctrl_c_keeps_what_was_finished() -> None:
    done = simulate(morning(), days=320, replications=10, threads=1, progress=Stopping())
    assert done.interrupted
    assert 32 <= done.summary["played_days"] < done.summary["asked_days"]


def test_one_day_alone_has_no_interval() -> None:
    found = row(simulate(morning(), days=1, replications=1), "offered")
    assert (found["value"] > 0, found["low"], found["high"]) == (True, None, None)


@pytest.mark.parametrize(("days", "found"), [(0, "0 days"), (10**9, "10,000,000,000 days x replications")])
def test_no_days_and_days_without_end_are_refused(days: int, found: str) -> None:
    with pytest.raises(InputError, match=found):
        simulate(morning(), days=days)


def test_the_measures_are_documented_and_told() -> None:
    assert PAGE.read_text(encoding="utf-8") == measured.page()
    told = set(simulate(morning(), days=1, replications=1).table["measure"])
    assert {f"| `{name}` |" for name in told if f"| `{name}` |" not in measured.page()} == set()


def test_the_page_of_the_task_runs_in_python(capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / "docs/how-to/simulate-a-centre.md").read_text(encoding="utf-8")
    exec(text.partition("```python\n")[2].partition("```")[0], {})
    assert "offered" in capsys.readouterr().out
