"""Bad moves for tests: an edit of the small move, and the finding that it must give."""

from pathlib import Path
from typing import NamedTuple

import pytest

from releve.base.errors import InputError
from releve.operation.loading import load
from tests.operation.small_move import edit, write_small_move

CENTRE, PLAN, HISTORY = "operation.toml", "transition.toml", "history.csv"
PEOPLE, HOURS, EVENTS, SOURCES = "workforce.csv", "hours.csv", "calendar.csv", "sources.csv"

GATES = '[[gates]]\nkind = "capacity"'  # what stands behind the small move's only wave, from line 17 on

# A third destination, at the end of its file so that no line above it moves.
THIRD = """
[[sites]]
name = "third"
provider = "new-provider"
country = "MA"
zone = "Africa/Casablanca"

[[destinations]]
name = "third"
site = "third"
"""


# A target of deferred work, at the end of its file too.
DEFERRED = """
[[targets]]
name = "mail"
definition = "deadline"
pct = 95
deadline_days = 5
"""


class Case(NamedTuple):
    file: str
    old: str
    new: str
    rule: str
    line: int
    words: str  # stand in the finding
    elsewhere: str = ""  # the file of the finding, where it is not the one that was edited


def second(
    opens: str = "2025-10-27", queue: str = "fr", to: str = "new", donor: str = "old", share: str = "80"
) -> str:
    """A second wave before the gates."""
    return (
        f'[[waves]]\nname = "second"\nopens = {opens}\nqueues = ["{queue}"]\ndestination = "{to}"\n'
        f'donor = "{donor}"\nshare_pct = {share}\ngates = ["people"]\n\n{GATES}'
    )


def outage(first: str, last: str) -> str:
    """An outage before the gates."""
    return f'[[outages]]\nsite = "new"\nfrom = {first}\nto = {last}\n{GATES}'


def check_refused(folder: Path, case: Case) -> None:
    """Edit the small move as the case says and see that its finding is among those that refuse it."""
    spring = case.rule in {"opening-leapt", "shift-leapt"}  # these need a clock that goes forward
    write_small_move(folder, ends="2026-03-31" if spring else "2025-11-29")
    with (folder / CENTRE).open("a") as centre:
        centre.write(THIRD)
    edit(folder, case.file, case.old, case.new)
    with pytest.raises(InputError) as refused:
        load(folder)
    told = [each for each in refused.value.findings if each.rule == case.rule]
    where = (case.elsewhere or case.file, case.line)
    assert where in {(each.file, each.line) for each in told}, str(refused.value)
    assert any(case.words in str(each) for each in told), str(refused.value)
