"""How a script of this folder says what came of it."""

from typing import NamedTuple


class Told(NamedTuple):
    """What came of one test."""

    number: int  # in docs/explanation/reliability.md
    what: str  # what was done
    passes: str  # its pass line
    figures: str  # what was counted
    passed: bool


def tell(*told: Told) -> int:
    """Print them; the exit code of the script."""
    for each in told:
        print(
            f"{each.number:2} {'pass' if each.passed else 'FAIL'}  {each.what}: {each.figures}; asked: {each.passes}"
        )
    return 0 if all(each.passed for each in told) else 1
