"""The largest things that Releve takes on, so that a slip of the hand is refused with a sentence.

They stand far above any real move and below what would fill a machine's memory.
"""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from releve.base.errors import Finding, InputError

ROW_BYTES = (
    120  # of a row of results in memory, `rehearsal.results.ROW`: 3 keys and 22 measures, most of 4 bytes
)
HALF_HOURS_BYTES = 20 * 20  # of a row's half-hours on disk: 20 open ones with 5 measures of 4 bytes each


@dataclass(frozen=True, slots=True)
class Limit:
    most: int
    unit: str
    mend: str


LIMITS: dict[str, Limit] = {
    "toml-size": Limit(2_000_000, "bytes", "is this the right file? a plan is a few pages of text"),
    "csv-size": Limit(
        10_000_000, "bytes", "is this the right file? people belong in cohorts, not one row each"
    ),
    "history-size": Limit(400_000_000, "bytes", "keep the last two years, in half-hours"),
    "history-rows": Limit(4_000_000, "rows", "keep the last two years, in half-hours"),
    "offered": Limit(100_000, "contacts in one row", "an interval's count is meant, not an identifier"),
    "people": Limit(50_000, "people", "check the counts of workforce.csv"),
    "growth": Limit(100, "times", "growth is a factor: 1.05 is five per cent more"),
    "days": Limit(1_100, "days", "a transition of more than three years is rehearsed in parts"),
    "replications": Limit(100_000, "replications", "299 clean ones already show a risk of at most 1 %"),
    "simulated-days": Limit(
        1_000_000, "days x replications", "an interval is ten times as narrow for 100 x as many"
    ),
    "results": Limit(
        10_000_000, "rows of results", "ask for fewer replications; the bound of 299 is 1 %, of 59 it is 5 %"
    ),
}


def beyond(name: str, asked: int, file: str = "", line: int = 0) -> Finding | None:
    """A finding where more is asked for than a named limit allows."""
    limit = LIMITS[name]
    if asked <= limit.most:
        return None
    return Finding(
        file, line, f"too-much-{name}", f"{asked:,} {limit.unit}", f"at most {limit.most:,}", limit.mend
    )


def refuse_large_rehearsal(replications: int, days: int, queues: int, sites: int) -> None:
    """Raise InputError for a rehearsal whose results (replication x day x queue x site) would not fit.

    What it says of memory and disk is an estimate, made before any of it is taken.
    """
    if replications < 1:
        raise InputError(
            [Finding("", 0, "no-replication", f"{replications} replications", "at least 1", "ask for 60")]
        )
    rows = replications * days * queues * sites
    asked = [beyond("replications", replications), beyond("results", rows)]
    size = f", about {gigabytes(rows * ROW_BYTES)} of memory and {gigabytes(rows * HALF_HOURS_BYTES)} of disk"
    findings = [replace(finding, found=finding.found + size) for finding in asked if finding]
    if findings:
        raise InputError(findings)


def refuse_full_disk(asked: int, folder: Path) -> None:
    """Raise InputError where the half-hours of a rehearsal, in bytes, would not fit beside what is on the disk."""
    free = shutil.disk_usage(folder).free
    if asked > free:
        found = f"{gigabytes(asked)} of half-hours for '{folder.parent}'"
        mend = "ask for fewer replications, or set TMPDIR to a folder with more room"
        raise InputError([Finding("", 0, "too-much-disk", found, f"{gigabytes(free)}, which are free", mend)])


def gigabytes(size: int) -> str:
    """Bytes for people."""
    return f"{size / 1e9:,.1f} GB"
