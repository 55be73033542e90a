"""`releve journal`: whether a journal can be trusted, its copies, and customers who are to be forgotten."""

import getpass
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.text import Text

from releve.base.errors import wrong
from releve.cli.options import Json
from releve.cli.printing import busy, console, counted, findings_json, findings_text, print_json
from releve.journal.backup import export
from releve.journal.backup import restore as bring_back
from releve.journal.batch import Head
from releve.journal.journal import Journal
from releve.journal.pseudonyms import Pseudonyms
from releve.journal.sqlite import SqliteStore
from releve.journal.verify import conflicts
from releve.journal.verify import verify as all_that_is_wrong
from releve.journal.where import in_database, open_store
from releve.journal.witness import heads_of
from releve.routing.bucket import key_of

DESK = "desk"  # the node as which this command writes, beside those that decide contacts
JournalAt = Annotated[str, Parameter(help="The journal: a file, or postgresql://...")]
State = Annotated[
    Path | None,
    Parameter(help="The switchboard's state folder; unless given that of the journal's file, or `state`."),
]

journal = App(
    name="journal", help="Check a journal, copy it, bring it back from a copy, forget a customer in it."
)


@journal.command
def verify(
    journal: JournalAt,
    /,
    *,
    witness: Annotated[
        tuple[Path, ...],
        Parameter(
            negative=(), help="A witness file; may be repeated. Unless given: those in the state folder."
        ),
    ] = (),
    state: State = None,
    json: Json = False,
) -> int:
    """Find what was changed, lost or cut off; exit with 1 where anything was. Reads everything once."""
    with closing(open_store(journal, reading=True)) as store, busy("Reading every entry"):
        paths = witness or _witnesses(_folder(journal, state))
        seen = _seen(paths)  # before the store is read: what is written meanwhile is ahead of it
        errors, warnings = all_that_is_wrong(store, seen), conflicts(store)
        heads = {node: store.head(node) for node in store.nodes()}
        name = store.name
    batches = sum(head.sequence for head in heads.values())
    if json:
        print_json(
            {
                "format": 1,
                "journal": name,
                "whole": not errors,
                "batches": batches,
                "nodes": {
                    node: {"batch": each.sequence, "hash": each.hash.hex()} for node, each in heads.items()
                },
                "witnesses": [str(path) for path in paths],
                "errors": findings_json(errors),
                "warnings": findings_json(warnings),
            }
        )
        return 1 if errors else 0
    out = console()
    for findings, severity in ((errors, "error"), (warnings, "warning")):
        if findings:
            out.print(findings_text(findings, severity, out.width))
    said = f"{counted(batches, 'batch', 'batches')} of {counted(len(heads), 'node', 'nodes')}"
    verdict = f"{counted(len(errors), 'thing is', 'things are')} wrong" if errors else "whole"
    out.print(Text(f"{said}: {verdict}.", "bold"))
    for line in _heads_text(heads, seen, paths):
        out.print(line, soft_wrap=True)
    return 1 if errors else 0


@journal.command
def backup(
    journal: JournalAt,
    to: Annotated[Path, Parameter(help="The file to write; one that exists is refused.")],
    /,
    *,
    sqlite: Annotated[
        bool, Parameter(negative=(), help="Copy the SQLite file as it is: the copy is a journal itself.")
    ] = False,
    json: Json = False,
) -> int:
    """Copy a journal while it is written, to a plain file of lines that any journal can be restored from."""
    if to.exists():
        raise wrong("file-exists", f"'{to}'", "a file that is not there yet", "give it a new name")
    if not to.parent.is_dir():
        raise wrong("cannot-write", f"'{to}'", "a file in a folder that is there", "make the folder first")
    with closing(open_store(journal, reading=True)) as store, busy(f"Writing {to}"):
        if not sqlite:
            batches = export(store, to)
        elif isinstance(store, SqliteStore):
            batches = sum(store.head(node).sequence for node in store.nodes())
            store.back_up(to)
        else:
            raise wrong("not-sqlite", store.name, "a journal in a file", "leave --sqlite out")
    _tell(
        json,
        {"file": str(to), "batches": batches, "bytes": to.stat().st_size},
        f"{batches:,} batches in {to}",
    )
    return 0


@journal.command
def restore(
    journal: JournalAt,
    copy: Annotated[Path, Parameter(help="A plain file that `releve journal backup` wrote.")],
    /,
    *,
    json: Json = False,
) -> int:
    """Bring the batches of a plain file into a journal, which is made where there is none.

    Each is held against the chain before it is kept, and what is there already is left as it is. Start the switchboards
    after it, with their witness files: one that saw more than the copy has does not go on silently.
    """
    if not copy.is_file():
        raise wrong("missing-file", f"'{copy}'", "a plain file that `releve journal backup` wrote")
    with closing(open_store(journal)) as store, busy(f"Reading {copy}"):
        batches, name = bring_back(copy, store), store.name
    said = f"{batches:,} batches brought back" if batches else "nothing that was not there"
    _tell(json, {"journal": name, "batches": batches}, said)
    return 0


@journal.command
def forget(
    journal: JournalAt,
    /,
    *,
    why: Annotated[str, Parameter(help="Why; it stands in the journal.")],
    before: Annotated[date | None, Parameter(help="All customers of earlier days: 2025-12-01.")] = None,
    customer: Annotated[str, Parameter(help="One customer, by the id that the edges give.")] = "",
    phone: Annotated[str, Parameter(help="One customer, by number.")] = "",
    email: Annotated[str, Parameter(help="One customer, by address.")] = "",
    who: Annotated[str, Parameter(help="Who says so; the user of this machine unless given.")] = "",
    state: State = None,
    json: Json = False,
) -> int:
    """Delete who the contacts were from: of one customer, or of all before a day. The contacts themselves stay."""
    if (before is None) == (not (customer or phone or email)):
        found = "nobody" if before is None else "a day and a customer"
        raise wrong("whom-to-forget", found, "one of --before, --customer, --phone and --email")
    folder, who = _folder(journal, state), who or getpass.getuser()
    key = "" if before else _secret(folder).of(key_of(customer=customer, phone=phone, email=email).text)
    with _writing(journal, folder, who) as writing:
        name, now = writing.store.name, datetime.now(UTC)
        if before is not None:
            people = writing.forget_before(before, who=who, why=why, now=now)
        else:
            people = writing.forget_key(key, who=who, why=why, now=now)
    _tell(
        json, {"journal": name, "people": people}, f"{counted(people, 'contact', 'contacts')} made nobody's"
    )
    return 0


def _folder(where: str, state: Path | None) -> Path:
    return state or (Path("state") if in_database(where) else Path(where).parent)


def _witnesses(folder: Path) -> tuple[Path, ...]:
    """The witness files in a state folder."""
    return tuple(sorted({*folder.glob("witness"), *folder.glob("*.witness")}))


def _seen(paths: tuple[Path, ...]) -> dict[str, Head]:
    """What the witnesses have seen; of two that saw one node, the one that saw more."""
    seen: dict[str, Head] = {}
    for path in paths:
        for node, head in heads_of(path).items():
            seen[node] = max(head, seen.get(node, Head()))
    return seen


def _heads_text(
    heads: Mapping[str, Head], seen: Mapping[str, Head], paths: tuple[Path, ...]
) -> Iterator[str]:
    """The head of each node, to be compared with what is kept elsewhere, and which witnesses were asked."""
    for node, head in heads.items():
        yield f"{node} ends at batch {head.sequence:,}, {head.hash.hex()}"
    if paths:
        yield f"Asked: {', '.join(map(str, paths))}."
    unseen = sorted({*heads} - {*seen})
    if unseen:
        yield f"No witness of {', '.join(unseen)}: if the end was cut off, it cannot be seen. See --witness."


@contextmanager
def _writing(where: str, folder: Path, who: str) -> Iterator[Journal]:
    """A journal that this command writes to, as a node of its own."""
    files = (folder / f"{DESK}.spool", folder / f"{DESK}.witness")
    with (
        closing(open_store(where, reading=True)) as store,
        closing(Journal(store, DESK, *files, who=who, now=datetime.now(UTC))) as writing,
    ):
        yield writing


def _secret(folder: Path) -> Pseudonyms:
    path = folder / "secret"
    if not path.exists():
        raise wrong(
            "no-secret",
            "nothing",
            "the secret that the switchboard hashes customers with",
            "name its state folder: --state DIR",
            file=str(path),
        )
    return Pseudonyms.from_file(path)


def _tell(as_json: bool, content: dict[str, object], says: str) -> None:
    if as_json:
        print_json({"format": 1} | content)
    else:
        console().print(f"{says}.", soft_wrap=True)
