"""A lone operation on the stage: who is on duty when, what is open, which days are alike; seen in what comes out."""

from typing import Any

import numpy as np
import pytest

from releve.operation.lone import centre
from releve.rehearsal.lone_stage import lone_stage
from releve.rehearsal.play import replication_key
from releve.rehearsal.simulate import Simulated, simulate

CALLS = {"name": "calls", "handle_s": 120}
DESK = {"name": "desk", "queues": ["calls"]}
TEN = {"team": "desk", "from": "08:00", "to": "10:00", "people": 10}
BREAK = {"from": "09:00", "to": "09:30"}
SHIFT = {
    "name": "early",
    "teams": ["desk"],
    "people": 10,
    "start": "08:00",
    "end": "10:00",
    "breaks": [BREAK],
}


def small(**tables: Any) -> Simulated:
    """Twenty calls an hour from 8 to 10, ten people, twenty days in two replications; and what is said beside."""
    days = tables.pop("days", 20)
    plan = {
        "queues": [CALLS],
        "teams": [DESK],
        "arrivals": [{"queue": "calls", "from": "08:00", "to": "10:00", "per_hour": 20}],
        "staff": [TEN],
    }
    return simulate(centre(**(plan | tables)), days=days, replications=2)


def value(done: Simulated, measure: str, scope: str = "queue", period: str = "", name: str = "") -> float:
    """The value of a measure; null is not a number."""
    keys = {"scope": scope, "measure": measure, "period": period} | ({"name": name} if name else {})
    found = done.table.filter(**keys)["value"].item()
    return float("nan") if found is None else float(found)


def about(done: Simulated, measure: str, scope: str = "queue") -> tuple[float, float]:
    """The interval of a measure of the whole day, twice as wide."""
    low, high = done.table.filter(scope=scope, measure=measure, period="").select("low", "high").row(0)
    return 1.5 * low - 0.5 * high, 1.5 * high - 0.5 * low


def test_people_by_period_are_on_duty_in_their_periods() -> None:
    staff = [{"team": "desk", "from": "08:00", "every_minutes": 30, "people": [1, 3, 2, 4]}]
    done = small(staff=[*staff, {"team": "desk", "from": "08:30", "to": "09:00", "people": 5}])
    periods = ("08:00", "08:30", "09:00", "09:30")
    assert [value(done, "on_duty", "team", each) for each in periods] == [1, 8, 2, 4]


def test_people_on_shifts_are_away_in_their_breaks() -> None:
    done = small(staff=[], shifts=[SHIFT | {"weekdays": [1, 2, 3, 4, 5, 6, 7]}])
    periods = ("08:30", "09:00", "09:30")
    assert [value(done, "on_duty", "team", each) for each in periods] == [10, 0, 10]


def test_shifts_and_staff_are_different_people() -> None:
    done = small(shifts=[SHIFT | {"weekdays": [1, 2, 3, 4, 5, 6, 7]}])
    assert value(done, "on_duty", "team", "08:00") == 20


def test_one_in_five_stays_away() -> None:
    low, high = about(small(teams=[DESK | {"absence_chance": 0.2}]), "on_duty", "team")
    assert low < 0.8 * 10 * 2 / 24 < high


def test_who_goes_home_early_has_worked_half_the_time_in_the_mean() -> None:
    low, high = about(small(teams=[DESK | {"leaves_early_chance": 1.0}]), "on_duty", "team")
    assert low < 0.5 * 10 * 2 / 24 < high


def test_contacts_are_counted_by_the_team_that_took_them() -> None:
    """Calls find a free person at once; those of the second team only where the first prefers none of them."""
    teams = [DESK, {"name": "mail-desk", "queues": ["mail"], "site": "b"}]
    two = {
        "sites": [{"name": "a"}, {"name": "b"}],
        "queues": [CALLS, {"name": "mail", "handle_s": 60}],
        "teams": [DESK | {"site": "a"}, teams[1]],
        "arrivals": [
            {"queue": name, "from": "08:00", "to": "10:00", "per_hour": rate}
            for name, rate in (("calls", 20), ("mail", 30))
        ],
        "staff": [TEN, TEN | {"team": "mail-desk"}],
    }
    done = small(**two)
    for team, site, queue in (("desk", "a", "calls"), ("mail-desk", "b", "mail")):
        answered = value(done, "answered", name=queue)
        assert value(done, "taken", "team", name=team) == value(done, "taken", "site", name=site) == answered
    assert value(done, "taken", "all") == value(done, "answered", "all")


def test_a_contact_counts_for_its_team_in_the_interval_in_which_it_is_taken() -> None:
    """Nobody is there until nine: who came before is taken then."""
    late = small(staff=[TEN | {"from": "09:00"}])
    assert value(late, "answered", period="08:30") > 5
    assert value(late, "taken", "team", period="09:00") > value(late, "answered", period="09:00") + 10


def test_people_of_their_own_speed_make_the_replication_the_unit() -> None:
    done = small(teams=[DESK | {"speed_cv": 0.3}])
    assert (done.summary["unit"], done.summary["units"]) == ("replication", 2)


def test_a_slow_team_is_busy_for_longer() -> None:
    slow = small(teams=[DESK | {"handle_factor": 1.5}])
    assert value(slow, "handle_s") == pytest.approx(180, rel=0.1)


@pytest.mark.parametrize(("after_closing", "waiting", "abandoned"), [("sent_away", 0, 40), ("served", 40, 0)])
def test_who_waits_at_closing_is_sent_away_or_stays(
    after_closing: str, waiting: float, abandoned: float
) -> None:
    nobody = [{"team": "desk", "from": "20:00", "to": "20:30", "people": 0}]
    done = small(queues=[CALLS | {"after_closing": after_closing, "patience_s": 1e9}], staff=nobody)
    assert value(done, "still_waiting") == pytest.approx(waiting, abs=3)
    assert value(done, "abandoned") == pytest.approx(abandoned, abs=3)


def test_weekdays_that_differ_make_whole_weeks_the_unit() -> None:
    monday = [{"queue": "calls", "from": "08:00", "to": "10:00", "contacts": 700, "weekdays": [1]}]
    done = small(arrivals=monday, days=14)
    assert (done.summary["unit"], done.summary["units"]) == ("week", 4)
    assert value(done, "offered") == pytest.approx(100, rel=0.1)
    assert small(arrivals=monday, days=10).summary["unit"] == "replication"


def test_a_day_of_23_hours_has_the_contacts_of_23() -> None:
    all_day = [{"queue": "calls", "per_hour": 100}]
    plan = {"day": "2026-03-29", "zone": "Europe/Brussels", "arrivals": all_day, "days": 1}
    done = small(**plan)
    assert value(done, "offered") == pytest.approx(2300, rel=0.1)
    assert set(done.table.filter(scope="queue", measure="offered")["period"]) >= {"01:30", "03:00", "23:30"}
    assert done.table.filter(scope="queue", measure="offered", period="02:00").is_empty()


def test_a_day_of_25_hours_has_one_hour_twice() -> None:
    all_day = [{"queue": "calls", "per_hour": 100}]
    few = [{"team": "desk", "people": 4}]
    plan = {"day": "2026-10-25", "zone": "Europe/Brussels", "arrivals": all_day, "staff": few, "days": 1}
    done = small(**plan)
    assert value(done, "offered", period="02:00") == pytest.approx(100, abs=25)
    assert value(done, "on_duty", "team", "02:00") == value(done, "on_duty", "team", "03:00") == 4
    assert value(done, "wait_p99_s", period="02:00") > 0


SHORT, LONG = "2026-03-29", "2026-10-25"  # in Brussels the clock goes from 2 to 3, and from 3 back to 2


@pytest.mark.parametrize("day", [SHORT, LONG])
@pytest.mark.parametrize("interval", [120, 240])
@pytest.mark.parametrize("every", [60, 240])
def test_long_intervals_go_by_the_clock_on_the_day_of_its_change(day: str, interval: int, every: int) -> None:
    """Four people all day, five from four to eight: by the local clock, whatever the hours that went by."""
    staff = [{"team": "desk", "people": 4}, {"team": "desk", "from": "04:00", "to": "08:00", "people": 1}]
    arrivals = [{"queue": "calls", "every_minutes": every, "per_hour": [60] * (1440 // every)}]
    done = small(
        day=day, zone="Europe/Brussels", staff=staff, arrivals=arrivals, days=1, interval_minutes=interval
    )
    on_duty = done.table.filter(scope="team", measure="on_duty")
    periods = [f"{minute // 60:02d}:00" for minute in range(0, 1440, interval)]
    by_period = dict(zip(on_duty["period"], on_duty["value"], strict=True))
    assert [by_period[each] for each in periods] == [5 if "04" <= each < "08" else 4 for each in periods]


@pytest.mark.parametrize(("day", "first", "last"), [(SHORT, 3, 4), (LONG, 5, 4)])
def test_a_long_interval_has_the_contacts_and_the_waits_of_its_hours(day: str, first: int, last: int) -> None:
    """Nobody is there until eight by the clock; then ninety people are, for all who came before."""
    staff = [{"team": "desk", "from": "08:00", "to": "12:00", "people": 90}]
    done = small(
        day=day,
        zone="Europe/Brussels",
        arrivals=[{"queue": "calls", "every_minutes": 60, "per_hour": [90] * 24}],
        staff=staff,
        days=1,
        interval_minutes=240,
    )
    offered = [value(done, "offered", period=each) for each in ("00:00", "20:00")]
    assert offered == pytest.approx([90 * first, 90 * last], rel=0.15)
    longest = [value(done, "wait_p99_s", period=each) / 3600 for each in ("00:00", "04:00")]
    assert longest == pytest.approx([first + 4, 4], abs=0.1)


def test_what_is_left_at_night_is_carried_to_the_morning() -> None:
    mail = {"name": "mail", "handle_s": 60, "channel": "deferred", "target": "day"}
    day = {"name": "day", "definition": "deadline", "pct": 90, "deadline_days": 1}
    late = {
        "queues": [mail],
        "teams": [{"name": "desk", "queues": ["mail"]}],
        "targets": [day],
        "arrivals": [{"queue": "mail", "from": "18:00", "to": "20:00", "contacts": 100}],
    }
    done = small(**late, steady={"carry": True, "warm_up_days": 1})
    assert value(done, "still_waiting") == pytest.approx(100, rel=0.1)
    assert value(done, "answered") == pytest.approx(100, rel=0.1)
    assert (value(done, "service_level"), done.summary["unit"]) == (1.0, "batch of days")
    assert value(small(**late), "answered") == 0


def test_a_site_tells_of_its_queues_and_its_people() -> None:
    two = {
        "sites": [{"name": "a", "zone": "UTC"}, {"name": "b", "zone": "UTC"}],
        "destinations": [{"name": "a", "site": "a"}, {"name": "b", "site": "b"}],
        "queues": [CALLS | {"home": "a"}],
        "teams": [DESK | {"site": "a"}],
    }
    done = small(**two)
    assert value(done, "offered", "site", name="a") == value(done, "offered", "all")
    assert done.table.filter(scope="site", name="b").is_empty()


def test_the_busyness_of_an_interval_does_not_hang_on_how_finely_arrivals_are_written() -> None:
    queues = [CALLS | {"busyness_interval_cv": 0.3, "busyness_cv": 0.1}]
    found = []
    for every, count in ((60, 24), (15, 96)):
        rows = [{"queue": "calls", "every_minutes": every, "per_hour": [20] * count}]
        stage = lone_stage(
            centre(queues=queues, teams=[DESK], arrivals=rows, staff=[TEN], interval_minutes=60), 3
        )
        summed = stage.arrivals(replication_key(1, 0), 0, 3)
        found.append(summed[:, :, :: 3600 // stage.step_s])
    np.testing.assert_allclose(found[0], found[1])


def test_the_order_of_tables_changes_nothing() -> None:
    queues = [{"name": "a", "handle_s": 120}, {"name": "b", "handle_s": 200}]
    teams = [{"name": "x", "queues": ["a", "b"]}, {"name": "y", "queues": ["b"]}]
    staff = [TEN | {"team": "x", "people": 2}, TEN | {"team": "y", "people": 1}]
    arrivals = [{"queue": name, "from": "08:00", "to": "10:00", "per_hour": 20} for name in ("a", "b")]
    tables: dict[str, list[Any]] = {"queues": queues, "teams": teams, "staff": staff, "arrivals": arrivals}
    one, other = small(**tables), small(**{key: rows[::-1] for key, rows in tables.items()})
    assert one.table.equals(other.table)
