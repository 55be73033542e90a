"""The smallest operation file that can be simulated, for tests to add to and to break."""

from pathlib import Path

LONE = """\
format = 1

[[queues]]
name = "calls"
handle_s = 240

[[teams]]
name = "desk"
queues = ["calls"]

[[arrivals]]
queue = "calls"
per_hour = 60

[[staff]]
team = "desk"
people = 6
"""


def write_lone(folder: Path, text: str = LONE) -> Path:
    """Write the file into a folder and give its path."""
    path = folder / "centre.toml"
    path.write_text(text)
    return path
