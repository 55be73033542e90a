"""Names that nothing bears, or that two things bear: an edit, and its finding."""

from pathlib import Path

import pytest

from tests.operation.bad_move import CENTRE, EVENTS, HISTORY, PEOPLE, PLAN, Case, check_refused

CASES = {
    "unknown queue": Case(
        PLAN, 'queues = ["fr"]', 'queues = ["fr", "frr"]', "unknown-name", 10, "did you mean 'fr'?"
    ),
    "unknown donor": Case(PLAN, 'donor = "old"', 'donor = "odl"', "unknown-name", 12, "did you mean 'old'?"),
    "unknown gate": Case(PLAN, '"brake", "ab', '"brakes", "ab', "unknown-name", 14, "did you mean 'brake'?"),
    "unknown readiness": Case(
        PLAN, 'needs = ["trained"]', 'needs = ["traind"]', "unknown-name", 15, "did you mean 'trained'?"
    ),
    "cohort of no team": Case(PEOPLE, "10,new-fr", "10,new-rf", "unknown-name", 4, "did you mean"),
    "unknown employment": Case(
        PEOPLE, "new-fr,permanent", "new-fr,permanant", "unknown-name", 4, "did you mean 'permanent'?"
    ),
    "team of no site": Case(
        CENTRE, 'site = "new"\nqueues', 'site = "nwe"\nqueues', "unknown-name", 84, "did you mean 'new'"
    ),
    "duplicate name": Case(
        CENTRE, 'name = "old-nl"\nsite', 'name = "old-fr"\nsite', "duplicate-name", 78, "first on line 73"
    ),
    "duplicate cohort": Case(PEOPLE, "new-fr,10", "old-fr,10", "duplicate-name", 4, "first on line 2"),
    "unknown scope": Case(EVENTS, "site:new", "site:nwe", "unknown-name", 3, "did you mean 'new'?"),
    "scope without kind": Case(EVENTS, "queue:fr", "fr", "unknown-scope", 4, "queue:NAME"),
    "unknown zone": Case(
        CENTRE, "Europe/Brussels", "Europe/Brussel", "unknown-zone", 4, "did you mean 'Europe/Brussels'?"
    ),
    "history of no queue": Case(
        HISTORY, "fr,2024-09-30T09:00", "fx,2024-09-30T09:00", "unknown-name", 2, "queue 'fx'"
    ),
    "history of no site": Case(HISTORY, "30,20,old", "30,20,odl", "unknown-name", 2, "did you mean 'old'?"),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_with_file_line_and_mend(tmp_path: Path, name: str) -> None:
    check_refused(tmp_path, CASES[name])
