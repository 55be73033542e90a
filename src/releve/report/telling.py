"""What the page tells beside the numbers: names, dates that matter, marks, and how to make it again."""

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from releve.base.units import days as civil_days
from releve.report.drawing import COLOURS
from releve.report.words import ISO_DAY, capital

Row = Mapping[str, Any]
MARKS = {
    "S": "read in a public source, which is named",
    "D": "derived by arithmetic from such numbers",
    "M": "from memory, not verified",
    "J": "a judgement, without a source",
}
DATED = {  # a finding's rule, as the name of its date
    "contract-ends-first": "The old contract ends, before the transition does",
    "no-way-back": "The last way back ends",
    "held-at-short-donor": "Customers are held where people are short",
    "step-without-way-back": "A wave opens without a way back",
    "nowhere-to-roll-back": "A roll-back finds nowhere to go",
    "rollback-over": "A way back is over",
    "queue-uncovered": "A queue is left without people",
    "uncontracted": "Somebody answers without a contract",
}


def titles(rows: Iterable[Row], key: str) -> dict[str, str]:
    """The title that people read, by name."""
    return {row[key]: row["title"] or row[key] for row in rows}


def titled(names: Iterable[str], title: Mapping[str, str]) -> list[str]:
    """The titles of names; a name without one stands for itself."""
    return [title.get(name, name) for name in names]


def paid(months: Sequence[Row], contract: str) -> float:
    """The sum of a contract's median costs over the months, in cents."""
    rows = (each for month in months for each in month["contracts"] if each["contract"] == contract)
    return sum(each["cost_cents"]["p50"] or 0.0 for each in rows)


def beside_prices(months: Sequence[Row]) -> list[tuple[str, Row]]:
    """The months and contracts that cost anything beside their price lines, by the median or an end of the range."""
    parts = ("minimum_cents", "bonus_malus_cents", "exit_help_cents")
    rows = [(month["month"], each) for month in months for each in month["contracts"]]
    return [(month, each) for month, each in rows if any(any(each[part].values()) for part in parts)]


def site_order(summary: Row) -> list[str]:
    """The sites: first where contacts go, then where they come from, then the others as in the files."""
    named = {wave["destination"]: None for wave in summary["waves"]}
    named |= {wave["donor"]: None for wave in summary["waves"] if wave["donor"] not in named}
    sites = [row["site"] for row in summary["sites"]]
    moving = [name for name in named if name in sites]
    return moving + [name for name in sites if name not in named]


def coloured(names: Iterable[str]) -> dict[str, str]:
    """A colour for each name, in order; from the eighth on they come again."""
    return {name: COLOURS[number % len(COLOURS)] for number, name in enumerate(names)}


def contract_colours(contracts: Sequence[str], sites: Mapping[str, str]) -> dict[str, str]:
    """A contract named like a site has its colour; the others have those that no site has taken."""
    free = [colour for colour in COLOURS if colour not in sites.values()] or list(COLOURS)
    others = [name for name in contracts if name not in sites]
    own = {name: free[number % len(free)] for number, name in enumerate(others)}
    return {name: sites.get(name) or own[name] for name in contracts}


def notable(summary: Row) -> list[dict[str, Any]]:
    """The dates that matter, numbered: of the findings, of contracts that end, of the first interruption."""
    starts, ends = summary["move"]["starts"], summary["move"]["ends"]
    told: dict[str, list[str]] = {}
    for day, words in [*_of_findings(summary["findings"]), *_of_first(summary)]:
        told.setdefault(day, []).append(words)
    for day, words in _of_contracts(summary):
        told.setdefault(day, [words])  # a finding on that day says it better
    rows = sorted((day, words) for day, words in told.items() if starts <= day <= ends)
    return [
        {"number": number, "day": day, "words": ". ".join(map(capital, words))}
        for number, (day, words) in enumerate(rows, 1)
    ]


def _of_findings(findings: Sequence[Row]) -> Iterator[tuple[str, str]]:
    """The earliest date that each rule found."""
    earliest: dict[str, str] = {}
    for each in findings:
        for day in ISO_DAY.findall(each["found"])[:1]:
            earliest[each["rule"]] = min(day, earliest.get(each["rule"], day))
    for rule, day in earliest.items():
        yield day, DATED.get(rule, rule.replace("-", " "))


def _of_contracts(summary: Row) -> Iterator[tuple[str, str]]:
    """The end of the last month that costs under a contract, where later months do not."""
    last: dict[str, str] = {}
    for row in summary["months"]:
        for each in row["contracts"]:
            if each["cost_cents"]["p95"]:
                last[each["contract"]] = row["month"]
    for contract, month in last.items():
        if month < summary["months"][-1]["month"]:
            after = date.fromisoformat(f"{month}-01") + civil_days(31)
            end = (after - civil_days(after.day)).isoformat()
            yield end, f"last day paid under the contract {contract}"


def _of_first(summary: Row) -> Iterator[tuple[str, str]]:
    first = summary["answer"]["first"]
    if first and first["p50"]:
        yield first["p50"], "median day of the first interruption"


def marks_of(assumed: Sequence[Row], *parts: str) -> str:
    """The marks of the assumed numbers whose key has one of these parts, from known to unknown: 'SJ'."""
    found = {row["mark"] for row in assumed if any(part in row["key"] for part in parts)}
    return "".join(mark for mark in MARKS if mark in found)


def mark_counts(assumed: Sequence[Row]) -> dict[str, int]:
    """How many assumed numbers bear each mark, those without any left out."""
    counts = Counter(row["mark"] for row in assumed)
    return {mark: counts[mark] for mark in MARKS if counts[mark]}


def command(summary: Row) -> str:
    """The command that makes this report again."""
    move, against = summary["move"], summary["against"]
    parts = ["releve", "rehearse", move["folder"], "--seed", str(summary["seed"])]
    parts += ["--replications", str(summary["replications"])]
    parts += ["--scenario", ",".join(move["scenarios"])] if move["scenarios"] else []
    parts += ["--against", against["name"]] if against else []
    parts += ["--status-quo"] if is_status_quo(summary) else []
    return shlex.join(parts)


def plan_command(told: Row, summary: Row) -> str:
    """The command that searches for the plan again."""
    move = summary["move"]
    parts = ["releve", "plan", move["folder"], "--seed", str(told["seed"])]
    parts += ["--replications", str(told["after"]["replications"])]
    parts += ["--scenario", ",".join(move["scenarios"])] if move["scenarios"] else []
    return shlex.join(parts)


def asked(summary: Row) -> str:
    """The question that a rehearsal answers."""
    return "Can it play the centre as it was?" if is_status_quo(summary) else "Is it safe to go on?"


def is_status_quo(summary: Row) -> bool:
    """Whether the centre was played as it was: a fit to the history, and no wave."""
    return summary["fit"] is not None and not summary["waves"]
