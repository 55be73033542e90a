"""The files of a move as text, with the scenarios in them that it was loaded with."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import tomlkit

from releve.operation.document import Document, numbered_records
from releve.operation.loading import declared_changes
from releve.operation.move import Move
from releve.operation.scenario import Patchable, merge
from releve.operation.shape import TOML_FILES


def text_of(path: Path) -> str:
    """The text of a file, without a byte order mark."""
    return path.read_text(encoding="utf-8-sig")


def with_scenarios(move: Move) -> dict[str, str]:
    """Name -> text of every file that the scenarios of a move change; what is not changed keeps its comments."""
    if not move.scenarios:
        return {}
    folder, declared = declared_changes(move.folder)
    laid = [declared[name] for name in move.scenarios]
    documents: dict[str, Patchable] = folder.patchable()
    written = {file: Document(file, tomlkit.parse(text_of(move.folder / file))) for file in TOML_FILES}
    merge(laid, documents | written)
    texts = {}
    for file in {file for changes in laid for file in changes.places}:
        if file in written:
            texts[file] = tomlkit.dumps(written[file].values)
        elif file in folder.documents:
            header = numbered_records(text_of(move.folder / file))[0][1]
            texts[file] = csv_text(header, folder.documents[file].values)
        elif folder.history:
            texts[file] = folder.history.frame.write_csv()
    return texts


def csv_text(header: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Rows under a header, which gets the columns that they have besides."""
    rows = list(rows)
    besides = dict.fromkeys(name for row in rows for name, cell in row.items() if cell)
    out = io.StringIO(newline="")
    put = csv.DictWriter(
        out, list(dict.fromkeys((*header, *besides))), extrasaction="ignore", lineterminator="\n"
    )
    put.writeheader()
    put.writerows(rows)
    return out.getvalue()


def without_scenarios(text: str, names: Iterable[str], why: str) -> str:
    """The text of transition.toml without some of its scenarios, and a comment at its end that says why."""
    document = tomlkit.parse(text)
    tables: Any = document.get("scenarios", [])
    for place in reversed(range(len(tables))):
        if tables[place]["name"] in names:
            del tables[place]
    comments = "".join(f"# the plan: scenario '{name}' {why}\n" for name in names)
    return f"{tomlkit.dumps(document).rstrip()}\n\n{comments}"
