"""What a reader finds in the report, and what the file must never hold."""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from releve.report import render, write
from releve.report.charts import level
from releve.report.drawing import NARROW, drawn
from tests.report.small_comparisons import against, fit
from tests.report.small_summary import (
    answer,
    safe_answer,
    small_summary,
    spread,
    with_name,
)

SECTIONS = [
    "answer",
    "against",
    "fit",
    "risk",
    "share",
    "people",
    "service",
    "waves",
    "cost",
    "quality",
    "findings",
    "assumed",
]
Json = dict[str, Any]


class Reader(HTMLParser):
    """What stands in a page: its elements with their attributes, its text, and which were left open."""

    VOID = ("meta", "br", "link", "img")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.misplaced: list[str] = []
        self.pieces: list[str] = []
        self.feed(page)
        self.text = re.sub(r"\s+", " ", " ".join(self.pieces)).replace("\u00a0", " ")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.misplaced.append(tag)

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.pieces.append(data)


@pytest.fixture(scope="module")
def full() -> str:
    """A report with everything in it."""
    return render(small_summary(against=against(), fit=fit()))


def test_every_section_stands_in_its_order(full: str) -> None:
    told = [attrs["id"] for tag, attrs in Reader(full).elements if tag == "section"]
    assert told == SECTIONS


def test_every_element_is_closed_and_every_id_is_there_once(full: str) -> None:
    page = Reader(full)
    assert (page.open, page.misplaced) == ([], [])
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_nothing_is_fetched_and_nothing_runs(full: str) -> None:
    page = Reader(full)
    assert not {"script", "link", "img", "iframe", "object", "foreignobject"} & {
        tag for tag, _ in page.elements
    }
    attributes = [(name, value or "") for _, attrs in page.elements for name, value in attrs.items()]
    assert [name for name, _ in attributes if name == "src" or name.startswith("on")] == []
    assert {value[0] for name, value in attributes if name.endswith("href")} == {"#"}
    assert not re.search(r"@import|url\((?!#)|https?://", full)


def test_every_link_within_the_page_leads_somewhere(full: str) -> None:
    page = Reader(full)
    ids = {attrs["id"] for _, attrs in page.elements if "id" in attrs}
    asked = {(attrs["href"] or "")[1:] for tag, attrs in page.elements if tag == "a"}
    named = {name for _, attrs in page.elements for name in (attrs.get("aria-labelledby") or "").split()}
    assert asked | named <= ids


def test_every_chart_has_a_title_and_scales(full: str) -> None:
    charts = [attrs for tag, attrs in Reader(full).elements if tag == "svg"]
    assert len(charts) == 2 * (3 + 3) + 3 + 2  # five wide kinds twice, three queues, two with abandonment
    assert all(each["role"] == "img" and each["viewbox"] and "width" not in each for each in charts)


def test_the_target_of_a_service_level_is_a_broken_line() -> None:
    weeks = [{"starts": "2025-10-06", "level": {"p05": 0.8, "p50": 0.85, "p95": 0.9}}]
    with_target, without = (
        drawn("level", "Level", "", level(weeks, "level", target, "#000000", (0.5, 1.0)), 150, NARROW)
        for target in (0.9, None)
    )
    assert ('stroke-dasharray="5,3"' in with_target, 'stroke-dasharray="5,3"' in without) == (True, False)


@pytest.mark.parametrize("name", ['<script>alert("x")</script>', "A & B", 'it\'s "quoted" {{ seed }}'])
def test_a_name_is_text_and_never_markup(name: str) -> None:
    page = Reader(render(with_name(small_summary(), name)))
    assert "script" not in {tag for tag, _ in page.elements}
    assert page.text.count(re.sub(r"\s+", " ", name)) >= 3  # the move, a queue, a finding


@pytest.mark.parametrize(
    "words",
    [
        "Not shown to be safe",
        "7 of 60 replications were interrupted",
        "could be up to 21 % (95 % bound)",
        "Abandoned, of offered 2.1 % 3.1 % 1 point (0.8 to 1.2 points) no telling",
        "made-up-move@kept-open by itself: Safe: ",
        "Cost 2,100,000 EUR 2,400,000 EUR 300,000 EUR (240,000 to 360,000 EUR) worse",
        "Contacts offered 8,200 contacts a week",
        "the limit of this move is 5 %",
        "610 (120 to 1,530)",
        "Newtown, 17:00 to 18:00 13 Oct 2025 to 24 Oct 2025, Harvest hours in Newtown: nobody on duty",
        "in 5 of 60 replications; 31 of all 40 interruptions",
        "Queues hit there, the most frequent first: Bills; Moves.",
        "450,000 EUR",
        "540,000 EUR (523,800 to 556,200 EUR)",
        "401 s (361 to 441 s)",
        "412 s, 313 s",
        "Answered within 150 s, of offered; target 90 %",
        "comparison: abandonment, margin 2 points",
        "go on 58 %",
        "31.0 people present at the destination, 28.2 needed",
        "wave-1 Sun 12 Oct 2025 Abandonment 4,100 10 % 12 days within 2 points over half a year by 3 points 5 %",
        "14 | 16 | 18 EUR a production hour",
        "transition.toml:38",
        "Mend open the waves earlier",
        "releve rehearse made-up-move --seed 7 --replications 60 --scenario ten-more,site-down",
    ],
)
def test_it_says(full: str, words: str) -> None:
    assert words in Reader(full).text


def test_every_service_level_names_its_definition() -> None:
    summary = small_summary()
    for week in summary["weeks"]:
        week["queues"][0]["definition"] = "the definition of bills"
    summary["waves"][0]["service_level"]["definition"] = "the definition of a wave"
    text = Reader(render(summary)).text
    assert "The definition of bills; target 90 %" in text
    assert "the definition of a wave; target 90 %" in text


def test_a_safe_move_says_so_with_its_bound() -> None:
    text = Reader(render(small_summary(answer=safe_answer(), interruptions=[]))).text
    assert " Safe " in text
    assert "Not shown" not in text
    assert "could be up to 4.9 % (95 % bound)" in text


def test_the_fit_is_told_under_the_answer(full: str) -> None:
    text = Reader(full).text
    assert text.index("3 of 4 values of the past lie inside") < text.index("Customers hit")


def test_a_bad_fit_is_called_bad() -> None:
    found = {"rule": "bad-fit", "file": "", "line": 0, "found": "1 of 4", "allowed": "", "mend": ""}
    good, bad = (Reader(render(small_summary(fit=fit(), findings=each))).text for each in ([], [found]))
    assert "The rehearsal reproduces the history:" in good
    assert "The rehearsal does not reproduce the history well:" in bad


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ([], "It reproduces the history"),
        (
            [{"rule": "bad-fit", "file": "", "line": 0, "found": "1 of 4", "allowed": "", "mend": ""}],
            "It does not reproduce the history well",
        ),
    ],
)
def test_a_status_quo_is_asked_for_its_fit_and_not_for_safety(found: list[dict[str, Any]], says: str) -> None:
    text = Reader(render(small_summary(fit=fit(), waves=[], findings=found))).text
    assert f"Can it play the centre as it was? {says}" in re.sub(r"[✓!] ", "", text)
    assert "safe" not in text.lower()


def test_the_people_needed_for_the_share_in_force_stand_beside_those_of_the_plan(full: str) -> None:
    text = Reader(full).text
    assert "Newtown: needed as planned needed for the share in force present busy" in text


def test_the_status_quo_is_not_called_a_move() -> None:
    text = Reader(render(small_summary(fit=fit(4), waves=[]))).text
    assert "Can it play the centre as it was?" in text
    assert "--status-quo" in text
    assert "No wave: nothing moves" in text


def test_what_was_stopped_early_is_said() -> None:
    text = Reader(render(small_summary(replications=12, answer=answer(replications=12)))).text
    assert "12 of the 60 replications asked for were finished" in text


def test_the_dates_that_matter_are_numbered_in_order() -> None:
    page = render(small_summary())
    # The made-up finding is of 13 October; the first interruption of 17 October.
    dates = re.findall(r"<li><i>(\d)</i><span><b>([^<]+)</b> ([^<]+)<", page.replace("\u00a0", " "))
    assert dates == [
        ("1", "Mon 13 Oct 2025", "The last way back ends"),
        ("2", "Fri 17 Oct 2025", "Median day of the first interruption"),
    ]


def test_the_marks_of_the_prices_stand_under_the_costs() -> None:
    text = Reader(render(small_summary())).text
    assert "The prices are marked M in What is assumed" in text


def test_what_a_contract_pays_beside_its_price_lines_has_a_table() -> None:
    summary = small_summary()
    assert "Beside the price lines" not in render(summary)
    old = summary["months"][0]["contracts"][0]
    old["bonus_malus_cents"] = {"p05": -4_000_000.0, "p50": 0.0, "p95": 0.0}
    text = Reader(render(summary)).text
    beside = text[text.index("Beside the price lines") :]
    assert "Bonus or malus" in beside
    assert "40,000" in beside


def test_a_wave_without_a_way_back_says_so() -> None:
    summary = small_summary()
    assert [wave["take_back"] is None for wave in summary["waves"]] == [False, True]
    assert Reader(render(summary)).text.count("Nowhere to go back to") == 1


def test_where_nothing_was_counted_no_number_stands() -> None:
    summary = small_summary()
    nothing = {"p05": None, "p50": None, "p95": None}
    summary["waves"][1]["service_level"]["value"] = nothing
    summary["waves"][1]["abandoned"] = nothing
    summary["quality"][1]["satisfied"] = nothing
    for week in summary["weeks"]:
        week["queues"][0]["service_level"] = nothing
    text = Reader(render(summary)).text
    assert "None" not in text
    assert "nan" not in text


def emptied(key: str) -> Callable[[Json], None]:
    """What takes away a list of the summary."""
    return lambda summary: summary.update({key: []})


@pytest.mark.parametrize(
    "key", ["interruptions", "waves", "weeks", "months", "quality", "findings", "assumed"]
)
def test_it_is_whole_without(key: str) -> None:
    summary = small_summary()
    emptied(key)(summary)
    page = Reader(render(summary))
    assert (page.open, page.misplaced) == ([], [])
    assert "How to make this report again" in page.text


def test_no_bar_where_no_week_is_at_risk() -> None:
    summary = small_summary(answer=safe_answer())
    for week in summary["weeks"]:
        week.update(interrupted=0.0, customers_hit=0.0)
    assert "the largest is 0\u00a0%" in render(summary)


def test_the_same_summary_gives_the_same_bytes_also_from_its_file() -> None:
    summary = small_summary(against=against(), fit=fit())
    assert render(summary) == render(json.loads(json.dumps(summary)))


def test_it_is_written_whole_and_leaves_nothing_beside(tmp_path: Path) -> None:
    there = tmp_path / "report.html"
    there.write_text("of yesterday")
    write(small_summary(), there)
    assert there.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert list(tmp_path.iterdir()) == [there]


def test_what_cannot_be_written_leaves_the_old_report(tmp_path: Path) -> None:
    there = tmp_path / "report.html"
    there.write_text("of yesterday")
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(OSError, match="folder"):
        write(small_summary(), folder)
    assert sorted(tmp_path.iterdir()) == [folder, there]
    assert there.read_text() == "of yesterday"


def test_thousands_are_kept_apart() -> None:
    summary = small_summary(replications=1000, asked=1000, answer=answer(replications=1000))
    summary["answer"]["customers"] = spread(12_340)
    text = Reader(render(summary)).text
    assert "7 of 1,000 replications were interrupted." in text
    assert "12,340 (11,106 to 13,574)" in text
