"""What a move costs: the contracts' price lines by month, and options on a way back."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from releve.rehearsal.cost import bills, months, total
from tests.rehearsal.worlds import OPERATION, TRANSITION, Edit, played, small

OLD_ENDS: Edit = (OPERATION, "starts = 2020-01-01\nprices", "starts = 2020-01-01\nends = 2025-10-31\nprices")
OPTION: Edit = (TRANSITION, 'source = "contract"', 'source = "option"\nmonth_cents = 3000000')


def cost_of(name: str, month: dict[str, Any]) -> float:
    """A line's cost in a month, in cents."""
    return float(next(row["cost_cents"]["p50"] for row in month["contracts"] if row["contract"] == name))


def test_a_production_hour_is_paid_for_every_hour_on_duty(tmp_path: Path) -> None:
    stand, each = played(small(tmp_path / "move"))

    teams = [stand.stage.teams.index(name) for name in ("old-fr", "old-nl")]
    paid = sum(cost_of("old", row) for row in months(stand.stage, [each]))
    assert paid == pytest.approx(3900 * each.on_duty_s[:, teams].sum() / 3600)


def test_a_contract_that_has_ended_costs_nothing_more(tmp_path: Path) -> None:
    earlier: Edit = (TRANSITION, "until = 2025-11-07", "until = 2025-10-31")
    stand, each = played(small(tmp_path / "move", OLD_ENDS, earlier))

    november = months(stand.stage, [each])[-1]
    assert november["month"] == "2025-11"
    assert cost_of("old", november) == 0


def test_an_option_goes_on_at_the_prices_of_the_contract_that_ended(tmp_path: Path) -> None:
    stand, each = played(small(tmp_path / "move", OLD_ENDS, OPTION))

    november = months(stand.stage, [each])[-1]
    days = np.array([day.month == 11 for day in stand.stage.days])
    teams = [stand.stage.teams.index(name) for name in ("old-fr", "old-nl")]
    assert each.on_duty_s[days][:, teams].sum() > 0
    assert cost_of("old", november) == pytest.approx(3900 * each.on_duty_s[days][:, teams].sum() / 3600)


def test_an_option_costs_its_month_from_the_first_day_to_its_last(tmp_path: Path) -> None:
    stand, each = played(small(tmp_path / "move", OLD_ENDS, OPTION))

    option = bills(stand.stage)[-1]
    assert option.name == "option-old"
    assert option.paid.sum() == len(stand.stage.days)
    october = next(row for row in months(stand.stage, [each]) if row["month"] == "2025-10")
    assert cost_of("option-old", october) == 3_000_000


def test_the_months_add_up_to_the_total(tmp_path: Path) -> None:
    stand, each = played(small(tmp_path / "move", OLD_ENDS, OPTION))

    assert sum(row["total_cents"]["p50"] for row in months(stand.stage, [each])) == pytest.approx(
        total(stand.stage, each)
    )
