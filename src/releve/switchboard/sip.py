"""The core of the built-in SIP redirect server (RFC 3261): one message in, at most one answer out. No I/O, no clock.

What it answers
- INVITE: 302 with the addresses of the destinations, the first in order of q the one that takes the call; 404 for a
  number that no queue has, 480 where nobody is open, 482 where it would be sent to where it was just sent, 503 where
  the decision could not be kept.
- OPTIONS and CANCEL: 200 (section 8.3: a redirect server has nothing to cancel). ACK: nothing. Others: 405.
- What cannot be an answer's ground (no Via, no CSeq of its own method, two Call-IDs, control characters, over 8 KB)
  gets none: junk is not worth a packet, and a forged one would be answered to somebody else.
- A request that is wrong in a way that its sender can be told: 400, 416, 420, 481, 483.

An answer repeats Via, From, To, Call-ID and CSeq, which the protocol asks for and the grammar of `sipmessage` has
passed; nothing else of what came in. It is the same for the same message: a retransmission needs no memory.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sipmessage import URI, Address, CSeq, Message, Request, Via

from releve.base.errors import JournalError
from releve.routing.bucket import Key, key_of
from releve.switchboard.dialled import Dialled, contacts

MOST_BYTES = 8_192
DEFAULT_PORT = 5_060
ONCE = ("From", "To", "Call-ID", "CSeq", "Max-Forwards", "Content-Length")
ALLOWED = "INVITE, ACK, CANCEL, OPTIONS"
PHRASES = {
    200: "OK",
    302: "Moved Temporarily",
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    416: "Unsupported URI Scheme",
    420: "Bad Extension",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    482: "Loop Detected",
    483: "Too Many Hops",
    503: "Service Unavailable",
}
RETRY_AFTER_S = 5  # after a 503

FOLDED = re.compile(rb"\r\n[ \t]+")
SPACED_NAME = re.compile(rb"(?m)^([A-Za-z0-9-]+)[ \t]+:")
CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f]")
CALL_ID = re.compile(r"[!-~]{1,256}")
OPTION = re.compile(r"[0-9A-Za-z\-.!%*_+`'~]{1,64}")
FIRST_VIA = re.compile(r'(?:[^",]|"(?:[^"\\]|\\.)*")+')
RPORT = re.compile(r";\s*rport\s*(?=;|$)", re.IGNORECASE)

Source = tuple[str, int]  # the address and port that a message came from
Decide = Callable[[str, Key, str], Sequence[str]]  # queue, caller, Call-ID -> addresses, the first takes it


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that can be answered: what to do with it, and what its answer must repeat."""

    method: str
    transaction: str  # the same for a retransmission, for the CANCEL and for the ACK of an INVITE
    port: int  # of its sender's address, where a datagram's answer goes
    repeated: str  # the header lines of its answer
    call_id: str
    user: str = ""  # the number that was dialled
    queue: str = ""  # the queue that it means
    caller: Key | None = None
    uri: str = ""  # where the request was sent to
    refused: tuple[int, str] | None = None  # code, further header lines

    @property
    def decides(self) -> bool:
        """Whether somebody has to say where it goes."""
        return self.method == "INVITE" and self.refused is None

    def reply(self, code: int, more: str = "") -> bytes:
        """An answer to it; `more` are whole header lines."""
        return f"SIP/2.0 {code} {PHRASES[code]}\r\n{self.repeated}{more}Content-Length: 0\r\n\r\n".encode()

    def redirect(self, addresses: Iterable[str]) -> bytes:
        """The answer that sends the caller on: 302 with the addresses in order, 480 without, 482 in a ring."""
        found = contacts(addresses, self.user)
        if not found:
            return self.reply(480)
        elsewhere = [each for each in found if each != self.uri]
        if not elsewhere:
            return self.reply(482)
        listed = ", ".join(
            f"<{each}>;q={max(1.0 - at / 10, 0.1):.1f}" for at, each in enumerate(elsewhere[:10])
        )
        return self.reply(302, f"Contact: {listed}\r\n")

    def busy(self) -> bytes:
        """The answer of one who cannot decide now."""
        return self.reply(503, f"Retry-After: {RETRY_AFTER_S}\r\n")


def answer(
    message: bytes, decide: Decide, dialled: Dialled, source: Source = ("127.0.0.1", 5060)
) -> bytes | None:
    """The answer to one whole message, None where none is due. `decide` raises JournalError where it cannot keep it."""
    asked = read(message, dialled, source)
    if asked is None:
        return None
    if not asked.decides:
        return at_once(asked)
    assert asked.caller is not None  # whatever decides has one
    try:
        return asked.redirect(decide(asked.queue, asked.caller, asked.call_id))
    except JournalError:
        return asked.busy()


def at_once(asked: Asked) -> bytes | None:
    """The answer to a request that needs no decision."""
    if asked.method == "ACK":
        return None
    if asked.refused:
        return asked.reply(*asked.refused)
    return asked.reply(200, f"Allow: {ALLOWED}\r\nAccept: application/sdp\r\n" * (asked.method == "OPTIONS"))


def read(message: bytes, dialled: Dialled, source: Source) -> Asked | None:
    """What a message asks; None for junk, for a response, and for what no answer could reach."""
    if len(message) > MOST_BYTES:
        return None
    try:
        request = _parsed(message)
        return _asked(request, dialled, source) if request else None
    except Exception:
        # Whatever a stranger's bytes make the parser raise (ValueError, but also TypeError, KeyError): it is junk.
        return None


def _parsed(message: bytes) -> Request | None:
    head, gap, body = message.lstrip(b"\r\n").partition(b"\r\n\r\n")
    if CONTROL.search(head.replace(b"\r\n", b"").decode()):
        return None
    request = Message.parse(SPACED_NAME.sub(rb"\1:", FOLDED.sub(b" ", head)) + gap + body)
    return request if isinstance(request, Request) else None


def _asked(request: Request, dialled: Dialled, source: Source) -> Asked | None:
    """The request with what its answer repeats, or None where it lacks what an answer needs."""
    headers = request.headers
    if any(len(headers.getlist(name)) > 1 for name in ONCE):
        return None
    cseq = CSeq.parse(headers["CSeq"])
    caller, to = Address.parse(headers["From"]), Address.parse(headers["To"])
    call_id, vias = headers["Call-ID"], headers.getlist("Via")
    ways = [way for via in vias for way in Via.parse_many(via)]
    if not ways or cseq.method != request.method or cseq.sequence >= 2**31 or not CALL_ID.fullmatch(call_id):
        return None
    if "tag" not in caller.parameters or not all(via.isascii() for via in vias):
        return None
    transaction = (
        f"{ways[0].host}:{ways[0].port}:{ways[0].parameters.get('branch')}:{call_id}:{cseq.sequence}"
    )
    tag = "" if "tag" in to.parameters else f";tag={_tag(transaction)}"
    repeated = (
        f"Via: {_returned(vias[0], source)}\r\n"
        + "".join(f"Via: {via}\r\n" for via in vias[1:])
        + f"From: {headers['From']}\r\nTo: {headers['To']}{tag}\r\n"
        + f"Call-ID: {call_id}\r\nCSeq: {cseq}\r\n"
    )
    refused = _refused(request, in_dialogue="tag" in to.parameters)
    port = source[1] if "rport" in ways[0].parameters else ways[0].port or DEFAULT_PORT
    if refused or request.method != "INVITE":
        return Asked(request.method, transaction, port, repeated, call_id, refused=refused)
    user = request.uri.user or ""
    queue = dialled.queue_of(user)
    return Asked(
        request.method,
        transaction,
        port,
        repeated,
        call_id,
        user,
        queue or "",
        key_of(phone=caller.uri.user or "", call_id=call_id, country=dialled.country),
        str(URI(request.uri.scheme, request.uri.host, user, port=request.uri.port)),
        refused=None if queue else (404, ""),
    )


def _refused(request: Request, in_dialogue: bool) -> tuple[int, str] | None:
    """Why its sender is told no before anything is decided: the code, and further header lines."""
    if request.method == "ACK":
        return None
    if request.method not in ALLOWED.split(", "):
        return 405, f"Allow: {ALLOWED}\r\n"
    headers = request.headers
    length, hops = headers.get("Content-Length", "0"), headers.get("Max-Forwards", "70")
    if not _number(length) or int(length or 0) > len(request.body) or not _number(hops):
        return 400, ""
    if request.uri.scheme not in ("sip", "sips"):
        return 416, ""
    if request.method != "INVITE":
        return None
    if int(hops or 0) == 0:
        return 483, ""
    wanted = [*request.require, *request.proxy_require]
    if wanted:
        known = all(OPTION.fullmatch(each) for each in wanted)
        return (420, f"Unsupported: {', '.join(wanted)}\r\n") if known else (400, "")
    return (481, "") if in_dialogue else None


def _number(written: str | None) -> bool:
    return re.fullmatch("[0-9]{1,6}", written or "") is not None


def _tag(transaction: str) -> str:
    return hashlib.md5(transaction.encode(), usedforsecurity=False).hexdigest()[:12]


def _returned(via: str, source: Source) -> str:
    """The topmost Via with the address it came from (RFC 3261 18.2.1), and the port if it asks for it (RFC 3581)."""
    match = FIRST_VIA.match(via)
    first = match.group() if match else via
    asked = RPORT.sub(f";rport={source[1]}", first, count=1)
    return f"{asked.rstrip()};received={source[0]}{via[len(first) :]}"
