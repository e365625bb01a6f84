"""Things as they were: what the record says of them up to an event."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec

from punchlist.store.database import Executor

# The last that was said of each field, and when the thing was first spoken of. Of a long history only that
# leaves the database.
_SAID = """
SELECT DISTINCT ON (e.entity_id, f.key) e.entity_id, f.key, f.value
FROM unnest($3::text[], $4::bigint[]) AS asked (entity_id, before_seq)
JOIN events e ON e.workspace_id = $1 AND e.entity_id = asked.entity_id AND e.entity = $2
    AND e.seq < asked.before_seq
CROSS JOIN LATERAL jsonb_each(e.after) AS f
ORDER BY e.entity_id, f.key, e.seq DESC
"""
_FIRST = """
SELECT e.entity_id, min(e.at) FROM events e
WHERE e.workspace_id = $1 AND e.entity = $2 AND e.entity_id = ANY($3::text[]) GROUP BY e.entity_id
"""


class Known(msgspec.Struct):
    """What is known of a thing: its fields by the domain's names, and when it was made."""

    fields: dict[str, Any]
    created_at: dt.datetime | None = None


async def known_before(
    db: Executor, workspace_id: int, entity: str, asked: Sequence[tuple[str, int]]
) -> dict[str, Known]:
    """What the record says of things of a kind before an event; `asked` are ids, with the seq of it."""
    ids = [each[0] for each in asked]
    found = {entity_id: Known({}) for entity_id in ids}
    for row in await db.fetch(_SAID, workspace_id, entity, ids, [each[1] for each in asked]):
        found[row[0]].fields[row[1]] = msgspec.json.decode(row[2])
    for row in await db.fetch(_FIRST, workspace_id, entity, ids):
        found[row[0]].created_at = row[1]
    return found


_USERS = "SELECT u.id, u.name, u.email FROM users u WHERE u.workspace_id = $1 AND u.id = ANY($2::text[])"
_GROUPS = "SELECT g.id, g.name FROM user_groups g WHERE g.workspace_id = $1 AND g.id = ANY($2::text[])"
_SUPPLIERS = "SELECT s.id, s.name FROM suppliers s WHERE s.workspace_id = $1 AND s.id = ANY($2::text[])"
_CATEGORIES = (
    "SELECT c.id, c.path FROM change_categories c WHERE c.workspace_id = $1 AND c.id = ANY($2::text[])"
)


class Names(msgspec.Struct, frozen=True):
    """How things are called now, by id; what is gone is not there. Users have an address as well."""

    users: dict[str, tuple[str, str]]
    groups: dict[str, str]
    suppliers: dict[str, str]
    categories: dict[str, tuple[str, ...]]


async def names(db: Executor, workspace_id: int, ids: Sequence[str]) -> Names:
    """How whatever has one of these ids is called."""
    asked = list(ids)
    return Names(
        {row[0]: (row[1], row[2]) for row in await db.fetch(_USERS, workspace_id, asked)},
        {row[0]: row[1] for row in await db.fetch(_GROUPS, workspace_id, asked)},
        {row[0]: row[1] for row in await db.fetch(_SUPPLIERS, workspace_id, asked)},
        {row[0]: tuple(row[1]) for row in await db.fetch(_CATEGORIES, workspace_id, asked)},
    )
