"""What the kernel is given, works in and fills: every record with its fields and their units.

There are few arrays, of records: numba passes every array of a tuple by itself, so each one more is paid for in
compile time and in calls. A record's fields say who sets them: the plan once, the day each morning, or the kernel.

Sizes: Q queues, D destinations, L lines (a line is a queue at a destination), T teams, A seats (one for each person; a
person who holds several chats at once has as many), G duty groups (people of a team with the same shift that day), I
intervals of the day, K measures, S slots for contacts in the house.
"""

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

TODAY = np.dtype(
    [
        ("key", "u8"),  # plan: (seed, replication) folded
        ("bucket_key", "u8"),  # plan: the transition's salt folded
        ("traced_key", "u8"),  # plan: the customer whose story is told
        ("tracing", "i8"),  # day: whose story is told: NOBODY's, THIS_ONE's, EVERYONE's
        ("interval_s", "f8"),  # plan
        ("wait_intervals", "i8"),  # plan: intervals of a row of the histogram of waits
        ("short_s", "f8"),  # plan: leaving within this is "short"
        ("ordinal", "i8"),  # day: the date's proleptic ordinal
        ("length_s", "f8"),  # day: 82800, 86400 or 90000
        ("interval", "i8"),  # kernel, to the end: the interval of now
        ("edge", "f8"),  # its end
        ("ends", "i8"),  # size of the heap of completions
        ("spent", "i8"),  # 1: the first completion has been played and its place may be used again
        ("timers", "i8"),  # size of the heap of timers
        ("free_slot", "i8"),  # first slot given back, -1 none
        ("used", "i8"),  # slots used so far
        ("carrying", "i8"),  # records handed to the next day
        ("next_stream", "i8"),  # the queue whose next first contact comes first
        ("next_at", "f8"),  # and its time
        ("told", "i8"),  # rows of the story; as many as there is room for: it may go on
        ("out_of_room", "i8"),  # 1: nothing else can be trusted, run again with more room
        ("events", "i8"),  # events played
    ],
    align=True,
)

QUEUE = np.dtype(
    [
        ("hash", "u8"),  # plan: stable hash of the name: the customers' identity
        ("deferred", "i8"),  # plan, to satisfied_unresolved: 1: nobody abandons, and it waits where it is
        ("deadline", "i8"),  # 1: "within" is before the deadline, not within the threshold
        ("several", "i8"),  # 1: a person may hold several at once (chat)
        ("trunk", "i8"),  # its line group, -1: no limit
        ("patience", "i8"),  # row of DURATION
        ("balk", "f8"),  # chance of leaving at once when nobody is free
        ("threshold_s", "f8"),  # of the queue's target
        ("longest_s", "f8"),  # a longer handle time counts as this in `capped_s`; 0: nobody asks
        ("retry", "f8"),  # chance of trying again the same day after abandoning
        ("retry_delay_s", "f8"),  # mean, exponential
        ("retry_limit", "i8"),
        ("retry_as", "i8"),  # the queue of the new try; -1: the same
        ("callback", "i8"),  # the queue of those who are called back; -1: no offer
        ("callback_chance", "f8"),  # of taking the offer
        ("callback_after_s", "f8"),  # it is made after so long a wait; 0: at once
        ("resolved", "f8"),  # chance, tenured agent
        ("returns", "f8"),  # chance that one who was not helped comes back
        ("return_days", "f8"),  # mean, geometric from 1
        ("survey", "f8"),
        ("satisfied_resolved", "f8"),
        ("satisfied_unresolved", "f8"),
        ("handle_factor", "f8"),  # day: the calendar's factor on handle times
        ("due", "i8"),  # day: ordinal of the deadline of what arrives today
        ("late", "i8"),  # kernel, to the end: deferred items due today and not done at its end
        ("staff", "i8"),  # people on duty who can answer it
        ("staff_since", "f8"),
        ("stream_key", "u8"),  # (seed, replication, queue, day)
        ("stream_contact", "u8"),  # the next first contact's own key
        ("stream_at", "f8"),  # and its time
        ("stream_sum", "f8"),  # sum of unit exponentials so far
        ("stream_interval", "i8"),
        ("stream_number", "i8"),
    ],
    align=True,
)

# A kind of duration: its shape with two numbers (variates.parameters); with the chance `mix` it is that of row `other`.
# EMPIRICAL: `scale` times one of the `other` observed seconds from `parameter` on.
DURATION = np.dtype(
    [("shape", "i8"), ("scale", "f8"), ("parameter", "f8"), ("mix", "f8"), ("other", "i8")], align=True
)
# Handle times of a queue by a team: rows of DURATION, one, or one for each interval (step 1); wrap-up -1: none.
HANDLING = np.dtype(
    [("talk", "i8"), ("talk_step", "i8"), ("wrap", "i8"), ("wrap_step", "i8"), ("factor", "f8")], align=True
)

LINE = np.dtype(
    [
        ("queue", "i8"),  # plan, to delayed
        ("destination", "i8"),
        ("choice", "i8"),  # who of the free takes it: LONGEST_IDLE, RANDOM or LEAST_OCCUPIED
        ("served_first", "i8"),  # served by served[first : until], sorted by rank
        ("served_until", "i8"),
        ("delayed", "i8"),  # 1: some of those may take it only after a wait
        ("head", "i8"),  # kernel: who waits, in order of arrival
        ("tail", "i8"),
    ],
    align=True,
)
LONGEST_IDLE, RANDOM, LEAST_OCCUPIED = range(3)

TEAM = np.dtype(
    [
        ("destination", "i8"),  # plan, to serves_until
        ("resolved", "f8"),  # added to the chance of resolving
        ("satisfied", "f8"),  # added to the chance of a satisfied answer
        ("weighted", "i8"),  # 1: takes of its best rank the greatest weight x wait, not the longest wait
        ("stays", "i8"),  # 1: who goes off duty first serves what still waits in a queue that has closed
        ("serves_first", "i8"),  # serves the lines serves[first : until], sorted by rank
        ("serves_until", "i8"),
        ("since", "f8"),  # kernel: when `on` last changed
        ("on", "i8"),  # kernel: people on duty
        ("idle", "i8"),  # seats in the idle list
        ("idle_head", "i8"),  # kernel: the longest idle
        ("idle_tail", "i8"),
    ],
    align=True,
)

AGENT = np.dtype(
    [
        ("factor", "f8"),  # day: handle time over the team's
        ("resolving", "f8"),  # day: chance of resolving over the tenured one's
        ("group", "i4"),  # day: duty group, -1 not at work
        ("team", "i4"),  # plan
        ("sibling", "i4"),  # plan: the person's next seat, in a ring; -1: the only one
        ("first", "i4"),  # plan: 1 for a person's first seat, which stands for the person in counts
        ("part", "f8"),  # plan: of the person, 1 / seats
        ("idle_since", "f8"),  # kernel, to the end
        ("busy_since", "f8"),
        ("busy_interval", "i4"),  # the interval of that
        ("end", "f8"),  # when free again
        (
            "before_s",
            "f8",
        ),  # of that which had lasted so long at midnight, where its queue asks for `longest_s`
        ("contact", "i4"),  # slot in hand, -1 none
        ("held", "i4"),  # 1: another seat of the person has a contact that takes the whole person
        ("on", "i4"),  # on duty
        ("gone", "i4"),  # 1: went home, and does not come back today
        ("idle", "i4"),  # in its team's idle list
        ("ending", "i4"),  # in the heap of completions, once at most
        ("next", "i4"),
        ("prev", "i4"),
        ("mate", "i4"),  # next person of the same duty group, -1 none
        ("busy_s", "f8"),  # seconds busy today
        ("on_s", "f8"),  # seconds on duty today, up to on_since
        ("on_since", "f8"),
    ],
    align=True,
)

# A team serves a line: rank 0 is taken first; only after a wait; weight of a wait; only while so many others are idle.
SERVES = np.dtype(
    [("line", "i8"), ("rank", "i8"), ("after_s", "f8"), ("weight", "f8"), ("reserve", "i8")], align=True
)
# A line is served by a team: rank 0 is asked first.
SERVED = np.dtype([("team", "i8"), ("rank", "i8"), ("after_s", "f8"), ("reserve", "i8")], align=True)
TRUNK = np.dtype([("size", "i8"), ("used", "i8")], align=True)  # a line group: plan; kernel
GROUP = np.dtype([("team", "i8"), ("first", "i8")], align=True)  # day: its team; kernel: its first person
# What is known before the day begins, in order of time and kind.
AGENDA = np.dtype([("at", "f8"), ("kind", "i8"), ("what", "i8"), ("on", "i8")], align=True)
OUTAGE, DUTY, GOES_HOME, CLOSES = range(4)  # of a destination, a duty group, a person (first seat), a queue
HEAP = np.dtype([("at", "f8"), ("what", "i8")], align=True)

CONTACT = np.dtype(
    [
        ("key", "u8"),
        ("arrival", "f8"),  # s since the day's start; negative when it came on an earlier day
        ("until", "f8"),  # end of patience, or the time of a new try
        ("talk_end", "f8"),
        ("state", "i4"),
        ("generation", "i4"),  # a timer of another generation is stale
        ("queue", "i4"),
        ("named", "i4"),  # the line that its bucket names
        ("line", "i4"),  # where it waits
        ("interval", "i4"),  # of its arrival
        ("agent", "i4"),  # who takes it or has it in hand
        ("attempt", "i4"),  # over the customer's whole story
        ("tries", "i4"),  # new tries since it last came
        ("repeat", "i4"),
        ("taken", "i4"),  # 1: already counted as answered, and back in line
        ("holds", "i4"),  # 1: holds a line of its line group
        ("first_queue", "i4"),  # the queue of the customer's first contact, where a repeat comes back to
        ("origin", "i4"),  # ordinal of the day of the first contact
        ("number", "i4"),  # its number on that day
        ("due", "i4"),  # ordinal of the deadline's day
        ("left_in", "i4"),  # the interval in which the customer last left unanswered, -1 none
        ("next", "i4"),
        ("prev", "i4"),
    ],
    align=True,
)
# States of a slot; REPEAT only when carried, and the second row only until the contact is settled at that instant:
# it comes in; a person takes it; patience is over; it is sent away, or its site goes down, while it waits; nobody is
# there for it; no line is free; the line went dead in mid-talk; it comes back too late.
FREE, WAITING, IN_HAND, AWAY, REPEAT = range(5)
ARRIVES, TAKEN, LEAVES, DROPPED, LOST, BLOCKED, CUT, TOO_LATE = range(5, 13)

CARRIED = np.dtype(
    [
        ("key", "u8"),
        ("arrival", "f8"),  # s since the coming day's start, as all times here
        ("at", "f8"),  # end in hand, or time of a new try
        ("until", "f8"),  # end of patience, or end of talk
        ("spent_s", "f8"),  # time in hand so far
        ("kind", "i4"),  # WAITING, IN_HAND, AWAY or REPEAT
        ("queue", "i4"),
        ("line", "i4"),
        ("named", "i4"),
        ("attempt", "i4"),
        ("tries", "i4"),
        ("first_queue", "i4"),
        ("origin", "i4"),
        ("number", "i4"),
        ("due", "i4"),  # ordinal: a repeat's day, deferred work's deadline
        ("agent", "i4"),
        ("repeat", "i4"),
        ("taken", "i4"),
    ],
    align=True,
)

NOBODY, THIS_ONE, EVERYONE = range(3)  # whose story is told
# What happened to a customer, and when; `who` is a line, a seat, a queue or an ordinal.
STORY = np.dtype([("key", "u8"), ("at", "f8"), ("what", "i8"), ("queue", "i8"), ("who", "i8")], align=True)
(
    CAME, CAME_AGAIN, CAME_BACK, WAITS, OPENED_TO_MORE, TAKES_CALLBACK, ANSWERED, FINISHED, RESOLVED_IT,
    LEFT, WAS_BLOCKED, FOUND_NOBODY, WAS_CUT, WILL_TRY, WILL_COME_BACK, WAITS_ON, TALKS_ON,
) = range(17)  # fmt: skip
