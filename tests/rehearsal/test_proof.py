"""What a wave can prove, on the small move: 320 French calls a day, half of them moved."""

from pathlib import Path

from releve.operation.loading import load
from releve.rehearsal.proof import Proof, proofs
from tests.operation.small_move import edit, write_small_move

PLAN = "transition.toml"


def proved(folder: Path) -> tuple[Proof, ...]:
    return proofs(load(folder))


def test_it_knows_the_contacts_of_a_day_and_the_share(tmp_path: Path) -> None:
    (found,) = proved(write_small_move(tmp_path))
    assert (found.wave, found.metric, found.contacts_a_day, found.share) == ("half", "abandonment", 320, 0.5)


def test_growth_counts(tmp_path: Path) -> None:
    folder = edit(
        write_small_move(tmp_path), PLAN, "[[waves]]", '[[growth]]\nqueue = "fr"\nfactor = 2\n\n[[waves]]'
    )
    assert proved(folder)[0].contacts_a_day == 640


def test_a_smaller_share_takes_longer_to_prove_anything(tmp_path: Path) -> None:
    half = edit(write_small_move(tmp_path / "half"), PLAN, '"abandonment"\nmargin', '"repeat"\nmargin')
    tenth = edit(
        write_small_move(tmp_path / "tenth", share_pct=10), PLAN, '"abandonment"\nmargin', '"repeat"\nmargin'
    )
    soon, late = proved(half)[0].days_stop, proved(tenth)[0].days_stop
    assert soon is not None
    assert late is None or late > soon


def test_only_those_who_answer_are_compared_in_satisfaction(tmp_path: Path) -> None:
    folder = edit(write_small_move(tmp_path), PLAN, '"abandonment"\nmargin', '"satisfaction"\nmargin')
    assert proved(folder)[0].contacts_a_day == 32  # survey_chance 0.1


def test_a_wave_that_leaves_its_donor_nothing_proves_nothing(tmp_path: Path) -> None:
    assert proved(write_small_move(tmp_path, share_pct=100)) == ()
