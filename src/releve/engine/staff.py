"""People come on duty and go off, sites go down and come back, queues close.

Whoever comes free by this is put among the completions of the same instant, and whoever is cut off among the timers:
what follows is then played in one place, after everything else that happens at that instant.
"""

import numpy as np

from releve.engine import shapes
from releve.engine.compiled import compiled
from releve.engine.contacts import wait
from releve.engine.heaps import IS_CUT, add_end, only_true_ends, set_timer
from releve.engine.holding import busy_part
from releve.engine.matching import free_person
from releve.engine.queues import leave_line, stop_idling
from releve.engine.record import add_span, interval_of, tell
from releve.engine.shapes import CUT, DROPPED, DUTY, GOES_HOME, OUTAGE


@compiled
def gather_groups(h):
    """Thread the people of each duty group, in order."""
    for group in range(len(h.groups)):
        h.groups[group]["first"] = -1
    for agent in range(len(h.agents) - 1, -1, -1):
        person = h.agents[agent]
        if person["group"] >= 0:
            person["mate"] = h.groups[person["group"]]["first"]
            h.groups[person["group"]]["first"] = agent


@compiled
def scheduled(h, place, time):
    """Play a row of the agenda."""
    row = h.agenda[place]
    kind = row["kind"]
    if kind == OUTAGE:
        outage(h, row["what"], row["on"], time)
    elif kind == DUTY:
        change_duty(h, row["what"], row["on"], time)
    elif kind == GOES_HOME:
        go_home(h, row["what"], time)
    else:
        close(h, row["what"], time)


@compiled
def change_duty(h, group, on, time):
    """A duty group comes on or goes off; who has a contact in hand finishes it first."""
    team = h.groups[group]["team"]
    people = 0
    agent = h.groups[group]["first"]
    while agent >= 0:
        person = h.agents[agent]
        if not person["gone"]:
            people += turn(h, agent, on, time)
        agent = person["mate"]
    count_people(h, team, people, time)


@compiled
def go_home(h, first, time):
    """A person leaves for the rest of the day, as soon as what they have in hand is finished."""
    people = 0
    agent = first
    while True:
        people += turn(h, agent, 0, time)
        h.agents[agent]["gone"] = 1
        agent = h.agents[agent]["sibling"]
        if agent < 0 or agent == first:
            break
    count_people(h, h.agents[first]["team"], people, time)


@compiled
def turn(h, agent, on, time):
    """A seat comes on or goes off; returns the people that are more on duty by it."""
    person = h.agents[agent]
    if person["on"] == on:
        return 0
    person["on"] = on
    if on:
        person["on_since"] = time
    else:
        person["on_s"] += time - person["on_since"]
    if h.healthy[h.teams[person["team"]]["destination"]]:
        free_or_gone(h, agent, time)
    return person["first"] if on else -person["first"]


@compiled
def free_or_gone(h, agent, time):
    """One who came on with nothing in hand is free now; one who is off is no longer idle."""
    person = h.agents[agent]
    if person["on"]:
        if person["contact"] < 0 and not person["ending"] and not person["held"]:
            add_end(h, agent, time)
    elif person["idle"]:
        stop_idling(h, agent)


@compiled
def count_people(h, team, people, time):
    """So many more people of a team are on duty, and can work while their site is up."""
    count_on_duty(h, team, time)
    h.teams[team]["on"] += people
    if h.healthy[h.teams[team]["destination"]]:
        change_staff(h, team, people, time)


@compiled
def count_on_duty(h, team, time):
    """Seconds on duty up to now."""
    since = h.teams[team]["since"]
    add_span(h, h.on_duty_s, team, interval_of(h, since), since, time, h.teams[team]["on"])
    h.teams[team]["since"] = time


@compiled
def count_unstaffed(h, q, time):
    """Seconds with nobody on duty who can answer a queue, up to now."""
    queue = h.queues[q]
    if queue["staff"] == 0:
        since = queue["staff_since"]
        add_span(h, h.unstaffed_s, q, interval_of(h, since), since, time, 1.0)
    queue["staff_since"] = time


@compiled
def change_staff(h, team, people, time):
    """So many more people of a team can work: who can answer each queue, and how long nobody could."""
    if people == 0:
        return
    for q in range(len(h.queues)):
        if h.team_serves[team, q]:
            count_unstaffed(h, q, time)
            h.queues[q]["staff"] += people


@compiled
def outage(h, destination, up, time):
    """A site goes down or comes back. Down: contacts in hand and in line are cut; new ones are routed elsewhere."""
    if h.healthy[destination] == up:
        return
    h.healthy[destination] = up
    for team in range(len(h.teams)):
        if h.teams[team]["destination"] == destination:
            change_staff(h, team, h.teams[team]["on"] if up else -h.teams[team]["on"], time)
    for agent in range(len(h.agents)):
        person = h.agents[agent]
        if h.teams[person["team"]]["destination"] == destination:
            if person["idle"]:
                stop_idling(h, agent)
            elif up and person["on"]:
                free_or_gone(h, agent, time)
    if not up:
        cut_in_hand(h, destination, time)
        cut_in_line(h, destination, time)


@compiled
def cut_in_hand(h, destination, time):
    """Talks at a site that went down are cut; wrap-up goes on, and deferred work goes back in line."""
    for agent in range(len(h.agents)):
        person = h.agents[agent]
        slot = person["contact"]
        if slot < 0 or h.teams[person["team"]]["destination"] != destination:
            continue
        contact = h.contacts[slot]
        if contact["talk_end"] <= time:
            continue
        drop(h, agent, time)
        if h.queues[contact["queue"]]["deferred"]:
            contact["taken"] = 1
            tell(h, contact, shapes.WAS_CUT, time, contact["named"])
            wait(h, slot, contact["line"], time, np.inf)
            call_idle(h, slot, contact["line"], time)
        else:
            cut(h, slot, CUT, time)
    only_true_ends(h)


@compiled
def drop(h, agent, time):
    """A person has nothing in hand any more, without having finished it."""
    person = h.agents[agent]
    since, part = person["busy_since"], busy_part(h, agent)
    add_span(h, h.busy_s, person["team"], person["busy_interval"], since, time, part)
    person["busy_s"] += time - since
    person["before_s"] = 0.0
    person["contact"] = -1
    person["ending"] = 0
    if person["sibling"] >= 0:
        other = person["sibling"]
        while other != agent:
            h.agents[other]["held"] = 0
            other = h.agents[other]["sibling"]


@compiled
def call_idle(h, slot, line, time):
    """Work came back in line: a free person who may take it looks again."""
    agent = free_person(h, slot, line, time)
    if agent >= 0:
        stop_idling(h, agent)
        add_end(h, agent, time)


@compiled
def cut_in_line(h, destination, time):
    """Everyone who waits at a site that went down is cut, but for deferred work."""
    for line in range(len(h.lines)):
        if h.lines[line]["destination"] == destination and not h.queues[h.lines[line]["queue"]]["deferred"]:
            cut_line(h, line, time)


@compiled
def cut_line(h, line, time):
    """Everyone who waits in a line leaves unanswered."""
    slot = h.lines[line]["head"]
    while slot >= 0:
        after = h.contacts[slot]["next"]
        leave_line(h, slot)
        cut(h, slot, DROPPED, time)
        slot = after


@compiled
def close(h, q, time):
    """A queue closes and sends away who still waits."""
    for line in range(len(h.lines)):
        if h.lines[line]["queue"] == q:
            cut_line(h, line, time)


@compiled
def cut(h, slot, state, time):
    """The line went dead for a contact; what follows comes with the timers of this instant."""
    contact = h.contacts[slot]
    contact["state"] = state
    contact["generation"] += 1
    tell(h, contact, shapes.WAS_CUT, time, contact["named"])
    set_timer(h, slot, IS_CUT, time)
