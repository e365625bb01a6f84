"""What is the change dialect's own on the way of a request, beside what `common.door` does for both."""

import datetime as dt
import gzip
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from punchlist.api.changes.errors import refuse
from punchlist.api.changes.parameters import IGNORED
from punchlist.api.common.authentication import READING
from punchlist.api.common.calls import Answer
from punchlist.api.common.door import Dialect
from punchlist.api.common.endpoints import Endpoint
from punchlist.api.common.negotiation import takes_gzip
from punchlist.api.common.parameters import BadValueError, pairs_of
from punchlist.api.common.problems import HttpKind
from punchlist.api.common.state import ServerState
from punchlist.domain.change_lifecycle import PACIFIC
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.problems import Kind, Problem, Rejected
from punchlist.services import access, sessions
from punchlist.services.access import Counted
from punchlist.store.bearers import Bearer

UNLIMITED = 2_147_483_647  # what the wire says where there is no limit
_WORTH_COMPRESSING = 1_000  # bytes; below, the packed form is hardly smaller

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def refusals_of(endpoint: Endpoint) -> tuple[StrEnum, ...]:
    """The kinds of refusal that an endpoint can answer with: its own, and those met on the way to it."""
    kinds: list[StrEnum] = [*endpoint.refusals, *_MET_BY_ANY]
    kinds += [parameter.refusal for parameter in endpoint.parameters if parameter.refusal is not None]
    if not endpoint.public:
        kinds += _MET_BY_CALLERS
    if not endpoint.public and endpoint.method not in READING:
        kinds.append(HttpKind.CROSS_SITE_REQUEST)
    if endpoint.scope is not None:
        kinds.append(Kind.INSUFFICIENT_SCOPE)
    if "{" in endpoint.path:
        kinds.append(ChangeKind.INVALID_GUID)
    if endpoint.body is not None:
        kinds += [*_MET_BY_BODIES, HttpKind.TOO_LARGE, HttpKind.UNSUPPORTED_MEDIA_TYPE]
    if endpoint.form is not None:
        kinds += [*_MET_BY_BODIES, HttpKind.UNSUPPORTED_MEDIA_TYPE]
    if endpoint.idempotent:
        kinds += [Kind.IDEMPOTENCY_IN_FLIGHT, Kind.IDEMPOTENCY_REUSED]
    return tuple(dict.fromkeys(kinds))


def refused_inside(endpoint: Endpoint) -> frozenset[StrEnum]:
    """Those of them that the handler answers with, and that a repeated request so gets again."""
    return frozenset({*endpoint.refusals, *_MET_BY_BODIES, ChangeKind.INVALID_GUID})


_MET_BY_ANY: tuple[StrEnum, ...] = (
    HttpKind.INVALID_PARAMETERS,
    ChangeKind.NOT_SEARCHABLE,
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
    ChangeKind.DAILY_REQUESTS,
)
_MET_BY_BODIES: tuple[StrEnum, ...] = (
    HttpKind.MALFORMED,
    ChangeKind.UNKNOWN_ATTRIBUTE,
    ChangeKind.WRONG_VALUE,
)


def _read_query(query: str, endpoint: Endpoint) -> dict[str, Any]:
    by_name = {parameter.name: parameter for parameter in endpoint.parameters}
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, text in pairs_of(query):
        if name in IGNORED:
            continue
        parameter = by_name.get(name)
        if parameter is None:
            problems.append(Problem(name, ChangeKind.NOT_SEARCHABLE, {"attribute": name}))
            continue
        try:
            values[name] = parameter.read(text)
        except BadValueError as error:
            problems.append(Problem(name, error.reason, {"attribute": name, **error.facts}))
    if problems:
        raise Rejected(HttpKind.INVALID_PARAMETERS, problems)
    return values


def _check_media(endpoint: Endpoint, headers: Mapping[str, str], body: bytes) -> None:
    """Only a body has a media type that matters; clients send all kinds of headers without one."""
    if endpoint.body is None or not body:
        return
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if media_type != "application/json" or encoding != "identity":
        raise Rejected(HttpKind.UNSUPPORTED_MEDIA_TYPE)


async def _count(state: ServerState, bearer: Bearer, now: dt.datetime) -> Counted:
    """Counts against the user's plan and against the workspace's day; the first that is full refuses."""
    by_plan = await access.count_request(state.db, bearer, default_plan=state.default_plan, now=now)
    if by_plan.refusal is not None:
        return by_plan
    return await sessions.count_workspace_request(state.db, bearer, now)


def _finish(
    answer: Answer, counted: Counted, headers: Mapping[str, str], now: dt.datetime, state: ServerState
) -> Answer:
    remaining = UNLIMITED if counted.usage is None else counted.usage.remaining
    answer.headers = answer.headers | {
        "server": state.settings.server_header,
        "x-arena-requests-remaining": str(remaining),
        "x-arena-next-request-limit-reset": format_reset(sessions.next_midnight(now)),
    }
    body = answer.body
    if body is None or len(body) < _WORTH_COMPRESSING:
        return answer
    answer.headers["vary"] = "accept-encoding"
    if takes_gzip(headers.get("accept-encoding")):
        answer.body = gzip.compress(body, compresslevel=1, mtime=0)
        answer.headers["content-encoding"] = "gzip"
    return answer


def format_reset(instant: dt.datetime) -> str:
    """An instant as the wire's header writes it: `Fri, 02-May-2014 14:22:13 GMT-0700 (PDT)`."""
    local = instant.astimezone(PACIFIC)
    day = f"{_DAYS[local.weekday()]}, {local.day:02}-{_MONTHS[local.month - 1]}-{local.year}"
    return f"{day} {local:%H:%M:%S} GMT{local:%z} ({local.tzname()})"


DIALECT = Dialect(refuse, _read_query, _check_media, _count, _finish)
