"""What a move costs: price lines, minimum volume, bonus-malus and exit help by month, and options on a way back."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from releve.rehearsal.cost import bills, months, total
from releve.rehearsal.play import Played, Stand
from tests.rehearsal.worlds import OPERATION, TRANSITION, Edit, played, small

OLD_ENDS: Edit = (OPERATION, "starts = 2020-01-01\nprices", "starts = 2020-01-01\nends = 2025-10-31\nprices")
SOME_LEAVE = {"old_people": 5}  # too few at the old site for its service level
OPTION: Edit = (TRANSITION, 'source = "contract"', 'source = "option"\nmonth_cents = 3000000')


def cost_of(name: str, month: dict[str, Any], part: str = "cost") -> float:
    """A line's cost in a month, or a part of it, in cents."""
    return float(next(row[f"{part}_cents"]["p50"] for row in month["contracts"] if row["contract"] == name))


def hours_at_old(stand: Stand, each: Played, month: int) -> float:
    """Hours on duty at the old site in a month."""
    days = np.array([day.month == month for day in stand.stage.days])
    teams = [stand.stage.teams.index(name) for name in ("old-fr", "old-nl")]
    return float(each.on_duty_s[days][:, teams].sum()) / 3600


def agreed(*more: str) -> Edit:
    """The old contract with more in it."""
    there = 'starts = 2020-01-01\nprices = [{ per = "production_hour", amount_cents = 3900 }]'
    return OPERATION, there, "\n".join([there, *more])


def least(hours: int) -> Edit:
    """The old contract's price line with a minimum volume of so many hours a month."""
    price = 'prices = [{ per = "production_hour", amount_cents = 3900'
    return OPERATION, price + " }", f"{price}, minimum = {hours} }}"


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


def test_too_little_is_paid_as_the_minimum_volume(tmp_path: Path) -> None:
    stand, each = played(small(tmp_path / "move", least(20_000)))

    october, november = months(stand.stage, [each])
    assert hours_at_old(stand, each, 10) < 20_000
    assert cost_of("old", october) == pytest.approx(3900 * 20_000)
    assert cost_of("old", november) == pytest.approx(3900 * 20_000 * 7 / 30)  # it was played to the 7th


def test_more_than_the_minimum_volume_is_paid_as_it_is(tmp_path: Path) -> None:
    stand, each = played(small(tmp_path / "move", least(10)))

    october = months(stand.stage, [each])[0]
    assert cost_of("old", october, "minimum") == 0
    assert cost_of("old", october) == pytest.approx(3900 * hours_at_old(stand, each, 10))


def test_an_option_has_no_minimum_volume(tmp_path: Path) -> None:
    stand, each = played(small(tmp_path / "move", least(20_000), OLD_ENDS, OPTION))

    october, november = months(stand.stage, [each])
    assert cost_of("old", october, "minimum") > 0
    assert cost_of("old", november, "minimum") == 0


@pytest.mark.parametrize(
    ("levels", "part"),
    [
        ("malus_below_pct = 100, malus_pct = 5", -0.05),
        ("malus_below_pct = 1, malus_pct = 5", 0.0),
        ("bonus_from_pct = 1, bonus_pct = 2.5", 0.025),
        ("bonus_from_pct = 100, bonus_pct = 2.5", 0.0),
    ],
)
def test_a_month_s_service_level_adds_to_its_price_lines_or_takes_off(
    tmp_path: Path, levels: str, part: float
) -> None:
    move = small(
        tmp_path / "move", agreed(f'bonus_malus = [{{ target = "charter", {levels} }}]'), **SOME_LEAVE
    )
    stand, each = played(move)

    october = months(stand.stage, [each])[0]
    lines = 3900 * hours_at_old(stand, each, 10)
    assert cost_of("old", october, "bonus_malus") == pytest.approx(lines * part)
    assert cost_of("old", october) == pytest.approx(lines * (1 + part))


def test_the_malus_is_of_the_minimum_volume_too(tmp_path: Path) -> None:
    malus = 'bonus_malus = [{ target = "charter", malus_below_pct = 100, malus_pct = 5 }]'
    stand, each = played(small(tmp_path / "move", agreed(malus), least(20_000), **SOME_LEAVE))

    assert cost_of("old", months(stand.stage, [each])[0]) == pytest.approx(0.95 * 3900 * 20_000)


def test_exit_help_is_paid_once_in_the_month_of_the_end(tmp_path: Path) -> None:
    help_: Edit = (
        OPERATION,
        "starts = 2020-01-01\nends",
        "starts = 2020-01-01\nexit_help_cents = 5000000\nends",
    )
    stand, each = played(small(tmp_path / "move", OLD_ENDS, OPTION, help_))

    assert [cost_of("old", month, "exit_help") for month in months(stand.stage, [each])] == [5_000_000, 0]
