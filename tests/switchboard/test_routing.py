"""What a moment's routing says of a contact is what the one routing function says of its bucket."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from releve.base.units import BUCKETS
from releve.routing.bucket import Key
from releve.routing.route import NOBODY, State, named, route
from releve.routing.table import home, take
from releve.switchboard.routing import Routing
from tests.switchboard.small_switchboard import routing

NAMES = ("a", "b", "c")
flags = st.lists(st.integers(0, 1), min_size=3, max_size=3)


@st.composite
def moments(draw: st.DrawFn) -> Routing:
    """Any shares of three destinations, any of them closed or down, overflowing anywhere."""
    first, second = draw(st.integers(0, 6_000)), draw(st.integers(0, 4_000))
    table = take(take(home({"q": "a"}), "q", "b", "a", first), "q", "c", "a", second)
    overflow = np.array(draw(st.lists(st.integers(-1, 2), min_size=3, max_size=3)))
    state = State(np.array(draw(flags)), np.array(draw(flags)), overflow)
    addresses = {name: f"{name}.example" for name in NAMES}
    return replace(routing(), table=table, destinations=NAMES, addresses=addresses, states={"q": state})


@given(moments(), st.integers(0, BUCKETS - 1))
def test_every_bucket_goes_where_the_routing_function_says(moment: Routing, bucket: int) -> None:
    part = moment.parts["q"].of(bucket)
    ranges, state = moment.ranges["q"], moment.states["q"]
    assert part.named == NAMES[named(bucket, ranges)]
    taking = route(bucket, ranges, state)
    assert part.destination == (NAMES[taking] if taking != NOBODY else "")


@given(moments(), st.integers(0, 10_000))
def test_the_first_address_is_that_of_who_takes_it_and_each_stands_there_once(
    moment: Routing, number: int
) -> None:
    decided = moment.decide("q", Key(str(number), sticky=True))
    reached = moment.reached("q", decided.destination)
    assert reached[:1] == ((f"{decided.destination}.example",) if decided.destination else ())
    assert len(set(reached)) == len(reached)
