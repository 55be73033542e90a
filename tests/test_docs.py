"""The documentation runs: what its pages tell the reader to type is typed, and what they point to is there.

A block marked `console` holds lines that begin with `$`: they are run in order, in a folder with a copy of the
examples. `console exits 2` says how its last line ends; every other line ends with 0. A block marked with a
language and a file is added to the end of that file. Rehearsals are played once here, however often the page says.
"""

import ast
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

import pytest
from cyclopts import App

from releve.cli import main
from releve.cli.app import COMMANDS, app
from releve.operation import reading
from releve.operation.explain import all_settings
from releve.operation.lone import load_operation

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
RUN = [
    *sorted((ROOT / "docs/tutorial").glob("*.md")),
    *sorted((ROOT / "docs/how-to").glob("*.md")),
]
CENTRE_PAGE = ROOT / "docs/reference/operation-file.md"
BLOCK = re.compile(r"^(?P<indent> *)```(?P<info>[^\n`]*)\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]]+\]\((?P<to>[^)#\s]+)(?:#[^)]*)?\)")
RULES = "".join((ROOT / "docs/reference" / page).read_text() for page in ("files.md", "findings.md"))
SOURCES = (ROOT / "docs/reference/sources.md").read_text()
REFERENCE = (ROOT / "docs/reference/commands.md").read_text()


@dataclass(frozen=True)
class Block:
    """A block of code of a page."""

    info: list[str]
    text: str


def blocks(page: Path) -> Iterator[Block]:
    """The blocks of a page, without the indentation of the list that they stand in."""
    for found in BLOCK.finditer(page.read_text()):
        indent = len(found["indent"])
        text = "".join(line[indent:] for line in found["text"].splitlines(keepends=True))
        yield Block(found["info"].split(), text)


def typed(block: Block) -> list[str]:
    return [line.removeprefix("$ ") for line in block.text.splitlines() if line.startswith("$ ")]


def play(command: str) -> int:
    """Run one line; a rehearsal or a search in this process, and short."""
    words = shlex.split(command)
    if words[0] != "releve":
        return subprocess.run(command, shell=True, check=False).returncode
    short = {"--replications": "1"} if words[1] in ("rehearse", "simulate", "plan") else {}
    short |= {"--seconds": "2"} if words[1] == "plan" and "--what-if" not in words else {}
    for option, value in short.items():
        if option in words:
            words[words.index(option) + 1] = value
        else:
            words += [option, value]
    return main(words[1:])


@pytest.mark.parametrize(
    "page",
    [page for page in RUN if any("console" in block.info for block in blocks(page))],
    ids=lambda page: page.stem,
)
def test_what_a_page_says_to_type_works(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("releve.cli.rehearsing.with_fit", lambda rehearsed, *_, **__: rehearsed)  # its time
    for block in blocks(page):
        if "console" in block.info:
            commands = typed(block)
            assert commands, block
            last = int(block.info[2]) if block.info[1:2] == ["exits"] else 0
            codes = [play(command) for command in commands]
            assert codes == [0] * (len(commands) - 1) + [last], (commands, capsys.readouterr().err)
        elif len(block.info) > 1:
            path = tmp_path / block.info[1]
            path.write_text((path.read_text() if path.exists() else "") + "\n" + block.text)


@pytest.mark.parametrize("page", RUN, ids=lambda page: page.stem)
def test_every_command_of_a_page_that_runs_is_in_a_block_that_runs(page: Path) -> None:
    others = [block for block in blocks(page) if "console" not in block.info]
    assert [block.text for block in others if re.search(r"^\$ ", block.text, re.MULTILINE)] == []


def test_what_the_tutorial_quotes_of_a_check_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    quotes = [
        block.text for block in blocks(ROOT / "docs/tutorial/first-rehearsal.md") if block.info == ["text"]
    ]
    assert main(["check", str(ROOT / "examples/liege-morocco")]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert quotes
    assert [quote for quote in quotes if " ".join(quote.split()) not in said] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = BLOCK.sub("", page.read_text())
    to = {found["to"] for found in LINK.finditer(text) if "://" not in found["to"]}
    assert {link for link in to if not (page.parent / link).exists()} == set()


def options(command: str) -> set[str]:
    """The options of a command, as the program knows them; what every command has is left out."""
    names = {
        name
        for part in _parts(app[command])
        for argument in part.assemble_argument_collection()
        for name in argument.names
        if name.startswith("--")
    }
    return names - {"--help", "--version"}


def _parts(command: App) -> list[App]:
    """The commands inside a command; itself where it has none."""
    names = [name for name in command if not name.startswith("-")]
    return [command[name] for name in names] or [command]


def sections() -> dict[str, str]:
    """The part of the reference about each command."""
    parts = re.split(r"^## releve (\S+).*\n", REFERENCE, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_command_is_in_the_reference_and_no_other() -> None:
    assert set(sections()) == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_of_a_command_is_in_the_reference_and_no_other(command: str) -> None:
    told = set(re.findall(r"^\| `(--[a-z-]+)` \|", sections()[command], re.MULTILINE))
    assert told == options(command)


CENTRES = [block.text for block in blocks(CENTRE_PAGE) if block.info == ["toml"]]
ONLY_IN_A_MOVE = (
    "providers.",
    "contracts.",
    "employment.",
    "interruption.",
    "working_time.",
    "queues.dialled",
    "destinations.address",
    "calling_code",
    "shifts.weight",
    "shifts.shortened",
)


@pytest.mark.parametrize("text", CENTRES, ids=range(len(CENTRES)))
def test_every_operation_file_of_its_page_loads(tmp_path: Path, text: str) -> None:
    (tmp_path / "centre.toml").write_text(text)
    assert load_operation(tmp_path / "centre.toml").arrivals


def test_the_operation_files_from_python_load() -> None:
    for block in blocks(CENTRE_PAGE):
        if block.info == ["python"]:
            exec(compile(block.text, str(CENTRE_PAGE), "exec"), {})


def test_the_page_of_the_operation_file_tells_every_key_that_a_simulation_plays() -> None:
    told = set(re.findall(r"[a-z_]+", CENTRE_PAGE.read_text()))
    keys = [each for each in all_settings() if each.file == "operation.toml"]
    needed = {each.name for each in keys if not each.key.startswith(ONLY_IN_A_MOVE)}
    assert needed - told == set()


def test_the_source_of_every_default_is_one_that_a_page_explains() -> None:
    words = {said.source.partition(":")[0] for said in all_settings() if said.source}
    assert {word for word in words if f"| `{word}` |" not in SOURCES} == set()


RULE_AT = {"wrong": 0, "finding": 0, "Finding": 2}  # who makes a finding -> which argument is its rule


def rules_of(source: str) -> Iterator[str]:
    """The rules that a module's findings name, where they stand in words."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            at = RULE_AT.get(called, len(node.args))
            words = node.args[at : at + 1]
        else:
            words = node.value.elts[1:2] if isinstance(node, ast.Yield) and _is_row(node.value) else []
        yield from (str(word.value) for word in words if isinstance(word, ast.Constant))


def _is_row(value: ast.expr | None) -> TypeGuard[ast.Tuple]:
    return isinstance(value, ast.Tuple) and len(value.elts) == 5


def test_every_rule_that_a_finding_can_name_is_listed() -> None:
    named = {rule for file in (ROOT / "src").rglob("*.py") for rule in rules_of(file.read_text())}
    named |= {rule for rule, _ in (*reading._RULES.values(), *reading._KINDS.values())}
    listed = set(re.findall(r"[a-z0-9-]+", " ".join(re.findall(r"^\| ([^|]+) \|", RULES, re.MULTILINE))))
    assert len(named) > 100
    assert named - listed == set()
