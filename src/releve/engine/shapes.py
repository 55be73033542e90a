"""What the kernel is given and what it fills: every array with its shape and unit.

Sizes: Q queues, D destinations, L lines (a line is a queue at a destination), T teams, A people, G duty groups
(people of a team with the same shift that day), I intervals of the day, K measures, S slots for contacts in the house.
"""

from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]

# Measures of a cell (interval of arrival x line that the bucket named x destination that answered, last = nobody).
MEASURES = (
    "offered",  # contacts, every attempt counts
    "retried",  # of those, new tries after abandoning
    "repeated",  # of those, customers who come back days later
    "answered",  # contacts taken by a person
    "within",  # answered within the target's threshold
    "wait_s",  # seconds waited by the answered
    "abandoned",  # left unanswered, whatever the reason
    "short",  # of those, left within the gate's short limit: not counted by gates
    "abandon_wait_s",  # seconds waited by those who left
    "completed",  # contacts talked to the end
    "handled_s",  # seconds of talk and wrap-up of the completed
    "resolved",  # completed and resolved
    "returning",  # not helped, and will come back within seven days
    "surveys",  # answered the survey
    "satisfied",  # and were satisfied
)
(
    OFFERED,
    RETRIED,
    REPEATED,
    ANSWERED,
    WITHIN,
    WAIT_S,
    ABANDONED,
    SHORT,
    ABANDON_WAIT_S,
    COMPLETED,
    HANDLED_S,
    RESOLVED,
    RETURNING,
    SURVEYS,
    SATISFIED,
) = range(len(MEASURES))
K = len(MEASURES)

QUEUE = np.dtype(
    [
        ("hash", "u8"),  # stable hash of the name: the customers' identity
        ("deferred", "i8"),  # 1: work with a deadline, nobody abandons
        ("handle_shape", "i8"),
        ("handle_scale", "f8"),  # as variates.parameters gives them
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
    ],
    align=True,
)

LINE = np.dtype(
    [
        ("queue", "i8"),
        ("destination", "i8"),
        ("overflow", "i8"),  # the line that may also answer it after a wait; -1 none
        ("overflow_after_s", "f8"),
    ],
    align=True,
)

CONTACT = np.dtype(
    [
        ("key", "u8"),
        ("arrival", "f8"),  # s since the day's start; negative when it came on an earlier day
        ("talk_end", "f8"),
        ("until", "f8"),  # end of patience, or the time of a new try
        ("queue", "i4"),
        ("line", "i4"),  # where it waits
        ("named", "i4"),  # the line that its bucket names
        ("interval", "i4"),  # of its arrival
        ("state", "i4"),
        ("generation", "i4"),  # a timer of another generation is stale
        ("attempt", "i4"),  # over the customer's whole story
        ("tries", "i4"),  # new tries since it last came
        ("repeat", "i4"),
        ("origin", "i4"),  # ordinal of the day of the first contact
        ("number", "i4"),  # its number on that day
        ("due", "i4"),  # ordinal of the deadline's day
        ("next", "i4"),
        ("prev", "i4"),
        ("over_next", "i4"),
        ("over_prev", "i4"),
        ("overflowed", "i4"),  # 1: also waits in its overflow line
        ("pad", "i4"),
    ],
    align=True,
)
FREE, WAITING, IN_HAND, AWAY, REPEAT = range(5)  # states of a slot; REPEAT only when carried

AGENT = np.dtype(
    [
        ("idle_since", "f8"),
        ("busy_since", "f8"),
        ("end", "f8"),  # when it is free again; a completion with another time is stale
        ("team", "i4"),
        ("contact", "i4"),  # slot in hand, -1 none
        ("on", "i4"),  # on duty
        ("idle", "i4"),  # in its team's idle list
        ("next", "i4"),
        ("prev", "i4"),
    ],
    align=True,
)

CARRIED = np.dtype(
    [
        ("key", "u8"),
        ("at", "f8"),  # arrival, or end in hand, or time of a new try; s since the coming day's start
        ("until", "f8"),  # end of patience, or end of talk
        ("kind", "i4"),  # WAITING, IN_HAND, AWAY or REPEAT
        ("queue", "i4"),
        ("line", "i4"),
        ("named", "i4"),
        ("attempt", "i4"),
        ("tries", "i4"),
        ("origin", "i4"),
        ("number", "i4"),
        ("due", "i4"),  # ordinal: a repeat's day, deferred work's deadline
        ("agent", "i4"),
        ("repeat", "i4"),
        ("pad", "i4"),
    ],
    align=True,
)

TEAM_STATE = np.dtype(
    [("since", "f8"), ("on", "i4"), ("idle_head", "i4"), ("idle_tail", "i4"), ("pad", "i4")], align=True
)
LIST = np.dtype([("head", "i4"), ("tail", "i4"), ("over_head", "i4"), ("over_tail", "i4")], align=True)

# Scalars of the running day, kept in one array so that compiled functions share them.
ENDS, TIMERS, FREE_SLOT, CARRYING, NEXT_STREAM, OUT_OF_ROOM, LATE, EVENTS = range(8)
SCALARS = 8


class Centre(NamedTuple):
    """The operation in numbers; the same for every day of a replication."""

    queues: Array  # QUEUE[Q]
    lines: Array  # LINE[L]
    line_of: Array  # i8[Q, D]: the line of a queue at a destination, -1 none
    serves_first: Array  # i8[T + 1]: team t serves serves_line[first[t] : first[t + 1]], sorted by rank
    serves_line: Array  # i8
    serves_rank: Array  # i8: 0 is taken first
    served_first: Array  # i8[L + 1]: line l is served by served_team[first[l] : first[l + 1]]
    served_team: Array  # i8
    team_destination: Array  # i8[T]
    team_serves: Array  # i8[T, Q]: 1 if the team can answer the queue
    team_resolved: Array  # f8[T]: added to the chance of resolving
    team_satisfied: Array  # f8[T]: added to the chance of a satisfied answer
    overflow: Array  # i8[D]: next destination, -1 none
    interval_s: float
    short_s: float  # leaving within this is "short"
    busy_shared: float  # sigma of the log factor that all queues share


class Day(NamedTuple):
    """One day's inputs."""

    key: Any  # u8: (seed, replication) folded
    bucket_key: Any  # u8: the transition's salt folded
    ordinal: int  # the date's proleptic ordinal
    length_s: float  # 82800, 86400 or 90000
    first: Array  # f8[Q, I]: expected first contacts
    open_interval: Array  # i8[Q, I]: 1 if the queue is open through the interval
    due: Array  # i8[Q]: ordinal of the deadline of what arrives today
    upto: Array  # i8[Q, R]: bucket ranges, as routing.route takes them
    owner: Array  # i8[Q, R]
    open: Array  # i8[Q, D]: the destination is open for the queue today
    agent_team: Array  # i8[A]
    group: Array  # i8[A]: duty group of each person, -1 not at work
    factor: Array  # f8[A]: handle time over the queue's
    resolving: Array  # f8[A]: chance of resolving over the tenured one's
    group_team: Array  # i8[G]
    change_at: Array  # f8: duty changes in order of time
    change_group: Array  # i8
    change_on: Array  # i8: 1 comes on, 0 goes off
    handle: Array  # f8[Q]: the calendar's factor on handle times
    outage_at: Array  # f8: outages in order of time
    outage_destination: Array  # i8
    outage_up: Array  # i8: 0 goes down, 1 comes back


class Work(NamedTuple):
    """The running day's own memory; reused from day to day by one thread, never shared."""

    contacts: Array  # CONTACT[S]
    agents: Array  # AGENT[A]
    teams: Array  # TEAM_STATE[T]
    lists: Array  # LIST[L]
    healthy: Array  # i8[D]
    staff: Array  # i8[Q]: people on duty who can answer the queue
    staff_since: Array  # f8[Q]
    end_at: Array  # f8[A + 1]: heap of completions
    end_agent: Array  # i8[A + 1]
    timer_at: Array  # f8[4 S]: heap of patience, overflow and new tries
    timer_what: Array  # i8[4 S]: generation, slot and kind packed
    cumulative: Array  # f8[Q, I + 1]: expected arrivals to the interval's start, busyness in
    stream_sum: Array  # f8[Q]: sum of unit exponentials so far
    stream_at: Array  # f8[Q]: next arrival
    stream_interval: Array  # i8[Q]
    stream_number: Array  # i8[Q]
    stream_key: Array  # u8[Q]: (seed, replication, queue, day)
    stream_contact: Array  # u8[Q]: the next contact's own key
    carrying: Array  # CARRIED[C]: what is handed to the next day
    scalars: Array  # i8[SCALARS]


class Result(NamedTuple):
    """What a day leaves behind; filled by the kernel."""

    cells: Array  # f8[I, L, D + 1, K]
    team_s: Array  # f8[I, T, 2]: seconds on duty, seconds busy
    unstaffed_s: Array  # f8[I, Q]: seconds with nobody on duty who can answer the queue
    waits: Array  # i8[L, B]: histogram of waits of the answered
    late: Array  # i8[Q]: deferred items due today and not done at its end


WAIT_BINS = 64
WAIT_RATIO = 1.15  # bin 0: no wait over 1 s; bin b ends at 1.15**b s


def new_work(centre: Centre, people: int, intervals: int, slots: int) -> Work:
    """Memory for a day with at most `slots` contacts in the house or carried at once."""
    queues, destinations = centre.line_of.shape
    return Work(
        contacts=np.zeros(slots, CONTACT),
        agents=np.zeros(people, AGENT),
        teams=np.zeros(len(centre.team_destination), TEAM_STATE),
        lists=np.zeros(len(centre.lines), LIST),
        healthy=np.ones(destinations, np.int64),
        staff=np.zeros(queues, np.int64),
        staff_since=np.zeros(queues),
        end_at=np.zeros(people + 1),
        end_agent=np.zeros(people + 1, np.int64),
        timer_at=np.zeros(4 * slots),
        timer_what=np.zeros(4 * slots, np.int64),
        cumulative=np.zeros((queues, intervals + 1)),
        stream_sum=np.zeros(queues),
        stream_at=np.zeros(queues),
        stream_interval=np.zeros(queues, np.int64),
        stream_number=np.zeros(queues, np.int64),
        stream_key=np.zeros(queues, np.uint64),
        stream_contact=np.zeros(queues, np.uint64),
        carrying=np.zeros(slots, CARRIED),
        scalars=np.zeros(SCALARS, np.int64),
    )


def new_result(centre: Centre, intervals: int) -> Result:
    """Empty results for one day."""
    queues, destinations = centre.line_of.shape
    lines, teams = len(centre.lines), len(centre.team_destination)
    return Result(
        cells=np.zeros((intervals, lines, destinations + 1, K)),
        team_s=np.zeros((intervals, teams, 2)),
        unstaffed_s=np.zeros((intervals, queues)),
        waits=np.zeros((lines, WAIT_BINS), np.int64),
        late=np.zeros(queues, np.int64),
    )
