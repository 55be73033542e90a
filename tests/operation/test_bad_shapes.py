"""Files of a wrong shape: not TOML, not CSV, unknown keys, wrong values: an edit, and its finding."""

from pathlib import Path

import pytest

from tests.operation.bad_move import (
    CENTRE,
    EVENTS,
    GATES,
    HOURS,
    PEOPLE,
    PLAN,
    SOURCES,
    Case,
    check_refused,
    outage,
)

CASES = {
    "not TOML": Case(PLAN, "share_pct = 50", "share_pct = = 50", "not-toml", 13, "share_pct = = 50"),
    "unknown key": Case(PLAN, "donor =", "doner =", "unknown-key", 12, "did you mean 'donor'?"),
    "missing key": Case(PLAN, 'salt = "small"\n', "", "missing-key", 0, "no 'salt'"),
    "unknown top key": Case(PLAN, "salt =", "sallt =", "unknown-key", 5, "did you mean 'salt'?"),
    "unknown kind of gate": Case(
        PLAN, '"capacity"', '"capasity"', "unknown-value", 18, "did you mean 'capacity'?"
    ),
    "gate without kind": Case(PLAN, 'kind = "brake"\n', "", "missing-key", 21, "one of capacity, brake"),
    "unknown key of a gate": Case(
        PLAN, "margin_points", "margin_pionts", "unknown-key", 29, "did you mean 'margin_points'?"
    ),
    "share not whole": Case(PLAN, "share_pct = 50", "share_pct = 33.333", "bad-value", 13, "a whole 1/100 %"),
    "share over 100": Case(PLAN, "share_pct = 50", "share_pct = 101", "out-of-range", 13, "at most 100"),
    "text for a number": Case(CENTRE, "pct = 90", 'pct = "many"', "not-a-number", 44, "a number, at least 0"),
    "bare number for a date": Case(
        PLAN, "opens = 2025-10-13", "opens = 20251013", "not-a-date", 9, "2025-10-27"
    ),
    "bad name": Case(PLAN, 'name = "half"', 'name = "Half way"', "bad-name", 8, "small letters"),
    "empty salt": Case(PLAN, 'salt = "small"', 'salt = ""', "empty-text", 5, "not empty"),
    "not a list": Case(PLAN, 'queues = ["fr"]', 'queues = "fr"', "not-a-list", 10, "put it between [ and ]"),
    "another format": Case(PLAN, "format = 1", "format = 2", "unknown-value", 1, "one of 1"),
    "enum": Case(CENTRE, 'channel = "call"', 'channel = "cal"', "unknown-value", 52, "did you mean 'call'?"),
    "inside an inline table": Case(
        CENTRE, "amount_cents = 3900", "amount_cent = 3900", "unknown-key", 31, "did you mean 'amount_cents'?"
    ),
    "instant for a local time": Case(
        PLAN, GATES, outage("2025-10-20T10:00:00Z", "2025-10-20T12:00:00"), "not-a-time", 19, "a local time"
    ),
    "wrong column": Case(
        PEOPLE, "hours_week", "hours_weak", "missing-column", 1, "did you mean 'hours_week'?"
    ),
    "duplicate column": Case(PEOPLE, "class_from", "hired", "duplicate-column", 1, "column 'hired' twice"),
    "missing column": Case(
        HOURS, "scope,weekday", "scope,weekdey", "missing-column", 1, "no column 'weekday'"
    ),
    "semicolons": Case(
        HOURS,
        "scope,weekday,from,to,valid_from,valid_to",
        "scope;weekday;from;to",
        "wrong-separator",
        1,
        "comma",
    ),
    "too many cells": Case(
        HOURS, "*,tue,09:00,17:00,,", "*,tue,09:00,17:00,,,", "wrong-cell-count", 3, "7 cells"
    ),
    "empty cell": Case(PEOPLE, "old-nl,6,", "old-nl,,", "missing-key", 3, "no 'count'"),
    "decimal comma": Case(PEOPLE, "nl,38,", 'nl,"38,0",', "not-a-number", 3, "with a point"),
    "midnight as 24": Case(HOURS, "mon,09:00,17:00", "mon,09:00,24:00", "not-a-time", 2, "00:00"),
    "number for a time": Case(HOURS, "mon,09:00", "mon,900", "not-a-time", 2, "08:30"),
    "date of a spreadsheet": Case(PEOPLE, "2025-09-29", "29/09/2025", "not-a-date", 4, "year-month-day"),
    "unknown mark": Case(SOURCES, "300,s,J", "300,s,X", "unknown-value", 2, "one of S, D, M, J"),
    "neither date nor time": Case(EVENTS, "*,2025-11-11", "*,11 Nov", "not-a-date", 2, "2025-10-27"),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_with_file_line_and_mend(tmp_path: Path, name: str) -> None:
    check_refused(tmp_path, CASES[name])
