"""What an operation of the HTTP API is: who may ask for it, what it takes and gives, which function does it.

`operations` has the table of them, `http` carries them out, `openapi` describes them.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from msgspec import Struct, json

from releve.switchboard.access import Act, Token
from releve.switchboard.board import Switchboard

Header: TypeAlias = tuple[bytes, bytes]
JSON = b"application/json"


class Call(Struct, frozen=True):
    """A request that may be carried out."""

    token: Token  # whose it is; nobody's where everybody may ask
    path: Mapping[str, str]  # the parts of the path that stand in braces
    body: Any  # of the type that the operation takes


class Reply(Struct, frozen=True):
    """What is answered."""

    body: Any  # of the type that the operation gives
    status: int = 200
    kind: bytes = JSON  # other kinds: bytes as they are
    headers: Sequence[Header] = ()


Handler: TypeAlias = Callable[[Switchboard, Call], Awaitable[Reply]]


@dataclass(frozen=True, eq=False)
class Operation:
    """One thing that can be asked."""

    method: Literal["GET", "POST"]
    path: str  # "/v1/contacts/{contact}"
    act: Act | None  # what a token must be allowed to; none: everybody may ask
    handler: Handler
    title: str  # a sentence
    gives: Any = None  # the type of the answer; none: plain text
    takes: Any = None  # the type of the body; none: there is no body, bytes: lines of JSON as they are

    @property
    def name(self) -> str:
        """What it is called in the metrics and the description."""
        return f"{self.method} {self.path}"

    def decoder(self) -> Callable[[bytes], Any]:
        """From a body to what the operation takes. It raises MsgspecError."""
        return bytes if self.takes is bytes else json.Decoder(self.takes).decode
