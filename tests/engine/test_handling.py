"""How long people are busy: any shape, their own times by queue and team and by half-hour, and wrap-up."""

import numpy as np
import pytest
from scipy import stats

from releve.engine.house import House
from releve.engine.plan import Durations
from releve.engine.shapes import IN_HAND, Array
from releve.engine.variates import parameters
from tests.engine.centres import centre, days, queue, replications
from tests.engine.steady import means

SHAPES = [
    ("exponential", 1.0),
    ("lognormal", 1.5),
    ("gamma", 0.5),
    ("gamma", 2.0),
    ("weibull", 0.7),
    ("constant", 0.0),
]


@pytest.mark.parametrize(("shape", "cv"), SHAPES)
def test_with_people_in_plenty_those_in_hand_are_poisson_whatever_the_shape(shape: str, cv: float) -> None:
    """M/G/infinity, long after the start: only the mean handle time counts. A day hands over who is in hand."""
    mean, handle_s, runs = 12.0, 200.0, 2000
    one = queue(handle=shape, handle_s=handle_s, handle_cv=cv)
    house = centre([one], [(0, [[0]], 60)], np.full((1, 3), mean * 1800.0 / handle_s))
    seen = np.array([int(each.today["carrying"][0]) for each in replications(house, runs)])
    error = np.sqrt(mean / runs)
    assert abs(seen.mean() - mean) < 5.0 * error
    assert 5.0 * error < 0.04 * mean, "4 % off would pass"
    edges = np.array([stats.poisson.ppf(part, mean) for part in (0.1, 0.3, 0.5, 0.7, 0.9)])
    counts = np.diff([0, *np.searchsorted(np.sort(seen), edges, side="right"), runs])
    chances = np.diff([0.0, *(stats.poisson.cdf(each, mean) for each in edges), 1.0])
    assert stats.chisquare(counts, chances * runs).pvalue > 1e-4


def with_durations(house: House, durations: Durations) -> House:
    """The house with more kinds of duration behind its own; they are numbered from there."""
    return house._replace(durations=np.concatenate([house.durations, durations.rows]))


def test_a_team_has_its_own_handle_time_in_each_queue() -> None:
    """Constant times: each cell of queue and site is its count times its own."""
    own = np.array([[100.0, 150.0], [210.0, 330.0]])  # [queue, team]
    house = centre(
        [queue("one"), queue("other")],
        [(0, [[0, 1]], 3), (1, [[0, 1]], 3)],
        np.full((2, 8), 12.0),
        destinations=2,
    )
    durations = Durations()
    rows = [[durations.add("constant", seconds) for seconds in team] for team in own]
    house.handling["talk"] = np.array(rows) + len(house.durations)
    house = with_durations(house, durations)._replace(
        upto=np.array([[30_000, 65_536]] * 2), owner=np.array([[0, 1]] * 2)
    )
    played, carry = next(days(house, [1]))
    kept = carried_s(carry, own, house.agents["team"])
    for q in (0, 1):
        cells = played.tally[:, played.lines["queue"] == q]
        answered, handled = (cells[name].sum(axis=(0, 1))[:2] for name in ("answered", "handled_s"))
        assert (answered > 20).all()
        assert handled == pytest.approx(answered * own[q] - kept[q])


def carried_s(carry: Array, own: Array, team: Array) -> Array:
    """Seconds of the contacts in hand that fall after midnight, by queue and team."""
    seconds = np.zeros_like(own)
    held = carry[carry["kind"] == IN_HAND]
    np.add.at(seconds, (held["queue"], team[held["agent"]]), held["at"])
    return seconds


def test_handle_times_follow_the_half_hour_in_which_the_talk_begins() -> None:
    by_interval = [60.0, 300.0, 60.0, 120.0]
    house = centre([queue()], [(0, [[0]], 200)], np.full((1, 4), 50.0))
    durations = Durations()
    first = durations.run([(*parameters("constant", seconds, 0.0), 0.0, 0) for seconds in by_interval])
    house.handling["talk"], house.handling["talk_step"] = first + len(house.durations), 1
    house = with_durations(house, durations)
    played, carry = next(days(house, [1]))
    answered, handled = (played.tally[name].sum(axis=(1, 2)) for name in ("answered", "handled_s"))
    handled[-1] += carry["at"].sum()
    assert (handled / answered).tolist() == pytest.approx(by_interval)


def test_the_mean_with_the_longest_capped_and_the_geometric_mean_are_those_of_the_shape() -> None:
    talk = stats.lognorm(
        s=np.sqrt(np.log(2.0)), scale=200.0 / np.sqrt(2.0)
    )  # mean 200 s, coefficient of variation 1
    house = centre([queue(handle="lognormal", handle_s=200.0)], [(0, [[0]], 60)], np.full((1, 40), 100.0))
    house.queues["longest_s"] = talk.ppf(0.9)

    def look(played: House) -> list[float]:
        early = played.tally[:30]
        done = early["completed"].sum()
        return [early["capped_s"].sum() / done, early["log_s"].sum() / done]

    capped, logs = means([look(played) for played in replications(house, 30)])
    assert capped.holds(talk.expect(lambda x: np.minimum(x, talk.ppf(0.9)))), capped
    assert logs.holds(talk.expect(np.log)), logs
    assert not capped.holds(200.0), "without the cap it would pass"


@pytest.mark.parametrize("hours", [3.0, 30.0])
def test_a_talk_over_midnight_is_one_talk_of_its_whole_length(hours: float) -> None:
    """All come in the half-hour before eleven; people in plenty."""
    first = np.zeros((1, 48))
    first[0, 45] = 5.0
    house = centre([queue(handle="constant", handle_s=hours * 3600.0)], [(0, [[0]], 30)], first)
    house.queues["longest_s"] = 48 * 3600.0
    sums = dict.fromkeys(("completed", "handled_s", "capped_s", "log_s"), 0.0)
    for played, _ in days(house, [1, 2, 3]):
        played.first[:] = 0.0
        for name in sums:
            sums[name] += float(played.tally[name].sum())
    talks = sums["completed"]
    assert talks > 0
    assert sums["capped_s"] == pytest.approx(sums["handled_s"]) == pytest.approx(talks * hours * 3600.0)
    assert sums["log_s"] == pytest.approx(talks * np.log(hours * 3600.0))


def test_wrap_up_and_the_learning_factor_lengthen_the_time_busy() -> None:
    house = centre([queue(handle_s=200.0, wrap_s=50.0)], [(0, [[0]], 60)], np.full((1, 40), 100.0))
    house.agents["factor"], house.queues["handle_factor"], house.handling["factor"] = 1.2, 0.9, 1.1

    def look(played: House) -> list[float]:
        early = played.tally[:30]
        return [early["handled_s"].sum() / early["completed"].sum()]

    (mean,) = means([look(played) for played in replications(house, 30)])
    assert mean.holds(250.0 * 1.2 * 0.9 * 1.1), mean
    assert not mean.holds(1.02 * 250.0 * 1.2 * 0.9 * 1.1), "2 % off would pass"
