"""The way of a request through the task dialect, from bytes to an answer, the same for every endpoint.

The order is the order of what a caller may learn: who they are, how much they have asked, what their key
is for, and only then what is wrong with what they sent.
"""

import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from typing import Any

from litestar import Request
from litestar.response.base import ASGIResponse

from punchlist.api.common import idempotency
from punchlist.api.common.authentication import bearer_credential
from punchlist.api.common.calls import Answer, Call, ClientGoneError, read_body
from punchlist.api.common.endpoints import Endpoint
from punchlist.api.common.negotiation import check_accept, check_content
from punchlist.api.common.observation import request_id_of
from punchlist.api.common.parameters import read_query
from punchlist.api.common.problems import HttpKind
from punchlist.api.common.sending import SentAnswer
from punchlist.api.common.state import ServerState
from punchlist.api.tasks.errors import refuse
from punchlist.domain import ids, limits
from punchlist.domain.context import Context
from punchlist.domain.problems import Kind, Problem, Reason, Rejected, Unavailable
from punchlist.services import access
from punchlist.services.access import Usage

_log = logging.getLogger("punchlist.api")

PlainRequest = Request[Any, Any, Any]


def serve(endpoint: Endpoint) -> Callable[[PlainRequest], Awaitable[ASGIResponse]]:
    """The HTTP handler of an endpoint."""

    async def handle(request: PlainRequest) -> ASGIResponse:
        now = dt.datetime.now(dt.UTC)
        request_id = request_id_of(request.scope)
        usage: list[Usage] = []
        try:
            answer = await _answer(endpoint, request, request_id, now, usage)
        except Rejected as rejected:
            answer = refuse(rejected, request_id=request_id, now=now)
        except Unavailable:
            answer = refuse(Rejected(HttpKind.UNAVAILABLE), request_id=request_id, now=now)
        except ClientGoneError:
            answer = Answer(499)
        except Exception:
            _log.exception("unexpected failure")
            answer = refuse(Rejected(HttpKind.SERVER_ERROR), request_id=request_id, now=now)
        headers = answer.headers | _rate_headers(usage[0]) if usage else answer.headers
        return SentAnswer(answer.status, headers, answer.body)

    handle.__name__ = endpoint.name
    return handle


def refusals_of(endpoint: Endpoint) -> tuple[StrEnum, ...]:
    """The kinds of refusal that an endpoint can answer with: its own, and those met on the way to it."""
    kinds: list[StrEnum] = [*endpoint.refusals, *_MET_BY_ANY]
    if endpoint.scope is not None:
        kinds.append(Kind.INSUFFICIENT_SCOPE)
    if endpoint.body is not None:
        kinds += [HttpKind.MALFORMED, HttpKind.TOO_LARGE, HttpKind.UNSUPPORTED_MEDIA_TYPE]
    if endpoint.idempotent:
        kinds += [Kind.IDEMPOTENCY_IN_FLIGHT, Kind.IDEMPOTENCY_REUSED]
    return tuple(dict.fromkeys(kinds))


_MET_BY_ANY: tuple[StrEnum, ...] = (
    HttpKind.INVALID_PARAMETERS,
    HttpKind.MISSING_AUTHENTICATION,
    Kind.INVALID_AUTHENTICATION,
    Kind.EXPIRED_AUTHENTICATION,
    Kind.PERMISSION_DENIED,  # a key bound to networks, used from elsewhere
    HttpKind.NOT_ACCEPTABLE,
    Kind.MINUTE_LIMIT,
    Kind.DAY_LIMIT,
    HttpKind.SERVER_ERROR,
    HttpKind.UNAVAILABLE,
)


async def _answer(
    endpoint: Endpoint, request: PlainRequest, request_id: str, now: dt.datetime, usage: list[Usage]
) -> Answer:
    state: ServerState = request.app.state["server"]
    headers = _headers(request.scope["headers"])
    # The body is read first, so that a refusal does not break the connection of a client still sending.
    body = await read_body(request.receive, most=limits.BODY_MAX) if endpoint.body is not None else b""
    credential = bearer_credential(headers.get("authorization"))
    client = request.scope["client"]
    address = client[0] if client else None
    task = None
    if endpoint.task_in_path and ids.is_id(request.path_params["task_id"]):
        task_id = request.path_params["task_id"]
        bearer, task = await access.identify_with_task(
            state.find, credential, task_id, address=address, now=now
        )
    else:
        bearer = await access.identify(state.db, credential, address=address, now=now)
    state.key_uses[bearer.workspace_id, bearer.key_id] = now
    counted, refusal = await access.count_request(state.db, bearer, default_plan=state.default_plan, now=now)
    if counted is not None:
        usage.append(counted)
        if refusal is not None:
            raise Rejected(refusal, limit=counted.limit, resets_at=counted.resets_at)
    actor = access.as_actor(bearer)
    if endpoint.scope is not None:
        access.require_scope(actor, endpoint.scope)
    check_accept(headers.get("accept"))
    if body or (endpoint.body is not None and endpoint.body_required):
        check_content(headers.get("content-type"), headers.get("content-encoding"))
    call = Call(
        method=endpoint.method,
        path=request.scope["path"],
        headers=headers,
        base_url=f"{request.scope['scheme']}://{_host(headers) or _own_address(request)}",
        query=request.scope["query_string"].decode("latin-1"),
        path_parameters=request.path_params,
        parameters=read_query(request.scope["query_string"].decode("latin-1"), endpoint.parameters),
        body=body,
        address=address,
        now=now,
        request_id=request_id,
        db=state.db,
        context=Context(actor, now, request_id),
        task=task,
    )
    key = headers.get(idempotency.HEADER) if endpoint.idempotent else None
    if key is None:
        return await endpoint.handler(call)

    def refused(rejected: Rejected) -> Answer:
        return refuse(rejected, request_id=request_id, now=now)

    return await idempotency.answer_once(state.db, call, key, endpoint.handler, refused)


def _headers(raw: Any) -> dict[str, str]:
    """A request's headers by lower-case name; the values of a repeated one are a list (RFC 9110, 5.3)."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in raw}
    if len(headers) < len(raw):
        for name in headers:
            values = [value.decode("latin-1") for each, value in raw if each.decode("latin-1") == name]
            headers[name] = ", ".join(values)
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


def _rate_headers(usage: Usage) -> dict[str, str]:
    return {
        "x-ratelimit-limit": str(usage.limit),
        "x-ratelimit-remaining": str(usage.remaining),
        "x-ratelimit-reset": str(int(usage.resets_at.timestamp())),
    }
