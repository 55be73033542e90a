"""A rehearsal's summary on the terminal: for people, from the mapping of summary.json and nothing else.

The tables fit 100 columns; on a narrower terminal they leave out the ranges. A range is what 90 % of the
replications lie between.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from rich.console import Console
from rich.text import Text

from releve.base.errors import Finding
from releve.base.units import part_digits, share_text
from releve.cli.printing import (
    NARROW,
    counted,
    day_text,
    findings_text,
    new_table,
    number,
    percent,
    ranged,
    with_ends,
)

Row = Mapping[str, Any]
Show = Callable[[float], str]
INTERRUPTIONS_SHOWN = 5
HELD_SHOWN = 3  # causes for each wave
WIDE = ("Wave", "Opens", "Share>", "Site", "Need>", "Present>", "Service\nlevel>", "Aban-\ndoned>")
NARROWER = ("Wave", "Opens", "Share>", "Site", "Need/\nhave>", "Serv.\nlevel>", "Aban-\ndoned>")
VERDICTS = {"better": "green", "worse": "red", "no telling": "dim"}
CHANCES = {
    "held": "Holds>",
    "stepped_back": "Steps\nback>",
    "rolled_back": "Rolls\nback>",
    "never_opened": "Never>",
}


def print_summary(summary: Row, out: Console) -> None:
    """Everything as it is read: the fit, the waves and their gates, what differs, the answer, findings."""
    wide = out.width >= NARROW
    _title(summary, out)
    if summary["fit"]:
        _fit(summary["fit"], out, wide)
    if summary["waves"]:
        _waves(summary["waves"], out, wide)
        _gates(summary["waves"], out)
    if summary["interruptions"]:
        _interruptions(summary, out)
    if summary["against"]:
        _against(summary, out, wide)
    _answer(summary, out)
    if summary["findings"]:
        out.print()
        findings = [Finding(**finding) for finding in summary["findings"]]
        out.print(findings_text(findings, "finding", out.width))


def _title(summary: Row, out: Console) -> None:
    move = summary["move"]
    scenarios = f" with {', '.join(move['scenarios'])}" if move["scenarios"] else ""
    done, asked = summary["replications"], summary["asked"]
    of = f"{done} of {asked}" if done < asked else f"{done}"
    said = (
        f"{move['name']}{scenarios}: {day_text(move['starts'])} to {day_text(move['ends'])}, "
        f"{of} replications, seed {summary['seed']}"
    )
    out.print(Text(said, "bold"))
    out.print()


def _waves(waves: Sequence[Row], out: Console, wide: bool) -> None:
    table = new_table("Waves", *(WIDE if wide else NARROWER), *CHANCES.values())
    for wave in waves:
        never = wave["never_opened"] >= 1
        table.add_row(
            wave["name"],
            _opens(wave),
            share_text(wave["share"]),
            "\n".join(each["site"] for each in wave["people"]),
            *_people(wave["people"], wide),
            "-" if never else _stacked(wave["service_level"]["value"], wide),
            "-" if never else _stacked(wave["abandoned"], wide),
            *(percent(wave[chance]) for chance in CHANCES),
        )
    out.print(table)
    named: dict[str, list[str]] = {}
    for wave in waves:
        named.setdefault(wave["service_level"]["definition"], []).append(wave["name"])
    for definition, names in named.items():
        of = "" if len(names) == len(waves) else f" of {', '.join(names)}"
        if definition:
            out.print(Text(f"Service level{of}: {definition}.", "dim"))
    out.print(
        Text(
            "Opens: in brackets the median day on which it opened, if another. Need, present: people on duty, "
            "mean of its first five working days (its capacity gate asks on the one day). Service level, abandoned: "
            "over all days on which it was the last wave open. Holds: the chance that it is not done on the day "
            "before the next wave opens (the last: when the transition ends). Never: that it does not open while its "
            "donor is there.",
            "dim",
        )
    )
    out.print()


def _people(people: Sequence[Row], wide: bool) -> list[str]:
    """Needed and present at each site: two cells, or one on a narrow terminal."""
    needed = [number(each["needed"]) if wide else f"{each['needed']:.0f}" for each in people]
    present = [ranged(each["present"], lambda value: f"{value:.0f}", wide) for each in people]
    if wide:
        return ["\n".join(needed), "\n".join(present)]
    return ["\n".join(f"{need}/{have}" for need, have in zip(needed, present, strict=True))]


def _opens(wave: Row) -> str:
    """The planned day and, where the rehearsal opened it on another, the median of that in brackets."""
    planned, median = wave["opens"], wave["opened"]["p50"]
    if wave["never_opened"] >= 1:
        return f"{_short_day(planned)}\n(never)"
    return (
        _short_day(planned) if median in (planned, None) else f"{_short_day(planned)}\n({_short_day(median)})"
    )


def _short_day(written: str) -> str:
    day = date.fromisoformat(written)
    return f"{day.day} {day:%b}"


def _stacked(quantiles: Row, wide: bool) -> str:
    """A median and under it the range: 98.2 % over 96.1-99.0."""
    shown = ranged(quantiles, lambda part: f"{100 * part:.1f} %", wide)
    return shown.replace(" (", "\n").removesuffix(")")


def _gates(waves: Sequence[Row], out: Console) -> None:
    """Each gate's verdicts, the commonest first, each with an example of its reasons; then what held the wave."""
    table = new_table(
        "Gates: what each said last, and what held a wave when it was due; in how many replications"
    )
    for name in ("Wave", "Gate", "Said", "Because"):
        table.add_column(name, overflow="fold")
    for wave in waves:
        for place, gate in enumerate(wave["gates"]):
            said = sorted(gate["verdicts"].items(), key=lambda pair: -pair[1])
            for row, (verdict, part) in enumerate(each for each in said if each[1] > 0):
                style = "" if verdict == "go on" else "yellow"
                table.add_row(
                    "" if place or row else wave["name"],
                    "" if row else gate["gate"],
                    Text(f"{verdict} {percent(part)}", style),
                    Text(gate["reasons"][verdict]),
                )
        for row, held in enumerate(wave["held_by"][:HELD_SHOWN]):
            by = held["by"] if held["wave"] == wave["name"] else f"{held['wave']}, {held['by']}"
            said_by = Text(f"{by} {percent(held['part'])}", "yellow")
            table.add_row("", "" if row else "held by", said_by, Text(held["reason"]))
        if more := wave["held_by"][HELD_SHOWN:]:
            others = counted(len(more), "other cause", "other causes")
            rest = Text(f"{others} {percent(sum(held['part'] for held in more))}", "yellow")
            table.add_row("", "", rest, "in the report")
    if table.row_count:
        out.print(table)
        out.print()


def _interruptions(summary: Row, out: Console) -> None:
    titles = {queue["queue"]: queue["title"] for queue in summary["queues"]}
    kept = len(summary["interruptions"])
    more = f": the first {INTERRUPTIONS_SHOWN} of the report's {kept}" if kept > INTERRUPTIONS_SHOWN else ""
    table = new_table(
        f"Interrupted most often{more}", "Day", "At", "Queue", "Why", "Replications>", "Customers hit>"
    )
    for each in summary["interruptions"][:INTERRUPTIONS_SHOWN]:
        table.add_row(
            day_text(each["day"]),
            each["local"] or "all day",
            titles.get(each["queue"], each["queue"]),
            each["why"],
            f"{each['replications']} of {summary['replications']}",
            number(round(each["customers"])),
        )
    out.print(table)
    out.print()


def _fit(fit: Row, out: Console, wide: bool) -> None:
    title = "Fit to the history: the centre as it was, a week"
    table = new_table(title, "Queue", "Measure", "History>", "Simulated>", "Inside")
    for row in fit["rows"]:
        show = _of_unit(row["unit"], "")
        inside = Text("yes") if row["inside"] else Text("no", "bold red")
        table.add_row(
            row["queue"], row["measure"], show(row["history"]), ranged(row["simulated"], show, wide), inside
        )
    if table.row_count:
        out.print(table)
    out.print(Text(fit["sentence"], "bold"))
    out.print()


def _against(summary: Row, out: Console, wide: bool) -> None:
    against, move = summary["against"], summary["move"]
    own = move["folder"] + (f"@{','.join(move['scenarios'])}" if move["scenarios"] else "")
    table = new_table(
        f"Compared on the same customers: {own}, and the other, {against['name']}",
        "Measure",
        "This>",
        "Other>",
        "Other less this>",
        "The other is",
    )
    for row in against["rows"]:
        show, apart = _beside(row, move["currency"])
        difference = _difference(row, apart, wide)
        verdict = Text(row["verdict"], VERDICTS.get(row["verdict"], ""))
        table.add_row(row["measure"], show(row["a"]), show(row["b"]), difference, verdict)
    out.print(table)
    ends = "; in brackets the 95 % interval of the mean difference" if wide else ""
    out.print(Text(f"Means over all replications{ends}.", "dim"))
    out.print(Text(against["sentence"]))
    out.print()


def _answer(summary: Row, out: Console) -> None:
    """The answer; where another move was played too, then its own. Of a status quo: whether it fits."""
    if summary["fit"] and not summary["waves"]:
        bad = any(each["rule"] == "bad-fit" for each in summary["findings"])
        said = "does not reproduce the history well" if bad else "reproduces the history"
        out.print(Text(f"The rehearsal {said}.", "bold red" if bad else "bold green"))
        return
    answers = [("", summary["answer"])]
    if against := summary["against"]:
        answers.append((f"The other, {against['name']}: ", against["answer"]))
    for whose, answer in answers:
        out.print(Text(whose + answer["sentence"], "bold green" if answer["safe"] else "bold red"))


def _beside(row: Row, currency: str) -> tuple[Show, Show]:
    """How two numbers of a row are shown, and how their difference: of two parts, points with as many decimals."""
    if not _is_part(row["unit"]):
        return (_of_unit(row["unit"], currency),) * 2
    digits = part_digits(row["difference"]["mean"])
    return (lambda part: percent(part, digits)), lambda part: f"{_signed_if_any(100 * part, digits)} points"


def _signed_if_any(value: float, digits: int) -> str:
    """A number in which nothing has no sign."""
    return f"{round(value, digits) + 0.0:.{digits}f}"


def _difference(row: Row, show: Show, wide: bool) -> str:
    """A mean difference and its interval, which one pair of replications does not have."""
    mean, low, high = (row["difference"][name] for name in ("mean", "low", "high"))
    return show(mean) if low is None or not wide else with_ends(mean, (low, high), show)


def _is_part(unit: str) -> bool:
    """Whether a unit is a part of 1: a chance, or the share of something."""
    return unit in ("chance", "1") or unit.startswith("share of")


def _of_unit(unit: str, currency: str) -> Callable[[float], str]:
    """How a quantity of this unit is shown; `share` is in 1/100 %, `share of ...` a part of 1."""
    if _is_part(unit):
        return lambda part: percent(part, 1)
    if unit == "share":
        return lambda share: share_text(round(share))
    if unit.endswith("cents"):
        return lambda cents: f"{cents / 100:,.0f} {currency}"
    return lambda value: f"{number(value)} {unit}" if unit in ("s", "hours", "points") else number(value)
