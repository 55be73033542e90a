"""Contacts over HTTP: where they go, and that they go there again."""

from collections.abc import Iterator

import httpx
import pytest

from releve.routing.bucket import bucket_of
from tests.switchboard.running import Running


@pytest.fixture(scope="module")
def edge(running: Running) -> Iterator[httpx.Client]:
    with running.client(running.token("edge")) as client:
        yield client


def test_a_contact_is_told_where_it_goes_and_that_this_is_durable(edge: httpx.Client) -> None:
    asked = {"id": "call-1", "queue": "fr", "phone": "0475 12 34 56"}
    said = edge.post("/v1/contacts", json=asked).json()
    assert said["durable"] == "store"
    assert said["bucket"] == bucket_of("32475123456", "small")
    assert (said["destination"], said["share"]) == ("old", 10_000)


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


def sent(edge: httpx.Client, contact: str, queue: str = "fr") -> None:
    """A contact that was told where it goes."""
    edge.post("/v1/contacts", json={"id": contact, "queue": queue, "customer": contact}).raise_for_status()


def test_what_was_decided_can_be_read_again(edge: httpx.Client) -> None:
    first = edge.post("/v1/contacts", json={"id": "call/4@pbx", "queue": "fr", "customer": "4"})
    assert edge.get("/v1/contacts/call%2F4%40pbx").json() == first.json()


def test_a_contact_that_was_never_sent_is_unknown(edge: httpx.Client) -> None:
    outcome = {"what": "answered"}
    said = [edge.get("/v1/contacts/nobody"), edge.post("/v1/contacts/nobody/outcomes", json=outcome)]
    assert [(each.status_code, each.json()["error"]) for each in said] == [(404, "unknown-contact")] * 2


def test_an_outcome_told_twice_counts_once_and_a_different_one_is_a_conflict(edge: httpx.Client) -> None:
    sent(edge, "call-5")
    outcome = {"what": "answered", "site": "old", "amount": 12.5}
    path = "/v1/contacts/call-5/outcomes"
    assert [edge.post(path, json=outcome).json()["durable"] for _ in range(2)] == [1, 1]
    other = edge.post(path, json=outcome | {"amount": 13})
    assert (other.status_code, other.json()["error"]) == (409, "outcome-taken")


def test_of_a_batch_what_is_wrong_is_said_by_line_and_the_rest_is_recorded(edge: httpx.Client) -> None:
    sent(edge, "call-6")
    lines = [
        '{"contact": "call-6", "what": "answered", "amount": 3}',
        '{"contact": "nobody", "what": "ended"}',
        '{"contact": "call-6", "what": "survey", "amount": 11}',
        '{"contact": "call-6", "what": "ended", "amount": 250}',
        "not json",
    ]
    said = edge.post("/v1/outcomes", content="\n".join(lines)).json()
    refused = [(each["line"], each["error"]) for each in said["refused"]]
    assert said["durable"] == 2
    assert refused == [(2, "unknown-contact"), (3, "bad-amount"), (5, "bad-body")]
