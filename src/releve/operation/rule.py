"""What a rule is: a name, how severe it is, what it says, and the function that finds what breaks it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Generic, Literal, NamedTuple, Protocol, TypeVar

from releve.operation.document import Place, Route

T = TypeVar("T")


class Problem(NamedTuple):
    """Something that breaks a rule: the file, the way to it there, and the words of the finding."""

    file: str
    route: Route
    found: str
    allowed: str
    mend: str


class Where(Protocol):
    """Where a record or a value was written."""

    def __call__(self, file: str, *route: str | int) -> Place: ...


@dataclass(frozen=True, slots=True)
class Rule(Generic[T]):
    """What a move, or an operation alone, must keep: an error keeps it from being loaded, `check` lists a warning."""

    name: str
    severity: Literal["error", "warning"]
    says: str
    problems: Callable[[T], Iterable[Problem]]
    first: bool = (
        False  # where it is broken nothing after it is asked: the answers would be long and senseless
    )


CENTRE = "operation.toml"
PLAN = "transition.toml"


def in_plan(table: str, number: int, key: str, found: object, allowed: str, mend: str = "") -> Problem:
    """A problem at a key of a table of transition.toml."""
    return Problem(PLAN, (table, number, key), f"{key} = {found}", allowed, mend)


def in_centre(table: str, number: int, key: str, found: object, allowed: str, mend: str = "") -> Problem:
    """A problem at a key of a table of operation.toml."""
    return Problem(CENTRE, (table, number, key), f"{key} = {found}", allowed, mend)


def span(days: list[date]) -> str:
    """Days for people: the first, the last, how many."""
    if len(days) == 1:
        return str(days[0])
    return f"{days[0]} to {days[-1]} ({len(days)} days)"
