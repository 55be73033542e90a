"""A picture of its own, outside the report: panels with a chart each, one under the other, in one SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import escape

from releve.report.drawing import COLOURS, FONT, INK, PAPER, SOFT, WIDE, Layers, drawn

PANEL, HEAD, TOP = 220, 30, 70  # px: a panel's height, its title's, that of the picture's head


@dataclass(frozen=True)
class Panel:
    """A chart with its title; `says`: what it shows, for who cannot see it."""

    title: str
    says: str
    layers: Layers


def colour_of(number: int) -> str:
    """The colour of a panel by its place."""
    return COLOURS[number % len(COLOURS)]


def picture(name: str, title: str, key: str, panels: Sequence[Panel]) -> str:
    """The whole picture; `name` is a part of its ids, `key` says what the strokes and lines are."""
    height = TOP + len(panels) * (PANEL + HEAD)
    drawings = (_drawn(f"{name}-{number}", number, panel) for number, panel in enumerate(panels))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {height}" width="{WIDE}" height="{height}" '
        f'font-family="{escape(FONT)}">\n<rect width="100%" height="100%" fill="{PAPER}"/>\n'
        f"{_text(2, 24, 18, INK, title)}{_text(2, 48, 13, SOFT, key)}{''.join(drawings)}</svg>\n"
    )


def _drawn(name: str, number: int, panel: Panel) -> str:
    """A panel at its place."""
    chart = drawn(name, panel.title, panel.says, panel.layers, PANEL, WIDE)
    y = TOP + number * (PANEL + HEAD)
    title = _text(2, y + 18, 14, INK, panel.title)
    return f'{title}<svg y="{y + HEAD}" width="{WIDE}" height="{PANEL}">{chart}</svg>\n'


def _text(x: int, y: int, size: int, colour: str, text: str) -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{colour}">{escape(text)}</text>\n'
