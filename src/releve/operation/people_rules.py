"""Rules of the people, and of the sources of what is assumed."""

from collections.abc import Iterator
from itertools import pairwise

from releve.operation.limits import LIMITS
from releve.operation.move import Move
from releve.operation.rows import Cohort
from releve.operation.rule import Problem
from releve.operation.setting import Record
from releve.operation.shape import TOML_FILES, did_you_mean, key_of, keys_of, listed, records_in
from releve.operation.team import Shift, served_by

LEAST_CLASS_DAYS = 21  # S: knowledge transfer takes 3 to 4 weeks at least (practice pages)


def cohort_without_shift(move: Move) -> Iterator[Problem]:
    for number, cohort in enumerate(move.cohorts):
        shifts = [shift for shift in move.operation.shifts if cohort.team in shift.teams]
        if cohort.count > 0 and not any(fits(shift, cohort) for shift in shifts):
            found = f"hours_week = {cohort.hours_week:g}, and no shift of '{cohort.team}' has these"
            hours = sorted({shift.hours_week for shift in shifts})
            allowed = ", ".join(f"{each:g}" for each in hours) or f"a shift for '{cohort.team}'"
            yield Problem("workforce.csv", (number,), found, allowed, "add a shift or change the hours")


def fits(shift: Shift, cohort: Cohort) -> bool:
    return abs(shift.hours_week - cohort.hours_week) < 1e-9


def cohort_too_early(move: Move) -> Iterator[Problem]:
    """First contact before the class has ended, before hiring, or after the end."""
    for number, cohort in enumerate(move.cohorts):
        steps = [
            ("hired", cohort.hired),
            ("class_from", cohort.class_from),
            ("class_to", cohort.class_to),
            ("first_contact", cohort.first_contact),
            ("ends", cohort.ends),
        ]
        known = [(name, day) for name, day in steps if day is not None]
        for (before, first), (after, second) in pairwise(known):
            strict = before.startswith("class") and after == "first_contact"
            if second < first or (strict and second == first):
                found = f"{after} = {second}, {before} = {first}"
                allowed = "hired, class_from, class_to, first_contact and ends in this order"
                mend = "the first contact comes after the class" if strict else "change one of them"
                yield Problem("workforce.csv", (number,), found, allowed, mend)


def class_short(move: Move) -> Iterator[Problem]:
    for number, cohort in enumerate(move.cohorts):
        if cohort.class_from and cohort.class_from < cohort.first_contact:
            length = (cohort.first_contact - cohort.class_from).days
            if length < LEAST_CLASS_DAYS:
                found = f"{length} days from class_from to first_contact"
                allowed = "3 to 4 weeks of knowledge transfer at least (S, vendor pages)"
                yield Problem("workforce.csv", (number,), found, allowed, "start the class earlier")


def language_missing(move: Move) -> Iterator[Problem]:
    languages = {queue.name: queue.language for queue in move.operation.queues}
    needed = {team.name: {languages[q] for q in served_by(team)} for team in move.operation.teams}
    for number, cohort in enumerate(move.cohorts):
        lacking = needed[cohort.team] - set(cohort.languages.split())
        if lacking:
            found = f"languages = {cohort.languages}, and '{cohort.team}' serves {listed(lacking)}"
            yield Problem("workforce.csv", (number,), found, listed(needed[cohort.team]), "")


def people_absurd(move: Move) -> Iterator[Problem]:
    limit, total = LIMITS["people"], 0
    for number, cohort in enumerate(move.cohorts):
        total += cohort.count
        if total > limit.most:
            yield Problem(
                "workforce.csv", (number,), f"{total:,} people", f"at most {limit.most:,}", limit.mend
            )
            return


def _settings(model: type[Record]) -> Iterator[str]:
    """The names of a table's settings, and of those of the tables in it."""
    for key in keys_of(model):
        yield key.name
        for record in records_in(key.field.annotation):
            yield from _settings(record)


def source_of_nothing(move: Move) -> Iterator[Problem]:
    """A key that looks like a setting's path and leads nowhere; any other key is a plain name."""
    files = {file.removesuffix(".toml"): model for file, model in TOML_FILES.items()}
    known = {"operation": move.operation, "transition": move.transition}
    for number, source in enumerate(move.sources):
        root, *parts = source.key.split(".", 1)
        if root not in files or not parts or ":" in source.key or " " in source.key:
            continue
        table, _, rest = parts[0].partition(".")
        key = key_of(files[root], table)
        tables = [each.name for each in keys_of(files[root])]
        if key is None:
            mend = did_you_mean(table, tables)
            yield Problem("sources.csv", (number,), f"key '{source.key}'", listed(tables), mend)
            continue
        items = getattr(known[root], table)
        names = (
            [str(item.name) for item in items if hasattr(item, "name")] if isinstance(items, tuple) else []
        )
        name = max((n for n in names if rest == n or rest.startswith(f"{n}.")), key=len, default=None)
        setting = rest.removeprefix(f"{name}.") if name else rest.removeprefix("*.")
        models = records_in(key.field.annotation)
        settings = {each for model in models for each in _settings(model)}
        if setting and setting not in {name, "*"} and setting.split(".")[-1] not in settings:
            mend = did_you_mean(setting, [*settings, *names])
            yield Problem(
                "sources.csv", (number,), f"key '{source.key}'", listed(settings | set(names)), mend
            )
