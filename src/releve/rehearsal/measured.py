"""What a simulation says: its measures, their units, and of which sums each is the ratio; declared here alone.

A unit's sums are those of the kernel (`engine.measures`), and with them: seconds on duty and busy, contacts taken by
people, those that still wait at midnight, seconds that went by, and days.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from releve.engine.measures import MEASURES
from releve.operation.centre import Target
from releve.rehearsal.columns import Column, column_table
from releve.rehearsal.levels import LEVELS, definition_text
from releve.rehearsal.weights import weights_of

SUMS = (*MEASURES, "on_duty_s", "busy_s", "taken", "still_waiting", "seconds", "days")
PLACE = {name: place for place, name in enumerate(SUMS)}
CHANCE = "chance"
A_DAY = "contacts a day"


@dataclass(frozen=True, slots=True)
class Measure:
    """One ratio: (sum over `above`) / (sum over `below`)."""

    name: str
    unit: str
    above: dict[str, float]
    below: dict[str, float]
    meaning: str

    def weights(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The weights of the sums above and below: [K] each."""
        return weights_of(self.above, SUMS), weights_of(self.below, SUMS)


def _per_day(name: str, meaning: str, of: str = "") -> Measure:
    return Measure(name, A_DAY, {of or name: 1.0}, {"days": 1.0}, meaning)


OFFERED = {"offered": 1.0}
ANSWERED = {"answered": 1.0}
CONTACTS = (
    _per_day("offered", "came in, every attempt counted"),
    _per_day("retried", "of those, new tries after not being answered"),
    _per_day("repeated", "of those, customers who came back days later"),
    _per_day("answered", "taken by a person"),
    _per_day("abandoned", "left unanswered"),
    _per_day("blocked", "found every line of their line group in use"),
    _per_day("called_back", "took the offer of a callback"),
    _per_day("handled", "talked to the end", of="completed"),
    _per_day("still_waiting", "wait at midnight; of the whole day only"),
    Measure("abandoned_part", CHANCE, {"abandoned": 1.0}, OFFERED, "abandoned of the offered"),
    Measure("blocked_part", CHANCE, {"blocked": 1.0}, OFFERED, "blocked of the offered"),
    Measure(
        "waiting",
        CHANCE,
        {"waited": 1.0, "abandoned": 1.0, "called_back": 1.0},
        OFFERED,
        "of the offered, found a line but nobody free: answered after a wait, abandoned or called back",
    ),
    Measure("wait_answered_s", "s", {"wait_s": 1.0}, ANSWERED, "mean wait of the answered"),
    Measure(
        "wait_s",
        "s",
        {"wait_s": 1.0, "abandon_wait_s": 1.0},
        {"answered": 1.0, "abandoned": 1.0},
        "mean wait of the answered and the abandoned",
    ),
    Measure("handle_s", "s", {"handled_s": 1.0}, {"completed": 1.0}, "talk and wrap-up of one contact"),
    Measure("resolved_part", CHANCE, {"resolved": 1.0}, {"completed": 1.0}, "resolved of the handled"),
    Measure("satisfied_part", CHANCE, {"satisfied": 1.0}, {"surveys": 1.0}, "satisfied of the surveyed"),
)
PEOPLE = (
    _per_day("taken", "contacts that they took, by the interval in which they did; of teams and sites"),
    Measure("on_duty", "people", {"on_duty_s": 1.0}, {"seconds": 1.0}, "on duty, mean over the time"),
    Measure("busy", "people", {"busy_s": 1.0}, {"seconds": 1.0}, "with a contact in hand or wrapping up"),
    Measure("occupancy", "share of time", {"busy_s": 1.0}, {"on_duty_s": 1.0}, "busy over on duty"),
)
LEVEL = "service_level"
WAIT_QUANTILES = (0.5, 0.8, 0.9, 0.95, 0.99)
WAITS = tuple(
    Measure(f"wait_p{round(100 * chance)}_s", "s", {}, {}, f"{chance:.0%} of the answered waited no longer")
    for chance in WAIT_QUANTILES
)

COLUMNS = (
    Column("scope", "", "queue, team, site or all"),
    Column("name", "", "its name; empty for all"),
    Column("period", "", "local start of the interval, 08:00; empty: the whole day"),
    Column("measure", "", "one of the measures below"),
    Column("value", "as `unit`", "over all days and replications"),
    Column("low", "as `unit`", "lower end of the 95 % interval; null: too few units to say"),
    Column("high", "as `unit`", "upper end"),
    Column("unit", "", "of value, low and high"),
    Column("definition", "", "of a service level: its name and what it counts"),
)


def service_level(target: Target) -> Measure:
    """The service level by a target's definition."""
    above, below = LEVELS[target.definition]
    return Measure(LEVEL, CHANCE, above, below, f"{target.name}: {definition_text(target)}")


def table(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    """The tidy table; not a number becomes null."""
    texts = {column.name: pl.String for column in COLUMNS}
    schema = texts | dict.fromkeys(("value", "low", "high"), pl.Float64)
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.with_columns(pl.col("value", "low", "high").fill_nan(None))


INTRODUCTION = (
    "# The results of a simulation",
    "Made from `src/releve/rehearsal/measured.py`. `simulation.parquet`, in Python `simulate(...).table`, has "
    "one row for a measure of a queue, a team, a site or all, in one interval of the day or over the whole day. "
    "Intervals in which nothing happens are left out.",
)
NOTES = (
    "Intervals go by the local clock: one in which it is changed is longer or shorter on that day. "
    "Contacts belong to the interval of their arrival, and in a simulation with `carry` those who wait over "
    "midnight to the first of the new day. Measures of contacts are told of queues, those of people of teams. "
    "The contacts of a site are those of the queues whose home is there; with one destination and several "
    "sites, sites tell of people alone.",
    "`handle_s` of days that each start empty has the talks that midnight cuts with their part before it.",
    "## Intervals",
    "Every value is a ratio of two sums over all days and replications, and `low` to `high` its 95 % interval "
    "by the delta method, with Student's t over independent units. A chance stays within 0 to 1. A unit is",
    "- a day of a replication, where days start empty and are alike;\n"
    "- a week, where days start empty and weekdays differ; a replication where `days` are not whole weeks;\n"
    "- a batch of days on end, where days are carried on: 30 in all where there are days enough, of whole "
    "weeks where weekdays differ;\n"
    "- a replication, where people have speeds of their own (`speed_cv`).",
    "With one unit alone `low` and `high` are null.",
    "Quantiles of waits are read from a histogram whose bins are 1 s wide at first and then 1/32 of the wait; the "
    "ends of their intervals are where those of the distribution function's interval reach them, over at most 30 "
    "groups of units. Work that is held to a deadline has no such waits. A centre with more than 7,000 intervals x "
    "queues has the quantiles of the whole day alone: the histograms of more would not fit.",
    "## simulation.json",
    "In Python `simulate(...).summary`: `format`, `operation` (its name), `first_day`, `days`, "
    "`warm_up_days`, `carry` (whether days go on), `replications`, `seed`, `asked_days`, `played_days` (fewer "
    "after Ctrl-C), `unit` (`day`, `week`, `batch of days`, `replication`), `units` (how many), and "
    "`whole_day`: the rows of the whole day, with the keys `scope`, `name`, `measure`, `value`, `low`, "
    "`high`, `unit` and `definition`. With `--periods` what is printed by `--json` has the intervals of the "
    "day as well, as `by_period`: the same keys and `period`.",
)


def page() -> str:
    """docs/reference/simulation.md, made from the tables above; a test holds it to them."""
    levels = Measure(LEVEL, CHANCE, {}, {}, "by the queue's target; none where a scope's queues have several")
    every = [Column(each.name, each.unit, each.meaning) for each in (*CONTACTS, levels, *WAITS, *PEOPLE)]
    return (
        "\n\n".join([*INTRODUCTION, column_table(COLUMNS), "## Measures", column_table(tuple(every)), *NOTES])
        + "\n"
    )
