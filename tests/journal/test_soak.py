"""Two switchboards with faults of every kind: in = decided = answered + abandoned. The long form: chaos/soak.py"""

import asyncio
from pathlib import Path

from chaos.soak import soak


def test_whatever_breaks_every_contact_is_accounted_for(tmp_path: Path) -> None:
    done = asyncio.run(soak(tmp_path, seconds=3.0))
    assert done.came > 50
    assert done.faults > 0
    assert done.restarts > 1
    assert (done.difference, done.conflicts, done.findings) == (0, 0, 0)
