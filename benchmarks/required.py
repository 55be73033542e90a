"""Agents required: 10,000 intervals by Erlang C and by Erlang A, beside pyworkforce in the same run.

    python -m benchmarks.required

The intervals differ in load: half-hours of calls of 300 s, 1 to 500 erlangs, log-uniform; 80 % of the offered are to be
answered within 20 s. The peer takes one interval at a time and is asked for a few of them only; what 10,000 would take
it is that many times as long. On Python 3.11 the peer is pyworkforce 0.5.1, which knows Erlang C; from 0.5.4 on, which
needs Python 3.12, it knows Erlang A too: where it is installed its rows are printed. Equal means the same number of
agents in every interval asked.
"""

import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyworkforce import queuing

from releve.workforce.erlang import ServiceLevel, agents_needed

HANDLE_S, PATIENCE_S, THRESHOLD_S, PART = 300.0, 120.0, 20.0, 0.8
INTERVALS, RUNS = 10_000, 5
ASKED = {"Erlang C": 500, "Erlang A": 12}  # intervals that the peer is asked for
LARGEST = (2_000, 20_000)  # erlangs

Agents = NDArray[np.int64]


class Timed(NamedTuple):
    agents: Agents
    seconds: float


def ours(erlangs: NDArray[np.float64], patience_s: float) -> Timed:
    """Our answer for all intervals at once, and the least time of some runs."""
    best = np.inf
    for _ in range(RUNS):
        began = time.perf_counter()
        agents = agents_needed(erlangs, HANDLE_S, patience_s, THRESHOLD_S, PART, ServiceLevel.OF_OFFERED)
        best = min(best, time.perf_counter() - began)
    return Timed(agents, best)


def peers(kind: str) -> Callable[[float], int] | None:
    """What the peer says of one load; none: it does not know the formula."""
    model = getattr(queuing, kind.replace(" ", ""), None)
    if model is None:
        return None
    patience = {"patience": PATIENCE_S / 60} if kind == "Erlang A" else {}

    def one(erlangs: float) -> int:
        calls = erlangs * 1800 / HANDLE_S
        asked = {"transactions": calls, "aht": HANDLE_S / 60, "interval": 30, "asa": THRESHOLD_S / 60}
        return int(model(**asked, **patience).required_positions(service_level=PART)["raw_positions"])

    return one


def theirs(one: Callable[[float], int], erlangs: Sequence[float]) -> Timed:
    """The peer's answers one by one, and their time."""
    began = time.perf_counter()
    agents = [one(load) for load in erlangs]
    return Timed(np.array(agents), time.perf_counter() - began)


def row(kind: str, patience_s: float, erlangs: NDArray[np.float64]) -> None:
    """One formula: seconds for all intervals, the ratio, and whether the answers are equal."""
    mine = ours(erlangs, patience_s)
    print(f"{kind}  Releve       {INTERVALS:>6,} intervals  {mine.seconds:9.3f} s")
    one = peers(kind)
    if one is None:
        print(f"{kind}  pyworkforce  does not know it before 0.5.4, which needs Python 3.12")
        return
    places = np.linspace(0, INTERVALS - 1, ASKED[kind]).astype(int)
    other = theirs(one, erlangs[places].tolist())
    whole = other.seconds * INTERVALS / len(places)
    differ = np.flatnonzero(other.agents != mine.agents[places])
    said = "equal" if not len(differ) else f"{len(differ)} differ"
    below = int((mine.agents[places] < erlangs[places]).sum())
    print(
        f"{kind}  pyworkforce  {len(places):>6,} intervals  {other.seconds:9.3f} s  that is {whole:,.0f} s for all, "
        f"{whole / mine.seconds:,.0f} x ours; {said}, {below} of ours below the load"
    )
    for place in differ[:3].tolist():
        load, asked = erlangs[places[place]], mine.agents[places[place]]
        print(f"    {load:.2f} erlangs: Releve {asked}, pyworkforce {other.agents[place]}")


def large(load: float) -> None:
    """A large load by Erlang C, where an inverse that grows without end is no number any more."""
    mine = ours(np.array([load]), np.inf).agents[0]
    one = peers("Erlang C")
    try:
        said = f"{one(load):,}" if one else "-"
    except (ArithmeticError, ValueError) as error:
        said = type(error).__name__
    print(f"Erlang C  {load:>6,.0f} erlangs: Releve {mine:,}, pyworkforce {said}")


def main() -> None:
    print(
        f"pyworkforce {version('pyworkforce')}; 80 % of the offered in 20 s, calls of 300 s, patience 120 s"
    )
    erlangs = np.sort(np.exp(np.random.default_rng(1).uniform(0, np.log(500), INTERVALS)))
    row("Erlang C", np.inf, erlangs)
    row("Erlang A", PATIENCE_S, erlangs)
    for load in LARGEST:
        large(load)


if __name__ == "__main__":
    main()
