"""What the commands' printing has in common: findings, numbers for people, JSON for machines."""

import os
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from functools import partial
from typing import Any

import msgspec
from rich import box
from rich.console import Console
from rich.status import Status
from rich.table import Table
from rich.text import Text

from releve.base.errors import Finding
from releve.base.units import date_text

STYLES = {"error": "bold red", "warning": "bold yellow", "finding": "bold yellow"}
INDENT = 10  # columns before what a finding says
NARROW = 100  # columns under which tables leave out their ranges


class _Output(Console):
    """Standard output; that its reader went away is for `main` to judge."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def console() -> Console:
    """Standard output: as wide as the terminal; where there is none, as COLUMNS says, or 100 columns.

    What is printed is what was written: `h:m:s` is no emoji and `[red]` no colour.
    """
    as_written = partial(_Output, highlight=False, emoji=False, markup=False)
    there = as_written()
    told = there.is_terminal or "COLUMNS" in os.environ
    return there if told else as_written(width=NARROW)


def busy(what: str) -> Status:
    """While its `with` block lasts, a terminal's standard error says what is being done."""
    return Console(stderr=True).status(what)


def new_table(title: str, *columns: str) -> Table:
    """An empty table; a column whose name ends with > holds numbers and stands to the right."""
    table = Table(
        title=Text(title, "bold"),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    for name in columns:
        table.add_column(name.removesuffix(">"), justify="right" if name.endswith(">") else "left")
    return table


def findings_text(findings: Sequence[Finding], severity: str, width: int | None = None) -> Text:
    """Findings for people: where and which rule, then found, allowed and mend, broken at `width` columns."""
    text = Text()
    for finding in findings:
        where = f"{finding.file}:{finding.line}" if finding.line else finding.file
        text.append(severity, STYLES[severity])
        text.append(f" {where}" if where else "", "bold")
        text.append(f" {finding.rule}\n", "dim")
        for label, said in (("found", finding.found), ("allowed", finding.allowed), ("mend", finding.mend)):
            lines = textwrap.wrap(said, width - INDENT) if width else said.splitlines()
            for number, line in enumerate(lines):
                text.append(f"  {'' if number else label:<{INDENT - 2}}", "dim")
                text.append(f"{line}\n")
    text.rstrip()
    return text


def findings_json(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Findings for machines: rule, file, line, found, allowed, mend."""
    return [asdict(finding) for finding in findings]


def print_json(content: Any) -> None:
    """One JSON document on standard output."""
    text = msgspec.json.format(msgspec.json.encode(content), indent=1)
    sys.stdout.write(text.decode() + "\n")


def day_text(written: str | date | None) -> str:
    """A date for people: 13 Oct 2025; a dash where there is none."""
    if written is None:
        return "-"
    return date_text(date.fromisoformat(written) if isinstance(written, str) else written)


def percent(part: float, decimals: int = 0) -> str:
    """A part of one for people: 0.125 -> 12 %; what is over nothing is never shown as nothing."""
    least = 10.0 ** -(decimals + 2)
    if 0 < part < least / 2:
        return f"< {100 * least:g} %"
    if 1 - least / 2 < part < 1:
        return f"> {100 * (1 - least):g} %"
    return f"{100 * part:.{decimals}f} %"


def number(value: float) -> str:
    """A quantity for people: 1,234 or 12.3; whole numbers without decimals."""
    rounded = round(value, 1)
    return f"{value:,.0f}" if abs(value) >= 100 or rounded == int(rounded) else f"{rounded:.1f}"


def counted(count: int, one: str, more: str) -> str:
    """A count of things by their name: 1 row, 2 rows."""
    return f"{count:,} {one if count == 1 else more}"


def ranged(quantiles: Mapping[str, float] | None, show: Callable[[float], str], ends: bool = True) -> str:
    """A median, and beside it what 90 % of the replications lie between: 41 (35-48)."""
    if quantiles is None:
        return "-"
    low, middle, high = (quantiles[name] for name in ("p05", "p50", "p95"))
    return with_ends(middle, (low, high), show) if ends else show(middle)


def with_ends(middle: float, ends: tuple[float, float], show: Callable[[float], str]) -> str:
    """A value and beside it two ends, which lack the unit that the value has: 12 % (9-14)."""
    low, high = ends
    if show(low) == show(high):
        return show(middle)
    bare = [show(each).removesuffix(_unit(show(middle))) for each in (low, high)]
    return f"{show(middle)} ({('-' if low >= 0 else ' to ').join(bare)})"


def _unit(shown: str) -> str:
    """What follows the number: ' %' of '12 %'."""
    _, space, unit = shown.rpartition(" ")
    return space + unit if space else ""
