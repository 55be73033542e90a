"""Contacts over HTTP: where they go, and that they go there again."""

from collections.abc import Iterator

import httpx
import pytest

from releve.routing.bucket import bucket_of
from tests.switchboard.running import Running


@pytest.fixture(scope="module")
def edge(running: Running) -> Iterator[httpx.Client]:
    with running.client("edge") as client:
        yield client


def test_a_contact_is_told_where_it_goes_and_that_this_is_durable(edge: httpx.Client) -> None:
    asked = {"id": "call-1", "queue": "fr", "phone": "0475 12 34 56"}
    said = edge.post("/v1/contacts", json=asked).json()
    assert said["durable"] == "store"
    assert said["bucket"] == bucket_of("32475123456", "small")
    assert said["destination"] == ("new" if said["bucket"] >= 32_768 else "old")


def test_a_contact_asked_again_gets_its_first_decision(edge: httpx.Client) -> None:
    asked = {"id": "call-2", "queue": "fr", "customer": "17"}
    first, again = (edge.post("/v1/contacts", json=asked) for _ in range(2))
    assert first.json() == again.json()


def test_an_id_with_another_body_is_a_conflict(edge: httpx.Client) -> None:
    asked = {"id": "call-3", "queue": "fr", "customer": "17"}
    edge.post("/v1/contacts", json=asked)
    other = edge.post("/v1/contacts", json=asked | {"customer": "18"})
    assert (other.status_code, other.json()["error"]) == (409, "contact-taken")


@pytest.mark.parametrize(
    ("asked", "status", "error"),
    [
        ({"id": "a", "queue": "fr"}, 400, "contact-without-key"),
        ({"id": "a", "queue": "ft", "customer": "1"}, 400, "unknown-queue"),
        ({"id": "a b", "queue": "fr", "customer": "1"}, 400, "bad-body"),
        ({"id": "a", "queue": "fr", "custmer": "1"}, 400, "bad-body"),
        ({"id": "a", "queue": "fr", "customer": 1}, 400, "bad-body"),
    ],
)
def test_what_cannot_be_decided_is_refused_with_its_rule(
    edge: httpx.Client, asked: object, status: int, error: str
) -> None:
    said = edge.post("/v1/contacts", json=asked)
    assert (said.status_code, said.json()["error"]) == (status, error)
