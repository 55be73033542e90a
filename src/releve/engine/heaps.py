"""The kernel's two binary heaps: completions (what = seat) and timers (what = generation, slot and kind packed)."""

import numpy as np

from releve.engine.compiled import compiled

PATIENCE_ENDS, OPENS_TO_MORE, OFFERS_CALLBACK, TRIES_AGAIN, HANGS_UP, IS_CUT = range(6)  # kinds of timers


@compiled
def _push(heap, size, time, what):
    """Add (time, what) to a heap of `size`; the caller keeps the size."""
    i = size
    while i > 0:
        parent = (i - 1) >> 1
        if heap[parent]["at"] <= time:
            break
        heap[i]["at"] = heap[parent]["at"]
        heap[i]["what"] = heap[parent]["what"]
        i = parent
    heap[i]["at"] = time
    heap[i]["what"] = what


@compiled
def _replace_top(heap, size, time, what):
    """Put (time, what) in the place of the earliest."""
    i = 0
    child = 1
    while child < size:
        if child + 1 < size:
            child += int(heap[child + 1]["at"] < heap[child]["at"])  # without a branch: nobody can guess it
        at = heap[child]["at"]
        if at >= time:
            break
        heap[i]["at"] = at
        heap[i]["what"] = heap[child]["what"]
        i = child
        child = 2 * i + 1
    heap[i]["at"] = time
    heap[i]["what"] = what


@compiled
def _pop(heap, size):
    """Take the earliest away; returns the size that is left."""
    last = size - 1
    if last > 0:
        _replace_top(heap, last, heap[last]["at"], heap[last]["what"])
    return last


@compiled
def earliest_end(h):
    """When the next completion is; infinity when there is none. A spent one stays on top until its place is used."""
    today = h.today[0]
    size = today["ends"]
    if today["spent"] == 0:
        return h.ends[0]["at"] if size > 0 else np.inf
    if size > 2:
        return min(h.ends[1]["at"], h.ends[2]["at"])
    return h.ends[1]["at"] if size > 1 else np.inf


@compiled
def take_end(h):
    """The person of the next completion, which is spent by this."""
    today = h.today[0]
    if today["spent"]:
        today["ends"] = _pop(h.ends, today["ends"])
    today["spent"] = 1
    agent = h.ends[0]["what"]
    h.agents[agent]["ending"] = 0
    return agent


@compiled
def add_end(h, agent, time):
    """A person is free again at a time: the spent completion's place is used first, which saves half a heap's work."""
    today = h.today[0]
    h.agents[agent]["ending"] = 1
    if today["spent"]:
        today["spent"] = 0
        _replace_top(h.ends, today["ends"], time, agent)
    else:
        _push(h.ends, today["ends"], time, agent)
        today["ends"] += 1


@compiled
def only_true_ends(h):
    """Throw out the completions of contacts that were cut off."""
    today = h.today[0]
    kept = 0
    for i in range(today["spent"], today["ends"]):
        time, agent = h.ends[i]["at"], h.ends[i]["what"]
        if h.agents[agent]["ending"]:
            _push(h.ends, kept, time, agent)
            kept += 1
    today["ends"] = kept
    today["spent"] = 0


@compiled
def earliest_timer(h):
    """When the next timer is; infinity when there is none."""
    return h.timers[0]["at"] if h.today[0]["timers"] > 0 else np.inf


@compiled
def set_timer(h, slot, kind, time):
    """Wake a contact at a time of this day, unless it has moved on by then (its generation tells).

    What comes after midnight is in the carried record, and is set again by the coming day.
    """
    today = h.today[0]
    if time >= today["length_s"]:
        return
    size = today["timers"]
    if size == len(h.timers):
        today["out_of_room"] = 1
        return
    generation = np.int64(h.contacts[slot]["generation"])
    _push(h.timers, size, time, (((generation << 24) | slot) << 3) | kind)
    today["timers"] = size + 1


@compiled
def take_timer(h):
    """(slot, kind) of the next timer, which is gone by this; slot -1 when it is stale."""
    what = h.timers[0]["what"]
    h.today[0]["timers"] = _pop(h.timers, h.today[0]["timers"])
    slot = (what >> 3) & 0xFFFFFF
    if h.contacts[slot]["generation"] != what >> 27:
        return -1, 0
    return slot, what & 7
