"""Operation files that cannot be simulated: an edit of the smallest one, and its finding with file and line."""

from pathlib import Path
from typing import NamedTuple

import pytest

from releve.base.errors import InputError
from releve.operation.lone import load_operation
from tests.operation.small_lone import LONE, write_lone

LINES = LONE.count("\n")
MORE_QUEUES = """
[[queues]]
name = "{}"
handle_s = 240
channel = "{}"
"""


class Case(NamedTuple):
    old: str
    new: str  # in its place, or added at the end where `old` is empty
    rule: str
    line: int
    words: str  # stand in the finding


def correlated(*rows: tuple[str, str, float]) -> str:
    return "".join(f'[[correlations]]\nqueues = ["{a}", "{b}"]\ncorrelation = {c}\n' for a, b, c in rows)


FED = '\n[[queues]]\nname = "mail"\nhandle_s = 9\n\n[[queues]]\nname = "chat"\nhandle_s = 9\n\n'
CALLS, DESK, RATE = "handle_s = 240", 'queues = ["calls"]', "per_hour = 60"
CASES = {
    "empirical without times": Case(
        CALLS, 'handle_shape = "empirical"', "empirical-without-times", 5, "0 handle_times_s"
    ),
    "times without empirical": Case(
        DESK,
        f'{DESK}\nhandle = [{{ queue = "calls", handle_times_s = [9] }}]',
        "empirical-without-times",
        10,
        "of 'calls' with 1",
    ),
    "mixture of 0.9": Case(
        CALLS,
        f"{CALLS}\npatience_mix = [{{ chance = 0.9, mean_s = 60 }}]",
        "patience-mix-sum",
        6,
        "0.9 together",
    ),
    "callback to a call queue": Case(
        CALLS, f'{CALLS}\ncallback = "calls"', "callback-nowhere", 6, "of channel call"
    ),
    "callback to no queue": Case(
        CALLS, f"{CALLS}\ncallback_chance = 0.5", "callback-nowhere", 6, "without callback"
    ),
    "retry as itself": Case(CALLS, f'{CALLS}\nretry_as = "calls"', "retry-as-itself", 6, "itself"),
    "retry as nothing": Case(CALLS, f'{CALLS}\nretry_as = "cals"', "unknown-name", 6, "did you mean 'calls'"),
    "lines of callbacks": Case(
        CALLS,
        f'{CALLS}\nchannel = "callback"\nlines = "trunk"\n\n[[line_groups]]\nname = "trunk"\nlines = 9',
        "lines-of-the-deferred",
        7,
        "callback queue",
    ),
    "no such line group": Case(CALLS, f'{CALLS}\nlines = "trunk"', "unknown-name", 6, "a line group"),
    "correlated with itself": Case(
        "", correlated(("calls", "calls", 0.5)), "correlation-twice", LINES + 2, "a queue twice"
    ),
    "correlated twice": Case(
        "",
        correlated(("calls", "mail", 0.5), ("mail", "calls", 0.4)) + FED,
        "correlation-twice",
        LINES + 5,
        "'calls' and 'mail' again",
    ),
    "correlated beyond what can be": Case(
        "",
        correlated(("calls", "mail", 0.9), ("calls", "chat", 0.9), ("mail", "chat", -0.9)) + FED,
        "correlation-impossible",
        LINES + 9,
        "eigenvalue",
    ),
    "speaks of another queue": Case(
        DESK,
        f'{DESK}\ndelays = [{{ queue = "mail", after_s = 9 }}]',
        "not-served",
        10,
        "delays of 'mail'",
    ),
    "serves a queue twice": Case(DESK, 'queues = ["calls", ["calls"]]', "said-twice", 9, "'calls' twice"),
    "says a thing twice": Case(
        DESK,
        f'{DESK}\nweights = [{{ queue = "calls", weight = 1 }}, {{ queue = "calls", weight = 2 }}]',
        "said-twice",
        10,
        "weights of 'calls' twice",
    ),
    "weights of queues that stand one behind the other": Case(
        DESK,
        f'{DESK}\nweights = [{{ queue = "calls", weight = 2 }}]',
        "weights-unused",
        10,
        "inner list",
    ),
    "a team's empirical times that stand nowhere": Case(
        DESK,
        f'{DESK}\nhandle = [{{ queue = "calls", handle_shape = "empirical" }}]',
        "empirical-without-times",
        10,
        "empirical of 'calls'",
    ),
    "several calls at once": Case(
        DESK, f"{DESK}\nat_once = 2", "at-once-without-chat", 10, "of channel chat"
    ),
    "arrivals backwards": Case(
        RATE, f'{RATE}\nfrom = "10:00"\nto = "09:00"', "periods-misfit", 15, "to after from"
    ),
    "no numbers": Case(
        "", '[[staff]]\nteam = "desk"\npeople = []\n', "periods-misfit", LINES + 1, "no numbers"
    ),
    "odd minutes": Case(
        RATE,
        'per_hour = [1, 2, 3, 4, 5, 6, 7]\nfrom = "08:00"\nto = "18:00"',
        "periods-misfit",
        11,
        "whole minutes",
    ),
    "beyond the day": Case(
        RATE,
        'per_hour = [1, 2, 3]\nevery_minutes = 60\nfrom = "22:00"',
        "periods-misfit",
        11,
        "beyond the day's end",
    ),
    "to that does not agree": Case(
        RATE,
        'per_hour = [1, 2]\nevery_minutes = 60\nfrom = "08:00"\nto = "11:00"',
        "periods-misfit",
        16,
        "end at 10:00",
    ),
    "rates off the grid": Case(
        RATE, 'per_hour = [1, 2]\nevery_minutes = 20\nfrom = "08:00"', "periods-off-grid", 11, "20 minutes"
    ),
    "start off the grid": Case(
        RATE, 'per_hour = [1, 2]\nevery_minutes = 60\nfrom = "08:15"', "periods-off-grid", 11, "from 08:15"
    ),
    "handle times finer than an interval": Case(
        CALLS,
        "handle_by_period = { handle_s = [1, 2], every_minutes = 15 }",
        "periods-off-grid",
        5,
        "hold whole ones",
    ),
    "intervals of 7 minutes": Case(
        "format = 1", "format = 1\ninterval_minutes = 7", "interval-uneven", 2, "divide the day"
    ),
    "two ways to say it": Case(RATE, f"{RATE}\ncontacts = 9", "arrivals-ambiguous", 11, "both"),
    "no way to say it": Case(RATE, 'from = "08:00"', "arrivals-ambiguous", 11, "neither"),
    "a million an hour": Case(RATE, "per_hour = 1e6", "arrivals-absurd", 11, "at most 100,000"),
    "comes while closed": Case(
        CALLS, f'{CALLS}\nopen = ["08:00", "18:00"]', "arrives-while-closed", 12, "08:00:00 to 18:00:00"
    ),
    "opens backwards": Case(CALLS, f'{CALLS}\nopen = ["18:00", "08:00"]', "bad-value", 6, "first before"),
    "opens within an interval": Case(CALLS, f'{CALLS}\nopen = ["00:10", "00:00"]', "open-off-grid", 6, "30"),
    "warm-up of days that start empty": Case(
        "", "[steady]\nwarm_up_days = 1\n", "warm-up-alone", LINES + 2, "carry = true"
    ),
    "people by the million": Case("people = 6", "people = 1000000", "staff-absurd", 15, "at most 50,000"),
    "nothing arrives": Case(
        f'[[arrivals]]\nqueue = "calls"\n{RATE}\n', "", "nothing-arrives", 3, "no arrivals"
    ),
    "a queue that nothing comes to": Case(
        "", MORE_QUEUES.format("mail", "call"), "nothing-arrives", LINES + 3, "mail, which nothing comes to"
    ),
    "a queue that no team serves": Case(
        DESK, "queues = []", "queue-without-team", 4, "calls, which no team serves"
    ),
    "a team that is never there": Case(
        '[[staff]]\nteam = "desk"\npeople = 6\n', "", "team-without-people", 8, "nobody is ever on duty"
    ),
    "a shift of nobody": Case(
        "",
        '[[shifts]]\nname = "day"\nteams = ["desk"]\nstart = "08:00"\nend = "16:00"\n',
        "shift-without-people",
        LINES + 2,
        "write people",
    ),
    "no handle time": Case(CALLS, "", "handle-time-missing", 4, "mean talk time"),
    "a spread that is not played": Case(CALLS, f"{CALLS}\nhandle_cv = 1.4", "cv-unused", 6, "lognormal"),
    "a deferred queue without a deadline": Case(
        CALLS, f'{CALLS}\nchannel = "deferred"', "missing-key", 3, "target"
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_with_file_line_and_mend(tmp_path: Path, name: str) -> None:
    case = CASES[name]
    assert case.old in LONE
    text = LONE.replace(case.old, case.new, 1) if case.old else LONE + case.new
    with pytest.raises(InputError) as refused:
        load_operation(write_lone(tmp_path, text))
    told = [each for each in refused.value.findings if each.rule == case.rule]
    assert ("centre.toml", case.line) in {(each.file, each.line) for each in told}, str(refused.value)
    assert any(case.words in str(each) for each in told), str(refused.value)


ODD = ("3", '"x"', "[]", "[[1]]", "{ x = 1 }", "[{ name = 1 }]", "inf", "nan")


@pytest.mark.parametrize("odd", ODD)
def test_a_value_of_any_odd_kind_is_a_finding_and_never_a_crash(tmp_path: Path, odd: str) -> None:
    keys = {line.split(" = ")[0] for line in LONE.splitlines() if " = " in line}
    tables = (
        "sites",
        "providers",
        "destinations",
        "targets",
        "line_groups",
        "correlations",
        "steady",
        "shifts",
    )
    for key in sorted(keys):
        line = next(line for line in LONE.splitlines() if line.startswith(f"{key} = "))
        assert _told(write_lone(tmp_path, LONE.replace(line, f"{key} = {odd}")))
    for table in tables:
        assert _told(write_lone(tmp_path, LONE.replace("format = 1", f"format = 1\n{table} = {odd}")))


def _told(path: Path) -> bool:
    """True where the file loads or is refused in words; anything else raised is a crash."""
    try:
        load_operation(path)
    except InputError as refused:
        return bool(refused.findings)
    return True
