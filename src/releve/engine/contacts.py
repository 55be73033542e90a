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
    CARRYING,
    COMPLETED,
    ENDS,
    HANDLED_S,
    IN_HAND,
    OFFERED,
    OUT_OF_ROOM,
    REPEAT,
    REPEATED,
    RESOLVED,
    RETRIED,
    RETURNING,
    SATISFIED,
    SHORT,
    SURVEYS,
    TIMERS,
    WAIT_BINS,
    WAIT_RATIO,
    WAIT_S,
    WITHIN,
)
from releve.engine.variates import duration, exponential
from releve.routing.route import Ranges, State, named, route

callable_from_kernel(named)
callable_from_kernel(route)

PATIENCE_ENDS, OVERFLOWS, TRIES_AGAIN = range(3)  # kinds of timers
LOG_RATIO = math.log(WAIT_RATIO)


@compiled
def interval_of(o, time, interval_s):
    """The interval of an instant; what is before or after the day belongs to its first or last."""
    return min(max(np.int64(time / interval_s), 0), o.cells.shape[0] - 1)


@compiled
def set_timer(w, slot, kind, time):
    """Wake a contact at a time, unless it has moved on by then (its generation tells)."""
    size = w.scalars[TIMERS]
    if size >= len(w.timer_at):
        w.scalars[OUT_OF_ROOM] = 1
        return
    generation = np.int64(w.contacts[slot]["generation"])
    push(w.timer_at, w.timer_what, size, time, (((generation << 24) | slot) << 2) | kind)
    w.scalars[TIMERS] = size + 1


@compiled
def add_span(table, team, column, start, end, amount, interval_s):
    """Add amount x seconds of [start, end) to the intervals that it crosses."""
    last = table.shape[0] - 1
    i = min(max(np.int64(start / interval_s), 0), last)
    while start < end:
        until = end if i == last else min(end, (i + 1) * interval_s)
        table[i, team, column] += amount * (until - start)
        start = until
        i += 1


@compiled
def carry_repeat(w, slot, due):
    """Hand a customer who comes back to a later day."""
    n = w.scalars[CARRYING]
    if n >= len(w.carrying):
        w.scalars[OUT_OF_ROOM] = 1
        return
    w.scalars[CARRYING] = n + 1
    contact = w.contacts[slot]
    carried = w.carrying[n]
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
def not_helped(c, d, w, o, slot, by):
    """A customer who was not helped may come back, whole days later."""
    contact = w.contacts[slot]
    queue = c.queues[contact["queue"]]
    key, attempt = contact["key"], contact["attempt"]
    if uniform(bits(key, attempt, RETURN)) >= queue["returns"]:
        return
    days = 1
    if queue["return_days"] > 1.0:
        u = uniform(bits(key, attempt, RETURN_DAYS))
        days += np.int64(math.log(u) / math.log1p(-1.0 / queue["return_days"]))
    if days <= 7:
        o.cells[contact["interval"], contact["named"], by, RETURNING] += 1.0
    carry_repeat(w, slot, d.ordinal + days)


@compiled
def try_again(c, d, w, o, slot, time):
    """One who was not answered tries again today, or was not helped; either way the house is left."""
    contact = w.contacts[slot]
    q = contact["queue"]
    queue = c.queues[q]
    nobody = o.cells.shape[2] - 1
    key, attempt = contact["key"], contact["attempt"]
    if contact["tries"] < queue["retry_limit"] and uniform(bits(key, attempt, RETRY)) < queue["retry"]:
        at = time + queue["retry_delay_s"] * exponential(bits(key, attempt, RETRY_DELAY))
        if at >= d.length_s or d.open_interval[q, interval_of(o, at, c.interval_s)]:
            contact["state"] = AWAY
            contact["until"] = at
            contact["attempt"] += 1
            contact["tries"] += 1
            contact["generation"] += 1
            set_timer(w, slot, TRIES_AGAIN, at)
            return
    not_helped(c, d, w, o, slot, nobody)
    release(w, slot)


@compiled
def leave(c, d, w, o, slot, time):
    """Abandon: counted against the interval and line of arrival."""
    contact = w.contacts[slot]
    waited = time - contact["arrival"]
    cell = o.cells[contact["interval"], contact["named"], o.cells.shape[2] - 1]
    cell[ABANDONED] += 1.0
    cell[ABANDON_WAIT_S] += waited
    if waited <= c.short_s:
        cell[SHORT] += 1.0
    try_again(c, d, w, o, slot, time)


@compiled
def answer(c, d, w, o, slot, agent, time):
    """A person takes a contact; returns when that person is free again."""
    contact = w.contacts[slot]
    person = w.agents[agent]
    q = contact["queue"]
    queue = c.queues[q]
    waited = time - contact["arrival"]
    cell = o.cells[contact["interval"], contact["named"], c.team_destination[person["team"]]]
    cell[ANSWERED] += 1.0
    cell[WAIT_S] += waited
    if queue["deferred"]:
        cell[WITHIN] += contact["due"] >= d.ordinal
    else:
        cell[WITHIN] += waited <= queue["threshold_s"]
        grade = 0 if waited <= 1.0 else 1 + np.int64(math.log(waited) / LOG_RATIO)
        o.waits[contact["named"], min(grade, WAIT_BINS - 1)] += 1
    factor = d.factor[agent] * d.handle[q]
    random = bits(contact["key"], contact["attempt"], HANDLE)
    talk = factor * duration(
        queue["handle_shape"], queue["handle_scale"], queue["handle_parameter"], random
    )
    contact["state"] = IN_HAND
    contact["generation"] += 1
    contact["talk_end"] = time + talk
    person["contact"] = slot
    person["busy_since"] = time
    person["end"] = time + talk + factor * queue["wrap_s"]
    return person["end"]


@compiled
def finish(c, d, w, o, agent, time):
    """Talk and wrap-up are over: what came of the contact."""
    person = w.agents[agent]
    slot = person["contact"]
    contact = w.contacts[slot]
    team, queue = person["team"], c.queues[contact["queue"]]
    by = c.team_destination[team]
    key, attempt = contact["key"], contact["attempt"]
    add_span(o.team_s, team, 1, person["busy_since"], time, 1.0, c.interval_s)
    cell = o.cells[contact["interval"], contact["named"], by]
    cell[COMPLETED] += 1.0
    cell[HANDLED_S] += time - person["busy_since"]
    chance = queue["resolved"] * d.resolving[agent] + c.team_resolved[team]
    happy = queue["satisfied_unresolved"]
    if uniform(bits(key, attempt, DRAW_RESOLVED)) < chance:
        cell[RESOLVED] += 1.0
        happy = queue["satisfied_resolved"]
    else:
        not_helped(c, d, w, o, slot, by)
    if uniform(bits(key, attempt, SURVEY)) < queue["survey"]:
        cell[SURVEYS] += 1.0
        if uniform(bits(key, attempt, DRAW_SATISFIED)) < happy + c.team_satisfied[team]:
            cell[SATISFIED] += 1.0
    person["contact"] = -1
    release(w, slot)


@compiled
def put_in_hand(c, d, w, o, slot, agent, time):
    """An idle person takes a contact."""
    stop_idling(w, agent)
    end = answer(c, d, w, o, slot, agent, time)
    push(w.end_at, w.end_agent, w.scalars[ENDS], end, agent)
    w.scalars[ENDS] += 1


@compiled
def stand_in_line(c, d, w, o, slot, time):
    """Nobody is free: leave at once, or wait, for as long as patience lasts."""
    contact = w.contacts[slot]
    queue = c.queues[contact["queue"]]
    key, attempt = contact["key"], contact["attempt"]
    if queue["deferred"]:
        wait_in_line(w, slot, contact["line"])
        return
    if queue["balk"] > 0.0 and uniform(bits(key, attempt, BALK)) < queue["balk"]:
        leave(c, d, w, o, slot, time)
        return
    patience = duration(
        queue["patience_shape"],
        queue["patience_scale"],
        queue["patience_parameter"],
        bits(key, attempt, PATIENCE),
    )
    wait_in_line(w, slot, contact["line"])
    contact["until"] = time + patience
    set_timer(w, slot, PATIENCE_ENDS, time + patience)
    line = c.lines[contact["line"]]
    if line["overflow"] >= 0 and line["overflow_after_s"] < patience:
        set_timer(w, slot, OVERFLOWS, time + line["overflow_after_s"])


@compiled
def arrive(c, d, w, o, slot, time):
    """A contact comes in: the routing function says where it goes, a free person takes it or it waits."""
    contact = w.contacts[slot]
    q = contact["queue"]
    bucket = np.int64(mix(contact["key"] ^ d.bucket_key) >> np.uint64(48))
    ranges = Ranges(d.upto[q], d.owner[q])
    line = c.line_of[q, named(bucket, ranges)]
    contact["named"] = line
    contact["interval"] = interval_of(o, time, c.interval_s)
    contact["arrival"] = time
    contact["due"] = d.due[q]
    contact["overflowed"] = 0
    cell = o.cells[contact["interval"], line, o.cells.shape[2] - 1]
    cell[OFFERED] += 1.0
    cell[RETRIED] += contact["tries"] > 0
    cell[REPEATED] += contact["repeat"]
    destination = route(bucket, ranges, State(d.open[q], w.healthy, c.overflow))
    if destination < 0 or c.line_of[q, destination] < 0:
        cell[ABANDONED] += 1.0  # nowhere to go: lost, however short the wait
        try_again(c, d, w, o, slot, time)
        return
    contact["line"] = c.line_of[q, destination]
    agent = longest_idle(c, w, contact["line"])
    if agent >= 0:
        put_in_hand(c, d, w, o, slot, agent, time)
    else:
        stand_in_line(c, d, w, o, slot, time)


@compiled
def drop(c, d, w, o, slot, time):
    """The line went dead: one who waited or was spoken with is gone, and may try again. Deferred work stays."""
    contact = w.contacts[slot]
    if contact["state"] != IN_HAND:
        leave_lines(c, w, slot)
        leave(c, d, w, o, slot, time)
    elif c.queues[contact["queue"]]["deferred"]:
        wait_in_line(w, slot, contact["line"])
    else:
        try_again(c, d, w, o, slot, time)
