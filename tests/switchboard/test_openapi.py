"""The description of the HTTP API, and the page that is made from it."""

import httpx
from msgspec import json

from docs.make.http_api import PAGE, page
from releve.switchboard.openapi import describe
from releve.switchboard.operations import OPERATIONS
from tests.switchboard.running import Running


def test_the_reference_says_what_the_description_says() -> None:
    # Another operation, field or role: python docs/make/http_api.py writes the page anew.
    assert PAGE.read_text() == page()


def test_a_running_switchboard_gives_its_description(running: Running) -> None:
    said = httpx.get(running.url + "/v1/openapi.json").json()
    assert said == json.decode(json.encode(describe(OPERATIONS)))
    assert said["openapi"] == "3.1.0"


def test_every_operation_that_is_described_is_answered(running: Running) -> None:
    token = running.token("manager")
    with running.client(token) as client:
        for path, methods in describe(OPERATIONS)["paths"].items():
            for method in methods:
                said = client.request(method, path)
                assert said.status_code != 405
                assert said.status_code != 404 or said.json()["error"] == "unknown-contact"


def test_edges_are_told_who_has_which_customers(running: Running) -> None:
    with running.client(running.token("edge", "pbx")) as edge:
        table = edge.get("/v1/table").json()
    rows = [(row["lo"], row["hi"], row["named"]) for row in table["rows"] if row["queue"] == "fr"]
    assert rows == [(0, 65_536, "old")]
    assert table["salt"] == "small"
