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
from functools import lru_cache
from typing import NamedTuple

from sipmessage import URI, Address, CSeq, Via
from sipmessage.message import COMPACT_FORMS

from releve.base.errors import JournalError
from releve.routing.bucket import Key, key_of
from releve.switchboard.dialled import Dialled, contacts, with_user

MOST_BYTES = 8_192
DEFAULT_PORT = 5_060
USUAL_TO = 200  # characters of a To header
ONCE = ("from", "to", "call-id", "cseq", "max-forwards", "content-length")
LONG_FORMS = {short: long.lower() for short, long in COMPACT_FORMS.items()}
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
CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f]")
CALL_ID = re.compile(r"[!-~]{1,256}")
OPTIONS = re.compile(r"[0-9A-Za-z\-.!%*_+`'~, ]{1,256}")
NUMBER = re.compile("[0-9]{1,6}")
FIRST_VIA = re.compile(r'(?:[^",]|"(?:[^"\\]|\\.)*")+')
RPORT = re.compile(r";\s*rport\s*(?=;|$)", re.IGNORECASE)

Source = tuple[str, int]  # the address and port that a message came from
Decide = Callable[[str, Key, str], Sequence[str]]  # queue, caller, Call-ID -> addresses, the first takes it


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that can be answered: what to do with it, and what its answer must repeat."""

    method: str
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
        return _asked(_parsed(message), dialled, source)
    except Exception as error:
        # Whatever a stranger's bytes make the grammar raise (ValueError, but also TypeError, KeyError): it is junk.
        # The grammar raises some errors as one object each, which would keep every message that it was raised for.
        error.__traceback__ = error.__context__ = None
        return None


class _Request(NamedTuple):
    """A request in its parts, before anything of it is believed."""

    method: str
    uri: URI
    headers: dict[str, list[str]]  # by name in small letters, the long form
    body: bytes


def _parsed(message: bytes) -> _Request:
    """Raises ValueError for what is no SIP request, and for control characters."""
    head, gap, body = message.lstrip(b"\r\n").partition(b"\r\n\r\n")
    lines = FOLDED.sub(b" ", head).decode().split("\r\n")
    method, uri, version = lines[0].split(" ")
    if not gap or version != "SIP/2.0" or any(map(CONTROL.search, lines)):
        raise ValueError("no SIP request")
    headers: dict[str, list[str]] = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon:
            raise ValueError("a line that is no header")
        name = name.rstrip(" \t").lower()
        headers.setdefault(LONG_FORMS.get(name, name), []).append(value.strip(" \t"))
    return _Request(method, URI.parse(uri), headers, body)


def _asked(request: _Request, dialled: Dialled, source: Source) -> Asked | None:
    """The request with what its answer repeats, or None where it lacks what an answer needs."""
    method, uri, headers, _ = request
    if any(len(headers.get(name, ())) > 1 for name in ONCE):
        return None
    cseq, vias = CSeq.parse(headers["cseq"][0]), headers["via"]
    (sender,), (to,), (call_id,) = headers["from"], headers["to"], headers["call-id"]
    caller, called = Address.parse(sender), _dialled_address(to)
    way, *_ = [way for via in vias for way in Via.parse_many(via)]
    if cseq.method != method or cseq.sequence >= 2**31 or not CALL_ID.fullmatch(call_id):
        return None
    if "tag" not in caller.parameters or not all(map(str.isascii, vias)):
        return None
    in_dialogue = "tag" in called.parameters
    tag = "" if in_dialogue else f";tag={_tag(f'{vias[0]} {call_id} {cseq.sequence}')}"
    rest = "".join(f"Via: {via}\r\n" for via in vias[1:])
    repeated = (
        f"Via: {_returned(vias[0], source)}\r\n{rest}From: {sender}\r\nTo: {to}{tag}\r\n"
        f"Call-ID: {call_id}\r\nCSeq: {cseq.sequence} {method}\r\n"
    )
    port = source[1] if "rport" in way.parameters else way.port or DEFAULT_PORT
    refused = _refused(request, in_dialogue)
    if refused or method != "INVITE":
        return Asked(method, port, repeated, call_id, refused=refused)
    user = uri.user or ""
    queue = dialled.queue_of(user)
    if queue is None:
        return Asked(method, port, repeated, call_id, refused=(404, ""))
    key = key_of(phone=caller.uri.user or "", call_id=call_id, country=dialled.country)
    sent_to = with_user(f"{uri.scheme}:{uri.host}" + (f":{uri.port}" if uri.port else ""), user)
    return Asked(method, port, repeated, call_id, user, queue, key, sent_to)


def _refused(request: _Request, in_dialogue: bool) -> tuple[int, str] | None:
    """Why its sender is told no before anything is decided: the code, and further header lines."""
    method, uri, headers, body = request
    if method == "ACK":
        return None
    if method not in ALLOWED.split(", "):
        return 405, f"Allow: {ALLOWED}\r\n"
    (length,), (hops,) = headers.get("content-length", ["0"]), headers.get("max-forwards", ["70"])
    if not NUMBER.fullmatch(length) or int(length) > len(body) or not NUMBER.fullmatch(hops):
        return 400, ""
    if uri.scheme not in ("sip", "sips"):
        return 416, ""
    if method != "INVITE":
        return None
    if int(hops) == 0:
        return 483, ""
    wanted = ", ".join([*headers.get("require", ()), *headers.get("proxy-require", ())])
    if wanted:
        return (420, f"Unsupported: {wanted}\r\n") if OPTIONS.fullmatch(wanted) else (400, "")
    return (481, "") if in_dialogue else None


def _dialled_address(to: str) -> Address:
    """Few numbers are dialled, and again and again; what is long is no number, and is not kept."""
    return _kept_address(to) if len(to) <= USUAL_TO else Address.parse(to)


@lru_cache(maxsize=256)
def _kept_address(to: str) -> Address:
    return Address.parse(to)


def _tag(of: str) -> str:
    return hashlib.md5(of.encode(), usedforsecurity=False).hexdigest()[:12]


def _returned(via: str, source: Source) -> str:
    """The topmost Via with the address it came from (RFC 3261 18.2.1), and the port if it asks for it (RFC 3581)."""
    match = FIRST_VIA.match(via)
    first = match.group() if match else via
    asked = RPORT.sub(f";rport={source[1]}", first, count=1)
    return f"{asked.rstrip()};received={source[0]}{via[len(first) :]}"
