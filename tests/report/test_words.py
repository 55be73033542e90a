"""Numbers as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from releve.report import words

SPACE = "\u00a0"


@pytest.mark.parametrize(
    ("chance", "text"),
    [
        (0.0, "0 %"),
        (0.0004, "<0.1 %"),
        (0.043, "4.3 %"),
        (0.05, "5 %"),
        (0.1167, "12 %"),
        (0.5, "50 %"),
        (0.954, "95.4 %"),
        (0.9996, ">99.9 %"),
        (1.0, "100 %"),
        (-0.117, "\u221212 %"),
    ],
)
def test_a_chance(chance: float, text: str) -> None:
    assert words.percent(chance) == text.replace(" ", SPACE)


@pytest.mark.parametrize(
    ("bound", "text"),
    [(0.0503, "5.1 %"), (0.0487, "4.9 %"), (0.05, "5 %"), (0.2001, "20.1 %"), (1.0, "100 %")],
)
def test_a_bound_is_never_rounded_down(bound: float, text: str) -> None:
    assert words.at_most(bound) == text.replace(" ", SPACE)


@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_what_is_possible_never_reads_as_impossible_or_certain(chance: float) -> None:
    assert words.percent(chance) not in (f"0{SPACE}%", f"100{SPACE}%")


@pytest.mark.parametrize(
    ("unit", "a", "b", "shown"),
    [
        ("1", 0.2, 0.45, ("20 %", "45 %", "25 points")),
        ("share of offered", 0.1342, 0.1340, ("13.42 %", "13.40 %", "\u22120.02 points")),
        ("share of offered", 0.1342, 0.134167, ("13 %", "13 %", "0 points")),
        ("s", 20.0, 45.0, ("20 s", "45 s", "25 s")),
    ],
)
def test_two_numbers_have_the_decimals_in_which_they_differ(
    unit: str, a: float, b: float, shown: tuple[str, ...]
) -> None:
    how, apart = words.beside(unit, b - a, "EUR")
    assert (how(a), how(b), apart(b - a)) == tuple(text.replace(" ", SPACE) for text in shown)


def test_in_a_sentence_no_number_parts_from_its_unit() -> None:
    said = words.bound("at most 5 % (90 %), 2.00 points worse, answered within 150 s, of 60 replications")
    assert said.replace(SPACE, "_") == (
        "at most 5_% (90_%), 2.00_points worse, answered within 150_s, of 60 replications"
    )


def test_a_place_is_said_by_its_title_and_only_a_place() -> None:
    said = words.placed("56 people at old to take it back, at least 50; an old gate", {"old": "Oldtown"})
    assert said == "56 people at Oldtown to take it back, at least 50; an old gate"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (words.count(1234.4), "1,234"),
        (words.count(3.25), "3.2"),
        (words.count(-0.01), "0"),
        (words.points(2.0), "2 points"),
        (words.points(1.0), "1 point"),
        (words.points(-0.034), "\u22120.034 points"),
        (words.seconds(412.3), "412 s"),
        (words.share(1250), "12.5 %"),
        (words.day("2026-01-02"), "2 Jan 2026"),
        (words.weekday("2026-01-02"), "Fri 2 Jan 2026"),
        (words.month("2026-01"), "Jan 2026"),
        (words.money("EUR")(123_456), "1,235 EUR"),
        (words.of_unit("cents", "EUR")(123_456), "1,235 EUR"),
        (words.of_unit("chance", "EUR")(0.25), "25 %"),
        (words.of_unit("share of offered", "EUR")(0.25), "25 %"),
        (words.of_unit("EUR cents", "EUR")(123_456), "1,235 EUR"),
        (words.of_unit("contacts", "EUR")(1640.0), "1,640 contacts"),
        (words.written(None, words.count), "\u2013"),
    ],
)
def test_a_number_has_its_unit(text: str, wanted: str) -> None:
    assert text == wanted.replace(" ", SPACE)


def test_a_range_says_its_unit_once() -> None:
    quantiles = {"p05": 0.31, "p50": 0.42, "p95": 0.55}
    assert words.spread(quantiles, words.percent) == words.Spread(f"42{SPACE}%", f"31 to 55{SPACE}%")


def test_a_range_of_nothing_is_left_out() -> None:
    assert words.spread({"p05": 2.0, "p50": 2.0, "p95": 2.0}, words.count) == words.Spread("2", "")
    assert words.spread(None, words.count) == words.Spread("\u2013", "")


def test_a_date_that_some_replications_never_reach() -> None:
    late: dict[str, str | None] = {"p05": "2025-10-13", "p50": None, "p95": None}
    told = words.days_spread(late)
    assert told.middle == "not in half of them"
    assert told.range == f"13{SPACE}Oct{SPACE}2025 to never"
    assert words.days_spread({"p05": None, "p50": None, "p95": None}).middle == "never"


def test_a_date_in_a_sentence_is_written_for_people_and_the_end_of_a_name_stays() -> None:
    text = words.dated("class new-fr-2025-11-24: 24 people on 2025-11-24")
    assert text.replace(words.SPACE, " ") == "class new-fr-2025-11-24: 24 people on 24 Nov 2025"


def test_a_difference_has_a_sign_unless_it_reads_as_nothing() -> None:
    told = [words.more(number, words.rate) for number in (2.4, -2.4, 0.004, -0.004, 0.0)]
    assert told == ["+2.40", "\u22122.40", "0.00", "0.00", "0.00"]
