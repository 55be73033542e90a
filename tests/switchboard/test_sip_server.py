"""The built-in SIP server on loopback: retransmissions, floods, streams cut anywhere, and decisions that fail."""

import asyncio
import socket
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import pytest

from releve.base.errors import InputError, JournalError
from releve.routing.bucket import Key
from releve.switchboard.sip_limits import Answered, Limits, Sources, Transactions, Verdict
from releve.switchboard.sip_server import SipServer, Stream, deciding_by
from tests.switchboard.small_switchboard import DIALLED, Deciding, invite, routing

World = Callable[[SipServer], Coroutine[Any, Any, None]]


def play(world: World, limits: Limits | None = None, decide: Any = None) -> SipServer:
    """A server on loopback and what happens to it, within ten seconds."""

    async def run() -> SipServer:
        server = SipServer(decide or deciding_by(lambda: routing()), DIALLED, limits)
        await server.start("127.0.0.1")
        try:
            async with asyncio.timeout(10):
                await world(server)
        finally:
            await server.stop()
        return server

    return asyncio.run(run())


class Phone:
    """A telephone over UDP, with a loopback address of its own."""

    def __init__(self, server: SipServer, host: str = "127.0.0.1") -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.bind((host, 0))
        self.to = ("127.0.0.1", server.port)

    def __enter__(self) -> "Phone":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, message: bytes) -> None:
        self.socket.sendto(message, self.to)

    async def hears(self) -> str:
        return (await asyncio.get_running_loop().sock_recv(self.socket, 65_536)).decode()

    async def hears_nothing(self) -> bool:
        try:
            await asyncio.wait_for(self.hears(), 0.05)
        except TimeoutError:
            return True
        return False


async def is_closed(reader: asyncio.StreamReader) -> bool:
    """Whether the server ends a connection without a word."""
    try:
        return await reader.read() == b""
    except ConnectionError:
        return True


class Slow:
    """Decides when it is let go, or fails."""

    def __init__(self, error: Exception | None = None) -> None:
        self.go = asyncio.Event()
        self.error = error
        self.deciding = Deciding(routing())

    async def __call__(self, queue: str, key: Key, call_id: str) -> Sequence[str]:
        addresses = self.deciding(queue, key, call_id)
        await self.go.wait()
        if self.error:
            raise self.error
        return addresses


def test_a_call_over_udp_is_redirected() -> None:
    async def world(server: SipServer) -> None:
        with Phone(server) as phone:
            phone.send(invite())
            assert (await phone.hears()).startswith("SIP/2.0 302 ")
            phone.send(invite(method="ACK"))
            assert await phone.hears_nothing()

    assert play(world).counts["302"] == 1


def test_a_retransmission_asks_nobody_again_and_hears_the_same() -> None:
    slow = Slow()

    async def world(server: SipServer) -> None:
        with Phone(server) as phone:
            phone.send(invite())
            phone.send(invite())  # before there is an answer
            assert await phone.hears_nothing()
            slow.go.set()
            first = await phone.hears()
            slow.deciding.now = routing(10_000, version=2)  # the plan goes on meanwhile
            phone.send(invite())
            assert await phone.hears() == first
            assert await phone.hears_nothing()

    play(world, decide=slow)
    assert len(slow.deciding.asked) == 1


def test_a_cancel_is_answered_while_the_call_is_decided() -> None:
    slow = Slow()

    async def world(server: SipServer) -> None:
        with Phone(server) as phone:
            phone.send(invite())
            phone.send(invite(method="CANCEL"))
            cancelled = await phone.hears()
            assert cancelled.startswith("SIP/2.0 200 ")
            assert "CSeq: 1 CANCEL" in cancelled
            slow.go.set()
            assert (await phone.hears()).startswith("SIP/2.0 302 ")

    play(world, decide=slow)


@pytest.mark.parametrize("error", [JournalError("disk full"), RuntimeError("a fault")])
def test_a_decision_that_failed_is_503_and_may_be_asked_again(error: Exception) -> None:
    slow = Slow(error)
    slow.go.set()

    async def world(server: SipServer) -> None:
        with Phone(server) as phone:
            phone.send(invite())
            assert (await phone.hears()).startswith("SIP/2.0 503 ")
            slow.error = None
            phone.send(invite())
            assert (await phone.hears()).startswith("SIP/2.0 302 ")

    play(world, decide=slow)


def test_a_decision_that_does_not_come_is_503() -> None:
    async def world(server: SipServer) -> None:
        with Phone(server) as phone:
            phone.send(invite())
            assert "Retry-After: 5" in await phone.hears()

    play(world, Limits(decision_s=0.01), Slow())


def test_a_flood_from_one_source_is_refused_and_then_not_answered_while_others_are() -> None:
    limits = Limits(requests_a_second=10, refusals_a_second=5)

    async def world(server: SipServer) -> None:
        with Phone(server) as flood, Phone(server, "127.0.0.2") as other:
            for number in range(500):
                flood.send(invite(call_id=f"f{number}", branch=f"z9hG4bK-{number}"))
            other.send(invite())
            assert (await other.hears()).startswith("SIP/2.0 302 ")
            heard = [await flood.hears() for _ in range(25)]
            assert sum("302 Moved" in each for each in heard) >= 20
            assert any("Retry-After: 5" in each for each in heard)

    server = play(world, limits)
    assert server.counts["dropped"] > 400
    assert len(server.transactions) < 30


def test_what_a_flood_of_sources_leaves_behind_is_bounded() -> None:
    sources = Sources(Limits(sources=100))
    for number in range(1_000):
        assert sources.judge(f"10.0.{number // 250}.{number % 250}", 0.0) is Verdict.TAKE
    assert len(sources) == 100


def test_a_source_that_waits_is_heard_again() -> None:
    sources = Sources(Limits(requests_a_second=1, refusals_a_second=1))
    heard = [sources.judge("one", 0.0) for _ in range(4)]
    assert heard == [Verdict.TAKE, Verdict.TAKE, Verdict.REFUSE, Verdict.DROP]
    assert sources.judge("one", 1.0) is Verdict.TAKE


def test_answers_are_kept_for_a_while_and_no_more_than_so_many() -> None:
    kept = Transactions(Limits(answers=2, answer_s=32))
    calls = [(("192.0.2.1", 5060), number) for number in range(3)]
    answers = [Answered(float(number), 5060, b"302") for number in range(3)]
    for call, answer in zip(calls, answers, strict=True):
        kept.begin(call)
        kept.end(call, answer, answer.since)
    assert [kept.known(call, 3.0) for call in calls] == [None, *answers[1:]]
    assert kept.known(calls[2], 40.0) is None


def test_more_calls_than_can_wait_get_503() -> None:
    async def world(server: SipServer) -> None:
        with Phone(server) as phone:
            phone.send(invite(branch="z9hG4bK-1"))
            phone.send(invite(branch="z9hG4bK-2"))
            assert (await phone.hears()).startswith("SIP/2.0 503 ")

    play(world, Limits(waiting=1), Slow())


def test_a_call_over_tcp_is_redirected_wherever_the_stream_is_cut() -> None:
    async def world(server: SipServer) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        for at, byte in enumerate(invite()):
            writer.write(bytes([byte]))
            if at % 50 == 0:
                await writer.drain()
                await asyncio.sleep(0)
        assert (await reader.readline()).startswith(b"SIP/2.0 302 ")
        writer.close()

    play(world)


def test_messages_come_whole_out_of_a_stream_cut_at_any_byte() -> None:
    messages = [invite(Content_Length="4") + b"v=0\n", invite(call_id="second")]
    written = (b"\r\n" * 2).join(messages)
    for cut in range(len(written) + 1):
        stream = Stream()
        assert [*stream.feed(written[:cut]), *stream.feed(written[cut:])] == messages
        assert not stream.begun


@pytest.mark.parametrize(
    "data",
    [
        invite(Content_Length=""),
        invite(Content_Length="9000"),
        invite(l="0"),
        b"INVITE sip:fr@x SIP/2.0\r\nSubject: " + b"x" * 9_000,
    ],
)
def test_a_stream_that_cannot_be_followed_is_closed(data: bytes) -> None:
    async def world(server: SipServer) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(data)
        assert await is_closed(reader)
        writer.close()

    assert play(world).counts["junk"] == 1


def test_a_message_that_never_ends_is_not_waited_for() -> None:
    async def world(server: SipServer) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        for byte in invite()[:40]:
            writer.write(bytes([byte]))
            await asyncio.sleep(0.005)
        assert await is_closed(reader)
        assert not server.transports
        writer.close()

    play(world, Limits(message_s=0.1))


def test_a_source_has_so_many_connections_and_others_still_get_theirs() -> None:
    async def world(server: SipServer) -> None:
        opened = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(5)]
        await asyncio.sleep(0.05)
        assert len(server.transports) == 2
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port, local_addr=("127.0.0.2", 0))
        writer.write(invite())
        assert (await reader.readline()).startswith(b"SIP/2.0 302 ")
        for _, each in [*opened, (reader, writer)]:
            each.close()

    play(world, Limits(connections_a_source=2))


def test_a_port_that_is_taken_is_said() -> None:
    async def world(server: SipServer) -> None:
        other = SipServer(deciding_by(lambda: routing()), DIALLED)
        with pytest.raises(InputError, match=f"cannot-listen.*port {server.port} for SIP"):
            await other.start("127.0.0.1", server.port)

    play(world)
