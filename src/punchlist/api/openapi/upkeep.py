"""The operations for whoever keeps the server running. They are no dialect's: no key, no envelope."""

from typing import Any

from litestar.handlers import HTTPRouteHandler

from punchlist.api import operations
from punchlist.api.openapi.dialect import Schema
from punchlist.api.openapi.responses import JSON, headers

TAGS = {"Server": "Whether the server is well. These need no API key."}


def _object(description: str, **properties: Schema) -> Schema:
    return {
        "description": description,
        "type": "object",
        "properties": properties,
        "required": list(properties),
    }


_TEXT = {"type": "string"}

SCHEMAS: dict[str, Schema] = {
    "Live": _object("The process answers.", status={"const": "live"}),
    "Ready": _object("Requests will be served.", status={"const": "ready"}, schema=_TEXT),
    "Unready": _object("Requests would fail, and why.", status={"const": "unready"}, reason=_TEXT),
}


def _answer(
    description: str, example: Any, schema: Schema, media_type: str = JSON, *more: str
) -> dict[str, Any]:
    content = {media_type: {"schema": schema, "example": example}}
    return {"description": description, "headers": headers(*more), "content": content}


def _component(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_READY = {"status": "ready", "schema": "0001"}
_UNREADY = {"status": "unready", "reason": "the database cannot be reached"}
_METRICS = 'punchlist_http_requests_total{method="PATCH",route="/v1/tasks/{task_id}",status="200"} 1280.0\n'

_ROWS: tuple[tuple[HTTPRouteHandler, str, str, dict[str, Any]], ...] = (
    (
        operations.live,
        "live",
        "Whether the process answers",
        {"200": _answer("It does.", {"status": "live"}, _component("Live"))},
    ),
    (
        operations.ready,
        "ready",
        "Whether requests will be served",
        {
            "200": _answer("They will.", _READY, _component("Ready")),
            "503": _answer("They would fail just now.", _UNREADY, _component("Unready"), JSON, "Retry-After"),
        },
    ),
    (
        operations.metrics,
        "metrics",
        "The figures of all workers",
        {"200": _answer("In Prometheus' text format.", _METRICS, _TEXT, "text/plain")},
    ),
)


def paths() -> dict[str, Any]:
    """The paths of health and metrics, as their handlers are routed."""
    return {
        path: {
            "get": {
                "operationId": name,
                "tags": list(TAGS),
                "summary": summary,
                "description": handler.fn.__doc__ or "",
                "security": [],
                "responses": answers,
            }
        }
        for handler, name, summary, answers in _ROWS
        for path in sorted(handler.paths)
    }
