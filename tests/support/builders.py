"""Values for tests, good ones unless asked otherwise."""

import datetime as dt
from typing import Any

from punchlist.domain.ids import new_id

WHOLE_TASK_FIELDS = (
    "id",
    "title",
    "description",
    "status",
    "priority",
    "createdBy",
    "assigneeId",
    "dueDate",
    "warningOffset",
    "tags",
    "createdAt",
    "updatedAt",
)


def instant(moment: dt.datetime) -> str:
    """An instant as the wire writes it."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def in_future(**ahead: float) -> str:
    """An instant to come, thirty days from now unless told otherwise (days=, hours=, …)."""
    return instant(dt.datetime.now(dt.UTC) + dt.timedelta(**(ahead or {"days": 30})))


def in_past(**ago: float) -> str:
    """An instant gone by, an hour ago unless told otherwise."""
    return instant(dt.datetime.now(dt.UTC) - dt.timedelta(**(ago or {"hours": 1})))


def every_field(**fields: Any) -> dict[str, Any]:
    """A task's body in which every field that a client may set has a value of its own."""
    return {
        "title": "Implement authentication",
        "description": "Add token-based authentication.",
        "status": "TODO",
        "priority": "MEDIUM",
        "dueDate": "2035-06-01T17:00:00Z",
        "warningOffset": 24,
        "tags": ["authentication", "security", "api"],
    } | fields


def nobodys_id() -> str:
    """An identifier of nothing."""
    return new_id()
