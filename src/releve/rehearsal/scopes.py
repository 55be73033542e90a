"""What a simulation's results are told of: queues, teams, sites, and all together. S scopes, L lines, T teams."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from releve.operation.centre import Target, target_of
from releve.rehearsal.lone_stage import LoneStage

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Scopes:
    """What results are told of: each scope's lines and teams."""

    kinds: tuple[str, ...]  # queue, team, site or all
    names: tuple[str, ...]
    lines: Floats  # [S, L]: 1 where its contacts are
    teams: Floats  # [S, T]: 1 where its people are
    targets: tuple[Target | None, ...]  # of all its queues; none where they have several

    @property
    def size(self) -> int:
        """S."""
        return len(self.kinds)


def scopes_of(stage: LoneStage) -> Scopes:
    """Queues with their contacts, teams with their people, sites and all with both.

    The contacts of a site are those of the queues whose home is there. With one destination every team answers at it,
    whatever its site: then several sites have people only.
    """
    operation = stage.operation
    queues = np.arange(len(operation.queues))
    site_of = [operation.destinations[d].site for d in stage.home]
    apart = len(operation.destinations) > 1 or len(operation.sites) == 1
    found: list[tuple[str, str, Any, list[bool]]] = []
    nobody = [False] * len(operation.teams)
    found += [("queue", queue.name, queues == q, nobody) for q, queue in enumerate(operation.queues)]
    found += [
        ("team", team.name, queues < 0, [each is team for each in operation.teams])
        for team in operation.teams
    ]
    found += [
        (
            "site",
            site.name,
            np.array([apart and name == site.name for name in site_of]),
            [team.site == site.name for team in operation.teams],
        )
        for site in operation.sites
    ]
    found.append(("all", "", queues >= 0, [True] * len(operation.teams)))
    targets = [target_of(operation, queue) for queue in operation.queues]
    held = [
        {target.name: target for target, own in zip(targets, row[2], strict=True) if own} for row in found
    ]
    return Scopes(
        kinds=tuple(row[0] for row in found),
        names=tuple(row[1] for row in found),
        lines=np.array([row[2] for row in found], dtype=np.float64) @ stage.lines_of,
        teams=np.array([row[3] for row in found], dtype=np.float64),
        targets=tuple(next(iter(each.values())) if len(each) == 1 else None for each in held),
    )
