"""`releve token`: who may ask a switchboard."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from releve.cli.options import Json
from releve.cli.printing import console, new_table, print_json
from releve.switchboard.access import Role, Tokens

State = Annotated[Path, Parameter(help="The switchboard's state folder.")]
Name = Annotated[str, Parameter(help="Whose token it is: a person or a service. It stands in the journal.")]

token = App(name="token", help="Make, list and revoke the tokens with which a switchboard is asked.")


@token.command
def add(name: Name, /, *, role: Role, state: State = Path("state"), json: Json = False) -> int:
    """Make a token and print it. Only its hash is kept: it cannot be printed again."""
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = Tokens(state / "tokens.json").add(name, role, datetime.now(UTC))
    if json:
        print_json({"format": 1, "name": name, "role": role, "token": text})
    else:
        console().print(text)
    return 0


@token.command(name="list")
def list_(*, state: State = Path("state"), json: Json = False) -> int:
    """Print who has a token."""
    tokens = Tokens(state / "tokens.json").all()
    if json:
        rows = [{"name": each.name, "role": each.role, "made": each.made} for each in tokens]
        print_json({"format": 1, "tokens": rows})
        return 0
    table = new_table("Tokens", "Name", "Role", "Made")
    for each in tokens:
        table.add_row(each.name, each.role, f"{each.made:%Y-%m-%d %H:%M} UTC")
    console().print(table)
    return 0


@token.command
def revoke(name: Name, /, *, state: State = Path("state")) -> int:
    """Take a token back; a running switchboard knows within a second."""
    Tokens(state / "tokens.json").revoke(name)
    return 0
