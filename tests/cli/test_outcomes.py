"""`releve outcomes`: a file of what came of contacts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.worlds import Run
from tests.operation.small_move import write_small_move
from tests.switchboard.running import Running, in_thread


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("outcomes")
    with in_thread(write_small_move(folder / "move"), folder / "state") as started:
        yield started


@pytest.fixture(scope="module")
def token(running: Running) -> str:
    """Of somebody who has sent three contacts."""
    text = running.token("edge")
    with running.client(text) as edge:
        for number in range(3):
            body = {"id": f"call-{number}", "queue": "fr", "customer": f"{number}"}
            edge.post("/v1/contacts", json=body).raise_for_status()
    return text


@pytest.fixture
def options(running: Running, token: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("RELEVE_TOKEN", token)
    return ["--url", running.url]


CSV = "contact,what,site,amount,at\ncall-0,answered,old,12,2025-10-13T08:00:00Z\ncall-1,abandoned,,40,\n"


def test_a_file_of_outcomes_is_recorded_and_the_same_again_does_no_harm(run: Run, options: list[str]) -> None:
    Path("day.csv").write_text(CSV)
    said = [run("outcomes", "day.csv", *options) for _ in range(2)]
    assert [(each.code, each.out) for each in said] == [(0, "2 outcomes are durable, 0 refused.\n")] * 2


def test_a_wrong_line_is_told_with_its_place_and_the_others_are_recorded(
    run: Run, options: list[str]
) -> None:
    Path("day.csv").write_text(CSV + "nobody,ended,,3,\ncall-2,ended,,soon,\ncall-2,answered,,7,\n")
    said = run("outcomes", "day.csv", *options)
    assert (said.code, said.out) == (2, "3 outcomes are durable, 2 refused.\n")
    assert "day.csv:4 unknown-contact" in said.err
    assert "day.csv:5 bad-body" in said.err


def test_lines_of_json_are_taken_too_however_many(run: Run, options: list[str]) -> None:
    line = '{"contact": "call-2", "what": "returned"}\n'
    Path("day.jsonl").write_text(line * 1_200)
    assert run("outcomes", "day.jsonl", *options, "--json").json["durable"] == 1_200


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("contact,wat\n1,ended\n", "unknown-column"),
        ("contact,site\n1,old\n", "missing-column"),
        ("\x00\xff", "unknown-column"),
    ],
)
def test_another_file_is_refused(run: Run, options: list[str], text: str, rule: str) -> None:
    Path("day.csv").write_text(text)
    said = run("outcomes", "day.csv", *options)
    assert (said.code, rule in said.err) == (2, True)
