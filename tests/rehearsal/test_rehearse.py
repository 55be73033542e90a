"""The rehearsal: replications on threads, the same bytes every time, and what they say together."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
import tomlkit
from polars.testing import assert_frame_equal

from releve.base.errors import InputError
from releve.operation.loading import load
from releve.operation.move import Move
from releve.rehearsal import columns
from releve.rehearsal.rehearse import Rehearsed, rehearse
from tests.rehearsal.worlds import OPERATION, TRANSITION, WORKFORCE, Edit, small

# Nobody is told that the order of what they write matters: everything varies, people leave, are ill and differ.
LIVELY: tuple[Edit, ...] = (
    *((OPERATION, "absence_chance = 0.0", "absence_chance = 0.15") for _ in range(3)),
    (OPERATION, "leaving_year_chance = 0.0", "leaving_year_chance = 0.5"),
    (
        "calendar.csv",
        "queue:fr,2025-11-03",
        "team:new-fr,2025-10-21T15:00,2025-10-21T16:00,absence,40,points,confirmed,,J,none,Training\n"
        "site:new,2025-10-21T15:30,2025-10-21T20:00,absence,30,points,confirmed,,J,none,A match\n"
        "*,2025-10-22,2025-10-23,demand,1.07,factor,confirmed,,J,none,A\nqueue:fr,2025-11-03",
    ),
    (
        "workforce.csv",
        "new-fr,",
        "new-later,3,new-fr,permanent,fr,38,2025-09-01,2025-09-01,2025-10-20,\nnew-fr,",
    ),
)


def said(rehearsed: Rehearsed) -> dict[str, Any]:
    """The summary without the list of sources, which is shown as it is written."""
    return {key: value for key, value in rehearsed.summary.items() if key != "assumed"}


def total(rows: pl.DataFrame, measure: str) -> int:
    return int(rows.select(pl.col(measure).sum()).item())


def assert_same(one: Rehearsed, other: Rehearsed) -> None:
    assert_frame_equal(one.results.frame(), other.results.frame(), check_exact=True)
    assert_frame_equal(one.intervals, other.intervals, check_exact=True)
    assert said(one) == said(other)


@pytest.fixture(scope="module")
def lively(tmp_path_factory: pytest.TempPathFactory) -> Move:
    return small(tmp_path_factory.mktemp("lively") / "move", *LIVELY)


@pytest.fixture(scope="module")
def rehearsed(lively: Move) -> Rehearsed:
    return rehearse(lively, replications=6, threads=1)


def test_two_threads_say_what_one_says(lively: Move, rehearsed: Rehearsed) -> None:
    assert_same(rehearse(lively, replications=6, threads=2), rehearsed)


def test_threads_keep_their_line_groups_apart(tmp_path: Path) -> None:
    few_lines = (
        (OPERATION, 'home = "old"\n', 'home = "old"\nlines = "trunk"\n'),
        (OPERATION, "[[destinations]]", '[[line_groups]]\nname = "trunk"\nlines = 4\n\n[[destinations]]'),
    )
    move = small(tmp_path / "move", *few_lines)
    one, two = (rehearse(move, replications=12, threads=threads) for threads in (1, 2))
    assert total(one.results.frame(), "blocked") > 0
    assert_same(two, one)


def test_another_seed_says_something_else(lively: Move, rehearsed: Rehearsed) -> None:
    other = rehearse(lively, seed=2, replications=6)
    assert not other.results.frame().equals(rehearsed.results.frame())
    assert other.summary["seed"] == 2


def test_what_is_written_replication_by_replication_is_all_of_them(
    rehearsed: Rehearsed, tmp_path: Path
) -> None:
    rehearsed.results.write(tmp_path / "results.parquet", {"releve.format": "1"})
    assert_frame_equal(
        pl.read_parquet(tmp_path / "results.parquet"), rehearsed.results.frame(), check_exact=True
    )
    assert pl.read_parquet_metadata(tmp_path / "results.parquet")["releve.format"] == "1"


def test_more_replications_begin_with_the_same_ones(lively: Move, rehearsed: Rehearsed) -> None:
    more = rehearse(lively, replications=8)
    assert_frame_equal(
        more.results.frame().filter(pl.col("replication") < 6), rehearsed.results.frame(), check_exact=True
    )


def backwards(folder: Path, source: Path) -> Move:
    """The move of a folder with the rows of every CSV file and the tables of every list turned round."""
    folder.mkdir(parents=True)
    for path in source.iterdir():
        text = path.read_text()
        if path.suffix == ".csv":
            head, *rows = text.splitlines()
            text = "\n".join([head, *reversed(rows)]) + "\n"
        else:
            document = tomlkit.parse(text)
            for key, value in document.items():
                if isinstance(value, tomlkit.items.AoT):
                    tables = tomlkit.aot()
                    for table in reversed(value.body):
                        tables.append(table)
                    document[key] = tables
            text = tomlkit.dumps(document)
        (folder / path.name).write_text(text)
    return load(folder)


def test_the_order_of_rows_and_tables_changes_nothing(
    lively: Move, rehearsed: Rehearsed, tmp_path: Path
) -> None:
    other = backwards(tmp_path / "move", lively.folder)
    assert [team.name for team in other.operation.teams] == [
        team.name for team in reversed(lively.operation.teams)
    ]
    assert_same(rehearse(other, replications=6), rehearsed)


def test_the_results_have_the_declared_columns_sorted(rehearsed: Rehearsed) -> None:
    assert rehearsed.results.frame().columns == [column.name for column in columns.RESULTS]
    assert rehearsed.intervals.columns == [column.name for column in columns.INTERVALS]
    keys = ["replication", "day", "queue", "site_named", "site_answered"]
    assert (
        rehearsed.results.frame()
        .select(keys)
        .equals(rehearsed.results.frame().select(keys).sort(keys, nulls_last=True))
    )


def test_what_is_offered_is_in_the_rows_of_nobody_and_answers_in_those_of_a_site(
    rehearsed: Rehearsed,
) -> None:
    by_nobody = rehearsed.results.frame().filter(pl.col("site_answered").is_null())
    by_a_site = rehearsed.results.frame().filter(pl.col("site_answered").is_not_null())
    assert total(by_nobody, "answered") == 0 == total(by_a_site, "offered")
    assert total(by_nobody, "offered") == total(by_nobody, "abandoned") + total(by_a_site, "answered")


def test_half_hours_have_their_quantiles_in_order(rehearsed: Rehearsed) -> None:
    for measure in columns.INTERVAL_MEASURES:
        low, middle, high = (
            rehearsed.intervals[columns.quantile_name(measure, q)] for q in columns.QUANTILES
        )
        assert (low <= middle).all()
        assert (middle <= high).all()
    assert total(rehearsed.intervals, "offered_p50") > 0


def test_the_median_of_the_half_hours_is_near_the_results(rehearsed: Rehearsed) -> None:
    offered = total(rehearsed.results.frame(), "offered") / 6
    assert total(rehearsed.intervals, "offered_p50") == pytest.approx(offered, rel=0.05)


class Stopping:
    """Ctrl-C after so many replications."""

    def __init__(self, after: int) -> None:
        self.after = after

    def __call__(self, done: int, asked: int) -> None:
        if done >= self.after:
            raise KeyboardInterrupt


def test_ctrl_c_keeps_what_was_finished(lively: Move, rehearsed: Rehearsed) -> None:
    stopped = rehearse(lively, replications=6, threads=1, progress=Stopping(2))
    assert stopped.interrupted
    assert (stopped.done, stopped.summary["replications"], stopped.summary["asked"]) == (2, 2, 6)
    kept = rehearsed.results.frame().filter(pl.col("replication") < 2)
    assert_frame_equal(stopped.results.frame(), kept, check_exact=True)
    assert stopped.intervals.height == rehearsed.intervals.height


def test_without_ctrl_c_nothing_is_said_of_it(rehearsed: Rehearsed) -> None:
    assert not rehearsed.interrupted
    assert (rehearsed.done, len(rehearsed.played)) == (6, 6)


def test_ctrl_c_before_anything_is_finished_goes_on_up(lively: Move, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("releve.rehearsal.players.wait", stop)
    with pytest.raises(KeyboardInterrupt):
        rehearse(lively, replications=2, threads=1)


def test_progress_is_told_to_the_last_replication(lively: Move) -> None:
    seen: list[tuple[int, int]] = []
    rehearse(lively, replications=3, threads=1, progress=lambda done, asked: seen.append((done, asked)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_no_replications_are_refused(lively: Move) -> None:
    with pytest.raises(InputError, match="found 0 replications"):
        rehearse(lively, replications=0)


def test_twenty_clean_replications_do_not_show_a_move_to_be_safe(tmp_path: Path) -> None:
    answer = rehearse(small(tmp_path / "move"), replications=20).summary["answer"]
    assert (answer["interrupted"], answer["word"], round(answer["bound"], 2)) == (0, "not shown", 0.14)


def test_a_higher_limit_makes_the_same_replications_enough(tmp_path: Path) -> None:
    limit = (TRANSITION, 'salt = "small"', 'salt = "small"\nrisk_limit = 0.5')
    answer = rehearse(small(tmp_path / "move", limit), replications=5).summary["answer"]
    assert (answer["safe"], answer["word"]) == (True, "safe")


def test_a_queue_that_nobody_serves_any_more_is_the_weakest_point(tmp_path: Path) -> None:
    row = "old-nl,10,old-nl,permanent,nl,38,2020-01-06,,2020-02-17,"
    gone = ("workforce.csv", row, f"{row}2025-10-10")
    answer = rehearse(small(tmp_path / "move", gone), replications=2).summary["answer"]
    assert answer["interrupted"] == 2
    assert (answer["weakest"]["queues"], answer["weakest"]["why"]) == (["nl"], "nobody on duty")
    assert answer["first"]["p50"] == "2025-10-13"


def test_a_wave_that_cannot_go_back_is_a_finding(tmp_path: Path) -> None:
    rollback = '[[rollback]]\ndestination = "old"\nuntil = 2025-11-07\nsource = "contract"\n'
    bad = small(
        tmp_path / "move",
        (TRANSITION, 'name = "abandonment"\nmetric = "abandonment"', 'name = "repeat"\nmetric = "repeat"'),
        (TRANSITION, '"people", "brake", "abandonment"', '"people", "repeat"'),
        (TRANSITION, rollback, '[[quality]]\nsite = "new"\nresolved_points = -60\nresolved_points_sd = 0\n'),
    )
    found = rehearse(bad, replications=2).summary["findings"]
    assert [each["rule"] for each in found] == ["nowhere-to-roll-back"]
    assert "2 of 2" in found[0]["found"]


def test_a_wave_whose_donor_closes_before_it_opens_is_overtaken(tmp_path: Path) -> None:
    late = (TRANSITION, "due = 2025-10-10", "due = 2025-10-10\nexpected = 2025-10-27")
    ends = ("operation.toml", "starts = 2020-01-01", "starts = 2020-01-01\nends = 2025-10-24")
    until = (TRANSITION, "until = 2025-11-07", "until = 2025-10-24")
    (wave,) = rehearse(small(tmp_path / "move", late, ends, until), replications=2).summary["waves"]
    assert (wave["never_opened"], wave["overtaken"], wave["held"]) == (1.0, 1.0, 1.0)
    assert wave["opened"]["replications"] == 0


def test_a_wave_that_is_never_asked_for_counts_as_held_and_says_by_what(tmp_path: Path) -> None:
    late = (TRANSITION, "due = 2025-10-10", "due = 2025-10-10\nexpected = 2025-12-24")
    (wave,) = rehearse(small(tmp_path / "move", late), replications=2).summary["waves"]
    assert (wave["never_opened"], wave["overtaken"], wave["held"]) == (1.0, 0.0, 1.0)
    assert [(each["by"], each["part"]) for each in wave["held_by"]] == [("readiness", 1.0)]


def test_the_status_quo_moves_nobody(lively: Move) -> None:
    quo = rehearse(lively, replications=2, status_quo=True)
    assert quo.summary["waves"] == []
    assert quo.summary["fit"] is not None
    assert set(quo.results.frame()["site_named"].cast(pl.String)) == {"old"}
    assert quo.results.frame().filter(pl.col("day") >= lively.transition.starts).is_empty()


def test_the_share_of_a_week_is_of_customers_and_beside_it_of_what_was_answered(tmp_path: Path) -> None:
    weeks = rehearse(small(tmp_path / "move"), replications=2).summary["weeks"]
    week = next(each for each in weeks if each["starts"] == "2025-10-20")

    assert (week["share_planned"], week["share"]) == (5000, {"p05": 5000.0, "p50": 5000.0, "p95": 5000.0})
    assert 0 < week["share_answered"]["p50"] < 4500  # of all that both answered: half of one queue of two


def test_repeats_by_site_are_counted_as_the_gates_count_them(rehearsed: Rehearsed) -> None:
    rows = rehearsed.results.frame().filter(pl.col("site_named") == "old", pl.col("queue") == "fr")
    sums = rows.group_by("replication").agg(pl.col("returning", "offered", "retried").cast(pl.Int64).sum())
    ratio = sums["returning"] / (sums["offered"] - sums["retried"])

    quality = next(each for each in rehearsed.summary["quality"] if each["site"] == "old")

    assert quality["repeats"]["p50"] == pytest.approx(ratio.median())


def test_a_wait_that_too_many_left_to_tell_is_null_and_never_none_at_all(tmp_path: Path) -> None:
    late = (
        WORKFORCE,
        "old-fr,permanent,fr,38,2020-01-06,,2020-02-17",
        "old-fr,permanent,fr,38,2020-01-06,,2025-10-08",
    )
    summary = rehearse(small(tmp_path / "move", late), replications=2).summary  # until then nobody answers
    old = next(each for each in summary["quality"] if each["site"] == "old")

    assert old["wait_p50_s"]["p50"] is not None
    assert old["wait_p90_s"] == {"p05": None, "p50": None, "p95": None}
