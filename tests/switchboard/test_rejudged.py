"""Verdicts given again from the journal: equal, unless somebody changed them or outcomes came late."""

import asyncio
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from releve.journal.batch import Place
from releve.journal.entries import Entry, Judged
from releve.journal.replay import Recorded, control
from releve.journal.sqlite import SqliteStore
from releve.journal.store import Total
from releve.operation.loading import load
from releve.operation.move import Move
from releve.switchboard.judging import Known, evening, morning
from releve.switchboard.live import begin
from releve.switchboard.people import PeopleToday
from releve.switchboard.rejudged import Again, rejudged
from releve.switchboard.yardstick import Yardstick
from tests.switchboard.keeping import Clock, calls, keeping, ordered
from tests.switchboard.test_judging import BACK, QUIET, Days, totals
from tests.switchboard.worlds import MONDAY, planned, three, write_three


@pytest.fixture(scope="module")
def move(tmp_path_factory: pytest.TempPathFactory) -> Move:
    return three(tmp_path_factory.mktemp("three") / "move")


class Kept(Days):
    """Days whose totals are kept, as a journal keeps them."""

    def __init__(self, move: Move) -> None:
        super().__init__(move, Yardstick(begin(move).move))
        self.totals: dict[date, list[Total]] = {}

    def worse(self, days: int, new: float) -> "Kept":
        for _ in range(days):
            seen = totals(self.day, {"old": 0.05, "new": new}, self.desk.share() / 10_000)
            self.totals[self.day] = seen
            self.on(1, known=Known(seen, (), QUIET, BACK))
        return self

    def again(self, said: list[Entry] | None = None) -> list[Again]:
        live = planned(begin(self.desk.move))
        journal = self.desk.journal if said is None else said
        recorded = [Recorded(Place("a", each.at.toordinal()), each) for each in journal]
        return [*rejudged(live, recorded, lambda day: self.totals.get(day, []))]


def gates(found: list[Again]) -> set[str]:
    return {each.journal.gate for each in found if each.journal}


def test_every_verdict_of_a_wave_that_went_well_is_given_again(move: Move) -> None:
    days = Kept(move).worse(11, new=0.05)
    found = days.again()
    assert len(found) > 8
    assert "abandonment" in gates(found)
    assert [each for each in found if not each.same] == []
    assert not any(each.evidence_changed for each in found)


def test_and_of_one_that_was_taken_back(move: Move) -> None:
    days = Kept(move).worse(11, new=0.15)
    assert days.desk.states[0] == "rolled back"
    found = days.again()
    assert "roll back" in {each.now.verdict for each in found if each.now}
    assert [each for each in found if not each.same] == []


def test_a_verdict_that_does_not_follow_is_found(move: Move) -> None:
    days = Kept(move).worse(5, new=0.05)
    said = list(days.desk.journal)
    place = max(n for n, each in enumerate(said) if isinstance(each, Judged) and each.gate == "abandonment")
    given = said[place]
    assert isinstance(given, Judged)
    said[place] = replace(given, verdict="roll back")
    (found,) = (each for each in days.again(said) if not each.same)
    assert found.journal is not None
    assert found.now is not None
    assert (found.journal.verdict, found.now.verdict) == ("roll back", given.verdict)
    assert not found.evidence_changed


def test_outcomes_that_came_late_are_told_apart(move: Move) -> None:
    days = Kept(move).worse(5, new=0.05)
    last = max(days.totals)
    days.totals[last] = totals(last, {"old": 0.05, "new": 0.09}, 0.1)
    assert {each.journal.at.date() for each in days.again() if each.evidence_changed and each.journal} == {
        last
    }


def test_what_opened_a_wave_in_the_morning_is_given_again(move: Move) -> None:
    days = Kept(move).worse(5, new=0.05)
    desk, today = days.desk.does("open", "half"), date(2025, 10, 20)
    for day in (18, 19):  # a weekend
        late = datetime(2025, 10, day, 23, tzinfo=UTC)
        desk.writes(evening(desk.live, days.yard, date(2025, 10, day), Known((), (), None, BACK), late))
    at = datetime(2025, 10, 20, 1, tzinfo=UTC)
    wave = desk.live.move.transition.waves[1]
    facts = PeopleToday(desk.live.move, today).facts(wave, desk.live.table)
    desk.writes(morning(desk.live, today, facts, at))
    found = [each for each in days.again() if each.journal and each.journal.at == at]
    assert "people" in gates(found)
    assert [each for each in found if not each.same] == []


def test_what_a_running_switchboard_judged_is_given_again_from_its_journal(tmp_path: Path) -> None:
    folder = write_three(tmp_path / "move")
    asyncio.run(three_days(folder, tmp_path / "live"))
    with closing(SqliteStore(tmp_path / "live/journal.sqlite")) as store:
        said = [*control(store)]
        found = [*rejudged(begin(load(folder)), said, lambda day: store.totals(day, day))]
    assert {each.journal.at.day for each in found if each.journal} >= {14, 15, 16}
    assert [each for each in found if not each.same] == []


async def three_days(folder: Path, live: Path) -> None:
    """A wave opens on Monday; customers call until Wednesday, and each night is judged."""
    clock = Clock(MONDAY)
    async with keeping(folder, live, clock) as service:
        await ordered(service, "sign", item="trained")
        await ordered(service, "open", "tenth")
        for day in range(3):
            clock.to(MONDAY + timedelta(days=day, hours=1))
            await calls(service, f"{day}", 60)
            clock.to(MONDAY + timedelta(days=day, hours=17))
            await service.keeper.turn()
