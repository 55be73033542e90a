"""Centres that cannot be: teams, contracts, targets, shifts, people, hours: an edit, and its finding."""

from pathlib import Path

import pytest

from tests.operation.bad_move import CENTRE, EVENTS, HOURS, PEOPLE, Case, check_refused

AGAIN = """[[contracts]]
name = "again"
provider = "new-provider"
sites = ["new"]
queues = ["fr"]
starts = 2025-11-01

[[targets]]"""
SATURDAY = "*,fri,09:00,17:00,,\n*,sat,09:00,13:00,,"
CASES = {
    "no opening hours": Case(
        HOURS,
        "*,mon,09:00,17:00,,\n*,tue,09:00,17:00,,\n*,wed,09:00,17:00,,\n*,thu,09:00,17:00,,\n*,fri,09:00,17:00,,",
        "queue:fr,mon,09:00,17:00,,",
        "queue-never-open",
        59,
        "add rows of queue:nl",
        CENTRE,
    ),
    "opening leapt over": Case(
        HOURS, "*,fri,09:00,17:00,,", "site:old,sun,02:30,17:00,,", "opening-leapt", 6, "2026-03-29"
    ),
    "shift leapt over": Case(
        CENTRE, "start = 09:00:00", "weekdays = [7]\nstart = 02:30:00", "shift-leapt", 92, "2026-03-29"
    ),
    "no team serves": Case(
        CENTRE,
        'queues = ["nl"]\n\n[[teams]]',
        'queues = ["fr"]\n\n[[teams]]',
        "queue-unserved",
        59,
        "no team there serves it",
    ),
    "team with nobody": Case(
        PEOPLE, "new-fr,10", "new-fr,0", "queue-unserved", 48, "have nobody then", CENTRE
    ),
    "a day without a shift": Case(
        HOURS, "*,fri,09:00,17:00,,", SATURDAY, "hours-unserved", 48, "is open on sat and no shift", CENTRE
    ),
    "two contracts at once": Case(
        CENTRE, "[[targets]]", AGAIN, "contracts-overlap", 45, "fr at new from 2025-11-01, as does 'new'"
    ),
    "two destinations at a site": Case(
        CENTRE, 'site = "new"\noverflow', 'site = "old"\noverflow', "destination-twice", 102, "use 'old'"
    ),
    "opening beside the half-hour": Case(
        HOURS, "mon,09:00,17:00", "mon,09:00,16:45", "opening-off-grid", 2, "write 16:30 or 17:00"
    ),
    "closing beside the half-hour": Case(
        EVENTS,
        "2025-11-11,2025-11-11",
        "2025-11-11T09:00,2025-11-11T23:50",
        "event-off-grid",
        2,
        "write 23:30 or 00:00",
    ),
    "target that nobody keeps": Case(
        CENTRE, "pct = 90", "pct = 100", "target-out-of-reach", 44, "promise 99"
    ),
    "target that is kept without anybody": Case(
        CENTRE, "pct = 90", "pct = 0", "target-out-of-reach", 44, "raise it"
    ),
    "a number of two queues": Case(
        CENTRE,
        'channel = "call"',
        'channel = "call"\ndialled = ["+3278150150", "1700", "1700"]',
        "dialled-twice",
        53,
        "1700, which 'fr' has",
    ),
    "target of calls": Case(
        CENTRE, 'channel = "call"', 'channel = "deferred"', "target-mismatch", 53, "of a deferred queue"
    ),
    "no threshold": Case(
        CENTRE, "threshold_s = 150", "threshold_s = 0", "target-incomplete", 43, "threshold_s over 0"
    ),
    "contract backwards": Case(
        CENTRE,
        "starts = 2025-09-01",
        "starts = 2025-09-01\nends = 2025-01-01",
        "contract-backwards",
        39,
        "2025-09-01 or later",
    ),
    "two prices": Case(
        CENTRE,
        "amount_cents = 3900 }",
        'amount_cents = 1 }, { per = "production_hour", amount_cents = 1 }',
        "contract-price-twice",
        31,
        "twice",
    ),
    "a minimum of months": Case(
        CENTRE,
        'per = "production_hour", amount_cents = 3900',
        'per = "month", amount_cents = 3900, minimum = 2',
        "minimum-of-month",
        31,
        "a month is one month",
    ),
    "exit help without an end": Case(
        CENTRE,
        "starts = 2020-01-01",
        "starts = 2020-01-01\nexit_help_cents = 100",
        "exit-help-without-end",
        31,
        "a contract that ends",
    ),
    "bonus of another queue's target": Case(
        CENTRE,
        "starts = 2020-01-01",
        'starts = 2020-01-01\nbonus_malus = [{ target = "charta", malus_below_pct = 80, malus_pct = 5 }]',
        "bonus-of-no-queue",
        31,
        "did you mean 'charter'?",
    ),
    "a malus of nothing": Case(
        CENTRE,
        "starts = 2020-01-01",
        'starts = 2020-01-01\nbonus_malus = [{ target = "charter", malus_below_pct = 80 }]',
        "bonus-levels",
        31,
        "write both",
    ),
    "a bonus under the malus": Case(
        CENTRE,
        "starts = 2020-01-01",
        'starts = 2020-01-01\nbonus_malus = [{ target = "charter", malus_below_pct = 90, malus_pct = 5, '
        "bonus_from_pct = 80, bonus_pct = 1 }]",
        "bonus-levels",
        31,
        "bonus_from_pct = 80",
    ),
    "other provider's site": Case(
        CENTRE, 'sites = ["new"]', 'sites = ["old"]', "contract-elsewhere", 36, "'old-provider' runs"
    ),
    "overflow to itself": Case(
        CENTRE, 'overflow = "old"', 'overflow = "new"', "overflow-to-itself", 103, "itself"
    ),
    "overflow nowhere": Case(
        CENTRE, 'overflow = "old"', "overflow_after_s = 60", "overflow-nowhere", 103, "say where to"
    ),
    "shift backwards": Case(
        CENTRE, "end = 17:00:00", "end = 08:00:00", "shift-backwards", 92, "after 09:00:00"
    ),
    "break outside": Case(
        CENTRE, "from = 12:30:00", "from = 08:30:00", "shift-backwards", 93, "inside 09:00:00"
    ),
    "no shift of these hours": Case(
        PEOPLE, "fr,38,2025", "fr,44,2025", "cohort-without-shift", 4, "no shift of 'new-fr'"
    ),
    "contact before class": Case(
        PEOPLE, "2025-08-18,2025-09-29", "2025-10-18,2025-09-29", "cohort-too-early", 4, "after the class"
    ),
    "contact before hiring": Case(
        PEOPLE,
        "2020-01-06,,2020-02-17,\nnew",
        "2020-03-06,,2020-02-17,\nnew",
        "cohort-too-early",
        3,
        "hired = 2020-03-06",
    ),
    "people by the million": Case(
        PEOPLE, "old-nl,6,", "old-nl,6000000,", "people-absurd", 3, "at most 50,000"
    ),
    "opening backwards": Case(
        HOURS, "mon,09:00,17:00", "mon,19:00,17:00", "opening-backwards", 2, "from 19:00"
    ),
    "event backwards": Case(
        EVENTS, "2025-11-03,2025-11-07", "2025-11-07,2025-11-03", "event-backwards", 4, "after from"
    ),
    "date and time": Case(
        EVENTS,
        "2025-11-03,2025-11-07",
        "2025-11-03,2025-11-07T10:00",
        "event-backwards",
        4,
        "two dates or two local times",
    ),
    "amount without unit": Case(EVENTS, "20,points", "20,", "event-amount", 3, "unit points"),
    "demand of a site": Case(EVENTS, "queue:fr", "site:new", "event-amount", 4, "demand of scope 'site:new'"),
    "event leapt": Case(
        EVENTS,
        "queue:fr,2025-11-03,2025-11-07",
        "queue:fr,2025-03-30T02:15,2025-03-30T05:00",
        "event-leapt",
        4,
        "02:15",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_with_file_line_and_mend(tmp_path: Path, name: str) -> None:
    check_refused(tmp_path, CASES[name])
