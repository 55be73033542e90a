"""The import of a foreign export: propose a map, apply it, write `history.csv` and `import.toml`.

The map is proposed once, from the export; from then on `import.toml` is the user's, and is used as it is.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from releve.base.errors import wrong
from releve.demand.import_apply import apply, read_export
from releve.demand.import_map import FILE as MAP
from releve.demand.import_map import ImportMap, read_map, write_map
from releve.demand.import_propose import propose
from releve.operation import clock
from releve.operation.history import FILE as HISTORY

__all__ = ["ImportMap", "Outcome", "apply", "import_file", "propose", "read_export", "read_map", "write_map"]


@dataclass(frozen=True, eq=False)
class Outcome:
    """What an import has written."""

    history: pl.DataFrame
    made: ImportMap
    proposed: bool  # false: import.toml was there
    map_file: Path
    history_file: Path


def import_file(file: Path, out_folder: Path, zone: str, queue_names: Sequence[str] = ()) -> Outcome:
    """Read an export into `out_folder`/history.csv by `out_folder`/import.toml, which is proposed if it is
    not there.

    `zone` is that of the export's clock and counts for a proposal only. `queue_names` are the operation's
    queues, if it is known. Raises InputError with everything that cannot be read; then history.csv is left
    as it was, and a proposed import.toml stands there to be mended.
    """
    map_file = out_folder / MAP
    proposed = not map_file.exists()
    if proposed and zone not in clock.zone_names():
        raise wrong("unknown-zone", f"'{zone}'", "an IANA time zone", "for example Europe/Brussels")
    made = propose(file, zone, queue_names) if proposed else read_map(out_folder)
    out_folder.mkdir(parents=True, exist_ok=True)
    if proposed:
        _write_beside(map_file, write_map(made))
    history = apply(made, file, queue_names)
    _write_beside(out_folder / HISTORY, history_text(history, made.zone))
    return Outcome(history, made, proposed, map_file, out_folder / HISTORY)


def history_text(history: pl.DataFrame, zone: str) -> str:
    """A history as the text of history.csv: starts in the local time of a zone with its offset, known
    columns only.
    """
    known = [
        name for name in history.columns if history[name].null_count() < history.height or name == "queue"
    ]
    starts = history["start"].unique()
    local = {
        start: start.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes") for start in starts.to_list()
    }
    written = history.with_columns(
        pl.col("start").replace_strict(local, return_dtype=pl.String),
        pl.selectors.float().round(1),
    )
    return written.select(known).write_csv()


def _write_beside(path: Path, text: str) -> None:
    """A file is there whole, or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
