"""Histories that cannot be read: an edit, and its finding."""

from pathlib import Path

import pytest

from tests.operation.bad_move import HISTORY, Case, check_refused

CASES = {
    "negative": Case(HISTORY, "09:00,30,20", "09:00,30,-20", "bad-number", 2, "at least 0"),
    "too long an interval": Case(HISTORY, "09:00,30,20", "09:00,3000,20", "out-of-range", 2, "1 to 1,440"),
    "an identifier for a count": Case(
        HISTORY, "09:00,30,20", "09:00,30,3212345678", "out-of-range", 2, "100,000"
    ),
    "twice": Case(HISTORY, "fr,2024-09-30T09:30", "fr,2024-09-30T09:00", "duplicate-row", 3, "twice"),
    "overlap": Case(
        HISTORY, "fr,2024-09-30T09:00,30", "fr,2024-09-30T09:00,45", "overlapping-rows", 3, "side by side"
    ),
    "seconds beyond measure": Case(HISTORY, ",6000,0", ",6e300,0", "out-of-range", 2, "1,000,000,000"),
    "not a time": Case(HISTORY, "2024-09-30T09:00", "30/09/2024 09:00", "not-a-time", 2, "2024-10-27T14:30"),
    "history leapt": Case(
        HISTORY, "2024-09-30T09:00", "2024-03-31T02:30", "no-such-local-time", 2, "Europe/Brussels"
    ),
    "cells": Case(HISTORY, "09:00,30,20", "09:00,30,20,20", "wrong-cell-count", 2, "11 cells"),
    "history column": Case(HISTORY, "minutes", "minuts", "missing-column", 1, "no column 'minutes'"),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_with_file_line_and_mend(tmp_path: Path, name: str) -> None:
    check_refused(tmp_path, CASES[name])
