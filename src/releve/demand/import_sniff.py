"""What the cells of an export look like: intervals or contacts, number styles, units, means or totals."""

import math
from collections.abc import Callable, Sequence
from statistics import median, pstdev
from typing import Literal

import polars as pl

from releve.demand.import_cells import Unit, is_empty, parse_duration, parse_number
from releve.demand.import_words import AVERAGE, Field, plain, unit_of

COUNTS: tuple[Field, ...] = ("offered", "answered", "abandoned", "within")
DURATIONS: tuple[Field, ...] = ("talk", "hold", "wrap", "handle", "wait")
Decimal = Literal[".", ","]
Thousands = Literal["", ",", ".", " ", "'"]
Style = tuple[Decimal, Thousands]
STYLES: tuple[Style, ...] = (
    (".", ""),
    (",", ""),
    (".", ","),
    (",", "."),
    (",", " "),
    (".", " "),
    (".", "'"),
    (",", "'"),
)

SHORTEST_S, LONGEST_S = 25.0, 20_000.0  # no queue's mean contact is shorter, or longer, in seconds

Cells = dict[str, list[str]]  # by header


def minutes(naive: pl.Series) -> int:
    """The length of the intervals, if all starts lie on the lattice of one; else 0."""
    shown = naive.drop_nulls().unique()
    if shown.is_empty() or shown.dt.second().max():
        return 0
    common = math.gcd(60, *shown.dt.minute().unique().to_list())
    return common if common >= 5 else 0


def number_style(sample: Cells, named: dict[str, Field | None]) -> Style:
    """The signs with which the most cells are numbers, counts whole ones; the plainer the better."""
    wanted = [name for name, field in named.items() if field in (*COUNTS, *DURATIONS, "within_pct")]
    texts = {(text, named[name] in COUNTS) for name in wanted for text in sample[name] if not is_empty(text)}
    numbers = [(text, whole) for text, whole in texts if ":" not in text]

    def readable(style: Style) -> int:
        return sum(_reads(text, whole, *style) for text, whole in numbers)

    return max(STYLES, key=readable)


def _reads(text: str, whole: bool, decimal: str, thousands: str) -> bool:
    try:
        value = parse_number(text, decimal, thousands)
    except ValueError:
        return False
    return not whole or value == round(value)


def rows_are(
    sample: Cells, named: dict[str, Field | None], minutes: int, style: Style
) -> Literal["intervals", "contacts"]:
    """Intervals count something on a lattice of starts; anything else is one contact each."""
    counted = [name for name, field in named.items() if field in ("offered", "answered")]
    texts = [text for name in counted for text in sample[name] if not is_empty(text)]
    count = 2 * sum(_reads(text, True, *style) for text in texts) > len(texts)
    return "intervals" if minutes and count else "contacts"


def durations(
    sample: Cells, named: dict[str, Field | None], kind: str, style: Style
) -> dict[str, tuple[Unit, bool]]:
    """For every column of durations its unit, and whether its values are means by contact.

    The unit is as its cells are written, else as its header says, else as the size of them all makes likely:
    a contact takes minutes, not seconds and not hours.
    """
    counted = {field: name for name, field in named.items() if field in ("answered", "offered")}
    contacts = sample[counted.get("answered", counted.get("offered", ""))] if counted else None
    found: dict[str, tuple[Unit, bool]] = {}
    sizes: dict[str, list[float]] = {}  # by contact, of the columns whose unit nothing says
    for name, field in named.items():
        if field in DURATIONS and any(not is_empty(text) for text in sample[name]):
            said = _said_unit(name, sample[name])
            own, each = _sizes(sample[name], contacts, said or "s", style)
            mean = kind == "intervals" and _is_mean(name, own, each)
            found[name] = (said or "s", mean)
            if said is None:
                sizes[name] = own if mean or kind == "contacts" else each
    likely = _likely_unit(sizes)
    return {name: (likely if name in sizes else said, mean) for name, (said, mean) in found.items()}


def _said_unit(header: str, column: list[str]) -> Unit | None:
    """The unit as the cells are written, else as the header says."""
    texts = [text for text in column if ":" in text]
    if texts:
        return "h:m:s" if sum(text.count(":") == 2 for text in texts) * 2 > len(texts) else "m:s"
    return unit_of(header)  # type: ignore[return-value]


def _likely_unit(sizes: dict[str, list[float]]) -> Unit:
    middle = max((median(values) for values in sizes.values() if values), default=0.0)
    if middle > LONGEST_S:
        return "ms"
    whole = all(value == round(value) for values in sizes.values() for value in values)
    return "s" if whole or middle >= SHORTEST_S else "min"


def _sizes(
    column: list[str], contacts: list[str] | None, unit: Unit, style: Style
) -> tuple[list[float], list[float]]:
    """The durations that are over zero, and the same by contact where the contacts are counted."""
    own, each = [], []
    for text, count in zip(column, contacts or column, strict=True):
        value = values_of([text], lambda cell: parse_duration(cell, unit, *style))
        many = values_of([count], lambda cell: parse_number(cell, *style)) if contacts else [1.0]
        if value and many and value[0] > 0 and many[0] > 0:
            own.append(value[0])
            each.append(value[0] / many[0])
    return own, each


def _is_mean(header: str, own: list[float], each: list[float]) -> bool:
    """Whether a duration is a mean by contact: said by its header, or steadier than it is by contact."""
    words = plain(header)
    if AVERAGE.search(words):
        return True
    if words.startswith(("total", "sum", "somme", "totaal")) or len(own) < 3:
        return False
    return pstdev(map(math.log, own)) < pstdev(map(math.log, each))


def values_of(texts: Sequence[str], parse: Callable[[str], float]) -> list[float]:
    values = []
    for text in texts:
        try:
            values.append(parse(text))
        except ValueError:
            continue
    return values


def part_unit(column: list[str], style: Style) -> Unit:
    values = values_of(
        [text for text in column if not is_empty(text)], lambda text: parse_number(text, *style)
    )
    return "share" if values and max(values) <= 1 and not any("%" in text for text in column) else "%"
