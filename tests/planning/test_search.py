"""The search: one step after the other on the same customers, and what there is when it is stopped."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from releve.operation.move import Move
from releve.planning import search as searching
from releve.planning.choices import Choice, Hired, as_written
from releve.planning.judge import Outcome, Worth
from releve.planning.search import HARDEST, Search, strict
from releve.planning.steps import CLASS_SIZES
from releve.planning.trouble import NEW, Hit
from tests.planning.test_choices import two_waves

Judged = Any


def worth_of(interruptions: int, cost: float, replications: Sequence[int]) -> Worth:
    """So many interruptions at the new site in every replication."""
    hits = (Hit(NEW, "new-fr", date(2025, 11, 24), False),) * interruptions
    outcome = Outcome(cost, interruptions, 0.0, np.ones((1, 1)), hits)
    return Worth(dict.fromkeys(replications, outcome), np.zeros((1, 1)))


def played(monkeypatch: pytest.MonkeyPatch, judge: Judged) -> list[tuple[Choice, Sequence[int]]]:
    """Judge plans by a formula instead of a rehearsal; what was asked for."""
    asked: list[tuple[Choice, Sequence[int]]] = []

    def judged(_move: Move, choice: Choice, replications: Sequence[int], *, seed: int, threads: int) -> Worth:
        asked.append((choice, replications))
        interruptions, cost = judge(choice)
        return worth_of(interruptions, cost, replications)

    monkeypatch.setattr(searching, "judge", judged)
    return asked


def search_of(folder: Path, seconds: float = 60.0) -> Search:
    return Search(two_waves(folder), 1, 1, time.monotonic() + seconds)


def people_in(choice: Choice) -> int:
    """All in the new site's classes."""
    counts = {"new-fr": 10} | {each.cohort: each.count for each in choice.hired}
    return sum(counts[name] for name in counts if name.startswith("new-fr"))


def test_it_mends_with_large_classes_and_saves_what_was_too_much(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def judge(choice: Choice) -> tuple[int, float]:
        return max(18 - people_in(choice), 0), 1000.0 + people_in(choice)

    played(monkeypatch, judge)
    search = search_of(tmp_path)
    search.run()
    assert judge(search.best.choice)[0] == 0
    assert 18 <= people_in(search.best.choice) < 18 + CLASS_SIZES[-1]


def test_no_replication_is_played_twice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked = played(monkeypatch, lambda choice: (int(people_in(choice) < 18), 1000.0 + people_in(choice)))
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


def test_a_plan_that_check_would_refuse_is_not_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Ten are in the only class, and eight are the fewest of one; nobody at all would be cheapest."""
    played(monkeypatch, lambda choice: (0, 1000.0 + people_in(choice)))
    search = search_of(tmp_path)
    nobody = as_written(search.move).hiring(Hired("new-fr", 0))
    monkeypatch.setattr(searching, "savings", lambda *_: [("nobody", nobody)])
    search.run()
    assert search.best.choice == as_written(search.move)


def test_a_step_that_helps_the_hardest_and_harms_the_others_is_not_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A class a week later saves, and is clean where the search looks; the whole screen shows what it does."""
    move = two_waves(tmp_path)

    def judged(_move: Move, choice: Choice, replications: Sequence[int], *, seed: int, threads: int) -> Worth:
        later = any(each.later for each in choice.hired)
        parts = [
            worth_of(int(later and each >= HARDEST), 900.0 if later else 1000.0, [each])
            for each in replications
        ]
        return reduce(Worth.with_more, parts)

    monkeypatch.setattr(searching, "judge", judged)
    search = Search(move, 1, 1, time.monotonic() + 60.0)
    search.run()
    assert search.best.choice == as_written(move)
    assert search.best.worth.interrupted == 0


def test_ctrl_c_keeps_the_best_so_far(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def judge(choice: Choice) -> tuple[int, float]:
        if any(each.later for each in choice.hired):
            raise KeyboardInterrupt
        return 0, 1000.0

    played(monkeypatch, judge)
    search = search_of(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        search.run()
    assert search.best.choice == as_written(search.move)
    assert search.path[-1] == search.best


def test_what_lies_nearest_is_looked_at_on_the_hardest_of_the_plan(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    played(monkeypatch, lambda choice: (int(people_in(choice) < 10), 1000.0 - people_in(choice)))
    search = search_of(tmp_path)
    search.run()
    search.look_around(3, time.monotonic() + 60.0)
    near = list(search.alternatives())
    assert len(near) >= 3
    assert all(set(each.worth.outcomes) == set(search.hard) for each in near)


def test_it_asks_for_more_than_the_limits_of_the_move(tmp_path: Path) -> None:
    move = two_waves(tmp_path)
    asked = strict(move).operation.interruption.answered_chance
    assert asked > move.operation.interruption.answered_chance


def test_the_less_risk_is_allowed_the_more_an_interruption_weighs() -> None:
    safe, cheap = worth_of(0, 110.0, range(3)), worth_of(1, 100.0, range(3))
    assert safe.weight(0.05, 3) < cheap.weight(0.05, 3)
    assert safe.weight(1.00, 3) > cheap.weight(1.00, 3)


def test_not_to_move_is_no_saving(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A class that starts later is cheaper, and the last wave does not open then."""
    move = two_waves(tmp_path)

    def judged(_move: Move, choice: Choice, replications: Sequence[int], *, seed: int, threads: int) -> Worth:
        later = any(each.later for each in choice.hired)
        found = worth_of(0, 900.0 if later else 1000.0, replications)
        outcomes = {n: replace(each, unfinished=later) for n, each in found.outcomes.items()}
        return replace(found, outcomes=outcomes)

    monkeypatch.setattr(searching, "judge", judged)
    search = Search(move, 1, 1, time.monotonic() + 60.0)
    search.run()
    assert search.best.choice == as_written(move)


def test_an_interruption_weighs_less_in_the_hardest_of_many_than_in_all() -> None:
    safe, cheap = worth_of(0, 110.0, range(1)), worth_of(1, 100.0, range(1))
    assert safe.weight(0.05, 1) < cheap.weight(0.05, 1)
    assert safe.weight(0.05, 40) > cheap.weight(0.05, 40)


def test_a_target_that_a_month_misses_weighs() -> None:
    kept = worth_of(0, 100.0, range(2))
    missed = replace(kept, targets=np.full((1, 1), 1.05))
    assert kept.missed == 0.0
    assert missed.missed == pytest.approx(5.0)
    assert missed.weight(0.05, 2) == pytest.approx(105.0)
