"""The parameters of operations: in the path, in the query, and in headers."""

import re
from typing import Any

from punchlist.api.common.endpoints import Endpoint
from punchlist.api.common.parameters import Parameter
from punchlist.api.openapi.dialect import Dialect, camel, ref
from punchlist.domain import limits

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def document_path(endpoint: Endpoint) -> str:
    """An endpoint's path with its parameters as the wire would spell them."""
    return _PLACEHOLDER.sub(lambda match: "{" + camel(match[1]) + "}", endpoint.path)


def parameters_of(dialect: Dialect, endpoint: Endpoint) -> list[dict[str, Any]]:
    """All that a request to an endpoint can say beside its body."""
    found = [_in_path(dialect, name) for name in _PLACEHOLDER.findall(endpoint.path)]
    found += [_in_query(parameter) for parameter in endpoint.parameters]
    headers = ["RequestId"]
    if 304 in endpoint.answers:
        headers.append("IfNoneMatch")
    if endpoint.conditional:
        headers.append("IfMatch")
    if endpoint.idempotent:
        headers.append("IdempotencyKey")
    return found + [ref("parameters", name) for name in headers]


def _in_path(dialect: Dialect, name: str) -> dict[str, Any]:
    parameter = dialect.path_parameters[name]
    return {
        "name": camel(name),
        "in": "path",
        "required": True,
        "description": parameter.description,
        "schema": parameter.schema,
        "example": parameter.example,
    }


def _in_query(parameter: Parameter) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": parameter.name,
        "in": "query",
        "description": parameter.description,
        "schema": parameter.schema,
    }
    if parameter.schema["type"] == "array":
        found |= {"style": "form", "explode": False}
    return found


def _in_header(name: str, description: str, **schema: Any) -> dict[str, Any]:
    # Their examples stand in the sentences: as `example`, pages that send requests would fill them in.
    text = {"type": "string"} | schema
    return {"name": name, "in": "header", "description": description, "schema": text}


HEADER_PARAMETERS: dict[str, dict[str, Any]] = {
    "IdempotencyKey": _in_header(
        "Idempotency-Key",
        "Names this request, so that sending it again (after a broken connection, say) has its effect once:"
        f" within {limits.IDEMPOTENCY_HOURS} hours the same request under the same key gets the first"
        " answer again. A fresh UUID does well, such as `5f0c3a52-0b0e-4a63-9f5e-6c1c7d0f2f11`.",
        minLength=1,
        maxLength=limits.IDEMPOTENCY_KEY_MAX,
        pattern="^[\\x20-\\x7e]+$",
    ),
    "IfMatch": _in_header(
        "If-Match",
        'Do this only to the version that has this ETag, such as `"1"`; to any other it is refused with 412.',
    ),
    "IfNoneMatch": _in_header(
        "If-None-Match",
        'Answer 304, without a body, while the thing still has this ETag, such as `"1"`.',
    ),
    "RequestId": _in_header(
        "X-Request-Id",
        "An id of yours for this request, such as `checkout-42`. It is in the answer, in the log and in the"
        f" history. One that is longer than {limits.REQUEST_ID_MAX} characters, or has others than letters,"
        " digits and `._:/+=@-`, is replaced.",
    ),
}
