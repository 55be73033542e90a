"""When something is wrong: the store is gone, nothing can be written, it is told to stop, or too many come."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from shutil import copy2
from time import sleep
from typing import cast

import httpx
import pytest

from benchmarks.postgres_server import Server, programs, server
from releve.base.errors import JournalError
from releve.cli import main
from releve.journal.journal import Journal
from releve.journal.sqlite import SqliteStore
from releve.journal.store import Store
from releve.journal.where import open_store
from releve.switchboard import wire
from releve.switchboard.access import Role
from tests.journal.worlds import Door, contacts
from tests.operation.small_move import write_small_move
from tests.switchboard.running import as_process, in_thread

ASKING: tuple[Role, Role] = ("edge", "viewer")
PATIENCE = 100  # tries, a tenth of a second apart


def body(number: int) -> dict[str, str]:
    return {"id": f"call-{number}", "queue": "fr", "customer": str(number)}


def comes_home(viewer: httpx.Client) -> bool:
    """Whether the store is written again before long."""
    for _ in range(PATIENCE):
        if viewer.get("/v1/state").json()["durable"] == "store":
            return True
        sleep(0.1)
    return False


@pytest.fixture
def move(tmp_path: Path) -> Path:
    return write_small_move(tmp_path / "move")


def test_without_its_store_contacts_are_decided_in_the_spool_and_come_home(
    move: Path, tmp_path: Path
) -> None:
    door = Door(SqliteStore(tmp_path / "journal.sqlite"))
    with in_thread(move, tmp_path / "state", store=cast(Store, door)) as running, ExitStack() as stack:
        edge, viewer = (stack.enter_context(running.client(running.token(role))) for role in ASKING)
        door.shut = True
        said = [edge.post("/v1/contacts", json=body(1)).json() for _ in range(2)]
        assert [each["durable"] for each in said] == ["spool", "spool"]
        assert said[0] == said[1]
        assert viewer.get("/v1/state").json()["durable"] == "spool"
        assert "releve_spooling 1\n" in viewer.get("/metrics").text
        door.shut = False
        assert comes_home(viewer)
        assert edge.post("/v1/contacts", json=body(1)).json() == said[0] | {"durable": "store"}


def test_nothing_is_acknowledged_that_cannot_be_made_durable(
    move: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise JournalError("the disk is full")

    with in_thread(move, tmp_path / "state") as running, running.client(running.token("edge")) as edge:
        with monkeypatch.context() as broken:
            broken.setattr(Journal, "append", fails)
            said = edge.post("/v1/contacts", json=body(1))
        assert (said.status_code, said.json()["error"], said.headers["retry-after"]) == (
            503,
            "not-durable",
            "1",
        )
        assert edge.post("/v1/contacts", json=body(1)).status_code == 200


def test_told_to_stop_under_load_it_answers_what_it_recorded(move: Path, tmp_path: Path) -> None:
    with as_process(move, tmp_path / "state") as running, running.client(running.token("edge")) as edge:

        def ask(number: int) -> str | None:
            try:
                return str(edge.post("/v1/contacts", json=body(number)).raise_for_status().json()["contact"])
            except httpx.TransportError:
                return None

        with ThreadPoolExecutor(8) as many:
            asked = [many.submit(ask, number) for number in range(400)]
            sleep(0.3)
            running.process.terminate()
            answered = {each.result() for each in asked} - {None}
        assert running.process.wait(60) == 0
    store = open_store(str(tmp_path / "state/journal.sqlite"))
    assert answered == set(contacts(store))
    store.close()


def test_who_comes_when_all_connections_are_taken_is_told_to_come_back(
    move: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "MOST_CONNECTIONS", 3)
    with in_thread(move, tmp_path / "state") as running, ExitStack() as open_ones:
        for _ in range(3):
            link = open_ones.enter_context(socket.create_connection(running.address))
            link.sendall(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n")
            assert link.recv(1_000).startswith(b"HTTP/1.1 200 ")
        said = httpx.get(running.url + "/healthz")
        assert (said.status_code, said.headers["retry-after"]) == (503, "1")


@pytest.fixture(scope="module")
def database() -> Iterator[Server]:
    found = programs()
    if found is None:
        pytest.skip("PostgreSQL is not installed: on Debian, apt-get install postgresql")
    with server(found) as running:
        yield running


def test_two_switchboards_on_one_database_decide_a_contact_once(
    database: Server, move: Path, tmp_path: Path
) -> None:
    address = database.database()
    with in_thread(move, tmp_path / "1", node="one", store=open_store(address)) as one, ExitStack() as stack:
        (tmp_path / "2").mkdir()
        copy2(tmp_path / "1/secret", tmp_path / "2/secret")
        two = stack.enter_context(in_thread(move, tmp_path / "2", node="two", store=open_store(address)))
        edges = [stack.enter_context(each.client(each.token("edge"))) for each in (one, two)]
        with ThreadPoolExecutor(16) as many:
            asks = [(edge, number) for number in range(40) for edge in edges]
            said = list(many.map(lambda ask: ask[0].post("/v1/contacts", json=body(ask[1])).text, asks))
    assert len(set(said)) == 40


def test_with_a_secret_of_its_own_a_second_switchboard_does_not_start(
    database: Server, move: Path, tmp_path: Path
) -> None:
    address = database.database()
    with as_process(move, tmp_path / "1", "--journal", address):
        pass
    options = ["--journal", address, "--node", "node-2", "--port", "0"]
    assert main(["serve", str(move), "--state", str(tmp_path / "2"), *options]) == 2
