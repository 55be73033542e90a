"""The picture of a staffing: a panel per team with people required, planned and present, week by week; one SVG.

The only input is the mapping that `releve staff --json` prints.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from releve.report import panels, words
from releve.report.charts import band, with_dots
from releve.report.figures import PEOPLE

Row = Mapping[str, Any]
KEY = (
    "Strokes: required, mean over the open hours of a week. Dots: planned, as the shifts are written. "
    "Line: present, as is to be expected."
)


def picture(told: Row) -> str:
    """The whole picture."""
    by_team: dict[tuple[str, str], list[Row]] = {}
    for row in told["weeks"]:
        by_team.setdefault((row["site"], row["team"]), []).append(row)
    title = f"{told['move']}: people on duty, {words.days(told['first'], told['last'])}"
    drawn = [_panel(n, site, team, rows) for n, ((site, team), rows) in enumerate(by_team.items())]
    return panels.picture("staff", title, KEY, drawn)


def _panel(number: int, site: str, team: str, rows: Sequence[Row]) -> panels.Panel:
    """One team's panel."""
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
    lines = band(weeks, "present", "required", panels.colour_of(number), (0, max(top, 1.0) * 1.08), PEOPLE)
    says = "People on duty required, planned and present, by week"
    return panels.Panel(f"{team}, {site}", says, with_dots(lines, weeks, "planned"))
