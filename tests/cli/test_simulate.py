"""`releve simulate`: an operation file in, tables and files out."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pytest

from tests.cli.worlds import Run
from tests.operation.small_lone import LONE, write_lone


def test_it_prints_the_queues_the_teams_and_a_sentence(run: Run, tmp_path: Path) -> None:
    write_lone(tmp_path)
    done = run("simulate", "centre.toml", "--days", "2", "--replications", "2")
    assert done.code == 0
    for said in (
        "centre: 2 days x 2 replications, seed 1",
        "calls",
        "desk",
        "80-20: answered within 20 s",
        "are lost",
    ):
        assert said in done.out


def test_the_two_ends_of_an_interval_have_the_same_decimals(run: Run, tmp_path: Path) -> None:
    write_lone(tmp_path)
    said = run("simulate", "centre.toml", "--days", "8", "--replications", "2").out
    ends = [pair.split("-") for pair in re.findall(r"\(([\d,.]+-[\d,.]+)\)", said)]
    assert len(ends) > 5
    assert [pair for pair in ends if len({len(end.partition(".")[2]) for end in pair}) > 1] == []


def test_without_out_it_writes_nothing(run: Run, tmp_path: Path) -> None:
    write_lone(tmp_path)
    run("simulate", "centre.toml", "--days", "1", "--replications", "2")
    assert [path.name for path in tmp_path.iterdir()] == ["centre.toml"]


def test_with_out_it_writes_every_measure(run: Run, tmp_path: Path) -> None:
    write_lone(tmp_path)
    run("simulate", "centre.toml", "--days", "1", "--replications", "2", "--out", "there")
    table = pl.read_parquet(tmp_path / "there/simulation.parquet")
    assert set(table["scope"]) == {"queue", "team", "site", "all"}
    assert (tmp_path / "there/simulation.json").exists()


def test_json_is_the_summary(run: Run, tmp_path: Path) -> None:
    write_lone(tmp_path)
    said = run("simulate", "centre.toml", "--days", "3", "--replications", "2", "--seed", "7", "--json").json
    assert (said["days"], said["replications"], said["seed"], said["units"]) == (3, 2, 7, 6)
    assert {row["scope"] for row in said["whole_day"]} == {"queue", "team", "site", "all"}


def test_with_periods_the_intervals_of_the_day_are_said(run: Run, tmp_path: Path) -> None:
    write_lone(tmp_path)
    options = ("simulate", "centre.toml", "--days", "2", "--replications", "2", "--periods")
    shown, data = run(*options).out, run(*options, "--json").json["by_period"]
    said = ("Queue calls", "Team desk", "23:30")
    assert [each for each in said if each not in shown] == []
    assert {row["period"] for row in data if row["measure"] == "wait_p95_s"} >= {"00:00", "23:30"}


def test_days_are_carried_on_or_start_empty_as_the_options_say(run: Run, tmp_path: Path) -> None:
    write_lone(tmp_path, LONE + "[steady]\ncarry = true\nwarm_up_days = 2\n")
    options = ("simulate", "centre.toml", "--days", "2", "--replications", "2")
    said = [
        run(*options, *more, "--json").json
        for more in ((), ("--empty",), ("--warm-up", "1"), ("--carry", "--warm-up", "0"))
    ]
    found = [(each["carry"], each["warm_up_days"], each["unit"]) for each in said]
    batches = "batch of days"
    assert found == [(True, 2, batches), (False, 0, "day"), (True, 1, batches), (True, 0, batches)]
    assert "2 days on end after 2 to warm up" in run(*options).out


@pytest.mark.parametrize("warm_up", ["1", "-1", "1000000"])
def test_a_warm_up_that_cannot_be_is_refused(run: Run, tmp_path: Path, warm_up: str) -> None:
    write_lone(tmp_path)
    carry = [] if warm_up == "1" else ["--carry"]
    done = run("simulate", "centre.toml", "--warm-up", warm_up, *carry)
    assert (done.code, "bad-warm-up" in done.err or "too-much-simulated-days" in done.err) == (2, True)


def test_one_day_alone_has_no_intervals(run: Run, tmp_path: Path) -> None:
    write_lone(tmp_path)
    done = run("simulate", "centre.toml", "--days", "1", "--replications", "1")
    assert "There are no intervals" in done.out


def test_a_wrong_file_is_told_with_its_line(run: Run, tmp_path: Path) -> None:
    write_lone(tmp_path, LONE.replace("handle_s = 240", "handle_s = -1"))
    done = run("simulate", "centre.toml")
    assert (done.code, "centre.toml:5" in done.err) == (2, True)


@pytest.mark.parametrize(
    ("option", "value", "rule"),
    [("--days", "0", "no-day"), ("--replications", "0", "no-replication"), ("--threads", "0", "bad-threads")],
)
def test_what_cannot_be_played_is_refused(
    run: Run, tmp_path: Path, option: str, value: str, rule: str
) -> None:
    write_lone(tmp_path)
    done = run("simulate", "centre.toml", option, value)
    assert (done.code, rule in done.err) == (2, True)


def test_ctrl_c_prints_what_was_finished(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def stopped() -> Iterator[Callable[[int, int], None]]:
        def tell(done: int, asked: int) -> None:
            raise KeyboardInterrupt

        yield tell

    monkeypatch.setattr("releve.cli.simulating._progress", stopped)
    write_lone(tmp_path)
    done = run("simulate", "centre.toml", "--days", "320", "--threads", "1")
    assert done.code == 130
    assert "days were finished and are kept" in done.err
    assert "are lost" in done.out


def test_the_story_of_a_contact_is_told(run: Run, tmp_path: Path) -> None:
    write_lone(tmp_path)
    done = run("simulate", "centre.toml", "--trace", "calls:2026-01-05:1")
    assert (done.code, done.out.splitlines()[:2]) == (0, ["calls:2026-01-05:1@0", "Monday 5 Jan 2026"])
    assert "arrives in calls" in done.out


def test_the_story_of_a_contact_is_data(run: Run, tmp_path: Path) -> None:
    write_lone(tmp_path)
    said = run("simulate", "centre.toml", "--trace", "calls:2026-01-05:1@2", "--json").json
    assert said["contact"] == "calls:2026-01-05:1@2"
    assert [each["event"] for each in said["story"]] == ["arrived", "answered", "resolved"]


def test_without_a_number_those_worth_a_look_are_named(run: Run, tmp_path: Path) -> None:
    write_lone(tmp_path)
    named = run("simulate", "centre.toml", "--trace", "calls:2026-01-05", "--json").json["contacts"]
    shown = run("simulate", "centre.toml", "--trace", "calls:2026-01-05").out
    assert [each["contact"] in shown for each in named] == [True] * len(named)


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("--trace", "calls:2026-01-05:99999"), "no-contact"),
        (("--trace", "x", "--out", "there"), "--out beside --trace"),
        (("--trace", "x", "--periods"), "--periods beside --trace"),
        (("--trace", "x", "--threads", "2"), "--threads beside --trace"),
    ],
)
def test_a_story_that_cannot_be_told_is_refused(
    run: Run, tmp_path: Path, options: tuple[str, ...], found: str
) -> None:
    write_lone(tmp_path)
    done = run("simulate", "centre.toml", *options)
    assert (done.code, found in done.err) == (2, True)


def test_an_instant_has_one_form_in_all_that_is_told(run: Run, tmp_path: Path) -> None:
    write_lone(tmp_path)
    named = run("simulate", "centre.toml", "--trace", "calls:2026-01-05", "--json").json["contacts"][0]
    told = run("simulate", "centre.toml", "--trace", named["contact"], "--json").json["story"][0]
    assert named["at"] == told["at"]
