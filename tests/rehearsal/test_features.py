"""What an operation file can say, from the file to the results: each against a formula or a case without chance."""

import math
from typing import Any

import pytest
from scipy import stats

from releve.operation.lone import centre
from releve.rehearsal.simulate import Simulated, simulate
from releve.workforce.erlang import erlang_a, erlang_c
from tests.engine.test_order import weighted

CALLS = {"name": "calls", "handle_s": 240}
DESK = {"name": "desk", "queues": ["calls"]}
NOBODY = [{"team": "desk", "from": "23:30", "people": 0}]


def played(per_hour: float = 100, people: int = 7, days: int = 20, **tables: Any) -> Simulated:
    """Calls all day to a desk, in a steady state and in one interval; and what is said beside."""
    plan = {
        "queues": [CALLS],
        "teams": [DESK],
        "arrivals": [{"queue": "calls", "per_hour": per_hour}],
        "staff": [{"team": "desk", "people": people}],
        "steady": {"carry": True, "warm_up_days": 1},
        "interval_minutes": 1440,
    }
    return simulate(centre(**(plan | tables)), days=days, replications=4)


def found(
    done: Simulated, measure: str, name: str = "calls", scope: str = "queue"
) -> tuple[float, float, float]:
    """Value, low and high over the whole day."""
    rows = done.table.filter(scope=scope, measure=measure, period="", name=name)
    return rows.select("value", "low", "high").row(0)


def near(done: Simulated, measure: str, exact: float, name: str = "calls", scope: str = "queue") -> bool:
    """Whether a value lies as near to the exact one as its interval is wide: 99.99 % of all seeds."""
    value, low, high = found(done, measure, name, scope)
    return abs(value - exact) < high - low < max(0.2 * exact, 1e-9)


def daily_sd(done: Simulated, name: str = "calls", scope: str = "queue") -> float:
    """The standard deviation of a day's offered contacts, from the width of the interval of its mean."""
    _, low, high = found(done, "offered", name, scope)
    units = done.summary["units"]
    return (high - low) / 2 / float(stats.t.ppf(0.975, units - 1)) * math.sqrt(units)


def test_new_tries_are_a_geometric_series_up_to_their_limit() -> None:
    """Nobody answers: of each hundred who leave sixty try again, twice at the most."""
    calls = CALLS | {"patience_s": 60, "retry_chance": 0.6, "retry_delay_s": 120, "retry_limit": 2}
    done = played(queues=[calls], staff=NOBODY)
    assert near(done, "offered", 2400 * (1 + 0.6 + 0.36))


def test_new_tries_by_another_channel_come_there() -> None:
    calls = CALLS | {"patience_s": 60, "retry_chance": 0.6, "retry_delay_s": 120, "retry_as": "mail"}
    mail = {"name": "mail", "handle_s": 60, "channel": "callback"}
    back = {"name": "back-office", "queues": ["mail"]}
    staff = [*NOBODY, {"team": "back-office", "people": 20}]
    done = played(queues=[calls, mail], teams=[DESK, back], staff=staff)
    assert near(done, "answered", 0.6 * 2400, "mail")
    assert found(done, "retried", "mail")[0] == found(done, "offered", "mail")[0]


def test_who_is_sent_away_at_closing_time_is_not_met_though_it_left_in_time() -> None:
    """Open from eight to nine, nobody there; everybody would wait for ever, and nine comes within the hour."""
    calls = CALLS | {
        "target": "hour",
        "open": ["08:00", "09:00"],
        "after_closing": "sent_away",
        "patience_s": 1e9,
    }
    done = played(
        queues=[calls],
        targets=[{"name": "hour", "definition": "early_met", "pct": 90, "threshold_s": 3600}],
        arrivals=[{"queue": "calls", "from": "08:00", "to": "09:00", "per_hour": 40}],
        staff=NOBODY,
        interval_minutes=60,
    )
    assert found(done, "abandoned")[0] == found(done, "offered")[0] > 0
    assert found(done, "service_level")[0] == 0.0


def test_those_not_helped_come_back_until_they_are() -> None:
    calls = CALLS | {"resolved_chance": 0.75, "return_chance": 0.8, "return_days": 1.5}
    steady = {"carry": True, "warm_up_days": 30}
    done = played(20, 20, queues=[calls], steady=steady)
    assert near(done, "offered", 480 / (1 - 0.25 * 0.8))


def test_the_waits_of_who_is_never_answered_are_the_patience_of_the_mixture() -> None:
    mix = [{"chance": 0.7, "mean_s": 90}, {"chance": 0.3, "mean_s": 600, "shape": "weibull", "cv": 0.7}]
    done = played(queues=[CALLS | {"balk_chance": 0.2, "patience_mix": mix}], staff=NOBODY)
    assert near(done, "wait_s", 0.8 * (0.7 * 90 + 0.3 * 600))


@pytest.mark.parametrize("shape", ["lognormal", "gamma"])
def test_busy_days_spread_as_a_mixed_poisson_and_go_together_as_said(shape: str) -> None:
    """Var = m + m^2 cv^2 for a queue; of both together also twice the covariance, rho cv^2 m^2 at small cv."""
    mean, cv, rho, days = 1000.0, 0.1, 0.6, 500
    own = {"handle_s": 60, "busyness_cv": cv, "busyness_shape": shape}
    queues = [{"name": name} | own for name in ("fr", "nl")]
    done = played(
        queues=queues,
        teams=[{"name": "desk", "queues": ["fr", "nl"]}],
        arrivals=[{"queue": name, "contacts": mean} for name in ("fr", "nl")],
        correlations=[{"queues": ["fr", "nl"], "correlation": rho}],
        steady={},
        people=5,
        days=days,
    )
    variance = mean + mean**2 * cv**2
    both = 2 * variance + 2 * rho * cv**2 * mean**2
    # A standard deviation from 2,000 days is right to 1.6 %; three times that.
    assert daily_sd(done, "fr") == pytest.approx(math.sqrt(variance), rel=0.05)
    assert daily_sd(done, "", "all") == pytest.approx(math.sqrt(both), rel=0.05)


def test_a_busyness_that_is_shared_moves_all_queues_together() -> None:
    mean, cv = 1000.0, 0.1
    done = played(
        queues=[{"name": "fr", "handle_s": 60}, {"name": "nl", "handle_s": 60}],
        teams=[{"name": "desk", "queues": ["fr", "nl"]}],
        arrivals=[{"queue": name, "contacts": mean} for name in ("fr", "nl")],
        busyness_shared_cv=cv,
        steady={},
        people=5,
        days=500,
    )
    assert daily_sd(done, "", "all") == pytest.approx(math.sqrt(2 * mean + 4 * mean**2 * cv**2), rel=0.05)


def test_handle_times_go_by_team_by_period_and_with_wrap_up() -> None:
    """Constant times and people in plenty: half of the day at 100 s, half at 200, a team's factor and 30 s after it."""
    calls = {
        "name": "calls",
        "handle_shape": "constant",
        "wrap_s": 30,
        "handle_by_period": {"every_minutes": 720, "handle_s": [100, 200]},
    }
    desk = DESK | {"handle": [{"queue": "calls", "factor": 1.5}]}
    done = played(people=50, queues=[calls], teams=[desk], interval_minutes=720)
    for period, talk in (("00:00", 100), ("12:00", 200)):
        value = done.table.filter(scope="queue", measure="handle_s", period=period)["value"].item()
        assert value == pytest.approx(1.5 * (talk + 30), rel=0.01)  # some talks are cut by the days' ends


def test_a_team_has_its_own_speed_in_each_of_its_queues() -> None:
    own = [{"queue": "calls", "handle_s": 100}, {"queue": "mail", "handle_s": 300}]
    mail = {"name": "mail", "handle_s": 240}
    done = played(
        40,
        60,
        queues=[CALLS, mail],
        teams=[{"name": "desk", "queues": ["calls", "mail"], "handle": own}],
        arrivals=[{"queue": name, "per_hour": 40} for name in ("calls", "mail")],
    )
    assert near(done, "handle_s", 100)
    assert near(done, "handle_s", 300, "mail")
    assert near(done, "busy", 40 / 3600 * (100 + 300), "desk", "team")


def test_waits_by_weight_are_kleinrocks() -> None:
    """The heavier queue's second of waiting is worth two of the other's; three people, 0.9 and 1.6 erlangs."""
    rows = [{"name": name, "handle_s": 15} for name in ("one", "other")]
    team = {"name": "desk", "queues": [["one", "other"]], "weights": [{"queue": "one", "weight": 2}]}
    arrivals = [{"queue": name, "per_hour": 240 * load} for name, load in (("one", 0.9), ("other", 1.6))]
    done = played(people=3, queues=rows, teams=[team], arrivals=arrivals)
    for name, exact in zip(("one", "other"), weighted(2.0), strict=True):
        assert near(done, "wait_s", exact, name)


def test_a_queue_goes_to_the_team_that_prefers_it_while_somebody_is_free_there() -> None:
    teams = [DESK | {"prefer": [{"queue": "calls", "rank": 1}]}, {"name": "first", "queues": ["calls"]}]
    done = played(teams=teams, staff=[{"team": team, "people": 60} for team in ("desk", "first")])
    assert found(done, "taken", "desk", "team")[0] == 0
    assert found(done, "taken", "first", "team")[0] == found(done, "answered")[0]


def test_a_second_team_takes_what_has_waited_so_long() -> None:
    late = {"name": "late", "queues": ["calls"], "delays": [{"queue": "calls", "after_s": 20}]}
    done = played(teams=[DESK, late], staff=[*NOBODY, {"team": "late", "people": 60}])
    assert found(done, "wait_answered_s")[0] == pytest.approx(20)


def test_sites_take_from_each_other_what_has_waited_so_long() -> None:
    """At each site only those are at work who answer the other's queue."""
    done = played(
        sites=[{"name": "here"}, {"name": "there"}],
        destinations=[
            {"name": "here", "site": "here", "overflow": "there", "overflow_after_s": 45},
            {"name": "there", "site": "there", "overflow": "here", "overflow_after_s": 60},
        ],
        queues=[CALLS | {"home": "here"}, {"name": "mail", "handle_s": 60, "home": "there"}],
        teams=[
            {"name": "mail-desk", "queues": ["mail"], "site": "here"},
            {"name": "calls-desk", "queues": ["calls"], "site": "there"},
        ],
        arrivals=[{"queue": name, "per_hour": 50} for name in ("calls", "mail")],
        staff=[{"team": name, "people": 60} for name in ("mail-desk", "calls-desk")],
    )
    for name, after_s, site in (("calls", 45, "there"), ("mail", 60, "here")):
        assert found(done, "wait_answered_s", name)[0] == pytest.approx(after_s)
        assert found(done, "taken", site, "site")[0] == found(done, "answered", name)[0] > 1000


def test_mail_is_left_while_too_few_would_stay_idle_for_calls() -> None:
    mail = {"name": "mail", "handle_s": 60, "channel": "deferred", "target": "day"}
    target = [{"name": "day", "definition": "deadline", "pct": 95, "deadline_days": 1}]
    taken = []
    for reserve in (2, 3):  # three people: two others stay idle, or three would have to
        team = DESK | {"queues": ["calls", "mail"], "reserve": [{"queue": "mail", "people": reserve}]}
        arrivals = [{"queue": "calls", "per_hour": 1}, {"queue": "mail", "contacts": 50, "to": "12:00"}]
        done = played(people=3, queues=[CALLS, mail], teams=[team], arrivals=arrivals, targets=target)
        taken.append(found(done, "answered", "mail")[0])
    assert taken[0] == pytest.approx(50, abs=5)
    assert taken[1] == 0


def test_a_team_has_a_place_for_each_chat_it_may_hold() -> None:
    done = played(250, queues=[CALLS | {"channel": "chat"}], teams=[DESK | {"at_once": 3}])
    assert near(done, "waiting", float(erlang_c(3 * 7, 250 * 240 / 3600)))


def test_all_who_would_wait_are_called_back() -> None:
    calls = CALLS | {"callback": "back", "callback_chance": 1}
    back = {"name": "back", "handle_s": 240, "channel": "callback"}
    done = played(75, queues=[calls, back], teams=[DESK | {"queues": ["calls", "back"]}])
    assert near(done, "called_back", 75 * 24 * float(erlang_c(7, 5)))
    assert found(done, "wait_answered_s")[0] == 0


def test_people_who_stay_serve_who_waits_at_closing() -> None:
    """Ten people from noon to one for what came in the morning: too much for an hour."""
    hours: dict[str, Any] = {
        "interval_minutes": 60,
        "arrivals": [{"queue": "calls", "from": "08:00", "to": "13:00", "per_hour": 60}],
        "staff": [{"team": "desk", "from": "12:00", "to": "13:00", "people": 10}],
        "steady": {},
    }
    left_over = 300.0 - 10 * (15 + 1)  # in an hour each is done with fifteen and takes one more
    for stays, left in ((True, 0.0), (False, left_over)):
        done = played(teams=[DESK | {"stays": stays}], **hours)
        assert found(done, "still_waiting")[0] == pytest.approx(left, abs=8 if left else 0)


def test_people_of_different_speeds_are_as_many_as_the_mean_when_few_wait() -> None:
    """With people in plenty the mean handle time of all is that of the queue: the factors have mean 1."""
    even, uneven = (played(10, 40, teams=[DESK | {"speed_cv": cv}]) for cv in (0.0, 0.3))
    assert found(uneven, "handle_s")[0] == pytest.approx(240, rel=0.1)
    width = [high - low for _, low, high in (found(done, "handle_s") for done in (even, uneven))]
    assert width[1] > 2 * width[0]  # replications differ by their people


def test_abandonment_with_lines_and_patience_hides_nobody() -> None:
    """A line for everyone who may ever be there changes nothing: Erlang A."""
    many = played(
        queues=[CALLS | {"patience_s": 120, "lines": "trunk"}], line_groups=[{"name": "trunk", "lines": 500}]
    )
    assert near(many, "abandoned_part", float(erlang_a(7, 100 * 240 / 3600, 240, 120, 20).abandon_chance))
    assert found(many, "blocked")[0] == 0
