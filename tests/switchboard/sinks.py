"""What alarms are sent to in tests: a real SMTP server and a web-hook, on loopback, on a port of their own."""

import asyncio
from types import TracebackType


class MailSink:
    """A mail server that keeps what it is given; it refuses the first so many connections."""

    def __init__(self, refusals: int = 0) -> None:
        self.refusals = refusals
        self.messages: list[str] = []
        self.recipients: list[str] = []

    async def __aenter__(self) -> "MailSink":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def answer(text: str) -> None:
            writer.write(f"{text}\r\n".encode())
            await writer.drain()

        refuse = self.refusals > 0
        self.refusals -= refuse
        await answer("421 busy" if refuse else "220 sink")
        while not refuse and (line := (await reader.readline()).decode().strip()):
            verb = line.split(":")[0].split()[0].upper()
            if verb == "RCPT":
                self.recipients.append(line.partition(":")[2].strip("<>"))
            if verb == "DATA":
                await answer("354 go on")
                self.messages.append((await reader.readuntil(b"\r\n.\r\n")).decode())
            await answer("221 bye" if verb == "QUIT" else "250 ok")
            if verb == "QUIT":
                break
        writer.close()


class HookSink:
    """A web-hook that keeps what it is given; the first so many posts are answered with 503."""

    def __init__(self, refusals: int = 0) -> None:
        self.refusals = refusals
        self.bodies: list[bytes] = []

    async def __aenter__(self) -> "HookSink":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/hook/a-secret"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = next(
            int(line.split(":")[1]) for line in head.split("\r\n") if line.startswith("content-length")
        )
        body = await reader.readexactly(length)
        refuse = self.refusals > 0
        self.refusals -= refuse
        if not refuse:
            self.bodies.append(body)
        status = "503 busy" if refuse else "204 ok"
        writer.write(f"HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()
