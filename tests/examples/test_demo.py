"""The demo end to end: what the README quotes is what a run says, and the trap in the dates is found."""

from typing import Any

import pytest

from docs.make.demo_quote import PLACE, README, REPLICATIONS, block, play


@pytest.fixture(scope="module")
def summary() -> dict[str, Any]:
    """The example as `make demo` plays it."""
    return play()


def test_the_readme_quotes_the_demo_word_for_word(summary: dict[str, Any]) -> None:
    # Other words or numbers: python docs/make/demo_quote.py writes them into the README.
    assert PLACE.findall(README.read_text(encoding="utf-8")) == [block(summary)]


def test_the_demo_finds_the_trap_in_the_dates(summary: dict[str, Any]) -> None:
    trap = next(found for found in summary["findings"] if found["rule"] == "contract-ends-first")

    assert "liege ends on 2025-12-31, 90 days before the transition does" in trap["found"]
    assert "rehearse the choice with --against" in trap["mend"]


def test_the_example_as_shipped_is_not_shown_to_be_safe(summary: dict[str, Any]) -> None:
    assert not summary["answer"]["safe"]
    assert summary["answer"]["interrupted"] > 0


def test_what_stays_in_belgium_is_not_what_breaks(summary: dict[str, Any]) -> None:
    stays = {"nl-residential", "b2b"}
    hit = [found for found in summary["interruptions"] if found["queue"] in stays]

    assert not any(found["replications"] > REPLICATIONS // 10 for found in hit)
