"""The operations of the HTTP API, as a table."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from msgspec import Meta, MsgspecError, Struct, json

from releve import __version__
from releve.base.errors import Finding, InputError, wrong
from releve.journal.entries import Instant
from releve.journal.journal import Where
from releve.routing.bucket import key_of
from releve.switchboard.api import Call, Operation, Reply
from releve.switchboard.board import Switchboard
from releve.switchboard.counting import What
from releve.switchboard.node import Happened, Sent
from releve.switchboard.wave_operations import WAVE_OPERATIONS

Id = Annotated[str, Meta(pattern="^[!-~]{1,200}$", description="visible ASCII; says nothing of who it is")]
Text = Annotated[str, Meta(max_length=320)]
TEXT = b"text/plain; charset=utf-8"
PROMETHEUS = b"text/plain; version=0.0.4; charset=utf-8"
MOST_AT_ONCE = 500  # J: outcomes of one request


class Contact(Struct, frozen=True, forbid_unknown_fields=True):
    """A contact that asks where to go. One of customer, phone, email and call_id says whose it is, in this order."""

    id: Id
    queue: Text
    customer: Text = ""
    phone: Text = ""
    email: Text = ""
    call_id: Text = ""


class OfContact(Struct, frozen=True, forbid_unknown_fields=True):
    """What came of the contact that the path names."""

    what: What
    site: Annotated[str, Meta(max_length=60, description="that answered")] = ""
    amount: Annotated[
        float | None,
        Meta(description="seconds waited (answered, abandoned) or handled (ended), or the score (survey)"),
    ] = None
    at: Instant | None = None  # when; none: now


class Refused(Struct, frozen=True):
    """What is wrong with one line."""

    line: int  # from 1
    error: str
    found: str
    allowed: str
    mend: str


class Reported(Struct, frozen=True):
    """What became of outcomes."""

    durable: int  # how many are, those told before included
    refused: tuple[Refused, ...] = ()


class Plan(Struct, frozen=True):
    """The plan in force."""

    plan: str  # its version


class State(Struct, frozen=True):
    """How the switchboard stands."""

    node: str
    release: str
    since: datetime
    plan: str
    epoch: int
    version: int
    waves: Mapping[str, str]  # wave -> its state
    durable: str  # where entries are made durable now: store or spool
    trouble: str  # why the store is not written; "": it is


async def _decide(board: Switchboard, call: Call) -> Reply:
    asked: Contact = call.body
    key = key_of(
        customer=asked.customer,
        phone=asked.phone,
        email=asked.email,
        call_id=asked.call_id,
        country=board.node.ground.country,
    )
    return Reply(await board.node.decide(asked.id, asked.queue, key, call.token.name))


async def _sent(board: Switchboard, call: Call) -> Reply:
    contact = call.path["contact"]
    sent = await board.node.sent(contact)
    if sent is None:
        raise wrong("unknown-contact", repr(contact), "a contact that was decided")
    return Reply(sent)


async def _outcome(board: Switchboard, call: Call) -> Reply:
    said: OfContact = call.body
    happened = Happened(call.path["contact"], said.what, said.site, said.amount, said.at)
    (error,) = await board.node.report([happened])
    if error is not None:
        raise error
    return Reply(Reported(1))


async def _outcomes(board: Switchboard, call: Call) -> Reply:
    """One line of JSON for each; what is wrong with one keeps no other from being recorded."""
    lines = [line for line in call.body.split(b"\n") if line.strip()]
    if len(lines) > MOST_AT_ONCE:
        raise wrong("long-body", f"{len(lines)} lines", f"at most {MOST_AT_ONCE}", "send less at once")
    read = [_happened(line) for line in lines]
    errors = iter(await board.node.report([each for each in read if isinstance(each, Happened)]))
    found = [each if isinstance(each, InputError) else next(errors) for each in read]
    refused = [_refused(number, error) for number, error in enumerate(found, start=1) if error is not None]
    return Reply(Reported(len(lines) - len(refused), tuple(refused)))


def _happened(line: bytes) -> Happened | InputError:
    try:
        return json.decode(line, type=Happened)
    except (MsgspecError, RecursionError, UnicodeDecodeError) as error:
        return wrong("bad-body", error, "an outcome: contact, what, site, amount, at")


def _refused(number: int, error: InputError) -> Refused:
    first: Finding = error.findings[0]
    return Refused(number, first.rule, first.found, first.allowed, first.mend)


async def _state(board: Switchboard, _call: Call) -> Reply:
    journal, live, routing = board.writer.journal, board.live, board.node.routing
    waves = {each.wave.name: str(each.state) for each in live.course.waves}
    trouble = str(journal.trouble or "")
    return Reply(
        State(
            journal.node,
            __version__,
            board.began,
            routing.plan,
            routing.epoch,
            routing.version,
            waves,
            board.node.where,
            trouble,
        )
    )


async def _reload(board: Switchboard, call: Call) -> Reply:
    return Reply(Plan(await board.reload(call.token.name)))


async def _metrics(board: Switchboard, _call: Call) -> Reply:
    routing, head = board.node.routing, board.writer.journal.head
    gauges = {
        "spooling": board.node.where is Where.SPOOL,
        "journal_sequence": head.sequence,
        "plan": int(routing.plan),
        "epoch": routing.epoch,
        "version": routing.version,
    }
    return Reply(board.metrics.text(gauges).encode(), kind=PROMETHEUS)


async def _healthy(_board: Switchboard, _call: Call) -> Reply:
    return Reply(b"alive\n", kind=TEXT)


async def _ready(board: Switchboard, _call: Call) -> Reply:
    """A node in its spool still answers contacts, so it is ready."""
    return Reply(b"ready\n", kind=TEXT) if board.ready else Reply(b"stopping\n", 503, TEXT)


OPERATIONS = (
    Operation(
        "POST",
        "/v1/contacts",
        "contacts",
        _decide,
        "Ask where a contact goes. The answer is durable, and the same for the same request again.",
        Sent,
        Contact,
    ),
    Operation(
        "GET",
        "/v1/contacts/{contact}",
        "decisions",
        _sent,
        "Ask what was decided for a contact.",
        Sent,
    ),
    Operation(
        "POST",
        "/v1/contacts/{contact}/outcomes",
        "contacts",
        _outcome,
        "Report what came of a contact.",
        Reported,
        OfContact,
    ),
    Operation(
        "POST",
        "/v1/outcomes",
        "contacts",
        _outcomes,
        f"Report what came of up to {MOST_AT_ONCE} contacts: a line of JSON for each.",
        Reported,
        bytes,
    ),
    *WAVE_OPERATIONS,
    Operation("GET", "/v1/state", "state", _state, "Read how the switchboard stands.", State),
    Operation("POST", "/v1/reload", "reload", _reload, "Put the move as it is written now in force.", Plan),
    Operation("GET", "/metrics", "state", _metrics, "Read the metrics, as Prometheus does."),
    Operation("GET", "/healthz", None, _healthy, "Is the process alive?"),
    Operation("GET", "/readyz", None, _ready, "Does it take contacts?"),
)
