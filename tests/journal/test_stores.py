"""The contract of a store and of the journal on it, which memory, SQLite and PostgreSQL inherit whole."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from benchmarks.postgres_server import Server
from releve.base.errors import JournalError
from releve.journal.batch import Head, Place
from releve.journal.books import absorb, fresh
from releve.journal.entries import Decision, Forgot, id_of
from releve.journal.journal import Conflict, Where
from releve.journal.memory import MemoryStore
from releve.journal.postgres import PostgresStore
from releve.journal.sqlite import SqliteStore
from releve.journal.store import Addition, Raced, Store, Total
from tests.journal.worlds import (
    CELL,
    MONDAY,
    NOON,
    Desk,
    Door,
    all_entries,
    answered,
    chain,
    contacts,
    decision,
    hold,
    keep,
)


class Contract:
    """What every store does; a class below gives `store`, empty."""

    # A store by itself

    def test_an_empty_store_has_nothing(self, store: Store) -> None:
        assert store.nodes() == []
        assert store.head("a") == Head()
        assert store.batch(Place("a", 1)) is None
        assert not any([list(store.controlling()), store.totals(MONDAY, MONDAY), store.twice()])

    def test_what_is_kept_is_read_as_it_was(self, store: Store) -> None:
        batches = chain("a", [decision("1"), hold()], [decision("2")])
        keep(store, batches)
        assert list(store.batches("a", people=True)) == batches
        assert store.batch(Place("a", 2)) == batches[1]
        assert store.head("a") == batches[1].head

    def test_nodes_are_read_apart_and_from_a_sequence_on(self, store: Store) -> None:
        mine, other = (
            chain("a", [decision("1")], [decision("2")], [decision("3")]),
            chain("b", [decision("4")]),
        )
        keep(store, [mine[0], other[0], mine[1], mine[2]])
        assert store.nodes() == ["a", "b"]
        assert [batch.sequence for batch in store.batches("a", after=1)] == [2, 3]

    def test_more_batches_than_are_fetched_at_once_come_in_order(self, store: Store) -> None:
        keep(store, chain("a", *([decision(str(number))] for number in range(450))))
        assert contacts(store) == [str(number) for number in range(450)]

    def test_the_control_stream_is_read_alone(self, store: Store) -> None:
        batches = chain("a", [decision("1")], [hold()], [decision("2")], [decision("3"), hold()])
        keep(store, batches)
        assert [batch.place for batch in store.controlling()] == [Place("a", 2), Place("a", 4)]

    def test_a_place_is_taken_once(self, store: Store) -> None:
        keep(store, chain("a", [decision("1")]))
        (other,) = chain("a", [decision("2")])
        with pytest.raises(Raced):
            store.add(fresh(other, [decision("2")]))
        assert contacts(store) == ["1"]

    def test_a_fact_is_held_once_and_a_refused_batch_leaves_nothing(self, store: Store) -> None:
        keep(store, chain("a", [decision("1")]))
        (other,) = chain("b", [decision("2"), decision("1")])
        with pytest.raises(Raced):
            store.add(fresh(other, [decision("2"), decision("1")]))
        assert store.nodes() == ["a"]
        assert store.known([id_of(decision("2"))]) == {}
        assert store.totals(MONDAY, MONDAY) == [Total(CELL, "offered", 1, 1)]

    def test_a_fact_is_not_taken_over_from_who_does_not_hold_it(self, store: Store) -> None:
        keep(store, chain("a", [decision("1")]))
        (other,) = chain("b", [decision("1")])
        with pytest.raises(Raced):
            store.add(Addition(other, (), taken_over=((id_of(decision("1")), Place("c", 9)),)))
        assert store.nodes() == ["a"]

    def test_it_knows_who_holds_a_fact(self, store: Store) -> None:
        keep(store, chain("a", [decision("1")], [decision("2"), answered("1", 20)]))
        ids = [id_of(decision("2")), id_of(answered("1", 0)), id_of(decision("3")), id_of(decision("1"))]
        assert store.known(ids) == {ids[0]: ("a", 2), ids[1]: ("a", 2), ids[3]: ("a", 1)}
        assert store.known([]) == {}

    def test_a_customer_is_found_and_forgotten_and_the_chain_stays(self, store: Store) -> None:
        batches = chain("a", [decision("1", key="ann"), decision("2", key="bob")], [decision("3", key="ann")])
        keep(store, batches)
        assert store.of_key("ann") == [Place("a", 1), Place("a", 2)]
        assert store.forget_key("ann") == 2
        assert store.of_key("ann") == []
        keys = [entry.key for entry in all_entries(store) if isinstance(entry, Decision)]
        assert keys == ["", "bob", ""]
        assert [batch.hash for batch in store.batches("a")] == [batch.hash for batch in batches]

    def test_earlier_days_are_forgotten(self, store: Store) -> None:
        keep(store, chain("a", [decision("1", key="ann")]))
        assert store.forget_before(MONDAY) == 0
        assert store.forget_before(MONDAY + timedelta(days=1)) == 1
        assert store.of_key("ann") == []

    def test_totals_are_of_the_days_asked_for(self, store: Store) -> None:
        keep(store, chain("a", [decision("1"), answered("1", 20)], [answered("2", 5)]))
        assert store.totals(MONDAY, MONDAY) == [
            Total(CELL, "answered", 2, 2),
            Total(CELL, "offered", 1, 1),
            Total(CELL, "wait_s", 2, 25),
        ]
        assert store.totals(MONDAY + timedelta(days=1), MONDAY + timedelta(days=9)) == []

    # Batches that come home

    def test_a_batch_comes_home_once(self, store: Store) -> None:
        (batch,) = chain("a", [decision("1")])
        assert [absorb(store, batch), absorb(store, batch)] == [True, False]
        assert contacts(store) == ["1"]

    def test_a_batch_that_does_not_follow_stays_out(self, store: Store) -> None:
        batches = chain("a", [decision("1")], [decision("2")])
        with pytest.raises(JournalError, match="batch 2 of a does not follow batch 0"):
            absorb(store, batches[1])

    def test_another_batch_of_the_same_place_is_two_processes(self, store: Store) -> None:
        keep(store, chain("a", [decision("1")]))
        with pytest.raises(JournalError, match="two processes write as a"):
            absorb(store, chain("a", [decision("2")])[0])

    @pytest.mark.parametrize("order", [(0, 1), (1, 0)])
    def test_the_earlier_of_two_decisions_counts_in_whatever_order_they_come(
        self, store: Store, order: tuple[int, int]
    ) -> None:
        early = chain("b", [decision("1", seconds=1, destination="liege")])[0]
        late = chain("a", [decision("1", seconds=2, destination="rabat")])[0]
        keep(store, [[early, late][each] for each in order])
        assert store.known([id_of(decision("1"))]) == {id_of(decision("1")): ("b", 1)}
        assert store.twice() == [(id_of(decision("1")), ("a", 1))]
        totals = {
            total.cell.named: total.contacts for total in store.totals(MONDAY, MONDAY) if total.contacts
        }
        assert totals == {"liege": 1}

    # The journal on it

    def test_what_is_acknowledged_is_in_the_store(self, store: Store, desk: Desk) -> None:
        journal = desk.open(store)
        durable = journal.append([decision("1"), hold()])
        assert durable.where is Where.STORE
        assert durable.answers == (decision("1"), hold())
        assert durable.head == store.head("a")
        assert contacts(store) == ["1"]
        journal.close()

    def test_the_same_request_again_gets_the_first_decision(self, store: Store, desk: Desk) -> None:
        journal = desk.open(store)
        first = journal.append([decision("1", destination="liege")])
        again = journal.append([decision("1", destination="rabat", seconds=60), decision("2")])
        assert [cast(Decision, each).destination for each in again.answers] == ["liege", "rabat"]
        assert contacts(store) == ["1", "2"]
        assert journal.append([decision("1")]).head == again.head != first.head
        journal.close()

    def test_the_same_id_with_another_request_is_a_conflict(self, store: Store, desk: Desk) -> None:
        journal = desk.open(store)
        journal.append([decision("1")])
        for other in (decision("1", key="somebody else"), decision("1", queue="nl-invoice")):
            (answer,) = journal.append([other]).answers
            assert isinstance(answer, Conflict)
            assert cast(Decision, answer.first).key == "key of 1"
        assert contacts(store) == ["1"]
        journal.close()

    def test_the_same_id_twice_in_one_commit_is_decided_once(self, store: Store, desk: Desk) -> None:
        journal = desk.open(store)
        answers = journal.append(
            [decision("1"), decision("1", seconds=1), decision("1", key="other")]
        ).answers
        assert answers == (decision("1"), decision("1"), Conflict(decision("1")))
        assert contacts(store) == ["1"]
        journal.close()

    def test_an_outcome_is_reported_once(self, store: Store, desk: Desk) -> None:
        journal = desk.open(store)
        journal.append([answered("1", 20)])
        same, other = journal.append([answered("1", 20), answered("1", 30)]).answers
        assert same == answered("1", 20)
        assert other == Conflict(answered("1", 20))
        assert store.totals(MONDAY, MONDAY)[0].contacts == 1
        journal.close()

    def test_another_node_that_was_first_is_answered_with(self, store: Store, desk: Desk) -> None:
        keep(store, chain("b", [decision("1", destination="liege")]))
        journal = desk.open(store)
        (answer,) = journal.append([decision("1", destination="rabat")]).answers
        assert cast(Decision, answer).destination == "liege"
        journal.close()

    def test_a_restart_goes_on_where_it_was(self, store: Store, desk: Desk) -> None:
        for contact in ("1", "2"):
            journal = desk.open(store)
            journal.append([decision(contact)])
            journal.close()
        assert contacts(store) == ["1", "2"]
        assert [batch.sequence for batch in store.batches("a")] == [1, 2, 3, 4]

    def test_while_the_store_is_gone_the_spool_keeps_and_then_brings_home(
        self, store: Store, desk: Desk
    ) -> None:
        door = Door(store)
        journal = desk.open(cast(Store, door))
        door.shut = True
        durable = [journal.append([decision(contact)]).where for contact in ("1", "2", "1")]
        assert durable == [Where.SPOOL] * 3
        assert contacts(store) == []
        door.shut = False
        assert journal.merge(most=1) is False
        assert journal.merge(most=1) is True
        assert journal.append([decision("3")]).where is Where.STORE
        assert contacts(store) == ["1", "2", "3"]
        journal.close()

    def test_a_commit_whose_word_was_lost_is_there_once(self, store: Store, desk: Desk) -> None:
        door = Door(store)
        journal = desk.open(cast(Store, door))
        door.half_shut = True
        assert journal.append([decision("1")]).where is Where.SPOOL
        journal.append([decision("2")])
        door.shut = door.half_shut = False
        assert journal.merge()
        assert contacts(store) == ["1", "2"]
        assert store.totals(MONDAY, MONDAY)[0].contacts == 2
        journal.close()

    def test_forgetting_is_recorded(self, store: Store, desk: Desk) -> None:
        journal = desk.open(store)
        journal.append([decision("1", key="ann"), decision("2", key="bob")])
        assert journal.forget_key("ann", who="eve", why="she asked", now=NOON) == 1
        assert journal.forget_before(MONDAY + timedelta(days=1), who="eve", why="retention", now=NOON) == 1
        forgot = [
            entry for batch in store.controlling() for entry in batch.entries() if isinstance(entry, Forgot)
        ]
        assert [(entry.people, entry.before, entry.who) for entry in forgot] == [
            (1, None, "eve"),
            (1, MONDAY + timedelta(days=1), "eve"),
        ]
        journal.close()


class TestMemory(Contract):
    @pytest.fixture
    def store(self) -> Store:
        return MemoryStore()


class TestSqlite(Contract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[Store]:
        opened = SqliteStore(tmp_path / "journal.sqlite")
        yield opened
        opened.close()


class TestPostgres(Contract):
    @pytest.fixture
    def store(self, postgres: Server) -> Iterator[Store]:
        opened = PostgresStore(postgres.database())
        yield opened
        opened.close()
