"""A real Kamailio as a proxy: it carries the whole call, and tries the next site where one fails."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from releve.switchboard.edges.table import edge_table
from tests.switchboard.real_kamailio import RealKamailio, needs_kamailio
from tests.switchboard.small_switchboard import DIALLED, NEW, invite, routing

REPEATED = ("Via", "From", "To", "Call-ID", "CSeq", "Record-Route")


@contextmanager
def site(says: str) -> Iterator[tuple[int, list[str]]]:
    """A site on loopback that answers every INVITE with one line, or not at all; its port, and what it heard."""
    heard: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as here:
        here.bind(("127.0.0.1", 0))
        port = here.getsockname()[1]

        def serve() -> None:
            while True:
                message, caller = here.recvfrom(65_536)
                if message == b"end":
                    return
                method, *lines = message.decode().split("\r\n")
                heard.append(method.split(" ")[0])
                if not says or heard[-1] == "ACK":
                    continue
                kept = [line for line in lines if line.split(":")[0] in REPEATED]
                kept = [
                    line + ";tag=site" if line.startswith("To:") and ";tag=" not in line else line
                    for line in kept
                ]
                line = says if heard[-1] == "INVITE" else "200 OK"
                head = [
                    f"SIP/2.0 {line}",
                    *kept,
                    f"Contact: <sip:127.0.0.1:{port}>",
                    "Content-Length: 0",
                    "",
                    "",
                ]
                here.sendto("\r\n".join(head).encode(), caller)

        thread = Thread(target=serve)
        thread.start()
        try:
            yield port, heard
        finally:
            here.sendto(b"end", ("127.0.0.1", port))
            thread.join()


def final(phone: socket.socket) -> str:
    """The first answer that is not provisional."""
    while (said := phone.recv(65_536).decode()).startswith("SIP/2.0 1"):
        pass
    return said


@needs_kamailio
@pytest.mark.parametrize(("first", "tries"), [("503 Full", 1), ("", 1), ("486 Busy Here", 0)])
def test_as_a_proxy_it_tries_the_next_site_where_the_first_fails_or_is_silent(
    tmp_path: Path, first: str, tries: int
) -> None:
    with (
        site(first) as (old, _),
        site("200 OK") as (new, heard),
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone,
    ):
        addresses = {"old": f"sip:127.0.0.1:{old}", "new": f"sip:127.0.0.1:{new}"}
        shares = edge_table(replace(routing(0), addresses=addresses), DIALLED)
        real = RealKamailio(tmp_path, shares, profile="proxy")
        with real.run() as kamailio:
            phone.settimeout(10)
            phone.connect(("127.0.0.1", real.calls))
            phone.send(invite("+3278150150"))
            said = final(phone)
            assert said.startswith("SIP/2.0 200 " if tries else "SIP/2.0 486 ")
            assert heard.count("INVITE") == tries
            (carried,) = kamailio.collect(10)
            assert (carried.named, carried.destination) == ("old", "old")


@needs_kamailio
def test_as_a_proxy_it_carries_the_whole_call(tmp_path: Path) -> None:
    with site("200 OK") as (old, heard), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        shares = edge_table(
            replace(routing(0), addresses={"old": f"sip:127.0.0.1:{old}", "new": NEW}), DIALLED
        )
        real = RealKamailio(tmp_path, shares, profile="proxy")
        with real.run():
            phone.settimeout(5)
            phone.connect(("127.0.0.1", real.calls))
            phone.send(invite())
            said = final(phone)
            route = said.partition("Record-Route: ")[2].partition("\r\n")[0]
            for method in ("ACK", "BYE"):
                more = {"Route": route, "To": "<sip:fr@switch.example>;tag=site", "CSeq": f"2 {method}"}
                message = invite(method=method, branch=f"z9hG4bK-{method}", **more)
                phone.send(message.replace(b"sip:fr@switch.example SIP", f"sip:127.0.0.1:{old} SIP".encode()))
            assert final(phone).startswith("SIP/2.0 200 ")
    assert heard == ["INVITE", "ACK", "BYE"]
