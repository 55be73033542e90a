"""Who may ask a running switchboard for what."""

import time

import httpx
import pytest

from releve.switchboard.access import ROLES, Pace, Role, Token, Tokens
from tests.switchboard.running import MONDAY, Running

ASKS = {
    "contacts": ("POST", "/v1/outcomes"),
    "decisions": ("GET", "/v1/contacts/nobody"),
    "state": ("GET", "/v1/state"),
    "reload": ("POST", "/v1/reload"),
}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_do_what_the_table_says_and_nothing_else(running: Running, role: Role) -> None:
    with running.client(running.token(role)) as client:
        allowed = {act for act, ask in ASKS.items() if client.request(*ask).status_code != 403}
    assert allowed == ROLES[role] & ASKS.keys()


@pytest.mark.parametrize(
    "header", [{}, {"authorization": "Basic YTpi"}, {"authorization": "Bearer releve_00"}]
)
def test_nobody_is_answered_without_a_token_that_is_known(running: Running, header: dict[str, str]) -> None:
    said = httpx.get(running.url + "/v1/state", headers=header)
    assert (said.status_code, said.headers["www-authenticate"]) == (401, "Bearer")


def test_a_revoked_token_is_refused_within_a_few_seconds(running: Running) -> None:
    with running.client(running.token("viewer", "short-lived")) as client:
        assert client.get("/v1/state").status_code == 200
        Tokens(running.state / "tokens.json").revoke("short-lived")
        until = time.monotonic() + 10.0
        while (said := client.get("/v1/state").status_code) == 200 and time.monotonic() < until:
            time.sleep(0.05)
        assert said == 401


def test_the_file_of_the_tokens_has_no_token(running: Running) -> None:
    text = running.token("edge", "kept")
    kept = (running.state / "tokens.json").read_text()
    assert '"kept"' in kept
    assert text.removeprefix("releve_") not in kept


def test_who_asks_too_fast_waits_and_others_do_not() -> None:
    pace = Pace({"viewer": 10.0})
    hasty, calm = (Token(name, "viewer", name, MONDAY) for name in ("hasty", "calm"))
    waits = [pace.wait_s(hasty, 0.0) for _ in range(21)]
    assert waits == [0.0] * 20 + [0.1]
    assert (pace.wait_s(calm, 0.0), pace.wait_s(hasty, 0.1)) == (0.0, 0.0)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_everybody_may_ask_whether_it_lives_and_takes_contacts(running: Running, path: str) -> None:
    assert httpx.get(running.url + path).status_code == 200


def test_an_answer_may_neither_be_framed_nor_kept_nor_run(running: Running) -> None:
    headers = httpx.get(running.url + "/healthz").headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "server" not in headers
