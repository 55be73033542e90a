"""What is said of a plan: alternatives that are others, and the differences that they make."""

from pathlib import Path
from typing import Any

import pytest

from releve.planning.choices import Choice, as_written
from releve.planning.plan import Planned, summary
from releve.planning.search import Tried
from releve.planning.steps import CLASS_SIZES, savings
from tests.planning.test_search import people_in, played, search_of


def told(monkeypatch: pytest.MonkeyPatch, folder: Path, cost_of_one: float) -> dict[str, Any]:
    """The summary of a move that is its own plan, with the steps that save all looked at."""

    def judge(choice: Choice) -> tuple[int, float]:
        return 0, 1000.0 + cost_of_one * people_in(choice)

    search = search_of(folder)
    played(monkeypatch, judge)
    written = as_written(search.move)
    search.path = [Tried("as it is written", written, search.look(written, range(4)))]
    search.screened, search.hard = [0], range(4)
    for size in CLASS_SIZES:
        for _, choice in savings(search.move, written, size):
            search.look(choice, range(4))
    worth = search.best.worth
    return summary(Planned(search.move, written, search, worth, worth, over=False, interrupted=False))


def test_an_alternative_says_what_it_would_add(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    near = {each["told"]: each for each in told(monkeypatch, tmp_path, cost_of_one=50.0)["alternatives"]}
    nobody = near["no class new-fr"]
    assert (nobody["cost_cents"], nobody["interruptions"], nobody["replications"]) == (-500, 0, 4)


def test_what_makes_no_difference_is_no_alternative(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert told(monkeypatch, tmp_path, cost_of_one=0.0)["alternatives"] == []
