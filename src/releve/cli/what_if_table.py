"""What-ifs on the terminal: the move as it is and under each what-if side by side, with the differences."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from releve.cli.printing import day_text, new_table, number, percent

Row = Mapping[str, Any]
VERDICTS = {"better": "green", "worse": "red"}


def print_what_ifs(told: Row, out: Console) -> None:
    """Both tables, and what stands in them."""
    base = told["as_it_is"]
    every = [{"what_if": "as it is", "differences": []} | base, *told["what_ifs"]]
    out.print(_whole(told, every))
    out.print()
    out.print(_levels(every))
    out.print(
        Text(
            f"All on the same customers: {told['replications']} replications, seed {told['seed']}. Cost and customers: "
            "means; green is better, red worse, beyond chance. People short: mean over the open hours of the week, for "
            "the shares in force; with a minus there are more than needed. Service level: median over the whole "
            "transition; under it the difference.",
            "dim",
        )
    )


def _whole(told: Row, every: list[Row]) -> Table:
    table = new_table(
        f"{told['move']}: what if",
        "#>",
        "What if",
        f"Cost, {told['currency']}>",
        "Interrupted>",
        "Customers\nhit>",
        "Targets\nmet>",
        "Weakest week",
        "People\nshort>",
    )
    base = every[0]
    for place, each in enumerate(every):
        told_of = {row["measure"]: row["verdict"] for row in each["differences"]}
        weakest, met = each["weakest"], sum(queue["met"] for queue in each["queues"])
        hit = f"{each['interrupted']} of {told['replications']}\nat most {percent(each['bound'])}"
        cost = _less(each, base, "cost_cents") / 100
        table.add_row(
            str(place or ""),
            each["what_if"],
            _cell(f"{each['cost_cents'] / 100:,.0f}", place, cost, told_of.get("cost")),
            _cell(hit, place, _less(each, base, "interrupted"), told_of.get("interrupted")),
            _cell(
                number(each["customers"]), place, _less(each, base, "customers"), told_of.get("customers hit")
            ),
            f"{met} of {len(each['queues'])}",
            f"{day_text(weakest['week'])}\n{weakest['site']}" if weakest else "-",
            _cell(number(round(weakest["short"], 1) + 0.0), place, _less(weakest, base["weakest"], "short"))
            if weakest
            else "-",
        )
    return table


def _less(each: Row, base: Row | None, key: str) -> float:
    return float(each[key] - base[key]) if base else 0.0


def _cell(value: str, place: int, difference: float, verdict: str | None = None) -> Text:
    """A value, and under it how much more or less than as it is; of the move as it is there is no difference."""
    if not place:
        return Text(value)
    signed = f"{difference:+,.0f}" if abs(difference) >= 100 or difference == 0 else f"{difference:+.1f}"
    return Text(f"{value}\n").append(signed, VERDICTS.get(verdict or "", ""))


def _levels(every: list[Row]) -> Table:
    """A row for each queue, a column for each what-if by its number."""
    columns = [f"{place}>" for place in range(1, len(every))]
    table = new_table("Service level by queue", "Queue", "Target>", "As it is>", *columns)
    for place, base in enumerate(every[0]["queues"]):
        rows = [each["queues"][place] for each in every]
        table.add_row(base["queue"], percent(base["target"]), *_row(rows))
    return table


def _row(rows: list[Row]) -> Iterator[Text]:
    base = rows[0]["service_level"]
    for place, row in enumerate(rows):
        level = row["service_level"]
        if level is None:
            yield Text("-")
            continue
        text = Text(percent(level, 1), "" if row["met"] else "bold red")
        text.append("" if row["met"] else " under", "bold red")
        if place and base is not None:
            text.append(f"\n{100 * (level - base):+.1f}", "dim")
        yield text
