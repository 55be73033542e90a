"""A switchboard that really runs: `releve serve` of the small move in a process of its own, on a free port."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from releve.switchboard.access import Role, Tokens

PROGRAM = "from releve.cli import program; raise SystemExit(program())"
PATIENCE_S = 60


@dataclass
class Running:
    """A running switchboard and the tokens of its state folder."""

    url: str
    state: Path
    process: "subprocess.Popen[str]"

    def client(self, role: Role, name: str = "") -> httpx.Client:
        """Somebody with a new token of this role."""
        return httpx.Client(base_url=self.url, headers=self.token(role, name), timeout=PATIENCE_S)

    def token(self, role: Role, name: str = "") -> dict[str, str]:
        """The header of a new token."""
        text = Tokens(self.state / "tokens.json").add(name or role, role, datetime.now(UTC))
        return {"authorization": f"Bearer {text}"}


@contextmanager
def serving(move: Path, state: Path, *options: str) -> Iterator[Running]:
    """Start it, and stop it gracefully by its id."""
    command = [
        sys.executable,
        "-c",
        PROGRAM,
        "serve",
        str(move),
        "--port",
        "0",
        "--state",
        str(state),
        *options,
    ]
    state.mkdir(mode=0o700, exist_ok=True)
    with (
        open(state / "log", "a") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            assert "http://" in said, (said, (state / "log").read_text())
            yield Running(said.split()[-1], state, process)
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
