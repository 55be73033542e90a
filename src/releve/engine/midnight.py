"""What crosses midnight: who waits, who is in hand, who will try again, who comes back days later.

A carried contact keeps its key, its arrival and its deadline. In the coming day's record it belongs to the first
interval, and to the line that its bucket named when it came.
"""

import numpy as np

from releve.base.draws import RETURN_TIME, bits
from releve.engine import shapes
from releve.engine.compiled import compiled
from releve.engine.contacts import lines_for, wait
from releve.engine.heaps import HANGS_UP, TRIES_AGAIN, add_end, set_timer
from releve.engine.holding import busy_part, takes_trunk
from releve.engine.queues import new_slot
from releve.engine.record import add_span, add_up, somebody_came, tell
from releve.engine.shapes import AWAY, IN_HAND, REPEAT, WAITING
from releve.engine.staff import count_on_duty, count_unstaffed
from releve.engine.streams import time_of_return


@compiled
def clear(h):
    """An empty house, an empty record."""
    today = h.today[0]
    today["ends"] = 0
    today["spent"] = 0
    today["timers"] = 0
    today["free_slot"] = -1
    today["used"] = 0
    today["carrying"] = 0
    today["out_of_room"] = 0
    today["events"] = 0
    today["told"] = 0
    today["interval"] = 0
    today["edge"] = min(today["interval_s"], today["length_s"])
    for agent in range(len(h.agents)):
        person = h.agents[agent]
        person["before_s"] = 0.0
        person["contact"] = -1
        person["held"] = 0
        person["on"] = 0
        person["gone"] = 0
        person["idle"] = 0
        person["ending"] = 0
        person["busy_s"] = 0.0
        person["on_s"] = 0.0
    for t in range(len(h.teams)):
        team = h.teams[t]
        team["on"] = 0
        team["since"] = 0.0
        team["idle"] = 0
        team["idle_head"] = -1
        team["idle_tail"] = -1
    for i in range(len(h.lines)):
        line = h.lines[i]
        line["head"] = -1
        line["tail"] = -1
    for q in range(len(h.queues)):
        queue = h.queues[q]
        queue["staff"] = 0
        queue["staff_since"] = 0.0
        queue["late"] = 0
    for group in range(len(h.trunks)):
        h.trunks[group]["used"] = 0
    h.healthy[:] = 1
    clear_cells(h)
    h.on_duty_s[:] = 0.0
    h.busy_s[:] = 0.0
    h.taken[:] = 0
    h.unstaffed_s[:] = 0.0
    h.waits[:] = 0
    h.gone[:] = 0


@compiled
def clear_cells(h):
    """Forget the day before: only the cells that it wrote to, for to write zeros everywhere costs more than to look."""
    for i in range(h.cells.shape[0]):
        for line in range(h.cells.shape[1]):
            if somebody_came(h, i, line):
                h.cells[i, line] = 0.0


@compiled
def restore(h, came):
    """One carried record: back into the house, or on to a later day."""
    at = came["at"]
    if came["kind"] == REPEAT:
        at = -1.0
        if came["due"] <= h.today[0]["ordinal"]:
            at = time_of_return(h, came["queue"], bits(came["key"], came["attempt"], RETURN_TIME))
        if at < 0.0:
            carry_on(h, came)
            return
    slot = new_slot(h)
    if slot < 0:
        return
    contact = h.contacts[slot]
    contact["key"] = came["key"]
    contact["queue"] = came["queue"]
    contact["attempt"] = came["attempt"]
    contact["tries"] = came["tries"]
    contact["repeat"] = came["repeat"]
    contact["holds"] = 0
    contact["first_queue"] = came["first_queue"]
    contact["origin"] = came["origin"]
    contact["number"] = came["number"]
    contact["line"] = came["line"]
    contact["named"] = came["named"]
    contact["due"] = came["due"]
    contact["interval"] = 0
    contact["left_in"] = -1
    contact["arrival"] = came["arrival"]
    contact["taken"] = came["taken"]
    if came["kind"] == WAITING:
        hold_trunk(h, contact)
        tell(h, contact, shapes.WAITS_ON, 0.0, came["line"])
        wait(h, slot, line_today(h, came), 0.0, came["until"])
    elif came["kind"] == IN_HAND:
        in_hand_again(h, slot, came)
    else:
        contact["state"] = AWAY
        contact["until"] = at
        set_timer(h, slot, TRIES_AGAIN, at)


@compiled
def hold_trunk(h, contact):
    """One who held a line of a line group yesterday holds it today."""
    group = h.queues[contact["queue"]]["trunk"]
    if group >= 0:
        takes_trunk(h, contact, group)


@compiled
def carry_on(h, came):
    """A carried record goes on as it is."""
    n = h.today[0]["carrying"]
    if n == len(h.carrying):
        h.today[0]["out_of_room"] = 1
        return
    h.carrying[n] = came
    h.today[0]["carrying"] = n + 1


@compiled
def line_today(h, came):
    """Where one who waited through midnight waits now: in the same line, while it is open or its bucket names it."""
    destination = h.lines[came["line"]]["destination"]
    if h.open[came["queue"], destination]:
        return came["line"]
    named, taking = lines_for(h, came["queue"], came["key"])
    return came["line"] if named == came["line"] or taking < 0 else taking


@compiled
def in_hand_again(h, slot, came):
    """The same person goes on with a contact."""
    contact, person = h.contacts[slot], h.agents[came["agent"]]
    contact["state"] = IN_HAND
    contact["agent"] = came["agent"]
    contact["talk_end"] = came["until"]
    person["contact"] = slot
    person["busy_since"] = 0.0
    person["busy_interval"] = 0
    person["end"] = came["at"]
    if h.queues[contact["queue"]]["longest_s"] > 0.0:
        person["before_s"] = came["spent_s"]
    add_end(h, came["agent"], came["at"])
    tell(h, contact, shapes.TALKS_ON, 0.0, came["agent"])
    if came["until"] > 0.0:
        hold_trunk(h, contact)
        if contact["holds"] and came["until"] < came["at"]:
            set_timer(h, slot, HANGS_UP, came["until"])
    if person["sibling"] >= 0 and not h.queues[contact["queue"]]["several"]:
        keep_others(h, came["agent"])


@compiled
def keep_others(h, agent):
    """The person's other seats wait until this one is free."""
    other = h.agents[agent]["sibling"]
    while other != agent:
        h.agents[other]["held"] = 1
        other = h.agents[other]["sibling"]


@compiled
def hand_over(h):
    """Midnight: spans are closed, and whoever is still in the house is carried to the coming day."""
    today = h.today[0]
    for team in range(len(h.teams)):
        count_on_duty(h, team, today["length_s"])
    for q in range(len(h.queues)):
        count_unstaffed(h, q, today["length_s"])
    for line in range(len(h.lines)):
        slot = h.lines[line]["head"]
        while slot >= 0:
            carry_waiting(h, slot)
            slot = h.contacts[slot]["next"]
    for agent in range(len(h.agents)):
        if h.agents[agent]["contact"] >= 0:
            carry_in_hand(h, agent)
    for slot in range(today["used"]):
        if h.contacts[slot]["state"] == AWAY:
            carry(h, slot, h.contacts[slot]["until"], np.inf, 0.0)
    add_up(h)


@compiled
def carry_waiting(h, slot):
    """One who waits, in the order of the line; deferred work of today's deadline is late."""
    contact = h.contacts[slot]
    queue = h.queues[contact["queue"]]
    if queue["deadline"] and contact["due"] == h.today[0]["ordinal"]:
        queue["late"] += 1
    carry(h, slot, contact["arrival"], contact["until"], 0.0)


@compiled
def carry_in_hand(h, agent):
    """One whom a person talks with, or writes up."""
    person = h.agents[agent]
    contact = h.contacts[person["contact"]]
    end_of_day = h.today[0]["length_s"]
    part = busy_part(h, agent)
    add_span(h, h.busy_s, person["team"], person["busy_interval"], person["busy_since"], end_of_day, part)
    by = h.teams[person["team"]]["destination"]
    h.tally[contact["interval"], contact["named"], by]["handled_s"] += end_of_day - person["busy_since"]
    spent = person["before_s"] + end_of_day - person["busy_since"]
    carry(h, person["contact"], person["end"], contact["talk_end"], spent)


@compiled
def carry(h, slot, at, until, spent_s):
    """A slot into the carry; times as the coming day counts them."""
    n = h.today[0]["carrying"]
    if n == len(h.carrying):
        h.today[0]["out_of_room"] = 1
        return
    h.today[0]["carrying"] = n + 1
    contact, carried = h.contacts[slot], h.carrying[n]
    carried["key"] = contact["key"]
    carried["arrival"] = contact["arrival"] - h.today[0]["length_s"]
    carried["at"] = at - h.today[0]["length_s"]
    carried["until"] = until - h.today[0]["length_s"]
    carried["spent_s"] = spent_s
    carried["kind"] = contact["state"]
    carried["queue"] = contact["queue"]
    carried["line"] = contact["line"]
    carried["named"] = contact["named"]
    carried["attempt"] = contact["attempt"]
    carried["tries"] = contact["tries"]
    carried["first_queue"] = contact["first_queue"]
    carried["origin"] = contact["origin"]
    carried["number"] = contact["number"]
    carried["due"] = contact["due"]
    carried["agent"] = contact["agent"] if contact["state"] == IN_HAND else -1
    carried["repeat"] = contact["repeat"]
    carried["taken"] = contact["taken"]
