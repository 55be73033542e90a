"""An upgrade and a restore: nothing lost, and every customer keeps the bucket. The long form: chaos/upgraded.py"""

from pathlib import Path

from chaos.upgraded import Sent, copied, released, sent


def test_journals_of_earlier_releases_are_copied_and_restored_whole(tmp_path: Path) -> None:
    names = []
    for name, store in released(tmp_path):
        names.append(name)
        for kept in copied(store, tmp_path):
            assert kept.entries > 0
            assert (kept.lost, kept.totals, kept.findings) == (0, 0, 0)
    assert {name.partition("-")[0] for name in names} == {"sqlite", "plain"}


def test_after_a_restore_every_customer_is_sent_where_he_was(tmp_path: Path) -> None:
    assert sent(tmp_path, 2_000) == Sent(2_000, buckets=0, sites=0)
