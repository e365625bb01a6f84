"""The task dialect's shapes: what a body may hold, and how each thing is shown.

Bounds stand in the schemas for readers of the OpenAPI document. They are not enforced here but by the
rules, which find everything that is wrong and not only the first thing.
"""

import datetime as dt
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from punchlist.api.tasks.names import FIELDS, wire_name
from punchlist.domain import ids, limits
from punchlist.domain.comments import Comment, CommentChanges
from punchlist.domain.events import Entity
from punchlist.domain.keys import ApiKey, KeyWish, Scope
from punchlist.domain.lifecycle import Status
from punchlist.domain.permissions import Role
from punchlist.domain.plans import Plan
from punchlist.domain.problems import Problem
from punchlist.domain.tasks import Priority, Task, TaskChanges
from punchlist.domain.users import User, UserChanges
from punchlist.store.events import Recorded


def _bounds(description: str, **schema: Any) -> Meta:
    return Meta(description=description, extra_json_schema=schema)


Id = Annotated[str, _bounds("An identifier.", pattern=ids.PATTERN)]
UserId = Annotated[Id, Meta(description="A user.")]
Instant = Annotated[dt.datetime, Meta(tz=True, description="RFC 3339; any offset in, UTC out.")]
DueDate = Annotated[Instant, Meta(description="In the future when it is set or changed.")]
Title = Annotated[str, _bounds("Trimmed.", minLength=1, maxLength=limits.TITLE_MAX)]
Description = Annotated[str, _bounds("Plain text or Markdown.", maxLength=limits.DESCRIPTION_MAX)]
WarningOffset = Annotated[
    float,
    _bounds(
        "Hours before the due date at which a reminder goes out; needs a due date.",
        minimum=0,
        maximum=limits.WARNING_HOURS_MAX,
    ),
]
Tag = Annotated[str, _bounds("A label.", minLength=1, maxLength=limits.TAG_MAX)]
Tags = Annotated[tuple[Tag, ...], _bounds("Duplicates are dropped, order is kept.", maxItems=limits.TAGS_MAX)]
UserName = Annotated[str, _bounds("Trimmed.", minLength=1, maxLength=limits.NAME_MAX)]
Email = Annotated[str, _bounds("Unique regardless of case.", format="email", maxLength=limits.EMAIL_MAX)]
Networks = Annotated[
    tuple[str, ...],
    _bounds("In CIDR form, such as `192.0.2.0/24`; none: any.", maxItems=limits.KEY_NETWORKS_MAX),
]
CommentBody = Annotated[str, _bounds("Plain text or Markdown.", minLength=1, maxLength=limits.COMMENT_MAX)]


class TaskOut(msgspec.Struct, rename="camel"):
    """A task."""

    id: Id
    title: Title
    description: Description | None
    status: Status
    priority: Priority
    created_by: Annotated[Id | None, Meta(description="Null once that user is deleted.")]
    assignee_id: UserId | None
    due_date: DueDate | None
    warning_offset: WarningOffset | None
    tags: Tags
    created_at: Instant
    updated_at: Instant


class TaskPatch(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """Changes to a task. A field left out is left alone; null clears where null is allowed."""

    title: Title | UnsetType = UNSET
    description: Description | UnsetType | None = UNSET
    status: Status | UnsetType = UNSET
    priority: Priority | UnsetType = UNSET
    assignee_id: UserId | UnsetType | None = UNSET
    due_date: DueDate | UnsetType | None = UNSET
    warning_offset: WarningOffset | UnsetType | None = UNSET
    tags: Tags | UnsetType | None = UNSET
    id: Any = UNSET
    created_by: Any = UNSET
    created_at: Any = UNSET
    updated_at: Any = UNSET


class UserOut(msgspec.Struct, rename="camel"):
    """A user."""

    id: Id
    name: UserName
    email: Email
    role: Role
    created_at: Instant
    updated_at: Instant


class UserPatch(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """Changes to a user. A field left out is left alone."""

    name: UserName | UnsetType = UNSET
    email: Email | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    id: Any = UNSET
    created_at: Any = UNSET
    updated_at: Any = UNSET


class CommentOut(msgspec.Struct, rename="camel"):
    """A comment on a task."""

    id: Id
    task_id: Id
    author_id: Annotated[Id | None, Meta(description="Null once that user is deleted.")]
    body: CommentBody
    created_at: Instant
    updated_at: Instant


class CommentPatch(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """What a comment is to say."""

    body: CommentBody | UnsetType = UNSET
    id: Any = UNSET
    task_id: Any = UNSET
    author_id: Any = UNSET
    created_at: Any = UNSET
    updated_at: Any = UNSET


class FieldChange(msgspec.Struct, rename={"before": "from", "after": "to"}):
    """One field that an event changed."""

    field: str
    before: Any
    after: Any


class HistoryActor(msgspec.Struct):
    """Who did it; the name is null once that user is deleted."""

    id: Id
    name: str | None


class HistoryEntry(msgspec.Struct, rename="camel"):
    """One thing that happened to a task or to a comment on it. `actor` is null for the command line."""

    id: str
    verb: str
    entity: Entity
    entity_id: Id
    actor: HistoryActor | None
    changes: list[FieldChange]
    at: Instant
    request_id: str | None


class TransitionsOut(msgspec.Struct, rename="camel"):
    """Where a task stands and where the caller may move it."""

    current_status: Status
    allowed_transitions: tuple[Status, ...]


class KeyOut(msgspec.Struct, rename="camel"):
    """An API key, without its secret. No scopes: all that its user's role allows."""

    id: Id
    user_id: Id
    name: str
    hint: Annotated[str, Meta(description="The token's last four characters.")]
    scopes: tuple[Scope, ...]
    networks: Networks
    plan: Plan | None
    created_at: Instant
    expires_at: Instant | None
    revoked_at: Instant | None
    last_used_at: Instant | None
    replaced_by: Id | None


class NewKeyOut(KeyOut, rename="camel"):
    """An API key with its token, which is shown this once."""

    token: str


class KeyIn(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """A key to be made; for oneself unless `userId` names somebody else."""

    name: Annotated[str, _bounds("Trimmed.", minLength=1, maxLength=limits.NAME_MAX)] | UnsetType = UNSET
    user_id: Id | UnsetType = UNSET
    scopes: tuple[Scope, ...] | UnsetType | None = UNSET
    networks: Networks | UnsetType | None = UNSET
    plan: Plan | UnsetType | None = UNSET
    expires_at: Instant | UnsetType | None = UNSET


class RotationIn(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """How long the old key works beside its successor."""

    grace_hours: Annotated[
        float, _bounds("0 ends the old key at once.", minimum=0, maximum=limits.KEY_GRACE_HOURS_MAX)
    ] = 24.0


class Pagination(msgspec.Struct, rename="camel"):
    """Which part of a list a page is."""

    total: int
    limit: int
    offset: int
    has_more: bool


_encode = msgspec.json.Encoder().encode


def encode(value: Any) -> bytes:
    """JSON in UTF-8."""
    return _encode(value)


def _seconds(instant: dt.datetime | None) -> dt.datetime | None:
    """The wire shows whole seconds; the database keeps finer ones for sorting."""
    return None if instant is None else instant.replace(microsecond=0)


def _short(value: Any) -> Any:
    """A number without the `.0` that a column of fractions gives to whole ones."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def format_instant(instant: dt.datetime) -> str:
    """An instant in UTC as the wire writes it."""
    return instant.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def render_task(task: Task) -> TaskOut:
    """A task as the wire shows it."""
    return TaskOut(
        task.id,
        task.title,
        task.description,
        task.status,
        task.priority,
        task.created_by,
        task.assignee_id,
        task.due_at,
        _short(task.warning_hours),
        task.tags,
        task.created_at.replace(microsecond=0),
        task.updated_at.replace(microsecond=0),
    )


def render_user(user: User) -> UserOut:
    """A user as the wire shows them."""
    created, updated = user.created_at.replace(microsecond=0), user.updated_at.replace(microsecond=0)
    return UserOut(user.id, user.name, user.email, user.role, created, updated)


def render_comment(comment: Comment) -> CommentOut:
    """A comment as the wire shows it."""
    return CommentOut(
        comment.id,
        comment.task_id,
        comment.author_id,
        comment.body,
        comment.created_at.replace(microsecond=0),
        comment.updated_at.replace(microsecond=0),
    )


def render_key(key: ApiKey) -> KeyOut:
    """A key as the wire shows it, without its token."""
    return KeyOut(**_key_values(key))


def render_new_key(key: ApiKey, token: str) -> NewKeyOut:
    """A key as the wire shows it once."""
    return NewKeyOut(**_key_values(key), token=token)


def _key_values(key: ApiKey) -> dict[str, Any]:
    values = {name: getattr(key, name) for name in KeyOut.__struct_fields__}
    return values | {name: _seconds(value) for name, value in values.items() if name.endswith("_at")}


_SAID_BY_THE_ENTRY = frozenset({"id", "task_id", "created_at"})


def render_event(event: Recorded) -> HistoryEntry:
    """An event as history shows it: each field with what it was and what it became."""
    changed = [name for name in FIELDS if event.before.get(name) != event.after.get(name)]
    return HistoryEntry(
        id=str(event.seq),
        verb=event.verb,
        entity=Entity(event.entity),
        entity_id=event.entity_id,
        actor=None if event.actor_id is None else HistoryActor(event.actor_id, event.actor_name),
        changes=[
            FieldChange(FIELDS[name].wire, _short(event.before.get(name)), _short(event.after.get(name)))
            for name in changed
            if name not in _SAID_BY_THE_ENTRY
        ],
        at=event.at.replace(microsecond=0),
        request_id=event.request_id,
    )


def task_changes(patch: TaskPatch, problems: tuple[Problem, ...]) -> TaskChanges:
    """The wish that a body expresses."""
    return TaskChanges(
        patch.title,
        patch.description,
        patch.status,
        patch.priority,
        patch.assignee_id,
        patch.due_date,
        patch.warning_offset,
        patch.tags,
        tuple(map(_in_domain_terms, problems)) if problems else (),
    )


def user_changes(patch: UserPatch, problems: tuple[Problem, ...]) -> UserChanges:
    """The wish that a body expresses."""
    return UserChanges(name=patch.name, email=patch.email, role=patch.role, problems=problems)


def comment_changes(patch: CommentPatch, problems: tuple[Problem, ...]) -> CommentChanges:
    """The wish that a body expresses."""
    return CommentChanges(body=patch.body, problems=problems)


def key_wish(wanted: KeyIn, problems: tuple[Problem, ...]) -> KeyWish:
    """The wish that a body expresses."""
    return KeyWish(
        name=wanted.name,
        scopes=wanted.scopes,
        networks=wanted.networks,
        plan=wanted.plan,
        expires_at=wanted.expires_at,
        problems=tuple(map(_in_domain_terms, problems)),
    )


_DOMAIN_NAMES = {
    wire_name(name): name for name in (*TaskChanges.__struct_fields__, *KeyWish.__struct_fields__)
}


def _in_domain_terms(problem: Problem) -> Problem:
    """A problem of the door under the domain's name, so that the rules do not report the field twice."""
    return msgspec.structs.replace(problem, field=_DOMAIN_NAMES.get(problem.field, problem.field))
