"""The charts of the report: each a function from rows of summary.json to layers for a width, in Vega-Lite.

Weeks stand on a time axis in UTC milliseconds, so that no zone moves a Monday. What is planned or needed is a
dark stroke as wide as its week; what happened is a line with the band of nine replications of ten. Names
stand in the page's legends, not in the charts: nothing can collide there.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from releve.base.units import share_text
from releve.report.drawing import ALARM, COLOURS, INK, NARROW, PAPER, SOFT, Layers, Spec

Row = Mapping[str, Any]
BLUE = COLOURS[0]
TO: dict[str, Any] = {"field": "to"}
WEEK_MS = 7 * 86_400_000
PERCENT = "datum.value * 100 + ' %'"
THOUSANDS = "format(datum.value / 1000, ',') + ' k'"
MONTHS = "utcFormat({0}, '%m') == '01' ? [utcFormat({0}, '%b'), utcFormat({0}, '%Y')] : utcFormat({0}, '%b')"
DAYS = "utcFormat(datum.value, '%e %b')"
CLOSE_WEEKS = 3  # waves less far apart have their labels on two sides of their arrows
SHORT_DAYS = 70  # a transition up to this long has its weeks on the axis, not its months


def risk(weeks: Sequence[Row], dates: Sequence[Row], waves: Sequence[Row]) -> Layers:
    """A bar per week: the chance that something is interrupted in it; numbered dates, and the waves' shares.

    dates: {"number", "day"}; waves: {"opens", "share"}.
    """
    bars = [_span(week, inset=0.12) | {"value": week["interrupted"]} for week in weeks]
    top = max([0.1, *(week["interrupted"] for week in weeks)]) * 1.35
    up = _axis_up("value", (0, top), PERCENT)
    opens = _staggered(waves)

    def layers(width: int) -> Spec:
        along = _times(weeks)
        at, high = along | {"field": "at"}, {"value": 40}
        arrow = {
            "type": "point",
            "shape": "triangle-down",
            "filled": True,
            "size": 80,
            "color": BLUE,
            "opacity": 1,
        }
        parts = [
            _layer(
                bars,
                {"type": "bar", "color": ALARM},
                x=along | {"field": "from"},
                x2=TO,
                y=up,
                y2={"datum": 0},
            ),
            *_numbered(dates, at),
            _layer(opens, arrow, x=at, y=high),
        ]
        for above in (True, False):
            rows = [each for each in opens if each["above"] is above]
            label = {
                "type": "text",
                "dy": -13 if above else 14,
                "color": BLUE,
                "fontSize": 12 if width > NARROW else 10,
            }
            text = "text" if width > NARROW else "bare"  # a telephone has no room for the sign
            halo = label | {
                "stroke": PAPER,
                "strokeWidth": 5,
                "strokeJoin": "round",
            }  # no line runs through it
            parts += [_layer(rows, mark, x=at, y=high, text=_named(text)) for mark in (halo, label)]
        return {"layer": parts}

    return layers


def band(
    rows: Sequence[Row], key: str, planned: str | None, colour: str, domain: tuple[float, float], form: str
) -> Layers:
    """A line with its band per week, and a stroke per week for what was planned.

    key: the name of the quantiles; planned: the name of a number, or None; domain: of the axis up; form: a
    Vega expression that writes an axis label.
    """
    seen = [
        _span(row) | {name: row[key][name] for name in ("p05", "p50", "p95")}
        for row in rows
        if row[key] is not None and row[key]["p50"] is not None
    ]
    plan = [_span(row) | {"value": row[planned]} for row in rows if planned and row[planned] is not None]

    def layers(width: int) -> Spec:
        along = _times(rows)
        middle = along | {"field": "middle"}
        up = partial(_axis_up, domain=domain, form=form, clamp=True)
        area = {"type": "area", "color": colour, "opacity": 0.22}
        line = {"type": "line", "color": colour, "strokeWidth": 2.2}
        stroke = {"type": "rule", "color": INK, "strokeWidth": 2}
        parts = [
            _layer(seen, area, x=middle, y=up("p05"), y2={"field": "p95"}),
            _layer(seen, line, x=middle, y=up("p50")),
            _layer(plan, stroke, x=along | {"field": "from"}, x2=TO, y=up("value")),
        ]
        return {"layer": parts}

    return layers


def with_dots(lines: Layers, rows: Sequence[Row], key: str) -> Layers:
    """A chart as it is, and over it, dotted, the median of other quantiles of the same weeks."""
    medians = [_span(row) | {"value": row[key]["p50"]} for row in rows]

    def layers(width: int) -> Spec:
        dots = {"type": "line", "color": SOFT, "strokeWidth": 1.8, "strokeDash": [1, 4], "strokeCap": "round"}
        middle = _times(rows) | {"field": "middle"}
        return {"layer": [lines(width), _layer(medians, dots, x=middle, y=_amount("value"))]}

    return layers


def level(
    rows: Sequence[Row], key: str, target: float | None, colour: str, domain: tuple[float, float]
) -> Layers:
    """A chance per week, 0 to 1, with its band; the target is a broken line across."""
    lines = band(rows, key, None, colour, domain, PERCENT)

    def layers(width: int) -> Spec:
        if target is None:
            return lines(width)
        aim = {"type": "rule", "color": INK, "strokeDash": [5, 3], "strokeWidth": 1.3}
        return {"layer": [lines(width), _layer([{"value": target}], aim, y=_amount("value"))]}

    return layers


def cost(months: Sequence[Row], contracts: Sequence[str], colours: Mapping[str, str]) -> Layers:
    """A bar per month, stacked by contract (medians), with the median total above it."""
    pieces = list(_stacked(months, contracts))
    totals = [{"month": row["month"], "value": row["total_cents"]["p50"] / 100} for row in months]
    top = max([1.0, *(row["value"] for row in totals), *(piece["to"] for piece in pieces)])

    def layers(width: int) -> Spec:
        x = {
            "field": "month",
            "type": "ordinal",
            "scale": {"paddingInner": 0.35, "paddingOuter": 0.2},
            "axis": {
                "labelAngle": 0,
                "ticks": False,
                "title": None,
                "labelExpr": MONTHS.format("toDate(datum.value + '-01')"),
            },
        }
        colour = _named("contract") | {
            "legend": None,
            "scale": {"domain": list(contracts), "range": [colours[each] for each in contracts]},
        }
        up = _axis_up("from", (0, top * 1.12), THOUSANDS)
        up["axis"] |= {"minExtent": 60, "maxExtent": 90}  # px: money has many digits
        bar = {"type": "bar", "stroke": "white", "strokeWidth": 0.8}
        label = {"type": "text", "dy": -8, "color": INK, "fontSize": 12, "fontWeight": 600}
        label |= {} if width > NARROW else {"fontSize": 8.5}  # a telephone's bars stand close together
        above = _amount("value") | {"format": ",.0f"}
        parts = [
            _layer(pieces, bar, x=x, y=up, y2=TO, color=colour),
            _layer(totals, label, x=x, y=_amount("value"), text=above),
        ]
        return {"layer": parts}

    return layers


def _stacked(months: Sequence[Row], contracts: Sequence[str]) -> Iterator[dict[str, Any]]:
    for row in months:
        cents = {each["contract"]: each["cost_cents"]["p50"] for each in row["contracts"]}
        foot = 0.0
        for name in contracts:
            piece = (cents.get(name) or 0) / 100
            yield {"month": row["month"], "contract": name, "from": foot, "to": foot + piece}
            foot += piece


def _staggered(waves: Sequence[Row]) -> list[dict[str, Any]]:
    """The waves' days and shares; the label of one that follows closely on another stands on its other side."""
    rows: list[dict[str, Any]] = []
    for wave in waves:
        at = _ms(wave["opens"])
        close = bool(rows) and at - rows[-1]["at"] < CLOSE_WEEKS * WEEK_MS
        above = not (close and rows[-1]["above"])
        text = share_text(wave["share"])
        rows.append({"at": at, "text": text, "bare": text.removesuffix(" %"), "above": above})
    return rows


def _numbered(dates: Sequence[Row], at: Spec) -> list[Spec]:
    """Broken lines at dates, each with its number on top; the legend below the chart says what they are."""
    rows = [{"at": _ms(row["day"]), "text": str(row["number"])} for row in dates]
    line = {"type": "rule", "color": SOFT, "strokeDash": [3, 3], "strokeWidth": 1.2}
    disc = {"type": "point", "filled": True, "size": 260, "color": INK, "opacity": 1}
    number = {"type": "text", "color": "white", "fontSize": 11, "fontWeight": 700, "dy": 0.5}
    top = {"value": 8}
    return [
        _layer(rows, line, x=at),
        _layer(rows, disc, x=at, y=top),
        _layer(rows, number, x=at, y=top, text=_named("text")),
    ]


def _layer(rows: Sequence[Row], mark: Spec, **encoding: Spec) -> Spec:
    return {"data": {"values": list(rows)}, "mark": mark, "encoding": encoding}


def _amount(field: str) -> Spec:
    return {"field": field, "type": "quantitative"}


def _named(field: str) -> Spec:
    return {"field": field, "type": "nominal"}


def _axis_up(field: str, domain: tuple[float, float], form: str, clamp: bool = False) -> Spec:
    scale = {"domain": list(domain), "nice": False} | ({"clamp": True} if clamp else {})
    return _amount(field) | {"scale": scale, "axis": {"labelExpr": form, "title": None}, "title": None}


def _times(weeks: Sequence[Row]) -> Spec:
    """From the first Monday to the end of the last week, named by months, or by weeks where it is short."""
    starts = [date.fromisoformat(week["starts"]) for week in weeks]
    first, end = starts[0], starts[-1] + timedelta(days=7)
    if (end - first).days <= SHORT_DAYS:
        ticks, form = starts[:: 1 + len(starts) // 6], DAYS
    else:
        ticks, form = [day for day in _days(first, end) if day.day == 1], MONTHS.format("datum.value")
    return {
        "type": "temporal",
        "scale": {"type": "utc", "domain": [_ms(first), _ms(end)], "nice": False},
        "axis": {
            "values": [_ms(day) for day in ticks],
            "labelExpr": form,
            "labelOverlap": True,
            "title": None,
        },
        "title": None,
    }


def _days(first: date, end: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((end - first).days + 1))


def _span(row: Row, inset: float = 0.0) -> dict[str, Any]:
    """A week on the time axis: from, middle, to; the inset, in weeks, leaves a gap on either side."""
    start = _ms(row["starts"])
    gap = inset * WEEK_MS
    return {"from": start + gap, "middle": start + WEEK_MS / 2, "to": start + WEEK_MS - gap}


def _ms(day: date | str) -> float:
    """The UTC midnight of a date, in milliseconds since 1970."""
    there = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime(there.year, there.month, there.day, tzinfo=UTC).timestamp() * 1000
