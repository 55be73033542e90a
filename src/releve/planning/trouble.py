"""Why a plan is interrupted: each interruption has a cause, a team that is short and a day, and they are gathered.

| cause                         | what it says                                                  |
|-------------------------------|---------------------------------------------------------------|
| the new site                  | too few people there, or too new ones                         |
| the old site                  | its people leave faster than the waves take their work        |
| held past the old site's end  | a share was still there when nobody was                       |
| a site that stays             | it has too few of its own, whatever the waves do              |
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from releve.demand.grid import INTERVAL_S
from releve.operation.team import served_by
from releve.planning.choices import new_sites, old_sites
from releve.rehearsal.interruption import Interruption
from releve.rehearsal.play import Played
from releve.rehearsal.stage import Stage

NEW, OLD, HELD, STAYS = "the new site", "the old site", "held past the old site's end", "a site that stays"
END_S = 2 * 3600  # an interruption so long before its queue closes is one of the day's end


class Hit(NamedTuple):
    """What one interruption comes from."""

    cause: str
    team: str
    day: date
    at_end: bool  # of the day


@dataclass(frozen=True)
class Trouble:
    """The interruptions of one cause at one team in one month: people for March need not be there in November."""

    cause: str
    team: str
    first: date  # a tenth of them lie before
    at_end: float  # the part of them at the day's end
    count: int


def gathered(hits: Iterable[Hit]) -> list[Trouble]:
    """The troubles that interruptions show, the gravest first."""
    found: dict[tuple[str, str, date], list[Hit]] = defaultdict(list)
    for hit in hits:
        found[hit.cause, hit.team, hit.day.replace(day=1)].append(hit)
    made = [
        Trouble(
            cause,
            team,
            sorted(hit.day for hit in each)[len(each) // 10],
            sum(hit.at_end for hit in each) / len(each),
            len(each),
        )
        for (cause, team, _), each in found.items()
    ]
    return sorted(made, key=lambda trouble: (-trouble.count, trouble.cause, trouble.team, trouble.first))


class Causes:
    """Says of an interruption of a stage what it comes from."""

    def __init__(self, stage: Stage) -> None:
        self.stage, move = stage, stage.move
        self.cause = dict.fromkeys(new_sites(move), NEW) | dict.fromkeys(old_sites(move), OLD)
        self.ends: dict[str, date] = {}
        for contract in move.operation.contracts:
            for site in contract.sites:
                self.ends[site] = max(self.ends.get(site, date.min), contract.ends or date.max)
        self.team = {
            (team.site, queue): team.name
            for team in reversed(move.operation.teams)
            for queue in served_by(team)
        }

    def of(self, played: Played, found: Interruption) -> Hit:
        """The site that has most of the queue on that day is the one that is short."""
        stage = self.stage
        day, queue = stage.days[found.day], stage.queues[found.queue]
        site = stage.sites[int(played.share[found.day, found.queue].argmax())]
        cause = self.cause.get(site, STAYS)
        if cause == OLD and day > self.ends.get(site, date.max):
            cause = HELD
        hours = np.flatnonzero(stage.open_interval[found.day, found.queue])
        at_end = len(hours) > 0 and found.interval > int(hours[-1]) - END_S // INTERVAL_S
        return Hit(cause, self.team.get((site, queue), ""), day, at_end)
