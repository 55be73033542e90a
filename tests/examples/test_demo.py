"""The demo end to end: what the README quotes is what a run says, and the trap in the dates is found."""

import re
from pathlib import Path
from typing import Any

import pytest

from releve.operation.loading import load
from releve.rehearsal.rehearse import rehearse

ROOT = Path(__file__).parents[2]
REPLICATIONS = 60


@pytest.fixture(scope="module")
def summary() -> dict[str, Any]:
    """The example as `make demo` plays it."""
    return rehearse(load(ROOT / "examples" / "liege-morocco"), replications=REPLICATIONS).summary


def _quoted() -> str:
    """What the README says that the demo ends with."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    between = re.search(r"<!-- demo:.*?-->(.*?)<!-- /demo -->", text, re.DOTALL)
    assert between
    return " ".join(between[1].replace(">", " ").split())


def _close(said: str, now: str) -> bool:
    """Whether two sentences have the same words, and numbers that are alike: other processors round otherwise."""
    number = r"\d[\d,]*(?:\.\d+)?"
    words = [re.sub(number, "N", each) for each in (said, now)]
    numbers = [[float(n.replace(",", "")) for n in re.findall(number, each)] for each in (said, now)]
    return words[0] == words[1] and all(
        abs(a - b) <= 0.1 * max(a, b) + 2 for a, b in zip(*numbers, strict=True)
    )


def test_the_readme_quotes_the_answer_of_the_demo(summary: dict[str, Any]) -> None:
    said = _quoted().split(" It also finds", 1)[0]

    assert _close(said, summary["answer"]["sentence"])


def test_the_demo_finds_the_trap_in_the_dates(summary: dict[str, Any]) -> None:
    trap = next(found for found in summary["findings"] if found["rule"] == "contract-ends-first")

    assert "liege ends on 2025-12-31, 90 days before the transition does" in trap["found"]
    assert _close(_quoted().split("the dates: ", 1)[1].lower(), trap["found"].lower())


def test_the_example_as_shipped_is_not_shown_to_be_safe(summary: dict[str, Any]) -> None:
    assert not summary["answer"]["safe"]
    assert summary["answer"]["interrupted"] > 0


def test_what_stays_in_belgium_is_not_what_breaks(summary: dict[str, Any]) -> None:
    stays = {"nl-residential", "b2b"}
    hit = [found for found in summary["interruptions"] if found["queue"] in stays]

    assert not any(found["replications"] > REPLICATIONS // 10 for found in hit)
