"""The pages: a summary and its figures given to a template."""

from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from releve.report import telling, words
from releve.report.figures import figures, plan_figures

HERE = Path(__file__).parent
Drawn = Callable[[Mapping[str, str], Mapping[str, str]], dict[str, Any]]


def render(summary: Mapping[str, Any]) -> str:
    """The report of a summary (the mapping of summary.json, format 1) as one page, whole in itself.

    Raises jinja2.UndefinedError or KeyError where the summary is not of that format: our fault.
    """
    dates = telling.notable(summary)
    drawn = partial(figures, summary, dates)
    return _page(
        "report.html.jinja",
        summary,
        drawn,
        dates=dates,
        asked=telling.asked(summary),
        sentence=summary["fit" if telling.is_status_quo(summary) else "answer"]["sentence"],
        command=telling.command(summary),
    )


def render_plan(told: Mapping[str, Any], summary: Mapping[str, Any]) -> str:
    """The page of a plan: what `releve plan --json` says of it, and the summary of its rehearsal."""
    return _page(
        "plan.html.jinja",
        summary,
        partial(plan_figures, summary),
        p=told,
        asked="Is the plan safe?",
        sentence=told["sentence"],
        command=telling.plan_command(told, summary),
    )


def _page(template: str, summary: Mapping[str, Any], drawn: Drawn, **more: Any) -> str:
    """A template filled with what every page shows of a rehearsal, and with what is its own.

    drawn: the figures, from the colours of the sites and of the contracts.
    """
    contracts = list(
        dict.fromkeys(each["contract"] for month in summary["months"] for each in month["contracts"])
    )
    site_colours = telling.coloured(telling.site_order(summary))
    contract_colours = telling.contract_colours(contracts, site_colours)
    currency = summary["move"]["currency"]
    return (
        _environment()
        .get_template(template)
        .render(
            s=summary,
            css=(HERE / "report.css").read_text(encoding="utf-8"),
            sites=telling.titles(summary["sites"], "site"),
            queues=telling.titles(summary["queues"], "queue"),
            site_colours=site_colours,
            contract_colours=contract_colours,
            figures=drawn(site_colours, contract_colours),
            rests=partial(telling.marks_of, summary["assumed"]),
            mark_counts=telling.mark_counts(summary["assumed"]),
            marks=telling.MARKS,
            status_quo=telling.is_status_quo(summary),
            money=words.money(currency),
            beside=partial(words.beside, currency=currency),
            bad_fit=any(each["rule"] == "bad-fit" for each in summary["findings"]),
            of_unit=partial(words.of_unit, currency=currency),
            paid=telling.paid,
            beside_prices=telling.beside_prices,
            titled=telling.titled,
            w=words,
            **more,
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
