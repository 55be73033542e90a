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
from releve.engine.shapes import (
    AWAY,
    CARRYING,
    ENDS,
    EVENTS,
    FREE_SLOT,
    HANDLED_S,
    IN_HAND,
    NEXT_STREAM,
    OUT_OF_ROOM,
    REPEAT,
    TIMERS,
    WAITING,
)
from releve.engine.variates import exponential, normal

INTERVAL_CORRELATION = 0.7  # of busyness with the next interval's (gates.md: AR(1) 0.7 over half-hours)


@compiled
def clear(c, d, w, o):
    """An empty house, an empty record."""
    w.scalars[:] = 0
    slots = len(w.contacts)
    for slot in range(slots):
        w.contacts[slot]["state"] = 0
        w.contacts[slot]["next"] = slot + 1
    w.contacts[slots - 1]["next"] = -1
    for agent in range(len(w.agents)):
        w.agents[agent]["contact"] = -1
        w.agents[agent]["on"] = 0
        w.agents[agent]["idle"] = 0
        w.agents[agent]["end"] = -1.0
    for team in range(len(w.teams)):
        w.teams[team]["on"] = 0
        w.teams[team]["since"] = 0.0
        w.teams[team]["idle_head"] = -1
        w.teams[team]["idle_tail"] = -1
    for line in range(len(w.lists)):
        w.lists[line]["head"] = -1
        w.lists[line]["tail"] = -1
        w.lists[line]["over_head"] = -1
        w.lists[line]["over_tail"] = -1
    w.healthy[:] = 1
    w.staff[:] = 0
    w.staff_since[:] = 0.0
    o.cells[:] = 0.0
    o.team_s[:] = 0.0
    o.unstaffed_s[:] = 0.0
    o.waits[:] = 0
    o.late[:] = 0


@compiled
def factor_of(sigma, random):
    """A lognormal factor of mean 1."""
    return math.exp(sigma * normal(random) - 0.5 * sigma * sigma) if sigma > 0.0 else 1.0


@compiled
def next_arrival(c, d, w, q):
    """Move a queue's stream on to its next first contact, and note which stream comes first.

    The running sum of unit exponentials goes through the inverse of the cumulative rate: exact, without thinning.
    """
    intervals = w.cumulative.shape[1] - 1
    number = w.stream_number[q] + 1
    key = fold(w.stream_key[q], np.uint64(number))
    w.stream_number[q] = number
    w.stream_contact[q] = key
    w.stream_sum[q] += exponential(bits(key, 0, ARRIVAL))
    total = w.stream_sum[q]
    i = w.stream_interval[q]
    while i < intervals and w.cumulative[q, i + 1] <= total:
        i += 1
    w.stream_interval[q] = i
    if i == intervals:
        w.stream_at[q] = np.inf
    else:
        low, high = w.cumulative[q, i], w.cumulative[q, i + 1]
        w.stream_at[q] = (i + (total - low) / (high - low)) * c.interval_s


@compiled
def first_stream(w):
    """The queue whose next first contact comes first."""
    best = 0
    for q in range(1, len(w.stream_at)):
        if w.stream_at[q] < w.stream_at[best]:
            best = q
    w.scalars[NEXT_STREAM] = best


@compiled
def open_streams(c, d, w):
    """Expected arrivals times busyness: of the day, shared and own, and of each interval."""
    intervals = w.cumulative.shape[1] - 1
    ordinal = np.uint64(d.ordinal)
    shared = factor_of(c.busy_shared, bits(fold(d.key, ordinal), 0, BUSY_SHARED))
    fresh = math.sqrt(1.0 - INTERVAL_CORRELATION * INTERVAL_CORRELATION)
    for q in range(len(c.queues)):
        key = fold(fold(d.key, c.queues[q]["hash"]), ordinal)
        w.stream_key[q] = key
        day = shared * factor_of(c.queues[q]["busy_day"], bits(key, 0, BUSY_DAY))
        sigma = c.queues[q]["busy_interval"]
        level = 0.0
        total = 0.0
        w.cumulative[q, 0] = 0.0
        for i in range(intervals):
            if sigma > 0.0:
                noise = normal(bits(key, i, BUSY_INTERVAL))
                level = noise if i == 0 else INTERVAL_CORRELATION * level + fresh * noise
            total += d.first[q, i] * day * math.exp(sigma * level - 0.5 * sigma * sigma)
            w.cumulative[q, i + 1] = total
        w.stream_sum[q] = 0.0
        w.stream_interval[q] = 0
        w.stream_number[q] = 0
        next_arrival(c, d, w, q)
    first_stream(w)


@compiled
def time_of_return(c, d, q, random):
    """A time of the day from the queue's own profile; negative when the day has none."""
    total = 0.0
    for i in range(d.first.shape[1]):
        total += d.first[q, i]
    left = uniform(random) * total
    for i in range(d.first.shape[1]):
        if d.first[q, i] > left:
            return (i + left / d.first[q, i]) * c.interval_s
        left -= d.first[q, i]
    return -1.0


@compiled
def restore(c, d, w, o, came):
    """One carried record: back into the house, or on to a later day."""
    q = came["queue"]
    at = came["at"]
    if came["kind"] == REPEAT:
        at = -1.0
        if came["due"] <= d.ordinal:
            at = time_of_return(c, d, q, bits(came["key"], came["attempt"], RETURN_TIME))
        if at < 0.0:
            n = w.scalars[CARRYING]
            if n >= len(w.carrying):
                w.scalars[OUT_OF_ROOM] = 1
                return
            w.carrying[n] = came
            w.scalars[CARRYING] = n + 1
            return
    slot = new_slot(w)
    if slot < 0:
        return
    contact = w.contacts[slot]
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
        wait_in_line(w, slot, came["line"])
        if not c.queues[q]["deferred"]:
            contact["until"] = came["until"]
            set_timer(w, slot, PATIENCE_ENDS, came["until"])
    elif came["kind"] == IN_HAND:
        agent = came["agent"]
        contact["state"] = IN_HAND
        contact["talk_end"] = came["until"]
        w.agents[agent]["team"] = d.agent_team[agent]
        w.agents[agent]["contact"] = slot
        w.agents[agent]["busy_since"] = 0.0
        w.agents[agent]["end"] = at
        push(w.end_at, w.end_agent, w.scalars[ENDS], at, agent)
        w.scalars[ENDS] += 1
    else:
        contact["state"] = AWAY
        contact["until"] = at
        set_timer(w, slot, TRIES_AGAIN, at)


@compiled
def staff_change(c, w, o, team, people, time):
    """People of a team can or can no longer work: who can answer each queue, and how long nobody could."""
    for q in range(len(w.staff)):
        if c.team_serves[team, q]:
            if w.staff[q] == 0 and people > 0:
                add_span(o.unstaffed_s.reshape(-1, 1, len(w.staff)), 0, q, w.staff_since[q], time, 1.0, c.interval_s)
            w.staff[q] += people
            if w.staff[q] == 0:
                w.staff_since[q] = time


@compiled
def available(c, d, w, o, agent, time):
    """A person on duty with nothing in hand takes the next waiting contact, or is idle."""
    become_idle(w, agent, time)
    slot = next_waiting(c, w, w.agents[agent]["team"])
    if slot >= 0:
        leave_lines(c, w, slot)
        put_in_hand(c, d, w, o, slot, agent, time)


@compiled
def change_duty(c, d, w, o, members, mates, j):
    """A duty group comes on or goes off; who has a contact in hand finishes it first."""
    time, group, on = d.change_at[j], d.change_group[j], d.change_on[j]
    team = d.group_team[group]
    up = w.healthy[c.team_destination[team]]
    add_span(o.team_s, team, 0, w.teams[team]["since"], time, w.teams[team]["on"], c.interval_s)
    w.teams[team]["since"] = time
    people = 0
    agent = members[group]
    while agent >= 0:
        people += 1
        person = w.agents[agent]
        person["on"] = on
        if on and up and person["contact"] < 0:
            available(c, d, w, o, agent, time)
        elif not on and person["idle"]:
            stop_idling(w, agent)
        agent = mates[agent]
    w.teams[team]["on"] += people if on else -people
    if up:
        staff_change(c, w, o, team, people if on else -people, time)


@compiled
def outage(c, d, w, o, destination, up, time):
    """A site goes down or comes back. Down: contacts in hand and in line are dropped; new ones are routed elsewhere."""
    if w.healthy[destination] == up:
        return
    w.healthy[destination] = up
    for team in range(len(w.teams)):
        if c.team_destination[team] == destination:
            on = w.teams[team]["on"]
            staff_change(c, w, o, team, on if up else -on, time)
    for agent in range(len(w.agents)):
        person = w.agents[agent]
        if c.team_destination[person["team"]] != destination:
            continue
        if up:
            if person["on"] and person["contact"] < 0:
                available(c, d, w, o, agent, time)
            continue
        if person["idle"]:
            stop_idling(w, agent)
        slot = person["contact"]
        if slot >= 0 and w.contacts[slot]["talk_end"] > time:
            add_span(o.team_s, person["team"], 1, person["busy_since"], time, 1.0, c.interval_s)
            person["contact"] = -1
            person["end"] = -1.0  # its completion in the heap is stale now
            drop(c, d, w, o, slot, time)
    if not up:
        for line in range(len(c.lines)):
            if c.lines[line]["destination"] == destination:
                slot = w.lists[line]["head"]
                while slot >= 0:
                    after = w.contacts[slot]["next"]
                    if not c.queues[w.contacts[slot]["queue"]]["deferred"]:
                        drop(c, d, w, o, slot, time)
                    slot = after


@compiled
def completion(c, d, w, o):
    """The earliest completion: the person takes the next waiting contact, is idle, or goes off duty."""
    time, agent = w.end_at[0], w.end_agent[0]
    person = w.agents[agent]
    size = w.scalars[ENDS]
    if person["contact"] < 0 or person["end"] != time:
        pop(w.end_at, w.end_agent, size)
        w.scalars[ENDS] = size - 1
        return
    finish(c, d, w, o, agent, time)
    if person["on"] and w.healthy[c.team_destination[person["team"]]]:
        slot = next_waiting(c, w, person["team"])
        if slot >= 0:
            leave_lines(c, w, slot)
            end = answer(c, d, w, o, slot, agent, time)
            replace_top(w.end_at, w.end_agent, size, end, agent)
            return
        become_idle(w, agent, time)
    pop(w.end_at, w.end_agent, size)
    w.scalars[ENDS] = size - 1


@compiled
def wake(c, d, w, o):
    """The earliest timer: patience ends, a contact may be answered elsewhere too, or someone tries again."""
    time, what = w.timer_at[0], w.timer_what[0]
    size = w.scalars[TIMERS]
    pop(w.timer_at, w.timer_what, size)
    w.scalars[TIMERS] = size - 1
    kind = what & 3
    slot = (what >> 2) & 0xFFFFFF
    contact = w.contacts[slot]
    if contact["generation"] != what >> 26:
        return
    if kind == PATIENCE_ENDS:
        leave_lines(c, w, slot)
        leave(c, d, w, o, slot, time)
    elif kind == OVERFLOWS:
        over = c.lines[contact["line"]]["overflow"]
        agent = longest_idle(c, w, over)
        if agent >= 0:
            leave_lines(c, w, slot)
            put_in_hand(c, d, w, o, slot, agent, time)
        else:
            wait_in_overflow(w, slot, over)
    elif d.open_interval[contact["queue"], min(np.int64(time / c.interval_s), o.cells.shape[0] - 1)]:
        arrive(c, d, w, o, slot, time)
    else:
        not_helped(c, d, w, o, slot, o.cells.shape[2] - 1)
        release(w, slot)


@compiled
def first_contact(c, d, w, o):
    """The next first contact of the next stream."""
    q = w.scalars[NEXT_STREAM]
    time = w.stream_at[q]
    slot = new_slot(w)
    if slot < 0:
        return
    contact = w.contacts[slot]
    contact["key"] = w.stream_contact[q]
    contact["queue"] = q
    contact["attempt"] = 0
    contact["tries"] = 0
    contact["repeat"] = 0
    contact["origin"] = d.ordinal
    contact["number"] = w.stream_number[q]
    next_arrival(c, d, w, q)
    first_stream(w)
    arrive(c, d, w, o, slot, time)


@compiled
def hand_over(c, d, w, o):
    """Midnight: spans are closed, and whoever is still in the house is carried to the coming day."""
    for team in range(len(w.teams)):
        add_span(o.team_s, team, 0, w.teams[team]["since"], d.length_s, w.teams[team]["on"], c.interval_s)
    for q in range(len(w.staff)):
        if w.staff[q] == 0:
            table = o.unstaffed_s.reshape(-1, 1, len(w.staff))
            add_span(table, 0, q, w.staff_since[q], d.length_s, 1.0, c.interval_s)
    for agent in range(len(w.agents)):
        slot = w.agents[agent]["contact"]
        if slot >= 0:
            person, contact = w.agents[agent], w.contacts[slot]
            add_span(o.team_s, person["team"], 1, person["busy_since"], d.length_s, 1.0, c.interval_s)
            cell = o.cells[contact["interval"], contact["named"], c.team_destination[person["team"]]]
            cell[HANDLED_S] += d.length_s - person["busy_since"]
            contact["due"] = agent  # in hand it needs no deadline; the carried record needs the person
    for slot in range(len(w.contacts)):
        carry_over(c, d, w, o, slot)


@compiled
def carry_over(c, d, w, o, slot):
    """One slot into the carry, if anyone is in it."""
    contact = w.contacts[slot]
    state = contact["state"]
    if state == 0:
        return
    n = w.scalars[CARRYING]
    if n >= len(w.carrying):
        w.scalars[OUT_OF_ROOM] = 1
        return
    w.scalars[CARRYING] = n + 1
    carried = w.carrying[n]
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
    carried["at"] = contact["arrival"] - d.length_s
    carried["until"] = contact["until"] - d.length_s
    if state == IN_HAND:
        carried["agent"] = contact["due"]
        carried["at"] = w.agents[contact["due"]]["end"] - d.length_s
        carried["until"] = contact["talk_end"] - d.length_s
    elif state == AWAY:
        carried["at"] = contact["until"] - d.length_s
    elif c.queues[contact["queue"]]["deferred"] and contact["due"] == d.ordinal:
        o.late[contact["queue"]] += 1


@compiled
def run_day(c, d, w, o, came):
    """Play one day. `came` is what the day before carried; what this day carries is in `w.carrying`.

    Fills `o`. With `w.scalars[OUT_OF_ROOM]` set nothing else can be trusted: run again with more slots.
    """
    clear(c, d, w, o)
    for agent in range(len(w.agents)):
        w.agents[agent]["team"] = d.agent_team[agent]
    members = np.full(len(d.group_team), -1, np.int64)
    mates = np.full(len(w.agents), -1, np.int64)
    for agent in range(len(w.agents) - 1, -1, -1):
        group = d.group[agent]
        if group >= 0:
            mates[agent] = members[group]
            members[group] = agent
    open_streams(c, d, w)
    for i in range(len(came)):
        restore(c, d, w, o, came[i])
    change = 0
    fault = 0
    while w.scalars[OUT_OF_ROOM] == 0:
        at_change = d.change_at[change] if change < len(d.change_at) else np.inf
        at_outage = d.outage_at[fault] if fault < len(d.outage_at) else np.inf
        at_end = w.end_at[0] if w.scalars[ENDS] > 0 else np.inf
        at_timer = w.timer_at[0] if w.scalars[TIMERS] > 0 else np.inf
        at_first = w.stream_at[w.scalars[NEXT_STREAM]]
        now = min(min(at_change, at_outage), min(at_end, min(at_timer, at_first)))
        if now >= d.length_s:
            break
        w.scalars[EVENTS] += 1
        if at_outage == now:
            outage(c, d, w, o, d.outage_destination[fault], d.outage_up[fault], now)
            fault += 1
        elif at_change == now:
            change_duty(c, d, w, o, members, mates, change)
            change += 1
        elif at_end == now:
            completion(c, d, w, o)
        elif at_timer == now:
            wake(c, d, w, o)
        else:
            first_contact(c, d, w, o)
    hand_over(c, d, w, o)
