"""What a setting means is asked by any of its names, and the reference pages say the same."""

from pathlib import Path

import pytest

from releve.base.errors import InputError
from releve.operation.explain import all_settings, explain
from releve.operation.reference import PAGES
from releve.operation.rules import RULES

DOCS = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize(
    "key",
    ["queues.patience_s", "patience_s", "operation.queues.patience_s", "operation.toml queues.patience_s"],
)
def test_a_setting_is_found_by_any_of_its_names(key: str) -> None:
    (said,) = explain(key)
    assert (said.key, said.file, said.unit, said.default) == (
        "queues.patience_s",
        "operation.toml",
        "s",
        "354",
    )
    assert said.mark == "S"
    assert "bank data 1999" in str(said)


def test_a_column_is_found_in_its_file() -> None:
    (said,) = explain("workforce.csv first_contact")
    assert said.meaning.startswith("the day of their first contact")
    assert "it must be written" in str(said)


def test_a_name_that_several_tables_share_gives_all_of_them() -> None:
    assert {(said.file, said.kind) for said in explain("margin_points")} == {
        ("transition.toml", "comparison"),
        ("transition.toml", "target"),
    }


@pytest.mark.parametrize(
    ("key", "near"), [("patiense_s", "patience_s"), ("quues.handle_s", "queues.handle_s")]
)
def test_an_unknown_setting_is_told_with_the_nearest(key: str, near: str) -> None:
    with pytest.raises(InputError, match=f"did you mean '{near}'"):
        explain(key)


def test_every_default_that_is_a_number_says_how_well_it_is_known() -> None:
    bare = [said.key for said in all_settings() if said.mark and not said.source]
    assert bare == []


@pytest.mark.parametrize("page", PAGES)
def test_the_reference_page_is_what_the_models_say(page: str) -> None:
    assert (DOCS / page).read_text(encoding="utf-8") == PAGES[page]()


def test_rules_are_listed_once() -> None:
    names = [rule.name for rule in RULES]
    assert len(names) == len(set(names))
