"""What a rehearsal finds beside interruptions: in how many replications, since when, and what would mend it."""

from pathlib import Path
from typing import Any

from releve.rehearsal.rehearse import rehearse
from tests.rehearsal.worlds import TRANSITION, Edit, small

SIGNED_LATE: Edit = (TRANSITION, "due = 2025-10-10", "due = 2025-10-10\nexpected = 2025-11-03")


def found(folder: Path, rule: str, *edits: Edit, **settings: object) -> list[dict[str, Any]]:
    """The findings of this rule, of two replications."""
    summary = rehearse(small(folder, *edits, **settings), replications=2).summary
    return [each for each in summary["findings"] if each["rule"] == rule]


def test_customers_held_at_a_donor_who_is_short_are_a_finding(tmp_path: Path) -> None:
    (each,) = found(tmp_path / "move", "held-at-short-donor", SIGNED_LATE, old_people=3)
    assert each["found"].startswith(
        "in 2 of 2 replications old was short for the customers whom it still had while a wave was held, "
        "in 3 weeks on average; most often wave half, held by readiness; the first on 2025-10-13: "
    )
    lines = (tmp_path / "move" / TRANSITION).read_text().splitlines()
    assert lines[each["line"] - 1] == "opens = 2025-10-13"
    assert "keep more people at old" in each["mend"]


def test_a_wave_held_at_a_donor_with_people_enough_is_none(tmp_path: Path) -> None:
    assert not found(tmp_path / "move", "held-at-short-donor", SIGNED_LATE)


def test_a_donor_who_is_short_for_some_days_only_is_none(tmp_path: Path) -> None:
    four_days = (TRANSITION, "due = 2025-10-10", "due = 2025-10-10\nexpected = 2025-10-17")
    assert not found(tmp_path / "move", "held-at-short-donor", four_days, old_people=3)
