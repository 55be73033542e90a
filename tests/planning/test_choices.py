"""What a plan may choose: each choice makes the move that its words say, and every step is one that may be taken."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from releve.operation.loading import load
from releve.operation.move import Move
from releve.planning.choices import WEEK, Choice, applied, as_written, classes
from releve.planning.steps import mends, savings
from releve.planning.trouble import HELD, NEW, OLD, STAYS, Trouble
from tests.operation.small_move import edit, write_small_move

SECOND_WAVE = """[[waves]]
name = "all"
opens = 2025-11-03
queues = ["fr"]
destination = "new"
donor = "old"
share_pct = 100
gates = ["people"]
needs = ["handed-over"]

[[gates]]
kind = "capacity"
"""
LATE = """[[shifts]]
name = "late"
teams = ["old-fr", "new-fr"]
hours_week = 38
start = 10:00:00
end = 17:30:00

"""  # of two teams; the day's pattern, which the third works too, ends at 17:00
READINESS = '[[readiness]]\nname = "handed-over"\nowner = "team lead"\ndue = 2025-10-31\n\n[[rollback]]'


def two_waves(folder: Path) -> Move:
    """The small move with a second wave, whose old site ends before the transition does."""
    write_small_move(folder)
    edit(folder, "transition.toml", '[[gates]]\nkind = "capacity"\n', SECOND_WAVE)
    edit(folder, "transition.toml", "[[rollback]]", READINESS)
    edit(folder, "transition.toml", "until = 2025-11-29", "until = 2025-11-14")
    edit(folder, "operation.toml", "starts = 2020-01-01", "starts = 2020-01-01\nends = 2025-11-14")
    edit(
        folder,
        "workforce.csv",
        "2020-01-06,,2020-02-17,\nold-nl",
        "2020-01-06,,2020-02-17,2025-11-14\nold-nl",
    )
    return load(folder)


@cache
def a_move() -> Move:
    """The move with two waves, for tests that only look at it."""
    with TemporaryDirectory() as folder:
        return two_waves(Path(folder) / "move")


def told(move: Move, words: str, trouble: Trouble | None = None) -> Move:
    """The move one step on, by what is said of the step."""
    return applied(move, step(move, words, trouble))


def step(move: Move, words: str, trouble: Trouble | None = None) -> Choice:
    """The plan one step from the move as it is written."""
    written = as_written(move)
    steps = mends(move, written, trouble) if trouble else savings(move, written, 6)
    return dict(steps)[words]


def trouble_at(cause: str, team: str = "new-fr", at_end: float = 0.3) -> Trouble:
    """A trouble from Monday 24 November on."""
    return Trouble(cause, team, date(2025, 11, 24), at_end, 1)


def test_the_plan_as_it_is_written_is_the_move(tmp_path: Path) -> None:
    move = two_waves(tmp_path)
    same = applied(move, as_written(move))
    assert (same.operation, same.transition, same.cohorts) == (move.operation, move.transition, move.cohorts)


def test_what_a_wave_needed_that_is_left_out_the_next_one_needs(tmp_path: Path) -> None:
    move = two_waves(tmp_path)
    (wave,) = told(move, "without half", trouble_at(HELD)).transition.waves
    assert (wave.name, wave.needs) == ("all", ("trained", "handed-over"))


def test_a_new_class_learns_as_long_as_the_last_one_before_its_first_contact(tmp_path: Path) -> None:
    move = two_waves(tmp_path)
    added = told(move, "a class of 12 on 2025-10-06", trouble_at(NEW)).cohorts[-1]
    assert (added.count, added.team, added.contract_kind) == (12, "new-fr", "permanent")
    assert (added.class_from, added.first_contact) == (date(2025, 10, 6), date(2025, 11, 17))


def test_people_who_are_kept_are_a_way_back_until_then_and_are_paid_as_an_option(tmp_path: Path) -> None:
    move = two_waves(tmp_path)
    kept = told(move, "people kept at the old site until 2025-11-29", trouble_at(HELD))
    last = date(2025, 11, 29)
    assert kept.operation.contracts[0].ends == last
    assert [cohort.ends for cohort in kept.cohorts] == [last, None, None]
    (way_back,) = kept.transition.rollback
    assert (way_back.until, way_back.source) == (last, "option")
    assert way_back.month_cents == move.transition.planning.option_month_cents


def test_a_stay_bonus_halves_what_a_closing_adds(tmp_path: Path) -> None:
    move = two_waves(tmp_path)
    before, after = (
        each.operation.employment[0].closing_factor
        for each in (move, told(move, "a stay bonus", trouble_at(OLD, "old-fr")))
    )
    assert after == max(before / 2, 1.0) < before


def test_some_are_kept_and_the_others_go_as_their_contract_says(tmp_path: Path) -> None:
    move = two_waves(tmp_path)
    last = date(2025, 11, 29)
    kept = applied(move, replace(as_written(move), old_until=last, kept=4))
    old = [(each.cohort, each.count, each.ends) for each in kept.cohorts if each.team == "old-fr"]
    count = next(each.count for each in move.cohorts if each.cohort == "old-fr")
    assert old == [("old-fr", 4, last), ("old-fr-others", count - 4, date(2025, 11, 14))]


def test_to_make_every_class_smaller_makes_none_larger(tmp_path: Path) -> None:
    """Ten are in the only class, and twenty the fewest of one."""
    move = two_waves(tmp_path)
    least = move.transition.planning.model_copy(update={"class_least": 20})
    few = replace(move, transition=move.transition.model_copy(update={"planning": least}))
    for words, choice in savings(few, as_written(few), 12):
        assert all(each.count <= 10 for each in choice.hired), words


def test_a_class_that_starts_later_has_its_first_contacts_later_too(tmp_path: Path) -> None:
    move = two_waves(tmp_path)
    before, after = (each.cohorts[-1] for each in (move, told(move, "class new-fr a week later")))
    assert after.class_from is not None
    assert (after.class_from, after.first_contact) == (date(2025, 8, 25), before.first_contact + WEEK)


def test_a_team_with_another_weight_of_a_late_pattern_has_a_pattern_of_its_own(tmp_path: Path) -> None:
    write_small_move(tmp_path)
    edit(tmp_path, "operation.toml", "[[shifts]]", LATE + "[[shifts]]")
    move = load(tmp_path)
    shifts = applied(
        move, step(move, "more people of new-fr on late patterns", trouble_at(NEW, at_end=1.0))
    ).operation.shifts
    assert [(each.name, each.teams, each.weight) for each in shifts] == [
        ("late", ("old-fr",), 1.0),
        ("day", ("old-fr", "old-nl", "new-fr"), 1.0),
        ("late-new-fr", ("new-fr",), 1.25),
    ]


def test_at_a_site_that_stays_the_newest_people_become_more(tmp_path: Path) -> None:
    move = two_waves(tmp_path)
    count = next(each.count for each in move.cohorts if each.cohort == "old-nl")
    more = told(move, f"{count + 4} people in old-nl", trouble_at(STAYS, "old-nl"))
    assert [each.count for each in more.cohorts if each.cohort == "old-nl"] == [count + 4]


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from([None, NEW, OLD, HELD, STAYS])), max_size=6),
    st.integers(0, 59),
)
def test_every_step_keeps_the_waves_in_order_and_the_classes_within_their_sizes(
    walk: list[tuple[int, str | None]], day: int
) -> None:
    move = a_move()
    choice = as_written(move)
    first, teams = move.transition.starts + timedelta(days=day), {NEW: "new-fr", STAYS: "old-nl"}
    for turn, cause in walk:
        trouble = Trouble(cause or NEW, teams.get(cause or NEW, "old-fr"), first, turn % 3 / 2, 1)
        steps = [*(mends(move, choice, trouble) if cause else savings(move, choice, (24, 12, 6)[turn % 3]))]
        if not steps:
            continue
        choice = steps[turn % len(steps)][1]
        moved = applied(move, choice)
        days = [wave.opens for wave in moved.transition.waves]
        assert days == sorted(set(days))
        assert days[0] >= moved.transition.starts
        assert days[-1] < moved.transition.ends
        assert moved.transition.waves[-1].share_pct == 100
        limits = move.transition.planning
        sizes = [each.count for each in classes(move, choice)]
        assert all(size == 0 or limits.class_least <= size <= limits.class_most for size in sizes)
