"""The history of the example: the old centre played for eleven months by SimPy, an engine that is not ours.

No French, multi-site set of calls is public, so `history.csv` is made: from the numbers of `operation.toml`
and `workforce.csv`, the shape of `profile.csv`, and the constants below (each stands in `sources.csv`).
Because another engine made it, `releve rehearse MOVE --status-quo` is held against something that it did not
make itself.

First contacts are Poisson around expected x busyness: a factor of the day shared by all queues, one of the
queue's own, and one of the half-hour, correlated 0.7 with the next. Nobody has been told yet: nobody leaves,
and everybody is long past learning. What a day looks like inside stands in `old_centre.py`.

Run `python examples/make/history.py` from the repository's folder; it takes about a minute.
"""

import csv
import math
import random
import tomllib
from collections import deque
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from day_profile import HALF_HOURS, OPEN_HOUR, read_profile
from old_centre import HALF_HOUR_S, Books, Contact, Room, people_by_shift, play_day

from releve.operation.centre import Operation, Queue  # nouns and defaults only: nothing of our engine
from releve.operation.rows import Cohort

MOVE = Path(__file__).parents[1] / "liege-morocco"
SEED = 20240930
WARM_UP, FIRST_DAY, LAST_DAY = date(2024, 9, 2), date(2024, 9, 30), date(2025, 8, 15)
WEEKDAY_VOLUME = {
    "fr-invoice": 1640,
    "fr-move": 980,
    "fr-contract": 800,
    "fr-technical": 680,
    "fr-mail": 700,
    "nl-residential": 2400,
    "b2b": 600,
}  # offered, with new tries and repeats
SEASON = (
    1.13,
    1.11,
    1.04,
    1.0,
    0.99,
    0.98,
    0.91,
    0.89,
    1.0,
    1.0,
    0.99,
    0.98,
)  # by month: yearly invoices in winter
HELD_PART = 0.1  # of talk and hold together
INTERVAL_CORRELATION = 0.7
COUNTS = ("offered", "answered", "within", "threshold_s", "abandoned", "talk_s", "hold_s", "wrap_s")


@dataclass(frozen=True)
class Demand:
    """What is offered on which day: the operation's queues, the shapes, and who comes back."""

    queues: tuple[Queue, ...]
    shared_cv: float
    shape: np.ndarray  # (5, 20): parts of a weekday's contacts
    weekdays: np.ndarray  # (5,): factors of the weekdays, of mean 1
    seasons: list[float]  # by month, of mean 1 over the history

    def of_day(self, day: date, back: list[Queue], draw: np.random.Generator) -> list[Contact]:
        """All that arrives on a day, in order: first contacts, and the customers who come `back`."""
        shape = self.shape[day.weekday()]
        contacts = repeats(back, shape, draw)
        shared = math.exp(self.shared_cv * draw.standard_normal() - self.shared_cv**2 / 2)
        for queue in self.queues:
            repeat_part = queue.return_chance * (1 - queue.resolved_chance)
            factor = first_factors(self.weekdays, repeat_part)[day.weekday()] * self.seasons[day.month - 1]
            expected = WEEKDAY_VOLUME[queue.name] * (1 - repeat_part) * factor * shape
            contacts += first_contacts(queue, expected, shared, draw)
        return sorted(contacts, key=lambda contact: contact.arrival)


def seasons(books: Books) -> list[float]:
    """The season's factor by month, so that a weekday of the history has a mean of 1."""
    days = [FIRST_DAY + timedelta(i) for i in range((LAST_DAY - FIRST_DAY).days + 1)]
    factors = [SEASON[day.month - 1] for day in days if books.is_open(day)]
    return [factor * len(factors) / sum(factors) for factor in SEASON]


def first_factors(offered: np.ndarray, repeat_part: float) -> np.ndarray:
    """Weekday factors of first contacts: with a weekend's repeats on Monday they give the offered ones."""
    landing = np.array([15 / 7, 5 / 7, 5 / 7, 5 / 7, 5 / 7])  # a repeat falls due on any of seven days
    return (offered - repeat_part * landing) / (1 - repeat_part)


def first_contacts(
    queue: Queue, expected: np.ndarray, shared: float, draw: np.random.Generator
) -> list[Contact]:
    """First contacts of a day: Poisson around expected (20,) x busyness, evenly spread within a half-hour."""
    level = np.empty(HALF_HOURS)
    fresh = math.sqrt(1 - INTERVAL_CORRELATION**2)
    for i, noise in enumerate(draw.standard_normal(HALF_HOURS)):
        level[i] = noise if i == 0 else INTERVAL_CORRELATION * level[i - 1] + fresh * noise
    own, inside = queue.busyness_cv, queue.busyness_interval_cv
    day = shared * math.exp(own * draw.standard_normal() - own * own / 2)
    counts = draw.poisson(expected * day * np.exp(inside * level - inside * inside / 2))
    starts = np.repeat(np.arange(HALF_HOURS), counts)
    return [Contact(queue, float(x)) for x in (starts + draw.random(len(starts))) * HALF_HOUR_S]


def repeats(queues: list[Queue], shape: np.ndarray, draw: np.random.Generator) -> list[Contact]:
    """Customers who come back today, each at an hour from the shape (20,)."""
    halves = draw.choice(HALF_HOURS, size=len(queues), p=shape) + draw.random(len(queues))
    return [Contact(queue, float(x) * HALF_HOUR_S) for queue, x in zip(queues, halves, strict=True)]


def read_closed() -> set[date]:
    """The days on which every queue is closed."""
    with (MOVE / "calendar.csv").open(newline="") as file:
        events = [e for e in csv.DictReader(file) if e["scope"] == "*" and e["effect"] == "closed"]
    return {date.fromisoformat(event["from"]) for event in events}


def read_old_cohorts() -> list[Cohort]:
    """The people who were there all through the history."""
    with (MOVE / "workforce.csv").open(newline="") as file:
        rows = [{key: value for key, value in row.items() if value} for row in csv.DictReader(file)]
    return [c for c in map(Cohort.model_validate, rows) if c.first_contact < FIRST_DAY]


def play(operation: Operation) -> Books:
    """Every day from the warm-up to the last, every team in a room of its own."""
    chance, draw = random.Random(SEED), np.random.default_rng(SEED)
    books = Books(read_closed())
    shape, weekdays = read_profile()
    demand = Demand(operation.queues, operation.busyness_shared_cv, shape, weekdays, seasons(books))
    cohorts = read_old_cohorts()
    staffed = {cohort.team for cohort in cohorts}
    teams = [team for team in operation.teams if team.name in staffed]
    groups = [people_by_shift(operation.shifts, cohorts, team, chance) for team in teams]
    mails: list[deque[Contact]] = [deque() for _ in teams]
    thresholds = {target.name: target.threshold_s for target in operation.targets}
    for day in (WARM_UP + timedelta(i) for i in range((LAST_DAY - WARM_UP).days + 1)):
        if books.is_open(day):
            contacts = demand.of_day(day, books.returning.pop(day, []), draw)
            for team, people, unread in zip(teams, groups, mails, strict=True):
                play_day(Room(day, books, unread, thresholds, chance), team, people, contacts)
    return books


def write(books: Books, operation: Operation, path: Path) -> None:
    """A row for every queue and half-hour from the first day on, in local time with its offset."""
    zone = ZoneInfo(operation.zone)
    home = {queue.name: queue.home for queue in operation.queues}
    target = {queue.name: queue.target for queue in operation.queues if queue.channel == "call"}
    threshold = {t.name: int(t.threshold_s) for t in operation.targets}
    days = sorted({day for _, day, _ in books.rows if day >= FIRST_DAY})
    with path.open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["queue", "start", "minutes", "site", *COUNTS])
        for day in days:
            for queue, site in home.items():
                for i in range(HALF_HOURS):
                    start = datetime.combine(day, time(OPEN_HOUR + i // 2, i % 2 * 30), zone)
                    offered, answered, within, abandoned, talk, wrap = books.row(queue, day, i * HALF_HOUR_S)
                    held = round(talk * HELD_PART)
                    when = start.isoformat(timespec="minutes")
                    soon = (within, threshold[target[queue]]) if queue in target else ("", "")
                    counts = (offered, answered, *soon, abandoned)
                    table.writerow([queue, when, 30, site, *counts, round(talk) - held, held, round(wrap)])


def report(books: Books) -> None:
    """A line for each queue: what a weekday looks like."""
    print("queue           offered/day  answered  within  abandoned  handle s")
    total = 0.0
    for queue in WEEKDAY_VOLUME:
        rows = [row for (name, day, _), row in books.rows.items() if name == queue and day >= FIRST_DAY]
        days = len({day for name, day, _ in books.rows if name == queue and day >= FIRST_DAY})
        offered, answered, within, abandoned, talk, wrap = (sum(column) for column in zip(*rows, strict=True))
        total += offered / days
        shares = f"{answered / offered:8.4f} {within / offered:8.4f} {abandoned / offered:9.4f}"
        print(f"{queue:15} {offered / days:11.1f} {shares} {(talk + wrap) / answered:9.1f}")
    print(f"{'all':15} {total:11.1f} a weekday, {days} days")


def main() -> None:
    """Play, write, print."""
    written = tomllib.loads((MOVE / "operation.toml").read_text())
    operation = Operation.model_validate(written)
    books = play(operation)
    write(books, operation, MOVE / "history.csv")
    report(books)


if __name__ == "__main__":
    main()
