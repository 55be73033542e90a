"""A contact's story is what happened to it in the full run, whatever else is played there."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from releve.base.errors import InputError
from releve.operation.centre import Operation
from releve.operation.lone import centre
from releve.rehearsal.contact_name import ContactName, contact_name
from releve.rehearsal.simulate import simulate
from releve.rehearsal.story import EVENTS
from releve.rehearsal.traced import Traced, notable, trace

MONDAY = date(2026, 1, 5)
COUNTED = {
    "offered": {"arrived", "tried_again"},
    "retried": {"tried_again"},
    "answered": {"answered"},
    "abandoned": {"left"},
    "blocked": {"blocked"},
    "called_back": {"took_callback"},
    "handled": {"finished", "resolved"},
}


def morning(**tables: Any) -> Operation:
    """Sixty calls between 8 and 9 to two people and four lines: callers wait, leave, try again, are called back."""
    calls = {
        "name": "calls",
        "handle_s": 240,
        "patience_s": 120,
        "retry_chance": 0.7,
        "retry_delay_s": 200,
        "resolved_chance": 0.7,
        "lines": "trunk",
        "callback": "back",
        "callback_chance": 0.4,
        "callback_after_s": 30,
    }
    late = {"name": "late", "queues": ["calls"], "delays": [{"queue": "calls", "after_s": 20}]}
    plan = {
        "zone": "Europe/Brussels",
        "queues": [calls, {"name": "back", "handle_s": 100, "channel": "callback"}],
        "teams": [{"name": "desk", "queues": ["calls", "back"], "speed_cv": 0.2}, late],
        "arrivals": [{"queue": "calls", "from": "08:00", "to": "09:00", "contacts": 60}],
        "staff": [{"team": team, "from": "08:00", "to": "11:00", "people": 1} for team in ("desk", "late")],
        "line_groups": [{"name": "trunk", "lines": 4}],
    }
    return centre(**(plan | tables))


def steady() -> Operation:
    """The same with days carried on, and half of those who were not helped coming back."""
    operation = morning()
    calls = operation.queues[0].model_copy(update={"return_chance": 0.9, "return_days": 1.0})
    return operation.model_copy(
        update={
            "queues": (calls, *operation.queues[1:]),
            "steady": operation.steady.model_copy(update={"carry": True}),
        }
    )


def named(number: int, day: date = MONDAY, replication: int = 0) -> ContactName:
    return ContactName("calls", day, number, replication)


def everyone(operation: Operation) -> list[Traced]:
    """The stories of all who came on the first day, one by one."""
    last = notable(operation, named(1), days=1, replications=1)[-1].name.number or 0
    return [trace(operation, named(number), days=1, replications=1) for number in range(1, last + 1)]


@pytest.fixture(scope="module")
def stories() -> list[Traced]:
    return everyone(morning())


def test_all_the_stories_of_a_day_are_what_the_simulation_counts(stories: list[Traced]) -> None:
    table = simulate(morning(), days=1, replications=1).table.filter(scope="all", period="")
    told = Counter(each.event for traced in stories for each in traced.story)
    for measure, events in COUNTED.items():
        counted = table.filter(measure=measure)["value"].item()
        assert sum(told[event] for event in events) == counted > 0, measure


def test_the_waits_of_the_stories_are_those_of_the_simulation(stories: list[Traced]) -> None:
    table = simulate(morning(), days=1, replications=1).table.filter(scope="all", period="")
    waits = [each.lasted_s for traced in stories for each in traced.story if each.event == "answered"]
    mean = sum(wait or 0.0 for wait in waits) / len(waits)
    assert mean == pytest.approx(table.filter(measure="wait_answered_s")["value"].item(), abs=1e-5)


def test_a_story_is_the_same_however_much_is_played() -> None:
    later = named(7, date(2026, 2, 10), 1)  # the 37th day
    few = trace(morning(), later, days=37, replications=2)
    many = trace(morning(), later, days=100, replications=9)
    assert few == many
    assert few.story != trace(morning(), named(7, later.day, 0), days=37).story


def test_one_who_was_not_helped_comes_back_on_the_day_that_was_said() -> None:
    operation = steady()
    stories = (trace(operation, named(number)).story for number in range(1, 40))
    told = next(story for story in stories if any(each.event == "came_back" for each in story))
    said = next(each.due for each in told if each.event == "will_come_back")
    back = next(each.at for each in told if each.event == "came_back")
    assert back.date() == said


def test_a_story_that_the_last_day_cuts_short_says_so() -> None:
    operation = steady()
    cut = [trace(operation, named(number), days=1, replications=1) for number in range(1, 40)]
    assert {each.story[-1].event == "will_come_back" for each in cut if each.cut_short} == {True}
    assert {each.story[-1].event == "will_come_back" for each in cut if not each.cut_short} == {False}


def test_times_are_local_and_people_have_numbers(stories: list[Traced]) -> None:
    first = stories[0].story
    assert (first[0].at.hour, first[0].at.utcoffset()) == (8, first[0].at.tzinfo.utcoffset(first[0].at))  # type: ignore[union-attr]
    assert [each.words for each in first[:2]] == [
        "arrives in calls",
        "is answered at once by person 1 of desk",
    ]


def test_a_team_that_may_answer_after_a_wait_is_named(stories: list[Traced]) -> None:
    opened = [each for traced in stories for each in traced.story if each.event == "opened_to_more"]
    assert {(each.teams, each.lasted_s) for each in opened} == {(("late",), 20.0)}


def test_the_longest_wait_is_worth_a_look(stories: list[Traced]) -> None:
    longest = max(
        (each.lasted_s or 0.0, traced.name.number or 0)
        for traced in stories
        for each in traced.story
        if each.event in ("answered", "left", "took_callback")
    )
    found = notable(morning(), named(1), days=1, replications=1)
    assert longest[1] in [each.name.number for each in found if "longest" in each.why]
    assert "is the first to leave" in "".join(each.why for each in found)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("calls", "'calls'"),
        ("calls:2026-02-30:1", "'calls:2026-02-30:1'"),
        ("cals:2026-01-05:1", "did you mean 'calls'"),
        ("calls:2026-01-04:1", "2026-01-05 to 2026-02-01"),
        ("calls:2026-01-05:1@10", "0 to 9"),
        ("calls:2026-01-05:0", "number 0"),
        ("back:2026-01-05:1", "nobody comes first to back"),
    ],
)
def test_a_contact_that_does_not_come_is_refused_with_those_that_do(written: str, found: str) -> None:
    with pytest.raises(InputError, match=found):
        trace(morning(), contact_name(written))


def test_a_number_too_high_is_refused_with_the_name_of_one_that_comes() -> None:
    with pytest.raises(InputError) as refused:
        trace(morning(), named(999))
    mend = refused.value.findings[0].mend
    told = trace(morning(), contact_name(mend.removeprefix("ask for one of these, as ")))
    assert told.story[0].event == "arrived"


def test_a_name_is_written_as_it_is_read() -> None:
    for written in ("calls:2026-01-05:17@3", "calls:2026-01-05@0"):
        assert str(contact_name(written)) == written
    assert contact_name("calls:2026-01-05:17").replication == 0


def test_every_event_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/commands.md").read_text(encoding="utf-8")
    assert [event for event, _ in EVENTS.values() if f"`{event}`" not in page] == []
