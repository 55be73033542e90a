"""Plans that cannot be: waves, shares, gates, the way back, scenarios: an edit, and its finding."""

from pathlib import Path

import pytest

from tests.operation.bad_move import CENTRE, GATES, PEOPLE, PLAN, Case, check_refused, outage, second

CASES = {
    "a way back without a team": Case(
        PLAN,
        'destination = "old"\nuntil',
        'destination = "third"\nuntil',
        "rollback-unserved",
        37,
        "where 'fr' may go back to and no team serves it",
    ),
    "a way back without people": Case(
        PEOPLE,
        "old-fr,12,old-fr,permanent,fr,38,2020-01-06,,2020-02-17,",
        "old-fr,12,old-fr,permanent,fr,38,2020-01-06,,2020-02-17,2025-10-10",
        "rollback-unserved",
        37,
        "nobody is in old-fr, 2025-10-13 to 2025-11-29",
        PLAN,
    ),
    "an alarm that goes nowhere": Case(
        PLAN,
        "[[readiness]]",
        '[[alarms]]\nkind = "webhook"\nurl = "alarms.example"\n\n[[readiness]]',
        "bad-value",
        33,
        "an address as https://alarms.example/hook",
    ),
    "an alarm of a kind that nobody knows": Case(
        PLAN,
        "[[readiness]]",
        '[[alarms]]\nkind = "mial"\n\n[[readiness]]',
        "unknown-value",
        32,
        "did you mean 'mail'?",
    ),
    "an alarm to an address that is none": Case(
        PLAN,
        "[[readiness]]",
        '[[alarms]]\nkind = "mail"\nto = ["desk"]\nfrom = "releve@example.org"\nhost = "mail"\n\n[[readiness]]',
        "bad-value",
        33,
        "a mail address as desk@example.org",
    ),
    "a margin of response rates where nobody is asked": Case(
        PLAN,
        "margin_points = 2.0",
        "response_margin_points = 3.0\nmargin_points = 2.0",
        "response-margin-unused",
        29,
        "3 of 'abandonment'",
    ),
    "one comparison under two names": Case(
        PLAN,
        '[[gates]]\nkind = "comparison"\nname = "abandonment"',
        '[[gates]]\nkind = "comparison"\nname = "again"\nmetric = "abandonment"\nmargin_points = 2.0\n\n'
        '[[gates]]\nkind = "comparison"\nname = "abandonment"',
        "compared-twice",
        35,
        "compares abandonment with the margin of 'again'",
    ),
    "a baseline that nobody knows": Case(
        PLAN,
        'kind = "comparison"\nname = "abandonment"\nmetric = "abandonment"\nmargin_points = 2.0',
        'kind = "target"\nname = "abandonment"\nagainst = "baseline"\nmargin_points = 2.0',
        "baseline-unknown",
        28,
        "no within of fr before 2025-10-01",
    ),
    "a wave of no queue": Case(
        PLAN, 'queues = ["fr"]', "queues = []", "empty-list", 10, "write one at least"
    ),
    "a year too far": Case(PLAN, "until = 2025-11-29", "until = 9999-12-31", "bad-value", 38, "1900 to 2199"),
    "no number": Case(PLAN, "margin_points = 2.0", "margin_points = inf", "not-a-number", 29, "write digits"),
    "scenario of no table": Case(
        PLAN, 'table = "waves"', 'table = "wafes"', "unknown-key", 59, "did you mean 'waves'?"
    ),
    "scenario of a table that is none": Case(
        PLAN, 'table = "waves"', 'table = "name"', "unknown-key", 59, "table 'name'"
    ),
    "scenario through a list": Case(
        PLAN, 'key = "opens"', 'key = "gates.name"', "unknown-key", 59, "gates.name"
    ),
    "scenario adds a column": Case(
        PLAN,
        'where = { queue = "fr" }, key = "offered", multiply = 1.1',
        "append = { kueue = 1 }",
        "unknown-key",
        52,
        "did you mean 'queue'?",
    ),
    "scenario adds to no list": Case(
        PLAN,
        'file = "transition.toml", table = "waves", key = "opens", add = 7',
        'file = "operation.toml", table = "interruption", append = { least_offered = 1 }',
        "unclear-patch",
        59,
        "a list of tables",
    ),
    "transition backwards": Case(
        PLAN,
        "ends = 2025-11-29",
        "ends = 2025-09-29",
        "transition-backwards",
        4,
        "a day after starts = 2025-10-01; mend: change starts or ends",
    ),
    "transition endless": Case(
        PLAN, "ends = 2025-11-29", "ends = 2035-11-29", "transition-endless", 4, "three years"
    ),
    "wave outside": Case(
        PLAN, "opens = 2025-10-13", "opens = 2025-12-13", "wave-outside", 9, "2025-10-01 to 2025-11-29"
    ),
    "shares over 100": Case(PLAN, GATES, second(to="third", share="60"), "shares-over-100", 23, "110 %"),
    "donor empty": Case(
        PLAN, GATES, second(queue="nl", donor="third"), "donor-empty", 22, "take it from 'old'"
    ),
    "donor short": Case(
        PLAN, GATES, second(to="third", donor="new", share="60"), "donor-short", 23, "'new' has 50 %"
    ),
    "order of waves": Case(
        PLAN, GATES, second(opens="2025-10-06", share="60"), "waves-out-of-order", 19, "2025-10-13"
    ),
    "moves nothing": Case(PLAN, GATES, second(share="50"), "wave-moves-nothing", 23, "over 50 %"),
    "lowers a share": Case(
        PLAN, GATES, second(share="20"), "wave-moves-nothing", 23, "a wave raises a share"
    ),
    "to itself": Case(PLAN, 'donor = "old"', 'donor = "new"', "wave-to-itself", 12, "its destination"),
    "rollback ended": Case(
        PLAN, "until = 2025-11-29", "until = 2025-09-01", "rollback-over", 38, "before the transition starts"
    ),
    "rollback beyond its contract": Case(
        CENTRE,
        "starts = 2020-01-01\n",
        "starts = 2020-01-01\nends = 2025-10-31\n",
        "rollback-over",
        38,
        "ends 2025-10-31",
        PLAN,
    ),
    "half signed": Case(
        PLAN, "due = 2025-10-10", 'due = 2025-10-10\nsigned_by = "me"', "half-signed", 32, "who and when"
    ),
    "growth as a count": Case(
        PLAN,
        "[[waves]]",
        '[[growth]]\nqueue = "fr"\nfactor = 4800\n[[waves]]',
        "growth-absurd",
        9,
        "at most 100",
    ),
    "local time leapt over": Case(
        PLAN,
        GATES,
        outage("2025-03-30T02:30:00", "2025-10-20T12:00:00"),
        "outage-leapt",
        19,
        "Europe/Brussels",
    ),
    "outage backwards": Case(
        PLAN,
        GATES,
        outage("2025-10-20T10:00:00", "2025-10-20T09:00:00"),
        "outage-backwards",
        20,
        "after 2025-10-20",
    ),
    "classes that can be of no size": Case(
        PLAN,
        GATES,
        f"[planning]\nclass_most = 5\n\n{GATES}",
        "classes-backwards",
        18,
        "class_least is 8",
    ),
    "scenario of no file": Case(PLAN, '"workforce.csv"', '"work.csv"', "unknown-file", 45, "work.csv"),
    "scenario of no key": Case(
        PLAN, 'key = "count"', 'key = "conut"', "unknown-key", 45, "did you mean 'count'?"
    ),
    "scenario matches nothing": Case(
        PLAN, '"new-fr" }', '"new-rf" }', "patch-matches-nothing", 45, "did you mean"
    ),
    "scenario does nothing": Case(PLAN, ", multiply = 1.25", "", "unclear-patch", 45, "one of set, multiply"),
    "scenario does two things": Case(
        PLAN, "multiply = 1.25", "multiply = 1.25, add = 1", "unclear-patch", 45, "multiply and add"
    ),
    "scenario cannot": Case(
        PLAN, 'key = "count", multiply', 'key = "team", multiply', "patch-cannot", 45, "multiply team"
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_with_file_line_and_mend(tmp_path: Path, name: str) -> None:
    check_refused(tmp_path, CASES[name])
