"""What happens to one contact: it arrives, is answered, is finished, leaves, tries again, comes back days later.

An event says what a contact does next by its state (ARRIVES, TAKEN, LEAVES...); `settle` sees it through to where it
rests: in line, in hand, away or out of the house.
"""

import math

import numpy as np

from releve.base.draws import (
    BALK,
    HANDLE,
    PATIENCE,
    RESOLVED,
    RETRY,
    RETRY_DELAY,
    RETURN,
    RETURN_DAYS,
    SATISFIED,
    SURVEY,
    bits,
    mix,
    uniform,
)
from releve.engine.compiled import compiled
from releve.engine.heaps import OVERFLOWS, PATIENCE_ENDS, TRIES_AGAIN, add_end, set_timer
from releve.engine.queues import longest_idle, release, stop_idling, wait_in_line
from releve.engine.record import add_span, count_wait, interval_of, nobody
from releve.engine.shapes import (
    ARRIVES,
    AWAY,
    IN_HAND,
    LEAVES,
    LOST,
    REPEAT,
    TAKEN,
    TOO_LATE,
)
from releve.engine.variates import duration, exponential
from releve.routing.route import Ranges, State, follow, named, route

for _function in (named, follow, route):
    compiled(_function)

RETURN_LIMIT_DAYS = 7  # who comes back later is not a repeat of this contact


@compiled
def happens(contact, purpose, chance):
    """Whether something of this chance happens to a contact; what is certain costs no draw."""
    if chance <= 0.0 or chance >= 1.0:
        return chance > 0.0
    return uniform(bits(contact["key"], contact["attempt"], purpose)) < chance


@compiled
def settle(h, slot, time):
    """See a contact through to where it rests for now."""
    contact = h.contacts[slot]
    if contact["state"] == ARRIVES:
        arrive(h, slot, time)
    if contact["state"] == TAKEN:
        answer(h, slot, time)
    elif contact["state"] >= LEAVES:
        leave(h, slot, time)


@compiled
def lines_for(h, q, key):
    """(the line that a customer's bucket names, the line that takes the contact now or -1)."""
    bucket = int(np.int64(mix(key ^ h.today[0]["bucket_key"]) >> np.uint64(48)))
    ranges = Ranges(h.upto[q], h.owner[q])
    to = route(bucket, ranges, State(h.open[q], h.healthy, h.overflow))
    return line_at(h, q, named(bucket, ranges)), h.line_of[q, to] if to >= 0 else -1


@compiled
def line_at(h, q, destination):
    """The line of a queue at a destination; where there is none, the queue's first line stands for nobody's."""
    if destination >= 0 and h.line_of[q, destination] >= 0:
        return h.line_of[q, destination]
    line = 0
    while h.lines[line]["queue"] != q:
        line += 1
    return line


@compiled
def arrive(h, slot, time):
    """A contact comes in: the routing function says where it goes, a free person takes it or it waits.

    Deferred work that no destination takes today waits where its bucket says.
    """
    contact = h.contacts[slot]
    q = contact["queue"]
    line, taking = lines_for(h, q, contact["key"])
    contact["named"] = line
    contact["interval"] = interval_of(h, time)
    contact["arrival"] = time
    contact["taken"] = 0
    contact["due"] = h.queues[q]["due"]
    cell = h.tally[contact["interval"], contact["named"], nobody(h)]
    cell["offered"] += 1.0
    if contact["tries"] > 0:
        cell["retried"] += 1.0
    if contact["repeat"]:
        cell["repeated"] += 1.0
    if taking >= 0:
        line = taking
    elif not h.queues[q]["deferred"]:
        contact["state"] = LOST
        return
    agent = longest_idle(h, line)
    if agent >= 0:
        put_in_hand(h, slot, agent)
    else:
        stand_in_line(h, slot, line, time)


@compiled
def put_in_hand(h, slot, agent):
    """An idle person is to take a contact."""
    stop_idling(h, agent)
    h.contacts[slot]["agent"] = agent
    h.contacts[slot]["state"] = TAKEN


@compiled
def stand_in_line(h, slot, line, time):
    """Nobody is free: leave at once, or wait for as long as patience lasts."""
    contact = h.contacts[slot]
    queue = h.queues[contact["queue"]]
    if queue["deferred"]:
        wait(h, slot, line, time, np.inf)
    elif happens(contact, BALK, queue["balk"]):
        contact["state"] = LEAVES
    else:
        shape, scale, parameter = (
            queue["patience_shape"],
            queue["patience_scale"],
            queue["patience_parameter"],
        )
        random = bits(contact["key"], contact["attempt"], PATIENCE)
        wait(h, slot, line, time, time + duration(shape, scale, parameter, random))


@compiled
def wait(h, slot, line, time, until):
    """Wait in a line until patience ends; some time after its arrival the overflow's line may answer it too."""
    contact = h.contacts[slot]
    contact["until"] = until
    wait_in_line(h, slot, line)
    set_timer(h, slot, PATIENCE_ENDS, until)
    if h.lines[line]["overflow"] >= 0:
        overflows = contact["arrival"] + h.lines[line]["overflow_after_s"]
        if overflows < until:
            set_timer(h, slot, OVERFLOWS, max(overflows, time))


@compiled
def answer(h, slot, time):
    """A person takes a contact, and is busy with it until talk and wrap-up are over."""
    contact = h.contacts[slot]
    agent = contact["agent"]
    person = h.agents[agent]
    queue = h.queues[contact["queue"]]
    if not contact["taken"]:
        count_answer(h, contact, h.teams[person["team"]]["destination"], time)
    factor = person["factor"] * queue["handle_factor"]
    random = bits(contact["key"], contact["attempt"], HANDLE)
    talk = factor * duration(queue["handle_shape"], queue["handle_scale"], queue["handle_parameter"], random)
    contact["state"] = IN_HAND
    contact["generation"] += 1
    contact["talk_end"] = time + talk
    person["contact"] = slot
    person["busy_since"] = time
    person["end"] = time + talk + factor * queue["wrap_s"]
    add_end(h, agent, person["end"])


@compiled
def count_answer(h, contact, by, time):
    """A contact is answered: after how long, and whether within its target."""
    queue = h.queues[contact["queue"]]
    waited = time - contact["arrival"]
    cell = h.tally[contact["interval"], contact["named"], by]
    cell["answered"] += 1.0
    cell["wait_s"] += waited
    if queue["deferred"]:
        cell["within"] += contact["due"] >= h.today[0]["ordinal"]
    else:
        cell["within"] += waited <= queue["threshold_s"]
        count_wait(h, contact["named"], waited)


@compiled
def finish(h, agent, time):
    """Talk and wrap-up are over: what came of the contact."""
    person = h.agents[agent]
    slot = person["contact"]
    contact = h.contacts[slot]
    team, queue = h.teams[person["team"]], h.queues[contact["queue"]]
    add_span(h, h.busy_s, person["team"], person["busy_since"], time, 1.0)
    by = team["destination"]
    cell = h.tally[contact["interval"], contact["named"], by]
    cell["completed"] += 1.0
    cell["handled_s"] += time - person["busy_since"]
    happy = queue["satisfied_unresolved"]
    if happens(contact, RESOLVED, queue["resolved"] * person["resolving"] + team["resolved"]):
        cell["resolved"] += 1.0
        happy = queue["satisfied_resolved"]
    else:
        not_helped(h, slot, by)
    if happens(contact, SURVEY, queue["survey"]):
        cell["surveys"] += 1.0
        if happens(contact, SATISFIED, happy + team["satisfied"]):
            cell["satisfied"] += 1.0
    person["contact"] = -1
    release(h, slot)


@compiled
def leave(h, slot, time):
    """A contact goes unanswered, or unfinished: the customer tries again, comes back another day, or neither.

    Counted against the interval and line of arrival. One who found nobody there is lost, however short the wait;
    one who was cut off in mid-talk was answered, and is not counted again. A customer counts once in an interval.
    """
    contact = h.contacts[slot]
    state = contact["state"]
    if state == LEAVES or state == LOST:
        waited = time - contact["arrival"]
        cell = h.tally[contact["interval"], contact["named"], nobody(h)]
        cell["abandoned"] += 1.0
        cell["abandon_wait_s"] += waited
        if state == LEAVES and waited <= h.today[0]["short_s"]:
            cell["short"] += 1.0
        if contact["left_in"] != contact["interval"]:
            contact["left_in"] = contact["interval"]
            cell["left"] += 1.0
    if state == TOO_LATE or not tries_again(h, slot, time):
        not_helped(h, slot, nobody(h))
        release(h, slot)


@compiled
def tries_again(h, slot, time):
    """Whether one who was not answered will try again; not when the queue will be closed by then."""
    contact = h.contacts[slot]
    queue = h.queues[contact["queue"]]
    if contact["tries"] >= queue["retry_limit"] or not happens(contact, RETRY, queue["retry"]):
        return False
    delay = exponential(bits(contact["key"], contact["attempt"], RETRY_DELAY))
    at = time + queue["retry_delay_s"] * delay
    if at < h.today[0]["length_s"] and not h.open_interval[contact["queue"], interval_of(h, at)]:
        return False
    contact["state"] = AWAY
    contact["until"] = at
    contact["attempt"] += 1
    contact["tries"] += 1
    contact["generation"] += 1
    set_timer(h, slot, TRIES_AGAIN, at)
    return True


@compiled
def not_helped(h, slot, by):
    """A customer who was not helped may come back, whole days later."""
    contact = h.contacts[slot]
    queue = h.queues[contact["queue"]]
    if not happens(contact, RETURN, queue["returns"]):
        return
    days = 1
    if queue["return_days"] > 1.0:
        random = uniform(bits(contact["key"], contact["attempt"], RETURN_DAYS))
        days += int(math.log(random) / math.log1p(-1.0 / queue["return_days"]))
    if days <= RETURN_LIMIT_DAYS:
        h.tally[contact["interval"], contact["named"], by]["returning"] += 1.0
    carry_repeat(h, slot, h.today[0]["ordinal"] + days)


@compiled
def carry_repeat(h, slot, day):
    """Hand a customer who comes back to a later day (its ordinal), as a contact of the same key."""
    n = h.today[0]["carrying"]
    if n == len(h.carrying):
        h.today[0]["out_of_room"] = 1
        return
    h.today[0]["carrying"] = n + 1
    contact, carried = h.contacts[slot], h.carrying[n]
    carried["key"] = contact["key"]
    carried["arrival"] = 0.0
    carried["at"] = 0.0
    carried["until"] = 0.0
    carried["kind"] = REPEAT
    carried["queue"] = contact["queue"]
    carried["line"] = contact["named"]
    carried["named"] = contact["named"]
    carried["attempt"] = contact["attempt"] + 1
    carried["tries"] = 0
    carried["origin"] = contact["origin"]
    carried["number"] = contact["number"]
    carried["due"] = day
    carried["agent"] = -1
    carried["repeat"] = 1
    carried["taken"] = 0
