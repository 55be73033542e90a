"""The example's sources.csv: what it says is in force is in force, and nothing assumed is left out of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from releve.demand.needed import BLENDED_OCCUPANCY
from releve.operation.centre import Price
from releve.operation.explain import all_settings
from releve.operation.loading import load
from releve.operation.move import Move
from releve.operation.rows import Source
from releve.operation.setting import Record

MOVE = load(Path(__file__).parents[2] / "examples" / "liege-morocco")
SOURCES = {source.key: source for source in MOVE.sources}
ROOTS = ("operation.", "transition.", "workforce.")


def every_setting(move: Move) -> Iterator[tuple[str, Any]]:
    """The path and the value of everything in force; a cohort counts as its team's, nothing is left out."""
    for root in ("operation", "transition"):
        yield from settings_of(getattr(move, root), root)
    for cohort in move.cohorts:
        yield from settings_of(cohort, f"workforce.{cohort.team}")


def settings_of(record: Record, path: str) -> Iterator[tuple[str, Any]]:
    for field in type(record).model_fields:
        value, there = getattr(record, field), f"{path}.{field}"
        if isinstance(value, Record):
            yield from settings_of(value, there)
        elif isinstance(value, tuple) and value and isinstance(value[0], Price):
            yield there, value[0].amount_cents / 100
            yield from ((f"{there}.minimum", each.minimum) for each in value if each.minimum is not None)
        elif isinstance(value, tuple) and value and isinstance(value[0], Record):
            for each in value:
                yield from settings_of(each, f"{there}.{name_of(each)}")
        elif value is not None:
            yield there, value


def name_of(record: Any) -> str:
    """What a table is called in a path: its name, or the site, destination, queue or target that it speaks of."""
    names = ("name", "site", "destination", "queue", "target")
    return next((getattr(record, key) for key in names if hasattr(record, key)), "")


def source_of(path: str) -> str | None:
    """The key that speaks of a setting: its own path, or that of all such settings."""
    if path in SOURCES:
        return path
    start, *_, last = path.split(".")
    table = path.split(".")[1]
    every = f"{start}.{table}.*.{last}"
    return every if every in SOURCES else None


def same(written: str, value: object) -> bool:
    try:
        return float(written) == value
    except ValueError:
        return written == str(value)


IN_FORCE: dict[str, list[Any]] = {}
for _path, _value in every_setting(MOVE):
    IN_FORCE.setdefault(source_of(_path) or _path, []).append(_value)


def test_every_assumed_number_has_a_mark_and_a_source() -> None:
    assert len(MOVE.sources) == len(SOURCES) > 100
    assert [source.key for source in MOVE.sources if not (source.source and source.value)] == []


@pytest.mark.parametrize(
    "source",
    [each for each in MOVE.sources if each.key.startswith(ROOTS) and ":" not in each.key],
    ids=lambda source: source.key,
)
def test_a_value_in_the_sources_is_the_one_in_force(source: Source) -> None:
    """Other values beside it are those of scenarios, and the note says so."""
    first, *others = source.value.split("|")
    found = IN_FORCE[source.key]
    assert any(same(first, value) for value in found)
    assert [value for value in found if not any(same(text, value) for text in (first, *others))] == []
    if "scenario" not in source.note:
        assert [text for text in others if not any(same(text, value) for value in found)] == []


def test_every_assumed_setting_in_force_is_in_the_sources() -> None:
    marked = {(each.file.removesuffix(".toml"), each.name) for each in all_settings() if each.mark}
    assumed = {path for path, _ in every_setting(MOVE) if (path.split(".")[0], path.split(".")[-1]) in marked}
    assert len(assumed) > 100
    assert {path for path in assumed if source_of(path) is None} == set()


def test_every_price_and_the_start_of_every_contract_is_in_the_sources() -> None:
    contracts = [contract.name for contract in MOVE.operation.contracts]
    wanted = {f"operation.contracts.{name}.{key}" for name in contracts for key in ("starts", "prices")}
    assert wanted <= set(SOURCES)


def test_whatever_a_contract_pays_beside_its_prices_is_in_the_sources() -> None:
    parts = ("prices.minimum", "_pct", "exit_help_cents")
    agreed = {
        path
        for path, value in every_setting(MOVE)
        if path.startswith("operation.contracts.") and path.endswith(parts) and value
    }
    assert len(agreed) > 5
    assert agreed <= set(SOURCES)


def test_the_size_of_every_team_is_in_the_sources() -> None:
    teams = {cohort.team for cohort in MOVE.cohorts}
    assert {f"workforce.{team}.count" for team in teams} <= set(SOURCES)


def test_what_is_built_in_is_as_the_sources_say() -> None:
    assert float(SOURCES["rehearsal: busy part of people who also answer mail"].value) == BLENDED_OCCUPANCY
