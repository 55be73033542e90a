"""Handle times: the queue's own, or the history's means; and what is said when neither knows."""

import pytest

from releve.base.errors import InputError
from releve.demand.handling import Handling, handling
from tests.demand.worlds import days_of_history, move, queue


def test_what_the_queue_says_goes_before_the_history() -> None:
    rows = days_of_history("fr", [[10]], answered=8, talk_s=800.0, wrap_s=80.0)
    assert handling(move([queue(handle_s=300.0, wrap_s=30.0)], rows)) == {"fr": Handling(300.0, 30.0)}


def test_means_are_over_the_answered_contacts_of_rows_that_know_them() -> None:
    rows = days_of_history("fr", [[10]], answered=8, talk_s=800.0, hold_s=40.0, wrap_s=80.0)
    rows += days_of_history("fr", [[10]], hour=9, answered=2)  # nothing known of its seconds
    rows += days_of_history("fr", [[10]], hour=10, answered=4, talk_s=600.0)
    found = handling(move([queue(handle_s=None, wrap_s=None)], rows))["fr"]
    assert found == Handling(pytest.approx((800 + 40 + 600) / 12), 10.0)  # type: ignore[arg-type]


def test_every_queue_of_which_nothing_is_known_is_a_finding() -> None:
    rows = days_of_history("fr", [[10]]) + days_of_history("nl", [[10]], answered=9, talk_s=100.0)
    world = move([queue("fr", handle_s=None), queue("nl", handle_s=None, wrap_s=None)], rows)
    with pytest.raises(InputError) as caught:
        handling(world)
    assert [finding.found.split(",")[0] for finding in caught.value.findings] == [
        "no handle_s for 'fr'",
        "no wrap_s for 'nl'",
    ]
