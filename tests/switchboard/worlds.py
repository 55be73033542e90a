"""A small transition that is live: French calls go from `old` to `new` by 10 %, then 50 %, then all of them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

from releve.journal.entries import Entry, Planned, decode, encode
from releve.operation.loading import load
from releve.operation.move import Move
from releve.switchboard.changes import Said
from releve.switchboard.live import Live, begin, fold
from releve.switchboard.orders import Answer, Command, Granted, Refusal, order
from releve.transition.gates import Facts, People, RollbackChoice
from tests.operation.small_move import edit, write_small_move

MONDAY = datetime(2025, 10, 13, 8, tzinfo=UTC)  # the day on which the first wave opens; 10:00 in Brussels
WAVES = """\
[[waves]]
name = "tenth"
opens = 2025-10-13
queues = ["fr"]
destination = "new"
donor = "old"
share_pct = 10
gates = ["people", "brake", "abandonment"]
needs = ["trained"]
least_days = 2

[[waves]]
name = "half"
opens = 2025-10-20
queues = ["fr"]
destination = "new"
donor = "old"
share_pct = 50
gates = ["people", "brake", "abandonment"]
least_days = 2

[[waves]]
name = "all"
opens = 2025-11-03
queues = ["fr"]
destination = "new"
donor = "old"
share_pct = 100
gates = ["people", "brake"]
least_days = 2

[[gates]]
"""


def write_three(folder: Path, **settings: object) -> Path:
    """Write the small move with three waves into a folder; settings as of the small move."""
    write_small_move(folder, **settings)
    text = (folder / "transition.toml").read_text()
    before, after = text.index("[[waves]]"), text.index("[[gates]]")
    (folder / "transition.toml").write_text(text[:before] + WAVES + text[after + len("[[gates]]\n") :])
    return edit(folder, "workforce.csv", "new-fr,10", "new-fr,16")


def three(folder: Path, **settings: object) -> Move:
    """The small move with three waves."""
    return load(write_three(folder, **settings))


def enough(today: date) -> Facts:
    """People for everything, there and back."""
    return Facts(
        today, present=20.0, needed=10.0, rollback=RollbackChoice("old", 20.0, 10.0), donor=People(20.0, 10.0)
    )


def planned(live: Live, at: datetime = MONDAY) -> Live:
    """The first version of the plan is in force."""
    return fold(live, Planned(v=1, at=at, who="ann", plan="1", digest="ab" * 32, epoch=1))


def folded(live: Live, entries: Iterable[Entry]) -> Live:
    """After entries that have been written to a journal and read again."""
    for entry in decode(encode([*entries])):
        live = fold(live, entry)
    return live


class Desk:
    """People at a running transition: `says` is what the last of them was told."""

    def __init__(self, move: Move, at: datetime = MONDAY) -> None:
        self.move, self.at = move, at
        self.live = planned(begin(move), at)
        self.journal: list[Entry] = []
        self.answer: Answer = Granted((), "")

    def does(
        self,
        what: str,
        wave: str = "",
        *,
        who: str = "mia",
        role: str = "manager",
        facts: Facts | None = None,
        **more: object,
    ) -> "Desk":
        """Somebody orders something; what is written is folded."""
        asked = Command(what=what, wave=wave, why="because", **more)  # type: ignore[arg-type]
        known = enough(self.live.day(self.at)) if facts is None else facts
        self.answer = order(self.live, asked, Said(who, self.at), role, known)
        return self.writes(self.answer.entries)

    def writes(self, entries: Iterable[Entry]) -> "Desk":
        """Entries are made durable and folded."""
        new = [*entries]
        self.journal += new
        self.live = folded(self.live, new)
        return self

    @property
    def refused(self) -> str:
        """Why the last order was refused, and what to do; "" where it was granted."""
        return f"{self.answer.why}; {self.answer.mend}" if isinstance(self.answer, Refusal) else ""

    @property
    def says(self) -> str:
        """What the last order came to; "" where it was refused."""
        return self.answer.says if isinstance(self.answer, Granted) else ""

    @property
    def states(self) -> list[str]:
        """Of the waves, in their order."""
        return [each.state.value for each in self.live.course.waves]

    def share(self, destination: str = "new") -> int:
        """Of the French calls, in 1/100 %."""
        part = next(part for part in self.live.table.queues if part.queue == "fr")
        return dict(part.shares).get(destination, 0)
