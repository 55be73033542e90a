"""People come on duty and go off, sites go down and come back.

Whoever comes free by this is put among the completions of the same instant, and whoever is cut off among the timers:
what follows is then played in one place, after everything else that happens at that instant.
"""

import numpy as np

from releve.engine.compiled import compiled
from releve.engine.contacts import wait
from releve.engine.heaps import IS_CUT, add_end, only_true_ends, set_timer
from releve.engine.queues import leave_lines, longest_idle, stop_idling
from releve.engine.record import add_span
from releve.engine.shapes import CUT, LEAVES


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
def change_duty(h, group, on, time):
    """A duty group comes on or goes off; who has a contact in hand finishes it first."""
    team = h.groups[group]["team"]
    up = h.healthy[h.teams[team]["destination"]]
    count_on_duty(h, team, time)
    people = 0
    agent = h.groups[group]["first"]
    while agent >= 0:
        person = h.agents[agent]
        if person["on"] != on:
            person["on"] = on
            people += 1 if on else -1
            if up:
                free_or_gone(h, agent, time)
        agent = person["mate"]
    h.teams[team]["on"] += people
    if up:
        change_staff(h, team, people, time)


@compiled
def free_or_gone(h, agent, time):
    """One who came on with nothing in hand is free now; one who is off is no longer idle."""
    person = h.agents[agent]
    if person["on"]:
        if person["contact"] < 0 and not person["ending"]:
            add_end(h, agent, time)
    elif person["idle"]:
        stop_idling(h, agent)


@compiled
def count_on_duty(h, team, time):
    """Seconds on duty up to now."""
    add_span(h, h.on_duty_s, team, h.teams[team]["since"], time, h.teams[team]["on"])
    h.teams[team]["since"] = time


@compiled
def change_staff(h, team, people, time):
    """So many more people of a team can work: who can answer each queue, and how long nobody could."""
    if people == 0:
        return
    for q in range(len(h.queues)):
        if h.team_serves[team, q]:
            queue = h.queues[q]
            if queue["staff"] == 0:
                add_span(h, h.unstaffed_s, q, queue["staff_since"], time, 1.0)
            queue["staff"] += people
            queue["staff_since"] = time


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
        add_span(h, h.busy_s, person["team"], person["busy_since"], time, 1.0)
        person["contact"] = -1
        person["ending"] = 0
        if h.queues[contact["queue"]]["deferred"]:
            contact["taken"] = 1
            wait(h, slot, contact["line"], time, np.inf)
            call_idle(h, contact["line"], time)
        else:
            cut(h, slot, CUT, time)
    only_true_ends(h)


@compiled
def call_idle(h, line, time):
    """Work came back in line: the longest idle who may take it looks again."""
    agent = longest_idle(h, line)
    if agent >= 0:
        stop_idling(h, agent)
        add_end(h, agent, time)


@compiled
def cut_in_line(h, destination, time):
    """Everyone who waits at a site that went down is cut, but for deferred work."""
    for line in range(len(h.lines)):
        if h.lines[line]["destination"] == destination and not h.queues[h.lines[line]["queue"]]["deferred"]:
            slot = h.lines[line]["head"]
            while slot >= 0:
                after = h.contacts[slot]["next"]
                leave_lines(h, slot)
                cut(h, slot, LEAVES, time)
                slot = after


@compiled
def cut(h, slot, state, time):
    """The line went dead for a contact; what follows comes with the timers of this instant."""
    h.contacts[slot]["state"] = state
    h.contacts[slot]["generation"] += 1
    set_timer(h, slot, IS_CUT, time)
