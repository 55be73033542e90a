"""A summary on the terminal, from made-up figures: what a manager reads, on a wide terminal and a narrow one."""

import io
from typing import Any

import pytest
from rich.console import Console

from releve.cli.summary_tables import print_summary
from tests.report.small_summary import safe_answer, small_summary, spread

FIT = {
    "inside": 1,
    "of": 2,
    "rows": [
        {
            "queue": queue,
            "measure": measure,
            "unit": unit,
            "history": history,
            "simulated": spread(980.0),
            "inside": inside,
        }
        for queue, measure, unit, history, inside in (
            ("moves", "offered", "contacts a week", 1470.0, False),
            ("moves", "handle time", "s", 990.0, True),
        )
    ],
    "weeks": 12,
    "sentence": "One of two measures lies inside.",
}


def against_row(measure: str, unit: str, values: tuple[float, float], verdict: str) -> dict[str, Any]:
    a, b = values
    difference = {"mean": b - a, "low": (b - a) * 0.8, "high": (b - a) * 1.2}
    return {"measure": measure, "unit": unit, "a": a, "b": b, "difference": difference, "verdict": verdict}


AGAINST = {
    "name": "made-up-move@kept-open",
    "rows": [
        against_row("interrupted", "chance", (0.117, 0.0), "better"),
        against_row("abandoned", "share of offered", (0.02, 0.0203), "no telling"),
        against_row("repeat contacts", "share of offered", (0.11, 0.11), "same"),
        against_row("on duty", "hours", (1000.0, 1100.0), "more"),
        against_row("cost", "EUR cents", (2.1e8, 2.4e8), "worse"),
    ],
    "sentence": "The other move is interrupted less often and costs more.",
    "answer": safe_answer(),
}


def shown(summary: dict[str, Any], width: int = 100) -> str:
    text = io.StringIO()
    print_summary(summary, Console(file=text, width=width, highlight=False))
    return text.getvalue()


def words(text: str) -> str:
    """The text in one line, wherever it was broken."""
    return " ".join(text.split())


def everything(**changes: Any) -> dict[str, Any]:
    return small_summary(fit=FIT, against=AGAINST, **changes)


@pytest.mark.parametrize("width", [100, 80])
def test_nothing_is_wider_than_the_terminal(width: int) -> None:
    assert max(len(line) for line in shown(everything(), width).splitlines()) <= width


@pytest.mark.parametrize("width", [100, 80])
def test_nothing_of_the_waves_is_cut_off(width: int) -> None:
    assert "\u2026" not in shown(everything(), width)


def test_a_long_name_and_a_full_range_fit_a_hundred_columns() -> None:
    summary = small_summary()
    summary["waves"][0]["people"][0]["site"] = "casablanca"
    summary["waves"][0]["service_level"]["value"] = {"p05": 0.999, "p50": 1.0, "p95": 1.0}
    text = shown(summary)
    assert "casablanca" in text
    assert "99.9-100.0" in text


def test_a_wave_says_people_service_and_chances() -> None:
    row = next(line for line in shown(small_summary()).splitlines() if line.startswith("wave-2"))
    assert words(row) == "wave-2 13 Oct 60 % newtown 33.3 35 (32-39) 87.0 % 3.1 % 35 % 5 % 0 % 10 %"


def test_a_narrow_terminal_leaves_out_the_ranges() -> None:
    row = next(line for line in shown(small_summary(), 80).splitlines() if line.startswith("wave-2"))
    assert words(row) == "wave-2 13 Oct 60 % newtown 33/35 87.0 % 3.1 % 35 % 5 % 0 % 10 %"


def test_the_service_level_names_its_definition() -> None:
    assert "Service level: answered within 150 s, of offered." in shown(small_summary())


def test_different_definitions_are_told_by_wave() -> None:
    summary = small_summary()
    summary["waves"][1]["service_level"]["definition"] = "done within 5 working days"
    text = shown(summary)
    assert "Service level of wave-1: answered within 150 s, of offered." in text
    assert "Service level of wave-2: done within 5 working days." in text


def test_a_gate_says_its_verdicts_the_commonest_first_and_why() -> None:
    text = words(shown(small_summary()))
    assert "go on 58 %" in text
    assert text.index("go on 58 %") < text.index("hold 35 %") < text.index("roll back 2 %")
    assert text.index("worse by 0.4 points") < text.index("worse by 1.1 points") < text.index("5.2 points")


def test_what_held_a_wave_when_it_was_due_is_named_with_the_wave_it_comes_from() -> None:
    text = words(shown(small_summary()))
    assert "held by lost 25 % lost: too few days" in text
    assert "wave-1, least days 10 % 2 of 4 working days" in text


def test_of_many_interruptions_it_says_how_many_more_there_are() -> None:
    assert "Interrupted most often: the first 5 of the report's 12" in shown(small_summary())


def test_of_many_causes_the_rest_is_counted() -> None:
    summary = small_summary()
    causes = [{"wave": "wave-1", "by": f"gate-{n}", "part": 0.1, "reason": "too few days"} for n in range(5)]
    summary["waves"][0]["held_by"] = causes
    assert "2 other causes 20 % in the report" in words(shown(summary))


def test_a_wave_that_opened_later_says_when() -> None:
    summary = small_summary()
    summary["waves"][0]["opened"]["p50"] = "2025-10-09"
    assert "(9 Oct)" in shown(summary)


def test_a_wave_that_never_opened_shows_no_service() -> None:
    summary = small_summary()
    summary["waves"][1] |= {
        "never_opened": 1.0,
        "opened": {"replications": 0, "p05": None, "p50": None, "p95": None},
    }
    text = shown(summary)
    assert "(never)" in text
    assert "87.0 %" not in text


def test_the_answer_is_given_in_its_sentence() -> None:
    assert safe_answer()["sentence"] in words(shown(small_summary(answer=safe_answer(), interruptions=[])))


def test_where_it_is_weakest_comes_with_place_and_time() -> None:
    assert "16 Oct 2025 09:30 Bills nobody on duty 5 of 60 32" in words(shown(small_summary()))


def test_findings_keep_their_place_and_their_mend() -> None:
    text = words(shown(small_summary()))
    assert "finding transition.toml:38 no-way-back" in text
    assert "mend open the waves earlier, or keep people there until a date" in text


def test_the_fit_stands_before_the_waves() -> None:
    text = shown(everything())
    assert text.index("One of two measures") < text.index("Waves")
    row = next(line for line in text.splitlines() if line.startswith("moves  offered"))
    assert row.split() == ["moves", "offered", "1,470", "980", "(882-1,078)", "no"]


@pytest.mark.parametrize(
    ("rules", "says"),
    [([], "reproduces the history."), (["bad-fit"], "does not reproduce the history well.")],
)
def test_a_status_quo_ends_with_how_well_it_fits(rules: list[str], says: str) -> None:
    found = [{"rule": rule, "file": "", "line": 0, "found": "", "allowed": "", "mend": ""} for rule in rules]
    text = words(shown(small_summary(fit=FIT, waves=[], findings=found)))
    assert f"The rehearsal {says}" in text
    assert "Not shown to be safe" not in text


def test_the_comparison_says_which_way_is_better() -> None:
    text = words(shown(everything()))
    assert "interrupted 11.7 % 0.0 % -11.7 points (-9.4 to -14.0) better" in text
    assert "cost 2,100,000 EUR 2,400,000 EUR 300,000 EUR (240,000-360,000) worse" in text
    assert "abandoned 2.00 % 2.03 % 0.03 points (0.02-0.04) no telling" in text
    assert "repeat contacts 11.0 % 11.0 % 0.0 points same" in text
    assert "on duty 1,000 hours 1,100 hours 100 hours (80-120) more" in text


def test_one_replication_of_each_has_a_difference_and_no_interval() -> None:
    row = against_row("on duty", "hours", (1000.0, 1100.0), "no telling")
    row["difference"] |= {"low": None, "high": None}
    text = words(shown(small_summary(against=AGAINST | {"rows": [row]})))
    assert "on duty 1,000 hours 1,100 hours 100 hours no telling" in text


def test_the_other_move_has_an_answer_of_its_own() -> None:
    text = words(shown(everything()))
    assert f"The other, made-up-move@kept-open: {safe_answer()['sentence']}" in text


def test_a_rehearsal_that_was_stopped_says_how_far_it_came() -> None:
    assert "20 of 60 replications" in shown(small_summary(replications=20))


def test_names_are_never_read_as_markup() -> None:
    summary = small_summary()
    summary["move"]["name"] = "from [red]old[/red] to new"
    summary["waves"][0]["gates"][0]["reasons"]["go on"] = "[bold]quiet"
    text = shown(summary)
    assert "from [red]old[/red] to new" in text
    assert "[bold]quiet" in text
