"""Small moves to rehearse: that of `tests/operation`, with people enough, nobody ill or leaving unless it is said."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from releve.demand.expected import expected
from releve.demand.needed import Needs
from releve.operation.loading import load
from releve.operation.move import Move
from releve.rehearsal.bench import Bench
from releve.rehearsal.play import Played, Stand, play
from releve.rehearsal.stage import Stage, stage
from tests.operation.small_move import edit, write_small_move

OPERATION, TRANSITION, WORKFORCE = "operation.toml", "transition.toml", "workforce.csv"
Edit = tuple[str, str, str]  # file, what stands there, what shall

STEADY: tuple[Edit, ...] = (
    (OPERATION, "breaks = [{ from = 12:30:00, to = 13:00:00 }]", "breaks = []"),
    (
        OPERATION,
        'name = "permanent"',
        'name = "permanent"\nleaving_year_chance = 0.0\nleaving_class_chance = 0.0',
    ),
    *(
        (OPERATION, f'name = "{team}"\nsite', f'name = "{team}"\nabsence_chance = 0.0\nsite')
        for team in ("old-fr", "old-nl", "new-fr")
    ),
)
NO_ABANDONMENT_GATE: Edit = (TRANSITION, '"people", "brake", "abandonment"', '"people", "brake"')
DUTCH_MAIL: tuple[Edit, ...] = (
    (
        OPERATION,
        "[[queues]]",
        '[[targets]]\nname = "mail"\ndefinition = "deadline"\npct = 95\ndeadline_days = 2\n\n[[queues]]',
    ),
    (
        OPERATION,
        'language = "nl"\nsegment = "residential"\ntopic = "invoice"\nchannel = "call"\ntarget = "charter"',
        'language = "nl"\nsegment = "residential"\ntopic = "invoice"\nchannel = "deferred"\ntarget = "mail"',
    ),
)  # the Dutch queue is e-mail, due at the end of the second working day after it came
THIRD_SITE: tuple[Edit, ...] = (
    (
        OPERATION,
        "[[contracts]]",
        '[[sites]]\nname = "third"\nprovider = "new-provider"\ncountry = "BE"\n'
        'zone = "Europe/Brussels"\n\n[[contracts]]',
    ),
    (OPERATION, "[[destinations]]", '[[destinations]]\nname = "third"\nsite = "third"\n\n[[destinations]]'),
    (OPERATION, "[[shifts]]", '[[teams]]\nname = "third-fr"\nsite = "third"\nqueues = ["fr"]\n\n[[shifts]]'),
    (OPERATION, 'teams = ["old-fr"', 'teams = ["third-fr", "old-fr"'),
    (WORKFORCE, "new-fr", "third-fr,16,third-fr,permanent,fr,38,2020-01-06,,2020-02-17,\nnew-fr"),
    (TRANSITION, 'destination = "old"\nuntil', 'destination = "third"\nuntil'),
    (TRANSITION, 'source = "contract"', 'source = "option"'),
)  # the way back leads to a site that gave nothing


def small(folder: Path, *edits: Edit, **settings: object) -> Move:
    """The small move, steady and with enough people, for five weeks and a half; then the edits."""
    roomy = {"ends": "2025-11-07", "old_people": 20, "new_people": 16, "dutch_people": 10} | settings
    write_small_move(folder, **roomy)
    for file, old, new in (*STEADY, *edits):
        edit(folder, file, old, new)
    return load(folder)


def stage_of(move: Move, days: tuple[date, ...] | None = None, counted_on: date = date(2025, 8, 21)) -> Stage:
    """The move's stage over its transition, or over other days."""
    first, last = move.transition.starts, move.transition.ends
    days = days or tuple(first + timedelta(days=n) for n in range((last - first).days + 1))
    return stage(move, days, expected(move, days), counted_on=counted_on)


def stand_of(move: Move) -> Stand:
    """The move's stand over its transition."""
    ready = stage_of(move)
    needs = Needs(ready)
    return Stand(ready, Bench(ready, needs), needs)


def played(move: Move, replication: int = 0, seed: int = 1) -> tuple[Stand, Played]:
    """One replication of a move."""
    stand = stand_of(move)
    return stand, play(stand, seed, replication, stand.stage.house())[1]


def day(stage: Stage, when: str) -> int:
    """The number of a day."""
    return stage.days.index(date.fromisoformat(when))


def interval(local: str) -> int:
    """The half-hour that begins at a local time, on a day of 24 hours."""
    hour, minute = local.split(":")
    return int(hour) * 2 + int(minute) // 30


def round_the_clock(folder: Path, *edits: Edit, **settings: Any) -> Move:
    """The small move open day and night, every day, with the same calls in every half-hour, and two shifts a day."""
    write_small_move(
        folder, **({"ends": "2025-10-28", "old_people": 40, "new_people": 40, "dutch_people": 40} | settings)
    )
    for file, old, new in (*STEADY, *edits):
        edit(folder, file, old, new)
    text = (folder / OPERATION).read_text()
    begin = text.index("[[shifts]]")
    end = text.index("[[destinations]]")
    shifts = "".join(
        f'[[shifts]]\nname = "{name}"\nteams = ["old-fr", "old-nl", "new-fr"]\nhours_week = 38\n'
        f'start = {start}\nend = {stop}\nweekdays = [1, 2, 3, 4, 5, 6, 7]\nclock = "client"\n\n'
        for name, start, stop in (("early", "00:00:00", "12:00:00"), ("late", "12:00:00", "00:00:00"))
    )
    (folder / OPERATION).write_text(text[:begin] + shifts + text[end:])
    weekdays = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    hours = [f"*,{weekday},00:00,00:00,,2025-10-27" for weekday in weekdays]
    (folder / "hours.csv").write_text("\n".join(["scope,weekday,from,to,valid_from,valid_to", *hours]) + "\n")
    rows = ["queue,start,minutes,offered,site,answered,abandoned,talk_s,hold_s,wrap_s"]
    first = datetime(2024, 9, 1, 22, tzinfo=UTC)
    for start in (first + timedelta(minutes=30 * half) for half in range(48 * 63)):
        offered = 4 + start.astimezone(ZoneInfo("Europe/Brussels")).hour  # so that demand tells the clock
        counts = f"30,{offered},old,{offered},0,{offered * 300},0,{offered * 30}"
        rows += [f"{queue},{start:%Y-%m-%dT%H:%MZ},{counts}" for queue in ("fr", "nl")]
    (folder / "history.csv").write_text("\n".join(rows) + "\n")
    return load(folder)
