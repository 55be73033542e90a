"""Orders: who may say what, what becomes of the shares, and why not where not."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from releve.operation.loading import load
from releve.operation.move import Move
from releve.switchboard.changes import Said
from releve.switchboard.live import begin
from releve.switchboard.orders import Command, Granted, Refusal, order
from releve.transition.gates import RollbackChoice
from tests.switchboard.worlds import MONDAY, Desk, enough, folded, planned, three, write_three

WEEK = timedelta(days=7)


@pytest.fixture(scope="module")
def move(tmp_path_factory: pytest.TempPathFactory) -> Move:
    return three(tmp_path_factory.mktemp("three") / "move")


@pytest.fixture
def desk(move: Move) -> Desk:
    return Desk(move)


def opened(desk: Desk) -> Desk:
    """The first wave is open."""
    return desk.does("sign", item="trained").does("open", "tenth")


def test_a_managers_yes_opens_a_wave_that_is_due(desk: Desk) -> None:
    opened(desk)
    assert desk.share() == 1_000
    assert desk.states[0] == "running"
    assert desk.says == "wave tenth opens at 10 %"


def test_a_yes_before_its_day_arms_a_wave(move: Move) -> None:
    desk = Desk(move, MONDAY - timedelta(days=3))
    assert "opens on 2025-10-13" in desk.does("open", "tenth").says
    assert desk.states[0] == "armed"
    assert desk.share() == 0


def test_a_wave_does_not_open_before_its_conditions_are_signed(desk: Desk) -> None:
    desk.does("open", "tenth")
    assert "not signed: trained (owner team lead, 3 days late)" in desk.refused
    assert "releve ready sign" in desk.refused
    assert desk.share() == 0


def test_a_signature_that_is_taken_back_is_none(desk: Desk) -> None:
    desk.does("sign", item="trained").does("unsign", item="trained").does("open", "tenth")
    assert "not signed: trained" in desk.refused


@pytest.mark.parametrize(
    ("role", "what", "mend"),
    [
        ("operator", "open", "open asks for: manager"),
        ("operator", "rearm", "rearm asks for: manager"),
        ("viewer", "abort", "abort asks for: operator or manager"),
        ("edge", "sign", "sign asks for: operator or manager"),
    ],
)
def test_an_order_is_refused_to_a_role_that_may_not_give_it(
    desk: Desk, role: str, what: str, mend: str
) -> None:
    desk.does(what, "tenth", role=role)
    assert mend in desk.refused
    assert desk.journal[-1].granted is False  # type: ignore[union-attr]


def test_too_few_people_where_the_share_goes_refuse_it(desk: Desk) -> None:
    short = replace(enough(date(2025, 10, 13)), present=4.0)
    desk.does("sign", item="trained").does("open", "tenth", facts=short)
    assert "4.0 people present at the destination, 10.0 needed" in desk.refused
    assert desk.share() == 0


def test_too_few_people_to_take_it_back_refuse_it(desk: Desk) -> None:
    short = replace(enough(date(2025, 10, 13)), rollback=RollbackChoice("old", 4.0, 10.0))
    desk.does("sign", item="trained").does("open", "tenth", facts=short)
    assert "4.0 people at old to take it back" in desk.refused


def test_where_nobody_could_count_the_people_nothing_opens(desk: Desk) -> None:
    desk.does("sign", item="trained")
    answer = order(desk.live, Command("open", "tenth"), Said("mia", MONDAY), "manager", None)
    assert isinstance(answer, Refusal)
    assert "nobody could count the people" in answer.why


def test_waves_open_in_their_order(desk: Desk) -> None:
    desk.does("open", "half")
    assert "waves open in their order, and 'tenth' is rehearsed" in desk.refused


def test_a_wave_opens_on_no_day_on_which_its_queues_are_closed(move: Move) -> None:
    desk = Desk(move, MONDAY + timedelta(days=5)).does("sign", item="trained").does("open", "tenth")
    assert "none of its queues is open on 2025-10-18" in desk.refused


def test_the_last_step_asks_for_two_people(desk: Desk) -> None:
    last = desk.move.transition.waves[-1:]
    only = replace(desk.move, transition=desk.move.transition.model_copy(update={"waves": last}))
    two = Desk(only, MONDAY + 3 * WEEK).does("open", "all")
    assert (two.share(), two.says) == (
        0,
        "mia says yes to 'all'; the last step waits for another person's yes",
    )
    two.does("open", "all")
    assert "mia has said yes already" in two.refused
    assert two.does("open", "all", who="noa").share() == 10_000


def test_what_a_person_holds_does_not_open_until_it_is_resumed(desk: Desk) -> None:
    desk.does("sign", item="trained").does("hold", "tenth", who="eli", role="operator").does("open", "tenth")
    assert "held by eli: because" in desk.refused
    assert desk.does("resume", "tenth").does("open", "tenth").share() == 1_000


def test_a_hold_until_a_day_ends_by_itself(desk: Desk) -> None:
    desk.does("sign", item="trained").does("hold", "tenth", until=date(2025, 10, 15))
    desk.at += timedelta(days=2)
    assert desk.does("open", "tenth").share() == 1_000


def test_while_frozen_nothing_opens_and_the_share_stays(desk: Desk) -> None:
    opened(desk).does("freeze", role="operator").does("open", "half")
    assert "nothing opens: because; thaw it first" in desk.refused
    assert (desk.share(), desk.states[0]) == (1_000, "frozen")
    assert desk.does("thaw").states[0] == "holding"


def test_an_abort_takes_every_share_back_and_sticks_until_rearmed(desk: Desk) -> None:
    opened(desk).does("abort", role="operator", who="eli")
    assert (desk.share(), desk.live.epoch) == (0, 2)
    desk.does("open", "tenth")
    assert "'tenth' was taken back: abort by eli: because; rearm it first" in desk.refused
    desk.does("rearm", "tenth")
    assert (desk.live.epoch, desk.share(), desk.states[0]) == (3, 0, "rehearsed")


def test_an_abort_obeys_and_says_what_does_not_fit(desk: Desk) -> None:
    short = replace(enough(date(2025, 10, 13)), rollback=RollbackChoice("old", 4.0, 10.0))
    opened(desk).does("abort", role="operator", facts=short)
    assert desk.share() == 0
    assert "not all of it fits: 4.0 people for the 10.0 needed" in desk.says


def test_an_abort_needs_no_reason_and_no_count(desk: Desk) -> None:
    opened(desk)
    answer = order(desk.live, Command("abort"), Said("eli", MONDAY), "operator")
    assert folded(desk.live, answer.entries).table.queues[0].shares == (("old", 10_000),)


def test_what_was_decided_before_an_abort_changes_nothing_after_it(desk: Desk) -> None:
    desk.does("sign", item="trained")
    elsewhere = order(
        desk.live, Command("open", "tenth"), Said("mia", MONDAY), "manager", enough(date(2025, 10, 13))
    )
    desk.does("abort").writes(elsewhere.entries)
    assert desk.share() == 0


def test_a_wave_that_does_not_exist_is_refused_with_the_nearest(desk: Desk) -> None:
    assert "the plan has no wave 'thenth'; did you mean 'tenth'?" in desk.does("open", "thenth").refused


def test_a_journal_read_again_gives_the_same_state(desk: Desk) -> None:
    opened(desk).does("hold", "half").does("abort").does("rearm", "tenth").does("freeze")
    again = folded(planned(begin(desk.move)), desk.journal)
    assert (again.course, again.table, again.signed, again.held) == (
        desk.live.course,
        desk.live.table,
        desk.live.signed,
        desk.live.held,
    )


@pytest.mark.parametrize("what", ["open", "resume", "thaw", "rearm"])
def test_where_the_store_is_gone_nothing_may_raise_a_share(desk: Desk, what: str) -> None:
    asked = Command(what, "tenth", "because")  # type: ignore[arg-type]
    answer = order(desk.live, asked, Said("mia", MONDAY), "manager", enough(date(2025, 10, 13)), alone=True)
    assert isinstance(answer, Refusal)
    assert "another switchboard may have been told something else" in answer.why


@pytest.mark.parametrize("what", ["hold", "freeze", "abort"])
def test_where_the_store_is_gone_what_keeps_or_lowers_a_share_works(desk: Desk, what: str) -> None:
    asked = Command(what, "tenth", "because")  # type: ignore[arg-type]
    assert isinstance(order(desk.live, asked, Said("eli", MONDAY), "operator", alone=True), Granted)


def test_a_wave_opens_on_no_day_that_the_calendar_freezes(tmp_path: Path) -> None:
    folder = write_three(tmp_path / "move")
    with (folder / "calendar.csv").open("a") as rows:
        rows.write("*,2025-10-13,2025-10-14,freeze,,,confirmed,,J,none,Quarter-end\n")
    desk = Desk(load(folder)).does("sign", item="trained").does("open", "tenth")
    assert "nothing opens on 2025-10-13: Quarter-end" in desk.refused
    desk.at += timedelta(days=2)
    assert desk.does("open", "tenth").share() == 1_000


def test_no_wave_opens_after_the_transition(move: Move) -> None:
    desk = Desk(move, MONDAY + 7 * WEEK).does("sign", item="trained").does("open", "tenth")
    assert "the transition lasts from 2025-10-01 to 2025-11-29" in desk.refused
