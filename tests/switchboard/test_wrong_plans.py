"""A wrong plan is refused before anything is armed, with the sentence why."""

from pathlib import Path

import pytest

from releve.base.errors import InputError
from releve.switchboard.reading import read
from tests.operation.small_move import edit
from tests.switchboard.worlds import write_three

WRONG = {
    "a queue that nobody knows": (
        'name = "half"\nopens = 2025-10-20\nqueues = ["fr"]',
        'name = "half"\nopens = 2025-10-20\nqueues = ["fx"]',
        "a queue: fr, nl",
    ),
    "shares over 100 %": ("share_pct = 50", "share_pct = 120", "at most 100"),
    "a share that its donor has not": (
        'donor = "old"\nshare_pct = 100',
        'donor = "third"\nshare_pct = 100',
        "third",
    ),
    "waves of a queue at once": (
        "opens = 2025-10-20",
        "opens = 2025-10-13",
        "waves of a queue in the order of their days",
    ),
    "a wave after the transition": ("opens = 2025-11-03", "opens = 2026-11-03", "2025-10-01 to 2025-11-29"),
    "a wave to where it comes from": ('destination = "new"', 'destination = "old"', "another destination"),
    "a gate that is not there": (
        'gates = ["people", "brake"]',
        'gates = ["poeple"]',
        "did you mean 'people'?",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_it_is_refused_with_the_reason(tmp_path: Path, name: str) -> None:
    before, after, says = WRONG[name]
    folder = edit(write_three(tmp_path / "move"), "transition.toml", before, after)
    with pytest.raises(InputError, match=r"transition\.toml") as refused:
        read(str(folder))
    assert says in str(refused.value)
