"""The HTTP server under the application: uvicorn, with bounds on what a connection may take.

A request has some seconds to arrive in, a head has some kilobytes, and a node has some connections: who sends a byte a
second, or a head without end, is closed, and others are answered.
"""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any, Final, cast

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

ARRIVES_S = 8.0  # J: within which a request is there, from its first byte, or the connection's
ANSWERED_S = 60.0  # J: within which its answer is sent
SWEEP_S = 1.0
IDLE_S = 75  # J: that a connection may be kept between two requests
STOPS_S = 10  # J: that requests under way may take when the server stops
MOST_HEAD = 16 * 1024  # bytes
MOST_CONNECTIONS = 1_000  # J
GO_ON: Final = b"HTTP/1.1 100 "
POLICY: Final = b"content-security-policy"
SECURITY: Final = (
    b"cache-control: no-store\r\nreferrer-policy: no-referrer\r\nx-content-type-options: nosniff\r\n"
    b"x-frame-options: DENY\r\n"
)
FULL: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
)
LONG_HEAD: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
)


class Together:
    """A transport that sends the head of an answer with its body, in one packet that wakes the client once, and puts
    the security headers into it. An answer that says its own content security policy keeps that."""

    def __init__(self, transport: asyncio.Transport, *, alone: bool) -> None:
        """alone: no body follows the head."""
        self._transport = transport
        self._alone = alone
        self._held: bytes | None = None

    def write(self, data: bytes) -> None:
        """Keep a head until its body comes."""
        if self._held is not None or data.startswith(GO_ON):
            self._transport.write((self._held or b"") + data)
            self._held = self._held and b""
            return
        policy = b"" if POLICY in data else POLICY + b": default-src 'none'; frame-ancestors 'none'\r\n"
        self._held = data[:-2] + policy + SECURITY + b"\r\n"
        if self._alone:
            self.write(b"")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Bounded(HttpToolsProtocol):
    """A connection that is closed when it takes too long or too much."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._since = self.loop.time()  # when the request under way, or the connection, began
        self._arriving = True  # not all of a request is here
        self._head = 0  # bytes of a head that is not whole

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.write(FULL)
            transport.close()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._head >= 0:
            self._head += len(data)
            if self._head > MOST_HEAD and not self.transport.is_closing():
                self.transport.write(LONG_HEAD)
                self.transport.close()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._since = self.loop.time()
        self._arriving = True
        self._head = 0

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._head = -1
        together = Together(self.transport, alone=self.scope["method"] == "HEAD")
        self.cycle.transport = cast(asyncio.Transport, together)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._arriving = False

    def late(self, now: float) -> bool:
        """Whether it has had its time."""
        if self._arriving:
            return now - self._since > ARRIVES_S
        under_way = self.cycle is not None and not self.cycle.response_complete
        return under_way and now - self._since > ANSWERED_S


class Server(uvicorn.Server):
    """The server; who runs it minds the signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def sweep(self) -> None:
        """Close the connections that have had their time, for ever."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(SWEEP_S)
            for connection in [*self.server_state.connections]:
                if isinstance(connection, Bounded) and connection.late(loop.time()):
                    connection.transport.abort()


def server_of(app: Any) -> Server:
    """A server of an ASGI application, which is still to be run."""
    config = uvicorn.Config(
        app,
        http=Bounded,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=IDLE_S,
        timeout_graceful_shutdown=STOPS_S,
    )
    return Server(config)
