"""The kernel's lists: who waits in a line, who of a team is idle, which slots are free.

Every list is threaded through the records themselves, so leaving from the middle costs as little as from the front.
"""

from releve.engine.compiled import compiled
from releve.engine.shapes import FREE, WAITING


@compiled
def new_slot(h):
    """A free slot, or -1 when the house is full: the day is then run again with more room."""
    today = h.today[0]
    slot = today["free_slot"]
    if slot >= 0:
        today["free_slot"] = h.contacts[slot]["next"]
        return slot
    slot = today["used"]
    if slot == len(h.contacts):
        today["out_of_room"] = 1
        return -1
    today["used"] = slot + 1
    return slot


@compiled
def release(h, slot):
    """Give a slot back; timers that still name it are stale from now on."""
    contact = h.contacts[slot]
    contact["state"] = FREE
    contact["generation"] += 1
    contact["next"] = h.today[0]["free_slot"]
    h.today[0]["free_slot"] = slot


@compiled
def wait_in_line(h, slot, line):
    """Join a line behind everyone who came earlier."""
    contact = h.contacts[slot]
    contact["state"] = WAITING
    contact["line"] = line
    before, after = h.lines[line]["tail"], -1
    while before >= 0 and h.contacts[before]["arrival"] > contact["arrival"]:
        before, after = h.contacts[before]["prev"], before
    contact["prev"], contact["next"] = before, after
    if before < 0:
        h.lines[line]["head"] = slot
    else:
        h.contacts[before]["next"] = slot
    if after < 0:
        h.lines[line]["tail"] = slot
    else:
        h.contacts[after]["prev"] = slot


@compiled
def leave_line(h, slot):
    """Leave the line."""
    contact = h.contacts[slot]
    line = h.lines[contact["line"]]
    after, before = contact["next"], contact["prev"]
    if before < 0:
        line["head"] = after
    else:
        h.contacts[before]["next"] = after
    if after < 0:
        line["tail"] = before
    else:
        h.contacts[after]["prev"] = before


@compiled
def become_idle(h, agent, time):
    """Join the end of the team's idle list: its head is the longest idle."""
    person = h.agents[agent]
    team = h.teams[person["team"]]
    person["idle"] = 1
    person["idle_since"] = time
    person["next"] = -1
    tail = team["idle_tail"]
    person["prev"] = tail
    if tail < 0:
        team["idle_head"] = agent
    else:
        h.agents[tail]["next"] = agent
    team["idle_tail"] = agent
    team["idle"] += 1


@compiled
def stop_idling(h, agent):
    """Leave the team's idle list."""
    person = h.agents[agent]
    team = h.teams[person["team"]]
    person["idle"] = 0
    after, before = person["next"], person["prev"]
    if before < 0:
        team["idle_head"] = after
    else:
        h.agents[before]["next"] = after
    if after < 0:
        team["idle_tail"] = before
    else:
        h.agents[after]["prev"] = before
    team["idle"] -= 1
