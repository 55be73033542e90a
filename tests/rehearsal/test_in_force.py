"""People needed for the shares in force, beside those of the plan."""

from pathlib import Path
from typing import Any

from releve.rehearsal.rehearse import rehearse
from tests.rehearsal.worlds import OPERATION, TRANSITION, Edit, small

SIGNED_LATE: Edit = (TRANSITION, "due = 2025-10-10", "due = 2025-10-10\nexpected = 2025-10-27")
ENDS: tuple[Edit, ...] = (
    (OPERATION, "starts = 2020-01-01", "starts = 2020-01-01\nends = 2025-10-24"),
    (OPERATION, '[[destinations]]\nname = "old"', '[[destinations]]\noverflow = "new"\nname = "old"'),
    (TRANSITION, "until = 2025-11-07", "until = 2025-10-24"),
)


def needed(folder: Path, week: str, *edits: Edit) -> dict[str, tuple[float, float]]:
    """Of each site in a week: people needed as planned, and for the share in force."""
    summary = rehearse(small(folder, *edits), replications=2).summary
    rows: list[dict[str, Any]] = next(each for each in summary["weeks"] if each["starts"] == week)["sites"]
    return {row["site"]: (row["needed"], row["needed_in_force"]["p50"]) for row in rows}


def test_as_planned_both_are_the_same(tmp_path: Path) -> None:
    on_time: Edit = (TRANSITION, 'salt = "small"', 'salt = "small"\ndecision_days_max = 0')
    for planned, in_force in needed(tmp_path / "move", "2025-10-20", on_time).values():
        assert planned == in_force > 0


def test_where_a_wave_is_held_the_old_site_needs_more_and_the_new_one_nobody(tmp_path: Path) -> None:
    people = needed(tmp_path / "move", "2025-10-20", SIGNED_LATE)
    assert people["old"][1] > people["old"][0]
    assert people["new"][0] > people["new"][1] == 0


def test_customers_of_a_site_that_has_closed_are_needed_for_where_it_overflows_to(tmp_path: Path) -> None:
    people = needed(tmp_path / "move", "2025-10-27", SIGNED_LATE, *ENDS)
    assert people["old"][1] < people["old"][0]  # the Dutch calls, which nobody else takes
    assert people["new"][1] > people["new"][0]
