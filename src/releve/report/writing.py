"""A page as a file: there whole, or not at all."""

import os
from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from releve.report.page import render, render_plan


def write(summary: Mapping[str, Any], path: Path) -> None:
    """Write the report of a summary to `path`: beside it first, then renamed onto it.

    Raises OSError where the folder cannot be written; what stood at `path` is then still there.
    """
    _put(render(summary), path)


def write_plan(told: Mapping[str, Any], summary: Mapping[str, Any], path: Path) -> None:
    """Write the page of a plan to `path`, as `write` does."""
    _put(render_plan(told, summary), path)


def _put(text: str, path: Path) -> None:
    with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, suffix=".part", delete=False) as beside:
        try:
            beside.write(text)
            beside.close()
            os.chmod(beside.name, 0o644)  # a temporary file is private; a report is to be shared
            os.replace(beside.name, path)
        except BaseException:
            Path(beside.name).unlink(missing_ok=True)
            raise
