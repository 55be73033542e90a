"""Every chart of the page, from the rows of a summary: which there are, on which scale, and what they say."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from releve.report import words
from releve.report.charts import BLUE, band, cost, level, risk, with_dots
from releve.report.drawing import COLOURS, HALF, NARROW, WIDE, Figure, figure

Row = Mapping[str, Any]
SHARES = "datum.value / 100 + ' %'"
PEOPLE = CONTACTS = "format(datum.value, ',')"
Domain = tuple[float, float]  # the least and the most that an axis shows
LEVEL, LOST = COLOURS[0], COLOURS[3]


def figures(
    summary: Row, dates: Sequence[Row], sites: Mapping[str, str], contracts: Mapping[str, str]
) -> dict[str, Any]:
    """Every chart of the page by name, None where there is nothing to draw; those of sites and queues by theirs."""
    return {"cost": _cost(summary["months"], contracts), **_weekly(summary, dates, sites)}


def plan_figures(summary: Row, sites: Mapping[str, str], contracts: Mapping[str, str]) -> dict[str, Any]:
    """Those of the page of a plan: people at each site, and cost by month."""
    weeks = summary["weeks"]
    says = f"{len(weeks)} weeks from {words.day(weeks[0]['starts'])}"
    return {"cost": _cost(summary["months"], contracts), "people": _people(weeks, sites, says)}


def _cost(months: Sequence[Row], contracts: Mapping[str, str]) -> Figure | None:
    if not months:
        return None
    bars = cost(months, list(contracts), contracts)
    title = "Cost by month and contract"
    return figure("cost", title, "Stacked bars; the table below has the numbers", bars, 260, WIDE)


def _weekly(summary: Row, dates: Sequence[Row], sites: Mapping[str, str]) -> dict[str, Any]:
    weeks, waves = summary["weeks"], summary["waves"]
    if not weeks:
        return {}
    says = f"{len(weeks)} weeks from {words.day(weeks[0]['starts'])}"
    largest = words.percent(max(week["interrupted"] for week in weeks))
    bars = risk(weeks, dates, waves)
    lines = with_dots(
        band(weeks, "share", "share_planned", BLUE, (0, 10_000), SHARES), weeks, "share_answered"
    )
    told = f"Bars, {says}; the largest is {largest}"
    title = "Share at the destination, by week"
    return {
        "risk": figure("risk", "Chance of an interruption, by week", told, bars, 250, WIDE),
        "share": figure("share", title, f"Line, {says}", lines, 230, WIDE) if waves else None,
        "people": _people(weeks, sites, says),
        "service": _service(summary, weeks, says),
    }


def _people(weeks: Sequence[Row], colours: Mapping[str, str], says: str) -> dict[str, Figure]:
    """People needed and present, a panel per site, each on its own scale."""
    panels = {}
    for number, (site, colour) in enumerate(colours.items()):
        rows = [
            {"starts": week["starts"]} | each
            for week in weeks
            for each in week["sites"]
            if each["site"] == site
        ]
        if top := max(_heights(rows), default=0.0):
            lines = band(rows, "present", "needed", colour, (0, top * 1.08), PEOPLE)
            lines = with_dots(lines, rows, "needed_in_force")
            title = f"People needed and present at {site}"
            panels[site] = figure(f"people-{number}", title, f"Lines, {says}", lines, 210, HALF)
    return panels


def _heights(rows: Sequence[Row]) -> Iterator[float]:
    for row in rows:
        yield row["needed"] or 0.0
        if _seen(row["needed_in_force"]):
            yield row["needed_in_force"]["p50"]
        if _seen(row["present"]):
            yield row["present"]["p95"]


def _service(summary: Row, weeks: Sequence[Row], says: str) -> dict[str, Any]:
    """Service level and abandonment, two panels per queue; one scale for all queues, so that they compare."""
    by_queue: dict[str, list[dict[str, Any]]] = {row["queue"]: [] for row in summary["queues"]}
    for week in weeks:
        for each in week["queues"]:
            by_queue[each["queue"]].append({"starts": week["starts"]} | each)
    deferred = {row["queue"] for row in summary["queues"] if row["channel"] == "deferred"}
    rows = [row for queue in by_queue.values() for row in queue]
    in_order = sorted(
        by_queue.items(), key=lambda each: each[0] in deferred
    )  # what is not a call stands apart
    low = min((row["service_level"]["p05"] for row in rows if _seen(row["service_level"])), default=0.0)
    high = max((row["abandoned"]["p95"] for row in rows if _seen(row["abandoned"])), default=0.0)
    floor = min(int(low * 10) / 10, 0.8)
    roof = min(max(high * 1.05, 0.1), 1.0)
    return {
        queue: _panels(f"queue-{number}", queue, mine, (floor, 1.0), (0.0, roof), queue not in deferred, says)
        for number, (queue, mine) in enumerate(in_order)
        if any(_seen(row["service_level"]) for row in mine)
    }


def _panels(
    name: str,
    queue: str,
    rows: Sequence[Row],
    levels: Domain,
    lost: Domain,
    calls: bool,
    says: str,
) -> dict[str, Any]:
    """The two panels of a queue; work with a deadline has nobody who gives up."""
    kept = level(rows, "service_level", rows[0]["target"], LEVEL, levels)
    panels: dict[str, Any] = {
        "definition": rows[0]["definition"],
        "target": rows[0]["target"],
        "level": figure(f"{name}-level", f"Service level of {queue}", f"Line, {says}", kept, 150, NARROW),
        "abandoned": None,
    }
    if calls:
        gone = level(rows, "abandoned", None, LOST, lost)
        panels["abandoned"] = figure(
            f"{name}-lost", f"Abandoned in {queue}", f"Line, {says}", gone, 100, NARROW
        )
    return panels


def _seen(quantiles: Row | None) -> bool:
    return quantiles is not None and quantiles["p50"] is not None
