"""The charts of the report: each a function from rows of summary.json to layers for a width.

Weeks stand on a time axis in UTC milliseconds, so that no zone moves a Monday. What is planned or needed is a
dark stroke as wide as its week; what happened is a line with the band of nine replications of ten. Names
stand in the page's legends, not in the charts: nothing can collide there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import altair as alt

from releve.base.units import share_text
from releve.report.drawing import ALARM, COLOURS, INK, NARROW, SOFT, Layered, Layers

Row = Mapping[str, Any]
BLUE = COLOURS[0]
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
    height = alt.Scale(domain=[0, top], nice=False)
    opens = _staggered(waves)

    def layers(width: int) -> Layered:
        scale, axis = _times(weeks)
        x = alt.X("from:T", scale=scale, axis=axis, title=None)
        bar = (
            _on(bars).mark_bar(color=ALARM).encode(x=x, x2="to", y=_axis_up(height, PERCENT), y2=alt.datum(0))
        )
        parts: list[alt.Chart] = [bar, *_numbered(dates, scale)]
        arrows = _on(opens).encode(x=alt.X("at:T", scale=scale), y=alt.value(40))
        parts.append(arrows.mark_point(shape="triangle-down", filled=True, size=80, color=BLUE, opacity=1))
        for above in (True, False):
            rows = _on(each for each in opens if each["above"] is above)
            label = rows.mark_text(dy=-13 if above else 14, color=BLUE, fontSize=12 if width > NARROW else 10)
            text = "text:N" if width > NARROW else "bare:N"  # a telephone has no room for the sign
            parts.append(label.encode(x=alt.X("at:T", scale=scale), y=alt.value(40), text=text))
        return alt.layer(*parts)

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

    def layers(width: int) -> Layered:
        scale, axis = _times(rows)
        x = alt.X("from:T", scale=scale, axis=axis, title=None)
        middle = alt.X("middle:T", scale=scale, axis=axis, title=None)
        up = partial(_axis_up, alt.Scale(domain=list(domain), nice=False, clamp=True), form)
        parts = [
            _on(seen).mark_area(color=colour, opacity=0.22).encode(x=middle, y=up("p05"), y2="p95"),
            _on(seen).mark_line(color=colour, strokeWidth=2.2).encode(x=middle, y=up("p50")),
            _on(plan).mark_rule(color=INK, strokeWidth=2).encode(x=x, x2="to", y=up("value")),
        ]
        return alt.layer(*parts)

    return layers


def with_dots(lines: Layers, rows: Sequence[Row], key: str) -> Layers:
    """A chart as it is, and over it, dotted, the median of other quantiles of the same weeks."""
    medians = [_span(row) | {"value": row[key]["p50"]} for row in rows]

    def layers(width: int) -> Layered:
        scale, axis = _times(rows)
        dots = (
            _on(medians)
            .mark_line(color=SOFT, strokeWidth=1.8, strokeDash=[1, 4], strokeCap="round")
            .encode(x=alt.X("middle:T", scale=scale, axis=axis, title=None), y=alt.Y("value:Q"))
        )
        return alt.layer(lines(width), dots)

    return layers


def level(
    rows: Sequence[Row], key: str, target: float | None, colour: str, domain: tuple[float, float]
) -> Layers:
    """A chance per week, 0 to 1, with its band; the target is a broken line across."""
    lines = band(rows, key, None, colour, domain, PERCENT)

    def layers(width: int) -> Layered:
        chart = lines(width)
        if target is None:
            return chart
        aim = alt.Chart().mark_rule(color=INK, strokeDash=[5, 3], strokeWidth=1.3).encode(y=alt.datum(target))
        return alt.layer(chart, aim)

    return layers


def cost(months: Sequence[Row], contracts: Sequence[str], colours: Mapping[str, str]) -> Layers:
    """A bar per month, stacked by contract (medians), with the median total above it."""
    pieces = list(_stacked(months, contracts))
    totals = [{"month": row["month"], "value": row["total_cents"]["p50"] / 100} for row in months]
    top = max([1.0, *(row["value"] for row in totals), *(piece["to"] for piece in pieces)])

    def layers(width: int) -> Layered:
        names = alt.Axis(
            labelAngle=0, ticks=False, title=None, labelExpr=MONTHS.format("toDate(datum.value + '-01')")
        )
        x = alt.X("month:O", scale=alt.Scale(paddingInner=0.35, paddingOuter=0.2), axis=names)
        y = _axis_up(alt.Scale(domain=[0, top * 1.12], nice=False), THOUSANDS, "from")
        colour = alt.Color(
            "contract:N",
            legend=None,
            scale=alt.Scale(domain=list(contracts), range=[colours[c] for c in contracts]),
        )
        bars = _on(pieces).mark_bar(stroke="white", strokeWidth=0.8).encode(x=x, y=y, y2="to", color=colour)
        label = _on(totals).mark_text(dy=-8, color=INK, fontSize=12, fontWeight=600)
        return alt.layer(bars, label.encode(x=x, y="value:Q", text=alt.Text("value:Q", format=",.0f")))

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


def _numbered(dates: Sequence[Row], scale: alt.Scale) -> list[alt.Chart]:
    """Broken lines at dates, each with its number on top; the legend below the chart says what they are."""
    rows = [{"at": _ms(row["day"]), "text": str(row["number"])} for row in dates]
    at = _on(rows).encode(x=alt.X("at:T", scale=scale))
    return [
        at.mark_rule(color=SOFT, strokeDash=[3, 3], strokeWidth=1.2),
        at.mark_point(filled=True, size=260, color=INK, opacity=1).encode(y=alt.value(8)),
        at.mark_text(color="white", fontSize=11, fontWeight=700, dy=0.5).encode(
            y=alt.value(8), text="text:N"
        ),
    ]


def _on(rows: Iterable[Row]) -> alt.Chart:
    return alt.Chart(alt.InlineData(values=[dict(row) for row in rows]))


def _axis_up(scale: alt.Scale, form: str, key: str = "value") -> alt.Y:
    return alt.Y(f"{key}:Q", scale=scale, axis=alt.Axis(labelExpr=form, title=None), title=None)


def _times(weeks: Sequence[Row]) -> tuple[alt.Scale, alt.Axis]:
    """From the first Monday to the end of the last week, named by months, or by weeks where it is short."""
    starts = [date.fromisoformat(week["starts"]) for week in weeks]
    first, end = starts[0], starts[-1] + timedelta(days=7)
    if (end - first).days <= SHORT_DAYS:
        ticks, form = starts[:: 1 + len(starts) // 6], DAYS
    else:
        ticks, form = [day for day in _days(first, end) if day.day == 1], MONTHS.format("datum.value")
    scale = alt.Scale(type="utc", domain=[_ms(first), _ms(end)], nice=False)
    axis = alt.Axis(values=[_ms(day) for day in ticks], labelExpr=form, labelOverlap=True, title=None)
    return scale, axis


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
