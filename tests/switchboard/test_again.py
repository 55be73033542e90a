"""The same request again and again, at once, across restarts and a changed plan: one decision for each contact."""

import random
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from time import sleep

import httpx
import pytest

from tests.operation.small_move import edit, write_small_move
from tests.switchboard.running import Process, as_process

CONTACTS = 60
RENAMED = ("transition.toml", 'name = "small"', 'name = "changed"')
PATIENCE = 100  # tries, a tenth of a second apart


@pytest.fixture(scope="module")
def move(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_move(tmp_path_factory.mktemp("again") / "move")


def ask_each(running: Process, token: str, chance: random.Random) -> dict[str, set[str]]:
    """Each contact is asked for 1 to 5 times, all at once; what was answered about it, but for where it is durable."""
    asks = [number for number in range(CONTACTS) for _ in range(chance.randint(1, 5))]
    chance.shuffle(asks)
    answers: dict[str, set[str]] = {}
    with running.client(token) as client, ThreadPoolExecutor(16) as many:

        def ask(number: int) -> httpx.Response:
            body = {"id": f"call-{number}", "queue": "fr", "customer": str(number % 20)}
            return client.post("/v1/contacts", json=body)

        for said in many.map(ask, asks):
            assert said.status_code == 200, said.text
            answers.setdefault(said.json()["contact"], set()).add(said.text)
    return answers


def test_each_contact_has_one_decision_across_a_restart_and_a_changed_plan(
    move: Path, tmp_path: Path
) -> None:
    chance = random.Random(8)
    with as_process(move, tmp_path / "state") as first:
        token = first.token("edge")
        before = ask_each(first, token, chance)
        first.process.kill()
        first.process.wait()
    with changed(move, *RENAMED), as_process(move, tmp_path / "state") as second:
        after = ask_each(second, token, chance)
        with second.client(second.token("viewer")) as viewer:
            assert viewer.get("/v1/state").json()["plan"] == "2"
    assert len(before) == CONTACTS
    assert {contact for contact, said in before.items() if len(said) > 1} == set()
    assert after == before


@pytest.fixture(scope="module")
def running(move: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    with as_process(move, tmp_path_factory.mktemp("reloading")) as started:
        yield started


@contextmanager
def changed(move: Path, file: str, old: str, new: str) -> Iterator[None]:
    """The move with another text in one of its files, for a while."""
    before = (move / file).read_text()
    edit(move, file, old, new)
    try:
        yield
    finally:
        (move / file).write_text(before)


def logged(running: Process, event: str) -> str:
    """The line of the log about an event, once it is there."""
    for _ in range(PATIENCE):
        lines = [line for line in running.logged().splitlines() if f'"event":"{event}"' in line]
        if lines:
            return lines[-1]
        sleep(0.1)
    raise AssertionError(running.logged())


def test_a_changed_move_is_put_in_force_while_contacts_are_decided(move: Path, running: Process) -> None:
    token, manager = running.token("edge"), running.client(running.token("manager"))
    with changed(move, *RENAMED), ThreadPoolExecutor(1) as beside, manager:
        reloading = beside.submit(lambda: manager.post("/v1/reload"))
        while not reloading.done():
            assert len(ask_each(running, token, random.Random(1))) == CONTACTS
    assert reloading.result().json() == {"plan": "2"}


def test_a_wrong_move_is_refused_with_its_findings_and_the_old_one_goes_on(
    move: Path, running: Process
) -> None:
    with (
        changed(move, "operation.toml", 'home = "old"', 'home = "elsewhere"'),
        running.client(running.token("manager", "ann")) as manager,
    ):
        plan = manager.get("/v1/state").json()["plan"]
        said = manager.post("/v1/reload")
        assert (said.status_code, said.json()["findings"][0]["file"]) == (400, "operation.toml")
        assert manager.get("/v1/state").json()["plan"] == plan


def test_a_signal_reloads_and_the_log_says_what_came_of_it(move: Path, running: Process) -> None:
    with changed(move, "operation.toml", 'home = "old"', 'home = "elsewhere"'):
        running.process.send_signal(signal.SIGHUP)
        assert "elsewhere" in logged(running, "reload-refused")
    running.process.send_signal(signal.SIGHUP)
    assert '"plan":"' in logged(running, "reloaded")


def test_a_salt_is_never_another(move: Path, running: Process) -> None:
    with (
        changed(move, "transition.toml", 'salt = "small"', 'salt = "other"'),
        running.client(running.token("manager", "bob")) as manager,
    ):
        assert manager.post("/v1/reload").json()["error"] == "salt-changed"


def test_what_happens_is_logged_and_no_token_nor_customer_is(running: Process) -> None:
    token = running.token("edge", "seen")
    with running.client(token) as edge:
        edge.post("/v1/contacts", json={"id": "x", "queue": "fr", "phone": "+32475123456"})
        edge.post("/v1/contacts", json={"id": "y", "queue": "fr", "phone": "+32475123456", "colour": "red"})
        edge.get("/v1/state")
    assert '"operation":"GET /v1/state","status":403,"client":"127.0.0.1"' in logged(running, "refused")
    log = running.logged()
    assert "475123456" not in log
    assert token not in log


def test_requests_are_counted_for_prometheus(running: Process) -> None:
    with running.client(running.token("viewer")) as viewer:
        version = viewer.get("/v1/state").json()["version"]
        text = viewer.get("/metrics").text
    assert 'releve_requests_total{operation="GET /v1/state",status="200"} ' in text
    assert 'releve_request_seconds_bucket{operation="GET /v1/state",le="+Inf"} ' in text
    assert "releve_spooling 0\n" in text
    assert f"releve_version {version}\n" in text


def test_told_to_stop_it_ends_well(move: Path, tmp_path: Path) -> None:
    with as_process(move, tmp_path / "state") as running:
        running.process.terminate()
        assert running.process.wait(60) == 0
        assert '"event":"stopped"' in running.logged()
