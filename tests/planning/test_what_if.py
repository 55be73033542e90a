"""What-ifs: each short form makes the move that its words say, and what is none says what there is."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from releve.base.errors import InputError
from releve.operation.loading import load
from releve.operation.move import Move
from releve.planning.what_if import what_if
from releve.planning.what_if_judged import judge_what_ifs
from tests.operation.small_move import edit, write_small_move

NEW_RESOLVED = '[[quality]]\nsite = "new"\nresolved_points = -2.0\n\n[[rollback]]'


@pytest.fixture(scope="module")
def move(tmp_path_factory: pytest.TempPathFactory) -> Move:
    folder = write_small_move(tmp_path_factory.mktemp("what-if") / "move")
    return load(edit(folder, "transition.toml", "[[rollback]]", NEW_RESOLVED))


def under(move: Move, asked: str) -> Move:
    """The move under a what-if."""
    found = what_if(asked, move)
    return load(move.folder, found.names, found.changes)


def added(move: Move) -> list[tuple[str, str, float | None, date, date]]:
    """The rows of the calendar that a what-if added."""
    rows = [each for each in move.calendar if each.source == "what-if"]
    return [(each.scope, each.effect, each.amount, each.from_, each.to) for each in rows]


def prices(move: Move) -> dict[str, list[int]]:
    return {each.name: [line.amount_cents for line in each.prices] for each in move.operation.contracts}


def of_team(key: str) -> Callable[[Move], dict[str, float]]:
    return lambda move: {team.name: getattr(team, key) for team in move.operation.teams}


def quality(move: Move) -> dict[str, tuple[float, float]]:
    return {each.site: (each.resolved_points, each.satisfaction_points) for each in move.transition.quality}


def independence_day(move: Move) -> tuple[date, date]:
    return next((each.from_, each.to) for each in move.calendar if each.name == "Independence Day")


FIRST, LAST = date(2025, 10, 1), date(2025, 11, 29)


@pytest.mark.parametrize(
    ("asked", "look", "found"),
    [
        ("volume=+10%", added, [("*", "demand", 1.1, FIRST, LAST)]),
        ("volume:fr=-25%", added, [("queue:fr", "demand", 0.75, FIRST, LAST)]),
        ("handle=+5%", added, [("*", "handle", 1.05, FIRST, LAST)]),
        ("absence:new=+3", added, [("site:new", "absence", 3.0, FIRST, LAST)]),
        (
            "absence=-2",
            added,
            [("site:old", "absence", -2.0, FIRST, LAST), ("site:new", "absence", -2.0, FIRST, LAST)],
        ),
        ("holidays=+1d", independence_day, (date(2025, 11, 19), date(2025, 11, 19))),
        ("holidays:Independence Day=-2d", independence_day, (date(2025, 11, 16), date(2025, 11, 16))),
        ("holidays:Armistice=+1d", independence_day, (date(2025, 11, 18), date(2025, 11, 18))),
        ("holiday-later", independence_day, (date(2025, 11, 19), date(2025, 11, 19))),
        ("clock=site", lambda move: [each.clock for each in move.operation.shifts], ["site"]),
        ("price=16.50", prices, {"old": [3900], "new": [1650]}),
        ("price:old=+10%", prices, {"old": [4290], "new": [1600]}),
        ("start_factor=1.8", of_team("start_factor"), {"old-fr": 1.5, "old-nl": 1.5, "new-fr": 1.8}),
        ("handle_factor:old-nl=1.1", of_team("handle_factor"), {"old-fr": 1, "old-nl": 1.1, "new-fr": 1}),
        ("half_life_weeks=4", of_team("half_life_weeks"), {"old-fr": 3, "old-nl": 3, "new-fr": 4}),
        ("resolved_points=-6", quality, {"new": (-6, -3)}),
        ("satisfaction_points:old=-1", quality, {"new": (-2, -3), "old": (-2, -1)}),
        ("later", lambda move: move.transition.waves[0].opens, date(2025, 10, 20)),
    ],
)
def test_a_what_if_makes_the_move_that_it_says(
    move: Move, asked: str, look: Callable[[Move], Any], found: Any
) -> None:
    assert look(under(move, asked)) == found


def test_changes_with_and_between_them_are_laid_on_together(move: Move) -> None:
    both = under(move, "start_factor=1.8 and later")
    assert of_team("start_factor")(both)["new-fr"] == 1.8
    assert both.transition.waves[0].opens == date(2025, 10, 20)


@pytest.mark.parametrize(
    ("asked", "rule", "mend"),
    [
        ("volme=+10%", "unknown-what-if", "did you mean 'volume'?"),
        ("busyer", "unknown-what-if", "did you mean 'busier'?"),
        ("volume=10", "bad-what-if", "write it like that"),
        ("clock=noon", "bad-what-if", "write it like that"),
        ("clock:new=site", "bad-what-if", "write it like that"),
        ("volume", "bad-what-if", "write it like that"),
        ("price:nw=16", "patch-matches-nothing", "did you mean 'new'?"),
        ("start_factor:new=2", "patch-matches-nothing", "did you mean 'new-fr'?"),
        ("volume:frr=+1%", "unknown-name", "did you mean 'fr'?"),
        ("start_factor=2 and start_factor=3", "scenarios-contradict", "name only one of them"),
    ],
)
def test_what_is_no_what_if_says_what_would_be_one(move: Move, asked: str, rule: str, mend: str) -> None:
    with pytest.raises(InputError) as error:
        under(move, asked)
    (finding,) = error.value.findings
    assert (finding.rule, finding.mend.startswith(mend)) == (rule, True)


def judged(move: Move, *asked: str) -> dict[str, Any]:
    every = [(what_if(each, move), under(move, each)) for each in asked]
    return judge_what_ifs(move, every, seed=1, replications=2, threads=1).told


def test_a_dearer_hour_changes_the_cost_and_nothing_else(move: Move) -> None:
    told = judged(move, "price:old=+10%")
    (dearer,) = told["what_ifs"]
    differences = {row["measure"]: row["difference"]["mean"] for row in dearer["differences"]}
    assert differences.pop("cost") > 0
    assert set(differences.values()) == {0.0}
    same = ("interrupted", "bound", "customers", "queues", "weakest")
    assert [dearer[key] for key in same] == [told["as_it_is"][key] for key in same]


def test_more_people_away_are_people_short_and_levels_lower(move: Move) -> None:
    told = judged(move, "absence=+20")
    before, after = told["as_it_is"], told["what_ifs"][0]
    assert after["weakest"]["short"] > before["weakest"]["short"]
    for queue, was in zip(after["queues"], before["queues"], strict=True):
        assert queue["service_level"] < was["service_level"]
        assert queue["met"] == (queue["service_level"] >= 0.9)


def test_after_ctrl_c_what_was_wholly_played_is_kept(move: Move) -> None:
    every = [(what_if(each, move), under(move, each)) for each in ("volume=+10%", "later")]

    def stop(told: str) -> None:
        if told.startswith("later"):
            raise KeyboardInterrupt

    done = judge_what_ifs(move, every, seed=1, replications=1, threads=1, tell=stop)
    assert done.interrupted
    assert [each["what_if"] for each in done.told["what_ifs"]] == ["volume=+10%"]
