"""What a switchboard does not put up with: slowness, length and depth. Others are answered meanwhile."""

import socket
import time

import httpx
import pytest

from tests.switchboard.running import Running

CLOSED_S = 10.0  # within which who is slow is closed


@pytest.fixture(scope="module")
def token(running: Running) -> str:
    return running.token("edge")


def top(token: str, length: int) -> bytes:
    return (
        f"POST /v1/contacts HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\ncontent-length: {length}\r\n\r\n"
    ).encode()


def test_who_sends_a_byte_a_second_is_closed_and_others_are_answered(running: Running, token: str) -> None:
    began = time.monotonic()
    slow = [socket.create_connection(running.address) for _ in range(50)]
    for number, each in enumerate(slow):
        each.sendall(b"POST /v1/contacts HTTP/1.1\r\n" if number % 2 else top(token, 60))
    assert httpx.get(running.url + "/healthz").status_code == 200
    for each in slow:
        each.settimeout(CLOSED_S + 5)
        try:
            while each.recv(1_000):
                pass
        except ConnectionResetError:
            pass
        each.close()
    assert time.monotonic() - began < CLOSED_S


def test_a_body_of_100_megabytes_is_refused_while_it_is_sent(running: Running, token: str) -> None:
    with socket.create_connection(running.address) as link:
        link.sendall(top(token, 100_000_000))
        assert link.recv(1_000).startswith(b"HTTP/1.1 413 ")


def test_who_sends_all_of_a_long_body_hears_the_refusal_too(running: Running, token: str) -> None:
    with running.client(token) as client:
        said = client.post("/v1/contacts", content=b"x" * 3_000_000)
    assert (said.status_code, said.json()["error"]) == (413, "long-body")


def test_a_long_body_without_a_length_is_refused(running: Running, token: str) -> None:
    with running.client(token) as client:
        said = client.post("/v1/contacts", content=(b"x" * 1_000 for _ in range(200)))
    assert said.status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 60_000,
        b'{"a":' * 10_000,
        b'{"id":' + b"[" * 50_000,
        b"",
        b"\xff",
        b"{}",
        b'"call"',
        b'{"id": 1e999}',
    ],
    ids=lambda body: repr(body[:8]),
)
def test_deep_or_other_json_is_refused(running: Running, token: str, body: bytes) -> None:
    with running.client(token) as client:
        said = client.post("/v1/contacts", content=body)
    assert (said.status_code, said.json()["error"]) == (400, "bad-body")


def test_a_head_without_end_is_refused(running: Running) -> None:
    with socket.create_connection(running.address) as link:
        link.sendall(b"GET /healthz HTTP/1.1\r\n" + b"a: b\r\n" * 10_000)
        assert link.recv(1_000).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize(
    ("line", "status"),
    [(b"GET /nowhere HTTP/1.1", 404), (b"DELETE /v1/contacts HTTP/1.1", 405), (b"junk", 400)],
)
def test_what_is_no_request_of_ours_is_refused(running: Running, line: bytes, status: int) -> None:
    with socket.create_connection(running.address) as link:
        link.sendall(line + b"\r\nhost: a\r\n\r\n")
        assert link.recv(1_000).startswith(b"HTTP/1.1 %d " % status)


def test_a_head_alone_can_be_asked_for(running: Running) -> None:
    said = httpx.head(running.url + "/healthz")
    assert (said.status_code, said.headers["content-length"], said.content) == (200, "6", b"")


def test_who_waits_to_be_told_to_go_on_is_told(running: Running, token: str) -> None:
    body = b'{"id": "waits", "queue": "fr", "customer": "1"}'
    with socket.create_connection(running.address) as link:
        link.sendall(top(token, len(body)).replace(b"host: a", b"host: a\r\nexpect: 100-continue"))
        assert link.recv(1_000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        link.sendall(body)
        assert link.recv(1_000).startswith(b"HTTP/1.1 200 ")


def test_several_requests_sent_at_once_are_answered_in_their_order(running: Running) -> None:
    paths = ("healthz", "readyz", "nowhere", "healthz")
    with socket.create_connection(running.address) as link:
        link.sendall(b"".join(f"GET /{path} HTTP/1.1\r\nhost: a\r\n\r\n".encode() for path in paths))
        link.settimeout(CLOSED_S)
        said = b""
        while said.count(b"HTTP/1.1 ") < len(paths) or not said.endswith(b"alive\n"):
            said += link.recv(10_000)
    statuses = [part[:3] for part in said.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [b"200", b"200", b"404", b"200"]
