"""Numbers into words: every number of the report is written here, with its unit, in one way each.

A median stands with the range that holds nine replications of ten: `spread` gives both. Units are those of
summary.json. The space before a unit does not break.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from math import ceil
from typing import Any

from releve.base.units import date_text, part_digits, share_text

SPACE = "\u00a0"  # keeps a number and its unit on one line
NOTHING = "\u2013"  # an en dash: there was nothing to count
MINUS = "\u2212"

UNIT = re.compile(r"(\d) (%|points?\b|s\b)")
ISO_DAY = re.compile(r"(?<![\w-])\d{4}-\d{2}-\d{2}\b")  # not one that is the end of a name
PLACE = re.compile(r"\bat ([a-z0-9][a-z0-9.-]*)")

Quantiles = Mapping[str, Any]  # p05, p50, p95: numbers, or None where there was nothing to count


@dataclass(frozen=True, slots=True)
class Spread:
    """A median and the range of nine replications of ten, as text."""

    middle: str
    range: str  # "" where the range is the median, to the digits shown


def percent(chance: float) -> str:
    """A chance or a part of a whole: 0.043 -> '4.3 %'. What is not 0 or 1 never reads as it."""
    size = abs(chance)
    if 0 < size < 0.001:
        return f"<0.1{SPACE}%"
    if 0.999 < size < 1:
        return f">99.9{SPACE}%"
    fine = size < 0.0995 or 0.9 < size < 1
    return f"{_signed(chance * 100, 1 if fine else 0)}{SPACE}%"


def at_most(chance: float) -> str:
    """An upper bound of a chance, rounded up so that it stays one: 0.0503 -> '5.1 %', not '5 %'."""
    return f"{_signed(ceil(round(chance * 1000, 6)) / 10, 1)}{SPACE}%"


def count(number: float) -> str:
    """A count, or the mean of counts: 1234.4 -> '1,234', 3.25 -> '3.3'."""
    return _signed(number, 0 if abs(number) >= 10 else 1)


def rate(number: float) -> str:
    """The mean of a count that is seldom more than a few: 0.034 -> '0.03'."""
    return _signed(number, 2)


def more(number: float, how: Callable[[float], str]) -> str:
    """A difference with its sign, also where it is more: '+12'; what reads as nothing has none."""
    text = how(number)
    return f"+{text}" if number > 0 and text != how(0.0) else text


def points(number: float) -> str:
    """Points of 100: 2.5 -> '2.5 points', 0.034 -> '0.034 points': a small one keeps two digits."""
    small = 0 < abs(number) < 0.1
    text = f"{round(number, 4) + 0.0:.2g}".replace("-", MINUS) if small else _signed(number, 1)
    return f"{text}{SPACE}{'point' if text == '1' else 'points'}"


def seconds(number: float) -> str:
    """A duration in seconds: 412.3 -> '412 s'."""
    return f"{_signed(number, 0 if abs(number) >= 10 else 1)}{SPACE}s"


def share(hundredths: float) -> str:
    """A share in hundredths of a percent: 1250 -> '12.5 %'."""
    return share_text(round(hundredths / 10) * 10).replace(" ", SPACE)


def day(iso: str) -> str:
    """A date for people: '2026-01-02' -> '2 Jan 2026'."""
    return date_text(date.fromisoformat(iso)).replace(" ", SPACE)


def dated(text: str) -> str:
    """A sentence in which dates are written for people: 'a class on 2026-01-02' -> 'a class on 2 Jan 2026'."""
    return ISO_DAY.sub(lambda found: day(found[0]), text)


def days(first: str, last: str) -> str:
    """A run of days, both ends in it: '2 Jan 2026 to 5 Mar 2026'."""
    return day(first) if first == last else f"{day(first)} to {day(last)}"


def weekday(iso: str) -> str:
    """A date with its day of the week: '2026-01-02' -> 'Fri 2 Jan 2026'."""
    return f"{date.fromisoformat(iso):%a}{SPACE}{day(iso)}"


def month(iso: str) -> str:
    """A month: '2026-01' -> 'Jan 2026'."""
    return f"{date.fromisoformat(iso + '-01'):%b}{SPACE}{iso[:4]}"


def _signed(number: float, digits: int) -> str:
    text = f"{number:,.{digits}f}"
    text = text.removesuffix(".0") if digits == 1 else text
    return text.removeprefix("-") if float(text.replace(",", "")) == 0 else text.replace("-", MINUS)


def money(currency: str) -> Callable[[float], str]:
    """What writes whole cents as money without its cents: 123456 -> '1,235 EUR'."""
    return lambda cents: f"{_signed(cents / 100, 0)}{SPACE}{currency}"


def of_unit(unit: str, currency: str) -> Callable[[float], str]:
    """What writes a number of this unit, as the rows of a table name their units."""
    if _is_part(unit):
        return percent
    if unit in ("cents", f"{currency} cents"):
        return money(currency)
    known: Mapping[str, Callable[[float], str]] = {"share": share, "points": points, "s": seconds, "": count}
    named = unit.replace(" ", SPACE)
    return known.get(unit, lambda number: f"{count(number)}{SPACE}{named}")


def beside(unit: str, mean: float, currency: str) -> tuple[Callable[[float], str], Callable[[float], str]]:
    """What writes two numbers of this unit, and what their difference, which is `mean` on average.

    Two chances differ by points, not by per cent, and have the decimals in which they differ.
    """
    if not _is_part(unit):
        return of_unit(unit, currency), of_unit(unit, currency)
    if part_digits(mean) == 1:
        return percent, lambda part: points(round(100 * part, 1))
    return partial(_hundredths, unit="%"), partial(_hundredths, unit="points")


def _hundredths(part: float, unit: str) -> str:
    return f"{_signed(100 * part, 2)}{SPACE}{unit}"


def _is_part(unit: str) -> bool:
    return unit in ("chance", "1") or unit.startswith("share of ")


def measured(measure: str, unit: str) -> str:
    """A measure as the head of its row; of what it is a part stands here and not after each number."""
    whole = unit.removeprefix("share ") if unit.startswith("share of ") else ""
    return capital(f"{measure}, {whole}" if whole else measure)


def written(number: float | None, how: Callable[[float], str]) -> str:
    """A number that may not be there."""
    return NOTHING if number is None else how(number)


def spread(quantiles: Quantiles | None, how: Callable[[float], str]) -> Spread:
    """A median with its range."""
    if quantiles is None or quantiles["p50"] is None:
        return Spread(NOTHING, "")
    return _between(*(written(quantiles[key], how) for key in ("p50", "p05", "p95")))


def differing(difference: Mapping[str, Any], how: Callable[[float], str]) -> Spread:
    """A mean difference with its 95 % interval, which a single pair does not have."""
    if difference["low"] is None:
        return Spread(how(difference["mean"]), "")
    return _between(*(how(difference[key]) for key in ("mean", "low", "high")))


def _between(middle: str, low: str, high: str) -> Spread:
    """A value between two ends; the unit stands once where both ends have it."""
    if low == high:
        return Spread(middle, "")
    number, _, unit = low.partition(SPACE)
    low = number if unit and high.endswith(SPACE + unit) else low
    return Spread(middle, f"{low} to {high}")


def days_spread(quantiles: Mapping[str, str | None] | None) -> Spread:
    """A date's median with its range; a quantile that is not there means: not within the transition."""
    if quantiles is None:
        return Spread("never", "")
    middle, low, high = (quantiles[key] for key in ("p50", "p05", "p95"))
    if low is None:
        return Spread("never", "")
    ends = (low, high)
    range_ = "" if low == high else " to ".join(day(end) if end else "never" for end in ends)
    return Spread(day(middle) if middle else "not in half of them", range_)


def alternatives(values: str) -> str:
    """The values of an assumed number as its file writes them, with room between: '14|16' -> '14 | 16'."""
    return " | ".join(part.strip() for part in values.split("|"))


def bound(text: str) -> str:
    """A sentence in which no number parts from its unit at the end of a line: '90 %', '2 points', '26 s'."""
    return UNIT.sub(rf"\1{SPACE}\2", text)


def placed(text: str, sites: Mapping[str, str]) -> str:
    """A gate's reason with the titles of sites where it says a place by its name: 'at liege' -> 'at Liege'."""
    return PLACE.sub(lambda found: f"at {sites.get(found[1], found[1])}", text)


def capital(text: str) -> str:
    """The first letter large, the rest as it is."""
    return text[:1].upper() + text[1:]
