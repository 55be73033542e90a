"""`releve explain`: what a setting means."""

from dataclasses import asdict
from typing import Annotated

from cyclopts import Parameter

from releve.cli.options import Json
from releve.cli.printing import console, print_json
from releve.operation.explain import all_settings
from releve.operation.explain import explain as explained

Key = Annotated[str, Parameter(help="Its key: queues.patience_s, patience_s, or a file and a column.")]


def explain(key: Key = "", /, *words: str, json: Json = False) -> int:
    """Say what a setting means: its unit, default, mark and source. Without KEY, list every setting."""
    if not key:
        return _list_all(json)
    found = explained(" ".join((key, *words)))
    if json:
        print_json([asdict(each) for each in found])
    else:
        console().print("\n\n".join(map(str, found)), soft_wrap=True)
    return 0


def _list_all(json: bool) -> int:
    settings = all_settings()
    if json:
        print_json([asdict(each) for each in settings])
        return 0
    for each in settings:
        unit = f", {each.unit}" if each.unit else ""
        console().print(f"{each.file} {each.key}: {each.meaning}{unit}", soft_wrap=True)
    return 0
