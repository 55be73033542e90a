"""The kernel's containers: two binary heaps, the waiting lists of lines, the idle lists of teams, the free slots.

Every list is threaded through the records themselves, so leaving from the middle costs as little as from the front.
"""

from releve.engine.compiled import compiled
from releve.engine.shapes import FREE, FREE_SLOT, OUT_OF_ROOM, WAITING


@compiled
def push(at, what, size, time, item):
    """Add (time, item) to a heap of `size`; the caller keeps the size."""
    i = size
    while i > 0:
        parent = (i - 1) >> 1
        if at[parent] <= time:
            break
        at[i] = at[parent]
        what[i] = what[parent]
        i = parent
    at[i] = time
    what[i] = item


@compiled
def replace_top(at, what, size, time, item):
    """Put (time, item) in the place of the earliest."""
    i = 0
    child = 1
    while child < size:
        if child + 1 < size and at[child + 1] < at[child]:
            child += 1
        if at[child] >= time:
            break
        at[i] = at[child]
        what[i] = what[child]
        i = child
        child = 2 * i + 1
    at[i] = time
    what[i] = item


@compiled
def pop(at, what, size):
    """Take the earliest away; the heap then has size - 1."""
    last = size - 1
    if last > 0:
        replace_top(at, what, last, at[last], what[last])


@compiled
def new_slot(w):
    """A free slot, or -1 when the house is full: the day is then run again with more room."""
    slot = w.scalars[FREE_SLOT]
    if slot < 0:
        w.scalars[OUT_OF_ROOM] = 1
        return -1
    w.scalars[FREE_SLOT] = w.contacts[slot]["next"]
    return slot


@compiled
def release(w, slot):
    """Give a slot back; timers that still name it are stale from now on."""
    w.contacts[slot]["state"] = FREE
    w.contacts[slot]["generation"] += 1
    w.contacts[slot]["next"] = w.scalars[FREE_SLOT]
    w.scalars[FREE_SLOT] = slot


@compiled
def wait_in_line(w, slot, line):
    """Join the end of a line."""
    w.contacts[slot]["state"] = WAITING
    w.contacts[slot]["next"] = -1
    tail = w.lists[line]["tail"]
    w.contacts[slot]["prev"] = tail
    if tail < 0:
        w.lists[line]["head"] = slot
    else:
        w.contacts[tail]["next"] = slot
    w.lists[line]["tail"] = slot


@compiled
def wait_in_overflow(w, slot, line):
    """Also join the end of the list of contacts that `line` takes over from elsewhere."""
    w.contacts[slot]["overflowed"] = 1
    w.contacts[slot]["over_next"] = -1
    tail = w.lists[line]["over_tail"]
    w.contacts[slot]["over_prev"] = tail
    if tail < 0:
        w.lists[line]["over_head"] = slot
    else:
        w.contacts[tail]["over_next"] = slot
    w.lists[line]["over_tail"] = slot


@compiled
def leave_lines(c, w, slot):
    """Leave the line, and the overflow's list where it is in one."""
    line = w.contacts[slot]["line"]
    after, before = w.contacts[slot]["next"], w.contacts[slot]["prev"]
    if before < 0:
        w.lists[line]["head"] = after
    else:
        w.contacts[before]["next"] = after
    if after < 0:
        w.lists[line]["tail"] = before
    else:
        w.contacts[after]["prev"] = before
    if w.contacts[slot]["overflowed"]:
        over = c.lines[line]["overflow"]
        after, before = w.contacts[slot]["over_next"], w.contacts[slot]["over_prev"]
        if before < 0:
            w.lists[over]["over_head"] = after
        else:
            w.contacts[before]["over_next"] = after
        if after < 0:
            w.lists[over]["over_tail"] = before
        else:
            w.contacts[after]["over_prev"] = before
        w.contacts[slot]["overflowed"] = 0


@compiled
def become_idle(w, agent, time):
    """Join the end of the team's idle list: its head is the longest idle."""
    team = w.agents[agent]["team"]
    w.agents[agent]["idle"] = 1
    w.agents[agent]["idle_since"] = time
    w.agents[agent]["next"] = -1
    tail = w.teams[team]["idle_tail"]
    w.agents[agent]["prev"] = tail
    if tail < 0:
        w.teams[team]["idle_head"] = agent
    else:
        w.agents[tail]["next"] = agent
    w.teams[team]["idle_tail"] = agent


@compiled
def stop_idling(w, agent):
    """Leave the team's idle list."""
    team = w.agents[agent]["team"]
    w.agents[agent]["idle"] = 0
    after, before = w.agents[agent]["next"], w.agents[agent]["prev"]
    if before < 0:
        w.teams[team]["idle_head"] = after
    else:
        w.agents[before]["next"] = after
    if after < 0:
        w.teams[team]["idle_tail"] = before
    else:
        w.agents[after]["prev"] = before


@compiled
def longest_idle(c, w, line):
    """The longest idle person who may answer a line, over all its teams; -1 when everyone is busy."""
    best = -1
    for i in range(c.served_first[line], c.served_first[line + 1]):
        agent = w.teams[c.served_team[i]]["idle_head"]
        if agent >= 0 and (best < 0 or w.agents[agent]["idle_since"] < w.agents[best]["idle_since"]):
            best = agent
    return best


@compiled
def next_waiting(c, w, team):
    """The contact a free person of a team takes: best rank first, then the longest waiting; -1 when none waits."""
    best = -1
    best_rank = 0
    for i in range(c.serves_first[team], c.serves_first[team + 1]):
        rank = c.serves_rank[i]
        if best >= 0 and rank > best_rank:
            break
        line = c.serves_line[i]
        for slot in (w.lists[line]["head"], w.lists[line]["over_head"]):
            if slot >= 0 and (best < 0 or w.contacts[slot]["arrival"] < w.contacts[best]["arrival"]):
                best = slot
                best_rank = rank
    return best
