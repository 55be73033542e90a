"""`releve check`: all that is wrong with a move at once, and when each of its waves can be decided on."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from releve.base.errors import Finding, InputError
from releve.cli.options import Json, Move, Scenarios, Strict, split
from releve.cli.printing import (
    console,
    day_text,
    findings_json,
    findings_text,
    new_table,
    number,
    percent,
    print_json,
)
from releve.operation.clock import TZDATA_VERSION, disagreements
from releve.operation.document import Document, Place, Route, read_toml
from releve.operation.loading import check as checked_move
from releve.operation.loading import scenario_names
from releve.operation.move import Move as LoadedMove
from releve.operation.plan import Wave
from releve.operation.rule import PLAN
from releve.rehearsal.proof import Proof, proofs
from releve.rehearsal.ways_back import short_ways_back
from releve.transition.decision import Decision, decisions
from releve.workforce.calendar import calendar_of


def check(move: Move, /, *, scenario: Scenarios = (), json: Json = False, strict: Strict = False) -> int:
    """Read everything and say all that is wrong at once.

    Errors keep a move from being used: they go to standard error, and the exit code is 2. Warnings are
    allowed and yet should be known: the exit code is 0, with --strict 1. For each wave the earliest day of
    decision is printed: the first evening on which all its gates could let it go on.
    """
    try:
        found = checked_move(move, split(scenario))
    except InputError as error:
        if json:
            print_json(_content(move, usable=False, errors=error.findings))
            return error.exit_code
        raise
    decided = _decisions(found.move)
    proved = proofs(found.move)
    warnings = (
        *found.warnings,
        *_too_short(found.move, decided),
        *short_ways_back(found.move),
        *_clocks_disagree(found.move),
    )
    scenarios = scenario_names(move)
    if json:
        waves = _waves(found.move, decided, proved)
        print_json(_content(move, usable=True, warnings=warnings, waves=waves, scenarios=scenarios))
    else:
        _print(console(), found.move, warnings, decided, proved, scenarios)
    return 1 if strict and warnings else 0


def _decisions(move: LoadedMove) -> tuple[Decision, ...]:
    calendar = calendar_of(move)

    def working(wave: Wave, day: date) -> bool:
        return any(calendar.open_spans(queue, day) for queue in wave.queues)

    transition = move.transition
    return decisions(transition.waves, transition.gates, transition.ends, working)


def _too_short(move: LoadedMove, decided: Sequence[Decision]) -> list[Finding]:
    """Waves that will hold because the next one opens before their gates can say go on."""
    document = read_toml(move.folder, PLAN)
    found = []
    for place_in_plan, (wave, each) in enumerate(zip(move.transition.waves, decided, strict=True), 1):
        if each.short and each.asks:
            last = place_in_plan == len(decided)
            route: Route = ("ends",) if last else ("waves", place_in_plan, "opens")
            place = document.place(route) if isinstance(document, Document) else Place(PLAN, 0)
            found.append(
                place.finding(
                    "wave-too-short",
                    f"wave '{wave.name}' opens {wave.opens}, and its plan ends {each.due}; '{each.slowest}' "
                    f"cannot say go on before the evening of {each.earliest or 'any day looked at'}",
                    f"{'an end' if last else 'the next wave'} after {each.earliest or 'it can'}",
                    "end the transition later"
                    if last
                    else "open the next wave later; as it is, it will wait",
                )
            )
    return found


def _clocks_disagree(move: LoadedMove) -> list[Finding]:
    """Where this machine's tz data is another than the packaged, which Releve uses."""
    zones = {move.operation.zone, *(site.zone for site in move.operation.sites)}
    return [
        Finding(
            "",
            0,
            "clocks-disagree",
            f"{each.system_s / 3600:+g} h in {each.zone} from {each.first:%Y-%m-%d %H:%M} UTC on, by the time zone "
            "data of this machine",
            f"{each.packaged_s / 3600:+g} h, by those of Releve ({TZDATA_VERSION}), which everything here goes by",
            "update this machine's time zone data (tzdata): Releve does not need it, but what else runs here, such "
            "as a telephone switch, would open and close at another hour than the plan",
        )
        for each in disagreements(zones, move.transition.starts, move.transition.ends)
    ]


def _waves(move: LoadedMove, decided: Sequence[Decision], proved: Sequence[Proof]) -> list[dict[str, Any]]:
    return [
        {
            "name": wave.name,
            "opens": wave.opens,
            "share": round(wave.share_pct * 100),
            "earliest_decision": each.earliest,
            "working_days": each.days,
            "waits_for": each.slowest,
            "due": each.due,
            "short": each.short and each.asks,
            "proves": [
                {key: value for key, value in asdict(proof).items() if key != "wave"}
                for proof in proved
                if proof.wave == wave.name
            ],
        }
        for wave, each in zip(move.transition.waves, decided, strict=True)
    ]


def _content(
    move: str,
    *,
    usable: bool,
    errors: Sequence[Finding] = (),
    warnings: Sequence[Finding] = (),
    waves: Sequence[dict[str, Any]] = (),
    scenarios: Sequence[str] = (),
) -> dict[str, Any]:
    return {
        "format": 1,
        "move": move,
        "usable": usable,
        "errors": findings_json(errors),
        "warnings": findings_json(warnings),
        "waves": list(waves),
        "scenarios": list(scenarios),
    }


def _print(
    out: Console,
    move: LoadedMove,
    warnings: Sequence[Finding],
    decided: Sequence[Decision],
    proved: Sequence[Proof],
    scenarios: Sequence[str],
) -> None:
    applied = f" with {', '.join(move.scenarios)}" if move.scenarios else ""
    people = sum(cohort.count for cohort in move.cohorts)
    out.print(
        f"{move.transition.name}{applied}: {move.transition.starts} to {move.transition.ends}, "
        f"{len(move.transition.waves)} waves, {people:,} people, {move.history.height:,} rows of history.",
        soft_wrap=True,
    )
    out.print()
    out.print(_table(move, decided))
    out.print()
    if proved:
        out.print(_proof_table(proved))
        out.print(
            "Working days with data until half of the runs go on or stop, at the volumes of the history, "
            "without what earlier waves showed. In brackets by how many points the site is worse.",
            style="dim",
        )
        out.print()
    if scenarios:
        out.print(Text(f"Scenarios: {', '.join(scenarios)}."))
        out.print()
    if warnings:
        out.print(findings_text(warnings, "warning", out.width))
    count = f"{len(warnings)} warning{'s' if len(warnings) != 1 else ''}"
    out.print(f"No errors, {count if warnings else 'no warnings'}.", style="bold")


def _table(move: LoadedMove, decided: Sequence[Decision]) -> Table:
    table = new_table("Waves", "Wave", "Opens", "Share>", "Earliest decision", "It waits for", "Asked for by")
    for wave, each in zip(move.transition.waves, decided, strict=True):
        style = "yellow" if each.short and each.asks else ""
        table.add_row(
            wave.name,
            day_text(wave.opens),
            f"{wave.share_pct:g} %",
            f"{day_text(each.earliest)}, day {each.days}",
            each.slowest,
            day_text(each.due),
            style=style,
        )
    return table


def _proof_table(proved: Sequence[Proof]) -> Table:
    columns = (
        "Wave",
        "Gate",
        "Contacts a day>",
        "At new site>",
        "Margin>",
        "Goes on, alike>",
        "Stops, worse>",
    )
    table = new_table("What a wave can prove", *columns)
    for each in proved:
        table.add_row(
            each.wave,
            each.gate,
            number(round(each.contacts_a_day)),
            percent(each.share),
            f"{each.margin:g} points",
            _days(each.days_go_on),
            f"{_days(each.days_stop)} (+{each.effect:g})",
        )
    return table


def _days(days: int | None) -> str:
    return "never seen" if days is None else f"{days} days"
