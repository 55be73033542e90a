"""The table of rules: each has a bad move in these tests that it refuses or warns of."""

from pathlib import Path

import pytest

from releve.base.errors import InputError
from releve.operation.loading import check, load
from releve.operation.rules import RULES
from tests.operation import test_bad_centres, test_bad_lones, test_bad_plans, test_warnings
from tests.operation.bad_move import CENTRE, DEFERRED, HISTORY, PLAN
from tests.operation.small_move import edit, write_small_move


def refusing(folder: Path) -> set[str]:
    with pytest.raises(InputError) as refused:
        load(folder)
    return {finding.rule for finding in refused.value.findings}


def without_queue(folder: Path, queue: str) -> None:
    path = folder / HISTORY
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(f"{queue},")))


def test_a_queue_without_history_is_refused(tmp_path: Path) -> None:
    without_queue(write_small_move(tmp_path), "nl")
    assert refusing(tmp_path) == {"history-lacks-queue"}


def test_a_history_of_less_than_a_week_is_refused(tmp_path: Path) -> None:
    assert refusing(write_small_move(tmp_path, history_days=5)) == {"history-short"}


@pytest.mark.parametrize("year", ["1924", "2035"])
def test_a_history_of_decades_is_refused(tmp_path: Path, year: str) -> None:
    folder = edit(write_small_move(tmp_path), HISTORY, "2024-09-30T09:00", f"{year}-09-30T09:00")
    assert refusing(folder) == {"history-endless"}


def test_a_history_that_was_still_to_come_is_no_history(tmp_path: Path) -> None:
    folder = edit(write_small_move(tmp_path), PLAN, "salt =", "as_of = 2024-09-01\nsalt =")
    assert refusing(folder) == {"history-lacks-queue"}


def test_a_transition_of_centuries_is_refused_alone_and_at_once(tmp_path: Path) -> None:
    folder = edit(write_small_move(tmp_path), PLAN, "ends = 2025-11-29", "ends = 2199-12-31")
    assert refusing(folder) == {"transition-endless"}


def test_a_handle_time_that_stands_nowhere_is_refused(tmp_path: Path) -> None:
    folder = edit(write_small_move(tmp_path), CENTRE, "handle_s = 300\n", "")
    assert load(folder).operation.queues[0].handle_s is None  # the history has it
    path = folder / HISTORY
    rows = [line.rsplit(",", 3)[0] for line in path.read_text().splitlines()]
    path.write_text("\n".join(rows) + "\n")
    assert refusing(folder) == {"handle-time-unknown"}


def test_waits_compared_on_work_that_does_not_wait_are_warned_of(tmp_path: Path) -> None:
    folder = write_small_move(tmp_path)
    edit(folder, CENTRE, 'channel = "call"\ntarget = "charter"', 'channel = "deferred"\ntarget = "mail"')
    with (folder / CENTRE).open("a") as centre:
        centre.write(DEFERRED)
    (warning,) = check(folder).warnings
    assert (warning.rule, warning.file, warning.line) == ("metric-without-calls", PLAN, 14)


def test_every_rule_has_a_move_that_breaks_it() -> None:
    cases = {**test_bad_centres.CASES, **test_bad_plans.CASES, **test_warnings.CASES}
    here = {
        "history-lacks-queue",
        "history-short",
        "history-endless",
        "history-lacks-weeks",
        "handle-time-unknown",
        "metric-without-calls",
    }
    alone = {case.rule for case in test_bad_lones.CASES.values()}
    assert {rule.name for rule in RULES} <= {case.rule for case in cases.values()} | alone | here


ODD = ("3", '"x"', "[]", "[[1]]", "{ x = 1 }", "[{ name = 1 }]")


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("file", [CENTRE, PLAN])
def test_a_value_of_any_odd_kind_is_a_finding_and_never_a_crash(tmp_path: Path, file: str, odd: str) -> None:
    folder = write_small_move(tmp_path, history_days=7)
    text = (folder / file).read_text()
    tables = {line.strip("[]\n") for line in text.splitlines() if line.startswith("[[")}
    keys = {line.split(" = ")[0] for line in text.splitlines() if " = " in line and line[0] not in " ["}
    for name in sorted(tables):
        head = "\n".join(line for line in text.split("[[")[0].splitlines())
        rest = "".join(f"[[{part}" for part in text.split("[[")[1:] if not part.startswith(f"{name}]]"))
        (folder / file).write_text(f"{head}\n{name} = {odd}\n{rest}")
        assert _told(folder)
    for key in sorted(keys):
        line = next(line for line in text.splitlines() if line.startswith(f"{key} = "))
        rest = text[text.index(line) + len(line) :]
        if line.endswith("["):
            continue
        (folder / file).write_text(f"{text[: text.index(line)]}{key} = {odd}{rest}")
        assert _told(folder)


def _told(folder: Path) -> bool:
    """True where the move loads or is refused in words; anything else raised is a crash."""
    try:
        load(folder, ["later", "more"])
    except InputError as refused:
        return bool(refused.findings)
    return True
