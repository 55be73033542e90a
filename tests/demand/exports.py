"""Exports to import, written for a test and read by the map that is proposed for them."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from releve.base.errors import Finding
from releve.demand.imports import apply, propose, read_export

BRUSSELS = "Europe/Brussels"


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    file = folder / "export.csv"
    file.write_bytes(text.encode(encoding))
    return file


def read(file: Path, zone: str = BRUSSELS) -> pl.DataFrame:
    return apply(propose(file, zone), file)


def findings(file: Path, **changes: object) -> list[Finding]:
    made = propose(file, BRUSSELS).model_copy(update=changes)
    return list(read_export(made, file).findings)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]
