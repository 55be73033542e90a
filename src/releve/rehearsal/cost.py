"""Cost by month: the contracts' price lines on what was played, and what options on a way back cost.

The site that answered is the one that is paid. An option on a rollback site goes on at the prices of the site's last
contract after that has ended, until the option's last day; its monthly price is paid from the transition's first day to
then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from releve.engine.measures import MEASURES
from releve.operation.centre import Contract
from releve.operation.plan import RollbackSite
from releve.rehearsal.play import Played
from releve.rehearsal.risk import quantiles
from releve.rehearsal.stage import Stage

HANDLED_S, ANSWERED = MEASURES.index("handled_s"), MEASURES.index("answered")


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


def months(stage: Stage, played: Sequence[Played]) -> list[dict[str, Any]]:
    """The `months` of the summary."""
    lines = bills(stage)
    found = []
    for month in sorted({day.strftime("%Y-%m") for day in stage.days}):
        within = np.array([day.strftime("%Y-%m") == month for day in stage.days])
        costs = [np.array([_cost(stage, line, each, within) for each in played]) for line in lines]
        found.append(
            {
                "month": month,
                "contracts": [
                    {"contract": line.name, "provider": line.provider, "cost_cents": quantiles(cost)}
                    for line, cost in zip(lines, costs, strict=True)
                ],
                "total_cents": quantiles(np.sum(costs, axis=0)),
            }
        )
    return found


def total(stage: Stage, each: Played) -> float:
    """What a replication costs over all its days, in cents."""
    months_of = sorted({day.strftime("%Y-%m") for day in stage.days})
    return sum(
        _cost(stage, line, each, np.array([day.strftime("%Y-%m") == month for day in stage.days]))
        for month in months_of
        for line in bills(stage)
    )


def _cost(stage: Stage, line: Bill, each: Played, within: NDArray[np.bool_]) -> float:
    """What a line costs over some days of one month, in cents; a monthly price is paid by the day."""
    days = np.flatnonzero(within & line.paid)
    part = len(days) / max(int(within.sum()), 1)
    if line.contract is None:
        return line.month_cents * part
    here = [d for d, site in enumerate(stage.sites) if site in line.contract.sites]
    teams = np.flatnonzero(np.isin(stage.team_rows["destination"], here))
    answered = each.by_site[days][:, here].sum(axis=(0, 1), dtype=np.float64)
    amount = {
        "production_hour": each.on_duty_s[days][:, teams].sum() / 3600.0,
        "minute": answered[HANDLED_S] / 60.0,
        "contact": answered[ANSWERED],
        "month": part,
    }
    return float(sum(price.amount_cents * amount[price.per] for price in line.contract.prices))
