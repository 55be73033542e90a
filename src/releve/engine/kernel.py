"""The kernel: one day of contacts through the teams, from carry to carry.

The tie rule: at one instant, outages and duty changes come first, then completions, then timers (patience, overflow,
new tries), then first arrivals; within one kind, the order in which the heap gives them, the same on every run.
A timer carries its contact's generation, so a stale one does nothing.
The events outside the heaps: first arrivals (one next arrival a queue) and duty changes (known before the day).
"""

import math

import numpy as np

from releve.base.draws import (
    ARRIVAL,
    BUSY_DAY,
    BUSY_INTERVAL,
    BUSY_SHARED,
    RETURN_TIME,
    bits,
    fold,
    uniform,
)
from releve.engine.compiled import compiled
from releve.engine.contacts import (
    OVERFLOWS,
    PATIENCE_ENDS,
    TRIES_AGAIN,
    add_span,
    answer,
    arrive,
    drop,
    finish,
    leave,
    not_helped,
    put_in_hand,
    set_timer,
)
from releve.engine.queues import (
    become_idle,
    leave_lines,
    longest_idle,
    new_slot,
    next_waiting,
    pop,
    push,
    release,
    replace_top,
    stop_idling,
    wait_in_line,
    wait_in_overflow,
)
from releve.engine.shapes import AWAY, HANDLED_S, IN_HAND, REPEAT, WAITING
from releve.engine.variates import exponential, normal

INTERVAL_CORRELATION = 0.7  # of busyness with the next interval's (gates.md: AR(1) 0.7 over half-hours)


@compiled
def clear(h):
    """An empty house, an empty record."""
    today = h.today[0]
    today["ends"] = 0
    today["timers"] = 0
    today["free_slot"] = 0
    today["carrying"] = 0
    today["out_of_room"] = 0
    today["events"] = 0
    slots = len(h.contacts)
    for slot in range(slots):
        h.contacts[slot]["state"] = 0
        h.contacts[slot]["next"] = slot + 1
    h.contacts[slots - 1]["next"] = -1
    for agent in range(len(h.agents)):
        h.agents[agent]["contact"] = -1
        h.agents[agent]["on"] = 0
        h.agents[agent]["idle"] = 0
        h.agents[agent]["end"] = -1.0
    for team in range(len(h.teams)):
        h.teams[team]["on"] = 0
        h.teams[team]["since"] = 0.0
        h.teams[team]["idle_head"] = -1
        h.teams[team]["idle_tail"] = -1
    for line in range(len(h.lines)):
        h.lines[line]["head"] = -1
        h.lines[line]["tail"] = -1
        h.lines[line]["over_head"] = -1
        h.lines[line]["over_tail"] = -1
    h.healthy[:] = 1
    for q in range(len(h.queues)):
        h.queues[q]["staff"] = 0
        h.queues[q]["staff_since"] = 0.0
        h.queues[q]["late"] = 0
    h.cells[:] = 0.0
    h.on_duty_s[:] = 0.0
    h.busy_s[:] = 0.0
    h.unstaffed_s[:] = 0.0
    h.waits[:] = 0


@compiled
def factor_of(sigma, random):
    """A lognormal factor of mean 1."""
    return math.exp(sigma * normal(random) - 0.5 * sigma * sigma) if sigma > 0.0 else 1.0


@compiled
def next_arrival(h, q):
    """Move a queue's stream on to its next first contact, and note which stream comes first.

    The running sum of unit exponentials goes through the inverse of the cumulative rate: exact, without thinning.
    """
    intervals = h.cumulative.shape[1] - 1
    number = h.queues[q]["stream_number"] + 1
    key = fold(h.queues[q]["stream_key"], np.uint64(number))
    h.queues[q]["stream_number"] = number
    h.queues[q]["stream_contact"] = key
    h.queues[q]["stream_sum"] += exponential(bits(key, 0, ARRIVAL))
    total = h.queues[q]["stream_sum"]
    i = h.queues[q]["stream_interval"]
    while i < intervals and h.cumulative[q, i + 1] <= total:
        i += 1
    h.queues[q]["stream_interval"] = i
    if i == intervals:
        h.queues[q]["stream_at"] = np.inf
    else:
        low, high = h.cumulative[q, i], h.cumulative[q, i + 1]
        h.queues[q]["stream_at"] = (i + (total - low) / (high - low)) * h.today[0]["interval_s"]


@compiled
def first_stream(h):
    """The queue whose next first contact comes first."""
    best = 0
    for q in range(1, len(h.queues)):
        if h.queues[q]["stream_at"] < h.queues[best]["stream_at"]:
            best = q
    h.today[0]["next_stream"] = best


@compiled
def open_streams(h):
    """Expected arrivals times busyness: of the day, shared and own, and of each interval."""
    intervals = h.cumulative.shape[1] - 1
    ordinal = np.uint64(h.today[0]["ordinal"])
    shared = factor_of(h.today[0]["busy_shared"], bits(fold(h.today[0]["key"], ordinal), 0, BUSY_SHARED))
    fresh = math.sqrt(1.0 - INTERVAL_CORRELATION * INTERVAL_CORRELATION)
    for q in range(len(h.queues)):
        key = fold(fold(h.today[0]["key"], h.queues[q]["hash"]), ordinal)
        h.queues[q]["stream_key"] = key
        day = shared * factor_of(h.queues[q]["busy_day"], bits(key, 0, BUSY_DAY))
        sigma = h.queues[q]["busy_interval"]
        level = 0.0
        total = 0.0
        h.cumulative[q, 0] = 0.0
        for i in range(intervals):
            if sigma > 0.0:
                noise = normal(bits(key, i, BUSY_INTERVAL))
                level = noise if i == 0 else INTERVAL_CORRELATION * level + fresh * noise
            total += h.first[q, i] * day * math.exp(sigma * level - 0.5 * sigma * sigma)
            h.cumulative[q, i + 1] = total
        h.queues[q]["stream_sum"] = 0.0
        h.queues[q]["stream_interval"] = 0
        h.queues[q]["stream_number"] = 0
        next_arrival(h, q)
    first_stream(h)


@compiled
def time_of_return(h, q, random):
    """A time of the day from the queue's own profile; negative when the day has none."""
    total = 0.0
    for i in range(h.first.shape[1]):
        total += h.first[q, i]
    left = uniform(random) * total
    for i in range(h.first.shape[1]):
        if h.first[q, i] > left:
            return (i + left / h.first[q, i]) * h.today[0]["interval_s"]
        left -= h.first[q, i]
    return -1.0


@compiled
def restore(h, came):
    """One carried record: back into the house, or on to a later day."""
    q = came["queue"]
    at = came["at"]
    if came["kind"] == REPEAT:
        at = -1.0
        if came["due"] <= h.today[0]["ordinal"]:
            at = time_of_return(h, q, bits(came["key"], came["attempt"], RETURN_TIME))
        if at < 0.0:
            n = h.today[0]["carrying"]
            if n >= len(h.carrying):
                h.today[0]["out_of_room"] = 1
                return
            h.carrying[n] = came
            h.today[0]["carrying"] = n + 1
            return
    slot = new_slot(h)
    if slot < 0:
        return
    contact = h.contacts[slot]
    contact["key"] = came["key"]
    contact["queue"] = q
    contact["attempt"] = came["attempt"]
    contact["tries"] = came["tries"]
    contact["repeat"] = came["repeat"]
    contact["origin"] = came["origin"]
    contact["number"] = came["number"]
    contact["line"] = came["line"]
    contact["named"] = came["named"]
    contact["due"] = came["due"]
    contact["interval"] = 0
    contact["overflowed"] = 0
    contact["arrival"] = at
    if came["kind"] == WAITING:
        wait_in_line(h, slot, came["line"])
        if not h.queues[q]["deferred"]:
            contact["until"] = came["until"]
            set_timer(h, slot, PATIENCE_ENDS, came["until"])
    elif came["kind"] == IN_HAND:
        agent = came["agent"]
        contact["state"] = IN_HAND
        contact["talk_end"] = came["until"]
        h.agents[agent]["contact"] = slot
        h.agents[agent]["busy_since"] = 0.0
        h.agents[agent]["end"] = at
        push(h.ends, h.today[0]["ends"], at, agent)
        h.today[0]["ends"] += 1
    else:
        contact["state"] = AWAY
        contact["until"] = at
        set_timer(h, slot, TRIES_AGAIN, at)


@compiled
def staff_change(h, team, people, time):
    """People of a team can or can no longer work: who can answer each queue, and how long nobody could."""
    for q in range(len(h.queues)):
        if h.team_serves[team, q]:
            if h.queues[q]["staff"] == 0 and people > 0:
                add_span(h.unstaffed_s, q, h.queues[q]["staff_since"], time, 1.0, h.today[0]["interval_s"])
            h.queues[q]["staff"] += people
            if h.queues[q]["staff"] == 0:
                h.queues[q]["staff_since"] = time


@compiled
def available(h, agent, time):
    """A person on duty with nothing in hand takes the next waiting contact, or is idle."""
    become_idle(h, agent, time)
    slot = next_waiting(h, h.agents[agent]["team"])
    if slot >= 0:
        leave_lines(h, slot)
        put_in_hand(h, slot, agent, time)


@compiled
def change_duty(h, j):
    """A duty group comes on or goes off; who has a contact in hand finishes it first."""
    time, group, on = h.changes[j]["at"], h.changes[j]["group"], h.changes[j]["on"]
    team = h.groups[group]["team"]
    up = h.healthy[h.teams[team]["destination"]]
    add_span(h.on_duty_s, team, h.teams[team]["since"], time, h.teams[team]["on"], h.today[0]["interval_s"])
    h.teams[team]["since"] = time
    people = 0
    agent = h.groups[group]["first"]
    while agent >= 0:
        people += 1
        person = h.agents[agent]
        person["on"] = on
        if on and up and person["contact"] < 0:
            available(h, agent, time)
        elif not on and person["idle"]:
            stop_idling(h, agent)
        agent = person["mate"]
    h.teams[team]["on"] += people if on else -people
    if up:
        staff_change(h, team, people if on else -people, time)


@compiled
def outage(h, destination, up, time):
    """A site goes down or comes back. Down: contacts in hand and in line are dropped; new ones are routed elsewhere."""
    if h.healthy[destination] == up:
        return
    h.healthy[destination] = up
    for team in range(len(h.teams)):
        if h.teams[team]["destination"] == destination:
            on = h.teams[team]["on"]
            staff_change(h, team, on if up else -on, time)
    for agent in range(len(h.agents)):
        person = h.agents[agent]
        if h.teams[person["team"]]["destination"] != destination:
            continue
        if up:
            if person["on"] and person["contact"] < 0:
                available(h, agent, time)
            continue
        if person["idle"]:
            stop_idling(h, agent)
        slot = person["contact"]
        if slot >= 0 and h.contacts[slot]["talk_end"] > time:
            add_span(h.busy_s, person["team"], person["busy_since"], time, 1.0, h.today[0]["interval_s"])
            person["contact"] = -1
            person["end"] = -1.0  # its completion in the heap is stale now
            drop(h, slot, time)
    if not up:
        for line in range(len(h.lines)):
            if h.lines[line]["destination"] == destination:
                slot = h.lines[line]["head"]
                while slot >= 0:
                    after = h.contacts[slot]["next"]
                    if not h.queues[h.contacts[slot]["queue"]]["deferred"]:
                        drop(h, slot, time)
                    slot = after


@compiled
def completion(h):
    """The earliest completion: the person takes the next waiting contact, is idle, or goes off duty."""
    time, agent = h.ends[0]["at"], h.ends[0]["what"]
    person = h.agents[agent]
    size = h.today[0]["ends"]
    if person["contact"] < 0 or person["end"] != time:
        pop(h.ends, size)
        h.today[0]["ends"] = size - 1
        return
    finish(h, agent, time)
    if person["on"] and h.healthy[h.teams[person["team"]]["destination"]]:
        slot = next_waiting(h, person["team"])
        if slot >= 0:
            leave_lines(h, slot)
            end = answer(h, slot, agent, time)
            replace_top(h.ends, size, end, agent)
            return
        become_idle(h, agent, time)
    pop(h.ends, size)
    h.today[0]["ends"] = size - 1


@compiled
def wake(h):
    """The earliest timer: patience ends, a contact may be answered elsewhere too, or someone tries again."""
    time, what = h.timers[0]["at"], h.timers[0]["what"]
    size = h.today[0]["timers"]
    pop(h.timers, size)
    h.today[0]["timers"] = size - 1
    kind = what & 3
    slot = (what >> 2) & 0xFFFFFF
    contact = h.contacts[slot]
    if contact["generation"] != what >> 26:
        return
    if kind == PATIENCE_ENDS:
        leave_lines(h, slot)
        leave(h, slot, time)
    elif kind == OVERFLOWS:
        over = h.lines[contact["line"]]["overflow"]
        agent = longest_idle(h, over)
        if agent >= 0:
            leave_lines(h, slot)
            put_in_hand(h, slot, agent, time)
        else:
            wait_in_overflow(h, slot, over)
    elif h.open_interval[
        contact["queue"], min(np.int64(time / h.today[0]["interval_s"]), h.cells.shape[0] - 1)
    ]:
        arrive(h, slot, time)
    else:
        not_helped(h, slot, h.cells.shape[2] - 1)
        release(h, slot)


@compiled
def first_contact(h):
    """The next first contact of the next stream."""
    q = h.today[0]["next_stream"]
    time = h.queues[q]["stream_at"]
    slot = new_slot(h)
    if slot < 0:
        return
    contact = h.contacts[slot]
    contact["key"] = h.queues[q]["stream_contact"]
    contact["queue"] = q
    contact["attempt"] = 0
    contact["tries"] = 0
    contact["repeat"] = 0
    contact["origin"] = h.today[0]["ordinal"]
    contact["number"] = h.queues[q]["stream_number"]
    next_arrival(h, q)
    first_stream(h)
    arrive(h, slot, time)


@compiled
def hand_over(h):
    """Midnight: spans are closed, and whoever is still in the house is carried to the coming day."""
    for team in range(len(h.teams)):
        add_span(
            h.on_duty_s,
            team,
            h.teams[team]["since"],
            h.today[0]["length_s"],
            h.teams[team]["on"],
            h.today[0]["interval_s"],
        )
    for q in range(len(h.queues)):
        if h.queues[q]["staff"] == 0:
            add_span(
                h.unstaffed_s,
                q,
                h.queues[q]["staff_since"],
                h.today[0]["length_s"],
                1.0,
                h.today[0]["interval_s"],
            )
    for agent in range(len(h.agents)):
        slot = h.agents[agent]["contact"]
        if slot >= 0:
            person, contact = h.agents[agent], h.contacts[slot]
            add_span(
                h.busy_s,
                person["team"],
                person["busy_since"],
                h.today[0]["length_s"],
                1.0,
                h.today[0]["interval_s"],
            )
            cell = h.cells[contact["interval"], contact["named"], h.teams[person["team"]]["destination"]]
            cell[HANDLED_S] += h.today[0]["length_s"] - person["busy_since"]
            contact["due"] = agent  # in hand it needs no deadline; the carried record needs the person
    for slot in range(len(h.contacts)):
        carry_over(h, slot)


@compiled
def carry_over(h, slot):
    """One slot into the carry, if anyone is in it."""
    contact = h.contacts[slot]
    state = contact["state"]
    if state == 0:
        return
    n = h.today[0]["carrying"]
    if n >= len(h.carrying):
        h.today[0]["out_of_room"] = 1
        return
    h.today[0]["carrying"] = n + 1
    carried = h.carrying[n]
    carried["key"] = contact["key"]
    carried["kind"] = state
    carried["queue"] = contact["queue"]
    carried["line"] = contact["line"]
    carried["named"] = contact["named"]
    carried["attempt"] = contact["attempt"]
    carried["tries"] = contact["tries"]
    carried["origin"] = contact["origin"]
    carried["number"] = contact["number"]
    carried["repeat"] = contact["repeat"]
    carried["due"] = contact["due"]
    carried["agent"] = -1
    carried["at"] = contact["arrival"] - h.today[0]["length_s"]
    carried["until"] = contact["until"] - h.today[0]["length_s"]
    if state == IN_HAND:
        carried["agent"] = contact["due"]
        carried["at"] = h.agents[contact["due"]]["end"] - h.today[0]["length_s"]
        carried["until"] = contact["talk_end"] - h.today[0]["length_s"]
    elif state == AWAY:
        carried["at"] = contact["until"] - h.today[0]["length_s"]
    elif h.queues[contact["queue"]]["deferred"] and contact["due"] == h.today[0]["ordinal"]:
        h.queues[contact["queue"]]["late"] += 1


@compiled
def run_day(h, came):
    """Play one day. `came` is what the day before carried; what this day carries is in `h.carrying`.

    Fills `o`. With `h.today[0]["out_of_room"]` set nothing else can be trusted: run again with more slots.
    """
    clear(h)
    for group in range(len(h.groups)):
        h.groups[group]["first"] = -1
    for agent in range(len(h.agents) - 1, -1, -1):
        group = h.agents[agent]["group"]
        if group >= 0:
            h.agents[agent]["mate"] = h.groups[group]["first"]
            h.groups[group]["first"] = agent
    open_streams(h)
    for i in range(len(came)):
        restore(h, came[i])
    change = 0
    fault = 0
    while h.today[0]["out_of_room"] == 0:
        at_change = h.changes[change]["at"] if change < len(h.changes) else np.inf
        at_outage = h.outages[fault]["at"] if fault < len(h.outages) else np.inf
        at_end = h.ends[0]["at"] if h.today[0]["ends"] > 0 else np.inf
        at_timer = h.timers[0]["at"] if h.today[0]["timers"] > 0 else np.inf
        at_first = h.queues[h.today[0]["next_stream"]]["stream_at"]
        now = min(min(at_change, at_outage), min(at_end, min(at_timer, at_first)))
        if now >= h.today[0]["length_s"]:
            break
        h.today[0]["events"] += 1
        if at_outage == now:
            outage(h, h.outages[fault]["destination"], h.outages[fault]["up"], now)
            fault += 1
        elif at_change == now:
            change_duty(h, change)
            change += 1
        elif at_end == now:
            completion(h)
        elif at_timer == now:
            wake(h)
        else:
            first_contact(h)
    hand_over(h)
