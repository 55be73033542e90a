"""What a reader finds on the page of a plan: the answer, what is changed, why, and what else there was."""

import re
from pathlib import Path
from typing import Any

import pytest

from releve.report import render_plan, write_plan
from tests.report.small_plan import small_plan
from tests.report.small_summary import safe_answer, small_summary
from tests.report.test_report import Reader

SECTIONS = [
    "answer",
    "changes",
    "why",
    "constraints",
    "alternatives",
    "proves",
    "people",
    "cost",
    "findings",
    "assumed",
]


def page(**changes: Any) -> Reader:
    return Reader(render_plan(small_plan(**changes), small_summary(answer=safe_answer())))


def text_of(section: str, read: Reader) -> str:
    """What stands in the text between a section's heading and the next."""
    headings = ["What the plan changes", "Why: what each step did", "What each constraint costs"]
    headings += ["The nearest alternatives", "What each wave can prove in its time"]
    start = headings.index(section)
    return read.text.split(headings[start])[1].split(headings[start + 1])[0]


def test_every_section_stands_in_its_order_and_the_answer_is_first() -> None:
    read = page()
    assert [attrs["id"] for tag, attrs in read.elements if tag == "section"] == SECTIONS
    assert read.text.index("The plan is safe: 0 of 60") < read.text.index("What the plan changes")


def test_it_is_whole_in_itself_and_every_link_leads_somewhere() -> None:
    text = render_plan(small_plan(), small_summary())
    read = Reader(text)
    assert (read.open, read.misplaced) == ([], [])
    ids = [attrs["id"] for _, attrs in read.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {(attrs["href"] or "")[1:] for tag, attrs in read.elements if tag == "a"} <= set(ids)
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in read.elements}
    assert not re.search(r"@import|url\((?!#)|https?://", text)


def test_dates_are_written_for_people_and_differences_with_their_sign() -> None:
    read = page()
    assert "Wave w2 opens 13 Oct 2025 20 Oct 2025" in text_of("What the plan changes", read)
    why = text_of("Why: what each step did", read)
    assert "A class of 24 on 15 Dec 2025 +143,000 EUR \u22122.40 \u221260 10" in why
    assert "No stay bonus \u22129 EUR 0.00 0 10" in why


def test_what_an_alternative_loses_and_what_a_constraint_costs_stand_beside_it() -> None:
    read = page()
    nearest = text_of("The nearest alternatives", read)
    assert "44 people in new-1 +46,000 EUR 0.00 0 10" in nearest
    assert "Without w1 \u22122,000 EUR +0.31 +12 10" in nearest
    assert "The risk limit any risk is allowed as it was written \u2212441,000 EUR +2.80 +76 10" in text_of(
        "What each constraint costs", read
    )


@pytest.mark.parametrize(
    ("nothing", "section", "said"),
    [
        ("changes", "What the plan changes", "Nothing: no step"),
        ("choices", "Why: what each step did", "No step was taken"),
        ("constraints", "What each constraint costs", "no time to look at any"),
        ("alternatives", "The nearest alternatives", "None was looked at"),
    ],
)
def test_what_is_not_there_is_said(nothing: str, section: str, said: str) -> None:
    assert said in text_of(section, page(**{nothing: []}))


def test_the_page_is_there_whole_or_what_stood_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "plan.html"
    path.write_text("what stood there")
    summary = small_summary()
    del summary["weeks"]
    with pytest.raises(KeyError):
        write_plan(small_plan(), summary, path)
    assert [each.name for each in tmp_path.iterdir()] == ["plan.html"]
    assert path.read_text() == "what stood there"
    write_plan(small_plan(), small_summary(), path)
    assert path.read_text().startswith("<!doctype html>")
