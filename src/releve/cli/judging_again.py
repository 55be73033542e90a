"""What `releve replay` says with the move beside the journal: the state as it is folded live, and verdicts again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from releve.base.units import share_text
from releve.cli.printing import counted, day_text, new_table
from releve.journal.replay import Recorded
from releve.journal.store import Store
from releve.operation.clock import day_start
from releve.operation.loading import load
from releve.switchboard.live import Live, begin, fold
from releve.switchboard.reading import read
from releve.switchboard.rejudged import Again, rejudged
from releve.transition.course import WaveCourse

SHOWN = 20  # verdicts that differ and are printed; JSON has all


@dataclass(frozen=True)
class JudgedAgain:
    """A moment of a transition, and the verdicts until then."""

    live: Live
    moment: datetime
    same_files: bool  # whether the move's files are those of the plan in force then
    verdicts: tuple[Again, ...]

    @property
    def differing(self) -> tuple[Again, ...]:
        """The verdicts that are not given again, though what they rest on is the same."""
        return tuple(each for each in self.verdicts if not each.same and not each.evidence_changed)

    @property
    def late(self) -> tuple[Again, ...]:
        """Those that are not, for outcomes came after the evening."""
        return tuple(each for each in self.verdicts if not each.same and each.evidence_changed)

    def content(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "live": {
                "plan": self.live.plan,
                "same_files": self.same_files,
                "epoch": self.live.epoch,
                "version": self.live.routing(self.moment).version,
                "frozen": self.live.course.frozen,
                "down": sorted(self.live.down),
                "judged": self.live.judged,
                "waves": [_wave(each) for each in self.live.course.waves],
                "shares": [{"queue": q, "destination": d, "share": s} for q, d, s in self._shares()],
            },
            "again": {
                "verdicts": len(self.verdicts),
                "differing": [_both(each) for each in self.differing],
                "late": [_both(each) for each in self.late],
            },
        }

    def tables(self) -> tuple[Table, Table]:
        """The waves and the shares."""
        waves = new_table("Waves", "Wave", "State", "Opened", "Days>", "Why")
        for each in self.live.course.waves:
            waves.add_row(each.wave.name, each.state, day_text(each.opened), f"{each.days}", each.reason)
        shares = new_table("Shares", "Queue", "Destination", "Share>")
        for queue, destination, share in self._shares():
            shares.add_row(queue, destination, share_text(share))
        return waves, shares

    def tell(self, out: Console) -> None:
        """What came of the verdicts."""
        if not self.same_files:
            said = (
                "The move's files are not those of the plan in force then: what follows may differ for that."
            )
            out.print(Text(said, "bold yellow"))
        equal = sum(each.same for each in self.verdicts)
        said = f"{counted(len(self.verdicts), 'verdict', 'verdicts')} given again: {equal:,} equal"
        late = f", {len(self.late):,} otherwise since outcomes came late" if self.late else ""
        wrong = f", {len(self.differing):,} do not follow" if self.differing else ""
        out.print(Text(f"{said}{late}{wrong}.", "bold"))
        for each in self.differing[:SHOWN]:
            out.print(Text(_difference(each), "bold yellow"), soft_wrap=True)

    def _shares(self) -> Iterator[tuple[str, str, int]]:
        for part in self.live.table.queues:
            for destination, share in part.shares:
                yield part.queue, destination, share


def judge_again(move: str, said: Sequence[Recorded], store: Store, moment: datetime | None) -> JudgedAgain:
    """Fold the control entries until a moment, and give their verdicts again by the store's daily totals."""
    loaded = load(move)
    start = begin(loaded)
    entries = [each.entry for each in said]
    live = reduce(fold, entries, start)
    starts = day_start(live.move.transition.starts, live.move.operation.zone)
    shown = moment or (entries[-1].at if entries else starts)
    verdicts = tuple(rejudged(start, said, lambda day: store.totals(day, day)))
    return JudgedAgain(live, shown, live.digest in ("", read(move).digest), verdicts)


def _wave(each: WaveCourse) -> dict[str, Any]:
    return {
        "wave": each.wave.name,
        "state": each.state,
        "opened": each.opened,
        "done": each.done,
        "days": each.days,
        "reason": each.reason,
    }


def _both(each: Again) -> dict[str, Any]:
    return {"journal": msgspec.to_builtins(each.journal), "now": msgspec.to_builtins(each.now)}


def _difference(each: Again) -> str:
    given = each.journal or each.now
    assert given is not None
    then, now = (
        "nothing" if one is None else f"{one.verdict}: {one.why}" for one in (each.journal, each.now)
    )
    return (
        f"{given.at:%Y-%m-%d %H:%M} UTC, {given.wave}, {given.gate}: the journal has {then}; now it is {now}"
    )
