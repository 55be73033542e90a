"""What is allowed and yet should be known: an edit of the small move, and the warning that it must give."""

from pathlib import Path

import pytest

from releve.base.errors import InputError
from releve.operation.loading import check
from tests.operation.bad_move import (
    CENTRE,
    DEFERRED,
    EVENTS,
    GATES,
    HISTORY,
    HOURS,
    PEOPLE,
    PLAN,
    SOURCES,
    Case,
    second,
)
from tests.operation.small_move import edit, write_small_move
from tests.operation.test_bad_centres import SATURDAY

TARGET_GATE = '[[gates]]\nkind = "target"\nname = "target"\n\n'
CASES = {
    "arrivals of a move": Case(
        CENTRE,
        "[[destinations]]",
        '[[arrivals]]\nqueue = "fr"\nper_hour = 60\n\n[[destinations]]',
        "unplayed",
        96,
        "history.csv",
    ),
    "staff of a move": Case(
        CENTRE,
        "[[destinations]]",
        '[[staff]]\nteam = "old-fr"\npeople = 6\n\n[[destinations]]',
        "unplayed",
        96,
        "workforce.csv",
    ),
    "quarters of an hour": Case(
        CENTRE, "format = 1", "interval_minutes = 15\nformat = 1", "unplayed", 1, "half-hours"
    ),
    "people of a shift": Case(
        CENTRE, "hours_week = 38", "hours_week = 38\npeople = 9", "unplayed", 91, "cohorts"
    ),
    "opening of a queue": Case(
        CENTRE, 'home = "old"', 'home = "old"\nopen = ["09:00", "17:00"]', "unplayed", 55, "hours.csv"
    ),
    "the way back ends first": Case(
        PLAN,
        "until = 2025-11-29",
        "until = 2025-10-31",
        "no-way-back",
        38,
        "29 days before the transition ends",
    ),
    "a wave after the last way back": Case(
        PLAN,
        "until = 2025-11-29",
        "until = 2025-10-10",
        "no-way-back",
        9,
        "the last way back ends 2025-10-10",
    ),
    "a wave without a gate": Case(
        PLAN, 'gates = ["people", "brake", "abandonment"]\n', "", "wave-without-gate", 7, "nothing would stop"
    ),
    "nobody left to compare with": Case(
        PLAN, "share_pct = 50", "share_pct = 100", "comparison-alone", 14, "a target gate"
    ),
    "waves that overlap": Case(
        PLAN, GATES, second(opens="2025-10-16"), "waves-overlap", 19, "3 working days after wave 'half'"
    ),
    "readiness after its wave": Case(
        PLAN, "due = 2025-10-10", "due = 2025-10-20", "readiness-late", 34, "by 2025-10-13"
    ),
    "a class of two weeks": Case(
        PEOPLE, "2025-08-18,2025-09", "2025-09-15,2025-09", "class-short", 4, "14 days"
    ),
    "people who do not speak it": Case(
        PEOPLE, "permanent,nl", "permanent,fr", "language-missing", 3, "serves nl"
    ),
    "people who end too early": Case(
        PEOPLE,
        "2025-09-29,",
        "2025-09-29,2025-11-20",
        "queue-uncovered",
        48,
        "2025-11-21 to 2025-11-29",
        CENTRE,
    ),
    "hours at which nobody's shift is on": Case(
        CENTRE,
        "end = 17:00:00",
        "end = 16:00:00",
        "hours-uncovered",
        48,
        "'fr' at 'new' is open 16:00 to 17:00 on mon, tue, wed, thu, fri",
    ),
    "a contract without prices": Case(
        CENTRE,
        'prices = [{ per = "production_hour", amount_cents = 1600 }]\n',
        "",
        "contract-unpriced",
        33,
        "0",
    ),
    "a share without a contract": Case(
        CENTRE, "starts = 2025-09-01", "starts = 2025-10-20", "uncontracted", 48, "2025-10-13 to 2025-10-19"
    ),
    "a source of no setting": Case(
        SOURCES,
        "queues.fr.handle_s",
        "queues.fr.handel_s",
        "source-of-nothing",
        2,
        "did you mean 'handle_s'?",
    ),
    "a source of no table": Case(
        SOURCES, "operation.queues", "operation.qeues", "source-of-nothing", 2, "did you mean 'queues'?"
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_warned_of_and_yet_loads(tmp_path: Path, name: str) -> None:
    case = CASES[name]
    folder = edit(write_small_move(tmp_path), case.file, case.old, case.new)
    told = [each for each in check(folder).warnings if each.rule == case.rule]
    assert (case.elsewhere or case.file, case.line) in {(each.file, each.line) for each in told}
    assert any(case.words in str(each) for each in told), told


def test_weeks_that_the_history_lacks_are_named(tmp_path: Path) -> None:
    warnings = check(write_small_move(tmp_path, history_days=28)).warnings
    assert {each.rule for each in warnings} == {"history-lacks-weeks"}
    # 28 days from 30 September 2024 are the weeks of 29 September to 26 October 2025.
    assert "2025-10-27 to 2025-11-29 (34 days)" in warnings[0].found
    assert warnings[0].file == HISTORY


def test_an_estimated_event_alone_is_no_warning(tmp_path: Path) -> None:
    folder = edit(write_small_move(tmp_path), EVENTS, "confirmed,,S", "estimated,,S")
    assert check(folder).warnings == ()


def test_shifts_on_the_sites_clock_come_an_hour_late_when_the_clients_goes_back(tmp_path: Path) -> None:
    # Morocco is an hour behind Belgium in summer, and level with it from 26 October on.
    folder = edit(write_small_move(tmp_path), CENTRE, 'clock = "client"', 'clock = "site"')
    told = [each for each in check(folder).warnings if each.rule == "hours-uncovered"]
    assert [each.found for each in told] == [
        "'fr' at 'new' is open 09:00 to 10:00 on mon, tue, wed, thu, fri and no shift is on, "
        "2025-10-13 to 2025-10-24 (10 days)"
    ]


def test_a_site_that_is_closed_on_a_weekday_hands_over_to_where_it_flows_over(tmp_path: Path) -> None:
    folder = write_small_move(tmp_path)
    with (folder / HOURS).open("a") as hours:
        hours.writelines(f"site:new,{day},08:00,18:00,,\n" for day in ("mon", "tue", "wed", "thu"))
    assert check(folder).warnings == ()
    edit(folder, CENTRE, 'overflow = "old"', "")
    with pytest.raises(InputError, match="'fr' at 'new' is open on fri and no shift is on then"):
        check(folder)


def test_deferred_work_waits_for_the_next_shift(tmp_path: Path) -> None:
    folder = edit(write_small_move(tmp_path), HOURS, "*,fri,09:00,17:00,,", SATURDAY)
    edit(folder, CENTRE, 'channel = "call"\ntarget = "charter"', 'channel = "deferred"\ntarget = "mail"')
    edit(folder, CENTRE, 'channel = "call"\ntarget = "charter"', 'channel = "deferred"\ntarget = "mail"')
    with (folder / CENTRE).open("a") as centre:
        centre.write(DEFERRED)
    assert {each.rule for each in check(folder).warnings} == {"metric-without-calls"}
