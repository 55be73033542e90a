"""What a constraint costs: the best step that its loosening opens, beside the plan on the same customers."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from releve.operation.move import Move
from releve.planning import constraints
from releve.planning.choices import Choice, Hired, allowed, as_written
from releve.planning.constraints import CONSTRAINTS, SAME, Constraint, costs
from releve.planning.judge import Worth
from releve.planning.search import Search, Tried
from tests.planning.test_choices import two_waves
from tests.planning.test_search import people_in, played, search_of, worth_of

LOOSENED = {each.name: each for each in CONSTRAINTS}


def stand_at(search: Search, path: Mapping[str, Choice]) -> None:
    """The search at the end of a path of plans, all of it screened."""
    search.path = [Tried(told, choice, search.look(choice, range(4))) for told, choice in path.items()]
    search.screened, search.hard = [len(path) - 1], range(4)


def found(
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    judge: Callable[[Move, Choice], tuple[int, float]],
    name: str,
    seconds: float = 60.0,
) -> list[tuple[str, float]]:
    """What is said of one constraint, and how much is saved, where plans are judged by a formula."""
    search = search_of(folder)
    played(monkeypatch, lambda choice: judge(search.move, choice))
    stand_at(search, {"as it is written": as_written(search.move)})

    def judged(move: Move, choice: Choice, replications: Sequence[int], *, seed: int, threads: int) -> Worth:
        return worth_of(*judge(move, choice), replications)

    monkeypatch.setattr(constraints, "judge", judged)
    monkeypatch.setattr(constraints, "CONSTRAINTS", (LOOSENED[name],))
    every = costs(search, time.monotonic() + seconds)
    return [(each.best.told, each.plan.worth.cost_cents - each.best.worth.cost_cents) for each in every]


def test_a_class_under_the_smallest_size_is_what_that_size_costs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Ten are in the class and eight the fewest; four are enough."""

    def judge(_move: Move, choice: Choice) -> tuple[int, float]:
        return 2 * max(4 - people_in(choice), 0), 1000.0 + people_in(choice)

    assert found(monkeypatch, tmp_path, judge, "class-sizes") == [("4 people in new-fr", 6.0)]


def test_a_constraint_that_does_not_bind_costs_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert found(monkeypatch, tmp_path, lambda _move, _choice: (0, 1000.0), "readiness") == [(SAME, 0.0)]


def test_where_everything_is_ready_at_once_the_waves_may_come_earlier(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A wave before what it needs is signed is held, and what is held is interrupted."""

    def judge(move: Move, choice: Choice) -> tuple[int, float]:
        opens = choice.steps[0].opens
        held = opens <= max(item.due for item in move.transition.readiness if item.name == "trained")
        return int(held), 1000.0 + 10.0 * (opens - move.transition.starts).days

    assert found(monkeypatch, tmp_path, judge, "readiness") == [("every wave a week earlier", 70.0)]


def test_what_makes_things_worse_need_not_be_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """People who stay on at the old site are paid, and nobody needs them."""

    def judge(move: Move, _choice: Choice) -> tuple[int, float]:
        return 0, 1000.0 + 500.0 * (move.cohorts[0].ends == move.transition.ends)

    assert found(monkeypatch, tmp_path, judge, "contract-ends") == [(SAME, 0.0)]


def test_where_any_risk_is_allowed_a_cheap_plan_may_be_interrupted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def judge(_move: Move, choice: Choice) -> tuple[int, float]:
        late = choice.steps[0].opens > date(2025, 10, 13)
        return int(late), 950.0 if late else 1000.0

    ((told, saved),) = found(monkeypatch, tmp_path, judge, "risk-limit")
    assert (told, saved) == ("every wave and every class a week later", 50.0)


def test_what_the_plan_gave_for_its_safety_is_what_the_risk_limit_costs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Eight more in the class end the only interruption, and costs 50; nobody needs to play anything again."""

    def judge(choice: Choice) -> tuple[int, float]:
        return int(people_in(choice) < 18), 1000.0 + 50.0 * (people_in(choice) >= 18)

    search = search_of(tmp_path)
    played(monkeypatch, judge)
    monkeypatch.delattr(constraints, "judge")
    written = as_written(search.move)
    safe = written.hiring(Hired("new-fr", 18))
    stand_at(search, {"as it is written": written, "18 people in new-fr": safe})
    monkeypatch.setattr(constraints, "CONSTRAINTS", (LOOSENED["risk-limit"],))
    monkeypatch.setattr(constraints, "_steps", lambda *_: ())
    (risk,) = costs(search, time.monotonic() + 60.0)
    assert (risk.best.told, risk.plan.worth.cost_cents - risk.best.worth.cost_cents) == (
        "as it was written",
        50.0,
    )


@pytest.mark.parametrize(("name", "told"), [("targets", []), ("risk-limit", [(SAME, 0.0)])])
def test_when_the_time_is_up_only_what_was_played_already_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, told: list[tuple[str, float]]
) -> None:
    assert found(monkeypatch, tmp_path, lambda _move, _choice: (0, 1.0), name, seconds=-1.0) == told


@pytest.mark.parametrize("constraint", CONSTRAINTS, ids=lambda each: each.name)
def test_a_loosened_move_is_one_that_check_would_take(tmp_path: Path, constraint: Constraint) -> None:
    move = two_waves(tmp_path)
    loosened = constraint.loosen(move)
    parts = ("operation", "transition", "cohorts")
    assert any(getattr(loosened, part) != getattr(move, part) for part in parts)
    assert allowed(loosened, as_written(move))


def test_without_its_end_the_old_site_is_there_to_the_last_day_for_nothing(tmp_path: Path) -> None:
    move = two_waves(tmp_path)
    loosened = LOOSENED["contract-ends"].loosen(move)
    last = move.transition.ends
    assert [each.ends for each in loosened.operation.contracts] == [last, None]
    assert [each.ends for each in loosened.cohorts] == [last, None, None]
    assert [each.until for each in loosened.transition.rollback] == [last]
    assert loosened.transition.planning.option_month_cents == 0
