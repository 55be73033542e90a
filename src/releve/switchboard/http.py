"""The HTTP shell: from bytes to an operation and back. It decides nothing.

What is asked most is found by its path in one look; the rest goes through Starlette's routes. Both are carried out by
the same function. Rules of this file
1. Who asks is known before the body is read, and the body is bounded before it is understood.
2. A refusal is `{"error": rule, "found", "allowed", "mend"}`, with a status by its rule.
3. Of a request that is refused its operation, its client's address and its status go to the log, and nothing else.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from logging import ERROR, WARNING
from typing import Any, TypeAlias

from msgspec import MsgspecError, json
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from releve.base.errors import Finding, InputError, JournalError, wrong
from releve.operation.shape import listed
from releve.switchboard.access import ACTS, NOBODY, ROLES, Pace, Token, may
from releve.switchboard.api import Call, Header, Operation, Reply
from releve.switchboard.board import Switchboard
from releve.switchboard.logs import say
from releve.switchboard.operations import OPERATIONS
from releve.switchboard.orders import REFUSALS

MOST_BODY = 64 * 1024  # bytes
STATUS: Mapping[str, int] = {  # rule -> status; what is not here is 400
    "no-token": 401,
    "unknown-token": 401,
    "not-allowed": 403,
    "unknown-contact": 404,
    "unknown-path": 404,
    "wrong-method": 405,
    "contact-taken": 409,
    "outcome-taken": 409,
    **dict.fromkeys(REFUSALS, 409),
    "role-not-allowed": 403,
    "unknown-wave": 404,
    "unknown-destination": 404,
    "unknown-item": 404,
    "long-body": 413,
    "too-fast": 429,
    "fault": 500,
    "not-durable": 503,
}
Decode: TypeAlias = Callable[[bytes], Any]
LOGGED = (401, 403, 429, 503)
NOTE_S = 0.1  # J: at least between two lines of the log about refusals
CLOSE: Header = (b"connection", b"close")
HEADERS: Mapping[int, Sequence[Header]] = {
    401: ((b"www-authenticate", b"Bearer"),),
    413: (CLOSE,),
    429: ((b"retry-after", b"1"),),
    503: ((b"retry-after", b"1"),),
}


class Front:
    """The ASGI application of a switchboard."""

    def __init__(self, board: Switchboard) -> None:
        self._board = board
        self._pace = Pace()
        self._noted = 0.0  # when a refusal was last said in the log
        carried = {operation: _Carried(self, operation) for operation in OPERATIONS}
        self._at_once = {
            (each.method, each.path): app for each, app in carried.items() if "{" not in each.path
        }
        self._rest = Starlette(
            routes=[
                Route(each.path.replace("{contact}", "{contact:path}"), app, methods=[each.method])
                for each, app in carried.items()
            ],
            exception_handlers={404: _unknown_path, 405: _wrong_method},
        )
        self._rest.router.redirect_slashes = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app: ASGIApp = self._at_once.get((scope["method"], scope["path"]), self._rest)
        await app(scope, receive, send)

    async def carry_out(
        self, operation: Operation, decode: Decode, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Answer one request."""
        began = time.perf_counter()
        try:
            token = self._admit(scope, operation)
            body = await _read(operation, decode, scope, receive) if operation.takes else None
            reply = await operation.handler(self._board, Call(token, scope.get("path_params", {}), body))
        except (InputError, JournalError) as error:
            reply = refusal(error)
        except Exception as error:
            say("fault", ERROR, operation=operation.name, kind=type(error).__name__, fault=str(error))
            reply = refusal(wrong("fault", "a fault of Releve", "", "see the log"))
        if reply.status in LOGGED:
            self._note(operation, reply, scope)
        await _answer(reply, receive, send)
        self._board.metrics.answered(operation.name, reply.status, time.perf_counter() - began)

    def _note(self, operation: Operation, reply: Reply, scope: Scope) -> None:
        """Say in the log who was refused, as often as somebody can read it; the metrics count all."""
        now = time.monotonic()
        if now - self._noted >= NOTE_S:
            self._noted = now
            client = (scope.get("client") or ("",))[0]
            say("refused", WARNING, operation=operation.name, status=reply.status, client=client)

    def _admit(self, scope: Scope, operation: Operation) -> Token:
        """Whose request it is, if that token may ask for this now. Raises InputError."""
        if operation.act is None:
            return NOBODY
        token = self._board.tokens.of(_bearer(scope))
        if token is None:
            raise wrong("unknown-token", "a token that is not known", "one made by `releve token add`")
        if not may(token, operation.act):
            roles = [role for role, acts in ROLES.items() if operation.act in acts]
            raise wrong("not-allowed", f"the role {token.role} may not {ACTS[operation.act]}", listed(roles))
        wait_s = self._pace.wait_s(token, time.monotonic())
        if wait_s:
            raise wrong(
                "too-fast", f"more requests than {token.name} may make", "", f"ask again in {wait_s:.2f} s"
            )
        return token


class _Carried:
    """An operation as an ASGI application."""

    def __init__(self, front: Front, operation: Operation) -> None:
        self._front = front
        self._operation = operation
        self._decode = operation.decoder()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._front.carry_out(self._operation, self._decode, scope, receive, send)


def refusal(error: InputError | JournalError) -> Reply:
    """What is said of an error."""
    findings = error.findings if isinstance(error, InputError) else (_not_durable(error),)
    status = STATUS.get(findings[0].rule, 400)
    return Reply(_said(findings), status, headers=HEADERS.get(status, ()))


def _not_durable(error: JournalError) -> Finding:
    mend = "ask again; until then route by the last table that was told"
    return Finding("", 0, "not-durable", str(error), "", mend)


def _said(findings: Sequence[Finding]) -> dict[str, Any]:
    first = findings[0]
    body = {"error": first.rule, "found": first.found, "allowed": first.allowed, "mend": first.mend}
    return body | ({"findings": findings} if len(findings) > 1 or first.file else {})


def _bearer(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"authorization":
            kind, _, text = value.decode("latin-1").partition(" ")
            if kind.lower() == "bearer":
                return str(text.strip())
    raise wrong(
        "no-token", "no token", "a header `Authorization: Bearer TOKEN`", "releve token add NAME --role ROLE"
    )


async def _read(operation: Operation, decode: Decode, scope: Scope, receive: Receive) -> Any:
    """The body, of the operation's type. Raises InputError where it is too long or something else."""
    told = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    if int(told) > MOST_BODY:
        raise _long()
    data, more = b"", True
    while more:
        message = await receive()
        data += message.get("body", b"")
        more = message.get("more_body", False)
        if len(data) > MOST_BODY:
            raise _long()
    try:
        return decode(data)
    except (MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise wrong("bad-body", error, f"what {operation.path} takes: see /v1/openapi.json") from error


def _long() -> InputError:
    return wrong(
        "long-body", f"a body over {MOST_BODY:,} bytes", f"at most {MOST_BODY:,}", "send less at once"
    )


async def _answer(reply: Reply, receive: Receive, send: Send) -> None:
    """Send it. Who is still sending a body that is too long is heard out, or it would not hear the answer."""
    data = reply.body if isinstance(reply.body, bytes) else json.encode(reply.body)
    length = (b"content-length", str(len(data)).encode())
    headers = [(b"content-type", reply.kind), length, *reply.headers]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    closing = CLOSE in reply.headers
    await send({"type": "http.response.body", "body": data, "more_body": closing})
    if closing:
        while (await receive()).get("more_body", False):
            pass
        await send({"type": "http.response.body", "body": b""})


def _unknown_path(request: Request, _error: Exception) -> Response:
    return _response(wrong("unknown-path", request.url.path[:80], "a path of /v1/openapi.json"))


def _wrong_method(request: Request, _error: Exception) -> Response:
    found = f"{request.method} {request.url.path[:80]}"
    return _response(wrong("wrong-method", found, "a method of /v1/openapi.json"))


def _response(error: InputError) -> Response:
    reply = refusal(error)
    headers = {name.decode(): value.decode() for name, value in reply.headers}
    return Response(json.encode(reply.body), reply.status, headers, reply.kind.decode())
