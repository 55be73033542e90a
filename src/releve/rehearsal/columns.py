"""The columns of the results, with their units: the one place that declares them.

`results.parquet` is replication x day x queue x site named x site that answered; `intervals.parquet` is interval x
queue x site named, with quantiles over the replications. Both carry this version in their metadata.
"""

from dataclasses import dataclass

from releve.engine.measures import MEASURES

FORMAT = "1"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a result."""

    name: str
    unit: str
    meaning: str


KEYS = (
    Column("replication", "", "number of the replication, from 0"),
    Column("day", "date", "the client's civil day"),
    Column("queue", "", "the queue"),
    Column("site_named", "", "the site that the customer's bucket named: gates compare by it"),
    Column("site_answered", "", "the site that answered: contracts pay by it; null: nobody answered"),
)
MEANINGS = {
    "offered": ("contacts", "came in, every attempt counted; in the row of nobody"),
    "retried": ("contacts", "of those offered, new tries the same day after abandoning"),
    "repeated": ("contacts", "of those offered, customers who come back days later"),
    "blocked": ("contacts", "of those offered, found every line of their line group taken"),
    "answered": ("contacts", "taken by a person"),
    "within": ("contacts", "answered within the target's threshold; deferred: before the deadline"),
    "waited": ("contacts", "answered after a wait"),
    "wait_s": ("s", "waited by the answered, in total"),
    "abandoned": ("contacts", "left unanswered"),
    "left_within": ("contacts", "of the abandoned, left of their own accord within the target's threshold"),
    "short": ("contacts", "of the abandoned, left so within the gates' short limit"),
    "abandon_wait_s": ("s", "waited by the abandoned, in total"),
    "left": ("customers", "left unanswered, each once in a half-hour however often it tried again"),
    "called_back": ("contacts", "took the offer of a callback instead of waiting on"),
    "completed": ("contacts", "talked to the end"),
    "handled_s": ("s", "talk and wrap-up, in total"),
    "capped_s": ("s", "talk and wrap-up of the completed, each at most the 99th percentile at the old site"),
    "log_s": ("ln s", "the sum of the natural logarithms of the completed's talk and wrap-up"),
    "resolved": ("contacts", "completed and resolved"),
    "returning": ("contacts", "not helped, and will come back within seven days"),
    "surveys": ("contacts", "answered the survey"),
    "satisfied": ("contacts", "of the surveys, satisfied"),
}
RESULTS = KEYS + tuple(Column(name, *MEANINGS[name]) for name in MEASURES)

INTERVAL_MEASURES = ("offered", "answered", "within", "abandoned", "wait_s")
QUANTILES = (0.05, 0.5, 0.95)
INTERVAL_KEYS = (
    Column("start", "UTC instant", "start of the interval"),
    Column("queue", "", "the queue"),
    Column("site_named", "", "the site that the customer's bucket named"),
)


def quantile_name(measure: str, quantile: float) -> str:
    """The column of a measure's quantile over replications: offered_p05."""
    return f"{measure}_p{round(quantile * 100):02d}"


INTERVALS = INTERVAL_KEYS + tuple(
    Column(
        quantile_name(name, q), MEANINGS[name][0], f"{MEANINGS[name][1]}; {q:.0%} quantile over replications"
    )
    for name in INTERVAL_MEASURES
    for q in QUANTILES
)


def page() -> str:
    """docs/reference/results.md, made from the tables above; a test holds it to them."""
    parts = [
        "# results.parquet and intervals.parquet",
        "Made from `src/releve/rehearsal/columns.py`. Both files are sorted by their keys and carry `releve.format` "
        "in their metadata.",
        "## results.parquet",
        "A row for each replication, day, queue, site that the bucket named and site that answered; rows in which "
        "nothing happened are left out.",
        column_table(RESULTS),
        "## intervals.parquet",
        "A row for each open half-hour, queue and site that the bucket named; quantiles over the replications.",
        column_table(INTERVALS),
    ]
    return "\n\n".join(parts) + "\n"


def column_table(columns: tuple[Column, ...]) -> str:
    """Columns as a table of a page."""
    rows = [f"| `{column.name}` | {column.unit} | {column.meaning} |" for column in columns]
    return "\n".join(["| column | unit | meaning |", "|---|---|---|", *rows])
