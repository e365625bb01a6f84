"""The record of what happened, written in the same statement as what happened.

Every statement that mutates takes the event's values as its first parameters, in the order of `_VALUES`,
and its own from `$12` on; the names below say which is which.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from punchlist.domain.context import Context
from punchlist.domain.events import Event
from punchlist.store.database import Executor

WORKSPACE, ENTITY_ID, PARENT_ID, VERSION, AT = "$1", "$5", "$6", "$7", "$10"
FIRST_FREE = 12

_COLUMNS = (
    "workspace_id, actor_id, verb, entity, entity_id, parent_id, version, before, after, at, request_id"
)
_VALUES = (
    "$1::integer, $2::text, $3::text, $4::text, $5::text, $6::text, $7::bigint,"
    " $8::jsonb, $9::jsonb, $10::timestamptz, $11::text"
)
_encode = msgspec.json.Encoder().encode


def mutation(change: str) -> str:
    """The statement of a change, which must return a row where it found one, with its event.

    The row must be one that it wrote: its transaction then has its id before it draws the event's number,
    which `store.chains` counts on. The statement answers one row: the event's number, or NULL when the
    change found nothing to change.
    """
    return f"""
WITH changed AS ({change}),
written AS (INSERT INTO events ({_COLUMNS}) SELECT {_VALUES} FROM changed RETURNING seq)
SELECT (SELECT seq FROM written)
"""


async def write(db: Executor, statement: str, context: Context, event: Event, *values: Any) -> bool:
    """Runs a `mutation`; False when it found nothing to change."""
    arguments = (*_parameters(context, event), *values)
    # Whoever changes several things at once goes through them in the order of their ids, and of their
    # parents' first, which they hold as well; so none waits for another who waits for them.
    order = (context.actor.workspace_id, event.parent_id or event.entity_id, event.entity_id)
    seq = await db.write(statement, arguments, order=order)
    return seq is not None


def _parameters(context: Context, event: Event) -> tuple[Any, ...]:
    """The values of `$1` to `$11`."""
    actor = context.actor
    return (
        actor.workspace_id,
        actor.id or None,
        event.verb.value,
        event.entity.value,
        event.entity_id,
        event.parent_id,
        event.version,
        _encode(event.before).decode(),
        _encode(event.after).decode(),
        event.at,
        context.request_id,
    )


_HISTORY = """
WITH matched AS (
    SELECT e.seq, e.actor_id, e.verb, e.entity, e.entity_id, e.version, e.before, e.after, e.at, e.request_id
    FROM events e
    WHERE e.workspace_id = $1 AND (e.entity_id = $2 OR e.parent_id = $2) AND e.entity_id <> ALL($5::text[])
)
SELECT m.*, u.name AS actor_name, (SELECT count(*) FROM matched) AS total
FROM matched m LEFT JOIN users u ON u.workspace_id = $1 AND u.id = m.actor_id
ORDER BY m.seq DESC LIMIT $3 OFFSET $4
"""

_COUNT = """
SELECT count(*) FROM events
WHERE workspace_id = $1 AND (entity_id = $2 OR parent_id = $2) AND entity_id <> ALL($3::text[])
"""


class Recorded(msgspec.Struct, frozen=True):
    """An event as it stands in the record, with the actor's present name."""

    seq: int
    actor_id: str | None
    actor_name: str | None
    verb: str
    entity: str
    entity_id: str
    before: dict[str, Any]
    after: dict[str, Any]
    at: Any
    request_id: str | None


async def list_of(
    db: Executor,
    workspace_id: int,
    entity_id: str,
    *,
    without: Sequence[str] = (),
    limit: int,
    offset: int,
) -> tuple[list[Recorded], int]:
    """The events of a thing and of what belongs to it, newest first, and how many there are in all.

    Those of the things named in `without` are left out.
    """
    rows = await db.fetch(_HISTORY, workspace_id, entity_id, limit, offset, list(without))
    total = rows[0]["total"] if rows else await db.fetchval(_COUNT, workspace_id, entity_id, list(without))
    return [_recorded(row) for row in rows], total


_FIELDS_SINCE = """
SELECT DISTINCT jsonb_object_keys(after) FROM events
WHERE workspace_id = $1 AND entity_id = $2 AND version > $3
"""


async def fields_changed_since(db: Executor, workspace_id: int, entity_id: str, version: int) -> set[str]:
    """The names of a thing's fields that were changed by versions after the given one."""
    return {row[0] for row in await db.fetch(_FIELDS_SINCE, workspace_id, entity_id, version)}


def _recorded(row: Any) -> Recorded:
    return Recorded(
        seq=row["seq"],
        actor_id=row["actor_id"],
        actor_name=row["actor_name"],
        verb=row["verb"],
        entity=row["entity"],
        entity_id=row["entity_id"],
        before=msgspec.json.decode(row["before"]),
        after=msgspec.json.decode(row["after"]),
        at=row["at"],
        request_id=row["request_id"],
    )
