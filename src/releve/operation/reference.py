"""The reference pages of a move's files, from the models: `docs/reference/settings.md` and `files.md`.

Write them anew with `python -m releve.operation.reference docs/reference`; a test compares.
"""

import sys
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

from releve.operation.explain import Explanation, all_settings
from releve.operation.history import FILE
from releve.operation.limits import LIMITS
from releve.operation.rule import Rule
from releve.operation.rules import OF_LONE, OF_MOVE, OF_OPERATION
from releve.operation.shape import CSV_FILES, TOML_FILES

FILES: dict[str, str] = {
    "operation.toml": "The client, providers, sites, contracts, targets, queues, employment, teams, shifts "
    "and destinations, and what counts as interrupted. Alone, without a move, it can be simulated: "
    "[the operation file](operation-file.md).",
    "transition.toml": "The dates, the salt, waves, gates, readiness items, rollback sites, quality, "
    "outages, hiring, growth and scenarios.",
    "history.csv": "What was offered and answered, by queue and interval. `start` is an instant (with Z or "
    "an offset) or the client's local time. Of an hour that the autumn clock shows twice, the first row of a "
    "queue and site means the first, the second the second, unless `fold` says so. `talk_s`, `hold_s` and "
    "`wrap_s` are totals over the row.",
    "workforce.csv": "Cohorts: people of a team hired together. A person is a cohort of 1.",
    "hours.csv": "Opening hours: the client's local time for a queue or `*`, the site's own for a site.",
    "calendar.csv": "Dated events: holidays, shorter hours, matches, campaigns. Rows with `status` "
    "estimated make the scenario `holiday-later`, in which they come a day later.",
    "sources.csv": "Every assumed number and where it comes from. Sources may disagree: then a key has "
    "several rows or values.",
}

_INTRO = (
    "<!-- Made by `python -m releve.operation.reference docs/reference`: change the models, not this. -->"
)


def settings_page() -> str:
    """Every setting: a table for each file and table of it."""
    parts = [
        "# Settings",
        _INTRO,
        "Marks of defaults: S read in a public source, D derived from S, M from memory and unverified, J "
        "judged; [the sources](sources.md) says what their words mean. `releve explain KEY` prints one of these.",
    ]
    for file, of_file in groupby(all_settings(), key=lambda each: each.file):
        parts.append(f"## {file}")
        for (table, kind), settings in groupby(of_file, key=_table_of):
            if table:
                parts.append(
                    f"### {file.removesuffix('.toml')}: {table}" + (f", kind {kind}" if kind else "")
                )
            parts.append(_table(settings))
    return "\n\n".join(parts) + "\n"


def files_page() -> str:
    """The files of a move, their columns, the rules they must keep and the limits."""
    parts = [
        "# The files of a move",
        _INTRO,
        "A move is a folder of plain files in UTF-8. CSV files have commas, a point for decimals, one line "
        "of column names, and an empty cell where nothing is said. Dates are `2025-10-27`, times `08:30`, "
        "local times `2025-10-27T14:00:00`; the end of a day is `00:00`. An unknown key or column is an "
        "error.",
    ]
    for file in (*TOML_FILES, FILE, *CSV_FILES):
        parts += [f"## {file}", FILES[file]]
        if file in TOML_FILES:
            parts.append("Its keys are in [settings](settings.md).")
        else:
            parts.append(_columns(each for each in all_settings() if each.file == file))
    limits = ["| limit | at most |", "|---|---|"]
    limits += [f"| {name} | {limit.most:,} {limit.unit} |" for name, limit in LIMITS.items()]
    parts += [
        "## Rules",
        "An error keeps a move from being used; a warning is listed by `releve check`. Before these, names "
        "(`unknown-name`, `duplicate-name`) and shapes (`unknown-key`, `not-a-date`, ...) are checked.",
        _rules((*OF_MOVE, *OF_OPERATION)),
        "An operation that is simulated alone keeps these, as far as they speak of `operation.toml`, and:",
        _rules(OF_LONE),
        "## Limits",
        "What is larger is refused with a sentence.",
        "\n".join(limits),
    ]
    return "\n\n".join(parts) + "\n"


def _rules(rules: Iterable[Rule[Any]]) -> str:
    rows = ["| rule | | what it says |", "|---|---|---|"]
    return "\n".join(rows + [f"| {rule.name} | {rule.severity} | {rule.says} |" for rule in rules])


def _table_of(setting: Explanation) -> tuple[str, str]:
    return setting.key.rpartition(".")[0], setting.kind


def _table(settings: Iterable[Explanation]) -> str:
    rows = ["| key | meaning | unit | allowed | default | mark | source |", "|---|---|---|---|---|---|---|"]
    for each in settings:
        default = each.default or "must be written"
        cells = (f"`{each.name}`", each.meaning, each.unit, each.allowed, default, each.mark, each.source)
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows)


def _columns(settings: Iterable[Explanation]) -> str:
    rows = ["| column | meaning | unit | allowed | when empty |", "|---|---|---|---|---|"]
    for each in settings:
        cells = (f"`{each.name}`", each.meaning, each.unit, each.allowed, each.default or "must be written")
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows)


PAGES = {"settings.md": settings_page, "files.md": files_page}


def write_pages(folder: Path) -> None:
    """Write the pages into a folder, over those that are there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))
