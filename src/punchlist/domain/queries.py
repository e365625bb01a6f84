"""What may be asked of a list: filters, order and page, as plain values."""

import datetime as dt

import msgspec

from punchlist.domain import limits
from punchlist.domain.events import Entity, Verb
from punchlist.domain.lifecycle import Status
from punchlist.domain.permissions import Role
from punchlist.domain.tasks import Priority


class Order(msgspec.Struct, frozen=True):
    """One field to sort by."""

    field: str
    descending: bool = False


class Page(msgspec.Struct, frozen=True):
    """A slice of a list."""

    limit: int = limits.PAGE_DEFAULT
    offset: int = 0


class TaskFilter(msgspec.Struct, frozen=True):
    """Which tasks: every filter given must hold, and of a filter's values any one. None: not filtered."""

    statuses: tuple[Status, ...] | None = None
    priorities: tuple[Priority, ...] | None = None
    tags: tuple[str, ...] | None = None
    assignee_ids: tuple[str, ...] | None = None
    creator_ids: tuple[str, ...] | None = None
    due_after: dt.datetime | None = None
    due_before: dt.datetime | None = None
    has_due: bool | None = None
    search: str | None = None


class UserFilter(msgspec.Struct, frozen=True):
    """Which users: every filter given must hold."""

    email: str | None = None
    name: str | None = None
    roles: tuple[Role, ...] | None = None


class EventFilter(msgspec.Struct, frozen=True):
    """Which events of the record: every filter given must hold, and of a filter's values any one."""

    entities: tuple[Entity, ...] | None = None
    entity_id: str | None = None
    actor_ids: tuple[str, ...] | None = None
    verbs: tuple[Verb, ...] | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None


class Stretch(msgspec.Struct, frozen=True):
    """A part of the record: at most `limit` events beyond a position (None: from the end one starts at)."""

    limit: int = limits.PAGE_DEFAULT
    beyond: int | None = None
    newest_first: bool = True


TASK_SORT_FIELDS = ("title", "status", "priority", "due_at", "created_at", "updated_at")
TASK_SORT_DEFAULT = (Order("created_at", descending=True),)
USER_SORT_FIELDS = ("name", "email", "created_at", "updated_at")
USER_SORT_DEFAULT = (Order("created_at"),)
