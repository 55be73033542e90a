"""What the engine tells of a contact, as data with local times and in plain words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from releve.engine import shapes
from releve.engine.shapes import Array
from releve.operation.clock import day_start
from releve.rehearsal.lone_stage import LoneStage

# What the kernel tells: the event's name, and its words.
EVENTS = {
    shapes.CAME: ("arrived", "arrives in {queue}{place}"),
    shapes.CAME_AGAIN: ("tried_again", "tries again, in {queue}{place}"),
    shapes.CAME_BACK: ("came_back", "comes back to {queue}{place}, not having been helped"),
    shapes.WAITS: ("waits", "finds nobody free and waits"),
    shapes.OPENED_TO_MORE: ("opened_to_more", "has waited {lasted}: {teams} may answer too"),
    shapes.TAKES_CALLBACK: ("took_callback", "takes the offer to be called back, in {other}"),
    shapes.ANSWERED: ("answered", "is answered by {person} after {lasted}"),
    shapes.FINISHED: ("finished", "is done with after {lasted}, wrap-up and all: not helped"),
    shapes.RESOLVED_IT: ("resolved", "is done with after {lasted}, wrap-up and all: resolved"),
    shapes.LEFT: ("left", "leaves unanswered after {lasted}"),
    shapes.WAS_BLOCKED: ("blocked", "finds every line in use"),
    shapes.FOUND_NOBODY: ("found_nobody", "finds that nobody answers"),
    shapes.WAS_CUT: ("sent_away", "is sent away, for the queue closes"),
    shapes.WILL_TRY: ("will_try_again", "will try again at {due:%H:%M:%S}, in {other}"),
    shapes.WILL_COME_BACK: ("will_come_back", "will come back on {due}"),
    shapes.WAITS_ON: ("waits_on", "still waits as the day begins"),
    shapes.TALKS_ON: ("still_in_hand", "is still in the hands of {person} as the day begins"),
}
AT_ONCE = {  # the words where nobody waited
    shapes.ANSWERED: "is answered at once by {person}",
    shapes.LEFT: "leaves at once: nobody is free",
}
ARRIVALS = (shapes.CAME, shapes.CAME_AGAIN, shapes.CAME_BACK)
OF_A_SEAT = (shapes.ANSWERED, shapes.FINISHED, shapes.RESOLVED_IT, shapes.TALKS_ON)
OF_ANOTHER_QUEUE = (shapes.TAKES_CALLBACK, shapes.WILL_TRY)
TIMED = (
    shapes.OPENED_TO_MORE, shapes.TAKES_CALLBACK, shapes.ANSWERED, shapes.FINISHED, shapes.RESOLVED_IT,
    shapes.LEFT, shapes.WAS_CUT,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of a contact's story."""

    at: datetime  # local, with its offset
    event: str  # one of EVENTS
    queue: str
    teams: tuple[str, ...]  # who answers; who may answer from now on
    person: str  # who answers
    lasted_s: float | None  # the wait so far, or the time in hand
    due: datetime | date | None  # when the customer will try again, or come back
    words: str

    def record(self) -> dict[str, Any]:
        """For JSON."""
        due = instant_text(self.due) if isinstance(self.due, datetime) else self.due
        return {
            "at": instant_text(self.at),
            "event": self.event,
            "queue": self.queue,
            "teams": list(self.teams),
            "person": self.person or None,
            "lasted_s": self.lasted_s,
            "due": str(due) if due else None,
            "words": self.words,
        }


def story_of(stage: LoneStage, told: Sequence[tuple[int, Array]]) -> Iterator[Happening]:
    """The story of one contact. told: days by their number, and of each STORY[n]."""
    since = last = day_start(stage.days[0], stage.operation.zone)
    for day, lines in told:
        begins = day_start(stage.days[day], stage.operation.zone)
        for line in lines:
            what, at = int(line["what"]), begins + timedelta(seconds=float(line["at"]))
            if what in ARRIVALS:
                since = at
            yield _happening(stage, line, at, last, (at - since).total_seconds() if what in TIMED else None)
            if what == shapes.ANSWERED:
                since = at
            if what != shapes.WILL_TRY:  # of which the engine tells the time to come
                last = at


def instant_text(at: datetime) -> str:
    """An instant as JSON has it: ISO 8601, to the millisecond, with its offset."""
    return at.isoformat(timespec="milliseconds")


def local(stage: LoneStage, at: datetime) -> datetime:
    """An instant by the operation's clock."""
    return at.astimezone(ZoneInfo(stage.operation.zone))


def _happening(
    stage: LoneStage, line: Any, at: datetime, last: datetime, lasted_s: float | None
) -> Happening:
    """A line of the story; of a new try that is to come, `at` is its time, and `last` when it was decided."""
    what, who = int(line["what"]), int(line["who"])
    event, words = EVENTS[what]
    queue = stage.operation.queues[int(line["queue"])].name
    teams, person = _who(stage, what, who, lasted_s)
    due: datetime | date | None = None
    if what == shapes.WILL_TRY:
        due, at = local(stage, at), last
    elif what == shapes.WILL_COME_BACK:
        due = date.fromordinal(who)
    said = AT_ONCE.get(what, words) if lasted_s == 0.0 else words
    words = said.format(
        queue=queue,
        place=_place(stage, who) if what in ARRIVALS else "",
        other=stage.operation.queues[who].name if what in OF_ANOTHER_QUEUE else "",
        teams=" and ".join(teams),
        person=person,
        lasted=lasting(lasted_s or 0.0),
        due=due,
    )
    return Happening(local(stage, at), event, queue, teams, person, lasted_s, due, words)


def _who(stage: LoneStage, what: int, who: int, waited_s: float | None) -> tuple[tuple[str, ...], str]:
    """The teams and the person of an event."""
    teams = [team.name for team in stage.operation.teams]
    if what in OF_A_SEAT:
        person = int(stage.person[who])
        return (teams[stage.people.team[person]],), person_words(stage.people.names[person])
    if what != shapes.OPENED_TO_MORE:
        return (), ""
    line = stage.plan.lines[who]
    serving = stage.plan.served[line["served_first"] : line["served_until"]]
    by_now = serving["after_s"][
        serving["after_s"] <= (waited_s or 0.0) + 1e-3
    ]  # instants are whole microseconds
    now = serving["team"][serving["after_s"] == by_now.max()]
    return tuple(teams[team] for team in sorted(now)), ""


def _place(stage: LoneStage, line: int) -> str:
    """Where an arrival comes to, if there are several places."""
    destinations = stage.operation.destinations
    return f" at {destinations[stage.plan.lines[line]['destination']].name}" if len(destinations) > 1 else ""


def person_words(name: str) -> str:
    """A person of `lone_people` in words: "desk/staff/3" is person 4 of desk."""
    team, *shift, number = name.split("/")
    of_shift = f", shift {shift[1]}" if shift[0] == "shift" else ""
    return f"person {int(number) + 1} of {team}{of_shift}"


def lasting(seconds: float) -> str:
    """A duration in words: 3 min 20 s."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s" if whole else "less than a second"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"
