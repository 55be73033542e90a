"""What people may order, by their role: each order becomes control entries, or a refusal with the sentence why.

Pure: what is known comes in, entries come out; whoever calls makes them durable, folds them and tells the edges.

| order | asks for | says |
|---|---|---|
| open | a manager; for a step to 100 % two | yes to a wave: it opens now, or on its day |
| hold, resume | an operator; to resume, a manager | a wave stays as it is, until a day or until resumed |
| freeze, thaw | an operator; to thaw, a manager | nothing opens, whatever the waves say |
| abort | an operator or manager | every share back, now, whatever the capacity; sticks until a wave is rearmed |
| rearm | a manager | a wave that went back may be opened again, in a higher epoch |
| sign, unsign | an operator or manager | a readiness item is fulfilled, or not any more |
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, get_args

from msgspec import Struct

from releve.base.errors import InputError
from releve.base.units import WHOLE
from releve.journal.entries import Alarmed, Commanded, Signed
from releve.operation.shape import did_you_mean, listed
from releve.switchboard.changes import Entries, Said, entries_of, head
from releve.switchboard.guards import guards, is_signed
from releve.switchboard.live import Live
from releve.transition import command as commands
from releve.transition import course as courses
from releve.transition.course import WaveCourse, upcoming
from releve.transition.gates import Facts, RollbackChoice
from releve.transition.progress import moved, named, share_of
from releve.transition.states import STANDING, Event, State

What = Literal["open", "hold", "resume", "freeze", "thaw", "abort", "rearm", "sign", "unsign"]
OPERATOR, MANAGER = "operator", "manager"
ROLES: Mapping[What, tuple[str, ...]] = {
    "open": (MANAGER,),
    "hold": (OPERATOR, MANAGER),
    "resume": (MANAGER,),
    "freeze": (OPERATOR, MANAGER),
    "thaw": (MANAGER,),
    "abort": (OPERATOR, MANAGER),
    "rearm": (MANAGER,),
    "sign": (OPERATOR, MANAGER),
    "unsign": (OPERATOR, MANAGER),
}
# Why an order is not carried out now, though it could be at another time.
REFUSALS = (
    "already-open",
    "frozen",
    "not-frozen",
    "not-held",
    "not-its-turn",
    "not-ready",
    "not-rolled-back",
    "not-signed",
    "rolled-back",
    "second-yes",
    "store-gone",
)
UPWARD: tuple[What, ...] = ("open", "resume", "thaw", "rearm")  # after which a share may rise
NEEDS_NO_REASON: tuple[What, ...] = ("open", "abort", "sign")  # a yes and a signature speak for themselves


class Command(Struct, frozen=True, forbid_unknown_fields=True):
    """What a person asks for."""

    what: What
    wave: str = ""  # abort, freeze and thaw: of all waves
    why: str = ""
    until: date | None = None  # of a hold: the day on which it ends by itself
    item: str = ""  # the readiness item that is signed
    evidence: str = ""


@dataclass(frozen=True)
class Granted:
    """What to make durable, in one commit, and what it comes to in a sentence."""

    entries: Entries
    says: str


@dataclass(frozen=True)
class Refusal:
    """Why not, and what to do; `entries` record that it was asked."""

    rule: str
    why: str
    mend: str
    entries: Entries = ()


Answer = Granted | Refusal


def order(
    live: Live, command: Command, said: Said, role: str, facts: Facts | None = None, *, alone: bool = False
) -> Answer:
    """What becomes of an order. Next: append the entries, fold them, tell the edges `live.routing(now)`.

    facts: what is known of the wave today (`people.PeopleToday`); None: nobody could count the people, and then nothing
    opens that asks for them. alone: the journal's store is gone, so that nobody knows what the others were told.
    """
    said = said._replace(why=command.why or said.why)
    refused = _refused(live, command, said, role)
    if refused is None and alone and command.what in UPWARD:
        why = "the journal's store is gone: another switchboard may have been told something else"
        mend = "bring the store back first; a hold, a freeze and an abort work now"
        refused = Refusal("store-gone", why, mend)
    answer: Answer = refused or _ORDERS[command.what](live, command, said, facts)
    if isinstance(answer, Refusal):
        named = command.wave or command.item
        asked = Commanded(**head(live, said), command=command.what, wave=named, granted=False)
        return replace(answer, entries=(asked,))
    return answer


def _refused(live: Live, command: Command, said: Said, role: str) -> Refusal | None:
    """What is wrong with an order before anybody looks at the waves."""
    allowed = ROLES[command.what]
    if role not in allowed:
        return Refusal(
            "role-not-allowed",
            f"{said.who} has the role {role}",
            f"{command.what} asks for: {' or '.join(allowed)}",
        )
    if not said.why and command.what not in NEEDS_NO_REASON:
        return Refusal("no-reason", f"{command.what} says no reason", "say why: it stands in the journal")
    known = [each.wave.name for each in live.course.waves]
    if command.what in ("open", "hold", "resume", "rearm") and command.wave not in known:
        mend = did_you_mean(command.wave, known, f"one of: {listed(known)}")
        return Refusal("unknown-wave", f"the plan has no wave '{command.wave}'", mend)
    items = [item.name for item in live.move.transition.readiness]
    if command.what in ("sign", "unsign") and command.item not in items:
        mend = did_you_mean(command.item, items, f"one of: {listed(items)}")
        return Refusal("unknown-item", f"the plan has no readiness item '{command.item}'", mend)
    return None


def _open(live: Live, command: Command, said: Said, facts: Facts | None) -> Answer:
    """A yes to a wave. The last step, to all customers, asks for the yes of two people."""
    entry, course = named(live.course, command.wave), live.course
    waits = _not_its_turn(live, entry)
    if waits:
        return waits
    yes = Commanded(**head(live, said), command="open", wave=command.wave)
    first = live.yes.get(command.wave)
    armed = entry.state is State.ARMED
    if share_of(entry.wave) == WHOLE and not armed and first in (None, said.who):
        if first == said.who:
            return Refusal(
                "second-yes", f"{first} has said yes already", "the last step asks for another person's yes"
            )
        return Granted(
            (yes,), f"{said.who} says yes to '{command.wave}'; the last step waits for another person's yes"
        )
    today = live.day(said.at)
    judgements = guards(live, entry.wave, facts, today)
    course, moves = courses.morning(course, today, judgements, today)
    after = named(course, command.wave)
    due = today >= entry.wave.opens
    if not moves and (due or after.state is not State.ARMED):
        return Refusal("not-ready", f"'{command.wave}' does not open: {after.reason}", _mend(after))
    return Granted((yes, *entries_of(live, course, moves, said)), after.reason)


def _not_its_turn(live: Live, entry: WaveCourse) -> Refusal | None:
    """Why a wave may not be opened, whatever its gates say."""
    name, frozen, first = entry.wave.name, live.course.frozen, upcoming(live.course)
    if frozen:
        return Refusal("frozen", f"nothing opens: {frozen}", "thaw it first")
    if entry.state in STANDING:
        return Refusal("already-open", f"'{name}' is {entry.state} already", "it needs no yes")
    if entry.state in (State.ROLLED_BACK, State.ROLLING_BACK):
        return Refusal("rolled-back", f"'{name}' was taken back: {entry.reason}", "rearm it first")
    if first is None or first.wave.name != name:
        before = next(each for each in live.course.waves if each.state is not State.DONE)
        stands = f"'{before.wave.name}' is {before.state}: {before.reason or 'not open yet'}"
        why = f"waves open in their order, and {stands}"
        return Refusal("not-its-turn", why, f"'{before.wave.name}' has to be done first")
    return None


def _mend(entry: WaveCourse) -> str:
    if "not signed" in entry.reason:
        return "sign what is fulfilled: releve ready sign"
    return "see `releve wave list`, and say yes again when it can be"


def _hold(live: Live, command: Command, said: Said, _facts: Facts | None) -> Answer:
    held = Commanded(**head(live, said), command="hold", wave=command.wave, until=command.until)
    until = f" until {command.until}" if command.until else ""
    return Granted((held,), f"'{command.wave}' is held{until}: {said.why}")


def _resume(live: Live, command: Command, said: Said, _facts: Facts | None) -> Answer:
    if command.wave not in live.held:
        return Refusal("not-held", f"nobody holds '{command.wave}'", "its gates may: see `releve wave list`")
    return Granted(
        (Commanded(**head(live, said), command="resume", wave=command.wave),),
        f"'{command.wave}' goes on when its gates say so",
    )


def _freeze(live: Live, _command: Command, said: Said, _facts: Facts | None) -> Answer:
    if live.course.frozen:
        return Refusal("frozen", f"it is frozen already: {live.course.frozen}", "thaw it first")
    return _commanded(live, commands.freeze(live.course, said.why), "freeze", said, f"frozen: {said.why}")


def _thaw(live: Live, _command: Command, said: Said, _facts: Facts | None) -> Answer:
    if not live.course.frozen:
        return Refusal("not-frozen", "nothing is frozen", "nothing is to be done")
    return _commanded(
        live, commands.thaw(live.course), "thaw", said, "thawed: a wave holds until its gates say go on"
    )


def _commanded(live: Live, course: courses.Course, what: What, said: Said, says: str) -> Granted:
    asked = Commanded(**head(live, said), command=what)
    return Granted((asked, *entries_of(live, course, (), said)), says)


def _abort(live: Live, _command: Command, said: Said, facts: Facts | None) -> Answer:
    """Never refused but for the role; the entry alone does it (`live.fold`)."""
    rollback = facts.rollback if facts else RollbackChoice(None)
    lacking = commands.fit_text(rollback) if facts else "nobody could count who can take it back"
    open_now = any(each.state in STANDING for each in live.course.waves)
    fits = f"; not all of it fits: {lacking}" if lacking and open_now else ""
    why = f"abort by {said.who}{': ' if said.why else ''}{said.why}{fits}"
    told = head(live, said, why=why, epoch=live.epoch + 1)
    asked = Commanded(**told, command="abort", back_to=rollback.destination or "")
    says = f"every share goes back{fits}; only `rearm` brings a wave back"
    return Granted((asked, Alarmed(**told, rule="abort")), says)


def _rearm(live: Live, command: Command, said: Said, _facts: Facts | None) -> Answer:
    settled = moved(live.course)
    state = named(settled, command.wave).state
    try:
        course = commands.rearm(settled, command.wave)
    except InputError:
        return Refusal(
            "not-rolled-back", f"'{command.wave}' is {state}", "only a wave that was taken back is rearmed"
        )
    asked = Commanded(**head(live, said, epoch=course.epoch), command="rearm", wave=command.wave)
    entries = entries_of(live, course, (), said, event=Event.REARM)
    return Granted((asked, *entries), f"'{command.wave}' may be opened again, with its own yes")


def _sign(live: Live, command: Command, said: Said, _facts: Facts | None) -> Answer:
    entry = Signed(**head(live, said), item=command.item, evidence=command.evidence)
    return Granted((entry,), f"'{command.item}' is signed by {said.who}")


def _unsign(live: Live, command: Command, said: Said, _facts: Facts | None) -> Answer:
    if not is_signed(live, command.item):
        return Refusal("not-signed", f"'{command.item}' is not signed", "nothing is to be taken back")
    entry = Signed(**head(live, said), item=command.item, evidence=command.evidence, signed=False)
    return Granted((entry,), f"the signature of '{command.item}' is taken back")


_ORDERS: Mapping[What, Callable[[Live, Command, Said, Facts | None], Answer]] = {
    "open": _open,
    "hold": _hold,
    "resume": _resume,
    "freeze": _freeze,
    "thaw": _thaw,
    "abort": _abort,
    "rearm": _rearm,
    "sign": _sign,
    "unsign": _unsign,
}
assert set(_ORDERS) == set(get_args(What))
