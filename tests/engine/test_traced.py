"""The story of one customer: told as it happened, and without a trace in the results."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from releve.base.draws import fold
from releve.engine.day import day, nothing_carried
from releve.engine.house import House
from releve.engine.shapes import (
    ANSWERED,
    CAME,
    CAME_AGAIN,
    CAME_BACK,
    FINISHED,
    FOUND_NOBODY,
    LEFT,
    OPENED_TO_MORE,
    REPEAT,
    RESOLVED_IT,
    TAKES_CALLBACK,
    TALKS_ON,
    WAITS,
    WAITS_ON,
    WAS_BLOCKED,
    WAS_CUT,
    WILL_COME_BACK,
    WILL_TRY,
    Array,
)
from tests.engine.centres import told
from tests.engine.rich import BUSY, rich
from tests.engine.uncompiled import RESULTS

END = -1
IN_LINE = {OPENED_TO_MORE, ANSWERED, LEFT, TAKES_CALLBACK, WAS_CUT, WAITS_ON, END}
IN_HAND = {FINISHED, RESOLVED_IT, WAS_CUT, TALKS_ON, END}
UNANSWERED = {WILL_TRY, WILL_COME_BACK, END}
CAME_IN = {WAITS, ANSWERED, TAKES_CALLBACK, LEFT, WAS_BLOCKED, FOUND_NOBODY}
NEXT = {  # what may come after what; a story may end with the day while the customer waits or talks
    CAME: CAME_IN, CAME_AGAIN: CAME_IN, CAME_BACK: CAME_IN,
    WAITS: IN_LINE, WAITS_ON: IN_LINE, OPENED_TO_MORE: IN_LINE,
    TAKES_CALLBACK: {CAME},
    ANSWERED: IN_HAND, TALKS_ON: IN_HAND,
    FINISHED: {WILL_COME_BACK, END}, RESOLVED_IT: {END},
    LEFT: UNANSWERED, WAS_BLOCKED: UNANSWERED, FOUND_NOBODY: UNANSWERED,
    WAS_CUT: {LEFT, ANSWERED, WAITS_ON} | UNANSWERED,
    WILL_TRY: {CAME_AGAIN, WILL_COME_BACK, END},
    WILL_COME_BACK: {CAME_BACK, WILL_COME_BACK, END},
}  # fmt: skip
COUNTED = {  # a measure is so many lines of all the stories
    "offered": (CAME, CAME_AGAIN, CAME_BACK),
    "retried": (CAME_AGAIN,),
    "blocked": (WAS_BLOCKED,),
    "abandoned": (LEFT, FOUND_NOBODY),
    "called_back": (TAKES_CALLBACK,),
    "completed": (FINISHED, RESOLVED_IT),
    "resolved": (RESOLVED_IT,),
}


def customers(house: House, played: House) -> list[np.uint64]:
    """The keys of all who came for the first time that day."""
    today = house.today[0]
    with np.errstate(over="ignore"):
        streams = [fold(fold(today["key"], row["hash"]), np.uint64(today["ordinal"])) for row in house.queues]
        return [
            fold(stream, np.uint64(number))
            for stream, row in zip(streams, played.queues, strict=True)
            for number in range(1, int(row["stream_number"]))
        ]


def story(house: House, key: np.uint64) -> Array:
    house.today["tracing"], house.today["traced_key"] = 1, key
    played, _ = day(house, nothing_carried())
    return played.story[: played.today["told"][0]].copy()


@pytest.fixture(scope="module")
def stories() -> tuple[list[Array], dict[str, float]]:
    """The stories of all of a day's customers, and the day's counts."""
    house = told(rich(), BUSY)
    played, _ = day(house, nothing_carried())
    counts = {name: float(played.tally[name].sum()) for name in (*COUNTED, "answered")}
    return [story(house, key) for key in customers(house, played)], counts


def test_what_follows_what_makes_sense(stories: tuple[list[Array], dict[str, float]]) -> None:
    for each in stories[0]:
        what = [*each["what"].tolist(), END]
        assert what[0] == CAME
        assert [(one, then) for one, then in pairwise(what) if then not in NEXT[one]] == []


def test_times_go_on_and_a_new_try_comes_when_it_said(stories: tuple[list[Array], dict[str, float]]) -> None:
    for each in stories[0]:
        happened = each[each["what"] != WILL_TRY]
        assert (np.diff(happened["at"]) >= 0).all()
        for before, after in pairwise(each):
            if after["what"] == CAME_AGAIN:
                assert (before["what"], before["at"], before["queue"]) == (
                    WILL_TRY,
                    after["at"],
                    after["queue"],
                )


def test_all_the_stories_of_a_day_are_its_counts(stories: tuple[list[Array], dict[str, float]]) -> None:
    everything, counts = stories
    seen = Counter(np.concatenate([each["what"] for each in everything]).tolist())
    for measure, lines in COUNTED.items():
        assert sum(seen[line] for line in lines) == counts[measure] > 0, measure
    assert seen[ANSWERED] >= counts["answered"] > 0  # work that was cut off is taken up again
    assert seen[WAITS] > 0


def test_tracing_changes_no_result() -> None:
    house = told(rich(), BUSY)
    played, carry = day(house, nothing_carried())
    before = {name: getattr(played, name).tobytes() for name in RESULTS} | {"carry": carry.tobytes()}
    key = customers(house, played)[20]
    assert len(story(house, key)) > 0
    played, carry = day(house, nothing_carried())
    assert {name: getattr(played, name).tobytes() for name in RESULTS} | {"carry": carry.tobytes()} == before


def test_one_who_comes_back_days_later_is_still_the_same_customer() -> None:
    house = told(rich(), BUSY)
    played, carry = day(house, nothing_carried())
    key = carry["key"][(carry["kind"] == REPEAT) & (carry["due"] == 2)][0]
    ends = story(house, key)
    assert WILL_COME_BACK in ends["what"]
    assert ends["who"][ends["what"] == WILL_COME_BACK][-1] == 2
    house.today["ordinal"] = 2
    played, _ = day(told(house, BUSY), carry)
    assert played.story["what"][0] == CAME_BACK
