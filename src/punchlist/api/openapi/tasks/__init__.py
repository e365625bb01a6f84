"""The task dialect as the document shows it: what its tables and structs leave unsaid."""

from enum import StrEnum
from typing import Any

from punchlist.api.common.endpoints import Endpoint
from punchlist.api.common.problems import HttpKind
from punchlist.api.openapi.dialect import Dialect, Examples, PathParameter, Schema, ref
from punchlist.api.openapi.tasks import (
    calendar_examples,
    examples,
    notification_examples,
    record_examples,
    refusals,
    report_examples,
    session_examples,
    webhook_examples,
)
from punchlist.api.openapi.tasks.headers import HEADERS, headers_of
from punchlist.api.openapi.tasks.prose import TAGS, description
from punchlist.api.tasks import batch, wire
from punchlist.api.tasks.door import refusals_of
from punchlist.api.tasks.errors import ERRORS
from punchlist.api.tasks.routes import ENDPOINTS
from punchlist.domain import ids, limits

_ID: Schema = {"type": "string", "pattern": ids.PATTERN}


def _page(entry: Schema) -> Schema:
    return {
        "description": "One page of a list.",
        "type": "object",
        "properties": {
            "data": {"type": "array", "items": entry, "maxItems": limits.PAGE_MAX},
            "pagination": ref("schemas", "Pagination"),
        },
        "required": ["data", "pagination"],
    }


_ERROR_SCHEMAS: dict[str, Schema] = {
    "Error": {
        "description": "Why a request was refused.",
        "type": "object",
        "properties": {
            "error": {
                "type": "object",
                "properties": {
                    "code": ref("schemas", "ErrorCode"),
                    "message": {"description": "A sentence for people.", "type": "string"},
                    "details": {
                        "description": "More to go by, where there is more. Of a `validation_error` and of"
                        " `invalid_parameters`: each field or parameter that is wrong, with a sentence.",
                        "type": "object",
                    },
                },
                "required": ["code", "message"],
            },
            "results": {
                "description": "Of a `batch_rejected` only: what each operation would have been answered.",
                "type": "array",
                "items": ref("schemas", "BatchResult"),
            },
        },
        "required": ["error"],
    },
    "ErrorCode": {
        "description": "For programs to go by; a code never changes its meaning.",
        "type": "string",
        "enum": list(dict.fromkeys(words.code for words in ERRORS.values())),
    },
}


def _operation(op: str, body: str | None) -> Schema:
    """The schema of one kind of a batch's operations."""
    required, allowed = batch.PARTS[op]
    fields: dict[str, Any] = {
        "id": _ID,
        "task": ref("schemas", body) if body else {},
        "ifMatch": {"description": "As the header If-Match.", "type": "string", "examples": ['"1"']},
    }
    return {
        "type": "object",
        "properties": {"op": {"const": op}}
        | {name: schema for name, schema in fields.items() if name in allowed},
        "required": ["op", *(name for name in fields if name in required)],
        "additionalProperties": False,
    }


def _complete(schemas: dict[str, Schema]) -> None:
    """Adds what a batch holds, which its structs leave open because each operation is decoded on its own."""
    bodies = {"create": "CreateTask", "patch": "UpdateTask", "delete": None}
    schemas["BatchOperation"] = {
        "description": batch.Operation.__doc__,
        "oneOf": [_operation(op, bodies[op]) for op in batch.PARTS],
    }
    schemas["BatchTasks"]["properties"]["operations"] |= {
        "items": ref("schemas", "BatchOperation"),
        "maxItems": limits.BATCH_MAX,
    }
    schemas["BatchResult"]["properties"]["body"] = {
        "anyOf": [ref("schemas", "Task"), ref("schemas", "Error"), {"type": "null"}]
    }


def _refused_inside(endpoint: Endpoint) -> frozenset[StrEnum]:
    return frozenset({*endpoint.refusals, HttpKind.MALFORMED})


DIALECT = Dialect(
    description=description(),
    tags=TAGS,
    endpoints=ENDPOINTS,
    path_parameters={
        "task_id": PathParameter("The task's identifier.", _ID, examples.TASK_ID),
        "comment_id": PathParameter("The comment's identifier.", _ID, examples.COMMENT_ID),
        "user_id": PathParameter("The user's identifier.", _ID, examples.GRACE_ID),
        "calendar_id": PathParameter("The calendar's identifier.", _ID, calendar_examples.CALENDAR_ID),
        "token": PathParameter("The calendar's token.", {"type": "string"}, calendar_examples.TOKEN),
        "webhook_id": PathParameter("The webhook's identifier.", _ID, webhook_examples.WEBHOOK_ID),
        "delivery_id": PathParameter("The delivery's identifier.", _ID, webhook_examples.DELIVERY_ID),
        "key_id": PathParameter("The API key's identifier.", _ID, examples.KEY_ID),
        "notification_id": PathParameter("The notification's identifier.", _ID, notification_examples.ID),
        "session_id": PathParameter("The sign-in's identifier.", _ID, session_examples.SESSION_ID),
    },
    headers=HEADERS,
    headers_of=headers_of,
    errors=dict(ERRORS),
    error_name="Error",
    error_schemas=_ERROR_SCHEMAS,
    outside=(
        HttpKind.NOT_HTTP,
        HttpKind.NO_SUCH_PATH,
        HttpKind.METHOD_NOT_ALLOWED,
        HttpKind.HEAD_TOO_LARGE,
    ),
    refusals_of=refusals_of,
    refused_inside=_refused_inside,
    refuse=refusals.answer,
    names={
        "ChangeStatus": "LifecycleStatusType",
        "KeyOut": "ApiKey",
        "NewKeyOut": "NewApiKey",
        "CalendarsOut": "CalendarList",
        "BatchOut": "BatchResults",
        "DeliveryDetailOut": "DeliveryDetail",
    },
    page=_page,
    further_structs=(wire.Pagination,),
    complete=_complete,
    examples=Examples(
        bodies=examples.BODIES
        | notification_examples.BODIES
        | calendar_examples.BODIES
        | webhook_examples.BODIES,
        answers=examples.ANSWERS
        | notification_examples.ANSWERS
        | record_examples.ANSWERS
        | calendar_examples.ANSWERS
        | webhook_examples.ANSWERS
        | report_examples.ANSWERS,
        tables=report_examples.TABLES,
        refusal=refusals.example,
    ),
)
