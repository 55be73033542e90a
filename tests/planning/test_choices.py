"""What a plan may choose: each choice makes the move that its words say, and every step is one that may be taken."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from releve.operation.loading import load
from releve.operation.move import Move
from releve.planning.choices import Choice, Trouble, applied, as_written, neighbours
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


def told(move: Move, choice: Choice, words: str, trouble: Trouble | None = None) -> Move:
    """The move one step on, by what is said of the step."""
    steps = dict(neighbours(move, choice, trouble or Trouble()))
    return applied(move, steps[words])


def test_the_plan_as_it_is_written_is_the_move(tmp_path: Path) -> None:
    move = two_waves(tmp_path)
    same = applied(move, as_written(move))
    assert (same.operation, same.transition, same.cohorts) == (move.operation, move.transition, move.cohorts)


def test_what_a_wave_needed_that_is_left_out_the_next_one_needs(tmp_path: Path) -> None:
    move = two_waves(tmp_path)
    (wave,) = told(move, as_written(move), "without half").transition.waves
    assert (wave.name, wave.needs) == ("all", ("trained", "handed-over"))


def test_a_new_class_learns_as_long_as_the_last_one_before_its_first_contact(tmp_path: Path) -> None:
    move = two_waves(tmp_path)
    trouble = Trouble("new", date(2025, 11, 24))
    added = told(move, as_written(move), "a class of 8 on 2025-10-06", trouble).cohorts[-1]
    assert (added.count, added.team, added.contract_kind) == (8, "new-fr", "permanent")
    assert (added.class_from, added.first_contact) == (date(2025, 10, 6), date(2025, 11, 17))


def test_people_who_are_kept_are_a_way_back_until_then_and_are_paid_as_an_option(tmp_path: Path) -> None:
    move = two_waves(tmp_path)
    kept = told(move, as_written(move), "people kept at the old site until 2025-11-29")
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
        for each in (move, told(move, as_written(move), "a stay bonus"))
    )
    assert after == max(before / 2, 1.0) < before


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 10_000), max_size=6), st.integers(0, 59))
def test_every_step_keeps_the_waves_in_order_and_the_classes_within_their_sizes(
    walk: list[int], day: int
) -> None:
    move = a_move()
    choice = as_written(move)
    trouble = Trouble("new", move.transition.starts + timedelta(days=day)) if day % 2 else Trouble()
    for turn in walk:
        steps = list(neighbours(move, choice, trouble))
        choice = steps[turn % len(steps)][1]
        moved = applied(move, choice).transition
        days = [wave.opens for wave in moved.waves]
        assert days == sorted(set(days))
        assert days[0] >= moved.starts
        assert days[-1] < moved.ends
        assert moved.waves[-1].share_pct == 100
        limits = move.transition.planning
        sizes = [*dict(choice.people).values(), *(size for _, size in choice.classes)]
        assert all(size == 0 or limits.class_least <= size <= limits.class_most for size in sizes)
