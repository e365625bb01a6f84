"""An example of every refusal of the change dialect, made by what makes it in earnest wherever pure."""

import datetime as dt
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

import msgspec

from punchlist.api.changes import changes as change_door
from punchlist.api.changes import files as file_door
from punchlist.api.changes import implementation_tasks as task_door
from punchlist.api.changes import sessions as session_door
from punchlist.api.changes.bodies import Reader, read_attributes
from punchlist.api.changes.door import DIALECT
from punchlist.api.changes.errors import refuse
from punchlist.api.common.bodies import decode_object
from punchlist.api.common.endpoints import Endpoint
from punchlist.api.common.problems import HttpKind
from punchlist.api.openapi.changes import world
from punchlist.api.openapi.tasks.examples import GRACE_ID, REQUEST_ID
from punchlist.domain import change_lifecycle, files, implementation_tasks, limits, notes
from punchlist.domain.change_lifecycle import Asked, ChangeStatus, Effectivity, RoutingMethod, Situation
from punchlist.domain.change_problems import ChangeKind as C
from punchlist.domain.files import Content
from punchlist.domain.permissions import Relation
from punchlist.domain.plans import ALLOWANCES, Plan
from punchlist.domain.problems import Kind, Problem, Rejected
from punchlist.services.sessions import next_midnight

_FREE = ALLOWANCES[Plan.FREE]
_PAST, _FUTURE = "2001-01-01T00:00:00Z", "2035-06-01T07:00:00Z"
_MALFORMED = {"guid": world.MALFORMED_GUID}


def answer(rejected: Rejected) -> Any:
    """The answer to a refusal, at the instant of the examples."""
    return refuse(rejected, request_id=REQUEST_ID, now=world.NOW)


def example(endpoint: Endpoint | None, kind: StrEnum) -> Rejected:
    """A refusal of this kind that the endpoint could give; most kinds say all that there is to say."""
    if endpoint is not None:
        for find in (_by_reading, _by_rule, _by_query):
            found = find(endpoint, kind)
            if found is not None:
                return found
    return _ANYWHERE[kind]() if kind in _ANYWHERE else Rejected(kind)


def _raised(call: Callable[[], Any]) -> Rejected:
    """The refusal that a call ends in."""
    try:
        call()
    except Rejected as rejected:
        return rejected
    raise AssertionError("this refuses nothing")


# For each endpoint with a body: how that is read, and by kind what cannot be read like that.
_ANY_BODY: dict[StrEnum, dict[str, Any]] = {C.UNKNOWN_ATTRIBUTE: {"colour": "red"}}
_BAD_CHANGE: dict[StrEnum, dict[str, Any]] = {
    C.WRONG_VALUE: {"title": 5},
    C.NOT_AN_OPTION: {"effectivityType": "SOON"},
    C.NOT_A_DATE: {"expirationDateTime": "tomorrow"},
    C.EMPTY_GUID: {"category": {"guid": ""}},
    C.INVALID_GUID: {"category": _MALFORMED},
    C.INVALID_PREFIX: {"numberSequencePrefix": _MALFORMED},
    C.INVALID_IMPLEMENTATION_STATUS: {"implementationStatus": "NEARLY"},
}
_BAD_TASK: dict[StrEnum, dict[str, Any]] = {
    C.WRONG_VALUE: {"name": 5},
    C.NOT_AN_OPTION: {"status": "NEARLY"},
    C.NOT_A_DATE: {"dueDate": "tomorrow"},
    C.EMPTY_GUID: {"assignee": {"user": {"guid": None}}},
}
_BAD_NOTE: dict[StrEnum, dict[str, Any]] = {C.WRONG_VALUE: {"private": "yes"}}
_BAD_FILE: dict[StrEnum, dict[str, Any]] = {
    C.WRONG_VALUE: {"private": "yes"},
    C.NOT_AN_OPTION: {"storageMethodName": "DRAWER"},
    C.EMPTY_GUID: {"category": {"guid": ""}},
    C.INVALID_GUID: {"category": _MALFORMED},
}
_LONG_COMMENT = {"comment": "x" * (limits.COMMENT_MAX + 1)}

BAD_BODIES: dict[str, tuple[Mapping[str, Reader], dict[StrEnum, dict[str, Any]]]] = {
    "log_in": (session_door.LOGIN, {C.WRONG_VALUE: {"workspaceId": "EveryHome"}}),
    "create_change": (change_door.CHANGE, _BAD_CHANGE),
    "edit_change": (change_door.CHANGE, _BAD_CHANGE),
    "change_status": (
        change_door.STATUS_CHANGE,
        {
            C.WRONG_VALUE: {"change": world.CHANGE_ID},
            C.NOT_AN_OPTION: {"status": "SHIPPED"},
            C.EMPTY_GUID: {"change": {"guid": ""}},
            C.INVALID_GUID: {"change": _MALFORMED},
            C.VALUE_TOO_LONG: _LONG_COMMENT,
            C.ASK_FOR_SUBMITTED: {"status": "SUBMITTED_FOR_APPROVAL"},
            C.INVALID_ADMINISTRATOR: {"administrators": [_MALFORMED]},
            C.INVALID_IMPLEMENTATION_STATUS: {"implementationStatus": {"value": "NEARLY"}},
        },
    ),
    "vote": (
        change_door.VOTE,
        {
            C.WRONG_VALUE: {"comment": 5},
            C.NOT_AN_OPTION: {"vote": "ABSTAIN"},
            C.VALUE_TOO_LONG: _LONG_COMMENT,
        },
    ),
    "add_implementation_task": (task_door.TASK, _BAD_TASK),
    "edit_implementation_task": (task_door.TASK, _BAD_TASK),
    "create_file": (file_door.FILE, _BAD_FILE),
    "edit_file": (file_door.FILE, _BAD_FILE),
    "replace_file_content": (
        file_door.FORM,
        {C.WRONG_VALUE: {"private": "yes"}, C.NOT_AN_OPTION: {"storageMethodName": "DRAWER"}},
    ),
    "add_task_file": (
        file_door.TASK_FILE,
        {
            C.WRONG_VALUE: {"file": world.FILE_ID},
            C.EMPTY_GUID: {"file": {"guid": ""}},
            C.INVALID_GUID: {"file": _MALFORMED},
        },
    ),
    "add_note": (task_door.NOTE, _BAD_NOTE),
    "edit_note": (task_door.NOTE, _BAD_NOTE),
}


def _by_reading(endpoint: Endpoint, kind: StrEnum) -> Rejected | None:
    readers, bad = BAD_BODIES.get(endpoint.name, ({}, {}))
    body = (bad | _ANY_BODY).get(kind)
    if not readers or body is None:
        return None
    return Rejected(Kind.INVALID, read_attributes(world.encode(body), readers)[1])


def _create(body: dict[str, Any], **category: Any) -> Callable[[], Any]:
    return lambda: world.create(_TITLE | _REASON | body, **category)


def _edit(body: dict[str, Any], status: ChangeStatus, **more: Any) -> Callable[[], Any]:
    return lambda: world.edit(msgspec.structs.replace(world.CREATED, status=status), body, **more)


_TITLE = {"title": "A stronger hinge"}
_REASON = {"additionalAttributes": [{"guid": world.ATTRIBUTE_ID, "value": "Cost"}]}
_ON_DATE = {"effectivityType": "PERMANENT_ON_DATE"}
_TEMPORARY = {"effectivityType": "TEMPORARY"}
_OPEN = ChangeStatus.OPEN_AND_UNLOCKED
_CHANGE: dict[StrEnum, Callable[[], Any]] = {
    C.VALUE_TOO_LONG: _create({"title": "x" * (limits.CHANGE_TITLE_MAX + 1)}),
    C.ATTRIBUTE_REQUIRED: lambda: world.create({}),
    C.EFFECTIVITY_ENFORCED: _create(_TEMPORARY, enforce_effectivity=True),
    C.DEADLINE_NEEDED: _create({"enforceApprovalDeadline": True}),
    C.DEADLINE_PAST: _create({"approvalDeadlineDateTime": _PAST}),
    C.PLANNED_DATE_NOT_TAKEN: _create({"effectivityPlannedDateTime": _FUTURE}),
    C.PLANNED_DATE_PAST: _create(_ON_DATE | {"effectivityPlannedDateTime": _PAST}),
    C.EXPIRATION_NOT_TAKEN: _create({"expirationDateTime": _FUTURE}),
    C.EXPIRATION_PAST: _create(_TEMPORARY | {"expirationDateTime": _PAST}),
}


def _move(
    status: ChangeStatus,
    asked: Asked,
    who: Relation = Relation.ADMINISTRATOR,
    *,
    effectivity: Effectivity = Effectivity.PERMANENT_ON_APPROVAL,
    open_tasks: int = 0,
) -> Callable[[], Any]:
    situation = Situation(status, effectivity, RoutingMethod.USER_DEFINED, True, open_tasks)

    def move() -> None:
        row = change_lifecycle.find_move(situation, asked)
        change_lifecycle.require_mover(row, frozenset({who}))
        change_lifecycle.result_of(row, situation)

    return move


def _task(wish: dict[str, Any]) -> Callable[[], Any]:
    return lambda: implementation_tasks.create(
        task_door.task_wish(world.encode(wish)), task_id="", change_id="", now=world.NOW
    )


def _note(wish: dict[str, Any]) -> Callable[[], Any]:
    return lambda: notes.create(
        task_door.note_wish(world.encode(wish)), note_id="", task_id="", author_id="", now=world.NOW
    )


def _link(body: dict[str, Any]) -> Callable[[], Any]:
    return lambda: files.create(
        file_door.file_wish(world.encode(body)), file_id="", creator_id="", content=None, now=world.NOW
    )


def _edit_link(body: dict[str, Any]) -> Callable[[], Any]:
    return lambda: files.edit(world.LINK, file_door.file_wish(world.encode(body)), now=world.NOW)


def _replace(**fields: str) -> Callable[[], Any]:
    content = Content("", "report.pdf", 0, "")
    return lambda: files.put_content(world.LINK, content, file_door.form_wish(fields), now=world.NOW)


_S = ChangeStatus
_TASK: dict[StrEnum, Callable[[], Any]] = {
    C.ATTRIBUTE_REQUIRED: _task({}),
    C.TASK_NAME_EMPTY: _task({"name": " "}),
    C.TASK_NAME_INVALID: _task({"name": "x" * (limits.IMPLEMENTATION_TASK_NAME_MAX + 1)}),
}
_NOTE: dict[StrEnum, Callable[[], Any]] = {
    C.ATTRIBUTE_REQUIRED: _note({}),
    C.VALUE_TOO_LONG: _note({"note": "x" * (limits.NOTE_MAX + 1)}),
}

_LONG_TITLE = {"title": "x" * (limits.FILE_TITLE_MAX + 1)}

# By endpoint and kind: a call of the rules that is refused so.
_RULES: dict[str, dict[StrEnum, Callable[[], Any]]] = {
    "create_change": _CHANGE,
    "edit_change": _CHANGE
    | {
        C.NO_PRIVILEGE: _edit({}, _OPEN, who=Relation.ANYONE),
        C.LOCKED: _edit(_TITLE, _S.OPEN_AND_LOCKED),
        C.NOT_UPDATABLE: _edit({"title": "Another"}, _S.COMPLETED),
        C.EFFECTIVITY_FIXED: _edit(_TEMPORARY, _OPEN),
        C.CATEGORY_EFFECTIVITY: _edit(
            {},
            _OPEN,
            id=world.TEMPLATE_ID,
            effectivity=Effectivity.PERMANENT_ON_DATE,
            enforce_effectivity=True,
        ),
    },
    "change_status": {
        C.NO_PRIVILEGE: _move(_OPEN, Asked.SUBMITTED, Relation.ANYONE),
        C.ADMINISTRATOR_ONLY: _move(_S.EFFECTIVE, Asked.COMPLETED, Relation.CREATOR),
        C.SUBMITTER_ONLY: _move(_S.SUBMITTED_FOR_APPROVAL, Asked.OPEN_AND_UNLOCKED, Relation.CREATOR),
        C.MOVE_NOT_SUPPORTED: _move(_S.CANCELED, Asked.SUBMITTED),
        C.CANNOT_EXPIRE: _move(_S.EFFECTIVE, Asked.EXPIRED),
        C.CANNOT_BE_EFFECTIVE_AGAIN: _move(_S.COMPLETED, Asked.EFFECTIVE, effectivity=Effectivity.TEMPORARY),
        C.OPEN_TASKS: _move(_S.EFFECTIVE, Asked.COMPLETED, open_tasks=2),
    },
    "add_implementation_task": _TASK,
    "edit_implementation_task": _TASK,
    "create_file": {
        C.ATTRIBUTE_REQUIRED: _link({"storageMethodName": "WEB"}),
        C.VALUE_TOO_LONG: _link(world.NEW_LINK | _LONG_TITLE),
        C.CONTENT_MISSING: _link(world.NEW_LINK | {"storageMethodName": "FILE"}),
    },
    "edit_file": {
        C.ATTRIBUTE_REQUIRED: _edit_link({"title": " "}),
        C.VALUE_TOO_LONG: _edit_link(_LONG_TITLE),
        C.NOT_EDITABLE: _edit_link({"storageMethodName": "FILE"}),
    },
    "replace_file_content": {
        C.ATTRIBUTE_REQUIRED: _replace(title=" "),
        C.EMPTY_GUID: _replace(**{"category.guid": ""}),
        C.INVALID_GUID: _replace(**{"category.guid": world.MALFORMED_GUID}),
        C.VALUE_TOO_LONG: _replace(**_LONG_TITLE),
    },
    "add_task_file": {C.ATTRIBUTE_REQUIRED: lambda: file_door.wanted_file(b"{}")},
    "add_note": _NOTE,
    "edit_note": _NOTE,
}


def _by_rule(endpoint: Endpoint, kind: StrEnum) -> Rejected | None:
    call = _RULES.get(endpoint.name, {}).get(kind)
    return None if call is None else _raised(call)


# By kind: the text of a parameter that is refused so.
_BAD_TEXTS: dict[StrEnum, str] = {
    C.INVALID_PAGE: "0x",
    C.INVALID_GUID: world.MALFORMED_GUID,
    C.NOT_AN_OPTION: "NEARLY",
    C.NOT_A_DATE: "tomorrow",
    C.WRONG_VALUE: "%00",
}

# By kind: a query that any endpoint refuses so.
_BAD_QUERIES: dict[StrEnum, str] = {HttpKind.INVALID_PARAMETERS: "name=%ff", C.NOT_SEARCHABLE: "colour=red"}


def _by_query(endpoint: Endpoint, kind: StrEnum) -> Rejected | None:
    names = [parameter.name for parameter in endpoint.parameters if parameter.refusal is kind]
    query = f"{names[0]}={_BAD_TEXTS[kind]}" if names else _BAD_QUERIES.get(kind)
    return None if query is None else _raised(lambda: DIALECT.read_query(query, endpoint))


def _limit(kind: StrEnum, limit: int, resets_at: dt.datetime) -> Callable[[], Rejected]:
    return lambda: Rejected(kind, limit=limit, resets_at=resets_at)


def _problem(field: str, kind: StrEnum, **facts: Any) -> Callable[[], Rejected]:
    return lambda: Rejected(Kind.INVALID, [Problem(field, kind, facts)])


_ALERTS = (Problem("routings", C.NO_ROUTING), Problem("approvalDeadlineDateTime", C.NO_DEADLINE))
_MINUTE = world.NOW.replace(second=0) + dt.timedelta(minutes=1)
_DAY = world.NOW.replace(hour=0, minute=0) + dt.timedelta(days=1)
_ANYWHERE: dict[StrEnum, Callable[[], Rejected]] = {
    HttpKind.MALFORMED: lambda: _raised(lambda: decode_object(b'{"name": "Check Packa')),
    HttpKind.TOO_LARGE: lambda: Rejected(HttpKind.TOO_LARGE, max=limits.BODY_MAX),
    HttpKind.METHOD_NOT_ALLOWED: lambda: Rejected(
        HttpKind.METHOD_NOT_ALLOWED, method="PATCH", path="/v1/changes", allowed=["GET", "OPTIONS", "POST"]
    ),
    Kind.MINUTE_LIMIT: _limit(Kind.MINUTE_LIMIT, _FREE.per_minute if _FREE else 0, _MINUTE),
    Kind.DAY_LIMIT: _limit(Kind.DAY_LIMIT, _FREE.per_day if _FREE else 0, _DAY),
    C.DAILY_REQUESTS: _limit(C.DAILY_REQUESTS, 10_000, next_midnight(world.NOW)),
    C.CONTENT_TOO_LARGE: files.too_large,
    C.INVALID_GUID: lambda: Rejected(C.INVALID_GUID, guid=world.MALFORMED_GUID),
    C.INVALID_CATEGORY: _problem("category", C.INVALID_CATEGORY, guid=world.ROUTING_ID),
    C.INVALID_USER: _problem("assignee", C.INVALID_USER, guid=world.SUPPLIER_ID),
    C.INVALID_SUPPLIER: _problem("assignee", C.INVALID_SUPPLIER, guid=GRACE_ID),
    C.INVALID_ADMINISTRATOR: lambda: Rejected(C.INVALID_ADMINISTRATOR, guid=GRACE_ID),
    C.ATTRIBUTE_REQUIRED: _problem("vote", C.ATTRIBUTE_REQUIRED, attribute="vote"),
    C.MOVE_NOT_SUPPORTED: lambda: Rejected(
        C.MOVE_NOT_SUPPORTED, current=ChangeStatus.COMPLETED, asked=Asked.APPROVED
    ),
    Kind.STALE: lambda: Rejected(Kind.STALE, version=2),
    C.NO_ROUTING: lambda: Rejected(Kind.INVALID, _ALERTS),
    C.NO_DEADLINE: lambda: Rejected(Kind.INVALID, _ALERTS),
}
