"""The operations of the HTTP API, as a table."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, MsgspecError, Struct, json

from releve import __version__
from releve.base.errors import Finding, InputError, wrong
from releve.journal.journal import Where
from releve.routing.bucket import key_of
from releve.switchboard.api import Call, Operation, Reply
from releve.switchboard.board import Switchboard
from releve.switchboard.counting import What
from releve.switchboard.dialled import dialled_in
from releve.switchboard.edges.table import EdgeTable, edge_table
from releve.switchboard.node import AmountOf, Happened, Sent, Site, When
from releve.switchboard.openapi import describe
from releve.switchboard.wave_operations import WAVE_OPERATIONS

Id = Annotated[str, Meta(pattern="^[!-~]{1,200}$", description="visible ASCII; says nothing of who it is")]
Text = Annotated[str, Meta(max_length=320)]
TEXT = b"text/plain; charset=utf-8"
PROMETHEUS = b"text/plain; version=0.0.4; charset=utf-8"
MOST_AT_ONCE = 500  # J: outcomes of one request


class Contact(Struct, frozen=True, forbid_unknown_fields=True):
    """A contact that asks where to go. One of customer, phone, email and call_id says whose it is, in this order."""

    id: Id
    queue: Annotated[Text, Meta(description="a queue of the move")]
    customer: Annotated[Text, Meta(description="the customer's id, where every channel has it")] = ""
    phone: Annotated[Text, Meta(description="the customer's number, in any spelling")] = ""
    email: Annotated[Text, Meta(description="the customer's address")] = ""
    call_id: Annotated[
        Text, Meta(description="of a withheld number: whose it is will not be known again")
    ] = ""


class OfContact(Struct, frozen=True, forbid_unknown_fields=True):
    """What came of the contact that the path names."""

    what: Annotated[What, Meta(description="each once for a contact")]
    site: Site = ""
    amount: AmountOf = None
    at: When = None


class Refused(Struct, frozen=True):
    """What is wrong with one line."""

    line: Annotated[int, Meta(description="its number, from 1")]
    error: str
    found: str
    allowed: str
    mend: str


class Reported(Struct, frozen=True):
    """What became of outcomes."""

    durable: Annotated[int, Meta(description="how many are, those told before included")]
    refused: Annotated[tuple[Refused, ...], Meta(description="the others")] = ()


class Plan(Struct, frozen=True):
    """The plan in force."""

    plan: Annotated[str, Meta(description="its version")]


class State(Struct, frozen=True):
    """How the switchboard stands."""

    node: Annotated[str, Meta(description="the switchboard's name in the journal")]
    release: Annotated[str, Meta(description="of Releve")]
    since: Annotated[datetime, Meta(description="when it started")]
    plan: Annotated[str, Meta(description="version of the plan in force")]
    epoch: int
    version: Annotated[int, Meta(description="of what edges are told, within the epoch")]
    waves: Annotated[dict[str, str], Meta(description="each wave's state")]
    durable: Annotated[str, Meta(description="where entries are made durable now: store or spool")]
    trouble: Annotated[str, Meta(description="why the store is not written; empty: it is")]


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


async def _table(board: Switchboard, _call: Call) -> Reply:
    return Reply(edge_table(board.node.routing, dialled_in(board.live.move.operation)))


async def _description(_board: Switchboard, _call: Call) -> Reply:
    return Reply(describe(OPERATIONS))


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
        f"Report what came of up to {MOST_AT_ONCE} contacts: of each a line of JSON, `contact` and the fields above.",
        Reported,
        bytes,
    ),
    *WAVE_OPERATIONS,
    Operation("GET", "/v1/table", "table", _table, "Read what edges are told.", EdgeTable),
    Operation("GET", "/v1/state", "state", _state, "Read how the switchboard stands.", State),
    Operation("POST", "/v1/reload", "reload", _reload, "Put the move as it is written now in force.", Plan),
    Operation("GET", "/metrics", "state", _metrics, "Read the metrics, as Prometheus does."),
    Operation("GET", "/v1/openapi.json", None, _description, "Read this description.", dict),
    Operation("GET", "/healthz", None, _healthy, "Is the process alive?"),
    Operation("GET", "/readyz", None, _ready, "Does it take contacts?"),
)
