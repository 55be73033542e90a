"""The longest handle time that counts, against the distributions of SciPy."""

from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import brentq

from releve.engine.plan import Durations
from releve.rehearsal.longest import percentile_s
from tests.rehearsal.worlds import OPERATION, Edit, small, stage_of

MEAN_S, CV = 300.0, 0.8
SIGMA = np.sqrt(np.log(1 + CV**2))
SHAPES = {
    "lognormal": stats.lognorm(s=SIGMA, scale=MEAN_S * np.exp(-(SIGMA**2) / 2)),
    "exponential": stats.expon(scale=MEAN_S),
    "gamma": stats.gamma(a=1 / CV**2, scale=MEAN_S * CV**2),
}


def of_shape(shape: str) -> float:
    durations = Durations()
    durations.add(shape, MEAN_S, CV)
    return percentile_s(durations.rows[0], durations.observed)


@pytest.mark.parametrize("shape", SHAPES)
def test_one_contact_in_a_hundred_is_longer(shape: str) -> None:
    assert SHAPES[shape].sf(of_shape(shape)) == pytest.approx(0.01)


def test_one_contact_in_a_hundred_of_a_weibull_is_longer() -> None:
    k = brentq(lambda k: stats.weibull_min(k).std() / stats.weibull_min(k).mean() - CV, 0.5, 4.0)
    exact = stats.weibull_min(k, scale=MEAN_S / stats.weibull_min(k).mean())
    assert exact.sf(of_shape("weibull")) == pytest.approx(0.01)


def test_observed_times_have_their_own_percentile_scaled_to_the_mean() -> None:
    durations = Durations()
    durations.seen([5.0, 5.0], 5.0)  # of somebody else
    durations.share(durations.seen(range(1, 102), 102.0))  # mean 51, 99 % of the way from 1 to 101: 100
    assert percentile_s(durations.rows[0], durations.observed) == pytest.approx(2 * 100)


def test_where_all_are_alike_none_is_longer() -> None:
    assert of_shape("constant") == MEAN_S


CONSTANT: Edit = (OPERATION, "handle_s = 300", 'handle_s = 300\nhandle_shape = "constant"')
TEAM = 'name = "old-fr"\nabsence_chance = 0.0'


@pytest.mark.parametrize(
    ("own", "longest"),
    [
        ("", 300.0 + 30.0),
        ("handle_factor = 1.5", 1.5 * 330.0),
        ('handle = [{ queue = "fr", handle_s = 500, wrap_s = 20, factor = 2.0 }]', 2.0 * 520.0),
        (
            'handle = [{ queue = "fr", handle_by_period = { every_minutes = 720, handle_s = [200, 400] } }]',
            430.0,
        ),
    ],
)
def test_it_is_the_old_site_s_where_its_people_have_times_of_their_own(
    tmp_path: Path, own: str, longest: float
) -> None:
    move = small(tmp_path / "move", CONSTANT, (OPERATION, TEAM, f"{TEAM}\n{own}"))
    stage = stage_of(move)
    assert stage.plan.queues["longest_s"][stage.queues.index("fr")] == pytest.approx(longest)


def test_the_times_of_the_new_site_s_people_say_nothing_of_the_old_one_s(tmp_path: Path) -> None:
    new = 'name = "new-fr"\nabsence_chance = 0.0'
    stage = stage_of(small(tmp_path / "move", CONSTANT, (OPERATION, new, f"{new}\nhandle_factor = 3.0")))
    assert stage.plan.queues["longest_s"][stage.queues.index("fr")] == pytest.approx(330.0)
