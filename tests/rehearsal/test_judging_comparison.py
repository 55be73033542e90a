"""Comparisons, the split and the target in the rehearsal, on days that are written by hand."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from releve.operation.loading import load
from releve.rehearsal.judging import Judging
from releve.rehearsal.play import Stand
from releve.transition.states import State
from releve.transition.verdict import Verdict
from tests.operation.small_move import edit
from tests.rehearsal.worlds import (
    NO_ABANDONMENT_GATE,
    OPERATION,
    TRANSITION,
    Edit,
    day,
    small,
    stand_of,
)
from tests.rehearsal.written_days import AT_ONCE, SECOND_WAVE, Floats, Shown, course, shown, slow, steps


def worse(stand: Stand, today: date, points: float) -> Floats:
    """A day of a hundred calls at both sites, of which the new one loses more by these points, not always as many."""
    more = points + (-1.0, 0.0, 1.0)[today.toordinal() % 3]
    old = shown(stand, site="old", offered=100, answered=95, abandoned=5)
    return old + shown(stand, offered=100, answered=95 - more, abandoned=5 + more)


def compared(stand: Stand, points: float) -> Judging:
    """The course where the new site abandons more by so many points every day."""
    days = {today.isoformat(): _worse_on(today, points) for today in stand.stage.days}
    return course(stand, days)


def _worse_on(today: date, points: float) -> Shown:
    return lambda stand: worse(stand, today, points)


@pytest.mark.parametrize(
    ("points", "verdict"),
    [(0.0, Verdict.GO_ON), (2.0, Verdict.STEP_BACK), (10.0, Verdict.ROLL_BACK)],
)
def test_the_comparison_says_what_the_days_show(tmp_path: Path, points: float, verdict: Verdict) -> None:
    no_brake = (TRANSITION, '"people", "brake", "abandonment"', '"people", "abandonment"')
    judging = compared(stand_of(small(tmp_path / "move", no_brake)), points)
    said = [
        judgement for each in judging.said for judgement in each.judgements if judgement.kind == "comparison"
    ]
    spoke = next(judgement for judgement in said if judgement.verdict is not Verdict.HOLD)
    assert spoke.verdict is verdict
    assert spoke.days >= 4  # before the fourth day nothing can be said at a one-sided 5 %


def test_a_site_that_is_much_worse_loses_its_customers_in_two_weeks(tmp_path: Path) -> None:
    judging = compared(stand_of(small(tmp_path / "move", AT_ONCE)), 10.0)
    (opened, _, _), (back, _, share) = steps(judging)[:2]
    assert share == 0
    assert date.fromisoformat(back) - date.fromisoformat(opened) <= timedelta(days=14)


def split(stand: Stand, new: float, retried: float = 0, repeated: float = 0) -> Floats:
    """A day of a hundred calls, so many of them named for the new site, and some of these by who called before."""
    old = shown(stand, site="old", offered=100 - new, answered=100 - new)
    return old + shown(stand, offered=new, answered=new, retried=retried, repeated=repeated)


@pytest.mark.parametrize(
    ("day_of", "state"),
    [
        (lambda stand: split(stand, 50), State.DONE),
        (lambda stand: split(stand, 70), State.HOLDING),
        # Forty of the seventy are calls of customers who called before: they were split long ago.
        (lambda stand: split(stand, 70, retried=15, repeated=25), State.DONE),
    ],
)
def test_a_wave_holds_while_its_customers_are_not_split_as_asked(
    tmp_path: Path, day_of: Shown, state: State
) -> None:
    stand = stand_of(small(tmp_path / "move", NO_ABANDONMENT_GATE))
    judging = course(stand, {today.isoformat(): day_of for today in stand.stage.days})
    assert judging.course.waves[0].state is state


REPEAT_GATE: Edit = (
    TRANSITION,
    'kind = "comparison"\nname = "abandonment"\nmetric = "abandonment"',
    'kind = "comparison"\nname = "repeat"\nmetric = "repeat"',
)


def with_repeats(stand: Stand) -> Floats:
    """A day on which a tenth of the answered call again, wherever they were answered."""
    return sum(
        (
            shown(stand, queue, site, offered=50, answered=50, returning=5)
            for queue in stand.stage.queues
            for site in ("old", "new")
        ),
        np.zeros(1),
    )


def test_repeats_are_judged_on_contacts_a_week_old_also_when_the_queues_change(tmp_path: Path) -> None:
    both = SECOND_WAVE[2].replace('["fr"]', '["fr", "nl"]').replace('"people", "brake"', '"repeat"')
    move = small(
        tmp_path / "move",
        (TRANSITION, SECOND_WAVE[1], both),
        REPEAT_GATE,
        (TRANSITION, '"people", "brake", "abandonment"', '"brake"'),
        (OPERATION, 'queues = ["fr"]\n\n[[shifts]]', 'queues = [["fr", "nl"]]\n\n[[shifts]]'),
        (OPERATION, 'queues = ["fr"]\nstarts = 2025-09-01', 'queues = ["fr", "nl"]\nstarts = 2025-09-01'),
        AT_ONCE,
    )
    stand = stand_of(move)

    judging = course(stand, {today.isoformat(): with_repeats for today in stand.stage.days})
    said = {
        each.day: judged for each in judging.said for judged in each.judgements if judged.gate == "repeat"
    }
    # Compared from 13 October on, on days a week old: the first on the 20th, so by the 27th six of them.
    assert said[day(stand.stage, "2025-10-27")].days == 6


def test_repeats_from_before_a_step_back_are_no_evidence_of_the_trial_after_it(tmp_path: Path) -> None:
    asks = (TRANSITION, '"people", "brake", "abandonment"', '"brake", "repeat"')
    at_once = (TRANSITION, AT_ONCE[1], f"{AT_ONCE[2]}\nrearm_after_days = 1")
    stand = stand_of(small(tmp_path / "move", REPEAT_GATE, asks, at_once))
    days: dict[str, Shown] = {today.isoformat(): with_repeats for today in stand.stage.days}
    judging = course(stand, days | {"2025-10-15": slow})
    (again, _, _) = steps(judging)[2]
    assert again == "2025-10-17"
    said = {
        each.day: judged.days
        for each in judging.said
        for judged in each.judgements
        if judged.gate == "repeat"
    }
    first = day(stand.stage, again)
    # Nothing is a week old before the 24th: what was seen from the 13th to the 15th was another trial.
    assert [said[first + n] for n in (3, 4, 5, 7)] == [0, 0, 0, 1]


@pytest.mark.parametrize(("answering", "verdict"), [(50.0, Verdict.GO_ON), (25.0, Verdict.HOLD)])
def test_satisfaction_is_judged_only_where_as_many_answer_at_both_sites(
    tmp_path: Path, answering: float, verdict: Verdict
) -> None:
    asks = (REPEAT_GATE[0], REPEAT_GATE[1], REPEAT_GATE[2].replace("repeat", "satisfaction"))
    asked = (TRANSITION, '"people", "brake", "abandonment"', '"satisfaction"')
    stand = stand_of(small(tmp_path / "move", asks, asked))

    def answers(today: date) -> Shown:
        turn = today.toordinal() % 2
        return lambda stand: np.add(
            shown(stand, site="old", offered=100, answered=100, completed=100, surveys=50, satisfied=20),
            shown(
                stand,
                offered=100,
                answered=100,
                completed=100,
                surveys=answering + turn,
                satisfied=0.4 * answering + turn,
            ),
        )

    judging = course(stand, {today.isoformat(): answers(today) for today in stand.stage.days})
    said = [each for day_said in judging.said for each in day_said.judgements if each.gate == "satisfaction"]
    assert said[-1].verdict is verdict


@pytest.mark.parametrize("share", [75, 100])
def test_a_wave_stays_closed_while_what_earlier_waves_showed_speaks_against_it(
    tmp_path: Path, share: int
) -> None:
    wave = SECOND_WAVE[2].replace('"people", "brake"', '"abandonment"').replace("75", str(share))
    compares = (SECOND_WAVE[0], SECOND_WAVE[1], wave)
    only_people = (TRANSITION, '"people", "brake", "abandonment"', '"people"')
    judging = compared(stand_of(small(tmp_path / "move", compares, only_people, AT_ONCE)), 2.0)
    assert steps(judging) == [
        ("2025-10-13", "new", 5000)
    ]  # the first wave asks for no comparison, and stands
    assert judging.course.waves[1].reason.startswith(
        "what earlier waves showed says step back: the new site is 2.00 points worse"
    )
    assert (judging.held["more"].wave, judging.held["more"].by) == ("more", "abandonment")


@pytest.mark.parametrize(("in_time", "verdict"), [(70.0, Verdict.GO_ON), (50.0, Verdict.ROLL_BACK)])
def test_where_one_site_is_left_it_is_held_to_what_the_old_one_did_before_the_move(
    tmp_path: Path, in_time: float, verdict: Verdict
) -> None:
    """Six of ten in time was the old site's way; the target asks for nine of ten, and would say roll back."""
    gate = '[[gates]]\nkind = "target"\nname = "as-before"\nagainst = "baseline"\nmargin_points = 2.0\n\n[[gates]]'
    small(tmp_path / "move", share_pct="100")
    past = tmp_path / "move" / "history.csv"
    past.write_text(past.read_text().replace("site,", "site,within,").replace(",old,20,", ",old,12,20,"))
    edit(tmp_path / "move", TRANSITION, "[[gates]]", gate)
    edit(tmp_path / "move", TRANSITION, '"people", "brake", "abandonment"', '"as-before"')
    stand = stand_of(load(tmp_path / "move"))

    def day_of(today: date) -> Shown:
        turn = today.toordinal() % 2
        return lambda stand: shown(stand, offered=100, answered=100, within=in_time + turn)

    judging = course(stand, {today.isoformat(): day_of(today) for today in stand.stage.days})
    said = [each for day_said in judging.said for each in day_said.judgements if each.gate == "as-before"]
    assert verdict in {each.verdict for each in said}
    assert not any(each.randomised for each in said)
