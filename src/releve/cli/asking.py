"""Asking a running switchboard over HTTP, for the commands that show and order."""

from dataclasses import dataclass
from typing import Annotated, Any

import httpx
from cyclopts import Parameter

from releve.base.errors import Finding, InputError, wrong

ANSWERS_S = 30.0  # J: an order may have to count the people of a day first
Url = Annotated[str, Parameter(env_var="RELEVE_URL", help="Where the switchboard answers.")]
AToken = Annotated[
    str | None,
    Parameter(name="--token", env_var="RELEVE_TOKEN", help="Your token; made by `releve token add`."),
]
HERE = "http://127.0.0.1:8080"


class Unreachable(InputError):
    """The switchboard does not answer as one: what was asked may or may not have been done."""

    def __init__(self, said: str) -> None:
        mend = "is `releve serve` running there? `releve wave abort --state DIR` works without it"
        super().__init__([Finding("", 0, "no-answer", said, "a switchboard that answers: --url URL", mend)])


@dataclass(frozen=True)
class Board:
    """A switchboard, as whoever holds a token sees it."""

    url: str
    token: str | None
    patience_s: float = ANSWERS_S  # for an answer

    def get(self, path: str) -> Any:
        """What it says of something. Raises InputError for what it refuses, Unreachable when nobody answers."""
        return self._ask("GET", path)

    def post(self, path: str, body: Any) -> Any:
        """What comes of an order; raises as `get`."""
        return self._ask("POST", path, json=body)

    def post_lines(self, path: str, lines: bytes) -> Any:
        """What comes of lines of JSON; raises as `get`."""
        return self._ask("POST", path, content=lines)

    def _ask(self, method: str, path: str, **body: Any) -> Any:
        if not self.token:
            mend = "--token TOKEN, or RELEVE_TOKEN in the environment; made by `releve token add`"
            raise wrong("no-token", "no token", "the token of a person", mend)
        headers = {"authorization": f"Bearer {self.token}"}
        try:
            answer = httpx.request(
                method, self.url.rstrip("/") + path, headers=headers, timeout=self.patience_s, **body
            )
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise wrong("bad-url", repr(self.url), "as http://127.0.0.1:8080", "--url URL") from error
        except httpx.TransportError as error:
            raise Unreachable(f"nobody answers at {self.url}: {error or type(error).__name__}") from error
        if answer.is_success:
            return answer.json()
        raise _refused(answer)


def _refused(answer: httpx.Response) -> Exception:
    """What a switchboard says of a request that it refuses."""
    try:
        said = answer.json()
        finding = Finding("", 0, said["error"], said["found"], said["allowed"], said["mend"])
    except (ValueError, KeyError, TypeError):
        return Unreachable(f"{answer.url} answers {answer.status_code}, and is no switchboard")
    return InputError([finding]) if answer.status_code < 500 else Unreachable(str(finding))
