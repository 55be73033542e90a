"""What-ifs: changes of a move asked for on the command line, by a short form or by a scenario's name.

A short form is `WORD=VALUE`, or `WORD:OF=VALUE` where it speaks of one thing alone. Each makes the patches of a
scenario that nobody has written down: what it changes is checked like any scenario. `FORMS` is the table of them.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from releve.base.errors import InputError, wrong
from releve.operation.move import Move
from releve.operation.plan import Patch, Scenario
from releve.operation.scenario import HOLIDAY_LATER
from releve.operation.shape import did_you_mean, listed

AND = " and "  # between changes that are laid on together
SOURCE = "what-if"
PERCENT = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*%")
NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
DAYS = re.compile(r"([+-]?\d+)\s*d")
FORM = re.compile(r"(?P<word>[^:=]*)(?::(?P<of>.*))?=(?P<value>[^=]*)")

Patches = Iterable[Patch]
Read = Callable[[str], Any]  # a value from what is written; None: it is no value of this form
Make = Callable[[Move, str, Any], Patches]  # from the move, what it speaks of ("": all), the value


@dataclass(frozen=True)
class Form:
    """A short form: what it may be said of alone, an example of its value, and what it does."""

    of: str  # queue, site, team, contract, row of calendar.csv; "": it speaks of everything
    example: str
    says: str
    read: Read
    make: Make


@dataclass(frozen=True)
class WhatIf:
    """One what-if as it was asked: scenarios of the move by name, and the changes that short forms make."""

    asked: str
    title: str  # what it asks, in words
    names: tuple[str, ...]
    changes: tuple[Scenario, ...]


def what_if(asked: str, move: Move) -> WhatIf:
    """A what-if about a move from what was asked of it. Raises InputError where it is neither form nor scenario."""
    titles = {each.name: each.title for each in move.transition.scenarios}
    if any(event.status == "estimated" for event in move.calendar):
        titles.setdefault(HOLIDAY_LATER.name, HOLIDAY_LATER.title)
    names, changes, said = [], [], []
    for part in (each.strip() for each in asked.split(AND)):
        if part in titles:
            names.append(part)
            said.append(titles[part] or part)
        else:
            change = _change(part, move, tuple(titles))
            changes.append(change)
            said.append(change.title)
    return WhatIf(asked.strip(), "; ".join(said), tuple(names), tuple(changes))


def _change(part: str, move: Move, scenarios: Sequence[str]) -> Scenario:
    """A short form as a scenario, which is named as it was asked."""
    found = FORM.fullmatch(part)
    word, of, written = (
        (found["word"], found["of"] or "", found["value"].strip()) if found else (part, "", "")
    )
    form = FORMS.get(word)
    if form is None:
        raise _unknown(part, word, scenarios)
    value = form.read(written)
    if value is None or (of and not form.of):
        alone = f"; of one {form.of} alone: {word}:NAME={form.example}" if form.of else ""
        raise wrong("bad-what-if", f"'{part}'", f"as {word}={form.example}{alone}", "write it like that")
    patches = tuple(form.make(move, of, value))
    # Named as it was asked, which no written scenario could be: so the two never meet.
    return Scenario.model_construct(name=part, title=f"{form.says}: {part}", patches=patches)


def _unknown(part: str, word: str, scenarios: Sequence[str]) -> InputError:
    forms = ", ".join(f"{name}={form.example}" for name, form in FORMS.items())
    allowed = f"{forms}; or a scenario of the move: {listed(scenarios)}"
    return wrong(
        "unknown-what-if",
        f"'{part}'",
        allowed,
        did_you_mean(word, (*FORMS, *scenarios), "write one of these"),
    )


def _factor(written: str) -> float | None:
    found = PERCENT.fullmatch(written)
    return 1.0 + float(found[1]) / 100.0 if found else None


def _number(written: str) -> float | None:
    return float(written) if NUMBER.fullmatch(written) else None


def _days(written: str) -> int | None:
    found = DAYS.fullmatch(written)
    return int(found[1]) if found else None


def _clock(written: str) -> str | None:
    return written if written in ("client", "site") else None


def _price(written: str) -> Callable[[int], int] | None:
    """What an amount in cents becomes: by some per cent more, or a price of its own in the currency's unit."""
    if (factor := _factor(written)) is not None:
        return lambda cents: round(cents * factor)
    number = _number(written)
    return None if number is None else lambda _cents: round(number * 100)


def _event(effect: str, kind: str, unit: str) -> Make:
    """A row of the calendar over the whole transition; said of nothing alone it holds for all of that kind."""

    def make(move: Move, of: str, amount: float) -> Patches:
        everything = [f"site:{site.name}" for site in move.operation.sites] if kind == "site" else ["*"]
        for scope in [f"{kind}:{of}"] if of else everything:
            row = {
                "scope": scope,
                "effect": effect,
                "amount": amount,
                "unit": unit,
                "mark": "J",
                "source": SOURCE,
            }
            dates = {"from": move.transition.starts.isoformat(), "to": move.transition.ends.isoformat()}
            yield Patch(file="calendar.csv", where={}, append=row | dates | {"name": SOURCE})

    return make


def _holidays(_move: Move, of: str, days: int) -> Patches:
    where = {"name": of} if of else {"status": "estimated"}
    for key in ("from", "to"):
        yield Patch(file="calendar.csv", where=where, key=key, add=days, source=SOURCE)


def _shifts(_move: Move, _of: str, clock: str) -> Patches:
    yield Patch(file="operation.toml", table="shifts", where={}, key="clock", set=clock, source=SOURCE)


def _prices(move: Move, of: str, price: Callable[[int], int]) -> Patches:
    """The price lines of a contract, or of every contract of a site that waves move to."""
    sites = _new_sites(move)
    for contract in move.operation.contracts:
        if contract.name == of or (not of and sites & set(contract.sites)):
            lines = [each.model_dump(exclude_none=True) for each in contract.prices]
            told = [line | {"amount_cents": price(line["amount_cents"])} for line in lines]
            yield _promise("contracts", "name", contract.name, "prices", told)
    if of not in {"", *(contract.name for contract in move.operation.contracts)}:
        yield _promise("contracts", "name", of, "prices", [])  # which says that there is none of that name


def _of_team(key: str) -> Make:
    """A setting of a team, or of every team of a site that waves move to."""

    def make(move: Move, of: str, value: float) -> Patches:
        sites = _new_sites(move)
        for name in [of] if of else [team.name for team in move.operation.teams if team.site in sites]:
            yield _promise("teams", "name", name, key, value)

    return make


def _of_quality(key: str) -> Make:
    """A setting of the quality of a site, or of every site that waves move to."""

    def make(move: Move, of: str, value: float) -> Patches:
        there = {each.site for each in move.transition.quality}
        for site in [of] if of else sorted(_new_sites(move)):
            if site in there:
                yield _promise("quality", "site", site, key, value, file="transition.toml")
            else:
                added = {"site": site, key: value}
                yield Patch(file="transition.toml", table="quality", where={}, append=added, source=SOURCE)

    return make


def _promise(table: str, by: str, name: str, key: str, value: Any, file: str = "operation.toml") -> Patch:
    return Patch(file=file, table=table, where={by: name}, key=key, set=value, source=SOURCE)


def _new_sites(move: Move) -> set[str]:
    """The sites that waves move to."""
    to = {wave.destination for wave in move.transition.waves}
    return {each.site for each in move.operation.destinations if each.name in to}


FORMS: dict[str, Form] = {
    "volume": Form(
        "queue", "+10%", "more or fewer contacts all through", _factor, _event("demand", "queue", "factor")
    ),
    "handle": Form(
        "queue", "+5%", "longer or shorter contacts all through", _factor, _event("handle", "queue", "factor")
    ),
    "absence": Form(
        "site",
        "+3",
        "points more or fewer people away all through",
        _number,
        _event("absence", "site", "points"),
    ),
    "holidays": Form(
        "row of calendar.csv", "+1d", "dates that are estimated come days later or earlier", _days, _holidays
    ),
    "clock": Form("", "site", "shifts kept on the clock of the client, or of each site", _clock, _shifts),
    "price": Form("contract", "16.50", "prices at the new site, each or by some per cent", _price, _prices),
    "start_factor": Form(
        "team", "1.8", "handle time of a new person over a trained one's", _number, _of_team("start_factor")
    ),
    "half_life_weeks": Form(
        "team", "4", "weeks until half of that is gone", _number, _of_team("half_life_weeks")
    ),
    "handle_factor": Form(
        "team", "1.1", "handle time of a trained person over the queue's", _number, _of_team("handle_factor")
    ),
    "resolved_points": Form(
        "site",
        "-6",
        "resolved at first contact, difference in points",
        _number,
        _of_quality("resolved_points"),
    ),
    "satisfaction_points": Form(
        "site", "-10", "satisfied, difference in points", _number, _of_quality("satisfaction_points")
    ),
}
