"""What a rehearsal finds beside interruptions: in how many replications, since when, and what would mend it."""

from pathlib import Path
from typing import Any

import pytest

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


def few_people_on(*days: str) -> Edit:
    """Hardly anybody of the old site at work on these days of October."""
    rows = [
        f"team:old-fr,2025-10-{day},2025-10-{day},absence,95,points,confirmed,,J,none,A strike"
        for day in days
    ]
    return ("calendar.csv", "*,2025-11-11", "\n".join([*rows, "*,2025-11-11"]))


@pytest.mark.parametrize(
    ("days", "of"),
    [
        (("15", "16", "17", "20", "21"), 1),  # a weekend between
        (("13", "15", "17", "21", "23", "27"), 0),  # six days, and never two on end
        (("13", "14", "15", "17", "20", "21"), 0),  # three, and three
    ],
)
def test_a_donor_who_is_short_for_a_week_is_so_on_five_open_days_on_end(
    tmp_path: Path, days: tuple[str, ...], of: int
) -> None:
    assert len(found(tmp_path / "move", "held-at-short-donor", SIGNED_LATE, few_people_on(*days))) == of


def test_what_held_the_wave_is_asked_anew_for_each_time_that_its_donor_is_short(tmp_path: Path) -> None:
    """One day before the wave's papers are signed, and a week after it, while a person's yes is waited for."""
    signed = (TRANSITION, "due = 2025-10-10", "due = 2025-10-10\nexpected = 2025-10-14")
    no_yes = (TRANSITION, 'salt = "small"', 'salt = "small"\ndecision_days_max = 60')
    days = few_people_on("13", "15", "16", "17", "20", "21", "22")
    (each,) = found(tmp_path / "move", "held-at-short-donor", signed, no_yes, days)
    assert "held by decision; the first on 2025-10-15" in each["found"]
