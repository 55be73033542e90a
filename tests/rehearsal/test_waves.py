"""The reason that the summary gives as a gate's example: a usual one, of a day on which the donor was there."""

from datetime import date, timedelta

from releve.rehearsal.waves import Dated, typical
from releve.transition.verdict import Judgement, Verdict

PLANNED, DONOR_ENDS = date(2025, 11, 10), date(2025, 12, 31)


def said_after(*days: int) -> list[Dated]:
    """What a capacity gate said so many days after the planned day, one of each replication."""
    return [
        (
            PLANNED + timedelta(days=n),
            Judgement("people", "capacity", Verdict.GO_ON, f"{60 + n}.0 people present"),
        )
        for n in days
    ]


def test_the_example_is_of_the_median_day() -> None:
    assert typical(said_after(30, 0, 14, 0, 0), DONOR_ENDS) == "60.0 people present"


def test_what_was_said_after_the_donor_had_closed_is_no_example() -> None:
    assert typical(said_after(53, 53, 53, 7, 0), DONOR_ENDS) == "67.0 people present"


def test_where_all_was_said_after_the_donor_had_closed_that_is_the_example() -> None:
    assert typical(said_after(53, 54), DONOR_ENDS) == "114.0 people present"
