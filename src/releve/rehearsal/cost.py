"""Cost by month: what contracts cost for what was played, and what options on a way back cost.

The site that answered is the one that is paid. An option on a rollback site goes on at the prices of the site's last
contract after that has ended, until the option's last day; its monthly price is paid from the transition's first day to
then.
"""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from releve.operation.centre import Contract
from releve.operation.plan import RollbackSite
from releve.rehearsal.levels import level_of
from releve.rehearsal.play import Played
from releve.rehearsal.risk import quantiles
from releve.rehearsal.stage import Stage


@dataclass(frozen=True)
class Bill:
    """One line of the months' table: who is paid, and on which days."""

    name: str
    provider: str
    contract: Contract | None  # none: an option's monthly price
    month_cents: int
    paid: NDArray[np.bool_]  # [N]


def bills(stage: Stage) -> list[Bill]:
    """The contracts of a move, then its options."""
    operation = stage.move.operation
    options = [site for site in stage.move.transition.rollback if site.source == "option"]
    found = []
    for contract in operation.contracts:
        last = max([_end(contract), *(_until(stage, option, contract) for option in options)])
        paid = np.array([contract.starts <= day <= last for day in stage.days])
        found.append(Bill(contract.name, contract.provider, contract, 0, paid))
    providers = {site.name: site.provider for site in operation.sites}
    for option in options:
        site = stage.sites[stage.destinations.index(option.destination)]
        paid = np.array([stage.move.transition.starts <= day <= option.until for day in stage.days])
        found.append(Bill(f"option-{option.destination}", providers[site], None, option.month_cents, paid))
    return found


def _end(contract: Contract) -> date:
    return contract.ends or date.max


def _until(stage: Stage, option: RollbackSite, contract: Contract) -> date:
    """The last day of an option at the site of this contract, where it is the site's last one."""
    site = stage.sites[stage.destinations.index(option.destination)]
    there = [each for each in stage.move.operation.contracts if site in each.sites]
    return option.until if there and max(there, key=_end) == contract else date.min


class Charges(NamedTuple):
    """What a line of the months' table is made of, in cents."""

    lines: float = 0.0  # the price lines on what was played, or an option's monthly price
    minimum: float = 0.0  # what is paid beside for having had less than the minimum volume
    bonus_malus: float = 0.0  # for the month's service level; a malus is under 0
    exit_help: float = 0.0  # once, in the month in which the contract ends


PARTS = Charges._fields[1:]  # what the summary shows beside the whole


def months(stage: Stage, played: Sequence[Played]) -> list[dict[str, Any]]:
    """The `months` of the summary."""
    lines = bills(stage)
    found = []
    for month in _months_of(stage):
        charged = np.array([[_charges(stage, line, each, month) for each in played] for line in lines])
        costs = charged.sum(axis=2)  # [line, R]
        found.append(
            {
                "month": f"{month:%Y-%m}",
                "contracts": [
                    {"contract": line.name, "provider": line.provider, "cost_cents": quantiles(cost)}
                    | {f"{part}_cents": quantiles(parts[:, place + 1]) for place, part in enumerate(PARTS)}
                    for line, cost, parts in zip(lines, costs, charged, strict=True)
                ],
                "total_cents": quantiles(costs.sum(axis=0)),
            }
        )
    return found


def total(stage: Stage, each: Played) -> float:
    """What a replication costs over all its days, in cents."""
    return sum(
        sum(_charges(stage, line, each, month)) for month in _months_of(stage) for line in bills(stage)
    )


def _months_of(stage: Stage) -> list[date]:
    """The first days of the months that were played."""
    return sorted({day.replace(day=1) for day in stage.days})


def _charges(stage: Stage, line: Bill, each: Played, month: date) -> Charges:
    """What a line costs in a month; what is agreed by the month is paid by the day, of the calendar's days.

    An option goes on at the price lines alone: minimum volume and bonus-malus end with the contract.
    """
    within = np.array([day.replace(day=1) == month for day in stage.days])
    length = monthrange(month.year, month.month)[1]
    contract = line.contract
    if contract is None:
        return Charges(line.month_cents * float((within & line.paid).sum()) / length)
    own = within & np.array([contract.starts <= day <= _end(contract) for day in stage.days])
    part = float(own.sum()) / length
    paid, counted = (_volumes(stage, contract, each, days, length) for days in (within & line.paid, own))
    lacking: dict[str, float] = {
        price.per: max((price.minimum or 0.0) * part - counted[price.per], 0.0) for price in contract.prices
    }
    minimum = _priced(contract, lacking)
    return Charges(
        lines=_priced(contract, paid),
        minimum=minimum,
        bonus_malus=(_priced(contract, counted) + minimum) * _change(stage, contract, each, own),
        exit_help=contract.exit_help_cents if contract.ends in np.array(stage.days)[within] else 0.0,
    )


def _volumes(
    stage: Stage, contract: Contract, each: Played, days: NDArray[np.bool_], length: int
) -> dict[str, float]:
    """What was had under a contract on some days of a month of so many days, by what a price is for."""
    here = [d for d, site in enumerate(stage.sites) if site in contract.sites]
    teams = np.flatnonzero(np.isin(stage.team_rows["destination"], here))
    answered, handled_s = each.by_site[days][:, here].sum(axis=(0, 1), dtype=np.float64).tolist()
    return {
        "production_hour": float(each.on_duty_s[days][:, teams].sum()) / 3600.0,
        "minute": handled_s / 60.0,
        "contact": answered,
        "month": float(days.sum()) / length,
    }


def _priced(contract: Contract, volumes: Mapping[str, float]) -> float:
    """Volumes at a contract's price lines, in cents."""
    return float(sum(price.amount_cents * volumes[price.per] for price in contract.prices))


def _change(stage: Stage, contract: Contract, each: Played, days: NDArray[np.bool_]) -> float:
    """The part of a month's price lines that its service levels add, or under 0 take off."""
    change = 0.0
    for row in contract.bonus_malus:
        level = 100.0 * _level(stage, contract, each, days, row.target)
        if row.malus_below_pct is not None and level < row.malus_below_pct:
            change -= row.malus_pct / 100.0
        if row.bonus_from_pct is not None and level >= row.bonus_from_pct:
            change += row.bonus_pct / 100.0
    return change


def _level(stage: Stage, contract: Contract, each: Played, days: NDArray[np.bool_], target: str) -> float:
    """The service level of a contract's queues that are held to a target; nan where nothing came.

    Of the customers whom the share table gave to its sites, whoever answered: who left was answered by nobody.
    """
    queues = [
        q
        for q, queue in enumerate(stage.move.operation.queues)
        if queue.name in contract.queues and queue.target == target
    ]
    here = [d for d, site in enumerate(stage.sites) if site in contract.sites]
    lines = np.isin(stage.lines["queue"], queues) & np.isin(stage.lines["destination"], here)
    sums = each.lines[days][:, lines].sum(axis=(0, 1), dtype=np.float64)
    named = next(each for each in stage.move.operation.targets if each.name == target)
    return float(level_of(named, sums))
