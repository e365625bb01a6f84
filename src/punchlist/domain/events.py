"""What happened: the record that every mutation leaves, and how two states are compared for it."""

import datetime as dt
from enum import StrEnum
from typing import Any

import msgspec


class Verb(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    REVOKED = "revoked"
    ROTATED = "rotated"
    TRANSITIONED = "transitioned"
    DISABLED = "disabled"


class Entity(StrEnum):
    TASK = "task"
    COMMENT = "comment"
    USER = "user"
    API_KEY = "api_key"
    SESSION = "session"
    CHANGE = "change"
    IMPLEMENTATION_TASK = "implementation_task"
    NOTE = "note"
    VOTE = "vote"
    FILE = "file"
    TASK_FILE = "task_file"
    WORKSPACE = "workspace"
    USER_GROUP = "user_group"
    SUPPLIER = "supplier"
    NUMBER_PREFIX = "number_prefix"
    ROUTING = "routing"
    CHANGE_ATTRIBUTE = "change_attribute"
    CATEGORY = "category"
    CALENDAR = "calendar"
    WEBHOOK = "webhook"


class Event(msgspec.Struct, frozen=True):
    """One mutation. `before` and `after` hold only what changed, by the domain's field names.

    A creation has no `before` and the whole thing as `after`; a deletion the reverse. `parent_id` is the
    task a comment belongs to, so that a task's history can be read in one scan.
    """

    verb: Verb
    entity: Entity
    entity_id: str
    version: int
    before: dict[str, Any]
    after: dict[str, Any]
    at: dt.datetime
    parent_id: str | None = None


# What changes with every write says nothing about what somebody did.
_BOOKKEEPING = frozenset({"version", "updated_at"})


def created(entity: Entity, thing: msgspec.Struct, at: dt.datetime, *, parent_id: str | None = None) -> Event:
    """The event of something that was not there before."""
    return Event(Verb.CREATED, entity, _id(thing), _version(thing), {}, _snapshot(thing), at, parent_id)


def deleted(entity: Entity, thing: msgspec.Struct, at: dt.datetime, *, parent_id: str | None = None) -> Event:
    """The event of something that is no longer there."""
    return Event(Verb.DELETED, entity, _id(thing), _version(thing) + 1, _snapshot(thing), {}, at, parent_id)


def updated(
    entity: Entity,
    old: msgspec.Struct,
    new: msgspec.Struct,
    at: dt.datetime,
    *,
    verb: Verb = Verb.UPDATED,
    parent_id: str | None = None,
) -> Event:
    """The event of a thing that changed; holds exactly the fields whose value differs."""
    names = differing(old, new)
    before = {name: getattr(old, name) for name in names}
    after = {name: getattr(new, name) for name in names}
    return Event(verb, entity, _id(new), _version(new), before, after, at, parent_id)


def differing(old: msgspec.Struct, new: msgspec.Struct) -> tuple[str, ...]:
    """The names of the fields in which two states of one thing differ, bookkeeping left out."""
    return tuple(
        name
        for name in old.__struct_fields__
        if name not in _BOOKKEEPING and getattr(old, name) != getattr(new, name)
    )


def _snapshot(thing: msgspec.Struct) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in thing.__struct_fields__ if name not in _BOOKKEEPING}


def _id(thing: Any) -> str:
    return str(thing.id)


def _version(thing: Any) -> int:
    return int(thing.version)
