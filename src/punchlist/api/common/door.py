"""The way of a request from bytes to an answer, the same for every endpoint of both dialects.

The order is the order of what a caller may learn: who they are, how much they have asked, what their key
is for, and only then what is wrong with what they sent.
"""

import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from litestar import Request
from litestar.response.base import ASGIResponse

from punchlist.api.common import idempotency
from punchlist.api.common.authentication import READING, read_claim, require_own_page
from punchlist.api.common.calls import Answer, Call, ClientGoneError, Incoming, read_body
from punchlist.api.common.endpoints import Endpoint
from punchlist.api.common.forms import is_form
from punchlist.api.common.observation import request_id_of
from punchlist.api.common.problems import HttpKind
from punchlist.api.common.sending import SentAnswer
from punchlist.api.common.state import ServerState
from punchlist.domain import limits
from punchlist.domain.context import Context, nobodys_context
from punchlist.domain.problems import Kind, Problem, Reason, Rejected, Unavailable
from punchlist.services import access
from punchlist.services.access import Counted

_log = logging.getLogger("punchlist.api")

PlainRequest = Request[Any, Any, Any]


class Dialect(msgspec.Struct, frozen=True):
    """What one dialect does in its own way on the way of a request."""

    refuse: Callable[..., Answer]
    """Words a refusal: (rejected, *, request_id, now) -> Answer."""
    read_query: Callable[[str, Endpoint], dict[str, Any]]
    """Reads a query string into an endpoint's parameters; raises Rejected."""
    check_media: Callable[[Endpoint, Mapping[str, str], bytes], None]
    """Raises Rejected when a request's media types are not this dialect's."""
    count: Callable[..., Awaitable[Counted]]
    """Counts a request: (state, bearer, now) -> Counted."""
    finish: Callable[[Answer, Counted, Mapping[str, str], dt.datetime, ServerState], Answer]
    """Adds what every answer of the dialect carries."""


def serve(endpoint: Endpoint, dialect: Dialect) -> Callable[[PlainRequest], Awaitable[ASGIResponse]]:
    """The HTTP handler of an endpoint."""

    async def handle(request: PlainRequest) -> ASGIResponse:
        now = dt.datetime.now(dt.UTC)
        request_id = request_id_of(request.scope)
        headers = _headers(request.scope["headers"])
        progress = _Progress()
        try:
            answer = await _answer(endpoint, dialect, request, headers, request_id, now, progress)
        except Rejected as rejected:
            answer = dialect.refuse(rejected, request_id=request_id, now=now)
        except Unavailable:
            answer = dialect.refuse(Rejected(HttpKind.UNAVAILABLE), request_id=request_id, now=now)
        except ClientGoneError:
            answer = Answer(499)
        except Exception:
            _log.exception("unexpected failure")
            answer = dialect.refuse(Rejected(HttpKind.SERVER_ERROR), request_id=request_id, now=now)
        state: ServerState = request.app.state["server"]
        answer = dialect.finish(answer, progress.counted, headers, now, state)
        if progress.incoming is not None:
            await progress.incoming.drain(limits.FILE_MAX)
        return SentAnswer(answer.status, answer.headers, answer.body, answer.stream, answer.live)

    handle.__name__ = endpoint.name
    return handle


class _Progress:
    """How far a request came; what is known of it is told even where it was refused further on.

    `incoming` is a form that the handler reads by itself.
    """

    counted = Counted()
    incoming: Incoming | None = None


async def _answer(
    endpoint: Endpoint,
    dialect: Dialect,
    request: PlainRequest,
    headers: dict[str, str],
    request_id: str,
    now: dt.datetime,
    progress: _Progress,
) -> Answer:
    state: ServerState = request.app.state["server"]
    scope = request.scope
    # The body is read first, so that a refusal does not break the connection of a client still sending.
    takes_form = endpoint.form is not None and (endpoint.body is None or is_form(headers))
    takes_body = endpoint.body is not None and not takes_form
    if takes_form:
        progress.incoming = Incoming(request.receive)
    body = await read_body(request.receive, most=limits.BODY_MAX) if takes_body else b""
    client = scope["client"]
    call = Call(
        method=endpoint.method,
        path=scope["path"],
        headers=headers,
        base_url=f"{scope['scheme']}://{_host(headers) or _own_address(request)}",
        query=scope["query_string"].decode("latin-1"),
        path_parameters=request.path_params,
        parameters={},
        body=body,
        address=client[0] if client else None,
        now=now,
        request_id=request_id,
        db=state.db,
        state=state,
        receive=progress.incoming or request.receive,
        context=nobodys_context(now, request_id),
    )
    if not endpoint.public:
        await _identify(endpoint, dialect, call, state, progress)
    dialect.check_media(endpoint, headers, body)
    call.parameters = dialect.read_query(call.query, endpoint)
    key = headers.get(idempotency.HEADER) if endpoint.idempotent else None
    if key is None:
        return await endpoint.handler(call)

    def refused(rejected: Rejected) -> Answer:
        return dialect.refuse(rejected, request_id=request_id, now=now)

    return await idempotency.answer_once(state.db, call, key, endpoint.handler, refused)


async def _identify(
    endpoint: Endpoint, dialect: Dialect, call: Call, state: ServerState, progress: _Progress
) -> None:
    """Finds out who calls and puts that, and what the path names, into the call; raises Rejected."""
    claim = read_claim(call.headers)
    credential = claim.credential
    if credential is None:
        raise Rejected(Kind.INVALID_AUTHENTICATION)
    if claim.by_cookie and call.method not in READING:
        require_own_page(call.headers, own_addresses(call))
    if endpoint.find is None:
        bearer = await access.find_bearer(state.look_ups, credential)
    else:
        bearer, call.found = await endpoint.find(state.look_ups, credential, call.path_parameters)
    bearer = access.admit(bearer, address=call.address, now=call.now)
    state.uses[credential.kind][bearer.workspace_id, bearer.token_id] = call.now
    progress.counted = counted = await dialect.count(state, bearer, call.now)
    if counted.refusal is not None and counted.usage is not None:
        usage = counted.usage
        raise Rejected(counted.refusal, limit=usage.limit, resets_at=usage.resets_at)
    actor = access.as_actor(bearer)
    if endpoint.scope is not None:
        access.require_scope(actor, endpoint.scope)
    call.credential = credential
    call.context = Context(actor, call.now, call.request_id)


def own_addresses(call: Call) -> tuple[str | None, ...]:
    """Where the pages of this server are: at the address that was called, and at the one it is known by."""
    return call.base_url, call.state.settings.public_url


def _headers(raw: Any) -> dict[str, str]:
    """A request's headers by lower-case name; the values of a repeated one are a list (RFC 9110, 5.3), but
    for cookies, whose list has a separator of its own (RFC 9113, 8.2.3)."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in raw}
    if len(headers) < len(raw):
        for name in headers:
            values = [value.decode("latin-1") for each, value in raw if each.decode("latin-1") == name]
            headers[name] = ("; " if name == "cookie" else ", ").join(values)
    return headers


def _host(headers: Mapping[str, str]) -> str | None:
    """What the client calls this server; links lead there. Litestar has refused what is no host's name."""
    host = headers.get("host")
    if host and "," in host:  # several headers, of which Litestar has looked at one
        raise Rejected(HttpKind.INVALID_PARAMETERS, [Problem("Host", Reason.REPEATED)])
    return host


def _own_address(request: PlainRequest) -> str:
    """Where this server listens: the best there is for a client of HTTP/1.0, which need not name a host."""
    host, port = request.scope["server"] or ("localhost", None)
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
