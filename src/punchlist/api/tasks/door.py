"""What is the task dialect's own on the way of a request, beside what `common.door` does for both."""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from punchlist.api.common.authentication import READING
from punchlist.api.common.calls import Answer
from punchlist.api.common.door import Dialect
from punchlist.api.common.endpoints import Endpoint
from punchlist.api.common.negotiation import check_accept, check_content
from punchlist.api.common.parameters import read_query
from punchlist.api.common.problems import HttpKind
from punchlist.api.common.state import ServerState
from punchlist.api.common.tables import CSV
from punchlist.api.tasks.errors import refuse
from punchlist.domain.problems import Kind
from punchlist.services import access
from punchlist.services.access import Counted
from punchlist.store.bearers import Bearer


def refusals_of(endpoint: Endpoint) -> tuple[StrEnum, ...]:
    """The kinds of refusal that an endpoint can answer with: its own, and those met on the way to it."""
    kinds: list[StrEnum] = [*endpoint.refusals, *_MET_BY_ANY]
    if not endpoint.public:
        kinds += _MET_BY_CALLERS
    if not endpoint.public and endpoint.method not in READING:
        kinds.append(HttpKind.CROSS_SITE_REQUEST)
    if endpoint.scope is not None:
        kinds.append(Kind.INSUFFICIENT_SCOPE)
    if endpoint.body is not None:
        kinds += [HttpKind.MALFORMED, HttpKind.TOO_LARGE, HttpKind.UNSUPPORTED_MEDIA_TYPE]
    if endpoint.idempotent:
        kinds += [Kind.IDEMPOTENCY_IN_FLIGHT, Kind.IDEMPOTENCY_REUSED]
    return tuple(dict.fromkeys(kinds))


_MET_BY_ANY: tuple[StrEnum, ...] = (
    HttpKind.INVALID_PARAMETERS,
    HttpKind.NOT_ACCEPTABLE,
    HttpKind.SERVER_ERROR,
    HttpKind.UNAVAILABLE,
)
_MET_BY_CALLERS: tuple[StrEnum, ...] = (
    HttpKind.MISSING_AUTHENTICATION,
    Kind.INVALID_AUTHENTICATION,
    Kind.EXPIRED_AUTHENTICATION,
    Kind.PERMISSION_DENIED,  # a key bound to networks, used from elsewhere
    Kind.MINUTE_LIMIT,
    Kind.DAY_LIMIT,
)


def _read_query(query: str, endpoint: Endpoint) -> dict[str, Any]:
    return read_query(query, endpoint.parameters)


def _check_media(endpoint: Endpoint, headers: Mapping[str, str], body: bytes) -> None:
    check_accept(headers.get("accept"), endpoint.media, *((CSV,) if endpoint.tabular else ()))
    if body or (endpoint.body is not None and endpoint.body_required):
        check_content(headers.get("content-type"), headers.get("content-encoding"))


async def _count(state: ServerState, bearer: Bearer, now: dt.datetime) -> Counted:
    return await access.count_request(state.db, bearer, default_plan=state.default_plan, now=now)


def _finish(
    answer: Answer,
    counted: Counted,
    headers: Mapping[str, str],  # noqa: ARG001
    now: dt.datetime,  # noqa: ARG001
    state: ServerState,  # noqa: ARG001
) -> Answer:
    usage = counted.usage
    if usage is not None:
        answer.headers = answer.headers | {
            "x-ratelimit-limit": str(usage.limit),
            "x-ratelimit-remaining": str(usage.remaining),
            "x-ratelimit-reset": str(int(usage.resets_at.timestamp())),
        }
    return answer


DIALECT = Dialect(refuse, _read_query, _check_media, _count, _finish)
