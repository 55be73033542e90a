"""What the stores in SQLite and PostgreSQL share: the queries by name, the migrations in order, rows in and out.

A dialect gives the rest: how to ask, change and sweep, what holds changes together, and a folder of migrations. See
`store.Store` for what the methods promise.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from importlib.resources import files
from itertools import groupby
from typing import Any, NamedTuple

from msgspec import structs
from msgspec.structs import replace

from releve.base.errors import JournalError
from releve.journal.batch import Batch, Head, Person, Place
from releve.journal.entries import Cell
from releve.journal.store import Addition, Raced, Total

Row = tuple[Any, ...]
Params = Mapping[str, object]


class Result(NamedTuple):
    """What a statement gave."""

    rows: list[Row]
    changed: int


SQL = files("releve.journal") / "sql"
AT_ONCE = 500  # rows of one statement: SQLite takes 32,766 values
FETCHED = 200  # batches read at once: a reader holds no transaction open for longer


class Query:
    """A named query for one row of parameters, or for many at once where it has `values (...)`."""

    def __init__(self, text: str, mark: str) -> None:
        """`text` has `:name` for a parameter; `mark` is what the database's library takes instead."""
        values = re.search(r"\bvalues (\(.*?\))", text)
        before, after = (text[: values.start()], text[values.end() :]) if values else (text, "")
        self.names = re.findall(r":(\w+)", text)
        self._before, self._after = (re.sub(r":\w+", mark, part) for part in (before, after))
        self._row = re.sub(r":\w+", mark, values[1]) if values else ""

    @property
    def at_once(self) -> int:
        """How many rows one statement takes."""
        return AT_ONCE if self._row else 1

    def of(self, rows: Sequence[Params]) -> tuple[str, list[object]]:
        """Its text for so many rows, and their values one after the other."""
        values = "values " + ", ".join([self._row] * len(rows)) if self._row else ""
        return self._before + values + self._after, [row[name] for row in rows for name in self.names]


def queries(mark: str) -> dict[str, Query]:
    """The queries by name, for a library that marks a parameter so."""
    text = (SQL / "queries.sql").read_text()
    parts = re.split(r"^-- name: (\S+)\n", text, flags=re.MULTILINE)[1:]
    return {name: Query(query.strip(), mark) for name, query in zip(parts[::2], parts[1::2], strict=True)}


def migrations(dialect: str) -> list[str]:
    """The scripts that bring a journal from one version to the next, in order; their number is its version."""
    scripts = sorted((SQL / dialect).iterdir(), key=lambda script: script.name)
    return [script.read_text() for script in scripts]


def missing(dialect: str, version: int, name: str) -> list[tuple[int, str]]:
    """The scripts that a journal of this version lacks, numbered. Raises JournalError when it is too new."""
    scripts = migrations(dialect)
    if version > len(scripts):
        raise JournalError(
            f"{name} is a journal of version {version}; this Releve knows up to {len(scripts)}; "
            "open it with the release that wrote it, or a later one"
        )
    return [(number, script) for number, script in enumerate(scripts, start=1) if number > version]


class SqlStore(ABC):
    """A store in a database."""

    name: str
    queries: Mapping[str, Query]

    @abstractmethod
    def _run(self, text: str, values: Sequence[object]) -> Result:
        """Run one statement: its rows, where it gives any, and how many rows it changed."""

    @abstractmethod
    def _transaction(self) -> AbstractContextManager[None]:
        """Everything inside is kept whole, on disk, or not at all."""

    @abstractmethod
    def _sweep(self) -> None:
        """Overwrite what was deleted, as far as the database can."""

    def _ask(self, query: str, *rows: Params) -> list[Row]:
        """The rows that a query gives."""
        return self._run(*self.queries[query].of(rows)).rows

    def _change(self, query: str, rows: Sequence[Params]) -> int:
        """Run a query for each of these; how many rows it changed."""
        each = self.queries[query].at_once
        groups = [rows[start : start + each] for start in range(0, len(rows), each)]
        return sum(self._run(*self.queries[query].of(group)).changed for group in groups)

    def nodes(self) -> list[str]:
        return [node for (node,) in self._ask("nodes", {})]

    def head(self, node: str) -> Head:
        rows = self._ask("head", {"node": node})
        return Head(rows[0][0], bytes(rows[0][1])) if rows else Head()

    def add(self, addition: Addition) -> None:
        batch = addition.batch
        place = batch.place._asdict()
        over = [
            _at(id, batch.place) | {"old_node": old.node, "old_sequence": old.sequence}
            for id, old in addition.taken_over
        ]
        with self._transaction():
            self._change(
                "add-batch", [place | {name: getattr(batch, name) for name in ("hash", "control", "lines")}]
            )
            self._change("add-fact", [_at(id, batch.place) for id in sorted(addition.facts)])
            if self._change("take-over", over) < len(over):
                raise Raced("a fact has another holder by now")
            self._change("add-person", _people(batch))
            self._change("add-twice", [_at(*each) for each in addition.twice])
            self._change("add-total", [_total(batch.node, total) for total in addition.totals])

    def known(self, ids: Sequence[bytes]) -> dict[bytes, Place]:
        groups = [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]
        rows = [row for group in groups for row in self._ask("known", *({"id": id_} for id_ in group))]
        return {bytes(row[0]): Place(*row[1:]) for row in rows}

    def batch(self, place: Place) -> Batch | None:
        batches = self._with_people([_batch(*row) for row in self._ask("batch", place._asdict())])
        return batches[0] if batches else None

    def batches(self, node: str, after: int = 0, *, people: bool = False) -> Iterator[Batch]:
        while rows := self._ask("batches", {"node": node, "after": after, "most": FETCHED}):
            batches = [_batch(*row) for row in rows]
            yield from self._with_people(batches) if people else batches
            after = batches[-1].sequence

    def controlling(self) -> Iterator[Batch]:
        return (_batch(*row) for row in self._ask("controlling", {}))

    def totals(self, since: date, until: date) -> list[Total]:
        rows = self._ask("totals", {"since": since.isoformat(), "until": until.isoformat()})
        return [Total(Cell(date.fromisoformat(row[0]), *row[1:4]), *row[4:]) for row in rows]

    def twice(self) -> list[tuple[bytes, Place]]:
        return [(bytes(row[0]), Place(*row[1:])) for row in self._ask("twice", {})]

    def of_key(self, key: str) -> list[Place]:
        return [Place(*row) for row in self._ask("of-key", {"key": key})]

    def forget_key(self, key: str) -> int:
        return self._forget("forget-key", {"key": key})

    def forget_before(self, day: date) -> int:
        return self._forget("forget-before", {"day": day.isoformat()})

    def _forget(self, query: str, params: Params) -> int:
        with self._transaction():
            forgotten = self._change(query, [params])
        self._sweep()
        return forgotten

    def _with_people(self, batches: list[Batch]) -> list[Batch]:
        """The same batches, neighbours of one node, with those people who were not forgotten."""
        if not batches:
            return []
        first, last = batches[0], batches[-1]
        params = {"node": first.node, "after": first.sequence - 1, "last": last.sequence}
        people = {
            sequence: tuple(Person(entry, key, bytes(nonce)) for _, entry, key, nonce in rows)
            for sequence, rows in groupby(self._ask("people", params), key=lambda row: row[0])
        }
        return [replace(batch, people=people.get(batch.sequence, ())) for batch in batches]


def _batch(node: str, sequence: int, hash_: bytes, control: int, lines: bytes) -> Batch:
    return Batch(node, sequence, bytes(hash_), control, bytes(lines))


def _at(id_: bytes, place: Place) -> dict[str, object]:
    return {"id": id_, "node": place.node, "sequence": place.sequence}


def _people(batch: Batch) -> list[Params]:
    return [
        batch.place._asdict() | structs.asdict(person) | {"day": day.isoformat()}
        for person, day in zip(batch.people, batch.days(), strict=True)
    ]


def _total(node: str, total: Total) -> Params:
    cell = structs.asdict(total.cell) | {"day": total.cell.day.isoformat()}
    return cell | {
        "node": node,
        "measure": total.measure,
        "contacts": total.contacts,
        "amount": total.amount,
    }
