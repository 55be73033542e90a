"""The journal read again: every entry once, each node in its own order, whatever the clocks did."""

from datetime import timedelta

from releve.journal.entries import Commanded, Decision, is_fact
from releve.journal.memory import MemoryStore
from releve.journal.replay import SLACK, control, replay, since
from tests.journal.worlds import NOON, chain, decision, hold, keep


def contacts_of(store: MemoryStore) -> list[str]:
    return [each.entry.contact for each in replay(store) if isinstance(each.entry, Decision)]


def test_nodes_are_mixed_by_the_instant() -> None:
    store = MemoryStore()
    keep(store, chain("a", [decision("1", seconds=1)], [decision("4", seconds=4)]))
    keep(store, chain("b", [decision("2", seconds=2), decision("3", seconds=3)]))
    assert contacts_of(store) == ["1", "2", "3", "4"]


def test_a_nodes_own_order_stays_when_its_clock_goes_back() -> None:
    store = MemoryStore()
    keep(store, chain("a", [decision("1", seconds=3_600)], [decision("2", seconds=0)]))
    keep(store, chain("b", [decision("3", seconds=1_800)]))
    order = contacts_of(store)
    assert sorted(order) == ["1", "2", "3"]
    assert order.index("1") < order.index("2")


def test_a_batch_that_came_home_late_is_read_all_the_same() -> None:
    store = MemoryStore()
    late = chain("a", [decision("1", seconds=1)])
    keep(store, chain("b", [decision("2", seconds=2)]))
    keep(store, late)
    assert contacts_of(store) == ["1", "2"]


def test_the_control_stream_is_given_without_the_contacts() -> None:
    store = MemoryStore()
    keep(store, chain("b", [decision("1"), hold("second")]))
    keep(store, chain("a", [hold("first"), decision("2")], [decision("3")]))
    assert [(each.place.node, each.entry) for each in control(store)] == [
        ("a", hold("first")),
        ("b", hold("second")),
    ]
    assert all(isinstance(each.entry, Commanded) for each in control(store))


DAY_S = 86_400


def test_from_a_moment_on_everything_is_read_and_little_before_it() -> None:
    store = MemoryStore()
    for node in "ab":
        keep(store, chain(node, *([decision(f"{node}{day}", seconds=day * DAY_S)] for day in range(30))))
    found = [each.entry.contact for each in since(store, NOON + timedelta(days=20)) if is_fact(each.entry)]
    assert found[-20:] == [f"{node}{day}" for day in range(20, 30) for node in "ab"]
    assert len(found) <= 2 * (10 + SLACK.days + 1)


def test_where_batches_are_missing_too_much_is_read_rather_than_too_little() -> None:
    store = MemoryStore()
    batches = chain("a", *([decision(f"{day}", seconds=day * DAY_S)] for day in range(30)))
    store._chains["a"] = [each for each in batches if each.sequence % 3]
    found = {each.entry.contact for each in since(store, NOON + timedelta(days=20)) if is_fact(each.entry)}
    assert found >= {f"{day}" for day in range(20, 30) if (day + 1) % 3}


def test_an_empty_journal_has_nothing_to_replay() -> None:
    assert list(replay(MemoryStore())) == list(control(MemoryStore())) == []
