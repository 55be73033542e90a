"""A wave as a state machine: states, events and one table. No clock, no I/O.

Rules
1. The table says everything: an event that a state does not list is refused, and nothing has changed.
2. A share rises by one action only, RAISE; only OPEN has it; only an armed wave opens; only a yes arms.
3. Lowering never waits for a person: every state with a share has its ways down, also holding, done, frozen.
4. Verdict and action are one step: a state and the action beside it belong together; MOVED says that the
   share has arrived.
5. A step back ends in `rehearsed`: the wave is as it was before it was armed, and needs a new yes.
6. `rolled back` ends the wave; only REARM, an explicit yes in a higher epoch, brings it back.
7. `frozen` keeps the share where it is: nothing rises, but the ways down stay open.
8. With nowhere to roll back to, the share stays and the wave holds (NOWHERE).
"""

from enum import StrEnum

from releve.base.errors import InputError, wrong


class State(StrEnum):
    """Where a wave stands."""

    DRAFT = "draft"  # written, may still be edited
    REHEARSED = "rehearsed"  # played in rehearsal; waits for a yes
    ARMED = "armed"  # a person said yes; opens when it is due and its guards say go on
    RUNNING = "running"  # at its share, judged every day
    HOLDING = "holding"  # at its share, overdue: its gates do not say go on
    STEPPING_BACK = "stepping back"  # on the way to the share before it
    ROLLING_BACK = "rolling back"  # on the way to nothing
    ROLLED_BACK = "rolled back"  # at nothing
    DONE = "done"  # its gates said go on; its share stands and is still judged
    FROZEN = "frozen"  # a change freeze: the share stands


class Event(StrEnum):
    """What can happen to a wave."""

    REHEARSE = "rehearse"
    EDIT = "edit"
    ARM = "arm"  # a named person's yes
    DISARM = "disarm"  # an earlier wave went back: the yes was given for another world
    OPEN = "open"
    GO_ON = "go on"
    HOLD = "hold"
    STEP_BACK = "step back"
    ROLL_BACK = "roll back"
    ABORT = "abort"  # a person's command; obeys whatever the capacity
    NOWHERE = "nowhere to roll back to"
    MOVED = "moved"  # the edges have the share
    FREEZE = "freeze"
    THAW = "thaw"
    REARM = "rearm"  # an explicit yes in a higher epoch, after a roll back


class Action(StrEnum):
    """What goes with a step."""

    NONE = "nothing"
    RAISE = "raise to its share"
    LOWER = "lower to the share before it"
    EMPTY = "lower to nothing"
    ALARM = "alarm"


S, E, A = State, Event, Action

DOWN: dict[Event, tuple[State, Action]] = {
    E.STEP_BACK: (S.STEPPING_BACK, A.LOWER),
    E.ROLL_BACK: (S.ROLLING_BACK, A.EMPTY),
    E.ABORT: (S.ROLLING_BACK, A.EMPTY),
    E.NOWHERE: (S.HOLDING, A.ALARM),
}

TABLE: dict[State, dict[Event, tuple[State, Action]]] = {
    S.DRAFT: {E.REHEARSE: (S.REHEARSED, A.NONE)},
    S.REHEARSED: {
        E.EDIT: (S.DRAFT, A.NONE),
        E.ARM: (S.ARMED, A.NONE),
    },
    S.ARMED: {
        E.EDIT: (S.DRAFT, A.NONE),
        E.DISARM: (S.REHEARSED, A.NONE),
        E.OPEN: (S.RUNNING, A.RAISE),
    },
    S.RUNNING: {
        E.GO_ON: (S.DONE, A.NONE),
        E.HOLD: (S.HOLDING, A.NONE),
        E.FREEZE: (S.FROZEN, A.NONE),
        **DOWN,
    },
    S.HOLDING: {
        E.GO_ON: (S.DONE, A.NONE),
        E.HOLD: (S.HOLDING, A.NONE),
        E.FREEZE: (S.FROZEN, A.NONE),
        **DOWN,
    },
    S.DONE: {E.FREEZE: (S.FROZEN, A.NONE), **DOWN},
    S.FROZEN: {**DOWN, E.THAW: (S.HOLDING, A.NONE), E.NOWHERE: (S.FROZEN, A.ALARM)},
    S.STEPPING_BACK: {
        E.MOVED: (S.REHEARSED, A.NONE),
        E.ROLL_BACK: (S.ROLLING_BACK, A.EMPTY),
        E.ABORT: (S.ROLLING_BACK, A.EMPTY),
    },
    S.ROLLING_BACK: {E.MOVED: (S.ROLLED_BACK, A.NONE)},
    S.ROLLED_BACK: {E.REARM: (S.REHEARSED, A.NONE)},
}

STANDING = frozenset({S.RUNNING, S.HOLDING, S.DONE, S.FROZEN})  # the wave's share is in force


def step(state: State, event: Event) -> tuple[State, Action]:
    """The state after an event and the action that goes with it; InputError where it is not allowed."""
    allowed = TABLE[state]
    if event not in allowed:
        raise _refused(state, event)
    return allowed[event]


def _refused(state: State, event: Event) -> InputError:
    return wrong(
        "event-not-allowed",
        f"'{event}' while the wave is '{state}'",
        ", ".join(f"'{each}'" for each in TABLE[state]),
        "bring the wave to a state that allows it first; docs/reference/wave-states.md draws the states",
    )


def mermaid() -> str:
    """The table as a Mermaid state diagram, for docs/reference/wave-states.md; an action follows a slash."""
    lines = ["stateDiagram-v2", f"    [*] --> {_id(S.DRAFT)}"]
    lines += [f"    {_id(state)} : {state}" for state in State]
    for state, row in TABLE.items():
        for event, (after, action) in row.items():
            label = f"{event}" if action is A.NONE else f"{event} / {action}"
            lines.append(f"    {_id(state)} --> {_id(after)} : {label}")
    return "\n".join(lines) + "\n"


def _id(state: State) -> str:
    return state.replace(" ", "_")
