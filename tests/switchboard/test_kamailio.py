"""A real Kamailio that was told the shares: it decides as we do, and goes on without us."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest

from releve.base.errors import EdgeError, InputError
from releve.routing.bucket import Key
from releve.switchboard.edges.kamailio import Kamailio, Settings, configuration, flip_of, rows_of
from releve.switchboard.edges.table import Carried, EdgeTable, edge_table
from tests.switchboard.real_kamailio import RealKamailio, ask, needs_kamailio
from tests.switchboard.small_switchboard import DIALLED, NEW, invite, routing
from tests.switchboard.test_callers import callers

CALLERS = [f"+32476{number:06d}" for number in range(2_000)]


def table(share: int = 2000, version: int = 1, epoch: int = 1, open_: tuple[int, int] = (1, 1)) -> EdgeTable:
    return edge_table(routing(share, version=version, epoch=epoch, open_=open_), DIALLED)


@pytest.fixture
def real(tmp_path: Path) -> RealKamailio:
    return RealKamailio(tmp_path, table())


def call(real: RealKamailio, numbers: list[str]) -> dict[str, str]:
    """Call from each number; number -> the first address that the answer names."""
    first = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.settimeout(5)
        phone.connect(("127.0.0.1", real.calls))
        for number in numbers:
            phone.send(invite(caller=number, call_id=number, branch=f"z9hG4bK{number}"))
            told = phone.recv(65_536).decode()
            assert told.startswith("SIP/2.0 302 "), told
            first[number] = told.partition("Contact: <")[2].partition(">")[0]
    return first


def collected(kamailio: Kamailio) -> Iterator[Carried]:
    while found := kamailio.collect(500):
        yield from found


@needs_kamailio
def test_two_thousand_callers_go_where_we_would_send_them_and_a_raise_moves_nobody_back(
    real: RealKamailio,
) -> None:
    with real.run() as kamailio:
        before = call(real, CALLERS)
        for carried in collected(kamailio):
            ours = routing().decide("fr", Key(carried.key, carried.sticky))
            assert (carried.bucket, carried.named) == (ours.bucket, ours.named)
            assert (carried.share, carried.destination, carried.plan) == (ours.share, ours.destination, "p1")
            assert before[carried.call_id] == (
                NEW if ours.destination == "new" else "sip:fr@old.example:5080"
            )
        assert kamailio.tell(table(3500, version=2))
        after = call(real, CALLERS)
    moved = {number for number in CALLERS if before[number] == NEW}
    assert 320 < len(moved) < 480
    assert moved < {number for number in CALLERS if after[number] == NEW}


@needs_kamailio
def test_every_spelling_of_a_caller_has_the_same_bucket_there(real: RealKamailio) -> None:
    with real.run() as kamailio:
        for caller in callers():
            assert "302 Moved" in ask(real.calls, caller.invite), caller
        seen = {each.call_id: (each.key, each.sticky, each.bucket) for each in collected(kamailio)}
    assert seen == {each.call_id: (each.key, each.sticky, each.bucket) for each in callers()}


@needs_kamailio
def test_what_is_no_call_that_it_can_send_on_is_answered_as_the_built_in_server_does(
    real: RealKamailio,
) -> None:
    with real.run():
        for message, code in (
            (invite("+3278150150"), "302"),
            (invite("078150150"), "302"),
            (invite("FR"), "302"),
            (invite("0800"), "404"),
            (invite("nobody"), "404"),
            (invite(method="OPTIONS"), "200"),
            (invite(method="CANCEL"), "200"),
            (invite(method="REGISTER"), "405"),
            (invite(Max_Forwards="0"), "483"),
            (invite(Require="100rel"), "420"),
            (invite(To="<sip:fr@x>;tag=1"), "481"),
        ):
            assert ask(real.calls, message).startswith(f"SIP/2.0 {code} "), message
        assert ask(real.calls, invite(method="ACK"), 0.2) == ""


@needs_kamailio
def test_a_lower_epoch_or_version_is_refused(real: RealKamailio) -> None:
    with real.run() as kamailio:
        assert kamailio.tell(table(5000, version=30_000_001))
        assert not kamailio.tell(table(1000, version=30_000_000))
        assert not kamailio.tell(table(1000, version=30_000_001))
        assert not kamailio.tell(table(1000, version=4_000_000))
        assert kamailio.in_force() == (1, 30_000_001)
        assert kamailio.tell(table(1000, version=1, epoch=2))
        assert not kamailio.tell(table(1000, version=99, epoch=1))
        assert kamailio.in_force() == (2, 1)


@needs_kamailio
def test_kamailio_itself_refuses_a_lower_version_and_a_table_that_is_not_whole(real: RealKamailio) -> None:
    with real.run() as kamailio, httpx.Client(base_url=f"http://{real.control}") as other:
        assert kamailio.tell(table(version=2))
        assert other.post("/in-force", content=flip_of(table(version=1)).pointer).status_code == 409
        assert other.post("/in-force", content=flip_of(table(version=3)).pointer).status_code == 422
        assert other.post("/in-force", content="3; drop").status_code == 400
        assert kamailio.in_force() == (1, 2)


@needs_kamailio
@pytest.mark.parametrize("kill", [False, True])
def test_it_goes_on_with_the_last_table_after_its_own_restart(real: RealKamailio, kill: bool) -> None:
    with real.run(kill=kill) as kamailio:
        assert kamailio.tell(table(3500, version=2))
        before = call(real, CALLERS[:200])
    with real.run() as kamailio:
        assert kamailio.in_force() == (1, 2)
        assert call(real, CALLERS[:200]) == before


@needs_kamailio
def test_a_table_on_disk_that_was_cut_is_not_used(real: RealKamailio) -> None:
    with real.run() as kamailio:
        kamailio.tell(table(3500, version=2))
    on_disk = real.folder / "state" / "shares"
    rows = on_disk.read_text(encoding="utf-8").splitlines(keepends=True)
    on_disk.write_text("".join(row for row in rows if "1.2\\:fr" not in row), encoding="utf-8")
    with real.run() as kamailio:
        assert kamailio.in_force() == (1, 1)
        call(real, CALLERS[:20])


@needs_kamailio
def test_a_later_table_in_the_configuration_holds_over_the_one_on_disk(real: RealKamailio) -> None:
    with real.run() as kamailio:
        kamailio.tell(table(3500, version=2))
    real.write(table(5000, version=3))
    with real.run() as kamailio:
        assert kamailio.in_force() == (1, 3)


@needs_kamailio
def test_tables_of_the_past_are_not_kept(real: RealKamailio) -> None:
    with real.run() as kamailio:
        for version in range(2, 12):
            kamailio.tell(table(2000 + version, version=version))
    kept = (real.folder / "state" / "shares").read_text().count("salt")
    assert kept == 2


@needs_kamailio
def test_calls_go_on_while_whoever_tells_it_stands_still(real: RealKamailio) -> None:
    telling = (
        "import sys, time\n"
        "from releve.switchboard.edges.kamailio import Kamailio\n"
        "with Kamailio(sys.argv[1]) as kamailio:\n"
        "    print(kamailio.in_force(), flush=True)\n"
        "    while True:\n"
        "        kamailio._rpc('htable.sets', ['shares', '1.2:half', 'told'])\n"
    )
    with real.run():
        releve = subprocess.Popen([sys.executable, "-c", telling, real.control], stdout=subprocess.PIPE)
        try:
            assert releve.stdout is not None
            assert releve.stdout.readline() == b"(1, 1)\n"
            os.kill(releve.pid, signal.SIGSTOP)  # in the middle of a table
            stopped = call(real, CALLERS[:300])
            releve.kill()
            assert call(real, CALLERS[:300]) == stopped
        finally:
            releve.kill()
            releve.wait()
            releve.stdout.close() if releve.stdout else None


@needs_kamailio
def test_who_tells_it_must_know_the_token(tmp_path: Path) -> None:
    real = RealKamailio(tmp_path, table(), token="a long one")
    with real.run() as kamailio:
        assert kamailio.tell(table(version=2))
        with Kamailio(real.control, "a wrong one") as stranger, pytest.raises(EdgeError, match="said 401"):
            stranger.tell(table(version=3))


@needs_kamailio
def test_a_flood_from_one_source_gets_503(tmp_path: Path) -> None:
    real = RealKamailio(tmp_path, table(), limit=50)
    with real.run(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.settimeout(5)
        phone.connect(("127.0.0.1", real.calls))
        heard = []
        for number in range(500):
            phone.send(invite(branch=f"z9hG4bK{number}"))
            heard.append(phone.recv(65_536))
    refused = [each for each in heard if each.startswith(b"SIP/2.0 503 ")]
    assert len(refused) > 250
    assert b"Retry-After: 5" in refused[0]


def test_an_edge_that_does_not_answer_is_said() -> None:
    with Kamailio("127.0.0.1:9") as kamailio, pytest.raises(EdgeError, match="does not answer"):
        kamailio.tell(table())


def test_what_is_no_kamailio_is_said() -> None:
    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html>")

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Other) as other:
        thread = Thread(target=other.handle_request)
        thread.start()
        with (
            Kamailio(f"127.0.0.1:{other.server_port}") as kamailio,
            pytest.raises(EdgeError, match="is no Kamailio"),
        ):
            kamailio.in_force()
        thread.join()


def test_a_control_port_for_everybody_needs_a_token() -> None:
    with pytest.raises(InputError, match="control-open"):
        configuration(table(), Settings("small", "/tmp", control="0.0.0.0:5065"))


def test_where_nobody_is_open_the_edge_keeps_the_owner_and_who_stands_in() -> None:
    night = rows_of(table(open_=(0, 0)))
    day = rows_of(table())
    assert night == day


def test_a_closed_destination_is_left_out_while_another_is_open() -> None:
    assert NEW not in "".join(rows_of(table(open_=(1, 0))).values())
