"""From a chart to SVG that stands in the page: no script, no outside reference, a title and a description.

A chart is drawn once for each of the widths in which it is shown; the style sheet chooses. Its text has the
size of the page's text at that width, so nothing has to be read with a lens on a telephone.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import vl_convert
from markupsafe import Markup, escape

WIDE, HALF, NARROW = 1060, 520, 346  # px: the page's column, half of it, a telephone or a third of it

INK, SOFT, GRID, PAPER = "#1f2933", "#52606d", "#e4e7eb", "#ffffff"
ALARM = "#b3261e"
# Okabe and Ito: told apart by readers who do not see red and green. The first is where the contacts go.
COLOURS = ("#0072b2", "#e08a00", "#009e73", "#b65a93", "#56b4e9", "#7b7b7b", "#8a6d00")
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"  # the language of the charts; nothing is fetched
CONFIG: Mapping[str, Any] = {
    "aria": False,  # the figure as a whole is named; its strokes are not read out one by one
    "background": None,
    "font": FONT,
    "padding": {"left": 2, "right": 10, "top": 8, "bottom": 2},
    "view": {"stroke": None},
    "axis": {
        "domain": False,
        "gridColor": GRID,
        "labelColor": SOFT,
        "labelFontSize": 12,
        "labelPadding": 6,
        "ticks": False,
        "title": None,
    },
    "axisX": {"grid": False, "domain": True, "domainColor": "#9aa5b1", "tickColor": "#9aa5b1", "ticks": True},
    "axisY": {"minExtent": 44, "maxExtent": 44, "tickCount": 4},  # one width: panels stand in line
}

Spec = dict[str, Any]  # of Vega-Lite, or a part of one
Layers = Callable[[int], Spec]  # a chart for a width in px


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart as drawn: for the column, and for a telephone where that has to differ."""

    wide: Markup
    narrow: Markup | None


def figure(name: str, title: str, says: str, layers: Layers, height: int, wide: int) -> Figure:
    """A chart drawn at `wide` px, and at a telephone's width if that is narrower.

    name: its id in the page, letters and hyphens; says: what it shows, for who cannot see it.
    """
    small = drawn(f"{name}-n", title, says, layers, height, NARROW) if wide > NARROW else None
    return Figure(drawn(name, title, says, layers, height, wide), small)


def drawn(name: str, title: str, says: str, layers: Layers, height: int, width: int) -> Markup:
    """One SVG of this width and height in px, axes and margins included."""
    spec = layers(width) | {
        "$schema": SCHEMA,
        "width": width,
        "height": height,
        "config": dict(CONFIG),
        "autosize": {"type": "fit", "contains": "padding"},
    }
    text = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    return Markup(_named(_bare(text, name), name, title, says, width, height))


def _bare(text: str, name: str) -> str:
    """The strokes without the root element and without ids that two charts of a page would share."""
    inner = re.sub(r"^<svg[^>]*>|</svg>\s*$", "", text)
    return re.sub(r'(id="|url\(#)', rf"\1{name}-", inner)


def _named(inner: str, name: str, title: str, says: str, width: int, height: int) -> str:
    """A root element that scales, with a name and a description."""
    return (
        f'<svg class="chart" role="img" viewBox="0 0 {width} {height}" style="max-width:{width}px"'
        f' aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(says)}</desc>'
        f"{inner}</svg>"
    )
