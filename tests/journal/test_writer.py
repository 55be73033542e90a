"""Many tasks and one journal: each gets its own word, after the commit that holds what it said."""

import asyncio
import threading
from typing import cast

import pytest
from msgspec.structs import replace

from releve.base.errors import InputError, JournalError
from releve.journal import writer as module
from releve.journal.entries import Decision, Entry, is_fact
from releve.journal.journal import Conflict, Where
from releve.journal.memory import MemoryStore
from releve.journal.store import Addition, Store
from releve.journal.writer import Writer
from tests.journal.worlds import Desk, Door, contacts, decision, hold


class Slow(MemoryStore):
    """A store whose commits wait until they are let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.started = threading.Event()
        self.go.set()

    def add(self, addition: Addition) -> None:
        self.started.set()
        self.go.wait(10)
        super().add(addition)


def test_what_comes_during_a_commit_goes_into_the_next_one_together(desk: Desk) -> None:
    store = Slow()
    journal = desk.open(store)

    async def serve() -> None:
        async with Writer(journal) as writer:
            store.go.clear()
            store.started.clear()
            first = asyncio.create_task(writer.append(decision("0")))
            await asyncio.to_thread(store.started.wait, 10)
            others = [asyncio.create_task(writer.append(decision(str(each)))) for each in range(1, 50)]
            await asyncio.sleep(0)
            assert not first.done()
            store.go.set()
            answers = [(await each).answers for each in [first, *others]]
            assert [cast(Decision, answer).contact for (answer,) in answers] == [
                str(each) for each in range(50)
            ]

    asyncio.run(serve())
    assert store.head("a").sequence == 3  # the opening, the first contact, all others
    assert len(contacts(store)) == 50
    journal.close()


def test_what_is_said_of_waves_waits_for_no_contacts_and_is_never_too_much(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 4)
    monkeypatch.setattr(module, "MOST", 1)
    store = Slow()
    journal = desk.open(store)

    async def serve() -> None:
        async with Writer(journal) as writer:
            store.go.clear()
            store.started.clear()
            asked = [asyncio.create_task(writer.append(decision("0")))]
            await asyncio.to_thread(store.started.wait, 10)
            later: list[Entry] = [*map(decision, "123"), hold("a"), hold("b")]
            asked += [asyncio.create_task(writer.append(each)) for each in later]
            await asyncio.sleep(0)
            store.go.set()
            await asyncio.gather(*asked)

    asyncio.run(serve())
    said = [each for batch in store.batches("a") for each in batch.entries()][1:]
    assert [each.contact if is_fact(each) else "wave" for each in said] == [
        "0",
        "wave",
        "wave",
        "1",
        "2",
        "3",
    ]
    journal.close()


def test_the_same_contact_at_once_gets_one_decision(desk: Desk) -> None:
    store = MemoryStore()
    journal = desk.open(store)

    async def serve() -> None:
        async with Writer(journal) as writer:
            asked = [decision("1", destination=each) for each in ("liege", "rabat", "rabat")]
            words = await asyncio.gather(
                *map(writer.append, asked), writer.append(decision("1", key="other"))
            )
            *same, (conflict,) = [word.answers for word in words]
            assert {cast(Decision, answer).destination for (answer,) in same} == {"liege"}
            assert isinstance(conflict, Conflict)

    asyncio.run(serve())
    assert contacts(store) == ["1"]
    journal.close()


def test_entries_that_belong_together_are_in_one_batch(desk: Desk) -> None:
    store = MemoryStore()
    journal = desk.open(store)

    async def serve() -> None:
        async with Writer(journal) as writer:
            together = [writer.append(hold("verdict"), hold("action")) for _ in range(400)]
            await asyncio.gather(*together)

    asyncio.run(serve())
    assert all(batch.control % 2 == 0 for batch in store.batches("a", after=1))
    journal.close()


def test_what_is_not_durable_is_an_error_for_all_who_asked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = Door(MemoryStore())
    journal = desk.open(cast(Store, door))
    door.shut = True

    def broken(_: object) -> None:
        raise JournalError("a.spool cannot be written")

    monkeypatch.setattr(journal._spool, "append", broken)

    async def serve() -> None:
        async with Writer(journal) as writer:
            asked = (writer.append(decision(str(each))) for each in range(3))
            words = await asyncio.gather(*asked, return_exceptions=True)
            assert [str(word) for word in words] == ["a.spool cannot be written"] * 3

    asyncio.run(serve())
    journal.close()


def test_the_spool_comes_home_by_itself(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemoryStore()
    door = Door(store)
    journal = desk.open(cast(Store, door))
    monkeypatch.setattr(module, "RETRY_S", 0.01)

    async def serve() -> None:
        async with Writer(journal) as writer:
            door.shut = True
            assert (await writer.append(decision("1"))).where is Where.SPOOL
            await asyncio.sleep(0.05)
            assert (await writer.append(decision("2"))).where is Where.SPOOL
            door.shut = False
            while journal.trouble is not None:
                await asyncio.sleep(0.01)
            assert (await writer.append(decision("3"))).where is Where.STORE

    asyncio.run(serve())
    assert contacts(store) == ["1", "2", "3"]
    journal.close()


def test_who_errs_does_not_spoil_the_commit_of_others(desk: Desk) -> None:
    store = MemoryStore()
    journal = desk.open(store)

    async def serve() -> None:
        async with Writer(journal) as writer:
            asked = [decision("1"), replace(decision("2"), share=20_000), decision("3")]
            words = await asyncio.gather(*map(writer.append, asked), return_exceptions=True)
            assert [isinstance(word, InputError) for word in words] == [False, True, False]
            assert await writer.decisions(["3"]) == {"3": decision("3")}

    asyncio.run(serve())
    assert contacts(store) == ["1", "3"]
    journal.close()


def test_closing_commits_what_is_in_line_and_then_refuses(desk: Desk) -> None:
    store = MemoryStore()
    journal = desk.open(store)

    async def serve() -> None:
        async with Writer(journal) as writer:
            asked = [asyncio.create_task(writer.append(decision(str(each)))) for each in range(9)]
            await asyncio.sleep(0)
        assert all(each.done() for each in asked)
        with pytest.raises(JournalError, match="is closing; nothing was recorded"):
            await writer.append(decision("9"))

    asyncio.run(serve())
    assert len(contacts(store)) == 9
    journal.close()


def test_who_comes_when_the_line_is_too_long_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 3)
    journal = desk.open(MemoryStore())

    async def serve() -> None:
        async with Writer(journal) as writer:
            asked = (writer.append(decision(str(each))) for each in range(5))
            words = await asyncio.gather(*asked, return_exceptions=True)
            assert [isinstance(word, JournalError) for word in words] == [False] * 3 + [True] * 2

    asyncio.run(serve())
    journal.close()


def test_who_gave_up_harms_nobody(desk: Desk) -> None:
    store = Slow()
    journal = desk.open(store)

    async def serve() -> None:
        async with Writer(journal) as writer:
            store.go.clear()
            given_up = asyncio.create_task(writer.append(decision("1")))
            waits = asyncio.create_task(writer.append(decision("2")))
            await asyncio.sleep(0.01)
            given_up.cancel()
            store.go.set()
            assert (await waits).where is Where.STORE

    asyncio.run(serve())
    assert contacts(store) == ["1", "2"]  # recorded all the same: asked again, it is answered with that
    journal.close()
