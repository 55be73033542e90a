"""What the tests of the commands share: one command line run in this process, and what it said."""

from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from releve.cli import main


@dataclass(frozen=True)
class Said:
    """What came of a command line."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.out)


class Run:
    """Runs command lines: run("check", folder)."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *arguments: object) -> Said:
        self.capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        caught = self.capsys.readouterr()
        return Said(code, caught.out, caught.err)
