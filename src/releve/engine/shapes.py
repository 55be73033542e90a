"""What the kernel is given, works in and fills: every array with its shape and unit.

One `House` holds all of it. It has few arrays, of records: numba passes every array of a tuple by itself, so each one
more is paid for in compile time and in calls. A record's fields say who sets them: the plan once, the day each
morning, or the kernel.

Sizes: Q queues, D destinations, L lines (a line is a queue at a destination), T teams, A people, G duty groups
(people of a team with the same shift that day), I intervals of the day, K measures, S slots for contacts in the house.
"""

from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]

# Measures of a cell: an interval of arrival, the line that the bucket named, the destination that answered (the last:
# nobody).
CELL = np.dtype(
    [
        ("offered", "f8"),  # contacts, every attempt counts
        ("retried", "f8"),  # of those, new tries after abandoning
        ("repeated", "f8"),  # of those, customers who come back days later
        ("answered", "f8"),  # contacts taken by a person
        ("within", "f8"),  # answered within the target's threshold
        ("wait_s", "f8"),  # seconds waited by the answered
        ("abandoned", "f8"),  # left unanswered, whatever the reason
        ("short", "f8"),  # of those, left within the gate's short limit: not counted by gates
        ("abandon_wait_s", "f8"),  # seconds waited by those who left
        ("left", "f8"),  # customers who left unanswered, each once however often it tried in the interval
        ("completed", "f8"),  # contacts talked to the end
        (
            "handled_s",
            "f8",
        ),  # seconds of talk and wrap-up, the part of this day; without talks that were cut off
        ("resolved", "f8"),  # completed and resolved
        ("returning", "f8"),  # not helped, and will come back within seven days
        ("surveys", "f8"),  # answered the survey
        ("satisfied", "f8"),  # and were satisfied
    ]
)
MEASURES: tuple[str, ...] = CELL.names or ()
K = len(MEASURES)

TODAY = np.dtype(
    [
        ("key", "u8"),  # plan: (seed, replication) folded
        ("bucket_key", "u8"),  # plan: the transition's salt folded
        ("interval_s", "f8"),  # plan
        ("short_s", "f8"),  # plan: leaving within this is "short"
        ("busy_shared", "f8"),  # plan: sigma of the log factor that all queues share
        ("ordinal", "i8"),  # day: the date's proleptic ordinal
        ("length_s", "f8"),  # day: 82800, 86400 or 90000
        ("ends", "i8"),  # kernel, to the end: size of the heap of completions
        ("spent", "i8"),  # 1: the first completion has been played and its place may be used again
        ("timers", "i8"),  # size of the heap of timers
        ("free_slot", "i8"),  # first slot given back, -1 none
        ("used", "i8"),  # slots used so far
        ("carrying", "i8"),  # records handed to the next day
        ("next_stream", "i8"),  # the queue whose next first contact comes first
        ("out_of_room", "i8"),  # 1: nothing else can be trusted, run again with more room
        ("events", "i8"),  # events played
    ],
    align=True,
)

QUEUE = np.dtype(
    [
        ("hash", "u8"),  # plan: stable hash of the name: the customers' identity
        ("deferred", "i8"),  # plan: 1: work with a deadline, nobody abandons
        ("handle_shape", "i8"),  # plan, to patience_parameter: as variates.parameters gives them
        ("handle_scale", "f8"),
        ("handle_parameter", "f8"),
        ("wrap_s", "f8"),
        ("patience_shape", "i8"),
        ("patience_scale", "f8"),
        ("patience_parameter", "f8"),
        ("threshold_s", "f8"),  # of the queue's target
        ("balk", "f8"),  # chance of leaving at once when nobody is free
        ("retry", "f8"),  # chance of trying again the same day after abandoning
        ("retry_delay_s", "f8"),  # mean, exponential
        ("retry_limit", "i8"),
        ("resolved", "f8"),  # chance, tenured agent
        ("returns", "f8"),  # chance that one who was not helped comes back
        ("return_days", "f8"),  # mean, geometric from 1
        ("survey", "f8"),
        ("satisfied_resolved", "f8"),
        ("satisfied_unresolved", "f8"),
        ("busy_day", "f8"),  # sigma of the day's log factor
        ("busy_interval", "f8"),  # sigma of the interval's log factor
        ("handle_factor", "f8"),  # day: the calendar's factor on handle times
        ("due", "i8"),  # day: ordinal of the deadline of what arrives today
        ("late", "i8"),  # kernel: deferred items due today and not done at its end
        ("staff", "i8"),  # kernel: people on duty who can answer it
        ("staff_since", "f8"),
        ("stream_key", "u8"),  # kernel: (seed, replication, queue, day)
        ("stream_contact", "u8"),  # the next first contact's own key
        ("stream_at", "f8"),  # and its time
        ("stream_sum", "f8"),  # sum of unit exponentials so far
        ("stream_interval", "i8"),
        ("stream_number", "i8"),
    ],
    align=True,
)

LINE = np.dtype(
    [
        ("queue", "i8"),  # plan, to served_until
        ("destination", "i8"),
        ("overflow", "i8"),  # the line that may also answer it after a wait; -1 none
        ("overflow_after_s", "f8"),
        ("served_first", "i8"),  # served by the teams served[first : until]
        ("served_until", "i8"),
        ("head", "i8"),  # kernel: who waits, in order
        ("tail", "i8"),
        ("over_head", "i8"),  # kernel: who waits elsewhere and may be answered here too
        ("over_tail", "i8"),
    ],
    align=True,
)

TEAM = np.dtype(
    [
        ("destination", "i8"),  # plan, to serves_until
        ("resolved", "f8"),  # added to the chance of resolving
        ("satisfied", "f8"),  # added to the chance of a satisfied answer
        ("serves_first", "i8"),  # serves the lines serves[first : until], sorted by rank
        ("serves_until", "i8"),
        ("since", "f8"),  # kernel: when `on` last changed
        ("on", "i8"),  # kernel: people on duty
        ("idle_head", "i8"),  # kernel: the longest idle
        ("idle_tail", "i8"),
    ],
    align=True,
)

AGENT = np.dtype(
    [
        ("factor", "f8"),  # day: handle time over the queue's
        ("resolving", "f8"),  # day: chance of resolving over the tenured one's
        ("group", "i8"),  # day: duty group, -1 not at work
        ("team", "i8"),  # plan
        ("idle_since", "f8"),  # kernel, to the end
        ("busy_since", "f8"),
        ("end", "f8"),  # when free again
        ("contact", "i8"),  # slot in hand, -1 none
        ("on", "i8"),  # on duty
        ("idle", "i8"),  # in its team's idle list
        ("ending", "i8"),  # in the heap of completions, once at most
        ("next", "i8"),
        ("prev", "i8"),
        ("mate", "i8"),  # next person of the same duty group, -1 none
    ],
    align=True,
)

SERVES = np.dtype([("line", "i8"), ("rank", "i8")], align=True)  # rank 0 is taken first
GROUP = np.dtype([("team", "i8"), ("first", "i8")], align=True)  # day: its team; kernel: its first person
CHANGE = np.dtype([("at", "f8"), ("group", "i8"), ("on", "i8")], align=True)  # 1 comes on, 0 goes off
OUTAGE = np.dtype(
    [("at", "f8"), ("destination", "i8"), ("up", "i8")], align=True
)  # 0 goes down, 1 comes back
HEAP = np.dtype([("at", "f8"), ("what", "i8")], align=True)

CONTACT = np.dtype(
    [
        ("key", "u8"),
        ("arrival", "f8"),  # s since the day's start; negative when it came on an earlier day
        ("until", "f8"),  # end of patience, or the time of a new try
        ("talk_end", "f8"),
        ("state", "i8"),
        ("generation", "i8"),  # a timer of another generation is stale
        ("queue", "i8"),
        ("named", "i8"),  # the line that its bucket names
        ("line", "i8"),  # where it waits
        ("interval", "i8"),  # of its arrival
        ("left_in", "i8"),  # the interval of arrival in which it last left unanswered today, -1 none
        ("agent", "i8"),  # who takes it or has it in hand
        ("attempt", "i8"),  # over the customer's whole story
        ("tries", "i8"),  # new tries since it last came
        ("repeat", "i8"),
        ("taken", "i8"),  # 1: already counted as answered, and back in line
        ("origin", "i8"),  # ordinal of the day of the first contact
        ("number", "i8"),  # its number on that day
        ("due", "i8"),  # ordinal of the deadline's day
        ("next", "i8"),
        ("prev", "i8"),
        ("over_next", "i8"),
        ("over_prev", "i8"),
        ("overflowed", "i8"),  # 1: also waits in its overflow line
    ],
    align=True,
)
# States of a slot; REPEAT only when carried, and the second row only until the contact is settled at that instant:
# it comes in; a person takes it; patience is over; nobody is there for it; the line went dead; it comes back too late.
FREE, WAITING, IN_HAND, AWAY, REPEAT = range(5)
ARRIVES, TAKEN, LEAVES, LOST, CUT, TOO_LATE = range(5, 11)

CARRIED = np.dtype(
    [
        ("key", "u8"),
        ("arrival", "f8"),  # s since the coming day's start, as all times here
        ("at", "f8"),  # end in hand, or time of a new try
        ("until", "f8"),  # end of patience, or end of talk
        ("kind", "i8"),  # WAITING, IN_HAND, AWAY or REPEAT
        ("queue", "i8"),
        ("line", "i8"),
        ("named", "i8"),
        ("attempt", "i8"),
        ("tries", "i8"),
        ("origin", "i8"),
        ("number", "i8"),
        ("due", "i8"),  # ordinal: a repeat's day, deferred work's deadline
        ("agent", "i8"),
        ("repeat", "i8"),
        ("taken", "i8"),
    ],
    align=True,
)


class House(NamedTuple):
    """Everything one thread plays its days in."""

    today: Array  # TODAY[1]
    queues: Array  # QUEUE[Q]
    lines: Array  # LINE[L]
    teams: Array  # TEAM[T]
    agents: Array  # AGENT[A]
    serves: Array  # SERVES
    served: Array  # i8: teams
    line_of: Array  # i8[Q, D]: the line of a queue at a destination, -1 none
    team_serves: Array  # i8[T, Q]: 1 if the team can answer the queue
    upto: Array  # i8[Q, R], day: bucket ranges, as routing.route takes them
    owner: Array  # i8[Q, R], day
    open: Array  # i8[Q, D], day: the destination is open for the queue
    healthy: Array  # i8[D], kernel
    overflow: Array  # i8[D]: next destination, -1 none
    first: Array  # f8[Q, I], day: expected first contacts
    open_interval: Array  # i8[Q, I], day: 1 if the queue is open through the interval
    cumulative: Array  # f8[Q, I + 1], kernel: expected arrivals up to the interval, busyness in
    groups: Array  # GROUP[G], day
    changes: Array  # CHANGE, day: in order of time
    outages: Array  # OUTAGE, day: in order of time
    contacts: Array  # CONTACT[S], kernel
    ends: Array  # HEAP[A + 1], kernel: completions, what = person
    timers: Array  # HEAP[4 S], kernel: patience, overflow, new tries; what = generation, slot, kind packed
    carrying: Array  # CARRIED[S], kernel: what is handed to the next day
    tally: Array  # CELL[I, L, D + 1], result: by interval of arrival, line named, destination that answered
    cells: Array  # f8[I, L, D + 1, K], result: the same memory as `tally`, as numbers
    on_duty_s: Array  # f8[I, T], result: seconds on duty as the shifts say, over the team's people
    busy_s: Array  # f8[I, T], result: seconds with a contact in hand or wrapping up
    unstaffed_s: Array  # f8[I, Q], result: seconds with nobody on duty who can answer the queue
    waits: Array  # i8[L, B], result: histogram of waits of the answered


WAIT_BINS = 64
WAIT_RATIO = 1.15  # bin 0: no wait over 1 s; bin b ends at 1.15**b s


def room_for(house: House, slots: int) -> House:
    """The same house with room for so many contacts at once, in the house or carried."""
    return house._replace(
        contacts=np.zeros(slots, CONTACT),
        timers=np.zeros(4 * slots, HEAP),
        carrying=np.zeros(slots, CARRIED),
    )


def build(
    queues: Array,
    lines: Array,
    teams: Array,
    agents: Array,
    serves: Array,
    served: Array,
    line_of: Array,
    team_serves: Array,
    overflow: Array,
    *,
    intervals: int,
    interval_s: float,
    slots: int = 8192,
) -> House:
    """A house from the plan's own arrays, with empty memory for days of `intervals` intervals."""
    queue_count, destinations = line_of.shape
    tally = np.zeros((intervals, len(lines), destinations + 1), CELL)
    today = np.zeros(1, TODAY)
    today["interval_s"] = interval_s
    bare = House(
        today,
        queues,
        lines,
        teams,
        agents,
        serves,
        served,
        line_of,
        team_serves,
        upto=np.full((queue_count, 1), 65536),
        owner=np.zeros((queue_count, 1), np.int64),
        open=np.ones((queue_count, destinations), np.int64),
        healthy=np.ones(destinations, np.int64),
        overflow=overflow,
        first=np.zeros((queue_count, intervals)),
        open_interval=np.ones((queue_count, intervals), np.int64),
        cumulative=np.zeros((queue_count, intervals + 1)),
        groups=np.zeros(0, GROUP),
        changes=np.zeros(0, CHANGE),
        outages=np.zeros(0, OUTAGE),
        contacts=np.zeros(0, CONTACT),
        ends=np.zeros(len(agents) + 1, HEAP),
        timers=np.zeros(0, HEAP),
        carrying=np.zeros(0, CARRIED),
        tally=tally,
        cells=tally.view(np.float64).reshape(*tally.shape, K),
        on_duty_s=np.zeros((intervals, len(teams))),
        busy_s=np.zeros((intervals, len(teams))),
        unstaffed_s=np.zeros((intervals, queue_count)),
        waits=np.zeros((len(lines), WAIT_BINS), np.int64),
    )
    return room_for(bare, slots)
