"""A contact goes unanswered, or unfinished: the customer tries again, comes back another day, or neither."""

import math

from releve.base.draws import RETRY, RETRY_DELAY, RETURN, RETURN_DAYS, bits, uniform
from releve.engine import shapes
from releve.engine.compiled import compiled
from releve.engine.heaps import TRIES_AGAIN, set_timer
from releve.engine.holding import gives_trunk, happens
from releve.engine.queues import release
from releve.engine.record import count_gone, interval_of, nobody, tell
from releve.engine.shapes import AWAY, BLOCKED, DROPPED, LEAVES, LOST, REPEAT, TOO_LATE
from releve.engine.variates import exponential

RETURN_LIMIT_DAYS = 7  # who comes back later is not a repeat of this contact


@compiled
def leave(h, slot, time):
    """A contact goes unanswered, or unfinished: the customer tries again, comes back another day, or neither.

    Counted against the interval and line of arrival. One who found nobody there, or was dropped from the line, is lost
    however short the wait; one who was cut off in mid-talk was answered, and is not counted again. A customer counts
    once in an interval.
    """
    contact = h.contacts[slot]
    state = contact["state"]
    gives_trunk(h, contact)
    if state == BLOCKED:
        h.tally[contact["interval"], contact["named"], nobody(h)]["blocked"] += 1.0
        tell(h, contact, shapes.WAS_BLOCKED, time, contact["named"])
    elif state == LEAVES or state == DROPPED or state == LOST:
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
    tell(h, contact, shapes.FOUND_NOBODY if state == LOST else shapes.LEFT, time, contact["named"])
    if state == LEAVES:
        queue = h.queues[contact["queue"]]
        cell["short"] += waited <= h.today[0]["short_s"]
        cell["left_within"] += not queue["deadline"] and waited <= queue["threshold_s"]
    if not h.queues[contact["queue"]]["deadline"]:
        count_gone(h, contact["named"], waited)
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
    carried["spent_s"] = 0.0
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
