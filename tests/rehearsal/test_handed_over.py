"""Deferred work at a site whose contract ends: it goes on where work that comes from then on goes."""

from pathlib import Path

from releve.rehearsal.interruption import LATE
from tests.rehearsal.test_play import NEVER, OVERFLOW, count
from tests.rehearsal.worlds import OPERATION, WORKFORCE, Edit, day, played, small

# French e-mail, due on the second working day; the old site's contract for it ends on Tuesday 21 October, its people
# are gone the evening before, and no wave has opened.
FRENCH_MAIL: tuple[Edit, ...] = (
    (
        OPERATION,
        "[[queues]]",
        '[[targets]]\nname = "mail"\ndefinition = "deadline"\npct = 95\ndeadline_days = 2\n\n[[queues]]',
    ),
    (
        OPERATION,
        'language = "fr"\nsegment = "residential"\ntopic = "invoice"\nchannel = "call"\ntarget = "charter"',
        'language = "fr"\nsegment = "residential"\ntopic = "invoice"\nchannel = "deferred"\ntarget = "mail"',
    ),
    (
        OPERATION,
        'queues = ["fr", "nl"]\nstarts = 2020-01-01\n',
        'queues = ["nl"]\nstarts = 2020-01-01\n',
    ),
    (
        OPERATION,
        '[[contracts]]\nname = "new"',
        '[[contracts]]\nname = "old-fr"\nprovider = "old-provider"\nsites = ["old"]\nqueues = ["fr"]\n'
        "starts = 2020-01-01\nends = 2025-10-21\n"
        'prices = [{ per = "production_hour", amount_cents = 3900 }]\n\n[[contracts]]\nname = "new"',
    ),
    (
        WORKFORCE,
        "old-fr,20,old-fr,permanent,fr,38,2020-01-06,,2020-02-17,",
        "old-fr,20,old-fr,permanent,fr,38,2020-01-06,,2020-02-17,2025-10-20",
    ),
    NEVER,
)


def test_work_that_waits_at_a_site_that_ends_goes_to_the_one_it_overflows_to(tmp_path: Path) -> None:
    stand, out = played(small(tmp_path / "move", *FRENCH_MAIL, OVERFLOW))
    left = count(stand, out, "offered", "fr", named="old")[day(stand.stage, "2025-10-21")]
    assert left > 0
    assert count(stand, out, "answered", "fr", named="old", by="new").sum() >= left
    assert out.interruptions == []


def test_work_at_a_site_that_overflows_nowhere_is_late(tmp_path: Path) -> None:
    stand, out = played(small(tmp_path / "move", *FRENCH_MAIL))
    late = [stand.stage.days[each.day].isoformat() for each in out.interruptions if each.why == LATE]
    assert "2025-10-23" in late
