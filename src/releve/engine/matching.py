"""Who is matched with whom: the free person for a contact, the waiting contact for a person who comes free.

A line asks its teams by rank, and among the free of the best rank its choice decides; a team takes the best rank of
its lines, and in it the longest waiting, or the greatest weight x wait. Some may take a contact only after a wait, or
only while enough of their team are idle. A seat takes what needs the whole person only when the other seats are free.
"""

from releve.base.draws import CHOICE, bits, uniform
from releve.engine.compiled import compiled
from releve.engine.shapes import LONGEST_IDLE, RANDOM


@compiled
def may_take(h, served, contact, time):
    """Whether a team that serves a line may take a contact now, as far as its wait and the team's reserve go."""
    if served["after_s"] > 0.0 and contact["arrival"] + served["after_s"] > time:
        return False
    return h.teams[served["team"]]["idle"] > served["reserve"]


@compiled
def whole_free(h, agent):
    """Whether a person's other seats have nothing in hand; one that came free at this instant may not idle yet."""
    other = h.agents[agent]["sibling"]
    while other >= 0 and other != agent:
        if h.agents[other]["contact"] >= 0:
            return False
        other = h.agents[other]["sibling"]
    return True


@compiled
def free_person(h, slot, line, time):
    """The free person who takes a contact of a line, over all its teams; -1 when nobody may."""
    contact, lining = h.contacts[slot], h.lines[line]
    best, best_rank, best_since = -1, 0, 0.0
    for i in range(lining["served_first"], lining["served_until"]):
        served = h.served[i]
        if best >= 0 and served["rank"] > best_rank:
            break
        if not may_take(h, served, contact, time):
            continue
        agent = h.teams[served["team"]]["idle_head"]
        if h.agents[agent]["sibling"] >= 0 and not h.queues[lining["queue"]]["several"]:
            while agent >= 0 and not whole_free(h, agent):
                agent = h.agents[agent]["next"]
        if agent >= 0 and (best < 0 or h.agents[agent]["idle_since"] < best_since):
            best, best_rank, best_since = agent, served["rank"], h.agents[agent]["idle_since"]
    if best >= 0 and lining["choice"] != LONGEST_IDLE:
        return chosen(h, contact, lining, best_rank, time)
    return best


@compiled
def chosen(h, contact, lining, rank, time):
    """One of the free of a rank, of whom there is one at least: by chance, or the least occupied."""
    whole = not h.queues[lining["queue"]]["several"]
    at_random = lining["choice"] == RANDOM
    best, seen, least = -1, 0, 0.0
    for i in range(lining["served_first"], lining["served_until"]):
        served = h.served[i]
        if served["rank"] != rank or not may_take(h, served, contact, time):
            continue
        agent = h.teams[served["team"]]["idle_head"]
        while agent >= 0:
            if not whole or whole_free(h, agent):
                seen += 1
                if at_random:
                    random = bits(contact["key"], contact["attempt"] * (1 << 20) + seen, CHOICE)
                    if uniform(random) * seen < 1.0:
                        best = agent
                elif best < 0 or occupancy(h, agent, time) < least:
                    best, least = agent, occupancy(h, agent, time)
            agent = h.agents[agent]["next"]
    return best


@compiled
def occupancy(h, agent, time):
    """The part of a person's time on duty today that was busy."""
    person = h.agents[agent]
    on_s = person["on_s"] + (time - person["on_since"])
    return person["busy_s"] / on_s if on_s > 0.0 else 0.0


@compiled
def next_waiting(h, agent, time, closed_only):
    """The contact that a person who comes free takes; -1 when none waits for them.

    closed_only: only of queues that are closed by now: the person is off duty, and stays for those.
    """
    team = h.teams[h.agents[agent]["team"]]
    weighted = team["weighted"]
    best, best_rank, best_score = -1, 0, 0.0
    for i in range(team["serves_first"], team["serves_until"]):
        serves = h.serves[i]
        if best >= 0 and serves["rank"] > best_rank:
            break
        slot = h.lines[serves["line"]]["head"]
        if slot < 0:
            continue
        arrival = h.contacts[slot]["arrival"]
        if not takes(h, serves, team, agent, arrival, time, closed_only):
            continue
        score = serves["weight"] * (time - arrival) if weighted else -arrival
        if best < 0 or score > best_score:
            best, best_rank, best_score = slot, serves["rank"], score
    return best


@compiled
def takes(h, serves, team, agent, arrival, time, closed_only):
    """Whether a person may take what waits in a line."""
    if serves["after_s"] > 0.0 and arrival + serves["after_s"] > time:
        return False
    if team["idle"] < serves["reserve"]:
        return False
    q = h.lines[serves["line"]]["queue"]
    if closed_only and h.open_interval[q, h.today[0]["interval"]]:
        return False
    return h.agents[agent]["sibling"] < 0 or h.queues[q]["several"] or whole_free(h, agent)


@compiled
def next_delay(h, line, arrival, time):
    """When the next team may take a contact of a line because of its wait; infinity when all may by then."""
    at = 1e300
    for i in range(h.lines[line]["served_first"], h.lines[line]["served_until"]):
        opens = arrival + h.served[i]["after_s"]
        if opens > time and opens < at:
            at = opens
    return at
