"""`releve init`: a small complete move to start from."""

import os
import re
import shutil
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from releve.base.errors import wrong
from releve.cli.options import Json
from releve.cli.printing import console, print_json
from releve.cli.sample_history import sample_history
from releve.operation.setting import NAME_PATTERN

TEMPLATE = ("operation.toml", "transition.toml", "workforce.csv", "hours.csv", "calendar.csv", "sources.csv")
Name = Annotated[
    Path, Parameter(help="The folder to make; its last part becomes the move's name: moves/lille-rabat.")
]


def init(name: Name, /, *, json: Json = False) -> int:
    """Write a small complete move to start from.

    Two sites, two queues, nine weeks of made-up history, a transition of 60 days in two waves, one scenario.
    A folder that exists is refused.
    """
    written = write_move(name)
    if json:
        print_json({"format": 1, "folder": str(name), "files": [path.name for path in written]})
        return 0
    out = console()
    for path in written:
        out.print(str(path), soft_wrap=True)
    out.print(f"Next: releve check {name}, then releve rehearse {name}", style="bold", soft_wrap=True)
    return 0


def write_move(folder: Path) -> tuple[Path, ...]:
    """Write the template into a folder that does not exist; all of it or nothing. Raises InputError."""
    if not re.fullmatch(NAME_PATTERN, folder.name):
        near = re.sub(r"[^a-z0-9.]+", "-", folder.name.lower()).strip("-.") or "my-move"
        raise wrong("bad-name", f"'{folder.name}'", "a-z, 0-9, - and .", f"did you mean '{near}'?")
    if folder.exists() or folder.is_symlink():
        raise wrong("move-exists", f"'{folder}' is there already", "a new folder", "choose another name")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        raise wrong("cannot-write", f"'{folder}': {error.strerror}", "a folder that can be made") from error
    try:
        for file, text in _texts(folder.name).items():
            (beside / file).write_text(text, encoding="utf-8")
        beside.chmod(0o777 & ~_umask())
        beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return tuple(sorted(folder.iterdir()))


def _texts(name: str) -> dict[str, str]:
    template = files("releve.cli") / "template"
    texts = {file: (template / file).read_text(encoding="utf-8").replace("$name", name) for file in TEMPLATE}
    return texts | {"history.csv": sample_history()}


def _umask() -> int:
    """What new files are denied here; the only way to read it is to set it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
