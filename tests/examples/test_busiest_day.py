"""The example's busiest day by the kernel as plain Python: the same bytes as compiled."""

from pathlib import Path

import numpy as np
import pytest

from releve.demand.expected import expected
from releve.demand.needed import Needs
from releve.engine.day import day
from releve.engine.house import House
from releve.engine.shapes import Array
from releve.operation.loading import load
from releve.rehearsal import play
from releve.rehearsal.bench import Bench
from releve.rehearsal.rehearse import transition_days
from releve.rehearsal.stage import stage
from tests.engine.uncompiled import Morning, compiled, uncompiled

EXAMPLE = Path(__file__).parents[2] / "examples" / "liege-morocco"


class Busiest:
    """Plays days as the engine does, and keeps the one with the most events before it is played."""

    def __init__(self) -> None:
        self.events = 0
        self.morning: Morning

    def __call__(self, house: House, came: Array) -> Morning:
        house, carry = day(house, came)
        if house.today["events"][0] > self.events:
            self.events = int(house.today["events"][0])
            self.morning = copied(house), came.copy()
        return house, carry


def copied(house: House) -> House:
    """The house in memory of its own, before the next day uses it again."""
    arrays = {name: array.copy() for name, array in house._asdict().items()}
    tally = arrays["tally"]
    return House(**arrays | {"cells": tally.view(np.float64).reshape(*tally.shape, -1)})


@pytest.fixture(scope="module")
def busiest() -> Morning:
    """Of the first replication of `make demo`."""
    move = load(EXAMPLE)
    days = transition_days(move)
    ready = stage(move, days, expected(move, days), counted_on=days[0])
    needs = Needs(ready)
    keeper = Busiest()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(play, "play_day", keeper)
        play.play(play.Stand(ready, Bench(ready, needs), needs), 1, 0, ready.house())
    return keeper.morning


def test_the_uncompiled_kernel_gives_the_same_bytes_on_the_examples_busiest_day(
    busiest: Morning, tmp_path: Path
) -> None:
    by_python = uncompiled([busiest], tmp_path / "day")
    assert compiled([busiest]) == by_python
    assert busiest[0].tally["offered"].sum() > 10_000
