"""What of the record is told to others: the types of events that webhooks and live updates carry."""

import datetime as dt
from collections.abc import Collection
from typing import Any

import msgspec

from punchlist.domain.events import Entity, Verb

# In the order in which the manual lists them. What is not here concerns only those who run the workspace,
# who read it in the record itself.
PUBLISHED: dict[tuple[Entity, Verb], str] = {
    (Entity.TASK, Verb.CREATED): "task.created",
    (Entity.TASK, Verb.UPDATED): "task.updated",
    (Entity.TASK, Verb.DELETED): "task.deleted",
    (Entity.COMMENT, Verb.CREATED): "comment.created",
    (Entity.USER, Verb.CREATED): "user.created",
    (Entity.USER, Verb.UPDATED): "user.updated",
    (Entity.USER, Verb.DELETED): "user.deleted",
    (Entity.CHANGE, Verb.CREATED): "change.created",
    (Entity.CHANGE, Verb.UPDATED): "change.updated",
    (Entity.CHANGE, Verb.TRANSITIONED): "change.transitioned",
    (Entity.CHANGE, Verb.DELETED): "change.deleted",
    (Entity.IMPLEMENTATION_TASK, Verb.CREATED): "implementation_task.created",
    (Entity.IMPLEMENTATION_TASK, Verb.UPDATED): "implementation_task.updated",
    (Entity.IMPLEMENTATION_TASK, Verb.DELETED): "implementation_task.deleted",
}


EVERYTHING = "*"
# What a list of types may hold: each type, `task.*` for all of an entity's, and everything.
SELECTABLE = (
    *PUBLISHED.values(),
    *dict.fromkeys(f"{name.partition('.')[0]}.*" for name in PUBLISHED.values()),
    EVERYTHING,
)


class Linked(msgspec.Struct, frozen=True):
    """An event as it stands in the record, with its place in the workspace's chain.

    `position` numbers the events of a workspace from 1 without gaps; `seq` is the event's own number. The
    instant is in UTC. `before` and `after` are as in `domain.events.Event`.
    """

    position: int
    seq: int
    actor_id: str | None
    verb: Verb
    entity: Entity
    entity_id: str
    parent_id: str | None
    version: int
    before: dict[str, Any]
    after: dict[str, Any]
    at: dt.datetime
    request_id: str | None


def type_of(event: Linked) -> str | None:
    """The type under which an event is published, or None when it is not."""
    return PUBLISHED.get((event.entity, event.verb))


def selects(selection: Collection[str], name: str) -> bool:
    """Tells whether a list of types, such as `task.*`, has a type in it."""
    return EVERYTHING in selection or name in selection or f"{name.partition('.')[0]}.*" in selection
