"""`releve edge`: what carries the contacts, made from a move."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from cyclopts import App, Parameter

from releve.base.errors import wrong
from releve.cli.options import Json, Move, Scenarios, split
from releve.cli.printing import counted, print_json
from releve.operation.loading import load
from releve.switchboard.as_written import as_written
from releve.switchboard.dialled import addresses_in, dialled_in
from releve.switchboard.edges import file as files
from releve.switchboard.edges.kamailio import Profile, Settings, configuration, write_state
from releve.switchboard.edges.table import EdgeTable, edge_table

LIMIT_MOST = 20_000  # Kamailio's module counts up to 65,535 in two seconds

On = Annotated[
    date | None,
    Parameter(
        name="--on", help="The day whose shares it begins with, as planned; none: today, at the client."
    ),
]
KeyFile = Annotated[Path, Parameter(help="The file of the key that the table is signed with.")]

edge = App(name="edge", help="Make what an edge needs to send contacts on by itself.")


@edge.command
def kamailio(
    move: Move,
    /,
    *,
    out: Annotated[Path, Parameter(help="The configuration file to write.")] = Path("kamailio.cfg"),
    scenario: Scenarios = (),
    on: On = None,
    listen: Annotated[
        str, Parameter(help="Address and port for calls, over UDP and TCP, on Kamailio's machine.")
    ] = "0.0.0.0:5060",
    control: Annotated[
        str, Parameter(help="Address and port where Kamailio is told new shares.")
    ] = "127.0.0.1:5065",
    token_file: Annotated[
        Path | None,
        Parameter(help="The file of a token that whoever tells it must know; none: nobody is asked."),
    ] = None,
    state: Annotated[
        Path | None,
        Parameter(
            help="The folder of its last table on Kamailio's machine; none: releve-state beside the file."
        ),
    ] = None,
    modules: Annotated[str, Parameter(help="Kamailio's folder of modules.")] = Settings.modules,
    children: Annotated[int, Parameter(help="How many processes carry calls.")] = Settings.children,
    limit: Annotated[
        int, Parameter(help="Requests a second from one address; over that it gets 503.")
    ] = Settings.limit,
    profile: Annotated[
        Profile,
        Parameter(
            help="redirect: answers with 302; proxy: carries the call, and tries the next where one fails."
        ),
    ] = "redirect",
    json: Json = False,
) -> int:
    """Write the configuration of a Kamailio that sends calls on, also when Releve is gone."""
    if not 1 <= limit <= LIMIT_MOST:
        raise wrong("bad-limit", limit, f"1 to {LIMIT_MOST:,}")
    if not 1 <= children <= 64:
        raise wrong("bad-children", children, "1 to 64")
    name, table = _table(move, scenario, on)
    folder = (state or out.parent / "releve-state").absolute()
    token = files.read_key(token_file).decode() if token_file else ""
    settings = Settings(name, str(folder), listen, control, token, modules, children, limit, profile)
    text = configuration(table, settings)
    out.parent.mkdir(parents=True, exist_ok=True)
    files.put(out, text.encode())
    if state is None:
        write_state(folder)
    return _told([out] if state else [out, folder], table, json)


@edge.command(name="file")
def file_(
    move: Move,
    /,
    *,
    out: Annotated[Path, Parameter(help="The folder to write into.")] = Path("shares"),
    key_file: KeyFile = Path("shares.key"),
    scenario: Scenarios = (),
    on: On = None,
    verify: Annotated[
        bool,
        Parameter(
            negative=(),
            help="Write nothing: see whether what is there was signed and says what the move says.",
        ),
    ] = False,
    json: Json = False,
) -> int:
    """Write a signed share table, as JSON and CSV, for systems that import one."""
    key = files.read_key(key_file)
    _, table = _table(move, scenario, on)
    if not verify:
        return _told(files.write(table, out, key), table, json)
    there = files.verify(out, key)
    same = there == table
    if json:
        print_json(
            {"format": 1, "signed": True, "same": same, "epoch": there.epoch, "version": there.version}
        )
    else:
        says = "what the move says" if same else "something else than the move says for that day"
        print(
            f"{out} was signed with this key, and says {says}: epoch {there.epoch}, version {there.version}."
        )
    return 0 if same else 1


def _table(move: str, scenario: tuple[str, ...], on: date | None) -> tuple[str, EdgeTable]:
    """The transition's name, and what an edge is told of the move as written."""
    loaded = load(move, split(scenario))
    addresses_in(loaded.operation)
    day = on or datetime.now(ZoneInfo(loaded.operation.zone)).date()
    routing = as_written(loaded, day, "1", 1, 1)
    return loaded.transition.name, edge_table(routing, dialled_in(loaded.operation))


def _told(written: list[Path], table: EdgeTable, json: bool) -> int:
    if json:
        paths = [str(path) for path in written]
        print_json({"format": 1, "written": paths, "epoch": table.epoch, "version": table.version})
        return 0
    queues = len({row.queue for row in table.rows})
    print(
        f"Wrote {', '.join(map(str, written))}: {counted(queues, 'queue', 'queues')}, "
        f"{counted(len(table.numbers), 'number or name', 'numbers and names')}, epoch {table.epoch}, "
        f"version {table.version}."
    )
    return 0
