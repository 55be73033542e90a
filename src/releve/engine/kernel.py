"""The kernel: one day of contacts through the teams, from carry to carry.

The tie rule: at one instant outages come first, then duty changes, then completions and people who come free, then
timers (patience, overflow, new tries, talks cut off), then first arrivals; within one kind, the order of the heap,
which is the same on every run. A timer carries its contact's generation, so a stale one does nothing.
Outside the heaps are first arrivals (the next of each queue), duty changes and outages (known before the day).
"""

import numpy as np

from releve.engine.by_pointer import pass_by_pointer
from releve.engine.compiled import compiled, entry
from releve.engine.contacts import finish, put_in_hand, settle
from releve.engine.heaps import (
    OVERFLOWS,
    PATIENCE_ENDS,
    TRIES_AGAIN,
    earliest_end,
    earliest_timer,
    take_end,
    take_timer,
)
from releve.engine.midnight import clear, hand_over, restore
from releve.engine.queues import (
    become_idle,
    leave_lines,
    longest_idle,
    new_slot,
    next_waiting,
    wait_in_overflow,
)
from releve.engine.record import interval_of
from releve.engine.shapes import ARRIVES, LEAVES, TAKEN, TOO_LATE, House
from releve.engine.staff import change_duty, gather_groups, outage
from releve.engine.streams import first_stream, next_arrival, open_streams

pass_by_pointer(House)


@compiled
def completion(h, time):
    """The next person is free: who takes the next waiting contact, is idle, or goes. Returns the contact, or -1."""
    agent = take_end(h)
    person = h.agents[agent]
    if person["contact"] >= 0:
        finish(h, agent, time)
    if not person["on"] or not h.healthy[h.teams[person["team"]]["destination"]]:
        return -1
    slot = next_waiting(h, person["team"])
    if slot < 0:
        become_idle(h, agent, time)
        return -1
    leave_lines(h, slot)
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
        leave_lines(h, slot)
        contact["state"] = LEAVES
    elif kind == OVERFLOWS:
        line = h.lines[contact["line"]]["overflow"]
        agent = longest_idle(h, line)
        if agent < 0:
            wait_in_overflow(h, slot, line)
            return -1
        leave_lines(h, slot)
        put_in_hand(h, slot, agent)
    elif kind == TRIES_AGAIN:
        contact["interval"] = interval_of(h, time)
        contact["state"] = ARRIVES if h.open_interval[contact["queue"], contact["interval"]] else TOO_LATE
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
    contact["line"] = -1
    contact["left_in"] = -1
    contact["state"] = ARRIVES
    contact["attempt"] = 0
    contact["tries"] = 0
    contact["repeat"] = 0
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
    change, fault = 0, 0
    while today["out_of_room"] == 0:
        at_outage = h.outages[fault]["at"] if fault < len(h.outages) else np.inf
        at_change = h.changes[change]["at"] if change < len(h.changes) else np.inf
        at_end = earliest_end(h)
        at_timer = earliest_timer(h)
        at_first = h.queues[today["next_stream"]]["stream_at"]
        now = min(min(at_outage, at_change), min(at_end, min(at_timer, at_first)))
        if now >= today["length_s"]:
            break
        today["events"] += 1
        if at_outage == now:
            outage(h, h.outages[fault]["destination"], h.outages[fault]["up"], now)
            fault += 1
        elif at_change == now:
            change_duty(h, h.changes[change]["group"], h.changes[change]["on"], now)
            change += 1
        else:
            if at_end == now:
                slot = completion(h, now)
            elif at_timer == now:
                slot = wake(h, now)
            else:
                slot = first_contact(h)
            if slot >= 0:
                settle(h, slot, now)
    hand_over(h)
