"""The SIP redirect server over UDP and TCP: it waits, and leaves to `sip` what to say and to `sip_limits` how much."""

import asyncio
import logging
import re
import socket
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress

from releve.base.errors import JournalError, wrong
from releve.routing.bucket import Key
from releve.switchboard.dialled import Dialled
from releve.switchboard.logs import say
from releve.switchboard.routing import Routing
from releve.switchboard.sip import MOST_BYTES, Asked, Source, at_once, read
from releve.switchboard.sip_limits import (
    AWAITED,
    Answered,
    Limits,
    Repeated,
    Sources,
    Transactions,
    Verdict,
)

AT_ONCE = 64  # datagrams read before others have their turn
RECEIVE_BYTES = 16 * 1024 * 1024  # asked of the system for what waits to be read: half a second of a flood
RECEIVE_FORCED = (
    33  # SO_RCVBUFFORCE of Linux, which Python has no name for: over the system's limit, if we may
)
LENGTH = re.compile(rb"(?im)^(?:content-length|l)[ \t]*:[ \t]*([0-9]{1,6})[ \t]*\r$")

Deciding = Callable[[str, Key, str], Awaitable[Sequence[str]]]  # queue, caller, Call-ID -> addresses
Send = Callable[[int, bytes], None]  # to this port of the source; over TCP it is the connection's


def deciding_by(now: Callable[[], Routing]) -> Deciding:
    """Decides by what holds at the moment of the call, and keeps no record."""

    async def decide(queue: str, key: Key, call_id: str) -> Sequence[str]:
        routing = now()
        return routing.reached(queue, routing.decide(queue, key).destination)

    return decide


class SipServer:
    """Sends calls on to where their decisions say; the same port over UDP and TCP.

    `decide` raises JournalError for a decision that could not be kept; the caller then gets 503 and goes on elsewhere.
    """

    def __init__(
        self,
        decide: Deciding,
        dialled: Dialled,
        limits: Limits | None = None,
        counts: Counter[str] | None = None,
    ) -> None:
        """counts: messages by what came of them: the code of their answer, dropped, junk, again, unsent."""
        self.limits = limits or Limits()
        self.decide = decide
        self.dialled = dialled
        self.sources = Sources(self.limits)
        self.transactions = Transactions(self.limits)
        self.counts = Counter() if counts is None else counts
        self.connections: Counter[str] = Counter()  # open ones by source
        self.transports: set[asyncio.Transport] = set()  # of these
        self.port = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, host: str, port: int = 0) -> None:
        """Listen; port 0 takes a free one, which `port` then says. Raises InputError where it is taken."""
        self._loop = asyncio.get_running_loop()
        try:
            self._tcp = await self._loop.create_server(lambda: _Connection(self), host, port)
            self.port = self._tcp.sockets[0].getsockname()[1]
            self._udp = _udp_socket(host, self.port)
        except OSError as error:
            found = f"{host} port {port} for SIP: {error.strerror or error}"
            allowed = "an address of this machine and a free port, UDP and TCP"
            raise wrong("cannot-listen", found, allowed, "choose another; 0 is any that is free") from error
        self._loop.add_reader(self._udp, self._read_datagrams)

    async def stop(self) -> None:
        """Stop listening; calls that are being decided are still answered."""
        self._loop.remove_reader(self._udp)
        self._tcp.close()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self.limits.decision_s)
        self._udp.close()
        for transport in tuple(self.transports):
            transport.abort()

    def take(self, message: bytes, source: Source, send: Send) -> None:
        """Answer one whole message of a source, now or once it is decided."""
        if message.startswith(b"ACK "):
            return
        now = self._loop.time()
        verdict = self.sources.judge(source[0], now)
        if verdict is Verdict.DROP:
            self.counts["dropped"] += 1
            return
        call = source, hash(message)
        known = self.transactions.known(call, now)
        if known is None:
            self._take_new(message, source, call, send, verdict)
            return
        self.counts["again"] += 1
        if known is not AWAITED:
            send(known.port, known.answer)

    def _take_new(self, message: bytes, source: Source, call: Repeated, send: Send, verdict: Verdict) -> None:
        asked = read(message, self.dialled, source)
        if asked is None:
            self.counts["junk"] += 1
        elif verdict is Verdict.REFUSE:
            self._say(asked, asked.busy(), send)
        elif not asked.decides:
            self._say(asked, at_once(asked), send)
        elif self.transactions.begin(call):
            task = self._loop.create_task(self._decide(asked, call, send))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            self._say(asked, asked.busy(), send)

    async def _decide(self, asked: Asked, call: Repeated, send: Send) -> None:
        answer = None
        try:
            assert asked.caller is not None  # whatever decides has one
            async with asyncio.timeout(self.limits.decision_s):
                answer = asked.redirect(await self.decide(asked.queue, asked.caller, asked.call_id))
        except (JournalError, TimeoutError) as error:
            say("call-undecided", logging.WARNING, why=str(error) or "no decision in time")
        except Exception as error:
            say("call-undecided", logging.ERROR, why=f"{type(error).__name__}: {error}")
        now = self._loop.time()
        self.transactions.end(call, Answered(now, asked.port, answer) if answer else None, now)
        self._say(asked, answer or asked.busy(), send)

    def _say(self, asked: Asked, answer: bytes | None, send: Send) -> None:
        if answer is not None:
            self.counts[answer[8:11].decode()] += 1
            send(asked.port, answer)

    def _read_datagrams(self) -> None:
        for _ in range(AT_ONCE):
            try:
                message, source = self._udp.recvfrom(MOST_BYTES + 1)
            except (BlockingIOError, ConnectionError):
                return  # nothing is left, or an earlier answer reached nobody
            host, from_port = source[:2]

            def send(port: int, answer: bytes, host: str = host) -> None:
                try:
                    self._udp.sendto(answer, (host, port))
                except OSError:
                    self.counts["unsent"] += 1  # it will be asked again

            self.take(message, (host, from_port), send)


class _Connection(asyncio.Protocol):
    """One connection over TCP."""

    def __init__(self, server: SipServer) -> None:
        self.server = server
        self.stream = Stream()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.source: Source = transport.get_extra_info("peername")[:2]
        connections, limits = self.server.connections, self.server.limits
        connections[self.source[0]] += 1
        self.server.transports.add(transport)
        many = connections[self.source[0]] > limits.connections_a_source
        self._deadline: asyncio.TimerHandle | None = None
        if many or len(self.server.transports) > limits.connections:
            self.server.counts["dropped"] += 1
            transport.abort()
        else:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        connections = self.server.connections
        self.server.transports.discard(self.transport)
        connections[self.source[0]] -= 1
        if not connections[self.source[0]]:
            del connections[self.source[0]]
        if self._deadline:
            self._deadline.cancel()

    def data_received(self, data: bytes) -> None:
        begun = self.stream.begun
        try:
            for message in self.stream.feed(data):
                self.server.take(message, self.source, self._send)
                begun = False
        except ValueError:
            self.server.counts["junk"] += 1
            self.transport.abort()
            return
        if not (begun and self.stream.begun):  # a message that goes on must be whole by its first deadline
            self._wait()

    def _wait(self) -> None:
        if self._deadline:
            self._deadline.cancel()
        limits = self.server.limits
        seconds = limits.message_s if self.stream.begun else limits.idle_s
        self._deadline = asyncio.get_running_loop().call_later(seconds, self.transport.abort)

    def _send(self, port: int, answer: bytes) -> None:
        if self.transport.get_write_buffer_size() > self.server.limits.unread_bytes:
            self.transport.abort()
        elif not self.transport.is_closing():
            self.transport.write(answer)


class Stream:
    """Whole messages out of a stream of bytes, wherever it was cut."""

    def __init__(self) -> None:
        self._rest = b""

    @property
    def begun(self) -> bool:
        """Whether a part of a message is here."""
        return bool(self._rest)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The messages that are whole now. Raises ValueError where it cannot be told how long one is."""
        self._rest = (self._rest + data).lstrip(b"\r\n")
        while self._rest:
            head, gap, rest = self._rest.partition(b"\r\n\r\n")
            lengths = LENGTH.findall(head + b"\r\n")
            if len(head) > MOST_BYTES or (gap and len(lengths) != 1):
                raise ValueError("no Content-Length, or too long a head")
            if not gap:
                return
            length = int(lengths[0])
            if len(head) + len(gap) + length > MOST_BYTES:
                raise ValueError("too long a message")
            if len(rest) < length:
                return
            self._rest = rest[length:].lstrip(b"\r\n")
            yield head + gap + rest[:length]


def _udp_socket(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    udp = socket.socket(family, socket.SOCK_DGRAM)
    udp.setblocking(False)
    udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
    if sys.platform == "linux":
        with suppress(PermissionError):
            udp.setsockopt(socket.SOL_SOCKET, RECEIVE_FORCED, RECEIVE_BYTES)
    udp.bind((host, port))
    return udp
