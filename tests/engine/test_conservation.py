"""What holds in every centre: nobody is lost or made up, nobody is in two hands, nobody overtakes."""

from collections.abc import Iterator

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from releve.engine.house import House
from releve.engine.plan import agenda
from releve.engine.shapes import AWAY, CLOSES, DUTY, GOES_HOME, IN_HAND, OUTAGE, REPEAT, WAITING, Array
from tests.engine.centres import Line, Row, centre, days, duty, key_of, outages, overflows, queue

INTERVALS, INTERVAL_S = 4, 900.0
LENGTH_S = INTERVALS * INTERVAL_S
few = settings(max_examples=60, deadline=None, derandomize=True)


def chances(*values: float) -> st.SearchStrategy[float]:
    return st.sampled_from(values)


def rows(draw: st.DrawFn, count: int, trunks: int) -> list[Line]:
    """Queues of every kind; who is called back waits in a queue of its own, the last."""
    asked = [
        queue(
            f"q{q}",
            deferred=deferred,
            several=draw(st.integers(0, 1)),
            trunk=-1 if deferred else draw(st.integers(-1, trunks - 1)),
            handle_s=draw(chances(60.0, 200.0, 900.0)),
            handle=draw(st.sampled_from(["exponential", "lognormal", "gamma", "weibull"])),
            wrap_s=draw(chances(0.0, 60.0)),
            patience_s=draw(chances(20.0, 200.0, 1e12)),
            balk=draw(chances(0.0, 0.3)),
            retry=draw(chances(0.0, 0.7)),
            retry_limit=draw(st.integers(0, 3)),
            retry_delay_s=draw(chances(60.0, 2000.0)),
            retry_as=draw(st.integers(-1, count)),
            callback=draw(st.sampled_from([-1, count])),
            callback_chance=draw(chances(0.3, 1.0)),
            callback_after_s=draw(chances(0.0, 40.0)),
            resolved=draw(chances(1.0, 0.6)),
            returns=draw(chances(0.0, 0.8)),
            return_days=draw(chances(1.0, 2.0)),
        )
        for q, deferred in enumerate(draw(st.lists(st.integers(0, 1), min_size=count, max_size=count)))
    ]
    return [*asked, queue("back", deferred=1, deadline=0, resolved=0.7, returns=0.5)]


TIMES = st.sampled_from([0.0, 100.0, 900.0, 1700.0, 2500.0, 3600.0])


@st.composite
def centres(draw: st.DrawFn) -> House:
    """Up to three queues and one of callbacks, two sites, three teams: shifts, shares, perhaps an outage."""
    queues, sites = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    ranks = st.permutations(range(queues + 1)).map(lambda order: [[q] for q in order])
    teams = draw(
        st.lists(st.tuples(st.integers(0, sites - 1), ranks, st.integers(1, 4)), min_size=1, max_size=3)
    )
    first = np.full((queues + 1, INTERVALS), draw(chances(3.0, 12.0, 30.0)))
    first[queues] = 0.0
    trunks = draw(st.lists(st.integers(1, 6), max_size=2))
    house = centre(
        rows(draw, queues, len(trunks)), teams, first, destinations=sites, seed=draw(st.integers(0, 10**6)),
        interval_s=INTERVAL_S, slots=64, overflow=np.roll(np.arange(sites), 1) if sites > 1 else np.array([-1]),
        at_once=[draw(st.integers(1, 3)) for _ in teams], trunks=trunks,
    )  # fmt: skip
    if sites > 1 and draw(st.booleans()):
        after_s = draw(chances(0.0, 30.0, 500.0))
        for line, other in zip(house.line_of.ravel(), house.line_of[:, ::-1].ravel(), strict=True):
            house = overflows(house, int(line), int(other), after_s)
    chosen(draw, house)
    cut = draw(st.integers(0, 65_536))
    return house._replace(
        agenda=agenda(*happening(draw, house)),
        upto=np.tile([cut, 65_536], (queues + 1, 1)),
        owner=np.tile([0, sites - 1], (queues + 1, 1)),
        open=np.array([[draw(st.integers(0, 1)) for _ in range(sites)] for _ in range(queues + 1)]),
    )


def chosen(draw: st.DrawFn, house: House) -> None:
    """Who of the free is chosen, what teams choose, and whom they keep back."""
    house.lines["choice"] = draw(st.integers(0, 2))
    house.teams["weighted"], house.teams["stays"] = draw(st.integers(0, 1)), draw(st.integers(0, 1))
    house.serves["weight"] = np.resize([1.0, draw(chances(1.0, 5.0))], len(house.serves))
    house.served["rank"] = np.sort(np.resize([0, draw(st.integers(0, 1))], len(house.served)))
    house.serves["reserve"] = house.served["reserve"] = draw(st.sampled_from([0, 0, 1]))


def happening(draw: st.DrawFn, house: House) -> list[Row]:
    """Shifts; perhaps an outage, a queue that closes, one who goes home."""
    changes = [(draw(TIMES), group, on) for group in range(len(house.teams)) for on in (1, 0)]
    site = draw(st.integers(0, len(house.healthy) - 1))
    down = [(draw(TIMES), site, up) for up in (0, 1)] if draw(st.booleans()) else []
    more: list[Row] = []
    if draw(st.booleans()):
        closed = draw(st.integers(0, len(house.queues) - 1))
        house.open_interval[closed, draw(st.integers(0, INTERVALS)) :] = 0
        more.append((draw(TIMES), CLOSES, closed, 0))
    if draw(st.booleans()):
        people = np.flatnonzero(house.agents["first"])
        more.append((draw(TIMES), GOES_HOME, int(draw(st.sampled_from(people.tolist()))), 0))
    return [*duty(*changes), *outages(*down), *more]


def by_queue(house: House, measure: str) -> Array:
    lines = house.tally[measure].sum(axis=(0, 2))
    return np.bincount(house.lines["queue"], weights=lines, minlength=len(house.queues))


def standing(house: House, carry: Array, kind: int, taken: int = 0) -> Array:
    here = carry[(carry["kind"] == kind) & (carry["taken"] == taken)]
    return np.bincount(here["queue"], minlength=len(house.queues))


def played(house: House) -> Iterator[tuple[House, Array, Array]]:
    """Three days: the house, what came over midnight and what goes."""
    came = np.zeros(0, house.carrying.dtype)
    for ordinal in (1, 2, 3):
        house.queues["due"] = ordinal
        house, carry = next(days(house, [ordinal], came))
        yield house, came, carry
        came = carry


@few
@given(centres())
def test_who_came_was_answered_or_lost_or_still_waits(house: House) -> None:
    for day, came, carry in played(house):
        before, after = standing(day, came, WAITING), standing(day, carry, WAITING)
        gone = sum(by_queue(day, name) for name in ("answered", "abandoned", "blocked", "called_back"))
        accounted = gone + after
        np.testing.assert_array_equal(by_queue(day, "offered") + before, accounted)


@few
@given(centres())
def test_no_more_customers_leave_than_contacts_and_none_without_one(house: House) -> None:
    for day, _, _ in played(house):
        contacts, customers = (day.tally[name].sum(axis=1) for name in ("abandoned", "left"))
        assert (customers <= contacts).all()
        np.testing.assert_array_equal(customers > 0, contacts > 0)


@few
@given(centres())
def test_who_was_answered_is_completed_or_still_in_hand(house: House) -> None:
    for day, came, carry in played(house):
        had, has = (
            standing(day, each, IN_HAND) + standing(day, each, IN_HAND, 1) + standing(day, each, WAITING, 1)
            for each in (came, carry)
        )
        begun, ended = by_queue(day, "answered") + had, by_queue(day, "completed") + has
        if (day.agenda["kind"] == OUTAGE).any():
            assert (begun >= ended).all()  # talks cut off are neither
        else:
            np.testing.assert_array_equal(begun, ended)


@few
@given(centres())
def test_new_tries_and_repeats_are_those_who_said_so(house: House) -> None:
    for day, came, carry in played(house):
        ordinal = int(day.today["ordinal"][0])
        due = came[(came["kind"] == REPEAT) & (came["due"] <= ordinal)]
        closed = (day.open_interval == 0).any()  # who comes back to a closed queue is not let in
        assert closed or by_queue(day, "repeated").sum() >= len(due)
        turned_away = by_queue(day, "abandoned").sum() + by_queue(day, "blocked").sum()
        outage = (day.agenda["kind"] == OUTAGE).any()  # who is cut off in a talk tries again, too
        assert outage or by_queue(day, "retried").sum() <= turned_away + standing(day, came, AWAY).sum()
        assert (carry["due"][carry["kind"] == REPEAT] > ordinal).all()


@few
@given(centres())
def test_nobody_is_in_two_places_or_two_hands(house: House) -> None:
    for day, _, carry in played(house):
        assert len(np.unique(carry["key"])) == len(carry)
        people = carry["agent"][carry["kind"] == IN_HAND]
        assert len(np.unique(people)) == len(people)
        assert (people >= 0).all()
        assert (carry["at"][carry["kind"] == IN_HAND] >= 0.0).all()
        assert day.busy_s.sum() <= day.agents["part"].sum() * LENGTH_S + 1e-6


@few
@given(centres())
def test_who_is_called_back_comes_to_the_queue_of_callbacks_and_nobody_else(house: House) -> None:
    house.queues["retry_as"] = -1
    for day, came, _ in played(house):
        assert by_queue(day, "offered")[-1] == by_queue(day, "called_back").sum()
        assert not (came["first_queue"] == len(day.queues) - 1).any()


@few
@given(centres())
def test_a_line_of_a_line_group_is_held_by_who_waits_or_talks(house: House) -> None:
    for day, _, carry in played(house):
        group = day.queues["trunk"][carry["queue"]]
        talks = (carry["kind"] == IN_HAND) & (carry["until"] > 0.0)
        holding = group[((carry["kind"] == WAITING) | talks) & (group >= 0)]
        np.testing.assert_array_equal(day.trunks["used"], np.bincount(holding, minlength=len(day.trunks)))
        assert (day.trunks["used"] <= day.trunks["size"]).all()


@few
@given(centres())
def test_nobody_idles_while_a_contact_waits_that_they_may_take(house: House) -> None:
    for day, _, carry in played(house):
        waiting = carry[carry["kind"] == WAITING]
        for line in np.unique(waiting["line"]):
            since = waiting["arrival"][waiting["line"] == line].min()
            whole = not day.queues["several"][day.lines["queue"][line]]
            for served in day.served[day.lines["served_first"][line] : day.lines["served_until"][line]]:
                team = int(served["team"])
                if since + served["after_s"] <= 0.0 and day.teams["idle"][team] > served["reserve"]:
                    assert whole
                    assert not free_people(day, team)


def free_people(house: House, team: int) -> bool:
    """Whether some person of a team has every seat idle."""
    seats = house.agents[house.agents["team"] == team]
    person = np.cumsum(seats["first"])
    busy = np.bincount(person, seats["idle"] == 0)
    return bool((busy[1:] == 0).any())


@few
@given(centres())
def test_seconds_on_duty_and_unstaffed_are_those_of_the_shifts(house: House) -> None:
    house = house._replace(agenda=house.agenda[house.agenda["kind"] == DUTY])
    day = next(played(house))[0]
    on = {int(row["what"]): LENGTH_S - float(row["at"]) for row in day.agenda if row["on"]}
    off = {int(row["what"]): LENGTH_S - float(row["at"]) for row in day.agenda if not row["on"]}
    stays = {group: on[group] - (off[group] if off[group] < on[group] else 0.0) for group in on}
    people = np.bincount(day.agents["team"], day.agents["first"], minlength=len(day.teams))
    for team, seconds in enumerate(day.on_duty_s.sum(axis=0)):
        assert np.isclose(seconds, stays[team] * people[team])
    for q in range(len(day.queues)):
        nobody = LENGTH_S - union(day, q, stays)
        assert np.isclose(day.unstaffed_s[:, q].sum(), nobody)


def union(day: House, q: int, stays: dict[int, float]) -> float:
    """Seconds in which some team that can answer a queue is on duty, second by second."""
    there = np.zeros(int(LENGTH_S), bool)
    for row in day.agenda:
        team = int(row["what"])
        if row["on"] and day.team_serves[team, q]:
            start = int(row["at"])
            there[start : start + int(stays[team])] = True
    return float(there.sum())


@st.composite
def patient(draw: st.DrawFn) -> House:
    """One site, endless patience, nobody retries, more work than people: lines that are never empty."""
    queues = draw(st.integers(1, 3))
    ranks = st.permutations(range(queues)).map(lambda order: [[q] for q in order])
    teams = [(0, draw(ranks), draw(st.integers(1, 3))) for _ in range(draw(st.integers(1, 3)))]
    first = np.full((queues, INTERVALS), draw(chances(5.0, 20.0)))
    return centre(
        [queue(f"q{q}", handle_s=300.0, handle="lognormal") for q in range(queues)],
        teams, first, seed=draw(st.integers(0, 10**6)), interval_s=INTERVAL_S,
    )  # fmt: skip


@few
@given(patient(), st.integers(1, 3))
def test_nobody_is_answered_before_someone_who_came_earlier_to_the_same_line(
    house: House, count: int
) -> None:
    for day, carry in days(house, range(1, count + 1)):
        for q in range(len(day.queues)):
            mine = carry[carry["queue"] == q]
            waits, in_hand = (mine[mine["kind"] == kind] for kind in (WAITING, IN_HAND))
            order = list(zip(waits["origin"], waits["number"], strict=True))
            assert order == sorted(order)
            if len(waits) and len(in_hand):
                assert max(zip(in_hand["origin"], in_hand["number"], strict=True)) < order[0]


@few
@given(
    seed=st.integers(0, 10**6),
    people=st.integers(1, 6),
    cv=chances(0.3, 1.0, 2.5),
    handle=st.sampled_from(["lognormal", "gamma"]),
)
def test_more_people_never_make_the_same_customers_wait_longer(
    seed: int, people: int, cv: float, handle: str
) -> None:
    """One line in order of arrival, nobody leaves: each customer's wait falls, so the sum of a short interval does."""
    row = queue(handle_s=200.0, handle=handle, handle_cv=cv)
    first = np.zeros((1, 2500))
    first[0, :180] = 0.4
    house = centre([row], [(0, [[0]], people), (0, [[0]], 1)], first, interval_s=20.0)
    house.today["key"] = key_of(seed)
    waits = []
    for changes in (duty((0.0, 0, 1)), duty((0.0, 0, 1), (0.0, 1, 1))):
        day, _ = next(days(house._replace(agenda=agenda(*changes)), [1]))
        waits.append(day.tally["wait_s"].sum(axis=(1, 2)))
        assert day.tally["answered"].sum() == day.tally["offered"].sum()
    assert (waits[1] <= waits[0] + 1e-6).all()


@few
@given(centres())
def test_the_sums_of_a_day_are_those_of_all_its_cells(house: House) -> None:
    for day, _, _ in played(house):
        np.testing.assert_allclose(day.by_interval, day.cells.sum(axis=2), rtol=1e-12)
        np.testing.assert_allclose(day.by_line, day.cells.sum(axis=0), rtol=1e-12)
