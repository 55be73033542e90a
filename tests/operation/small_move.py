"""A small valid move for tests: two sites, two queues, one wave, 60 days. Everybody may build on it.

The French calls of `old` go to `new` by half; the Dutch ones stay. Change a number by keyword, anything else
by `edit`.
"""

from datetime import date, datetime, timedelta
from pathlib import Path

SETTINGS = {
    "starts": "2025-10-01",
    "ends": "2025-11-29",
    "opens": "2025-10-13",
    "share_pct": "50",
    "old_people": "12",
    "new_people": "10",
    "dutch_people": "6",
    "offered": "20",
    "history_from": "2024-09-30",
    "history_days": "70",
    "handle_s": "300",
    "wrap_s": "30",
}

OPERATION = """\
format = 1
name = "small"
client = "A client"
zone = "Europe/Brussels"

[[providers]]
name = "old-provider"

[[providers]]
name = "new-provider"

[[sites]]
name = "old"
provider = "old-provider"
country = "BE"
zone = "Europe/Brussels"
told = 2025-08-21

[[sites]]
name = "new"
provider = "new-provider"
country = "MA"
zone = "Africa/Casablanca"

[[contracts]]
name = "old"
provider = "old-provider"
sites = ["old"]
queues = ["fr", "nl"]
starts = 2020-01-01
prices = [{ per = "production_hour", amount_cents = 3900 }]

[[contracts]]
name = "new"
provider = "new-provider"
sites = ["new"]
queues = ["fr"]
starts = 2025-09-01
prices = [{ per = "production_hour", amount_cents = 1600 }]

[[targets]]
name = "charter"
definition = "of_offered"
pct = 90
threshold_s = 150

[[queues]]
name = "fr"
language = "fr"
segment = "residential"
topic = "invoice"
channel = "call"
target = "charter"
home = "old"
handle_s = $handle_s
wrap_s = $wrap_s

[[queues]]
name = "nl"
language = "nl"
segment = "residential"
topic = "invoice"
channel = "call"
target = "charter"
home = "old"
handle_s = $handle_s
wrap_s = $wrap_s

[[employment]]
name = "permanent"

[[teams]]
name = "old-fr"
site = "old"
queues = ["fr"]

[[teams]]
name = "old-nl"
site = "old"
queues = ["nl"]

[[teams]]
name = "new-fr"
site = "new"
queues = ["fr"]

[[shifts]]
name = "day"
teams = ["old-fr", "old-nl", "new-fr"]
hours_week = 38
start = 09:00:00
end = 17:00:00
breaks = [{ from = 12:30:00, to = 13:00:00 }]
clock = "client"

[[destinations]]
name = "old"
site = "old"

[[destinations]]
name = "new"
site = "new"
overflow = "old"
"""

TRANSITION = """\
format = 1
name = "small"
starts = $starts
ends = $ends
salt = "small"

[[waves]]
name = "half"
opens = $opens
queues = ["fr"]
destination = "new"
donor = "old"
share_pct = $share_pct
gates = ["people", "brake", "abandonment"]
needs = ["trained"]

[[gates]]
kind = "capacity"
name = "people"

[[gates]]
kind = "brake"
name = "brake"

[[gates]]
kind = "comparison"
name = "abandonment"
metric = "abandonment"
margin_points = 2.0

[[readiness]]
name = "trained"
owner = "team lead"
due = 2025-10-10

[[rollback]]
destination = "old"
until = $ends
source = "contract"

[[scenarios]]
name = "more"
title = "What if more people come?"
patches = [
  { file = "workforce.csv", where = { team = "new-fr" }, key = "count", multiply = 1.25 },
]

[[scenarios]]
name = "busier"
title = "What if there are more French calls?"
patches = [
  { file = "history.csv", where = { queue = "fr" }, key = "offered", multiply = 1.1 },
]

[[scenarios]]
name = "later"
title = "What if the wave opens a week later?"
patches = [
  { file = "transition.toml", table = "waves", key = "opens", add = 7 },
]
"""

WORKFORCE = """\
cohort,count,team,contract_kind,languages,hours_week,hired,class_from,first_contact,ends
old-fr,$old_people,old-fr,permanent,fr,38,2020-01-06,,2020-02-17,
old-nl,$dutch_people,old-nl,permanent,nl,38,2020-01-06,,2020-02-17,
new-fr,$new_people,new-fr,permanent,fr,38,2025-08-18,2025-08-18,2025-09-29,
"""

HOURS = """\
scope,weekday,from,to,valid_from,valid_to
*,mon,09:00,17:00,,
*,tue,09:00,17:00,,
*,wed,09:00,17:00,,
*,thu,09:00,17:00,,
*,fri,09:00,17:00,,
"""

CALENDAR = """\
scope,from,to,effect,amount,unit,status,known_from,mark,source,name
*,2025-11-11,2025-11-11,closed,,,confirmed,,S,public calendar,Armistice
site:new,2025-11-18,2025-11-18,absence,20,points,estimated,,J,none,Independence Day
queue:fr,2025-11-03,2025-11-07,demand,1.1,factor,confirmed,2025-10-20,J,none,A letter to customers
"""

SOURCES = """\
key,value,unit,mark,source,note
operation.queues.fr.handle_s,300,s,J,none,
the case,small,,J,none,
"""


def write_small_move(folder: Path, **settings: object) -> Path:
    """Write the small move into `folder`, which is made, and return it; settings are those of SETTINGS."""
    unknown = settings.keys() - SETTINGS.keys()
    if unknown:
        raise KeyError(f"no such setting of the small move: {sorted(unknown)}")
    values = {name: str(settings.get(name, written)) for name, written in SETTINGS.items()}
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "operation.toml": OPERATION,
        "transition.toml": TRANSITION,
        "workforce.csv": WORKFORCE,
        "hours.csv": HOURS,
        "calendar.csv": CALENDAR,
        "sources.csv": SOURCES,
        "history.csv": _history(values),
    }
    for file, text in texts.items():
        for name, value in values.items():
            text = text.replace(f"${name}", value)
        (folder / file).write_text(text)
    return folder


def edit(folder: Path, file: str, old: str, new: str) -> Path:
    """Change a text in a file of a move, where it first stands."""
    path = folder / file
    text = path.read_text()
    assert old in text, f"{old!r} is not in {file}"
    path.write_text(text.replace(old, new, 1))
    return folder


def _history(values: dict[str, str]) -> str:
    """Half-hours from 09:00 to 17:00 local, Monday to Friday, the same every day."""
    lines = ["queue,start,minutes,offered,site,answered,abandoned,talk_s,hold_s,wrap_s"]
    first = date.fromisoformat(values["history_from"])
    offered = int(values["offered"])
    talk, wrap = offered * float(values["handle_s"]), offered * float(values["wrap_s"])
    for queue in ("fr", "nl"):
        for day in (first + timedelta(days=n) for n in range(int(values["history_days"]))):
            if day.isoweekday() <= 5:
                for half in range(16):
                    start = datetime(day.year, day.month, day.day, 9) + timedelta(minutes=30 * half)
                    counts = f"30,{offered},old,{offered},0,{talk:g},0,{wrap:g}"
                    lines.append(f"{queue},{start:%Y-%m-%dT%H:%M},{counts}")
    return "\n".join(lines) + "\n"
