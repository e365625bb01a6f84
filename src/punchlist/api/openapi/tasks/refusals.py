"""An example of every refusal of the task dialect, made by what makes it in earnest wherever that is pure."""

import datetime as dt
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import msgspec

from punchlist.api.common.authentication import require_own_page
from punchlist.api.common.bodies import decode
from punchlist.api.common.endpoints import Endpoint
from punchlist.api.common.negotiation import check_accept, check_content
from punchlist.api.common.parameters import read_query
from punchlist.api.common.problems import HttpKind
from punchlist.api.openapi.tasks import (
    calendar_examples,
    examples,
    notification_examples,
    session_examples,
    webhook_examples,
)
from punchlist.api.tasks import wire, wire_notifications
from punchlist.api.tasks.batch import BatchResult
from punchlist.api.tasks.errors import refuse
from punchlist.api.tasks.sessions import wanted_sign_in
from punchlist.domain import calendars, comments, keys, limits, notice_preferences, tasks, users
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.events import Entity
from punchlist.domain.keys import Scope
from punchlist.domain.lifecycle import Status
from punchlist.domain.notices import Channel
from punchlist.domain.permissions import Action
from punchlist.domain.plans import ALLOWANCES, Plan
from punchlist.domain.problems import Kind, Problem, Reason, Rejected
from punchlist.domain.sessions import SHUT_FOR

_NOW = examples.STARTED
_FREE = ALLOWANCES[Plan.FREE]


def answer(rejected: Rejected) -> Any:
    """The answer to a refusal, at the instant of the examples."""
    return refuse(rejected, request_id=examples.REQUEST_ID, now=_NOW)


def example(endpoint: Endpoint | None, kind: StrEnum) -> Rejected:
    """A refusal of this kind that the endpoint could give."""
    if endpoint is not None and kind in _BY_ENDPOINT:
        return _BY_ENDPOINT[kind](endpoint)
    return _ANYWHERE[kind]()


def _raised(call: Callable[..., Any], *given: Any, **named: Any) -> Rejected:
    """The refusal that a call ends in."""
    try:
        call(*given, **named)
    except Rejected as rejected:
        return rejected
    raise AssertionError(f"{call} refuses nothing of this")


def _nothing_there(endpoint: Endpoint) -> Rejected:
    entity, identifier = _ENTITIES[endpoint.path.rsplit("{", 1)[1].partition("}")[0]]
    return Rejected(Kind.NOT_FOUND, entity=entity, id=identifier)


_ENTITIES: dict[str, tuple[str, str]] = {
    "task_id": (Entity.TASK, examples.TASK_ID),
    "comment_id": (Entity.COMMENT, examples.COMMENT_ID),
    "user_id": (Entity.USER, examples.GRACE_ID),
    "key_id": (Entity.API_KEY, examples.KEY_ID),
    "notification_id": ("notification", notification_examples.ID),
    "calendar_id": (Entity.CALENDAR, calendar_examples.CALENDAR_ID),
    "webhook_id": (Entity.WEBHOOK, webhook_examples.WEBHOOK_ID),
    "delivery_id": ("delivery", webhook_examples.DELIVERY_ID),
    "session_id": (Entity.SESSION, session_examples.SESSION_ID),
}

_FORBIDDEN = {
    "create_task": Action.ASSIGN_TASK,
    "get_task": Action.SEE_TASK,
    "update_task": Action.UPDATE_TASK,
    "delete_task": Action.DELETE_TASK,
    "task_history": Action.SEE_TASK,
    "task_transitions": Action.SEE_TASK,
    "list_comments": Action.SEE_TASK,
    "create_comment": Action.SEE_TASK,
    "get_comment": Action.SEE_TASK,
    "update_comment": Action.UPDATE_COMMENT,
    "delete_comment": Action.DELETE_COMMENT,
    "get_user": Action.SEE_USER,
    "create_user": Action.CREATE_USER,
    "update_user": Action.UPDATE_USER,
    "delete_user": Action.DELETE_USER,
    "create_api_key": Action.CREATE_KEY,
    "list_events": Action.SEE_RECORD,
    "get_api_key": Action.SEE_KEY,
    "rotate_api_key": Action.UPDATE_KEY,
    "revoke_api_key": Action.UPDATE_KEY,
    "get_notification": Action.SEE_NOTIFICATION,
    "update_notification": Action.UPDATE_NOTIFICATION,
    "list_webhooks": Action.SEE_WEBHOOK,
    "create_webhook": Action.CREATE_WEBHOOK,
    "get_webhook": Action.SEE_WEBHOOK,
    "update_webhook": Action.UPDATE_WEBHOOK,
    "delete_webhook": Action.DELETE_WEBHOOK,
    "rotate_webhook_secret": Action.UPDATE_WEBHOOK,
    "list_deliveries": Action.SEE_WEBHOOK,
    "get_delivery": Action.SEE_WEBHOOK,
    "replay_delivery": Action.UPDATE_WEBHOOK,
    "replay_deliveries": Action.UPDATE_WEBHOOK,
}


def _forbidden(endpoint: Endpoint) -> Rejected:
    action = _FORBIDDEN.get(endpoint.name)
    if action is None:  # all that is refused here is the key itself, for where it comes from
        return Rejected(Kind.PERMISSION_DENIED, network="198.51.100.7")
    return Rejected(Kind.PERMISSION_DENIED, action=action)


def _bad_parameters(endpoint: Endpoint) -> Rejected:
    bad = {"limit": "limit=0", "force": "force=maybe", "fields": "fields=name"}
    declared = [parameter.name for parameter in endpoint.parameters]
    wrong = [text for name, text in bad.items() if name in declared][:1]
    return _raised(read_query, "&".join([*wrong, "colour=red"]), endpoint.parameters)


def _bad_task(change: Callable[..., Any], **more: Any) -> Rejected:
    body = {"title": "", "status": "DOING", "dueDate": "2001-01-01T00:00:00Z"}
    wish = wire.task_changes(*decode(wire.encode(body), wire.TaskPatch))
    return _raised(change, wish, assignee=None, now=_NOW, **more)


def _bad_user(change: Callable[..., Any], **more: Any) -> Rejected:
    body = {"name": "", "email": "grace", "role": "owner"}
    return _raised(change, wire.user_changes(*decode(wire.encode(body), wire.UserPatch)), now=_NOW, **more)


def _bad_comment(_: Endpoint) -> Rejected:
    wish = wire.comment_changes(wire.CommentPatch(body=" "), ())
    return _raised(comments.create, wish, comment_id="", task_id="", author_id="", now=_NOW)


def _bad_key(_: Endpoint) -> Rejected:
    body = {"networks": ["the office"], "expiresAt": "2001-01-01T00:00:00Z"}
    wish = wire.key_wish(*decode(wire.encode(body), wire.KeyIn))
    return _raised(keys.create, wish, key_id="", user_id="", hint="", held=None, now=_NOW)


def _bad_rotation(_: Endpoint) -> Rejected:
    wish: tuple[wire.RotationIn, tuple[Problem, ...]] = decode(b'{"graceHours": "two days"}', wire.RotationIn)
    return Rejected(Kind.INVALID, wish[1])


def _bad_mark(_: Endpoint) -> Rejected:
    return Rejected(Kind.INVALID, decode(b'{"read": "yes"}', wire_notifications.NotificationPatch)[1])


def _bad_marks(_: Endpoint) -> Rejected:
    return Rejected(Kind.INVALID, decode(b'{"until": "yesterday"}', wire_notifications.ReadIn)[1])


def _bad_preferences(_: Endpoint) -> Rejected:
    patch = decode(b'{"appriseUrls": ["dbus://"]}', wire_notifications.PreferencesPatch)
    wish = wire_notifications.preferences_wish(*patch)
    usual = notice_preferences.Preferences()
    return _raised(notice_preferences.apply, usual, wish, available=tuple(Channel), private=False)


def _bad_calendar(_: Endpoint) -> Rejected:
    return _raised(calendars.create, " ", calendar_id="", user_id="", hint="", now=_NOW)


def _bad_batch(_: Endpoint) -> Rejected:
    return Rejected(Kind.INVALID, [Problem("operations", Reason.TOO_MANY, {"max": limits.BATCH_MAX})])


_INVALID: dict[str, Callable[[Endpoint], Rejected]] = {
    "create_task": lambda _: _bad_task(tasks.create, task_id="", creator_id=""),
    "batch_tasks": _bad_batch,
    "update_task": lambda _: _bad_task(lambda wish, **named: tasks.apply(examples.TASK, wish, **named)),
    "create_user": lambda _: _bad_user(users.create, user_id=""),
    "update_user": lambda _: _bad_user(users.create, user_id=""),
    "create_comment": _bad_comment,
    "update_comment": _bad_comment,
    "create_api_key": _bad_key,
    "create_calendar": _bad_calendar,
    "rotate_api_key": _bad_rotation,
    "update_notification": _bad_mark,
    "read_notifications": _bad_marks,
    "update_notification_preferences": _bad_preferences,
    "create_webhook": lambda _: webhook_examples.bad_webhook(),
    "update_webhook": lambda _: webhook_examples.bad_webhook(),
    "rotate_webhook_secret": _bad_rotation,
    "replay_deliveries": lambda _: webhook_examples.bad_replay(),
    "sign_in": lambda _: _raised(wanted_sign_in, b'{"email": 5, "workspaceId": 12}'),
}

_BY_ENDPOINT: dict[StrEnum, Callable[[Endpoint], Rejected]] = {
    HttpKind.INVALID_PARAMETERS: _bad_parameters,
    Kind.INSUFFICIENT_SCOPE: lambda endpoint: Rejected(
        Kind.INSUFFICIENT_SCOPE, scope=endpoint.scope or Scope.ADMIN
    ),
    Kind.NOT_FOUND: _nothing_there,
    Kind.PERMISSION_DENIED: _forbidden,
    Kind.INVALID: lambda endpoint: _INVALID[endpoint.name](endpoint),
    Kind.CONCURRENT_CHANGE: lambda endpoint: Rejected(Kind.CONCURRENT_CHANGE, **_clash(endpoint)),
}


def _clash(endpoint: Endpoint) -> dict[str, Any]:
    """The task as others left it, where it is a task that they kept changing."""
    if endpoint.name != "update_task":
        return {}
    return {"current": examples.STARTED_TASK, "fields": ("status",)}


def _finished() -> Rejected:
    task = msgspec.structs.replace(examples.TASK, status=Status.DONE)
    return _raised(tasks.apply, task, examples.task_wish(examples.START_TASK), assignee=None, now=_NOW)


def _undone() -> Rejected:
    refused, withdrawn = (
        BatchResult(told.status, msgspec.Raw(told.body or b"null"))
        for told in (answer(example(None, Kind.STALE)), answer(example(None, HttpKind.NOT_APPLIED)))
    )
    return Rejected(HttpKind.BATCH_REJECTED, index=1, results=[withdrawn, refused, withdrawn])


def _spent(kind: Kind, limit: int, window: dt.timedelta) -> Rejected:
    start = _NOW.replace(second=0) if window < dt.timedelta(hours=1) else _NOW.replace(hour=0, minute=0)
    return Rejected(kind, limit=limit, resets_at=start + window)


_ANYWHERE: dict[StrEnum, Callable[[], Rejected]] = {
    HttpKind.NOT_HTTP: lambda: Rejected(HttpKind.NOT_HTTP),
    HttpKind.MALFORMED: lambda: _raised(decode, b'{"title": "Implement', wire.TaskPatch),
    HttpKind.MISSING_AUTHENTICATION: lambda: Rejected(HttpKind.MISSING_AUTHENTICATION),
    Kind.INVALID_AUTHENTICATION: lambda: Rejected(Kind.INVALID_AUTHENTICATION),
    Kind.EXPIRED_AUTHENTICATION: lambda: Rejected(Kind.EXPIRED_AUTHENTICATION),
    ChangeKind.LOGIN_REFUSED: lambda: Rejected(ChangeKind.LOGIN_REFUSED),
    ChangeKind.ACCESS_NOT_ALLOWED: lambda: Rejected(ChangeKind.ACCESS_NOT_ALLOWED),
    ChangeKind.ACCOUNT_SHUT: lambda: Rejected(ChangeKind.ACCOUNT_SHUT, resets_at=_NOW + SHUT_FOR),
    HttpKind.CROSS_SITE_REQUEST: lambda: _raised(require_own_page, {}, ()),
    HttpKind.NO_SUCH_PATH: lambda: Rejected(HttpKind.NO_SUCH_PATH, path="/v1/task"),
    HttpKind.METHOD_NOT_ALLOWED: lambda: Rejected(
        HttpKind.METHOD_NOT_ALLOWED, method="PUT", path="/v1/tasks", allowed=["GET", "OPTIONS", "POST"]
    ),
    HttpKind.NOT_ACCEPTABLE: lambda: _raised(check_accept, "text/html", "application/json"),
    Kind.EMAIL_TAKEN: lambda: Rejected(Kind.EMAIL_TAKEN),
    Kind.USER_HAS_TASKS: lambda: Rejected(Kind.USER_HAS_TASKS, count=3),
    Kind.LAST_ADMIN: lambda: Rejected(Kind.LAST_ADMIN),
    Kind.TOO_MANY_KEYS: lambda: Rejected(Kind.TOO_MANY_KEYS, max=limits.KEYS_PER_USER_MAX),
    Kind.TOO_MANY_CALENDARS: lambda: Rejected(Kind.TOO_MANY_CALENDARS, max=limits.CALENDARS_PER_USER_MAX),
    Kind.TOO_MANY_WEBHOOKS: lambda: Rejected(Kind.TOO_MANY_WEBHOOKS, max=limits.WEBHOOKS_MAX),
    Kind.WEBHOOK_DISABLED: lambda: Rejected(Kind.WEBHOOK_DISABLED, id=webhook_examples.WEBHOOK_ID),
    Kind.KEY_REVOKED: lambda: Rejected(Kind.KEY_REVOKED, id=examples.KEY_ID),
    Kind.IDEMPOTENCY_IN_FLIGHT: lambda: Rejected(Kind.IDEMPOTENCY_IN_FLIGHT),
    Kind.STALE: lambda: Rejected(Kind.STALE, current=examples.STARTED_TASK, fields=("status", "priority")),
    HttpKind.TOO_LARGE: lambda: Rejected(HttpKind.TOO_LARGE, max=limits.BODY_MAX),
    HttpKind.HEAD_TOO_LARGE: lambda: Rejected(
        HttpKind.HEAD_TOO_LARGE, max=limits.HEAD_MAX, most=limits.HEADERS_MAX
    ),
    HttpKind.UNSUPPORTED_MEDIA_TYPE: lambda: _raised(check_content, "text/plain", None),
    Kind.INVALID_TRANSITION: _finished,
    Kind.IDEMPOTENCY_REUSED: lambda: Rejected(Kind.IDEMPOTENCY_REUSED),
    HttpKind.BATCH_REJECTED: _undone,
    HttpKind.NOT_APPLIED: lambda: Rejected(HttpKind.NOT_APPLIED),
    Kind.TOO_MANY_STREAMS: lambda: Rejected(
        Kind.TOO_MANY_STREAMS,
        max=limits.STREAMS_PER_USER_MAX,
        resets_at=_NOW + dt.timedelta(seconds=limits.STREAM_HEARTBEAT_SECONDS),
    ),
    Kind.NO_ROOM_FOR_STREAMS: lambda: Rejected(Kind.NO_ROOM_FOR_STREAMS, max=limits.STREAMS_MAX),
    Kind.MINUTE_LIMIT: lambda: _spent(
        Kind.MINUTE_LIMIT, _FREE.per_minute if _FREE else 0, dt.timedelta(minutes=1)
    ),
    Kind.DAY_LIMIT: lambda: _spent(Kind.DAY_LIMIT, _FREE.per_day if _FREE else 0, dt.timedelta(days=1)),
    HttpKind.SERVER_ERROR: lambda: Rejected(HttpKind.SERVER_ERROR),
    HttpKind.UNAVAILABLE: lambda: Rejected(HttpKind.UNAVAILABLE),
}
