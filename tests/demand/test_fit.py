"""The fit of replications to a history: what is inside, what is said, what a bad fit names."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from scipy.stats import t

from releve.demand.fit import FIT_COLUMNS, fit, history_weeks, misfits, sentence
from releve.operation.document import Place
from tests.demand.worlds import MONDAY, days_of_history, event, move, queue


def weeks(offered: list[int], abandoned: list[int], name: str = "fr") -> pl.DataFrame:
    """Weekly totals of a queue; every answered contact took 100 s."""
    answered = [one - other for one, other in zip(offered, abandoned, strict=True)]
    return pl.DataFrame(
        {
            "week": [MONDAY + timedelta(weeks=n) for n in range(len(offered))],
            "queue": name,
            "offered": offered,
            "answered": answered,
            "abandoned": abandoned,
            "handled_s": [100.0 * each for each in answered],
        }
    )


def replications(offered: list[list[int]], abandoned: list[list[int]]) -> pl.DataFrame:
    return pl.concat(
        weeks(one, other).with_columns(replication=pl.lit(n, dtype=pl.Int64))
        for n, (one, other) in enumerate(zip(offered, abandoned, strict=True))
    )


PLACES = {"fr": Place("operation.toml", 31)}
NEAR = [[95, 205], [100, 200], [110, 190], [105, 195], [90, 210]]
FEW = [[5, 10], [6, 11], [4, 9], [5, 12], [5, 10]]


def test_a_history_among_its_replications_is_inside_everywhere() -> None:
    fitted = fit(weeks([100, 200], [5, 10]), replications(NEAR, FEW))
    assert fitted["inside"].all()
    assert fitted.columns == list(FIT_COLUMNS)
    assert sentence(fitted).startswith(
        "The history lies inside the 95 % interval of the replications in 6 of 6"
    )
    assert misfits(fitted, PLACES) == ()


def test_all_weeks_together_are_a_mean_by_week_and_a_share_of_all() -> None:
    fitted = fit(weeks([100, 200], [5, 10]), replications(NEAR, FEW)).filter(pl.col("week").is_null())
    values = {row["measure"]: row["history"] for row in fitted.to_dicts()}
    assert values == {"offered": 150, "abandoned_share": 0.05, "handle_s": 100}


def test_the_interval_is_that_of_one_more_replication() -> None:
    offered = fit(weeks([100, 200], [5, 10]), replications(NEAR, FEW)).filter(
        (pl.col("measure") == "offered") & (pl.col("week") == MONDAY)
    )
    drawn = [95, 100, 110, 105, 90]
    half = t.ppf(0.975, 4) * np.std(drawn, ddof=1) * (1 + 1 / 5) ** 0.5
    assert offered.select("low", "median", "high").row(0) == pytest.approx((100 - half, 100, 100 + half))


def test_few_replications_seldom_find_a_misfit_where_there_is_none() -> None:
    draw = np.random.default_rng(3)
    found = 0
    for _ in range(100):
        offered = draw.poisson(1000, (7, 10)).tolist()
        few = [[20] * 10 for _ in range(7)]
        found += len(misfits(fit(weeks(offered[0], few[0]), replications(offered[1:], few[1:])), PLACES))
    assert found <= 15


def test_one_replication_has_nothing_to_say() -> None:
    fitted = fit(weeks([100, 200], [5, 10]), replications(NEAR[:1], FEW[:1]))
    assert fitted.is_empty()
    assert "a fit needs two replications" in sentence(fitted)


def test_a_misfit_is_told_with_as_many_digits_as_show_it() -> None:
    near = [[10_000, 10_000 + n] for n in (0, 1, 2, 1, 0)]
    found = misfits(fit(weeks([10_000, 10_006], [5, 10]), replications(near, FEW)), PLACES)
    assert found[0].found.startswith("'fr' offered: 10003 in the history, 10000 in the replications")


def test_too_many_who_abandon_is_a_finding_that_names_the_suspects() -> None:
    lost = [[40, 60], [45, 70], [41, 62], [44, 66], [39, 71]]
    found = misfits(fit(weeks([100, 200], [5, 10]), replications(NEAR, lost)), PLACES)
    assert [(finding.file, finding.line, finding.rule) for finding in found] == [
        ("operation.toml", 31, "bad-fit")
    ]
    assert "abandoned_share" in found[0].found
    assert "too few people present" in found[0].mend


def test_what_the_history_does_not_know_is_not_compared() -> None:
    unknown = weeks([100, 200], [5, 10]).with_columns(abandoned=pl.lit(None, dtype=pl.Int64))
    assert set(fit(unknown, replications(NEAR, FEW))["measure"]) == {"offered", "handle_s"}


def test_weeks_that_only_one_side_has_are_left_out() -> None:
    fitted = fit(weeks([100, 200, 999], [5, 10, 0]), replications(NEAR, FEW))
    assert fitted["week"].drop_nulls().max() == MONDAY + timedelta(weeks=1)
    assert fitted.filter(pl.col("measure") == "offered", pl.col("week").is_null())["history"].item() == 150


def test_a_weeks_totals_of_the_history_count_the_days_asked_for() -> None:
    rows = days_of_history("fr", [[10], [20], [40]], answered=5, talk_s=500.0, hold_s=50.0)
    world = move([queue(wrap_s=30.0)], rows, [event("*", "2024-09-02", "2024-09-02", "closed")])
    found = history_weeks(world, [MONDAY, MONDAY + timedelta(days=2)])
    assert found.to_dicts() == [
        {
            "week": date(2024, 9, 2),
            "queue": "fr",
            "offered": 50,
            "answered": 10,
            "abandoned": None,
            "handled_s": 2 * (500 + 50 + 5 * 30),
        }
    ]
