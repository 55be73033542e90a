"""One replication: the transition day by day, from its first morning to its last evening.

A pure function of the stage and the replication's number: threads and their order change nothing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from releve.base.draws import QUALITY_RESOLVED, QUALITY_SATISFIED, bits, fold, uniform
from releve.base.ids import stable_hash
from releve.demand.grid import INTERVAL_S
from releve.demand.needed import Needs
from releve.engine.day import day as play_day
from releve.engine.day import nothing_carried
from releve.engine.house import House
from releve.engine.kept import keep as keep_day
from releve.engine.kept import nothing_kept
from releve.engine.measures import MEASURES
from releve.engine.rates import cumulative
from releve.engine.shapes import AGENDA, GOES_HOME, WAITING, Array
from releve.rehearsal.bench import Bench
from releve.rehearsal.columns import INTERVAL_MEASURES
from releve.rehearsal.interruption import Interruption, interruptions
from releve.rehearsal.judged import Judged
from releve.rehearsal.judging import Judging
from releve.rehearsal.stage import Stage
from releve.routing.table import Table, home, ranges_of, share_of
from releve.transition.course import Course
from releve.workforce.people import Roster, roster

Floats = NDArray[np.float64]
ABANDONED = MEASURES.index("abandoned")
BY_SITE = ("answered", "handled_s")  # what is kept by the site that answered: contracts pay by it
SITES_KEEP = [MEASURES.index(name) for name in BY_SITE]


@dataclass(frozen=True)
class Played:
    """What one replication leaves. N days, Q queues, L lines, T teams, D destinations, I half-hours, K measures."""

    replication: int
    days: Floats  # [N, L, D + 1, K]: by line named and destination that answered (the last: nobody)
    lines: NDArray[np.float32]  # [N, L, K]: the same over all who answered
    by_site: NDArray[np.float32]  # [N, D, BY_SITE]: over all lines, by destination that answered
    intervals: NDArray[np.float32]  # [N, I, L, measures of columns.INTERVAL_MEASURES]
    on_duty_s: Floats  # [N, T]
    busy_s: Floats  # [N, T]
    present: Floats  # [N, T]: people on duty to be expected, mean over the open hours
    waits: NDArray[np.int32]  # [L, B]: histogram of waits of the answered
    gone: NDArray[np.int32]  # [L, B]: and of those who left unanswered
    share: NDArray[np.int16]  # [N, Q, D]: shares in force, in 1/100 %
    interruptions: list[Interruption]
    course: Course
    judged: Judged
    judging: Judging | None


class Stand:
    """What the replications of one rehearsal share beside the stage."""

    def __init__(self, stage: Stage, bench: Bench | None, needs: Needs, table: Table | None = None) -> None:
        """`bench` is none where nothing moves; the shares are then those of `table`, with none everybody's home."""
        self.stage, self.bench, self.needs = stage, bench, needs
        self.table = table or home({queue.name: queue.home for queue in stage.move.operation.queues})
        self.open_s = stage.open_interval.max(axis=1).sum(axis=1) * float(INTERVAL_S)  # [N]


def replication_key(seed: int, replication: int) -> np.uint64:
    """The key of everything that is drawn in a replication."""
    with np.errstate(over="ignore"):
        key: np.uint64 = fold(fold(np.uint64(seed), np.uint64(stable_hash("releve"))), np.uint64(replication))
    return key


def play(stand: Stand, seed: int, replication: int, house: House) -> tuple[House, Played]:
    """Play one replication in a house; returns the house (it may have grown) and what came of it."""
    stage = stand.stage
    key = replication_key(seed, replication)
    people = roster(stage.crew, key)
    at_work = _AtWork(stage, people)
    present = present_of(stand, people.expected_s)
    judging = Judging(stand.bench, key, present) if stand.bench else None
    house.today["key"] = key
    arrivals = cumulative(stage.first, stage.busyness, key, stage.queue_rows["hash"], stage.ordinals)
    _set_quality(stage, key, house)
    record = _Record(stage, house)
    table = judging.table if judging else stand.table
    house, shares = tell(stage, table, house), _shares(stage, table)
    carried = nothing_carried()
    for n in range(len(stage.days)):
        if judging and judging.morning(n):
            house, shares = tell(stage, judging.table, house), _shares(stage, judging.table)
        house = _set_day(stage, at_work, arrivals, house, n)
        if n in stage.handed_over:
            hand_over(stage.handed_over[n], carried)
        house, carried = play_day(house, carried)
        record.keep(house, n, shares)
        if judging and judging.evening(n, house.by_interval):
            house, shares = tell(stage, judging.table, house), _shares(stage, judging.table)
    return house, record.played(replication, present, judging)


def present_of(stand: Stand, expected_s: Floats) -> Floats:
    """People on duty to be expected, mean over the open hours, from their seconds; both by team: [N, T]."""
    open_s = stand.open_s[:, None]
    mean: Floats = np.divide(expected_s, open_s, out=np.zeros_like(expected_s), where=open_s > 0)
    return mean


def _set_quality(stage: Stage, key: np.uint64, house: House) -> None:
    """Each site's quality beside the old one's, drawn once for the replication."""
    quality = {each.site: each for each in stage.move.transition.quality}
    house.teams["resolved"], house.teams["satisfied"] = 0.0, 0.0
    for row, team in zip(house.teams, stage.move.operation.teams, strict=True):
        each = quality.get(team.site)
        if each is None:
            continue
        with np.errstate(over="ignore"):
            own = fold(key, np.uint64(stable_hash(team.site)))
            resolved, satisfied = (
                float(ndtri(uniform(bits(own, 0, purpose))))
                for purpose in (QUALITY_RESOLVED, QUALITY_SATISFIED)
            )
        row["resolved"] = (each.resolved_points + each.resolved_points_sd * resolved) / 100.0
        row["satisfied"] = (each.satisfaction_points + each.satisfaction_points_sd * satisfied) / 100.0


def tell(stage: Stage, table: Table, house: House) -> House:
    """Give the house the share table: every queue's ranges, padded to one width."""
    ranges = [ranges_of(table, queue, stage.destinations) for queue in stage.queues]
    width = max(len(each.upto) for each in ranges)
    upto = np.full((len(ranges), width), 65536, dtype=np.int64)
    owner = np.full((len(ranges), width), -1, dtype=np.int64)
    for q, each in enumerate(ranges):
        upto[q, : len(each.upto)] = each.upto
        owner[q, : len(each.owner)] = each.owner
    return house._replace(upto=upto, owner=owner)


class _AtWork:
    """Who of a replication is at work on each day, seat by seat, and what is known of the day because of that."""

    def __init__(self, stage: Stage, people: Roster) -> None:
        # By `take`, a day's row lies in one piece; by an index in brackets, a column would.
        self.group = people.group.take(stage.person, axis=1)  # [N, A]
        self.factor = people.factor.take(stage.person, axis=1)
        self.agenda = _manned(stage, people)
        for n, gone in _gone(stage, people).items():
            agenda = np.concatenate([self.agenda[n], gone])
            # Stable: what is of one kind keeps its order.
            self.agenda[n] = agenda[np.lexsort((agenda["kind"], agenda["at"]))]


def _manned(stage: Stage, people: Roster) -> list[Array]:
    """AGENDA of each day without the duty groups that nobody is in: such a group neither comes nor goes."""
    manned = np.zeros((len(stage.days), len(stage.groups) + 1), dtype=np.bool_)
    manned[:, -1] = True  # of the rows of another kind, whose group is -1
    day, person = np.nonzero(people.group >= 0)
    manned[day, people.group[day, person]] = True
    rows = zip(stage.agenda, manned, stage.duty_groups, strict=True)
    return [agenda[there.take(group)] for agenda, there, group in rows]


def _gone(stage: Stage, people: Roster) -> dict[int, Array]:
    """Those who go home early: AGENDA of the days on which anybody does."""
    seat = np.flatnonzero(stage.plan.agents["first"])
    rows: dict[int, list[tuple[float, int, int, int]]] = {}
    for n, p in np.argwhere(people.home_at < np.inf).tolist():
        rows.setdefault(n, []).append((float(people.home_at[n, p]), GOES_HOME, int(seat[p]), 0))
    return {n: np.array(each, AGENDA) for n, each in rows.items()}


def _set_day(stage: Stage, at_work: _AtWork, arrivals: Floats, house: House, n: int) -> House:
    """Set the house to day n. arrivals: `House.cumulative` of each day."""
    today = house.today[0]
    today["ordinal"] = stage.days[n].toordinal()
    today["length_s"] = stage.length_s[n]
    house.queues["handle_factor"] = stage.handle_factor[n]
    house.queues["due"] = stage.due[n]
    house.agents["group"] = at_work.group[n]
    house.agents["factor"] = at_work.factor[n]
    house.agents["resolving"] = stage.resolving[n]
    return house._replace(
        first=stage.first[n],
        cumulative=arrivals[n],
        open_interval=stage.open_interval[n],
        open=stage.open[n],
        agenda=at_work.agenda[n],
    )


def hand_over(to: NDArray[np.int64], carried: Array) -> None:
    """Work that still waits where nobody will be any more goes on in another line; `to`: [L], its own where not."""
    waiting = carried["kind"] == WAITING
    carried["line"][waiting] = to[carried["line"][waiting]]


def _shares(stage: Stage, table: Table) -> NDArray[np.int64]:
    return np.array([[share_of(table, queue, name) for name in stage.destinations] for queue in stage.queues])


class _Record:
    """Collects a replication's days."""

    def __init__(self, stage: Stage, house: House) -> None:
        self.stage = stage
        self.kept = nothing_kept(house, len(stage.days), INTERVAL_MEASURES)
        self.share = np.zeros((len(stage.days), len(stage.queues), len(stage.destinations)), dtype=np.int16)

    def keep(self, house: House, n: int, shares: NDArray[np.int64]) -> None:
        """Keep a day's results."""
        keep_day(house, self.kept, n)
        self.share[n] = shares

    def played(self, replication: int, present: Floats, judging: Judging | None) -> Played:
        stage, kept = self.stage, self.kept
        of_queue = np.equal.outer(stage.lines["queue"], np.arange(len(stage.queues))).astype(np.float64)
        offered, answered, left = kept.by_queue.transpose(2, 0, 3, 1)  # [N, Q, I] each
        found = interruptions(
            stage.move.operation.interruption,
            stage.open_interval,
            offered,
            answered,
            left,
            kept.unstaffed_s.transpose(0, 2, 1),
            _due(stage, offered.sum(axis=2)),
            # What was turned away, because no site could take it, is never done.
            kept.late + _due(stage, kept.by_line.sum(axis=2)[:, :, ABANDONED] @ of_queue),
            stage.queue_rows["deferred"] > 0,
        )
        return Played(
            replication=replication,
            days=kept.by_line,
            lines=kept.by_line.sum(axis=2, dtype=np.float32),
            by_site=kept.by_line[:, :, :-1, SITES_KEEP].sum(axis=1, dtype=np.float32),
            intervals=kept.intervals,
            on_duty_s=kept.on_duty_s,
            busy_s=kept.busy_s,
            present=present,
            waits=kept.waits.astype(np.int32),
            gone=kept.gone.astype(np.int32),
            share=self.share,
            interruptions=found,
            course=judging.course if judging else Course((), 0),
            judged=judging.judged() if judging else Judged(),
            judging=judging,
        )


def _due(stage: Stage, offered: Floats) -> Floats:
    """Items of deferred work by the day on which they are due: [N, Q]; what is due after the last day is not judged."""
    due = np.zeros(offered.shape)
    place = stage.due - stage.days[0].toordinal()
    counted = (offered > 0) & (stage.queue_rows["deferred"] > 0) & (place >= 0) & (place < len(stage.days))
    n, q = np.nonzero(counted)
    np.add.at(due, (place[n, q], q), offered[n, q])
    return due
