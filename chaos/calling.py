"""Calls to a built-in SIP server on loopback: the server, a phone over UDP or TCP, and good messages."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from releve.routing.bucket import Key
from releve.switchboard.dialled import Dialled
from releve.switchboard.sip_limits import Limits
from releve.switchboard.sip_server import SipServer

DIALLED = Dialled({"fr": "fr", "3278150150": "fr"}, "32")
ADDRESSES = ("sip:old.example", "sip:new.example")
HEAR_S = 5.0


def for_everybody(queue: str, key: Key, call_id: str) -> Sequence[str]:
    """Decides the same for everybody."""
    return ADDRESSES


async def _decide(queue: str, key: Key, call_id: str) -> Sequence[str]:
    return ADDRESSES


def good(number: int, user: str = "+3278150150") -> bytes:
    """A call as a telephone makes it."""
    return (
        f"INVITE sip:{user}@switch.example SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP 127.0.0.1:5062;branch=z9hG4bK{number};rport\r\n"
        "Max-Forwards: 70\r\n"
        f'From: "A caller" <sip:+32475{abs(number):06d}@phone.example>;tag=a{number}\r\n'
        f"To: <sip:{user}@switch.example>\r\n"
        f"Call-ID: c{number}@phone.example\r\n"
        "CSeq: 1 INVITE\r\n"
        "Contact: <sip:caller@127.0.0.1:5062>\r\n"
        "Content-Type: application/sdp\r\n"
        "Content-Length: 5\r\n\r\n"
        "v=0\r\n"
    ).encode()


@asynccontextmanager
async def started(limits: Limits | None = None) -> AsyncIterator[SipServer]:
    """A server meanwhile; without limits of rate unless given."""
    server = SipServer(_decide, DIALLED, limits or Limits(requests_a_second=1e9))
    await server.start("127.0.0.1")
    try:
        yield server
    finally:
        await server.stop()


class SipPhone:
    """`async with`: a telephone with an address of loopback."""

    def __init__(self, port: int, *, tcp: bool = False, host: str = "127.0.0.1") -> None:
        self._port, self._tcp, self._host = port, tcp, host
        self.heard: list[bytes] = []
        self._rest = b""

    async def __aenter__(self) -> "SipPhone":
        kind = socket.SOCK_STREAM if self._tcp else socket.SOCK_DGRAM
        self._socket = socket.socket(socket.AF_INET, kind)
        self._socket.setblocking(False)
        self._socket.bind((self._host, 0))
        await asyncio.get_running_loop().sock_connect(self._socket, ("127.0.0.1", self._port))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._socket.close()

    async def again(self) -> None:
        """Hang up, with what is still to be heard, and connect again."""
        self._socket.close()
        self._rest = b""
        await self.__aenter__()

    async def says(self, message: bytes) -> None:
        """Send; that a connection was closed before is no wonder."""
        with suppress(ConnectionError):
            await asyncio.get_running_loop().sock_sendall(self._socket, message)
        await asyncio.sleep(0)

    async def hears_of(self, call: str) -> bytes:
        """The answer to a call, by the beginning of its Call-ID; b"" where there is none in time."""
        with suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(HEAR_S):
                while True:
                    for one in await self._hear():
                        self.heard.append(one)
                        if f"\r\nCall-ID: {call}".encode() in one:
                            return one
        return b""

    async def _hear(self) -> list[bytes]:
        data = await asyncio.get_running_loop().sock_recv(self._socket, 65_536)
        if not self._tcp:
            return [data]
        if not data:
            raise ConnectionResetError
        *whole, self._rest = (self._rest + data).split(b"\r\n\r\n")
        return [each + b"\r\n\r\n" for each in whole]
