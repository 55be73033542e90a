"""What happens to one contact: it arrives, is answered, is finished, leaves, tries again, comes back days later."""

import math

import numpy as np

from releve.base.draws import (
    BALK,
    HANDLE,
    PATIENCE,
    RESOLVED as DRAW_RESOLVED,
    RETRY,
    RETRY_DELAY,
    RETURN,
    RETURN_DAYS,
    SATISFIED as DRAW_SATISFIED,
    SURVEY,
    bits,
    mix,
    uniform,
)
from releve.engine.compiled import callable_from_kernel, compiled
from releve.engine.queues import (
    leave_lines,
    longest_idle,
    push,
    release,
    stop_idling,
    wait_in_line,
)
from releve.engine.shapes import (
    ABANDON_WAIT_S,
    ABANDONED,
    ANSWERED,
    AWAY,
    COMPLETED,
    HANDLED_S,
    IN_HAND,
    OFFERED,
    REPEAT,
    REPEATED,
    RESOLVED,
    RETRIED,
    RETURNING,
    SATISFIED,
    SHORT,
    SURVEYS,
    WAIT_BINS,
    WAIT_RATIO,
    WAIT_S,
    WITHIN,
)
from releve.engine.variates import duration, exponential
from releve.routing.route import Ranges, State, follow, named, route

for _function in (named, follow, route):
    callable_from_kernel(_function)

PATIENCE_ENDS, OVERFLOWS, TRIES_AGAIN = range(3)  # kinds of timers
LOG_RATIO = math.log(WAIT_RATIO)


@compiled
def interval_of(h, time, interval_s):
    """The interval of an instant; what is before or after the day belongs to its first or last."""
    return min(max(np.int64(time / interval_s), 0), h.cells.shape[0] - 1)


@compiled
def set_timer(h, slot, kind, time):
    """Wake a contact at a time, unless it has moved on by then (its generation tells)."""
    size = h.today[0]["timers"]
    if size >= len(h.timers):
        h.today[0]["out_of_room"] = 1
        return
    generation = np.int64(h.contacts[slot]["generation"])
    push(h.timers, size, time, (((generation << 24) | slot) << 2) | kind)
    h.today[0]["timers"] = size + 1


@compiled
def add_span(table, column, start, end, amount, interval_s):
    """Add amount x seconds of [start, end) to the intervals (rows) that it crosses."""
    last = table.shape[0] - 1
    i = min(max(np.int64(start / interval_s), 0), last)
    while start < end:
        until = end if i == last else min(end, (i + 1) * interval_s)
        table[i, column] += amount * (until - start)
        start = until
        i += 1


@compiled
def carry_repeat(h, slot, due):
    """Hand a customer who comes back to a later day."""
    n = h.today[0]["carrying"]
    if n >= len(h.carrying):
        h.today[0]["out_of_room"] = 1
        return
    h.today[0]["carrying"] = n + 1
    contact = h.contacts[slot]
    carried = h.carrying[n]
    carried["key"] = contact["key"]
    carried["kind"] = REPEAT
    carried["queue"] = contact["queue"]
    carried["attempt"] = contact["attempt"] + 1
    carried["tries"] = 0
    carried["origin"] = contact["origin"]
    carried["number"] = contact["number"]
    carried["due"] = due
    carried["repeat"] = 1


@compiled
def not_helped(h, slot, by):
    """A customer who was not helped may come back, whole days later."""
    contact = h.contacts[slot]
    queue = h.queues[contact["queue"]]
    key, attempt = contact["key"], contact["attempt"]
    if uniform(bits(key, attempt, RETURN)) >= queue["returns"]:
        return
    days = 1
    if queue["return_days"] > 1.0:
        u = uniform(bits(key, attempt, RETURN_DAYS))
        days += np.int64(math.log(u) / math.log1p(-1.0 / queue["return_days"]))
    if days <= 7:
        h.cells[contact["interval"], contact["named"], by, RETURNING] += 1.0
    carry_repeat(h, slot, h.today[0]["ordinal"] + days)


@compiled
def try_again(h, slot, time):
    """One who was not answered tries again today, or was not helped; either way the house is left."""
    contact = h.contacts[slot]
    q = contact["queue"]
    queue = h.queues[q]
    nobody = h.cells.shape[2] - 1
    key, attempt = contact["key"], contact["attempt"]
    if contact["tries"] < queue["retry_limit"] and uniform(bits(key, attempt, RETRY)) < queue["retry"]:
        at = time + queue["retry_delay_s"] * exponential(bits(key, attempt, RETRY_DELAY))
        if at >= h.today[0]["length_s"] or h.open_interval[q, interval_of(h, at, h.today[0]["interval_s"])]:
            contact["state"] = AWAY
            contact["until"] = at
            contact["attempt"] += 1
            contact["tries"] += 1
            contact["generation"] += 1
            set_timer(h, slot, TRIES_AGAIN, at)
            return
    not_helped(h, slot, nobody)
    release(h, slot)


@compiled
def leave(h, slot, time):
    """Abandon: counted against the interval and line of arrival."""
    contact = h.contacts[slot]
    waited = time - contact["arrival"]
    cell = h.cells[contact["interval"], contact["named"], h.cells.shape[2] - 1]
    cell[ABANDONED] += 1.0
    cell[ABANDON_WAIT_S] += waited
    if waited <= h.today[0]["short_s"]:
        cell[SHORT] += 1.0
    try_again(h, slot, time)


@compiled
def answer(h, slot, agent, time):
    """A person takes a contact; returns when that person is free again."""
    contact = h.contacts[slot]
    person = h.agents[agent]
    q = contact["queue"]
    queue = h.queues[q]
    waited = time - contact["arrival"]
    cell = h.cells[contact["interval"], contact["named"], h.teams[person["team"]]["destination"]]
    cell[ANSWERED] += 1.0
    cell[WAIT_S] += waited
    if queue["deferred"]:
        cell[WITHIN] += contact["due"] >= h.today[0]["ordinal"]
    else:
        cell[WITHIN] += waited <= queue["threshold_s"]
        grade = 0 if waited <= 1.0 else 1 + np.int64(math.log(waited) / LOG_RATIO)
        h.waits[contact["named"], min(grade, WAIT_BINS - 1)] += 1
    factor = person["factor"] * queue["handle_factor"]
    random = bits(contact["key"], contact["attempt"], HANDLE)
    talk = factor * duration(queue["handle_shape"], queue["handle_scale"], queue["handle_parameter"], random)
    contact["state"] = IN_HAND
    contact["generation"] += 1
    contact["talk_end"] = time + talk
    person["contact"] = slot
    person["busy_since"] = time
    person["end"] = time + talk + factor * queue["wrap_s"]
    return person["end"]


@compiled
def finish(h, agent, time):
    """Talk and wrap-up are over: what came of the contact."""
    person = h.agents[agent]
    slot = person["contact"]
    contact = h.contacts[slot]
    team, queue = person["team"], h.queues[contact["queue"]]
    by = h.teams[team]["destination"]
    key, attempt = contact["key"], contact["attempt"]
    add_span(h.busy_s, team, person["busy_since"], time, 1.0, h.today[0]["interval_s"])
    cell = h.cells[contact["interval"], contact["named"], by]
    cell[COMPLETED] += 1.0
    cell[HANDLED_S] += time - person["busy_since"]
    chance = queue["resolved"] * person["resolving"] + h.teams[team]["resolved"]
    happy = queue["satisfied_unresolved"]
    if uniform(bits(key, attempt, DRAW_RESOLVED)) < chance:
        cell[RESOLVED] += 1.0
        happy = queue["satisfied_resolved"]
    else:
        not_helped(h, slot, by)
    if uniform(bits(key, attempt, SURVEY)) < queue["survey"]:
        cell[SURVEYS] += 1.0
        if uniform(bits(key, attempt, DRAW_SATISFIED)) < happy + h.teams[team]["satisfied"]:
            cell[SATISFIED] += 1.0
    person["contact"] = -1
    release(h, slot)


@compiled
def put_in_hand(h, slot, agent, time):
    """An idle person takes a contact."""
    stop_idling(h, agent)
    end = answer(h, slot, agent, time)
    push(h.ends, h.today[0]["ends"], end, agent)
    h.today[0]["ends"] += 1


@compiled
def stand_in_line(h, slot, time):
    """Nobody is free: leave at once, or wait, for as long as patience lasts."""
    contact = h.contacts[slot]
    queue = h.queues[contact["queue"]]
    key, attempt = contact["key"], contact["attempt"]
    if queue["deferred"]:
        wait_in_line(h, slot, contact["line"])
        return
    if queue["balk"] > 0.0 and uniform(bits(key, attempt, BALK)) < queue["balk"]:
        leave(h, slot, time)
        return
    patience = duration(
        queue["patience_shape"],
        queue["patience_scale"],
        queue["patience_parameter"],
        bits(key, attempt, PATIENCE),
    )
    wait_in_line(h, slot, contact["line"])
    contact["until"] = time + patience
    set_timer(h, slot, PATIENCE_ENDS, time + patience)
    line = h.lines[contact["line"]]
    if line["overflow"] >= 0 and line["overflow_after_s"] < patience:
        set_timer(h, slot, OVERFLOWS, time + line["overflow_after_s"])


@compiled
def arrive(h, slot, time):
    """A contact comes in: the routing function says where it goes, a free person takes it or it waits."""
    contact = h.contacts[slot]
    q = contact["queue"]
    bucket = np.int64(mix(contact["key"] ^ h.today[0]["bucket_key"]) >> np.uint64(48))
    ranges = Ranges(h.upto[q], h.owner[q])
    line = h.line_of[q, named(bucket, ranges)]
    contact["named"] = line
    contact["interval"] = interval_of(h, time, h.today[0]["interval_s"])
    contact["arrival"] = time
    contact["due"] = h.queues[q]["due"]
    contact["overflowed"] = 0
    cell = h.cells[contact["interval"], line, h.cells.shape[2] - 1]
    cell[OFFERED] += 1.0
    cell[RETRIED] += contact["tries"] > 0
    cell[REPEATED] += contact["repeat"]
    destination = route(bucket, ranges, State(h.open[q], h.healthy, h.overflow))
    if destination < 0 or h.line_of[q, destination] < 0:
        cell[ABANDONED] += 1.0  # nowhere to go: lost, however short the wait
        try_again(h, slot, time)
        return
    contact["line"] = h.line_of[q, destination]
    agent = longest_idle(h, contact["line"])
    if agent >= 0:
        put_in_hand(h, slot, agent, time)
    else:
        stand_in_line(h, slot, time)


@compiled
def drop(h, slot, time):
    """The line went dead: one who waited or was spoken with is gone, and may try again. Deferred work stays."""
    contact = h.contacts[slot]
    if contact["state"] != IN_HAND:
        leave_lines(h, slot)
        leave(h, slot, time)
    elif h.queues[contact["queue"]]["deferred"]:
        wait_in_line(h, slot, contact["line"])
    else:
        try_again(h, slot, time)
