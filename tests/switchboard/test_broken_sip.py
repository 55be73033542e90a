"""Messages with something wrong in them, and floods: the short forms of chaos/mutated_sip.py and flooded_sip.py."""

from collections.abc import Callable

import pytest

from chaos.flooded_sip import GROWTH_MOST_MB, flooded
from chaos.mutated_sip import GROWTH_MOST, Broken, in_core, over_tcp, over_udp, split_everywhere


def holds(broken: Broken) -> bool:
    return not broken.bad_answers and not broken.to_junk and broken.good == broken.good_answered > 0


def test_four_thousand_broken_messages_do_no_harm() -> None:
    broken = in_core(4_000)
    assert holds(broken), broken
    assert broken.answered > 100
    assert broken.growth < GROWTH_MOST


@pytest.mark.parametrize("over", [over_udp, over_tcp])
def test_nor_do_they_over_a_network(over: Callable[[int], Broken]) -> None:
    assert holds(over(400))


def test_a_stream_may_be_split_at_every_byte() -> None:
    assert split_everywhere() == 0


def test_a_flood_is_refused_and_others_are_answered() -> None:
    came = flooded(seconds=1.0, rate=5_000, sockets=200)
    assert came.refused > 0, came
    assert 0 < came.answered == came.calls, came
    assert came.growth_mb < GROWTH_MOST_MB, came
