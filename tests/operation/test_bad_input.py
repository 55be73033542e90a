"""Every way in which a move can be wrong: an edit of the small move, and the finding that it must give."""

from pathlib import Path
from typing import NamedTuple

import pytest

from releve.base.errors import InputError
from releve.operation.loading import load
from tests.operation.small_move import edit, write_small_move

WAVE = '[[gates]]\nkind = "capacity"'
SECOND = (
    """[[waves]]
name = "second"
opens = {opens}
queues = ["{queue}"]
destination = "{to}"
donor = "{donor}"
share_pct = {share}
gates = ["people"]

"""
    + WAVE
)


def second(
    opens: str = "2025-10-27", queue: str = "fr", to: str = "new", donor: str = "old", share: str = "80"
) -> str:
    return SECOND.format(opens=opens, queue=queue, to=to, donor=donor, share=share)


class Case(NamedTuple):
    file: str
    old: str
    new: str
    rule: str
    at: tuple[str, int]  # file and line of the finding
    words: str  # stands in the finding


O, T, W, H, C, S, Y = (
    "operation.toml", "transition.toml", "workforce.csv", "hours.csv", "calendar.csv", "sources.csv", "history.csv"
)  # fmt: skip

ERRORS = {
    # shapes of TOML
    "not TOML": Case(T, "share_pct = 50", "share_pct = = 50", "not-toml", (T, 13), "share_pct = = 50"),
    "unknown key": Case(T, "donor =", "doner =", "unknown-key", (T, 12), "did you mean 'donor'?"),
    "missing key": Case(T, 'salt = "small"\n', "", "missing-key", (T, 0), "no 'salt'"),
    "unknown top key": Case(T, "salt =", "sallt =", "unknown-key", (T, 5), "did you mean 'salt'?"),
    "unknown kind of gate": Case(T, '"capacity"', '"capasity"', "unknown-value", (T, 18), "did you mean 'capacity'?"),
    "gate without kind": Case(T, 'kind = "brake"\n', "", "missing-key", (T, 21), "one of capacity, brake"),
    "unknown key of a gate": Case(T, "margin_points", "margin_pionts", "unknown-key", (T, 29), "did you mean 'margin_points'?"),
    "share not whole": Case(T, "share_pct = 50", "share_pct = 33.333", "bad-value", (T, 13), "a whole 1/100 %"),
    "share over 100": Case(T, "share_pct = 50", "share_pct = 101", "out-of-range", (T, 13), "at most 100"),
    "text for a number": Case(O, "pct = 90", 'pct = "many"', "not-a-number", (O, 44), "a number, at least 0"),
    "bare number for a date": Case(T, "opens = 2025-10-13", "opens = 20251013", "not-a-date", (T, 9), "2025-10-27"),
    "bad name": Case(T, 'name = "half"', 'name = "Half way"', "bad-name", (T, 8), "small letters"),
    "empty salt": Case(T, 'salt = "small"', 'salt = ""', "empty-text", (T, 5), "not empty"),
    "not a list": Case(T, 'queues = ["fr"]', 'queues = "fr"', "not-a-list", (T, 10), "put it between [ and ]"),
    "another format": Case(T, "format = 1", "format = 2", "unknown-value", (T, 1), "one of 1"),
    "enum": Case(O, 'channel = "call"', 'channel = "cal"', "unknown-value", (O, 52), "did you mean 'call'?"),
    "inside an inline table": Case(O, "amount_cents = 3900", "amount_cent = 3900", "unknown-key", (O, 31), "did you mean 'amount_cents'?"),
    "instant for a local time": Case(T, WAVE, '[[outages]]\nsite = "new"\nfrom = 2025-10-20T10:00:00Z\nto = 2025-10-20T12:00:00\n' + WAVE, "not-a-time", (T, 19), "a local time"),
    # shapes of CSV
    "wrong column": Case(W, "hours_week", "hours_weak", "unknown-column", (W, 1), "did you mean 'hours_week'?"),
    "duplicate column": Case(W, "class_from", "hired", "duplicate-column", (W, 1), "column 'hired' twice"),
    "missing column": Case(H, "scope,weekday", "scope,weekdey", "missing-column", (H, 1), "no column 'weekday'"),
    "semicolons": Case(H, "scope,weekday,from,to,valid_from,valid_to", "scope;weekday;from;to", "wrong-separator", (H, 1), "comma"),
    "too many cells": Case(H, "*,tue,09:00,17:00,,", "*,tue,09:00,17:00,,,", "wrong-cell-count", (H, 3), "7 cells"),
    "empty cell": Case(W, "old-nl,6,", "old-nl,,", "missing-key", (W, 3), "no 'count'"),
    "decimal comma": Case(W, "nl,38,", 'nl,"38,0",', "not-a-number", (W, 3), "with a point"),
    "midnight as 24": Case(H, "mon,09:00,17:00", "mon,09:00,24:00", "not-a-time", (H, 2), "00:00"),
    "number for a time": Case(H, "mon,09:00", "mon,900", "not-a-time", (H, 2), "08:30"),
    "date of a spreadsheet": Case(W, "2025-09-29", "29/09/2025", "not-a-date", (W, 4), "year-month-day"),
    "unknown mark": Case(S, "300,s,J", "300,s,X", "unknown-value", (S, 2), "one of S, D, M, J"),
    "neither date nor time": Case(C, "*,2025-11-11", "*,11 Nov", "not-a-date", (C, 2), "2025-10-27"),
    # names
    "unknown queue": Case(T, 'queues = ["fr"]', 'queues = ["fr", "frr"]', "unknown-name", (T, 10), "did you mean 'fr'?"),
    "unknown donor": Case(T, 'donor = "old"', 'donor = "odl"', "unknown-name", (T, 12), "did you mean 'old'?"),
    "unknown gate": Case(T, '"brake", "ab', '"brakes", "ab', "unknown-name", (T, 14), "did you mean 'brake'?"),
    "unknown readiness": Case(T, 'needs = ["trained"]', 'needs = ["traind"]', "unknown-name", (T, 15), "did you mean 'trained'?"),
    "cohort of no team": Case(W, "10,new-fr", "10,new-rf", "unknown-name", (W, 4), "did you mean"),
    "unknown employment": Case(W, "new-fr,permanent", "new-fr,permanant", "unknown-name", (W, 4), "did you mean 'permanent'?"),
    "team of no site": Case(O, 'site = "new"\nqueues', 'site = "nwe"\nqueues', "unknown-name", (O, 84), "did you mean 'new'"),
    "duplicate name": Case(O, 'name = "old-nl"\nsite', 'name = "old-fr"\nsite', "duplicate-name", (O, 78), "first on line 73"),
    "duplicate cohort": Case(W, "new-fr,10", "old-fr,10", "duplicate-name", (W, 4), "first on line 2"),
    "unknown scope": Case(C, "site:new", "site:nwe", "unknown-name", (C, 3), "did you mean 'new'?"),
    "scope without kind": Case(C, "queue:fr", "fr", "unknown-scope", (C, 4), "queue:NAME"),
    "unknown zone": Case(O, "Europe/Brussels", "Europe/Brussel", "unknown-zone", (O, 4), "did you mean 'Europe/Brussels'?"),
    "history of no queue": Case(Y, "fr,2024-09-30T09:00", "fx,2024-09-30T09:00", "unknown-name", (Y, 2), "queue 'fx'"),
    "history of no site": Case(Y, "30,20,old", "30,20,odl", "unknown-name", (Y, 2), "did you mean 'old'?"),
    # waves and shares
    "transition backwards": Case(T, "ends = 2025-11-29", "ends = 2025-09-29", "transition-backwards", (T, 4), "after 2025-10-01"),
    "transition endless": Case(T, "ends = 2025-11-29", "ends = 2035-11-29", "transition-endless", (T, 4), "three years"),
    "wave outside": Case(T, "opens = 2025-10-13", "opens = 2025-12-13", "wave-outside", (T, 9), "2025-10-01 to 2025-11-29"),
    "shares over 100": Case(T, WAVE, second(to="third", share="60"), "shares-over-100", (T, 23), "110 %"),
    "donor empty": Case(T, WAVE, second(queue="nl", donor="third"), "donor-empty", (T, 22), "take it from 'old'"),
    "donor short": Case(T, WAVE, second(to="third", donor="new", share="60"), "donor-short", (T, 23), "'new' has 50 %"),
    "order of waves": Case(T, WAVE, second(opens="2025-10-06", share="60"), "waves-out-of-order", (T, 19), "2025-10-13"),
    "moves nothing": Case(T, WAVE, second(share="50"), "wave-moves-nothing", (T, 23), "over 50 %"),
    "lowers a share": Case(T, WAVE, second(share="20"), "wave-moves-nothing", (T, 23), "a wave raises a share"),
    "to itself": Case(T, 'donor = "old"', 'donor = "new"', "wave-to-itself", (T, 12), "its destination"),
    "rollback ended": Case(T, "until = 2025-11-29", "until = 2025-09-01", "rollback-over", (T, 38), "before the transition starts"),
    "rollback beyond its contract": Case(O, "starts = 2020-01-01\n", "starts = 2020-01-01\nends = 2025-10-31\n", "rollback-over", (T, 38), "ends 2025-10-31"),
    "half signed": Case(T, "due = 2025-10-10", 'due = 2025-10-10\nsigned_by = "me"', "half-signed", (T, 32), "who and when"),
    "growth as a count": Case(T, "[[waves]]", '[[growth]]\nqueue = "fr"\nfactor = 4800\n[[waves]]', "growth-absurd", (T, 9), "at most 100"),
    "local time leapt over": Case(T, WAVE, '[[outages]]\nsite = "new"\nfrom = 2025-03-30T02:30:00\nto = 2025-10-20T12:00:00\n' + WAVE, "outage-leapt", (T, 19), "Europe/Brussels"),
    "outage backwards": Case(T, WAVE, '[[outages]]\nsite = "new"\nfrom = 2025-10-20T10:00:00\nto = 2025-10-20T09:00:00\n' + WAVE, "outage-backwards", (T, 20), "after 2025-10-20"),
    # the centre
    "no team serves": Case(O, 'queues = ["nl"]\n\n[[teams]]', 'queues = ["fr"]\n\n[[teams]]', "queue-unserved", (O, 59), "no team there serves it"),
    "team with nobody": Case(W, "new-fr,10", "new-fr,0", "queue-unserved", (O, 48), "have nobody then"),
    "target of calls": Case(O, 'channel = "call"', 'channel = "deferred"', "target-mismatch", (O, 53), "of a deferred queue"),
    "no threshold": Case(O, "threshold_s = 150", "threshold_s = 0", "target-incomplete", (O, 43), "threshold_s over 0"),
    "contract backwards": Case(O, "starts = 2025-09-01", "starts = 2025-09-01\nends = 2025-01-01", "contract-backwards", (O, 39), "2025-09-01 or later"),
    "two prices": Case(O, "amount_cents = 3900 }", 'amount_cents = 1 }, { per = "production_hour", amount_cents = 1 }', "contract-price-twice", (O, 31), "twice"),
    "other provider's site": Case(O, 'sites = ["new"]', 'sites = ["old"]', "contract-elsewhere", (O, 36), "'old-provider' runs"),
    "overflow to itself": Case(O, 'overflow = "old"', 'overflow = "new"', "overflow-to-itself", (O, 103), "itself"),
    "overflow nowhere": Case(O, 'overflow = "old"', "overflow_after_s = 60", "overflow-nowhere", (O, 103), "say where to"),
    "shift backwards": Case(O, "end = 17:00:00", "end = 08:00:00", "shift-backwards", (O, 92), "after 09:00:00"),
    "break outside": Case(O, "from = 12:30:00", "from = 08:30:00", "shift-backwards", (O, 93), "inside 09:00:00"),
    "no shift of these hours": Case(W, "fr,38,2025", "fr,44,2025", "cohort-without-shift", (W, 4), "no shift of 'new-fr'"),
    "contact before class": Case(W, "2025-08-18,2025-09-29", "2025-10-18,2025-09-29", "cohort-too-early", (W, 4), "after the class"),
    "contact before hiring": Case(W, "2020-01-06,,2020-02-17,\nnew", "2020-03-06,,2020-02-17,\nnew", "cohort-too-early", (W, 3), "hired = 2020-03-06"),
    "people by the million": Case(W, "old-nl,6,", "old-nl,6000000,", "people-absurd", (W, 3), "at most 50,000"),
    "opening backwards": Case(H, "mon,09:00,17:00", "mon,19:00,17:00", "opening-backwards", (H, 2), "from 19:00"),
    "event backwards": Case(C, "2025-11-03,2025-11-07", "2025-11-07,2025-11-03", "event-backwards", (C, 4), "after from"),
    "date and time": Case(C, "2025-11-03,2025-11-07", "2025-11-03,2025-11-07T10:00", "event-backwards", (C, 4), "two dates or two local times"),
    "amount without unit": Case(C, "20,points", "20,", "event-amount", (C, 3), "unit points"),
    "demand of a site": Case(C, "queue:fr", "site:new", "event-amount", (C, 4), "demand of scope 'site:new'"),
    "event leapt": Case(C, "queue:fr,2025-11-03,2025-11-07", "queue:fr,2025-03-30T02:15,2025-03-30T05:00", "event-leapt", (C, 4), "02:15"),
    # the history
    "negative": Case(Y, "09:00,30,20", "09:00,30,-20", "bad-number", (Y, 2), "at least 0"),
    "too long an interval": Case(Y, "09:00,30,20", "09:00,3000,20", "out-of-range", (Y, 2), "1 to 1,440"),
    "an identifier for a count": Case(Y, "09:00,30,20", "09:00,30,3212345678", "out-of-range", (Y, 2), "100,000"),
    "twice": Case(Y, "fr,2024-09-30T09:30", "fr,2024-09-30T09:00", "duplicate-row", (Y, 3), "twice"),
    "overlap": Case(Y, "fr,2024-09-30T09:00,30", "fr,2024-09-30T09:00,45", "overlapping-rows", (Y, 3), "side by side"),
    "not a time": Case(Y, "2024-09-30T09:00", "30/09/2024 09:00", "not-a-time", (Y, 2), "2024-10-27T14:30"),
    "history leapt": Case(Y, "2024-09-30T09:00", "2024-03-31T02:30", "no-such-local-time", (Y, 2), "Europe/Brussels"),
    "cells": Case(Y, "09:00,30,20", "09:00,30,20,20", "wrong-cell-count", (Y, 2), "11 cells"),
    "history column": Case(Y, "minutes", "minuts", "missing-column", (Y, 1), "no column 'minutes'"),
    # scenarios
    "scenario of no file": Case(T, '"workforce.csv"', '"work.csv"', "unknown-file", (T, 45), "work.csv"),
    "scenario of no key": Case(T, 'key = "count"', 'key = "conut"', "unknown-key", (T, 45), "did you mean 'count'?"),
    "scenario matches nothing": Case(T, '"new-fr" }', '"new-rf" }', "patch-matches-nothing", (T, 45), "did you mean"),
    "scenario does nothing": Case(T, ", multiply = 1.25", "", "unclear-patch", (T, 45), "one of set, multiply"),
    "scenario does two things": Case(T, "multiply = 1.25", "multiply = 1.25, add = 1", "unclear-patch", (T, 45), "multiply and add"),
    "scenario cannot": Case(T, 'key = "count", multiply', 'key = "team", multiply', "patch-cannot", (T, 45), "multiply team"),
}  # fmt: skip

THIRD = """
[[sites]]
name = "third"
provider = "new-provider"
country = "MA"
zone = "Africa/Casablanca"

[[destinations]]
name = "third"
site = "third"
"""


def with_third_site(folder: Path) -> Path:
    """A third destination, written at the end of the file so that no line above it moves."""
    path = folder / O
    path.write_text(path.read_text() + THIRD)
    return folder


@pytest.mark.parametrize("name", ERRORS)
def test_a_bad_move_is_refused_with_file_line_and_mend(tmp_path: Path, name: str) -> None:
    case = ERRORS[name]
    folder = with_third_site(write_small_move(tmp_path))
    edit(folder, case.file, case.old, case.new)
    with pytest.raises(InputError) as refused:
        load(folder)
    told = [each for each in refused.value.findings if each.rule == case.rule]
    assert case.at in {(each.file, each.line) for each in told}, str(refused.value)
    assert any(case.words in str(each) for each in told), str(refused.value)
