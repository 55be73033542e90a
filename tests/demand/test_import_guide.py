"""The how-to page on imports: its export gives its history, and its Python runs."""

import re
from pathlib import Path

import pytest

from releve.demand.import_map import ImportMap
from releve.demand.imports import import_file

PAGE = (Path(__file__).parents[2] / "docs/how-to/import-history.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)


def test_the_export_of_the_page_becomes_the_history_of_the_page(tmp_path: Path) -> None:
    export, history = blocks("csv")
    (tmp_path / "acd.csv").write_text(export, encoding="utf-8")
    import_file(tmp_path / "acd.csv", tmp_path / "move", "Europe/Brussels")
    assert (tmp_path / "move" / "history.csv").read_text() == history


def test_the_python_of_the_page_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "acd.csv").write_text(blocks("csv")[0], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    exec(blocks("python")[0], {})
    assert "factures" in capsys.readouterr().out


def test_the_keys_that_the_page_names_are_those_of_the_map() -> None:
    named = set(re.findall(r"`(\w+) = ", PAGE)) - {"per"}
    assert named <= ImportMap.model_fields.keys()
