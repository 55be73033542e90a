"""The kernel: one day of contacts through the teams, from carry to carry.

The tie rule: at one instant what stands in the agenda comes first (outages, then duty changes, then people who go
home, then queues that close), then completions and people who come free, then timers (patience, a wait that opens a
contact to more teams, offers of a callback, new tries, lines given back, talks cut off), then first arrivals; within
one kind, the order of the heap, which is the same on every run. A timer carries its contact's generation, so a stale
one does nothing. Outside the heaps are first arrivals (the next of each queue) and the agenda, known before the day.
"""

import numpy as np

from releve.engine import shapes
from releve.engine.compiled import compiled, entry
from releve.engine.contacts import finish, opens_to_more, put_in_hand, settle, takes_callback
from releve.engine.heaps import (
    HANGS_UP,
    OFFERS_CALLBACK,
    OPENS_TO_MORE,
    PATIENCE_ENDS,
    TRIES_AGAIN,
    earliest_end,
    earliest_timer,
    take_end,
    take_timer,
)
from releve.engine.holding import gives_trunk
from releve.engine.matching import free_person, next_waiting
from releve.engine.midnight import clear, hand_over, restore
from releve.engine.queues import become_idle, leave_line, new_slot
from releve.engine.record import move_on, tell
from releve.engine.shapes import ARRIVES, LEAVES, TAKEN, TOO_LATE
from releve.engine.staff import gather_groups, scheduled
from releve.engine.streams import first_stream, next_arrival, open_streams


@compiled
def completion(h, time):
    """The next person is free: who takes the next waiting contact, is idle, or goes. Returns the contact, or -1."""
    agent = take_end(h)
    person = h.agents[agent]
    team = h.teams[person["team"]]
    if person["contact"] >= 0:
        finish(h, agent, time)
    if person["held"] or not h.healthy[team["destination"]]:
        return -1
    off = person["on"] == 0
    if off and not team["stays"]:
        return -1
    slot = next_waiting(h, agent, time, off)
    if slot < 0:
        if not off:
            become_idle(h, agent, time)
        return -1
    leave_line(h, slot)
    h.contacts[slot]["agent"] = agent
    h.contacts[slot]["state"] = TAKEN
    return slot


@compiled
def wake(h, time):
    """The next timer. Returns the contact that does something now, or -1."""
    slot, kind = take_timer(h)
    if slot < 0:
        return -1
    contact = h.contacts[slot]
    if kind == PATIENCE_ENDS:
        leave_line(h, slot)
        contact["state"] = LEAVES
    elif kind == OPENS_TO_MORE:
        return open_to_more(h, slot, time)
    elif kind == OFFERS_CALLBACK:
        return offer_callback(h, slot, time)
    elif kind == HANGS_UP:
        gives_trunk(h, contact)
        return -1
    elif kind == TRIES_AGAIN:
        open_now = h.open_interval[contact["queue"], h.today[0]["interval"]]
        contact["state"] = ARRIVES if open_now else TOO_LATE
    return slot


@compiled
def open_to_more(h, slot, time):
    """A contact has waited long enough for more teams: a free one takes it, or it waits on."""
    contact = h.contacts[slot]
    line = contact["line"]
    tell(h, contact, shapes.OPENED_TO_MORE, time, line)
    agent = free_person(h, slot, line, time)
    if agent < 0:
        opens_to_more(h, slot, time)
        return -1
    leave_line(h, slot)
    put_in_hand(h, slot, agent)
    return slot


@compiled
def offer_callback(h, slot, time):
    """One who has waited so long may take a callback, and then waits no more."""
    if not takes_callback(h, slot, time):
        return -1
    leave_line(h, slot)
    return slot


@compiled
def first_contact(h):
    """The next first contact of the next stream. Returns it, or -1 when the house is full."""
    slot = new_slot(h)
    if slot < 0:
        return -1
    q = h.today[0]["next_stream"]
    contact = h.contacts[slot]
    contact["key"] = h.queues[q]["stream_contact"]
    contact["queue"] = q
    contact["first_queue"] = q
    contact["line"] = -1
    contact["left_in"] = -1
    contact["state"] = ARRIVES
    contact["attempt"] = 0
    contact["tries"] = 0
    contact["repeat"] = 0
    contact["holds"] = 0
    contact["origin"] = h.today[0]["ordinal"]
    contact["number"] = h.queues[q]["stream_number"]
    next_arrival(h, q)
    first_stream(h)
    return slot


@entry
def run_day(h, came):
    """Play one day. `came` is what the day before carried; what this day carries is in `h.carrying`.

    With `h.today[0]["out_of_room"]` set nothing else can be trusted: run again with more slots.
    """
    clear(h)
    gather_groups(h)
    open_streams(h)
    for i in range(len(came)):
        restore(h, came[i])
    today = h.today[0]
    place = 0
    at_agenda = h.agenda[0]["at"] if len(h.agenda) else np.inf
    while today["out_of_room"] == 0:
        at_end = earliest_end(h)
        at_timer = earliest_timer(h)
        at_first = today["next_at"]
        now = min(at_agenda, min(at_end, min(at_timer, at_first)))
        if now >= today["edge"]:
            if now >= today["length_s"]:
                break
            move_on(h, now)
        today["events"] += 1
        if at_agenda == now:
            scheduled(h, place, now)
            place += 1
            at_agenda = h.agenda[place]["at"] if place < len(h.agenda) else np.inf
            continue
        if at_end == now:
            slot = completion(h, now)
        elif at_timer == now:
            slot = wake(h, now)
        else:
            slot = first_contact(h)
        if slot >= 0:
            settle(h, slot, now)
    hand_over(h)
