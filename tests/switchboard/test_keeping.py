"""A switchboard that runs, with its edges: calls are durable before the answer, or recorded when they come back."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from releve.journal.entries import Decision
from releve.journal.replay import replay
from releve.journal.where import open_store
from releve.switchboard.edges.kamailio import Kamailio
from releve.switchboard.edges.keeping import Asked
from releve.switchboard.edges.table import edge_table
from tests.operation.small_move import edit, write_small_move
from tests.switchboard.real_kamailio import RealKamailio, ask, free_port, needs_kamailio
from tests.switchboard.running import PATIENCE_S, Process, as_process, in_thread
from tests.switchboard.small_switchboard import DIALLED, invite, routing


@pytest.fixture
def move(tmp_path: Path) -> Path:
    write_small_move(tmp_path / "move")
    return edit(
        tmp_path / "move", "operation.toml", 'channel = "call"', 'channel = "call"\ndialled = ["+3278150150"]'
    )


def decisions(state: Path) -> list[Decision]:
    with closing(open_store(str(state / "journal.sqlite"))) as store:
        return [each.entry for each in replay(store) if isinstance(each.entry, Decision)]


def until(true: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_call_to_the_built_in_server_is_in_the_journal_once(move: Path, tmp_path: Path) -> None:
    port = free_port()
    with in_thread(move, tmp_path / "state", edges=Asked(sip=("127.0.0.1", port))) as running:
        for branch in ("z9hG4bK-1", "z9hG4bK-1", "z9hG4bK-another-way"):
            told = ask(port, invite("+3278150150", branch=branch))
            assert "Contact: <sip:+3278150150@old>;q=1.0" in told
        with running.client(running.token("viewer")) as client:
            assert 'releve_sip_total{what="302"}' in client.get("/metrics").text
    (decision,) = decisions(tmp_path / "state")
    assert (decision.contact, decision.edge, decision.destination) == ("c1@phone", "sip", "old")


def test_calls_that_one_id_cannot_be_are_told_to_go_elsewhere(move: Path, tmp_path: Path) -> None:
    port = free_port()
    with in_thread(move, tmp_path / "state", edges=Asked(sip=("127.0.0.1", port))):
        assert ask(port, invite("fr")).startswith("SIP/2.0 302 ")
        assert ask(port, invite("fr", caller="+32475999999")).startswith("SIP/2.0 503 ")


@needs_kamailio
def test_a_kamailio_is_told_what_holds_and_its_calls_come_back(move: Path, tmp_path: Path) -> None:
    real = RealKamailio(tmp_path / "edge", edge_table(routing(), DIALLED))
    with real.run() as kamailio:
        before = kamailio.in_force()
        with in_thread(move, tmp_path / "state", edges=Asked(kamailios=(real.control,))):
            until(lambda: kamailio.in_force() > before)
            assert "Contact: <sip:+3278150150@old>" in ask(real.calls, invite("+3278150150"))
            ask(real.calls, invite("+3278150150"))
            until(lambda: len(decisions(tmp_path / "state")) > 0)
    (decision,) = decisions(tmp_path / "state")
    assert (decision.contact, decision.cell.queue, decision.why) == ("c1@phone", "fr", "its bucket")
    assert decision.edge == f"kamailio {real.control}"


@needs_kamailio
def test_a_kamailio_that_lost_its_table_is_told_again(move: Path, tmp_path: Path) -> None:
    real = RealKamailio(tmp_path / "edge", edge_table(routing(), DIALLED))
    with in_thread(move, tmp_path / "state", edges=Asked(kamailios=(real.control,))):
        for _ in range(2):
            with real.run(kill=True) as kamailio:
                until(partial(told, kamailio))
            real.forget()


def told(kamailio: Kamailio) -> bool:
    return kamailio.in_force() > (1, 1)


def freeze(process: Process) -> None:
    os.kill(process.process.pid, signal.SIGSTOP)


def kill(process: Process) -> None:
    process.process.kill()


@needs_kamailio
@pytest.mark.parametrize("happens", [freeze, kill])
def test_calls_through_kamailio_go_on_while_releve_is_frozen_or_dead(
    move: Path, tmp_path: Path, happens: Callable[[Process], None]
) -> None:
    real = RealKamailio(tmp_path / "edge", edge_table(routing(), DIALLED))
    with real.run() as kamailio, as_process(move, tmp_path / "state", "--kamailio", real.control) as releve:
        until(lambda: told(kamailio))
        happens(releve)
        try:
            for number in range(300):
                message = invite(call_id=f"c{number}", branch=f"z9hG4bK-{number}")
                assert ask(real.calls, message, 0.5).startswith("SIP/2.0 302 ")  # before it is sent again
        finally:
            releve.process.send_signal(signal.SIGCONT)
