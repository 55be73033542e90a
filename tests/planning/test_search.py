"""The search: one step after the other on the same customers, and what there is when it is stopped."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from releve.operation.move import Move
from releve.planning import search as searching
from releve.planning.choices import Choice, as_written
from releve.planning.judge import Worth
from releve.planning.search import Search
from tests.planning.test_choices import two_waves

Judged = Any


def worth_of(interruptions: int, cost: float, replications: Sequence[int]) -> Worth:
    count = len(replications)
    return Worth((cost,) * count, (interruptions,) * count, (0.0,) * count)


def played(monkeypatch: pytest.MonkeyPatch, judge: Judged) -> list[tuple[Choice, range]]:
    """Judge plans by a formula instead of a rehearsal; what was asked for."""
    asked: list[tuple[Choice, range]] = []

    def judged(_move: Move, choice: Choice, replications: range, *, seed: int, threads: int) -> Worth:
        asked.append((choice, replications))
        interruptions, cost = judge(choice)
        return worth_of(interruptions, cost, replications)

    monkeypatch.setattr(searching, "judge", judged)
    return asked


def search_of(folder: Path, seconds: float = 60.0) -> Search:
    return Search(two_waves(folder), 1, 1, time.monotonic() + seconds)


def test_it_walks_to_the_cheapest_class_that_is_not_interrupted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def judge(choice: Choice) -> tuple[int, float]:
        people = dict(choice.people).get("new-fr", 10) + sum(size for _, size in choice.classes)
        return max(18 - people, 0), 1000.0 + people

    played(monkeypatch, judge)
    search = search_of(tmp_path)
    search.run()
    assert judge(search.best.choice) == (0, 1018.0)


def test_no_replication_is_played_twice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked = played(monkeypatch, lambda choice: (0, 1000.0 + len(choice.classes)))
    search_of(tmp_path).run()
    every = [(choice, number) for choice, numbers in asked for number in numbers]
    assert len(every) == len(set(every))


def test_when_the_time_is_up_the_plan_as_written_is_there_and_nothing_else_was_played(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = played(monkeypatch, lambda _choice: (1, 1.0))
    search = search_of(tmp_path, seconds=-1.0)
    search.run()
    assert search.best.choice == as_written(search.move)
    assert {choice for choice, _ in asked} == {as_written(search.move)}


def test_a_plan_that_check_would_refuse_is_not_looked_at(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = played(monkeypatch, lambda choice: (0, 1000.0 + dict(choice.people).get("new-fr", 10)))
    search = search_of(tmp_path)
    search.run()
    nobody = [choice for choice, _ in asked if dict(choice.people).get("new-fr") == 0 and not choice.classes]
    assert nobody == []
    assert search.best.choice == as_written(
        search.move
    )  # eight are the fewest of a class: four fewer are too few


def test_ctrl_c_keeps_the_best_so_far(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def judge(choice: Choice) -> tuple[int, float]:
        if choice.bonus:
            raise KeyboardInterrupt
        return 0, 1e9 / choice.steps[0].opens.timetuple().tm_yday

    played(monkeypatch, judge)
    search = search_of(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        search.run()
    assert search.best.choice.steps[0].opens > as_written(search.move).steps[0].opens


def test_the_less_risk_is_allowed_the_more_an_interruption_weighs() -> None:
    safe, cheap = worth_of(0, 110.0, range(3)), worth_of(1, 100.0, range(3))
    assert safe.weight(0.05, 3) < cheap.weight(0.05, 3)
    assert safe.weight(0.50, 3) > cheap.weight(0.50, 3)
