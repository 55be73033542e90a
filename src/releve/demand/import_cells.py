"""Cells of exports: numbers and durations as people and machines write them."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Literal

import polars as pl

Unit = Literal["", "s", "ms", "min", "h:m:s", "m:s", "%", "share"]

DASHES = "\u2013\u2014"  # the longer ones, which stand for nothing, or between two times
EMPTY = frozenset(
    {"", "-", "--", *DASHES, "n/a", "na", "nan", "null", "none", "#n/a", "#div/0!", "s/o", "nvt"}
)
SPACES = " \u00a0\u202f\u2009"  # a blank, no-break, narrow no-break, thin: all part thousands
_APART = {"": "", " ": f"[{SPACES}]", ",": ",", ".": r"\.", "'": "['\u2019]"}
_SECONDS = {"s": 1.0, "ms": 0.001, "min": 60.0}


def is_empty(text: str) -> bool:
    """Whether a cell says nothing."""
    return text.strip(SPACES).lower() in EMPTY


@lru_cache(maxsize=64)
def _number_pattern(decimal: str, thousands: str) -> re.Pattern[str]:
    whole = r"\d+" if not thousands else rf"(?:\d{{1,3}}(?:{_APART[thousands]}\d{{3}})+|\d+)"
    return re.compile(rf"([+-]?{whole})(?:{re.escape(decimal)}(\d+))?[{SPACES}]?%?")


def parse_number(text: str, decimal: str, thousands: str) -> float:
    """A number with its decimal sign and the sign that parts thousands ("" is none); raises ValueError."""
    match = _number_pattern(decimal, thousands).fullmatch(text.strip(SPACES))
    if match is None:
        raise ValueError(f"no number: {text!r}")
    whole = re.sub(r"[^\d+-]", "", match.group(1))
    return float(f"{whole}.{match.group(2) or 0}")


def parse_duration(text: str, unit: Unit, decimal: str, thousands: str) -> float:
    """Seconds of a duration: "h:m:s" (1:02:03), "m:s" (62:03, from an hour on also 1:02:03) or a number of
    `unit`.

    Raises ValueError.
    """
    if unit in _SECONDS:
        return parse_number(text, decimal, thousands) * _SECONDS[unit]
    parts = text.strip(SPACES).replace(",", ".").split(":")
    if len(parts) != 3 and not (unit == "m:s" and len(parts) == 2):
        raise ValueError(f"no duration: {text!r}")
    if not all(re.fullmatch(r"\d+", part) for part in parts[:-1]) or not re.fullmatch(
        r"\d\d?(\.\d+)?", parts[-1]
    ):
        raise ValueError(f"no duration: {text!r}")
    if float(parts[-1]) >= 60 or (len(parts) == 3 and int(parts[1]) >= 60):
        raise ValueError(f"no duration: {text!r}")
    seconds = 0.0
    for part in parts:
        seconds = seconds * 60 + float(part)
    return seconds


def parsed(cells: pl.Series, parse: Callable[[str], float]) -> tuple[pl.Series, pl.Series]:
    """Each cell as a number (null where it is empty), and whether it can not be read or is negative."""
    values: dict[str, float | None] = {}
    bad: dict[str, bool] = {}
    for text in cells.unique().to_list():
        values[text], bad[text] = None, False
        if not is_empty(text):
            try:
                values[text] = parse(text)
            except ValueError:
                bad[text] = True
            else:
                bad[text] = (values[text] or 0.0) < 0
    numbers = cells.replace_strict(values, return_dtype=pl.Float64)
    return numbers, cells.replace_strict(bad, return_dtype=pl.Boolean)
