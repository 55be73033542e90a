"""`releve outcomes`: what came of contacts, from a file to a running switchboard."""

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Annotated, Any

import msgspec
from cyclopts import Parameter

from releve.base.errors import Finding, InputError, wrong
from releve.cli.asking import HERE, AToken, Board, Url
from releve.cli.options import Json
from releve.cli.printing import console, counted, findings_json, print_json
from releve.operation.shape import did_you_mean, listed

COLUMNS = ("contact", "what", "site", "amount", "at")
AT_ONCE, BYTES_AT_ONCE = 500, 60_000  # what one request may hold

Line = tuple[int, bytes]  # its number in the file, from 1, and the outcome as a line of JSON


def outcomes(
    file: Annotated[
        Path,
        Parameter(help="A CSV file with the columns contact, what, site, amount and at, or lines of JSON."),
    ],
    /,
    *,
    url: Url = HERE,
    token: AToken = None,
    json: Json = False,
) -> int:
    """Report what came of contacts. A line that is refused keeps no other from being recorded.

    The same file again does no harm: what was told before is told once.
    """
    board = Board(url, token)
    durable, refused = 0, list[Finding]()
    for lines in _at_once(_read(file)):
        said = board.post_lines("/v1/outcomes", b"\n".join(line for _, line in lines))
        durable += said["durable"]
        for each in said["refused"]:
            words = (each[name] for name in ("error", "found", "allowed", "mend"))
            refused.append(Finding(str(file), lines[each["line"] - 1][0], *words))
    if json:
        print_json({"format": 1, "durable": durable, "refused": findings_json(refused)})
    else:
        console().print(f"{counted(durable, 'outcome is', 'outcomes are')} durable, {len(refused)} refused.")
    if refused:
        raise InputError(refused)
    return 0


def _read(path: Path) -> Iterator[Line]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise wrong(
            "unreadable-file", error, "a CSV file or lines of JSON, in UTF-8", file=str(path)
        ) from error
    if text.lstrip().startswith("{"):
        lines = enumerate(text.splitlines(), start=1)
        return ((number, line.encode()) for number, line in lines if line.strip())
    return _rows(path, text)


def _rows(path: Path, text: str) -> Iterator[Line]:
    rows = csv.DictReader(StringIO(text))
    names = rows.fieldnames or []
    for name in names:
        if name not in COLUMNS:
            mend = did_you_mean(name, COLUMNS)
            raise wrong("unknown-column", name, listed(COLUMNS), mend, file=str(path), line=1)
    if missing := {"contact", "what"} - set(names):
        raise wrong("missing-column", listed(sorted(missing)), listed(COLUMNS), file=str(path), line=1)
    for row in rows:
        yield rows.line_num, msgspec.json.encode(_said(row))


def _said(row: dict[str, Any]) -> dict[str, Any]:
    """A row without its empty cells; what is no number stays as it is, and is refused."""
    said = {name: value for name, value in row.items() if value and name in COLUMNS}
    try:
        return said | {"amount": float(said["amount"])} if "amount" in said else said
    except ValueError:
        return said


def _at_once(lines: Iterator[Line]) -> Iterator[list[Line]]:
    group, size = list[Line](), 0
    for line in lines:
        if group and (len(group) == AT_ONCE or size + len(line[1]) > BYTES_AT_ONCE):
            yield group
            group, size = [], 0
        group.append(line)
        size += len(line[1]) + 1
    if group:
        yield group
