"""What holds for the files of the repository: no trace of a machine, pages in form, versions pinned."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Written so that this file does not match itself: "\x2f" is the slash, a class of one letter is that letter.
TRACES = {
    "the host of a package index": re.compile(
        r"[p]ypi\.(org|python)|[p]ythonhosted\.org|[n]pmjs\.org|[y]arnpkg\.com|[a]naconda\.org|[p]roxy\.golang"
        r"|[c]rates\.io|\x2fpackages/[0-9a-f]{2}/[0-9a-f]{2}/"
    ),
    "where an installer looks": re.compile(
        r"^\s*--(extra-)?[i]ndex-url|--[f]ind-links|(index-url|registry) *[=:] *.?https?:", re.MULTILINE
    ),
    "a home folder": re.compile(r"(?<![\w.~])\x2f(root|home\x2f\w+|Users\x2f\w+)\x2f"),
    "this checkout's path": re.compile(rf"(?<![\w.~]){re.escape(str(ROOT))}\b"),
}
FRAGMENT_NAME = re.compile(r"[0-9]+-[a-z0-9-]+\.(added|changed|fixed|removed)\.md")
DECISION_NAME = re.compile(r"[0-9]{4}-[a-z0-9-]+\.md")
PINNED = re.compile(
    r"^([a-z0-9-]+)==\S+(?: ; [^\\]+)? \\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", re.MULTILINE
)


def tracked_files() -> list[Path]:
    """The files that git keeps; in a copy without git they cannot be told from what lies about."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def pages(folder: str) -> list[Path]:
    """The Markdown files of a folder, but for the one that explains the folder."""
    return [path for path in sorted((ROOT / folder).glob("*.md")) if path.name != "README.md"]


def direct_dependencies(*extras: str) -> set[str]:
    """The names that pyproject.toml asks for, of the package itself and of the extras named."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = project["dependencies"] + [
        name for extra in extras for name in project["optional-dependencies"][extra]
    ]
    return {re.split(r"[^\w-]", name)[0] for name in asked}


@pytest.mark.parametrize("trace", TRACES)
def test_no_file_carries_a_trace_of_the_machine_it_was_made_on(trace: str) -> None:
    texts = {path: path.read_text(errors="replace") for path in tracked_files()}
    found = {
        str(path.relative_to(ROOT)): match.group()
        for path, text in texts.items()
        if (match := TRACES[trace].search(text))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("trace", "text"),
    [
        ("the host of a package index", "https://" + "pypi" + ".org/simple"),
        ("where an installer looks", "--find" + "-links wheels"),
        ("a home folder", 'cache = "/' + 'home/ann/cache"'),
        ("this checkout's path", f"see {ROOT}/out"),
    ],
)
def test_a_trace_would_be_seen(trace: str, text: str) -> None:
    assert TRACES[trace].search(text)


@pytest.mark.parametrize("page", pages("docs/decisions"), ids=lambda page: page.name)
def test_a_decision_says_its_goal_its_choice_and_what_was_given_up(page: Path) -> None:
    parts = re.split(r"^## (.+)\n", page.read_text(), flags=re.MULTILINE)
    title, sections = parts[0], dict(zip(parts[1::2], parts[2::2], strict=True))
    assert DECISION_NAME.fullmatch(page.name)
    assert title.startswith(f"# {int(page.name[:4])}. ")
    assert list(sections) == ["Goal", "Choice", "Given up"]
    assert all(text.strip() for text in sections.values())


def test_no_two_decisions_share_a_number() -> None:
    numbers = [page.name[:4] for page in pages("docs/decisions")]
    assert sorted(set(numbers)) == numbers


def test_every_changelog_fragment_is_one_paragraph_under_a_name_of_the_form() -> None:
    wrong = {
        path.name
        for path in (ROOT / "changelog.d").iterdir()
        if path.name != "README.md"
        and not (FRAGMENT_NAME.fullmatch(path.name) and re.fullmatch(r"[^#\s](.+\n)+", path.read_text()))
    }
    assert wrong == set()


@pytest.mark.parametrize(("name", "extras"), [("run", ()), ("dev", ("dev",)), ("bench", ("dev", "bench"))])
def test_requirements_are_pinned_with_hashes_and_cover_what_is_asked_for(
    name: str, extras: tuple[str, ...]
) -> None:
    text = (ROOT / f"requirements/{name}.txt").read_text()
    lines = re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE)
    assert PINNED.sub("", lines).strip() == ""
    assert direct_dependencies(*extras) - set(PINNED.findall(lines)) == set()


def test_every_library_is_in_the_conventions_or_has_a_decision() -> None:
    told = "\n".join(page.read_text() for page in [ROOT / "docs/conventions.md", *pages("docs/decisions")])
    untold = {name for name in direct_dependencies("dev", "bench") if not re.search(rf"\b{name}\b", told)}
    assert untold == set()
