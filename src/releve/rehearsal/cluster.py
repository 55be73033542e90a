"""The players of a cluster: workers of dask.distributed on other machines, of the same kind as this one.

The part travels once, as one task's argument; workers take it from each other, and a scheduler whose worker died with
it has it made again. A replication is one task: one whose worker dies is played again elsewhere, and says the same.
"""

import asyncio
import pickle
import platform
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np

import releve
from releve.base.errors import Finding, InputError, wrong
from releve.rehearsal.players import Part, Players
from releve.rehearsal.results import Packed

if TYPE_CHECKING:
    from distributed import Client
    from distributed import Future as Told

Kind = Mapping[str, str]  # what the bytes of a replication depend on beside its move -> its version

LIBRARIES = ("numba", "numpy", "polars", "scipy")
CONNECT_S = 5  # until a scheduler that does not answer is not there
WORKERS_S = 60.0  # until a cluster without any worker is given up: nannies start theirs again in seconds


@cache
def kind() -> Kind:
    """The kind of this process: the same kind gives the same bytes."""
    code = blake2b(digest_size=6)
    home = Path(releve.__path__[0])
    for path in sorted(home.rglob("*.py")):
        code.update(str(path.relative_to(home)).encode())
        code.update(path.read_bytes())
    found: Any = np.show_config(mode="dicts")  # typed as if it only printed
    instructions = found["SIMD Extensions"]
    return {
        "python": ".".join(platform.python_version_tuple()[:2]),
        "releve": f"{releve.__version__} ({code.hexdigest()})",
        **{name: version(name) for name in LIBRARIES},
        "processor": " ".join([platform.machine(), *instructions["baseline"], *instructions["found"]]),
    }


@contextmanager
def on_cluster(part: Part, address: str) -> Iterator[Players[int, Packed]]:
    """The workers of the scheduler at an address, "tcp://host:8786" or "tls://..." with dask's own settings.

    Raises InputError where nobody is there, where someone is of another kind, or where they are lost.
    """
    # Here and not at the head: who does not use a cluster does not wait for it to load.
    from distributed import Client, KilledWorker
    from distributed.comm.core import CommClosedError

    _knock(address)
    with Client(address, timeout=CONNECT_S, set_as_default=False) as client:
        try:
            _wait_for_workers(client, address)
            _refuse_others(client, address)
            yield _players(client, part, address)
        except KilledWorker as error:
            raise wrong(
                "workers-died",
                f"{error.allowed_failures + 1} workers that died over the same replication",
                "workers that live",
                "see the log of a worker: the commonest cause is too little memory for its threads",
            ) from error
        except (CancelledError, CommClosedError) as error:
            raise wrong(
                "scheduler-lost",
                f"no answer from {address} any more",
                "",
                "start it again, and rehearse again",
            ) from error


def _knock(address: str) -> None:
    """Raise InputError where no scheduler answers; a client would say so too, but not go away quietly."""
    from distributed import Security
    from distributed.comm.core import connect

    async def knock() -> None:
        comm = await connect(address, timeout=CONNECT_S, **Security().get_connection_args("client"))
        await comm.close()

    try:
        with ThreadPoolExecutor(1) as aside:  # a notebook's own thread has a loop already
            aside.submit(asyncio.run, knock()).result()
    except (OSError, TypeError, ValueError) as error:
        raise wrong(
            "no-scheduler",
            f"'{address}': {error}",
            "the address of a scheduler that runs, such as tcp://host:8786",
            "start one: dask scheduler",
        ) from error


def _wait_for_workers(client: "Client", address: str) -> None:
    """Give workers that were started together with us the time to come."""
    try:
        client.wait_for_workers(1, timeout=CONNECT_S)
    except TimeoutError as error:
        raise _no_workers(address) from error


def _players(client: "Client", part: Part, address: str) -> Players[int, Packed]:
    """Twice as many replications under way as there are threads, so that the way to and fro costs nothing."""
    from dask import config

    # Dask advises against large tasks; this one is meant, and sent once.
    with config.set({"distributed.admin.large-graph-warning-threshold": "1 TiB"}):
        there = client.submit(pickle.loads, pickle.dumps(part))
    loop: Any = client.loop  # typed as if it might be none of asyncio's
    seen = monotonic()

    def ahead() -> int:
        nonlocal seen
        threads: int = sum(client.nthreads().values())
        if threads:
            seen = monotonic()
        elif monotonic() - seen > WORKERS_S:
            raise _no_workers(address)
        return 2 * threads

    def play(replication: int) -> Future[Packed]:
        told = client.submit(_played, there, kind(), replication, pure=False)
        # In the loop of this client: dask's own thread for callbacks serves all clients of a process, and one that
        # closes while a result is fetched there leaves it waiting for ever.
        return asyncio.run_coroutine_threadsafe(_come(told), loop.asyncio_loop)

    return Players(play, ahead)


async def _come(told: "Told[Packed]") -> Packed:
    """What a worker has finished; raises what it raised."""
    packed: Packed = await told
    return packed


def _played(part: Part, asked: Kind, replication: int) -> Packed:
    """One replication, on a worker; one that came later than the others is looked at here."""
    if kind() != asked:
        raise InputError([_other(f"worker on {platform.node()}", kind(), asked)])
    return part(replication)


def _refuse_others(client: "Client", address: str) -> None:
    """Raise InputError, with a finding for each, where a worker is not of our kind, or the scheduler has no Releve."""
    found = []
    try:
        client.run_on_scheduler(kind)  # of whatever kind: it passes tasks on, and must only know their names
    except ImportError as error:
        found.append(_other(f"scheduler {address}", error, kind()))
    kinds: dict[str, Any] = client.run(kind, on_error="return")
    found += [_other(f"worker {worker}", told, kind()) for worker, told in kinds.items() if told != kind()]
    if found:
        raise InputError(found)


def _other(who: str, told: Kind | Exception, asked: Kind) -> Finding:
    """What a worker has that we have not; it may be that it knows no Releve at all."""
    if isinstance(told, Exception):
        has, have = f"{type(told).__name__}: {told}", f"releve {asked['releve']}"
    else:
        differs = [name for name in asked if told.get(name) != asked[name]]
        has = ", ".join(f"{name} {told.get(name)}" for name in differs)
        have = ", ".join(f"{name} {asked[name]}" for name in differs)
    mend = "install the same Releve and the same requirements/run.txt there, on the same type of processor"
    return Finding("", 0, "other-worker", f"{who}: {has}", f"as here: {have}", mend)


def _no_workers(address: str) -> InputError:
    return wrong(
        "no-workers",
        f"a scheduler without workers at {address}",
        "at least one",
        f"start one: dask worker {address}",
    )
