"""What is recorded: one struct for each kind of entry, in two streams.

The control stream says what holds and who said so; a switchboard's state is folded from it alone. The contacts
stream holds facts: what was decided for a contact and what came of it.

An entry is written as one line of JSON with its `kind` and its version `v`. A kind or field that is not known is an
error, so a new field comes with a default, and a changed meaning with the next `v`.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, TypeAlias, TypeGuard

from msgspec import Meta, Struct, ValidationError, json

from releve.base.errors import JournalError, wrong
from releve.routing.table import Table

Instant: TypeAlias = Annotated[datetime, Meta(tz=True)]  # aware; written in UTC
Whole: TypeAlias = Annotated[int, Meta(ge=0)]
Share: TypeAlias = Annotated[int, Meta(ge=0, le=10_000)]  # whole 1/100 %
Amount: TypeAlias = Annotated[int, Meta(ge=-(2**53), le=2**53)]  # whole in every tool that reads JSON
Counts: TypeAlias = dict[str, Amount]  # measure -> what a contact adds to its cell


class _Entry(
    Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag_field="kind"
):
    v: Annotated[int, Meta(ge=1, le=1)]
    at: Instant  # when it was said, or when it happened


class Control(_Entry, frozen=True, kw_only=True):
    """What every entry of the control stream says beside its own fields."""

    who: str  # the person's or the service's name
    why: str = ""  # the reason, in plain words
    epoch: Whole = 0  # rises with every abort and rearming
    plan: str = ""  # version of the plan in force


class Planned(Control, frozen=True, kw_only=True, tag="planned"):
    """From now on this plan is in force."""

    digest: str  # SHA-256 of the move's files, hex
    salt: str = ""  # of its buckets; never another in one journal
    secret: str = ""  # which secret makes the pseudonyms: its fingerprint; never another either


class Commanded(Control, frozen=True, kw_only=True, tag="commanded"):
    """A person asked for something: open, hold, resume, abort, rearm, freeze, thaw; granted or refused."""

    command: str
    wave: str = ""  # "": the whole transition
    granted: bool = True
    until: date | None = None  # of a hold: the day on which it ends by itself
    back_to: str = ""  # of an abort: where customers go back to; "": to each wave's donor


class Stepped(Control, frozen=True, kw_only=True, tag="stepped"):
    """A wave took a step."""

    wave: str
    event: str  # of `transition.states`
    state: str  # the state after it
    share: Share = 0  # the wave's share after it, whole 1/100 %
    asked: date | None = None  # the first day on which a person's yes was asked for
    opened: date | None = None  # the day on which its share was raised
    done: date | None = None
    before: tuple[tuple[str, Share], ...] = ()  # queue and share when it opened
    days: Whole = 0  # working days at its own share
    quiet_days: Whole = 0  # of those, with a quiet brake
    stuck: date | None = None  # the first day on which it should have gone back and there was nowhere


class Stood(Control, frozen=True, kw_only=True, tag="stood"):
    """What holds for the whole transition, beside its waves."""

    day: date | None = None  # whose evening was judged
    pause: Whole = 0  # working days left in which nothing is armed
    trial: Whole = 0  # grows with every step down
    verdict: str = "hold"  # of that evening
    frozen: str = ""  # why nothing may open; empty: it may


class Judged(Control, frozen=True, kw_only=True, tag="judged"):
    """A gate's verdict and the bounds it rests on."""

    wave: str
    gate: str
    verdict: str
    lower: float | None = None  # of "worse by", in the metric's unit
    upper: float | None = None
    margin: float | None = None
    days: Whole = 0  # days of evidence
    cusum: tuple[float, float] | None = (
        None  # what a brake carries to the next day: for the worse, for the better
    )


class Weighed(Control, frozen=True, kw_only=True, tag="weighed"):
    """A day was added to the evidence of a gate."""

    wave: str  # whose share stood
    gate: str  # or `response`: who answers the survey; or `split`: whether customers are split as asked
    day: date
    difference: float  # new site minus old, higher is worse, as a chance; of a split 0
    own: bool = True  # whether it counts among the days at the share that stands
    answered: Whole = 0  # of a survey; of a split: buckets seen at the new site since the wave opened
    asked: Whole = 0  # of a survey; of a split: buckets seen at any site


class Shared(Control, frozen=True, kw_only=True, tag="shared"):
    """The share table that the edges are told from now on."""

    table: Table
    shares: tuple[tuple[str, str, Share], ...] = ()  # queue, destination and what the waves have given it


class Health(Control, frozen=True, kw_only=True, tag="health"):
    """A destination went down, or came back."""

    destination: str
    healthy: bool


class Alarmed(Control, frozen=True, kw_only=True, tag="alarmed"):
    """Somebody must know: what is wrong, as `why` says."""

    rule: str
    wave: str = ""


class Signed(Control, frozen=True, kw_only=True, tag="signed"):
    """Somebody signed a readiness item, or took the signature back."""

    item: str
    evidence: str = ""
    signed: bool = True


class Opened(Control, frozen=True, kw_only=True, tag="opened"):
    """A node began to write; what its witness said then is part of the record."""

    witness: str  # agrees, none: there was no witness file, unasked: the store was gone
    release: str  # version of Releve


class Forgot(Control, frozen=True, kw_only=True, tag="forgot"):
    """Personal parts were deleted."""

    people: Whole  # how many parts
    before: date | None = None  # those of earlier days; none: those of one customer


class Cell(Struct, frozen=True, order=True, forbid_unknown_fields=True):
    """Where a contact counts in the daily totals: by its decision, whenever an outcome comes."""

    day: date  # the client's civil day
    queue: str
    band: Annotated[int, Meta(ge=0, le=7)]  # the three hours of that day
    named: str  # the site that the bucket named, which is what gates compare


class Decision(_Entry, frozen=True, kw_only=True, tag="decision"):
    """Where a contact was sent, and why."""

    contact: str  # the edge's id of the contact: says nothing of who it is
    cell: Cell
    edge: str = ""
    bucket: Annotated[int, Meta(ge=0, le=65_535)]
    sticky: bool = True  # False: a withheld number, outside the repeat metric
    destination: str  # that takes the contact; differs from what was named where another stands in
    share: Share  # of the named destination, whole 1/100 %
    epoch: Whole
    plan: str
    version: Whole = 0  # of the routing that decided it, within its epoch; 0: not told
    wave: str = ""
    why: str = ""
    counts: Counts = {}
    key: str = ""  # keyed hash of the customer; never in the line, kept apart so that it can be forgotten
    person: str = ""  # in the line instead: SHA-256 of a nonce and the key, hex


class Outcome(_Entry, frozen=True, kw_only=True, tag="outcome"):
    """What came of a contact: each happening once, the first report counts."""

    contact: str
    cell: Cell  # the decision's own
    what: str  # answered, abandoned, ended, resolved, returned, survey
    site: str = ""  # that answered
    amount: float | None = None  # seconds waited or handled, or the score
    counts: Counts = {}


ControlEntry: TypeAlias = (
    Planned
    | Commanded
    | Stepped
    | Stood
    | Judged
    | Weighed
    | Shared
    | Health
    | Alarmed
    | Signed
    | Opened
    | Forgot
)
Fact: TypeAlias = Decision | Outcome
Entry: TypeAlias = ControlEntry | Fact

_DECODER = json.Decoder(Entry)
_ENCODER = json.Encoder(order="deterministic")


def encode(entries: Sequence[Entry]) -> bytes:
    """The entries as lines of JSON, each with its line feed."""
    return b"".join(_ENCODER.encode(entry) + b"\n" for entry in entries)


def decode(lines: bytes) -> list[Entry]:
    """The entries of such lines. Raises JournalError for a line that this version cannot read."""
    try:
        return _DECODER.decode_lines(lines)
    except ValidationError as error:
        raise JournalError(f"an entry cannot be read: {error}; read it with a newer Releve") from error
    except ValueError as error:
        raise JournalError(f"an entry is no JSON: {error}; `verify` says which") from error


def is_fact(entry: Entry) -> TypeGuard[Fact]:
    """Whether it is of the contacts stream."""
    return isinstance(entry, Decision | Outcome)


def check(entries: Sequence[Entry]) -> None:
    """Raise InputError for an entry that no store could keep, or that could not be read again: msgspec looks at types
    when it reads, and not when a struct is made."""
    lines = encode(entries)
    try:
        decode(lines)
    except JournalError as error:
        raise wrong("bad-entry", error, "what the fields of an entry may hold") from error
    if b"\\u0000" in lines:
        raise wrong("bad-entry", "a NUL character", "text that PostgreSQL can keep", "leave it out")


def id_of(fact: Fact) -> bytes:
    """What may be recorded once: 16 bytes of the contact's id, and of the happening for an outcome."""
    if isinstance(fact, Decision):
        return id_of_decision(fact.contact)
    return id_of_outcome(fact.contact, fact.what)


def id_of_decision(contact: str) -> bytes:
    """The id of the one decision for a contact."""
    return _hash(f"decision {contact}")


def id_of_outcome(contact: str, what: str) -> bytes:
    """The id of the one happening of that kind to a contact."""
    return _hash(f"outcome {what} {contact}")


def _hash(name: str) -> bytes:
    return hashlib.blake2b(name.encode(), digest_size=16).digest()


def asks_the_same(first: Fact, again: Fact) -> bool:
    """Whether two facts of one id come from the same request, whatever was decided on it.

    A customer whose key was forgotten can no longer be told from another.
    """
    if isinstance(first, Decision) and isinstance(again, Decision):
        return first.cell.queue == again.cell.queue and first.key in ("", again.key)
    if isinstance(first, Outcome) and isinstance(again, Outcome):
        return (first.site, first.amount) == (again.site, again.amount)
    return False
