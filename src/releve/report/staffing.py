"""The picture of a staffing: a panel per team with people required, planned and present, week by week; one SVG.

The only input is the mapping that `releve staff --json` prints.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import escape

from releve.report import words
from releve.report.charts import band, with_dots
from releve.report.drawing import COLOURS, FONT, INK, PAPER, SOFT, WIDE, drawn
from releve.report.figures import PEOPLE

Row = Mapping[str, Any]
PANEL, HEAD, TOP = 220, 30, 70  # px: a panel's height, its title's, that of the picture's head


def picture(told: Row) -> str:
    """The whole picture."""
    by_team: dict[tuple[str, str], list[Row]] = {}
    for row in told["weeks"]:
        by_team.setdefault((row["site"], row["team"]), []).append(row)
    panels = [_panel(n, site, team, rows) for n, ((site, team), rows) in enumerate(by_team.items())]
    height = TOP + len(panels) * (PANEL + HEAD)
    title = f"{told['move']}: people on duty, {words.days(told['first'], told['last'])}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {height}" width="{WIDE}" height="{height}" '
        f'font-family="{escape(FONT)}">\n<rect width="100%" height="100%" fill="{PAPER}"/>\n'
        f"{_text(2, 24, 18, INK, title)}{_text(2, 48, 13, SOFT, KEY)}{''.join(panels)}</svg>\n"
    )


KEY = (
    "Strokes: required, mean over the open hours of a week. Dots: planned, as the shifts are written. "
    "Line: present, as is to be expected."
)


def _panel(number: int, site: str, team: str, rows: Sequence[Row]) -> str:
    """One team's panel, at its place."""
    weeks = [
        {
            "starts": row["week"],
            "required": row["required"],
            "planned": {"p50": row["planned"]},
            "present": dict.fromkeys(("p05", "p50", "p95"), row["present"]),
        }
        for row in rows
    ]
    top = max(max(row["required"], row["planned"], row["present"]) for row in rows)
    colour = COLOURS[number % len(COLOURS)]
    lines = with_dots(
        band(weeks, "present", "required", colour, (0, max(top, 1.0) * 1.08), PEOPLE), weeks, "planned"
    )
    title = f"{team}, {site}"
    says = "People on duty required, planned and present, by week"
    chart = drawn(f"staff-{number}", title, says, lines, PANEL, WIDE)
    y = TOP + number * (PANEL + HEAD)
    return f'{_text(2, y + 18, 14, INK, title)}<svg y="{y + HEAD}" width="{WIDE}" height="{PANEL}">{chart}</svg>\n'


def _text(x: int, y: int, size: int, colour: str, text: str) -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{colour}">{escape(text)}</text>\n'
