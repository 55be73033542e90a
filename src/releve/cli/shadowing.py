"""`releve shadow`: a day of the journal through the rehearsal."""

from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.text import Text

from releve.base.errors import wrong
from releve.cli.journals import JournalAt
from releve.cli.options import Json, Move, Scenarios, Strict, refuse_seed, refuse_threads, split
from releve.cli.printing import busy, console, counted, day_text, new_table, number, print_json
from releve.journal.entries import Decision, Outcome
from releve.journal.replay import control, since
from releve.journal.store import Store
from releve.journal.where import open_store
from releve.operation.clock import day_seconds, day_start
from releve.operation.loading import load
from releve.operation.move import Move as LoadedMove
from releve.rehearsal import shadow as shadowed
from releve.rehearsal.shadow import COMPARED, DayAsItWas, Difference, Down, InForce, Way
from releve.switchboard.live import begin
from releve.switchboard.recalled import Recalled, downs
from releve.switchboard.routing import Routing

SHOWN = 20  # differences that are printed; JSON has all
MEASURES = {
    "offered": "offered",
    "answered": "answered",
    "abandoned": "abandoned",
    "mean_wait_s": "mean wait, s",
}


def shadow(
    move: Move,
    journal: JournalAt,
    /,
    *,
    scenario: Scenarios = (),
    day: Annotated[
        date | None, Parameter(help="The day: 2025-10-14. The last with contacts unless given.")
    ] = None,
    replications: Annotated[int, Parameter(help="How often the day is played.")] = 40,
    seed: Annotated[int, Parameter(help="Decides every draw: the same seed gives the same results.")] = 1,
    threads: Annotated[int | None, Parameter(help="Threads; all cores unless given.")] = None,
    json: Json = False,
    strict: Strict = False,
) -> int:
    """Put a day's contacts before the rehearsal: does it decide as the switchboard did, and expect what was seen?

    Decisions must be the same, contact by contact: with --strict one that differs ends with 1. What was seen is held
    against the rehearsal of that day by queue and half-hour; of ten half-hours one lies outside by chance.
    """
    refuse_seed(seed)
    refuse_threads(threads)
    if replications < 1:
        raise wrong("bad-replications", replications, "a whole number, at least 1")
    loaded = load(move, split(scenario))
    with closing(open_store(journal, reading=True)) as store:
        was, unknown = _day(loaded, store, day)
        name = store.name
    with busy(f"Playing {day_text(was.day)}"):
        ready = shadowed.day_stage(loaded, was)
        differences = [*unknown, *shadowed.differences(ready, was)]
        rows = shadowed.beside(ready, was, seed=seed, replications=replications, threads=threads)
    contacts = len(was.decided) + len(unknown)
    if json:
        print_json(
            {
                "format": 1,
                "move": loaded.transition.name,
                "journal": name,
                "day": was.day,
                "contacts": contacts,
                "replications": replications,
                "seed": seed,
                "differences": [_record(each) for each in differences],
                "rows": rows,
            }
        )
    else:
        _print(was.day, contacts, differences, rows, console())
    return 1 if strict and differences else 0


def _day(move: LoadedMove, store: Store, day: date | None) -> tuple[DayAsItWas, list[Difference]]:
    """A day of the journal, and its contacts of which nobody told by what they were decided."""
    day = day or _last_day(store)
    zone = move.operation.zone
    starts = day_start(day, zone)
    ends = starts + timedelta(seconds=day_seconds(day, zone))
    facts = [each.entry for each in since(store, starts)]
    outcomes = [each for each in facts if isinstance(each, Outcome) and each.cell.day == day]
    decisions = _first_of_each(each for each in facts if isinstance(each, Decision) and each.cell.day == day)
    if not decisions:
        raise wrong(
            "no-contacts-that-day", day_text(day), f"a day with contacts in {store.name}", "--day DATE"
        )
    queues = {queue.name for queue in move.operation.queues}
    gone = sorted({each.cell.queue for each in decisions} - queues)
    if gone:
        mend = "name the move as it was in force on that day"
        raise wrong("unknown-queue", ", ".join(gone), ", ".join(sorted(queues)), mend)
    said = [each.entry for each in control(store)]
    recalled = Recalled(begin(move), said)
    known: dict[tuple[int, int], InForce] = {}
    decided: list[tuple[Decision, InForce]] = []
    unknown: list[Difference] = []
    for decision in decisions:
        routing = recalled.routing(decision)
        if routing is None:
            unknown.append(_unknown(decision))
            continue
        in_force = known.setdefault((routing.epoch, routing.version), _in_force(routing))
        decided.append((decision, in_force))
    spans = [
        (each.destination, max(each.since, starts), min(each.until or ends, ends)) for each in downs(said)
    ]
    down = [Down(*span) for span in spans if span[1] < span[2]]
    return DayAsItWas(day, decided, outcomes, down), unknown


def _last_day(store: Store) -> date:
    days = {total.cell.day for total in store.totals(date.min, date.max)}
    if not days:
        raise wrong("no-contacts-that-day", "no contacts at all", f"a day with contacts in {store.name}")
    return max(days)


def _first_of_each(decisions: Iterable[Decision]) -> list[Decision]:
    """Without what another switchboard decided of a contact a second time: the earlier one counts."""
    first: dict[str, Decision] = {}
    for each in sorted(decisions, key=lambda each: each.at):
        first.setdefault(each.contact, each)
    return [*first.values()]


def _in_force(routing: Routing) -> InForce:
    return InForce(routing.destinations, routing.table, routing.states)


def _unknown(decision: Decision) -> Difference:
    cell = decision.cell
    went = Way(cell.named, decision.destination, decision.share)
    return Difference(decision.contact, decision.at, cell.queue, decision.bucket, went, None)


def _record(each: Difference) -> dict[str, Any]:
    ways = {
        name: way and way._asdict()
        for name, way in (("journal", each.journal), ("rehearsal", each.rehearsal))
    }
    return each._asdict() | ways


def _print(
    day: date, contacts: int, differences: Sequence[Difference], rows: Sequence[dict[str, Any]], out: Console
) -> None:
    said = f"{counted(contacts, 'contact', 'contacts')} of {day_text(day)}"
    if not differences:
        out.print(Text(f"{said}: the rehearsal decides every one as the journal says.", "bold"))
    else:
        out.print(
            Text(f"{said}: the rehearsal decides {len(differences):,} of them otherwise.", "bold yellow")
        )
        out.print()
        out.print(_differences(differences[:SHOWN]))
        if len(differences) > SHOWN:
            out.print(Text(f"The first {SHOWN}; --json has every one.", "dim"))
    out.print()
    out.print(_beside("The day, seen beside what the rehearsal expects (90 % lie between)", _of_day(rows)))
    outside = [row for row in rows if row["start"] and not all(_fits(row[name]) for name in COMPARED)]
    halves = sum(row["start"] is not None for row in rows)
    out.print()
    out.print(f"{len(outside)} of {counted(halves, 'half-hour', 'half-hours')} lie outside in something.")
    if outside:
        out.print()
        out.print(_beside("Half-hours outside, UTC", outside[:SHOWN]))


def _of_day(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["start"] is None]


def _fits(cell: dict[str, Any]) -> bool:
    return cell["inside"] is not False


def _differences(differences: Sequence[Difference]) -> Any:
    table = new_table("Decided otherwise", "Contact", "At", "Queue", "Bucket>", "Journal", "Rehearsal")
    for each in differences:
        ways = (_way(each.journal), _way(each.rehearsal))
        table.add_row(each.contact, _clock(each.at), each.queue, f"{each.bucket}", *ways)
    return table


def _way(way: Way | None) -> str:
    if way is None:
        return "by what nobody told"
    return f"{way.named or 'nobody'}, taken by {way.destination or 'nobody'}"


def _beside(title: str, rows: Sequence[dict[str, Any]]) -> Any:
    table = new_table(title, "Queue", "From", *(f"{name.capitalize()}>" for name in MEASURES.values()))
    for row in rows:
        when = _clock(row["start"]) if row["start"] else "whole day"
        table.add_row(row["queue"], when, *(_cell(row[name]) for name in MEASURES))
    return table


def _cell(cell: dict[str, Any]) -> str:
    """What was seen, and in brackets what 90 % of the replications lie between; * outside."""
    seen = "-" if cell["seen"] is None else number(cell["seen"])
    if cell["p05"] is None:
        return seen
    mark = "" if _fits(cell) else " *"
    return f"{seen} ({number(cell['p05'])}-{number(cell['p95'])}){mark}"


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%H:%M:%S}"
