"""The words of the README that the demo ends with, as `make demo` plays it: writes them into README.md anew.

python docs/make/demo_quote.py
"""

import re
from pathlib import Path
from textwrap import fill
from typing import Any

from releve.operation.loading import load
from releve.rehearsal.rehearse import rehearse

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PLACE = re.compile(r"(?<=<!-- demo -->\n).*?(?=<!-- /demo -->)", re.DOTALL)
REPLICATIONS, WIDTH = 60, 118


def play() -> dict[str, Any]:
    """The summary of the example."""
    return rehearse(load(ROOT / "examples" / "liege-morocco"), replications=REPLICATIONS).summary


def block(summary: dict[str, Any]) -> str:
    """What the README quotes of a summary: the answer, and the trap in the dates."""
    trap = next(found for found in summary["findings"] if found["rule"] == "contract-ends-first")["found"]
    answer = _quoted(summary["answer"]["sentence"])
    return (
        f"{answer}\n\nIt also finds the trap in the dates:\n\n{_quoted(trap[0].upper() + trap[1:] + '.')}\n"
    )


def _quoted(sentence: str) -> str:
    """A paragraph of a quotation; a number stays with its sign."""
    bound = sentence.replace(" %", "\N{NO-BREAK SPACE}%")
    lines = fill(bound, WIDTH, initial_indent="> ", subsequent_indent="> ")
    return lines.replace("\N{NO-BREAK SPACE}", " ")


def main() -> None:
    """Play the example and write its words down."""
    fresh = block(play())
    README.write_text(PLACE.sub(lambda _: fresh, README.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
