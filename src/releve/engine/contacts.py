"""What happens to one contact: it arrives, is answered, is finished, leaves, tries again, comes back days later.

An event says what a contact does next by its state (ARRIVES, TAKEN, LEAVES...); `settle` sees it through to where it
rests: in line, in hand, away or out of the house.
"""

import math

import numpy as np

from releve.base.draws import (
    BALK,
    CALLBACK,
    HANDLE,
    PATIENCE,
    RESOLVED,
    SATISFIED,
    SURVEY,
    WRAP,
    bits,
    mix,
)
from releve.engine import shapes
from releve.engine.compiled import compiled
from releve.engine.heaps import (
    HANGS_UP,
    OFFERS_CALLBACK,
    OPENS_TO_MORE,
    PATIENCE_ENDS,
    add_end,
    set_timer,
)
from releve.engine.holding import busy_part, gives_trunk, happens, hold_others, let_others, takes_trunk
from releve.engine.leaving import leave, not_helped
from releve.engine.matching import free_person, next_delay
from releve.engine.queues import release, stop_idling, wait_in_line
from releve.engine.record import add_span, count_gone, count_wait, nobody, tell
from releve.engine.shapes import ARRIVES, BLOCKED, IN_HAND, LEAVES, LOST, TAKEN
from releve.engine.variates import duration
from releve.routing.route import Ranges, State, follow, named, route

for _function in (named, follow, route):
    compiled(_function)


@compiled
def settle(h, slot, time):
    """See a contact through to where it rests for now; one who takes a callback arrives once more."""
    contact = h.contacts[slot]
    while contact["state"] == ARRIVES:
        arrive(h, slot, time)
    if contact["state"] == TAKEN:
        answer(h, slot, time)
    elif contact["state"] >= LEAVES:
        leave(h, slot, time)


@compiled
def lines_for(h, q, key):
    """(the line that a customer's bucket names, the line that takes the contact now or -1)."""
    bucket = 0
    if h.upto.shape[1] > 1:  # one range holds every bucket
        bucket = int(np.int64(mix(key ^ h.today[0]["bucket_key"]) >> np.uint64(48)))
    return lines_of(h, q, bucket)


@compiled
def lines_of(h, q, bucket):
    """The same of a bucket."""
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
    queue = h.queues[q]
    line, taking = lines_for(h, q, contact["key"])
    interval = h.today[0]["interval"]
    contact["named"] = line
    contact["interval"] = interval
    contact["arrival"] = time
    contact["taken"] = 0
    contact["due"] = queue["due"]
    cell = h.tally[interval, line, nobody(h)]
    cell["offered"] += 1.0
    if contact["tries"] > 0:
        cell["retried"] += 1.0
    elif contact["repeat"]:
        cell["repeated"] += 1.0
    tell_arrival(h, contact, time, line)
    if queue["trunk"] >= 0 and not takes_trunk(h, contact, queue["trunk"]):
        contact["state"] = BLOCKED
        return
    if taking >= 0:
        line = taking
    elif not queue["deferred"]:
        contact["state"] = LOST
        return
    agent = free_person(h, slot, line, time)
    if agent >= 0:
        put_in_hand(h, slot, agent)
    else:
        stand_in_line(h, slot, line, time)


@compiled
def tell_arrival(h, contact, time, line):
    """The first line of a story, or of a later part of it."""
    if contact["tries"] > 0:
        tell(h, contact, shapes.CAME_AGAIN, time, line)
    elif contact["repeat"]:
        tell(h, contact, shapes.CAME_BACK, time, line)
    else:
        tell(h, contact, shapes.CAME, time, line)


@compiled
def put_in_hand(h, slot, agent):
    """An idle person is to take a contact."""
    stop_idling(h, agent)
    h.contacts[slot]["agent"] = agent
    h.contacts[slot]["state"] = TAKEN


@compiled
def stand_in_line(h, slot, line, time):
    """Nobody is free: leave at once, take a callback, or wait for as long as patience lasts."""
    contact = h.contacts[slot]
    queue = h.queues[contact["queue"]]
    until = np.inf
    if not queue["deferred"]:
        if happens(contact, BALK, queue["balk"]):
            contact["state"] = LEAVES
            return
        if queue["callback"] >= 0 and queue["callback_after_s"] <= 0.0 and takes_callback(h, slot, time):
            return
        random = bits(contact["key"], contact["attempt"], PATIENCE)
        until = time + duration(h, queue["patience"], random)
    tell(h, contact, shapes.WAITS, time, line)
    wait(h, slot, line, time, until)


@compiled
def takes_callback(h, slot, time):
    """Whether a customer takes the offer to be called back: then the contact arrives in the queue of callbacks.

    For the waits of its queue it is gone, as one who leaves: how long it would have waited nobody knows.
    """
    contact = h.contacts[slot]
    queue = h.queues[contact["queue"]]
    if not happens(contact, CALLBACK, queue["callback_chance"]):
        return False
    tell(h, contact, shapes.TAKES_CALLBACK, time, queue["callback"])
    h.tally[contact["interval"], contact["named"], nobody(h)]["called_back"] += 1.0
    if not queue["deadline"]:
        count_gone(h, contact["named"], time - contact["arrival"])
    gives_trunk(h, contact)
    contact["queue"] = queue["callback"]
    contact["attempt"] += 1
    contact["tries"] = 0
    contact["repeat"] = 0
    contact["generation"] += 1
    contact["state"] = ARRIVES
    return True


@compiled
def wait(h, slot, line, time, until):
    """Wait in a line until patience ends; after some time more teams may take it, or a callback is offered."""
    contact = h.contacts[slot]
    contact["until"] = until
    wait_in_line(h, slot, line)
    set_timer(h, slot, PATIENCE_ENDS, until)
    if h.lines[line]["delayed"]:
        opens_to_more(h, slot, time)
    queue = h.queues[contact["queue"]]
    if (
        queue["callback"] >= 0
        and not queue["deferred"]
        and contact["arrival"] + queue["callback_after_s"] > time
    ):
        set_timer(h, slot, OFFERS_CALLBACK, contact["arrival"] + queue["callback_after_s"])


@compiled
def opens_to_more(h, slot, time):
    """Note when the next team may take a waiting contact because of its wait."""
    contact = h.contacts[slot]
    at = next_delay(h, contact["line"], contact["arrival"], time)
    if at < contact["until"]:
        set_timer(h, slot, OPENS_TO_MORE, at)


@compiled
def answer(h, slot, time):
    """A person takes a contact, and is busy with it until talk and wrap-up are over."""
    contact = h.contacts[slot]
    agent, q = contact["agent"], contact["queue"]
    person = h.agents[agent]
    queue = h.queues[q]
    interval = h.today[0]["interval"]
    if not contact["taken"]:
        count_answer(h, contact, h.teams[person["team"]]["destination"], time)
        h.taken[interval, person["team"]] += 1
    tell(h, contact, shapes.ANSWERED, time, agent)
    handling = h.handling[q, person["team"]]
    factor = person["factor"] * queue["handle_factor"] * handling["factor"]
    random = bits(contact["key"], contact["attempt"], HANDLE)
    talk_end = time + factor * duration(h, handling["talk"] + handling["talk_step"] * interval, random)
    end = talk_end
    if handling["wrap"] >= 0:
        random = bits(contact["key"], contact["attempt"], WRAP)
        end += factor * duration(h, handling["wrap"] + handling["wrap_step"] * interval, random)
    contact["state"] = IN_HAND
    contact["generation"] += 1
    contact["talk_end"] = talk_end
    person["contact"] = slot
    person["busy_since"] = time
    person["busy_interval"] = interval
    person["end"] = end
    add_end(h, agent, end)
    if contact["holds"] and talk_end < end:
        set_timer(h, slot, HANGS_UP, talk_end)
    if person["sibling"] >= 0 and not queue["several"]:
        hold_others(h, agent)


@compiled
def count_answer(h, contact, by, time):
    """A contact is answered: after how long, and whether within its target."""
    queue = h.queues[contact["queue"]]
    waited = time - contact["arrival"]
    cell = h.tally[contact["interval"], contact["named"], by]
    cell["answered"] += 1.0
    if waited > 0.0:
        cell["wait_s"] += waited
        cell["waited"] += 1.0
    if queue["deadline"]:
        cell["within"] += contact["due"] >= h.today[0]["ordinal"]
    else:
        cell["within"] += waited <= queue["threshold_s"]
        count_wait(h, contact["interval"], contact["named"], waited)


@compiled
def finish(h, agent, time):
    """Talk and wrap-up are over: what came of the contact."""
    person = h.agents[agent]
    slot = person["contact"]
    contact = h.contacts[slot]
    team, queue = h.teams[person["team"]], h.queues[contact["queue"]]
    since, part = person["busy_since"], busy_part(h, agent)
    add_span(h, h.busy_s, person["team"], person["busy_interval"], since, time, part)
    by = team["destination"]
    spent = time - since
    person["busy_s"] += spent
    cell = h.tally[contact["interval"], contact["named"], by]
    cell["completed"] += 1.0
    cell["handled_s"] += spent
    if queue["longest_s"] > 0.0:
        whole = person["before_s"] + spent
        person["before_s"] = 0.0
        cell["capped_s"] += min(whole, queue["longest_s"])
        cell["log_s"] += math.log(max(whole, 1.0))
    happy = queue["satisfied_unresolved"]
    if happens(contact, RESOLVED, queue["resolved"] * person["resolving"] + team["resolved"]):
        cell["resolved"] += 1.0
        happy = queue["satisfied_resolved"]
        tell(h, contact, shapes.RESOLVED_IT, time, agent)
    else:
        tell(h, contact, shapes.FINISHED, time, agent)
        not_helped(h, slot, by, time)
    if happens(contact, SURVEY, queue["survey"]):
        cell["surveys"] += 1.0
        if happens(contact, SATISFIED, happy + team["satisfied"]):
            cell["satisfied"] += 1.0
    gives_trunk(h, contact)
    person["contact"] = -1
    if person["sibling"] >= 0 and not queue["several"]:
        let_others(h, agent, time)
    release(h, slot)
