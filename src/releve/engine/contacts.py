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
    RETRY,
    RETRY_DELAY,
    RETURN,
    RETURN_DAYS,
    SATISFIED,
    SURVEY,
    WRAP,
    bits,
    mix,
    uniform,
)
from releve.engine import shapes
from releve.engine.compiled import compiled
from releve.engine.heaps import (
    HANGS_UP,
    OFFERS_CALLBACK,
    OPENS_TO_MORE,
    PATIENCE_ENDS,
    TRIES_AGAIN,
    add_end,
    set_timer,
)
from releve.engine.matching import free_person, next_delay
from releve.engine.queues import release, stop_idling, wait_in_line
from releve.engine.record import add_span, count_wait, interval_of, nobody, note_longest, tell
from releve.engine.shapes import ARRIVES, AWAY, BLOCKED, IN_HAND, LEAVES, LOST, REPEAT, TAKEN, TOO_LATE
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
    if contact["repeat"]:
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
def takes_trunk(h, contact, group):
    """Take a line of a line group, if one is free."""
    trunk = h.trunks[group]
    if trunk["used"] >= trunk["size"]:
        return False
    trunk["used"] += 1
    contact["holds"] = 1
    return True


@compiled
def gives_trunk(h, contact):
    """Give the line of the line group back, if it holds one."""
    if contact["holds"]:
        contact["holds"] = 0
        h.trunks[h.queues[contact["queue"]]["trunk"]]["used"] -= 1


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
    """Whether a customer takes the offer to be called back: then the contact arrives in the queue of callbacks."""
    contact = h.contacts[slot]
    queue = h.queues[contact["queue"]]
    if not happens(contact, CALLBACK, queue["callback_chance"]):
        return False
    tell(h, contact, shapes.TAKES_CALLBACK, time, queue["callback"])
    h.tally[contact["interval"], contact["named"], nobody(h)]["called_back"] += 1.0
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
    if not contact["taken"]:
        count_answer(h, contact, h.teams[person["team"]]["destination"], time)
    tell(h, contact, shapes.ANSWERED, time, agent)
    interval = h.today[0]["interval"]
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
def hold_others(h, agent):
    """The person's other seats, which are free, wait until this one is."""
    other = h.agents[agent]["sibling"]
    while other != agent:
        h.agents[other]["held"] = 1
        if h.agents[other]["idle"]:
            stop_idling(h, other)
        other = h.agents[other]["sibling"]


@compiled
def let_others(h, agent, time):
    """What took the whole person is over: the other seats are free as of now."""
    other = h.agents[agent]["sibling"]
    while other != agent:
        person = h.agents[other]
        if person["held"]:
            person["held"] = 0
            if not person["ending"]:
                add_end(h, other, time)
        other = person["sibling"]


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
        note_longest(h, contact, waited)


@compiled
def busy_part(h, agent):
    """The part of a person that the contact of a seat takes."""
    person = h.agents[agent]
    if person["sibling"] < 0 or not h.queues[h.contacts[person["contact"]]["queue"]]["several"]:
        return 1.0
    return person["part"]


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


@compiled
def leave(h, slot, time):
    """A contact goes unanswered, or unfinished: the customer tries again, comes back another day, or neither.

    Counted against the interval and line of arrival. One who found nobody there is lost, however short the wait;
    one who was cut off in mid-talk was answered, and is not counted again. A customer counts once in an interval.
    """
    contact = h.contacts[slot]
    state = contact["state"]
    gives_trunk(h, contact)
    if state == BLOCKED:
        h.tally[contact["interval"], contact["named"], nobody(h)]["blocked"] += 1.0
        tell(h, contact, shapes.WAS_BLOCKED, time, contact["named"])
    elif state == LEAVES or state == LOST:
        count_leaving(h, contact, state, time)
    if state == TOO_LATE or not tries_again(h, slot, time):
        not_helped(h, slot, nobody(h), time)
        release(h, slot)


@compiled
def count_leaving(h, contact, state, time):
    """One who was left unanswered."""
    waited = time - contact["arrival"]
    cell = h.tally[contact["interval"], contact["named"], nobody(h)]
    cell["abandoned"] += 1.0
    cell["abandon_wait_s"] += waited
    note_longest(h, contact, waited)
    tell(h, contact, shapes.LEFT if state == LEAVES else shapes.FOUND_NOBODY, time, contact["named"])
    if state == LEAVES and waited <= h.today[0]["short_s"]:
        cell["short"] += 1.0
    if contact["left_in"] != contact["interval"]:
        contact["left_in"] = contact["interval"]
        cell["left"] += 1.0


@compiled
def tries_again(h, slot, time):
    """Whether one who was not answered will try again; not when the queue will be closed by then."""
    contact = h.contacts[slot]
    queue = h.queues[contact["queue"]]
    if contact["tries"] >= queue["retry_limit"] or not happens(contact, RETRY, queue["retry"]):
        return False
    q = contact["queue"] if queue["retry_as"] < 0 else queue["retry_as"]
    delay = exponential(bits(contact["key"], contact["attempt"], RETRY_DELAY))
    at = time + queue["retry_delay_s"] * delay
    if at < h.today[0]["length_s"] and not h.open_interval[q, interval_of(h, at)]:
        return False
    contact["queue"] = q
    contact["state"] = AWAY
    contact["until"] = at
    contact["attempt"] += 1
    contact["tries"] += 1
    contact["generation"] += 1
    set_timer(h, slot, TRIES_AGAIN, at)
    tell(h, contact, shapes.WILL_TRY, at, q)
    return True


@compiled
def not_helped(h, slot, by, time):
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
    tell(h, contact, shapes.WILL_COME_BACK, time, h.today[0]["ordinal"] + days)
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
    carried["queue"] = contact["first_queue"]
    carried["line"] = contact["named"]
    carried["named"] = contact["named"]
    carried["attempt"] = contact["attempt"] + 1
    carried["tries"] = 0
    carried["first_queue"] = contact["first_queue"]
    carried["origin"] = contact["origin"]
    carried["number"] = contact["number"]
    carried["due"] = day
    carried["agent"] = -1
    carried["repeat"] = 1
    carried["taken"] = 0
