"""The built-in SIP redirect server's core: one message in, at most one answer out."""

import pytest

from releve.base.errors import JournalError
from releve.routing.bucket import Key
from releve.switchboard.sip import answer
from tests.switchboard.small_switchboard import DIALLED, Deciding, invite, routing

HERE = ("192.0.2.7", 40_000)
OF_OLD, OF_NEW = "<sip:fr@old.example:5080>", "<sip:fr@new.example>"


def reply(message: bytes, deciding: Deciding | None = None) -> str:
    return (answer(message, deciding or Deciding(routing()), DIALLED, HERE) or b"").decode()


def header(name: str, of: str) -> str:
    return next(line.partition(": ")[2] for line in of.split("\r\n") if line.startswith(f"{name}: "))


def caller_at(destination: str) -> str:
    """A number that belongs to a destination while `new` has 20 %."""
    now = routing(2000)
    numbers = (f"324751{number:05d}" for number in range(10_000))
    return next(f"+{n}" for n in numbers if now.decide("fr", Key(n, True)).destination == destination)


def test_a_call_goes_to_the_destination_of_its_bucket_and_then_to_who_stands_in() -> None:
    moved, stays = reply(invite(caller=caller_at("new"))), reply(invite(caller=caller_at("old")))
    assert header("Contact", moved) == f"{OF_NEW};q=1.0, {OF_OLD};q=0.9"
    assert header("Contact", stays) == f"{OF_OLD};q=1.0, {OF_NEW};q=0.9"


def test_an_address_without_a_user_part_keeps_the_number_that_was_dialled() -> None:
    told = reply(invite("+3278150150", caller=caller_at("old")))
    assert header("Contact", told).startswith("<sip:+3278150150@old.example:5080>;q=1.0")


@pytest.mark.parametrize("written", ["+3278150150", "003278150150", "078150150", "3278150150"])
def test_a_number_is_known_in_all_spellings(written: str) -> None:
    deciding = Deciding(routing())
    assert "302 Moved" in reply(invite(written), deciding)
    assert [queue for queue, _, _ in deciding.asked] == ["fr"]


def test_a_caller_is_the_same_in_all_spellings() -> None:
    deciding = Deciding(routing())
    for written in ("+32475123456", "0032475123456", "0475123456", "+32-475-12.34.56", "%2B32475123456"):
        reply(invite(caller=written), deciding)
    assert {key for _, key, _ in deciding.asked} == {Key("32475123456", sticky=True)}


def test_a_withheld_number_is_known_by_its_call_and_is_not_sticky() -> None:
    deciding = Deciding(routing())
    reply(invite(caller="anonymous", call_id="c7"), deciding)
    reply(invite(caller="anonymous", call_id="c8"), deciding)
    first, second = (key for _, key, _ in deciding.asked)
    assert not first.sticky
    assert first.text != second.text


def test_an_answer_repeats_what_the_protocol_asks_for_and_nothing_else() -> None:
    told = reply(invite(Subject="secret", User_Agent="Phone 1.0"))
    tag = told.partition("switch.example>;tag=")[2][:12]
    assert told.split("\r\n")[1:6] == [
        "Via: SIP/2.0/UDP 127.0.0.1:5062;branch=z9hG4bK-1;rport=40000;received=192.0.2.7",
        'From: "A caller" <sip:+32475123456@phone.example>;tag=a1',
        f"To: <sip:fr@switch.example>;tag={tag}",
        "Call-ID: c1@phone",
        "CSeq: 1 INVITE",
    ]
    assert "secret" not in told
    assert "Phone" not in told
    assert told.endswith("Content-Length: 0\r\n\r\n")


def test_a_branch_comes_back_letter_by_letter() -> None:
    odd = "z9hG4bK.!%*_+`'~"
    assert f"branch={odd};" in reply(invite(branch=odd))


def test_the_ways_of_proxies_come_back_in_their_order() -> None:
    way = "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK-p;rport, SIP/2.0/TCP [2001:db8::1];branch=z9hG4bK-q"
    told = header("Via", reply(invite(Via=way)))
    assert told == way.replace("rport,", "rport=40000;received=192.0.2.7,")


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (invite("0800"), "404"),
        (invite("nobody"), "404"),
        (invite(Max_Forwards="0"), "483"),
        (invite(Max_Forwards="many"), "400"),
        (invite(Require="100rel"), "420"),
        (invite(Content_Length="5"), "400"),
        (invite(Content_Length="-5"), "400"),
        (invite(To="<sip:fr@switch.example>;tag=x"), "481"),
        (invite(method="REGISTER"), "405"),
        (invite(method="OPTIONS"), "200"),
        (invite(method="CANCEL"), "200"),
        (invite().replace(b"INVITE sip:fr@switch.example", b"INVITE tel:+3278150150"), "416"),
        (invite().replace(b"From:", b"f :").replace(b"Via:", b"v:"), "302"),
        (invite().replace(b"Call-ID: ", b"call-id:\r\n  "), "302"),
        (b"\r\n\r\n" + invite(), "302"),
    ],
)
def test_a_request_that_can_be_answered_is(message: bytes, expected: str) -> None:
    assert reply(message).startswith(f"SIP/2.0 {expected} ")


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"SIP/2.0 200 OK\r\n" + invite().partition(b"\r\n")[2],
        invite(method="ACK"),
        invite(Via=""),
        invite(Call_ID=""),
        invite(CSeq="1 BYE"),
        invite(CSeq="4294967296 INVITE"),
        invite(From="<sip:a@b>"),
        invite(From="no address"),
        invite(call_id="a b"),
        invite(Subject="a\nVia: SIP/2.0/UDP evil"),
        invite(Subject="\x00"),
        invite(Via="SIP/2.0/UDP h;branch=z9hG4bK;self=1"),
        invite().replace(b"Call-ID: ", b"Call-ID: x\r\ni: "),
        invite(Subject="x" * 8_192),
        invite()[:-2],
    ],
)
def test_junk_gets_no_answer(message: bytes) -> None:
    assert reply(message) == ""


def test_what_it_does_not_know_is_named_where_it_is_required() -> None:
    assert header("Unsupported", reply(invite(Require="100rel, timer"))) == "100rel, timer"


def test_nobody_open_is_said_to_the_caller() -> None:
    assert reply(invite(), Deciding(routing(open_=(0, 0)))).startswith("SIP/2.0 480 ")


def test_a_closed_destination_is_not_offered() -> None:
    told = reply(invite(caller=caller_at("new")), Deciding(routing(open_=(1, 0))))
    assert header("Contact", told) == f"{OF_OLD};q=1.0"


def test_a_call_is_not_sent_back_to_where_it_was_just_sent() -> None:
    ring = invite().replace(b"sip:fr@switch.example SIP", b"sip:fr@new.example SIP")
    assert OF_NEW not in reply(ring)
    assert reply(ring, Deciding(routing(open_=(0, 1)))).startswith("SIP/2.0 482 ")


def test_a_retransmission_gets_the_same_answer() -> None:
    assert reply(invite()) == reply(invite())


def test_a_decision_that_could_not_be_kept_is_no_redirect() -> None:
    def cannot(queue: str, key: Key, call_id: str) -> tuple[str, ...]:
        raise JournalError("disk full")

    told = (answer(invite(), cannot, DIALLED, HERE) or b"").decode()
    assert told.startswith("SIP/2.0 503 ")
    assert header("Retry-After", told) == "5"
