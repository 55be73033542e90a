"""Fixtures of the tests of the commands."""

from pathlib import Path

import pytest

from tests.cli.worlds import Run


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Command lines in an empty folder, on a machine whose clocks agree with the packaged ones."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.delenv("RELEVE_DEBUG", raising=False)
    monkeypatch.setattr("releve.cli.check.disagreements", lambda *_zones_and_days: ())
    return Run(capsys)
