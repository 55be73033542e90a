"""`releve wave` and `releve ready`: where the waves of a running transition stand, and orders to them."""

import getpass
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter

from releve.base.errors import JournalError
from releve.base.units import share_text
from releve.cli.asking import HERE, AToken, Board, Unreachable, Url
from releve.cli.options import Json
from releve.cli.printing import console, day_text, new_table, print_json
from releve.journal.entries import Commanded
from releve.journal.journal import Journal
from releve.journal.store import Store
from releve.journal.where import open_store

ABORTED_S = (
    5.0  # J: within which a switchboard that works has answered an abort: it waits for nothing but its disk
)
DESK = "desk"  # the node as which an abort is written where no switchboard runs
WaveName = Annotated[str, Parameter(help="The wave, by its name in the plan.")]
Item = Annotated[str, Parameter(help="The readiness item, by its name in the plan.")]
Why = Annotated[str, Parameter(help="The reason, in plain words: it stands in the journal.")]
State = Annotated[
    Path | None,
    Parameter(help="The state folder of a switchboard that does not answer: the abort is written there."),
]

wave = App(name="wave", help="Show and order the waves of a running transition.")
ready = App(name="ready", help="Show and sign what must be fulfilled before waves open.")


@wave.command(name="list")
def list_(*, url: Url = HERE, token: AToken = None, json: Json = False) -> int:
    """Print where every wave stands, and why."""
    found = Board(url, token).get("/v1/waves")
    if json:
        print_json({"format": 1} | found)
        return 0
    out = console()
    table = new_table(
        f"Waves, plan {found['plan']}, epoch {found['epoch']}", "Wave", "Opens", "Share>", "State", "Why"
    )
    for each in found["waves"]:
        table.add_row(
            each["name"], day_text(each["opens"]), share_text(each["share"]), each["state"], _why(each)
        )
    out.print(table)
    if found["frozen"]:
        out.print(f"Frozen: {found['frozen']}", soft_wrap=True)
    if found["pause"]:
        out.print(f"After a step down nothing is armed for {found['pause']} more working days.")
    return 0


def _why(each: dict[str, Any]) -> str:
    """Everything that a wave waits for, in a phrase."""
    until = f" until {day_text(each['held_until'])}" if each["held_until"] else ""
    said = (
        f"held by {each['held_by']}{until}: {each['held_why']}" if each["held_by"] else "",
        each["why"],
        f"{each['yes']} says yes, another person's yes is asked for" if each["yes"] else "",
        f"to be signed: {', '.join(each['needs'])}" if each["needs"] else "",
    )
    return "; ".join(filter(None, said))


@wave.command(name="open")
def open_(
    name: WaveName, /, *, why: Why = "", url: Url = HERE, token: AToken = None, json: Json = False
) -> int:
    """Say yes to a wave: it opens now, or on its day. A step to 100 % asks for the yes of two people."""
    return _order(Board(url, token), json, what="open", wave=name, why=why)


@wave.command
def hold(
    name: WaveName,
    /,
    *,
    why: Why,
    until: Annotated[date | None, Parameter(help="The day on which the hold ends by itself.")] = None,
    url: Url = HERE,
    token: AToken = None,
    json: Json = False,
) -> int:
    """Keep a wave as it is: it does not open, and is not done, until resumed. Its gates go on judging."""
    until_text = until.isoformat() if until else None
    return _order(Board(url, token), json, what="hold", wave=name, why=why, until=until_text)


@wave.command
def resume(name: WaveName, /, *, why: Why, url: Url = HERE, token: AToken = None, json: Json = False) -> int:
    """End a hold: the wave goes on when its gates say so."""
    return _order(Board(url, token), json, what="resume", wave=name, why=why)


@wave.command
def freeze(*, why: Why, url: Url = HERE, token: AToken = None, json: Json = False) -> int:
    """Let nothing open, as in a change freeze: shares stay, and the ways down stay open."""
    return _order(Board(url, token), json, what="freeze", why=why)


@wave.command
def thaw(*, why: Why, url: Url = HERE, token: AToken = None, json: Json = False) -> int:
    """End a freeze: a wave that stood holds until its gates say go on."""
    return _order(Board(url, token), json, what="thaw", why=why)


@wave.command
def abort(
    *,
    why: Why = "",
    state: State = None,
    journal: Annotated[
        str | None, Parameter(help="Its journal, if that is not the file in the state folder.")
    ] = None,
    url: Url = HERE,
    token: AToken = None,
    json: Json = False,
) -> int:
    """Take every share back now, whatever the capacity. It sticks until a wave is rearmed."""
    try:
        return _order(Board(url, token, ABORTED_S), json, what="abort", why=why)
    except Unreachable:
        if state is None:
            raise
        return _abort_alone(state, journal, why, as_json=json)


def _abort_alone(state: Path, journal: str | None, why: str, *, as_json: bool) -> int:
    """Write an abort where the switchboard finds it when it starts: in its journal or, if that is gone, its spool."""
    now, who = datetime.now(UTC), getpass.getuser()
    said = f"abort by {who} without the switchboard{': ' if why else ''}{why}"
    entry = Commanded(v=1, at=now, who=who, why=said, command="abort")
    with (
        closing(open_store(journal or str(state / "journal.sqlite"))) as store,
        closing(_desk(store, state, who, now)) as writing,
    ):
        durable = writing.append([entry])
    says = (
        f"The switchboard does not answer: the abort is in its {durable.where}, and holds when it starts or goes on. "
        "Until then the edges go on by the last table that they were told"
    )
    return _told({"says": says, "durable": durable.where}, as_json)


def _desk(store: Store, state: Path, who: str, now: datetime) -> Journal:
    """To write beside a switchboard: in its own spool, which it brings home when it starts, if it has let go of that.
    One that hangs has not; it reads what is in the store when it goes on, and the others do so now."""
    try:
        return Journal(store, DESK, state / "spool", state / "witness", who=who, now=now)
    except JournalError:
        writing = Journal(store, DESK, state / f"{DESK}.spool", state / f"{DESK}.witness", who=who, now=now)
    if writing.trouble is not None:
        writing.close()
        raise JournalError(
            "a switchboard that does not answer holds its spool, and its store is gone: nobody would read this abort; "
            "stop that process, and abort again"
        )
    return writing


@wave.command
def rearm(name: WaveName, /, *, why: Why, url: Url = HERE, token: AToken = None, json: Json = False) -> int:
    """Let a wave that was taken back be opened again, in a higher epoch; to open it needs its own yes."""
    return _order(Board(url, token), json, what="rearm", wave=name, why=why)


@ready.command(name="list")
def list_items(*, url: Url = HERE, token: AToken = None, json: Json = False) -> int:
    """Print what must be fulfilled before waves open, whose it is, and who signed."""
    found = Board(url, token).get("/v1/readiness")
    if json:
        print_json({"format": 1} | found)
        return 0
    table = new_table("Readiness", "Item", "Owner", "Due", "Signed", "Waves")
    for each in found["items"]:
        signed = f"{each['signed_by']}, {day_text(each['signed_on'])}" if each["signed_by"] else "-"
        table.add_row(each["name"], each["owner"], day_text(each["due"]), signed, ", ".join(each["waves"]))
    console().print(table)
    return 0


@ready.command
def sign(
    item: Item,
    /,
    *,
    evidence: Annotated[str, Parameter(help="What shows that it is fulfilled.")] = "",
    take_back: Annotated[
        bool, Parameter(negative=(), help="Take the signature back; asks for --why.")
    ] = False,
    why: Why = "",
    url: Url = HERE,
    token: AToken = None,
    json: Json = False,
) -> int:
    """Sign a readiness item, or take its signature back."""
    what = "unsign" if take_back else "sign"
    return _order(Board(url, token), json, what=what, item=item, evidence=evidence, why=why)


def _order(board: Board, as_json: bool, **command: str | None) -> int:
    """Give an order and print what it came to."""
    return _told(board.post("/v1/orders", {name: said for name, said in command.items() if said}), as_json)


def _told(answer: dict[str, Any], as_json: bool) -> int:
    if as_json:
        print_json({"format": 1} | answer)
    else:
        console().print(f"{answer['says']}.", soft_wrap=True)
    return 0
