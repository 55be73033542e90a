"""The page: a summary and its figures given to the template."""

from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from releve.report import telling, words
from releve.report.figures import figures

HERE = Path(__file__).parent


def render(summary: Mapping[str, Any]) -> str:
    """The report of a summary (the mapping of summary.json, format 1) as one page, whole in itself.

    Raises jinja2.UndefinedError or KeyError where the summary is not of that format: our fault.
    """
    order = telling.site_order(summary)
    contracts = list(
        dict.fromkeys(each["contract"] for month in summary["months"] for each in month["contracts"])
    )
    dates = telling.notable(summary)
    site_colours = telling.coloured(order)
    contract_colours = telling.contract_colours(contracts, site_colours)
    return (
        _environment()
        .get_template("report.html.jinja")
        .render(
            s=summary,
            css=(HERE / "report.css").read_text(encoding="utf-8"),
            sites=telling.titles(summary["sites"], "site"),
            queues=telling.titles(summary["queues"], "queue"),
            site_colours=site_colours,
            contract_colours=contract_colours,
            dates=dates,
            figures=figures(summary, dates, site_colours, contract_colours),
            rests=partial(telling.marks_of, summary["assumed"]),
            mark_counts=telling.mark_counts(summary["assumed"]),
            marks=telling.MARKS,
            command=telling.command(summary),
            status_quo=telling.is_status_quo(summary),
            money=words.money(summary["move"]["currency"]),
            beside=partial(words.beside, currency=summary["move"]["currency"]),
            bad_fit=any(each["rule"] == "bad-fit" for each in summary["findings"]),
            of_unit=partial(words.of_unit, currency=summary["move"]["currency"]),
            paid=telling.paid,
            beside_prices=telling.beside_prices,
            titled=telling.titled,
            w=words,
        )
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
