"""The Kamailio edge: its configuration, made from a move, and the shares that a running one is told over JSON-RPC.

A table is rows under keys that begin with its epoch and version; when all are there, one pointer flips to it. Kamailio
refuses a lower (epoch, version), keeps the table in force on disk, and asks nobody while it carries calls.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import httpx
from jinja2 import Environment, PackageLoader, StrictUndefined

from releve.base.errors import EdgeError, wrong
from releve.switchboard.dialled import contacts
from releve.switchboard.edges.table import Carried, EdgeRow, EdgeTable

USER = "__dialled__"  # in an address: the number that was dialled
MILLION = 1_000_000  # Kamailio's whole numbers have 32 bits, our versions more
TELL_S = 5.0
SILENT_MS = 2_000  # a destination that says nothing for so long is passed over
RINGING_MS = 180_000  # a call that nobody takes for so long ends
Profile = Literal["redirect", "proxy"]
MOST_ADDRESSES = 10  # q goes in tenths
EMPTY = "id(int,auto) key_name(string) key_type(int) value_type(int) key_value(string) expires(int,null)\n"
VERSIONS = "table_name(string) table_version(int)\nshares:2\n"


@dataclass(frozen=True)
class Settings:
    """Where a Kamailio listens, and what it may take on."""

    name: str  # of the transition, for its reader
    state: str  # the folder of its last table, an absolute path on its machine
    listen: str = "0.0.0.0:5060"  # for calls, UDP and TCP
    control: str = "127.0.0.1:5065"  # where it is told shares
    token: str = ""  # that whoever tells must know; "": nobody asks for one
    modules: str = "/usr/lib/x86_64-linux-gnu/kamailio/modules/"
    children: int = 4  # processes
    limit: int = 500  # requests a second from one source; over that 503
    profile: Profile = "redirect"
    calls: int = 100_000  # records kept until they are collected; then the oldest go


@dataclass(frozen=True)
class Flip:
    """What makes a table the one in force."""

    epoch: int
    version: int
    rows: int

    @property
    def high(self) -> int:
        """Millions of the version."""
        return self.version // MILLION

    @property
    def low(self) -> int:
        """What is left of it."""
        return self.version % MILLION

    @property
    def pointer(self) -> str:
        """As Kamailio keeps and reads it."""
        return f"{self.epoch} {self.version} {self.high} {self.low} {self.rows}"


def flip_of(table: EdgeTable) -> Flip:
    """The flip to a table."""
    return Flip(table.epoch, table.version, len(rows_of(table)))


def rows_of(table: EdgeTable) -> dict[str, str]:
    """Key -> value, as they stand in Kamailio: salt, plan, numbers, and the ranges of each queue in order."""
    before = f"{table.epoch}.{table.version}:"
    rows = {f"{before}salt": table.salt, f"{before}plan": table.plan}
    rows |= {f"{before}number:{number}": queue for number, queue in table.numbers}
    count: dict[str, int] = {}
    for row in table.rows:
        at = count.setdefault(row.queue, 0)
        rows[f"{before}{row.queue}:{at}"] = _value(row)
        count[row.queue] += 1
    return rows


def _value(row: EdgeRow) -> str:
    """Upper end, owner, share, who takes them, and the addresses in order."""
    listed = contacts(row.addresses, USER)[:MOST_ADDRESSES]
    return "|".join([str(row.hi), row.named, str(row.share), row.destination, *listed])


def configuration(table: EdgeTable, settings: Settings) -> str:
    """The whole configuration file. Raises InputError for a control port that anybody could use."""
    host, _, port = settings.control.rpartition(":")
    if not port.isdigit():
        raise wrong("address-without-port", settings.control, "an address and a port, as 127.0.0.1:5065")
    if not settings.token and not host.startswith("127.") and host != "[::1]":
        mend = "give a file with a token: --token-file FILE"
        raise wrong("control-open", settings.control, "a loopback address, or a token", mend)
    environment = Environment(
        loader=PackageLoader("releve.switchboard.edges", "."),
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # no page: what stands in quotes goes through `quoted`
    )
    environment.filters["quoted"] = quoted
    return environment.get_template("kamailio.cfg.jinja").render(
        vars(settings),
        table=table,
        rows=rows_of(table),
        flip=flip_of(table),
        control_port=int(port),
        proxy=settings.profile == "proxy",
        silent_ms=SILENT_MS,
        ringing_ms=RINGING_MS,
        user=USER,
        most_ranges=len(table.rows) + 1,
    )


def quoted(text: str) -> str:
    """A text between quotes, as Kamailio reads it. Raises InputError for control characters."""
    if any(ord(sign) < 32 or ord(sign) == 127 for sign in text):
        raise wrong("control-character", repr(text), "letters, digits and signs in one line")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def write_state(folder: Path) -> None:
    """Make the folder that Kamailio keeps its last table in; a table that is there stays."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("version", VERSIONS), ("shares", EMPTY)):
        if not (folder / name).exists():
            (folder / name).write_text(text, encoding="utf-8")


def _carried(call_id: str, written: str) -> Carried:
    at, table, queue, key, sticky, bucket, named, share, destination, plan = written.split(" ")
    epoch, _, version = table.partition(".")
    return Carried(
        call_id,
        datetime.fromtimestamp(int(at), UTC),
        int(epoch),
        int(version),
        queue,
        key,
        sticky == "1",
        int(bucket),
        named,
        int(share),
        destination,
        plan,
    )


class Kamailio:
    """A running Kamailio, told over its control port. Every method raises EdgeError where it does not do as told."""

    def __init__(self, control: str, token: str = "") -> None:
        self.control = control
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._client = httpx.Client(base_url=f"http://{control}", headers=headers, timeout=TELL_S)

    def __enter__(self) -> "Kamailio":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def in_force(self) -> tuple[int, int]:
        """Epoch and version of the table that it routes by."""
        said = self._ask("GET", "/in-force").text
        if not re.fullmatch("[0-9]+( [0-9]+){4}\n", said):
            raise EdgeError(f"what listens at {self.control} is no Kamailio of a move: it said {said[:80]!r}")
        epoch, version = said.split()[:2]
        return int(epoch), int(version)

    def tell(self, table: EdgeTable) -> bool:
        """Route by this table from now on; False where it already has this one or a later one."""
        if (table.epoch, table.version) <= self.in_force():
            return False
        for key, value in rows_of(table).items():
            self._rpc("htable.sets", ["shares", key, value])
        told = self._ask("POST", "/in-force", content=flip_of(table).pointer, refusals=(409,))
        return told.status_code == 200

    def collect(self, most: int) -> list[Carried]:
        """The calls that it sent on since they were last collected, at most so many; it forgets them."""
        waiting = self._rpc("mqueue.get_size", ["calls"])["size"]
        found: list[Carried] = []
        for _ in range(min(most, int(waiting))):
            try:
                taken = self._rpc("mqueue.fetch", ["calls"])
            except EdgeError:
                if not found:
                    raise
                break  # it has forgotten those that were fetched
            if not taken:
                break  # another switchboard was faster
            found.append(_carried(taken["key"], taken["val"]))
        return found

    def _rpc(self, method: str, parameters: list[str]) -> Any:
        asked = {"jsonrpc": "2.0", "method": method, "params": parameters, "id": 1}
        said = self._ask("POST", "/rpc", json=asked)
        try:
            return said.json()["result"]
        except (ValueError, KeyError) as error:
            raise EdgeError(f"Kamailio at {self.control} refused {method}: {said.text[:200]}") from error

    def _ask(
        self,
        method: str,
        path: str,
        *,
        content: str | None = None,
        json: Mapping[str, object] | None = None,
        refusals: tuple[int, ...] = (),
    ) -> httpx.Response:
        try:
            answer = self._client.request(method, path, content=content, json=json)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise EdgeError(f"Kamailio at {self.control} does not answer: {error}") from error
        if answer.is_error and answer.status_code not in refusals:
            raise EdgeError(f"Kamailio at {self.control} said {answer.status_code}: {answer.text.strip()}")
        return answer
