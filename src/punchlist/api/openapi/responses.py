"""The answers of operations: what they achieve, what refuses them, and the headers of either."""

from enum import StrEnum
from typing import Any

import msgspec

from punchlist.api.common.endpoints import Endpoint
from punchlist.api.common.tables import CSV
from punchlist.api.openapi.dialect import Dialect, ref
from punchlist.api.openapi.schemas import answer_schema

JSON = "application/json"
CONTENT = "*/*"  # of files: whatever they are


def header(description: str, schema: dict[str, Any], example: Any, *, always: bool) -> dict[str, Any]:
    """The component of a header; one that is not on every such answer is not `always` there."""
    found: dict[str, Any] = {"description": description, "schema": schema, "example": example}
    return found | ({"required": True} if always else {})


COUNT = {"type": "integer", "minimum": 0}
TEXT = {"type": "string"}

HEADERS: dict[str, dict[str, Any]] = {
    "Allow": header("The methods that the path takes.", TEXT, "GET, OPTIONS", always=True),
    "ETag": header("The version of the thing, for `If-Match`.", TEXT, '"2"', always=True),
    "Idempotency-Replayed": header(
        "`true` where this is the first answer again, and nothing was done now.",
        TEXT | {"enum": ["true"]},
        "true",
        always=False,
    ),
    "Location": header(
        "Where the new thing is.",
        TEXT | {"format": "uri-reference"},
        "/v1/tasks/4TQ0N3XJ8KZP2M7RWD5B",
        always=True,
    ),
    "Retry-After": header("After how many seconds to try again.", COUNT, 17, always=True),
    "WWW-Authenticate": header("How to authenticate.", TEXT | {"const": "Bearer"}, "Bearer", always=True),
    "X-Request-Id": header("The id of this request, yours or made here.", TEXT, "checkout-42", always=True),
}

_ACHIEVED = {
    200: "Done.",
    201: "Created.",
    202: "It will be done.",
    204: "Done; there is no more to say.",
    304: "Not modified: you have the present version.",
}


class _Refused(msgspec.Struct, frozen=True):
    """A status's name among the components, and what it means."""

    name: str
    meaning: str


_STATUSES = {
    400: _Refused("BadRequest", "The request cannot be understood"),
    401: _Refused("Unauthenticated", "The request does not say, or does not prove, whose it is"),
    403: _Refused("Forbidden", "You may not do this"),
    404: _Refused("NotFound", "There is no such thing"),
    405: _Refused("MethodNotAllowed", "The path does not take this method"),
    406: _Refused("NotAcceptable", "You ask for another media type than JSON"),
    409: _Refused("Conflict", "The present state of things stands in the way"),
    412: _Refused("PreconditionFailed", "The thing has another version than you ask for"),
    413: _Refused("PayloadTooLarge", "The body is too large"),
    415: _Refused("UnsupportedMediaType", "The body is not declared as JSON"),
    422: _Refused("Unprocessable", "The request is understood, and something in it is wrong"),
    429: _Refused("TooManyRequests", "The plan's requests are used up for now"),
    431: _Refused("HeadersTooLarge", "The address and headers are too large"),
    500: _Refused("ServerError", "Something went wrong here"),
    503: _Refused("Unavailable", "The database cannot be reached just now"),
}

_HEADERS_OF = {
    401: ("WWW-Authenticate",),
    405: ("Allow",),
    412: ("ETag",),
    429: ("Retry-After",),
    503: ("Retry-After",),
}


def status_name(status: int) -> str:
    """The name of a refusal's component."""
    return _STATUSES[status].name


def headers(*names: str) -> dict[str, Any]:
    """References to header components."""
    return {name: ref("headers", name) for name in sorted({*names, "X-Request-Id"})}


def achieved(dialect: Dialect, endpoint: Endpoint, status: int) -> dict[str, Any]:
    """What a request gets that was done."""
    names = list(dialect.headers_of(endpoint, status))
    names += ["ETag"] if endpoint.tagged else []
    names += ["Location"] if endpoint.located and status == 201 else []
    names += ["Idempotency-Replayed"] if endpoint.idempotent else []
    found: dict[str, Any] = {"description": _ACHIEVED[status], "headers": headers(*names)}
    answer = endpoint.answers[status]
    if answer is not None:
        example = dialect.examples.answers[endpoint.name]
        if answer is bytes:
            found["content"] = {
                CONTENT: {"schema": {"type": "string", "format": "binary"}, "example": example}
            }
        elif answer is str:
            found["content"] = {endpoint.media: {"schema": {"type": "string"}, "example": example}}
        else:
            schema = answer_schema(dialect, endpoint, answer)
            found["content"] = {JSON: {"schema": schema, "example": example}}
        if endpoint.tabular:
            rows = dialect.examples.tables[endpoint.name]
            found["content"][CSV] = {"schema": {"type": "string"}, "example": rows}
    return found


def refused(dialect: Dialect, endpoint: Endpoint) -> dict[int, dict[str, Any]]:
    """What a request gets that is refused, by status."""
    by_status = _by_status(dialect, dialect.refusals_of(endpoint))
    return {status: _refusal(dialect, endpoint, status, kinds) for status, kinds in by_status.items()}


def refused_outside(dialect: Dialect) -> dict[str, dict[str, Any]]:
    """What a request gets that leads to no endpoint, as components."""
    by_status = _by_status(dialect, dialect.outside)
    return {
        status_name(status): _refusal(dialect, None, status, kinds) for status, kinds in by_status.items()
    }


def _by_status(dialect: Dialect, kinds: tuple[StrEnum, ...]) -> dict[int, list[StrEnum]]:
    """Kinds by status, in the order of the error table."""
    found: dict[int, list[StrEnum]] = {}
    for kind in dialect.errors:
        if kind in kinds:
            found.setdefault(dialect.words(kind).status, []).append(kind)
    return {status: found[status] for status in sorted(found)}


def _refusal(
    dialect: Dialect, endpoint: Endpoint | None, status: int, kinds: list[StrEnum]
) -> dict[str, Any]:
    codes = list(dict.fromkeys(dialect.words(kind).code for kind in kinds))
    names = [*_HEADERS_OF.get(status, ()), *dialect.headers_of(endpoint, status)]
    if endpoint is not None:
        repeated = endpoint.idempotent and not dialect.refused_inside(endpoint).isdisjoint(kinds)
        names += ["Idempotency-Replayed"] if repeated else []
    meaning = dialect.meanings.get(status, _STATUSES[status].meaning)
    return {
        "description": f"{meaning}: {', '.join(f'`{code}`' for code in codes)}.",
        "headers": headers(*names),
        "content": {
            JSON: {
                "schema": ref("schemas", dialect.error_name),
                "examples": {kind.value: _example(dialect, endpoint, kind) for kind in kinds},
            }
        },
        "x-error-codes": codes,
    }


def _example(dialect: Dialect, endpoint: Endpoint | None, kind: StrEnum) -> dict[str, Any]:
    answer = dialect.refuse(dialect.examples.refusal(endpoint, kind))
    summary = kind.value.replace("_", " ").capitalize()
    return {"summary": summary, "value": msgspec.json.decode(answer.body or b"null")}
