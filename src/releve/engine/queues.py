"""The kernel's containers: two binary heaps, the waiting lists of lines, the idle lists of teams, the free slots.

Every list is threaded through the records themselves, so leaving from the middle costs as little as from the front.
"""

from releve.engine.compiled import compiled
from releve.engine.shapes import FREE, WAITING


@compiled
def push(heap, size, time, what):
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
def replace_top(heap, size, time, what):
    """Put (time, what) in the place of the earliest."""
    i = 0
    child = 1
    while child < size:
        if child + 1 < size and heap[child + 1]["at"] < heap[child]["at"]:
            child += 1
        if heap[child]["at"] >= time:
            break
        heap[i]["at"] = heap[child]["at"]
        heap[i]["what"] = heap[child]["what"]
        i = child
        child = 2 * i + 1
    heap[i]["at"] = time
    heap[i]["what"] = what


@compiled
def pop(heap, size):
    """Take the earliest away; the heap then has size - 1."""
    last = size - 1
    if last > 0:
        replace_top(heap, last, heap[last]["at"], heap[last]["what"])


@compiled
def new_slot(h):
    """A free slot, or -1 when the house is full: the day is then run again with more room."""
    slot = h.today[0]["free_slot"]
    if slot < 0:
        h.today[0]["out_of_room"] = 1
        return -1
    h.today[0]["free_slot"] = h.contacts[slot]["next"]
    return slot


@compiled
def release(h, slot):
    """Give a slot back; timers that still name it are stale from now on."""
    h.contacts[slot]["state"] = FREE
    h.contacts[slot]["generation"] += 1
    h.contacts[slot]["next"] = h.today[0]["free_slot"]
    h.today[0]["free_slot"] = slot


@compiled
def wait_in_line(h, slot, line):
    """Join the end of a line."""
    h.contacts[slot]["state"] = WAITING
    h.contacts[slot]["next"] = -1
    tail = h.lines[line]["tail"]
    h.contacts[slot]["prev"] = tail
    if tail < 0:
        h.lines[line]["head"] = slot
    else:
        h.contacts[tail]["next"] = slot
    h.lines[line]["tail"] = slot


@compiled
def wait_in_overflow(h, slot, line):
    """Also join the end of the list of contacts that `line` takes over from elsewhere."""
    h.contacts[slot]["overflowed"] = 1
    h.contacts[slot]["over_next"] = -1
    tail = h.lines[line]["over_tail"]
    h.contacts[slot]["over_prev"] = tail
    if tail < 0:
        h.lines[line]["over_head"] = slot
    else:
        h.contacts[tail]["over_next"] = slot
    h.lines[line]["over_tail"] = slot


@compiled
def leave_lines(h, slot):
    """Leave the line, and the overflow's list where it is in one."""
    line = h.contacts[slot]["line"]
    after, before = h.contacts[slot]["next"], h.contacts[slot]["prev"]
    if before < 0:
        h.lines[line]["head"] = after
    else:
        h.contacts[before]["next"] = after
    if after < 0:
        h.lines[line]["tail"] = before
    else:
        h.contacts[after]["prev"] = before
    if h.contacts[slot]["overflowed"]:
        over = h.lines[line]["overflow"]
        after, before = h.contacts[slot]["over_next"], h.contacts[slot]["over_prev"]
        if before < 0:
            h.lines[over]["over_head"] = after
        else:
            h.contacts[before]["over_next"] = after
        if after < 0:
            h.lines[over]["over_tail"] = before
        else:
            h.contacts[after]["over_prev"] = before
        h.contacts[slot]["overflowed"] = 0


@compiled
def become_idle(h, agent, time):
    """Join the end of the team's idle list: its head is the longest idle."""
    team = h.agents[agent]["team"]
    h.agents[agent]["idle"] = 1
    h.agents[agent]["idle_since"] = time
    h.agents[agent]["next"] = -1
    tail = h.teams[team]["idle_tail"]
    h.agents[agent]["prev"] = tail
    if tail < 0:
        h.teams[team]["idle_head"] = agent
    else:
        h.agents[tail]["next"] = agent
    h.teams[team]["idle_tail"] = agent


@compiled
def stop_idling(h, agent):
    """Leave the team's idle list."""
    team = h.agents[agent]["team"]
    h.agents[agent]["idle"] = 0
    after, before = h.agents[agent]["next"], h.agents[agent]["prev"]
    if before < 0:
        h.teams[team]["idle_head"] = after
    else:
        h.agents[before]["next"] = after
    if after < 0:
        h.teams[team]["idle_tail"] = before
    else:
        h.agents[after]["prev"] = before


@compiled
def longest_idle(h, line):
    """The longest idle person who may answer a line, over all its teams; -1 when everyone is busy."""
    best = -1
    for i in range(h.lines[line]["served_first"], h.lines[line]["served_until"]):
        agent = h.teams[h.served[i]]["idle_head"]
        if agent >= 0 and (best < 0 or h.agents[agent]["idle_since"] < h.agents[best]["idle_since"]):
            best = agent
    return best


@compiled
def next_waiting(h, team):
    """The contact a free person of a team takes: best rank first, then the longest waiting; -1 when none waits."""
    best = -1
    best_rank = 0
    for i in range(h.teams[team]["serves_first"], h.teams[team]["serves_until"]):
        rank = h.serves[i]["rank"]
        if best >= 0 and rank > best_rank:
            break
        line = h.serves[i]["line"]
        for slot in (h.lines[line]["head"], h.lines[line]["over_head"]):
            if slot >= 0 and (best < 0 or h.contacts[slot]["arrival"] < h.contacts[best]["arrival"]):
                best = slot
                best_rank = rank
    return best
