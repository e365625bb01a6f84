"""The record as the wire shows it: every event of a workspace, in the order of its chain."""

from typing import Annotated

import msgspec
from msgspec import Meta

from punchlist.api.changes import history as change_history
from punchlist.api.tasks import wire
from punchlist.domain.events import Entity, Verb
from punchlist.services.auditing import Excerpt
from punchlist.store.events import Recorded
from punchlist.store.record import Entry

Hash = Annotated[
    str, Meta(description="SHA-256, in hexadecimal.", extra_json_schema={"pattern": "^[0-9a-f]{64}$"})
]


class RecordEntryOut(msgspec.Struct, rename="camel"):
    """One thing that happened in the workspace. `actor` is null for the command line and the server."""

    position: Annotated[int, Meta(description="Its place in the chain, from 1 and without gaps.")]
    seq: Annotated[str, Meta(description="The event's own number.")]
    verb: Verb
    entity: Entity
    entity_id: str
    parent_id: Annotated[str | None, Meta(description="The task of a comment, the change of its task.")]
    actor: wire.HistoryActor | None
    changes: list[wire.FieldChange]
    at: wire.Instant
    request_id: str | None
    hash: Hash
    previous_hash: Hash


class CursorPagination(msgspec.Struct, rename="camel"):
    """Where a page of the record ends."""

    limit: int
    next_cursor: Annotated[
        str | None, Meta(description="The `cursor` of the next page; null where there is no more.")
    ]
    has_more: Annotated[
        bool, Meta(description="A page may be short, or empty, and yet there is more to look at.")
    ]


class RecordPageOut(msgspec.Struct):
    """A page of the record."""

    data: list[RecordEntryOut]
    pagination: CursorPagination


def render_page(excerpt: Excerpt, limit: int) -> RecordPageOut:
    """A page as the wire shows it."""
    cursor = None if excerpt.beyond is None else str(excerpt.beyond)
    return RecordPageOut(
        [render_entry(each) for each in excerpt.entries],
        CursorPagination(limit, cursor, cursor is not None),
    )


def render_entry(entry: Entry) -> RecordEntryOut:
    """An event as the wire shows it."""
    event = entry.event
    return RecordEntryOut(
        position=entry.position,
        seq=str(event.seq),
        verb=event.verb,  # type: ignore[arg-type]  # as it is written, known here or not
        entity=event.entity,  # type: ignore[arg-type]
        entity_id=event.entity_id,
        parent_id=entry.parent_id,
        actor=None if event.actor_id is None else wire.HistoryActor(event.actor_id, event.actor_name),
        changes=changes_of(event),
        at=event.at.replace(microsecond=0),
        request_id=event.request_id,
        hash=entry.hash.hex(),
        previous_hash=entry.previous_hash.hex(),
    )


_OF_THE_TASK_DIALECT = frozenset({Entity.TASK, Entity.COMMENT, Entity.USER, Entity.API_KEY, Entity.SESSION})


def changes_of(event: Recorded) -> list[wire.FieldChange]:
    """What an event changed, by the names that the thing's own dialect has."""
    if event.entity in _OF_THE_TASK_DIALECT:
        return wire.render_event(event).changes
    told = change_history.changes_of(event)
    return [wire.FieldChange(each.attribute, each.before, each.after) for each in told]
