"""One story told in examples: Ada opens a task for Grace, Grace starts on it, and somebody says so.

The examples are what the rules make of the bodies shown, rendered as the server renders them, so that they
cannot say what the server would not.
"""

import datetime as dt
from typing import Any

import msgspec

from punchlist.api.openapi.dialect import Example
from punchlist.api.openapi.tasks import session_examples
from punchlist.api.tasks import batch, wire
from punchlist.api.tasks.parameters import pagination
from punchlist.api.tasks.work import render_work
from punchlist.domain import comments, keys, tasks, users
from punchlist.domain import events as record
from punchlist.domain.change_lifecycle import ChangeStatus
from punchlist.domain.events import Entity
from punchlist.domain.implementation_tasks import Circumstances, TaskStatus
from punchlist.domain.lifecycle import TRANSITIONS
from punchlist.domain.permissions import Actor, Role
from punchlist.domain.queries import Page
from punchlist.domain.tasks import AssigneeFacts, Task
from punchlist.domain.work import Urgency, Work, WorkKind
from punchlist.store.events import Recorded

OPENED = dt.datetime(2026, 1, 15, 9, 30, tzinfo=dt.UTC)
STARTED = dt.datetime(2026, 1, 16, 8, 5, tzinfo=dt.UTC)

TASK_ID = "4TQ0N3XJ8KZP2M7RWD5B"
COMMENT_ID = "9HC2VY6WQ1ZD8KX0TJ4M"
ADA_ID = "B7M0XK2QZ9W4TD1VJ6RN"
GRACE_ID = "K3V8DZ5T0QW1NJ7XM2RB"
KEY_ID = "W6RJ1Z0X9BQM4TK7DN2V"
NEXT_KEY_ID = "ZD4N7QK1TX0M8WV2JR5B"
TOKEN = "pl_2n9c_ThisTokenIsAnExampleAndNoKey0000"  # noqa: S105  (of no key)
REQUEST_ID = "checkout-42"

NEW_TASK = {
    "title": "Implement authentication",
    "priority": "MEDIUM",
    "assigneeId": GRACE_ID,
    "dueDate": "2035-06-01T17:00:00Z",
    "warningOffset": 24,
    "tags": ["authentication", "security", "api"],
}
START_TASK = {
    "status": "IN_PROGRESS",
    "priority": "HIGH",
    "description": "Add token-based authentication. Use JWT.",
}
NEW_USER = {"name": "Grace Hopper", "email": "grace@example.com", "role": "member"}
CHANGED_USER = {"role": "manager"}
NEW_COMMENT = {"body": "The library is chosen; the rest is typing."}
CHANGED_COMMENT = {"body": "The library is chosen, and tested."}
NEW_KEY = {
    "name": "Nightly import",
    "scopes": ["tasks:write"],
    "networks": ["192.0.2.0/24"],
    "expiresAt": "2036-01-01T00:00:00Z",
}
ROTATION = {"graceHours": 48}
BATCH = {
    "atomic": False,
    "operations": [
        {"op": "create", "task": {"title": "Write the release notes"}},
        {"op": "patch", "id": TASK_ID, "task": START_TASK, "ifMatch": '"1"'},
        {"op": "delete", "id": COMMENT_ID},
    ],
}


def shown(value: Any) -> Any:
    """A value as it reads off the wire."""
    return msgspec.json.decode(wire.encode(value))


def task_wish(body: dict[str, Any]) -> tasks.TaskChanges:
    """What a body wishes of a task."""
    return wire.task_changes(msgspec.convert(body, wire.TaskPatch), ())


def _user_wish(body: dict[str, Any]) -> users.UserChanges:
    return wire.user_changes(msgspec.convert(body, wire.UserPatch), ())


def _comment_wish(body: dict[str, Any]) -> comments.CommentChanges:
    return wire.comment_changes(msgspec.convert(body, wire.CommentPatch), ())


TASK: Task = tasks.create(
    task_wish(NEW_TASK),
    task_id=TASK_ID,
    creator_id=ADA_ID,
    assignee=AssigneeFacts(exists=True, disabled=False),
    now=OPENED,
)
STARTED_TASK: Task = tasks.apply(TASK, task_wish(START_TASK), assignee=None, now=STARTED)
_NOTES = tasks.create(
    task_wish({"title": "Write the release notes"}),
    task_id="X0TJ4M9HC2VY6WQ1ZD8K",
    creator_id=ADA_ID,
    assignee=None,
    now=STARTED,
)

_GRACE = users.create(_user_wish(NEW_USER), user_id=GRACE_ID, now=OPENED)
_GRACE_PROMOTED = users.apply(_GRACE, _user_wish(CHANGED_USER), now=STARTED)

_COMMENT = comments.create(
    _comment_wish(NEW_COMMENT), comment_id=COMMENT_ID, task_id=TASK_ID, author_id=GRACE_ID, now=STARTED
)
_COMMENT_EDITED = comments.apply(_COMMENT, _comment_wish(CHANGED_COMMENT), now=STARTED)

_KEY = keys.create(
    wire.key_wish(msgspec.convert(NEW_KEY, wire.KeyIn), ()),
    key_id=KEY_ID,
    user_id=GRACE_ID,
    hint=TOKEN[-4:],
    held=None,
    now=OPENED,
)
_NEXT_KEY = keys.succeed(_KEY, key_id=NEXT_KEY_ID, hint=TOKEN[-4:], now=STARTED)
_KEY_IN_USE = msgspec.structs.replace(_KEY, last_used_at=STARTED)


def _history() -> list[wire.HistoryEntry]:
    """What happened to the task, newest first."""
    told = [
        (43, record.created(Entity.COMMENT, _COMMENT, STARTED, parent_id=TASK_ID), GRACE_ID, _GRACE.name),
        (42, record.updated(Entity.TASK, TASK, STARTED_TASK, STARTED), GRACE_ID, _GRACE.name),
        (17, record.created(Entity.TASK, TASK, OPENED), ADA_ID, "Ada Lovelace"),
    ]
    return [
        wire.render_event(
            Recorded(
                seq=seq,
                actor_id=actor_id,
                actor_name=name,
                verb=event.verb.value,
                entity=event.entity.value,
                entity_id=event.entity_id,
                before=shown(event.before),
                after=shown(event.after),
                at=event.at,
                request_id=REQUEST_ID,
            )
        )
        for seq, event, actor_id, name in told
    ]


def _page(*entries: Any) -> Any:
    return shown({"data": entries, "pagination": pagination(Page(), len(entries))})


_started = wire.render_task(STARTED_TASK)
_GRACES = Actor(1, GRACE_ID, Role.MEMBER)
_WORK = (
    Work(
        WorkKind.IMPLEMENTATION_TASK,
        "J1L4IFJLWDWZI0G8FQA8",
        "Check Packaging",
        TaskStatus.NOT_STARTED,
        OPENED,
        Urgency.OVERDUE,
        change_id="F3QN8W0ZK5TD1VJ7XM2B",
        change_number="ECO-000026",
        group_id="VDXGURVX8OUH0J2L4HEJ",
        group_name="EveryHome Engineering USA",
        circumstances=Circumstances(ChangeStatus.EFFECTIVE, uncategorized=False, managed=True, override=True),
    ),
    Work(
        WorkKind.TASK,
        TASK_ID,
        STARTED_TASK.title,
        STARTED_TASK.status,
        STARTED_TASK.due_at,
        Urgency.OPEN,
        priority=STARTED_TASK.priority,
        created_by=ADA_ID,
    ),
)
_new_key = wire.render_new_key(_KEY, TOKEN)

ANSWERS: dict[str, Any] = {
    "list_tasks": _page(_started),
    "create_task": shown(wire.render_task(TASK)),
    "batch_tasks": shown(
        batch.BatchOut(
            [
                batch.BatchResult(201, wire.render_task(_NOTES)),
                batch.BatchResult(200, _started),
                batch.BatchResult(204, None),
            ]
        )
    ),
    "get_task": shown(_started),
    "update_task": shown(_started),
    "task_history": _page(*_history()),
    "task_transitions": shown(wire.TransitionsOut(STARTED_TASK.status, TRANSITIONS[STARTED_TASK.status])),
    "list_comments": _page(wire.render_comment(_COMMENT)),
    "create_comment": shown(wire.render_comment(_COMMENT)),
    "get_comment": shown(wire.render_comment(_COMMENT)),
    "update_comment": shown(wire.render_comment(_COMMENT_EDITED)),
    "list_users": _page(wire.render_user(_GRACE)),
    "create_user": shown(wire.render_user(_GRACE)),
    "get_user": shown(wire.render_user(_GRACE)),
    "update_user": shown(wire.render_user(_GRACE_PROMOTED)),
    "list_api_keys": _page(wire.render_key(_KEY_IN_USE)),
    "create_api_key": shown(_new_key),
    "get_api_key": shown(wire.render_key(_KEY_IN_USE)),
    "rotate_api_key": shown(wire.render_new_key(_NEXT_KEY, TOKEN)),
    "list_work": _page(*(render_work(_GRACES, entry) for entry in _WORK)),
    "sign_in": shown(session_examples.signed_in(_GRACE)),
    "get_session": shown(session_examples.signed_in(_GRACE)),
    "list_sessions": _page(*session_examples.sessions(STARTED)),
}

_HAND_BACK = shown(_started) | {"title": "Implement authentication with JWT"}

BODIES: dict[str, dict[str, Example]] = {
    "create_task": {
        "short": Example("The least that is needed", {"title": "Implement authentication"}),
        "full": Example("All that can be said", NEW_TASK),
    },
    "batch_tasks": {
        "each": Example("Each on its own", BATCH),
        "atomic": Example("All or none", BATCH | {"atomic": True}),
    },
    "update_task": {
        "start": Example("Start working on it", START_TASK),
        "clear": Example("Clear what need not be there", {"assigneeId": None, "dueDate": None, "tags": None}),
        "back": Example("Send back a task that was read, with a new title", _HAND_BACK),
    },
    "create_comment": {"comment": Example("A comment", NEW_COMMENT)},
    "update_comment": {"edit": Example("What it is to say now", CHANGED_COMMENT)},
    "create_user": {"member": Example("A member", NEW_USER)},
    "update_user": {
        "promote": Example("Promote somebody", CHANGED_USER),
        "rename": Example("A new name", {"name": "Rear Admiral Grace Hopper"}),
    },
    "create_api_key": {
        "short": Example("For oneself, with all that one's role allows", {"name": "My laptop"}),
        "limited": Example("Limited in every way", NEW_KEY),
    },
    "rotate_api_key": {
        "grace": Example("Two days to change over", ROTATION),
        "at_once": Example("The old key ends now", {"graceHours": 0}),
    },
} | session_examples.BODIES
