"""The rehearsal on a cluster: processes of their own on this machine say what threads say, also when one dies."""

import os
import pickle
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec
import pytest

import releve
from releve.base.errors import InputError, wrong
from releve.operation.move import Move
from releve.rehearsal import cluster as clusters
from releve.rehearsal.rehearse import Rehearsed, rehearse
from tests.rehearsal.test_rehearse import LIVELY, Stopping, assert_same
from tests.rehearsal.worlds import small

PLAYED = 8


@contextmanager
def dask(*arguments: object, path: Path | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A process of dask's, killed at the end; `path` is where it finds Releve, where that is not ours."""
    home = path or Path(releve.__path__[0]).parent
    process = subprocess.Popen(
        [sys.executable, "-m", "dask", *map(str, arguments), "--no-dashboard"],
        env=os.environ | {"PYTHONPATH": str(home), "DASK_LOGGING__DISTRIBUTED": "error"},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


class Cluster:
    """A scheduler, and as many workers of one thread as are asked for; nobody starts a dead one again."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack = folder, stack
        told = folder / "scheduler.json"
        local = ("--host", "127.0.0.1", "--port", 0)
        self.scheduler = stack.enter_context(dask("scheduler", *local, "--scheduler-file", told))
        until(lambda: told.exists() and told.read_bytes().endswith(b"}"))
        self.address: str = msgspec.json.decode(told.read_bytes())["address"]

    def start(self, workers: int, path: Path | None = None) -> list[subprocess.Popen[bytes]]:
        """The first workers, when all have come."""
        options = ("--nthreads", 1, "--no-nanny", "--local-directory", self.folder)
        started = [
            self.stack.enter_context(dask("worker", self.address, *options, path=path))
            for _ in range(workers)
        ]
        until(lambda: self.workers() == workers)
        return started

    def workers(self) -> int:
        from distributed import Client  # as the program does: only what needs it loads it

        with Client(self.address, set_as_default=False) as client:
            return len(client.nthreads())


def until(there: Callable[[], bool]) -> None:
    """Wait for something, half a minute at most."""
    for _ in range(300):
        if there():
            return
        time.sleep(0.1)
    pytest.fail("nobody came")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with ExitStack() as stack:
        yield Cluster(tmp_path, stack)


@pytest.fixture(scope="module")
def lively(tmp_path_factory: pytest.TempPathFactory) -> Move:
    return small(tmp_path_factory.mktemp("lively") / "move", *LIVELY)


@pytest.fixture(scope="module")
def on_threads(lively: Move) -> Rehearsed:
    return rehearse(lively, replications=PLAYED, threads=2)


@pytest.mark.parametrize("workers", [1, 2])
def test_workers_say_what_threads_say(
    cluster: Cluster, lively: Move, on_threads: Rehearsed, workers: int
) -> None:
    cluster.start(workers)
    assert_same(rehearse(lively, replications=PLAYED, cluster=cluster.address), on_threads)


def test_a_worker_killed_in_the_middle_is_made_up_for(
    cluster: Cluster, lively: Move, on_threads: Rehearsed
) -> None:
    first, _ = cluster.start(2)

    def kill(done: int, _asked: int) -> None:
        if done == 2:
            first.kill()

    assert_same(rehearse(lively, replications=PLAYED, cluster=cluster.address, progress=kill), on_threads)
    assert cluster.workers() == 1


def test_ctrl_c_keeps_what_the_workers_finished(cluster: Cluster, lively: Move) -> None:
    cluster.start(1)
    stopped = rehearse(lively, replications=200, cluster=cluster.address, progress=Stopping(2))
    assert (stopped.interrupted, stopped.done) == (True, 2)


def test_a_scheduler_lost_in_the_middle_is_said(cluster: Cluster, lively: Move) -> None:
    cluster.start(1)

    def kill(done: int, _asked: int) -> None:
        if done == 2:
            cluster.scheduler.kill()

    with pytest.raises(InputError, match="scheduler-lost"):
        rehearse(lively, replications=200, cluster=cluster.address, progress=kill)


def test_a_scheduler_without_workers_is_said(
    cluster: Cluster, lively: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "CONNECT_S", 1)
    with pytest.raises(InputError, match=f"no-workers.*dask worker {cluster.address}"):
        rehearse(lively, replications=1, cluster=cluster.address)


def test_workers_lost_for_long_are_said(
    cluster: Cluster, lively: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "WORKERS_S", 0.5)
    monkeypatch.setattr("releve.rehearsal.players.LOOK_S", 0.3)
    [only] = cluster.start(1)
    with pytest.raises(InputError, match="no-workers"):
        rehearse(lively, replications=200, cluster=cluster.address, progress=lambda *_: only.kill())


def test_a_replication_that_kills_its_workers_is_said(
    lively: Move, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "0")
    with ExitStack() as stack:
        cluster = Cluster(tmp_path, stack)
        [only] = cluster.start(1)
        with pytest.raises(InputError, match="workers-died; found 1 workers"):
            rehearse(lively, replications=200, cluster=cluster.address, progress=lambda *_: only.kill())


def test_a_stuck_callback_of_another_client_holds_up_nobody(
    cluster: Cluster, lively: Move, on_threads: Rehearsed
) -> None:
    from distributed import Client

    cluster.start(1)
    let_go = threading.Event()
    bound = threading.Timer(20, let_go.set)
    bound.start()
    with Client(cluster.address, set_as_default=False) as other:
        other.submit(int).add_done_callback(lambda _: let_go.wait())
        assert_same(rehearse(lively, replications=PLAYED, cluster=cluster.address), on_threads)
        assert not let_go.is_set()
        let_go.set()
    bound.cancel()


def test_a_worker_with_other_code_is_refused(cluster: Cluster, lively: Move, tmp_path: Path) -> None:
    ours = Path(releve.__path__[0])
    shutil.copytree(ours, tmp_path / "src" / "releve")
    with (tmp_path / "src/releve/rehearsal/__init__.py").open("a") as file:
        file.write("# of another day\n")
    cluster.start(1, tmp_path / "src")
    with pytest.raises(InputError, match=r"other-worker; found worker tcp://\S+: releve .*as here: releve"):
        rehearse(lively, replications=1, cluster=cluster.address)


def test_what_is_wrong_on_a_worker_comes_whole() -> None:
    error = wrong("a-rule", "this", "that", "mend it", file="hours.csv", line=3)
    came = pickle.loads(pickle.dumps(error))
    assert (str(came), came.findings) == (str(error), error.findings)
