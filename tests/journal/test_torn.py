"""A journal cut or torn: all that was acknowledged is there, or it does not start. The long form: chaos/torn.py"""

from pathlib import Path

from chaos.torn import crashed, cut_file, cut_log, torn_pages

STEP = 6_151  # bytes between two cuts: a prime, so that they fall anywhere in a page


def test_a_log_cut_anywhere_recovers_or_is_refused(tmp_path: Path) -> None:
    said = crashed(tmp_path, 2)
    with_witness, without = cut_log(tmp_path, said, STEP)
    assert (with_witness.silent, without.silent) == (0, 0)
    assert with_witness.recovered >= 1  # the log as it was
    assert with_witness.refused >= 1  # acknowledged contacts are gone, and the witness knows
    assert without.refused == 0


def test_a_torn_page_is_never_taken_for_a_whole_one(tmp_path: Path) -> None:
    torn = torn_pages(tmp_path, crashed(tmp_path, 2), 20)
    assert torn.silent == 0
    assert torn.refused >= 1


def test_a_database_file_that_was_cut_does_not_start(tmp_path: Path) -> None:
    cut = cut_file(tmp_path, crashed(tmp_path, 2), 3 * STEP)
    assert (cut.silent, cut.recovered) == (0, 0)
