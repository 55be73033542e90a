"""The house: every array that a day is played in, with its shape and unit. Its records stand in `shapes`."""

from typing import NamedTuple

import numpy as np

from releve.engine.by_pointer import pass_by_pointer
from releve.engine.measures import CELL, WAIT_BINS, K
from releve.engine.shapes import AGENDA, CARRIED, CONTACT, GROUP, HEAP, STORY, TODAY, TRUNK, Array


class House(NamedTuple):
    """Everything one thread plays its days in. Sizes as in `shapes`."""

    today: Array  # TODAY[1]
    queues: Array  # QUEUE[Q]
    lines: Array  # LINE[L]
    teams: Array  # TEAM[T]
    agents: Array  # AGENT[A]
    serves: Array  # SERVES
    served: Array  # SERVED
    durations: Array  # DURATION
    observed: Array  # f8[n]: seconds, of the durations of shape EMPIRICAL
    handling: Array  # HANDLING[Q, T]
    trunks: Array  # TRUNK: line groups
    line_of: Array  # i8[Q, D]: the line of a queue at a destination, -1 none
    team_serves: Array  # i8[T, Q]: 1 if the team can answer the queue
    upto: Array  # i8[Q, R], day: bucket ranges, as routing.route takes them
    owner: Array  # i8[Q, R], day
    open: Array  # i8[Q, D], day: the destination is open for the queue
    healthy: Array  # i8[D], kernel
    overflow: Array  # i8[D]: next destination, -1 none
    first: Array  # f8[Q, I], day: expected first contacts, the profile of those who come back
    profile: Array  # f8[Q, I + 1], kernel: the same summed up
    cumulative: Array  # f8[Q, I + 1], day: the same summed up, busyness in (rates.cumulative)
    open_interval: Array  # i8[Q, I], day: 1 if the queue is open through the interval
    groups: Array  # GROUP[G], day
    agenda: Array  # AGENDA, day: in order of time and kind
    contacts: Array  # CONTACT[S], kernel
    ends: Array  # HEAP[A + 1], kernel: completions, what = seat
    timers: Array  # HEAP[4 S], kernel: patience, overflow, new tries; what = generation, slot, kind packed
    carrying: Array  # CARRIED[S], kernel: what is handed to the next day
    spare: Array  # CARRIED[S]: where the next day writes while it reads that
    story: Array  # STORY[n], result: of the traced customer, or of everyone's
    tally: Array  # CELL[I, L, D + 1], result: by interval of arrival, line named, destination that answered
    cells: Array  # f8[I, L, D + 1, K], result: the same memory as `tally`, as numbers
    by_interval: Array  # f8[I, L, K], result: the cells over all who answered
    by_line: Array  # f8[L, D + 1, K], result: the cells over the day
    on_duty_s: Array  # f8[I, T], result: seconds on duty as the shifts say, over the team's people
    busy_s: Array  # f8[I, T], result: seconds with a contact in hand or wrapping up
    taken: Array  # i8[I, T], result: contacts that people took, by the interval in which they did
    unstaffed_s: Array  # f8[I, Q], result: seconds with nobody on duty who can answer the queue
    waits: (
        Array  # i8[W, L, B], result: histogram of waits of the answered, by the interval of arrival: W rows
    )
    gone: Array  # i8[L, B], result: histogram of waits of those who left unanswered, over the day


pass_by_pointer(House)


class Plan(NamedTuple):
    """The part of a house that the plan says once; `build` lays the memory around it."""

    queues: Array
    lines: Array
    teams: Array
    agents: Array
    serves: Array
    served: Array
    durations: Array
    handling: Array
    line_of: Array
    team_serves: Array
    overflow: Array
    trunks: Array = np.zeros(0, TRUNK)
    observed: Array = np.zeros(0)

    def own(self) -> "Plan":
        """The same with a copy of every record that the kernel or the day writes to: for one thread."""
        written = ("queues", "lines", "teams", "agents", "trunks")
        return self._replace(**{name: getattr(self, name).copy() for name in written})


def room_for(house: House, slots: int) -> House:
    """The same house with room for so many contacts at once, in the house or carried."""
    return house._replace(
        contacts=np.zeros(slots, CONTACT),
        timers=np.zeros(4 * slots, HEAP),
        carrying=np.zeros(slots, CARRIED),
        spare=np.zeros(slots, CARRIED),
    )


def build(
    plan: Plan, *, intervals: int, interval_s: float, slots: int = 8192, wait_intervals: int = 0
) -> House:
    """A house from the plan, with empty memory for days of `intervals` intervals; the plan's arrays become its own.

    The histogram of waits has a row for every `wait_intervals` of them; 0: one for the whole day.
    """
    queues, destinations = plan.line_of.shape
    lines, teams = len(plan.lines), len(plan.teams)
    tally = np.zeros((intervals, lines, destinations + 1), CELL)
    today = np.zeros(1, TODAY)
    today["interval_s"] = interval_s
    today["wait_intervals"] = wait_intervals or intervals
    bare = House(
        today,
        **plan._asdict(),
        upto=np.full((queues, 1), 65536),
        owner=np.zeros((queues, 1), np.int64),
        open=np.ones((queues, destinations), np.int64),
        healthy=np.ones(destinations, np.int64),
        first=np.zeros((queues, intervals)),
        profile=np.zeros((queues, intervals + 1)),
        cumulative=np.zeros((queues, intervals + 1)),
        open_interval=np.ones((queues, intervals), np.int64),
        groups=np.zeros(0, GROUP),
        agenda=np.zeros(0, AGENDA),
        contacts=np.zeros(0, CONTACT),
        ends=np.zeros(len(plan.agents) + 1, HEAP),
        timers=np.zeros(0, HEAP),
        carrying=np.zeros(0, CARRIED),
        spare=np.zeros(0, CARRIED),
        story=np.zeros(256, STORY),
        tally=tally,
        cells=tally.view(np.float64).reshape(*tally.shape, K),
        by_interval=np.zeros((intervals, lines, K)),
        by_line=np.zeros((lines, destinations + 1, K)),
        on_duty_s=np.zeros((intervals, teams)),
        busy_s=np.zeros((intervals, teams)),
        taken=np.zeros((intervals, teams), np.int64),
        unstaffed_s=np.zeros((intervals, queues)),
        waits=np.zeros((-(-intervals // (wait_intervals or intervals)), lines, WAIT_BINS), np.int64),
        gone=np.zeros((lines, WAIT_BINS), np.int64),
    )
    return room_for(bare, slots)
