"""`releve replay`: a transition read again from its journal."""

from collections.abc import Sequence
from contextlib import closing, nullcontext
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from cyclopts import Parameter
from rich.console import Console
from rich.text import Text

from releve.base.errors import wrong
from releve.base.units import share_text
from releve.cli.journals import JournalAt
from releve.cli.judging_again import JudgedAgain, judge_again
from releve.cli.options import Json, Strict
from releve.cli.printing import busy, console, counted, new_table, print_json
from releve.journal.contact import OfContact, of_contact
from releve.journal.entries import (
    Commanded,
    Control,
    Decision,
    Entry,
    Judged,
    Outcome,
    Shared,
    Signed,
    Stepped,
)
from releve.journal.last_words import LastWords, last_words, until
from releve.journal.replay import Recorded, control
from releve.journal.where import open_store
from releve.routing.table import Range, Table

LAST = 20  # control entries that are printed; JSON has all

At = Annotated[
    str, Parameter(help="A moment with its zone: 2026-03-02T12:00:00Z. The end of the journal unless given.")
]
Moved = Annotated[
    str | None,
    Parameter(
        name="--move",
        help="The move's folder: fold the state as a switchboard does, and give verdicts again.",
    ),
]
Contact = Annotated[
    str, Parameter(help="A contact's id: say why it went where it went, and what came of it.")
]


def replay(
    journal: JournalAt,
    /,
    *,
    at: At = "",
    contact: Contact = "",
    move: Moved = None,
    json: Json = False,
    strict: Strict = False,
) -> int:
    """Read a transition again from its journal: what held at a moment, who said so, and why.

    With --contact: where a contact went and why, the shares in force then, and what came of it. With --move the state
    is folded as a switchboard folds it, and every verdict until then is given again: with --strict one that differs
    ends with 1.
    """
    moment = _instant(at) if at else None
    with closing(open_store(journal, reading=True)) as store:
        head = {"format": 1, "journal": store.name}
        said = [*control(store)]
        if contact:
            _contact(of_contact(store, contact), said, head | {"contact": contact}, json)
            return 0
        before = until(said, moment)
        with busy("Giving the verdicts again") if move else nullcontext():
            again = judge_again(move, before, store, moment) if move else None
    holds = last_words(before)
    if json:
        shown = moment or (before[-1].entry.at if before else None)
        live = {} if again is None else again.content()
        said_then = {"said": [_recorded(each) for each in before]}
        print_json(head | {"at": shown} | _state(holds) | live | said_then)
    else:
        _print(before, holds, moment, again, console())
    return 1 if strict and again is not None and again.differing else 0


def _instant(written: str) -> datetime:
    """A moment. Raises InputError for one that is none, or has no zone."""
    mend = "write it as 2026-03-02T12:00:00Z, or with its offset: 2026-03-02T13:00:00+01:00"
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise wrong("bad-instant", repr(written), "a date and a time", mend) from None
    if moment.tzinfo is None:
        raise wrong("bad-instant", f"{written!r}, without a zone", "a moment with its zone", mend)
    return moment


def _state(holds: LastWords) -> dict[str, Any]:
    """What holds, for machines: the last words by what they speak of."""
    kinds = {
        "plan": "plan",
        "transition": "transition",
        "wave": "waves",
        "shares": "shares",
        "verdict": "verdicts",
        "item": "signed",
        "destination": "health",
        "command": "commands",
    }
    words = {name: [_entry(each) for each in holds.of(kind)] for kind, name in kinds.items()}
    return {"epoch": holds.epoch} | words


def _entry(entry: Entry | Control) -> dict[str, Any]:
    """An entry as the journal has it, without the customer's pseudonym."""
    found: dict[str, Any] = msgspec.to_builtins(entry)
    return {name: value for name, value in found.items() if name != "key"}


def _recorded(each: Recorded) -> dict[str, Any]:
    return {"node": each.place.node, "batch": each.place.sequence} | _entry(each.entry)


def _print(
    said: Sequence[Recorded],
    holds: LastWords,
    moment: datetime | None,
    again: JudgedAgain | None,
    out: Console,
) -> None:
    if not said:
        out.print("Nothing had been said by then." if moment else "The journal is empty.")
        return
    when = _time(moment or said[-1].entry.at)
    plan = ", ".join(entry.plan for entry in holds.of("plan")) or "none named"
    out.print(Text(f"{when}: plan {plan}, epoch {holds.epoch}", "bold"))
    out.print()
    held = (_waves(holds), _shares(holds)) if again is None else again.tables()
    for table in (*held, _verdicts(holds), _items(holds), _log(said)):
        if table.row_count:
            out.print(table)
            out.print()
    if again is not None:
        again.tell(out)
    elif _taken_back(holds):
        out.print(Text("An abort has taken every share back since; --move MOVE says to whom.", "bold yellow"))
    if len(said) > LAST:
        out.print(Text(f"{counted(len(said), 'entry', 'entries')} in all; --json has every one.", "dim"))


def _taken_back(holds: LastWords) -> bool:
    """Whether the last word on the shares is older than an abort."""
    aborts = (each for each in holds.of("command") if isinstance(each, Commanded) and each.command == "abort")
    return any(abort.at > shares.at for abort in aborts for shares in holds.of("shares"))


def _waves(holds: LastWords) -> Any:
    table = new_table("Waves", "Wave", "State", "Share>", "Since", "By", "Why")
    for each in holds.of("wave"):
        assert isinstance(each, Stepped)
        table.add_row(each.wave, each.state, share_text(each.share), *_said(each))
    return table


def _shares(holds: LastWords) -> Any:
    table = new_table("", "Queue", "Destination", "Share>")
    for each in holds.of("shares"):
        assert isinstance(each, Shared)
        when, who, why = _said(each)
        table.title = Text(f"Shares since {when}, as {who} said{': ' if why else ''}{why}", "bold")
        for part in each.table.queues:
            for destination, share in part.shares:
                table.add_row(part.queue, destination, share_text(share))
    return table


def _verdicts(holds: LastWords) -> Any:
    table = new_table(
        "Verdicts", "Wave", "Gate", "Verdict", "Worse by", "Margin>", "Days>", "On", "By", "Why"
    )
    for each in holds.of("verdict"):
        assert isinstance(each, Judged)
        bounds = "-" if each.lower is None or each.upper is None else f"{each.lower:g} to {each.upper:g}"
        margin = "-" if each.margin is None else f"{each.margin:g}"
        table.add_row(each.wave, each.gate, each.verdict, bounds, margin, f"{each.days}", *_said(each))
    return table


def _items(holds: LastWords) -> Any:
    table = new_table("Readiness", "Item", "Signed", "Evidence", "On", "By", "Why")
    for each in holds.of("item"):
        assert isinstance(each, Signed)
        table.add_row(each.item, "yes" if each.signed else "taken back", each.evidence, *_said(each))
    return table


def _log(said: Sequence[Recorded]) -> Any:
    table = new_table("Said last", "At", "By", "What", "Why")
    for each in said[-LAST:]:
        assert isinstance(each.entry, Control)
        when, who, why = _said(each.entry)
        table.add_row(when, who, _what(each.entry), why)
    return table


def _said(entry: Control) -> tuple[str, str, str]:
    return _time(entry.at), entry.who, entry.why


def _what(entry: Entry) -> str:
    """An entry's kind and what it says beside when, who and why."""
    told = msgspec.to_builtins(entry)
    beside = ("kind", "v", "at", "who", "why", "epoch", "plan", "table", "digest")
    fields = " ".join(
        f"{value}" for name, value in told.items() if name not in beside and value not in ("", None)
    )
    return f"{told['kind']} {fields}".strip()


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _contact(found: OfContact, said: Sequence[Recorded], head: dict[str, Any], as_json: bool) -> None:
    decision = found.decision
    shares = _in_force(said, decision) if decision else None
    if as_json:
        facts, again = ([_recorded(each) for each in facts] for facts in found)
        print_json(head | {"facts": facts, "again": again, "shares": _entry(shares) if shares else None})
        return
    out = console()
    if decision is not None:
        for line in _why(decision, shares):
            out.print(line, soft_wrap=True)
    for each in found.facts:
        if isinstance(each.entry, Outcome):
            out.print(f"{_time(each.entry.at)} {_happening(each.entry)}", soft_wrap=True)
    for each in found.again:
        said_too = each.entry.destination if isinstance(each.entry, Decision) else ""
        out.print(
            f"{each.place.node} said it too, and it does not count: {said_too}".rstrip(": "), soft_wrap=True
        )


def _in_force(said: Sequence[Recorded], decision: Decision) -> Shared | None:
    holds = last_words(until(said, decision.at))
    return next((entry for entry in holds.of("shares") if isinstance(entry, Shared)), None)


def _why(decision: Decision, shares: Shared | None) -> list[str]:
    """Where a contact went and why, from its bucket on."""
    cell = decision.cell
    sticky = "" if decision.sticky else ", of a customer who will not be known again"
    lines = [
        f"{_time(decision.at)} {cell.queue}, asked by {decision.edge or 'an edge without a name'}",
        f"bucket {decision.bucket}{sticky}",
    ]
    owner = _owner(shares.table, cell.queue, decision.bucket) if shares else None
    if owner is not None and shares is not None:
        lines.append(
            f"buckets {owner.lo} to {owner.hi - 1} belonged to {owner.owner} since {_time(shares.at)}, "
            f"as {shares.who} said{': ' if shares.why else ''}{shares.why}"
        )
    lines += [
        f"named {cell.named}, whose share was {share_text(decision.share)}",
        f"went to {decision.destination or 'nobody'}{': ' if decision.why else ''}{decision.why}",
        f"plan {decision.plan or '-'}, epoch {decision.epoch}, wave {decision.wave or '-'}",
    ]
    return lines


def _owner(table: Table, queue: str, bucket: int) -> Range | None:
    pieces = (piece for part in table.queues if part.queue == queue for piece in part.ranges)
    return next((piece for piece in pieces if piece.lo <= bucket < piece.hi), None)


def _happening(outcome: Outcome) -> str:
    at = f" at {outcome.site}" if outcome.site else ""
    if outcome.amount is None:
        return f"{outcome.what}{at}"
    unit = "" if outcome.what == "survey" else " s"
    return f"{outcome.what}{at}: {outcome.amount:g}{unit}"
