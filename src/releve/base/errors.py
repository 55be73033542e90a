"""The errors of Releve, and the finding: one thing that is wrong, said so that it can be mended.

ReleveError          exit code 70: our fault, unless a subclass says otherwise
 +- InputError       exit code 2: something given to us is wrong; carries every finding at once
 +- JournalError     exit code 2: the durable record cannot be written, read or trusted
 +- EdgeError        what carries the contacts does not answer as it should
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is wrong with an input, where it stands, and what would mend it."""

    file: str  # relative to the move's folder; "" when no file is concerned
    line: int  # counted from 1; 0 when no line is concerned
    rule: str  # the rule's name, kebab-case: "share-over-100"
    found: str  # what stands there
    allowed: str  # what may stand there
    mend: str  # what to do: "did you mean 'liege'?"

    def __str__(self) -> str:
        where = self.file if not self.line else f"{self.file}:{self.line}"
        parts = [
            f"{where}: {self.rule}" if where else self.rule,
            f"found {self.found}",
            f"allowed: {self.allowed}" if self.allowed else "",
            f"mend: {self.mend}" if self.mend else "",
        ]
        return "; ".join(part for part in parts if part)


class ReleveError(Exception):
    """Anything Releve raises on purpose."""

    exit_code = 70


class InputError(ReleveError):
    """What was given is wrong; `findings` lists all of it, sorted by file and line."""

    exit_code = 2

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(sorted(findings))
        super().__init__("\n".join(map(str, self.findings)))

    def __reduce__(self) -> tuple[type["InputError"], tuple[tuple[Finding, ...]]]:
        return InputError, (self.findings,)  # so that it comes whole from another process


class JournalError(ReleveError):
    """The journal could not be written, read or trusted; the message says what to do."""

    exit_code = 2


class EdgeError(ReleveError):
    """An edge refused a table or does not answer."""


def wrong(
    rule: str, found: object, allowed: str = "", mend: str = "", *, file: str = "", line: int = 0
) -> InputError:
    """An InputError of a single finding, for the place that can see only one thing."""
    return InputError([Finding(file, line, rule, str(found), allowed, mend)])
