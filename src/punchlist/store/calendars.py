"""Calendars in PostgreSQL, and what stands in them."""

import datetime as dt
from typing import Any, NamedTuple

import asyncpg

from punchlist.domain.calendars import Calendar, Due
from punchlist.domain.context import Context
from punchlist.domain.events import Event
from punchlist.domain.implementation_tasks import OPEN
from punchlist.domain.lifecycle import TRANSITIONS, Status
from punchlist.domain.tokens import CalendarClaim
from punchlist.store import events
from punchlist.store.database import Executor

_SELECTED = "c.id, c.version, c.user_id, c.name, c.hint, c.created_at, c.updated_at, c.last_used_at"

_LIST = f"""
SELECT {_SELECTED} FROM calendars c
WHERE c.workspace_id = $1 AND c.user_id = $2 ORDER BY c.created_at DESC, c.id LIMIT $3
"""


async def list_(db: Executor, workspace_id: int, user_id: str, *, most: int) -> list[Calendar]:
    """A user's calendars, newest first."""
    return [Calendar(*row) for row in await db.fetch(_LIST, workspace_id, user_id, most)]


_INSERT = events.mutation(f"""
    INSERT INTO calendars (workspace_id, id, version, user_id, digest, hint, name, created_at, updated_at)
    VALUES ({events.WORKSPACE}, {events.ENTITY_ID}, {events.VERSION}, $12, $13, $14, $15,
            {events.AT}, {events.AT})
    RETURNING id
""")


async def insert(db: Executor, context: Context, calendar: Calendar, digest: bytes, event: Event) -> bool:
    """Writes a new calendar, the digest of its token, and the event; False when its user has gone."""
    values = (calendar.user_id, digest, calendar.hint, calendar.name)
    try:
        return await events.write(db, _INSERT, context, event, *values)
    except asyncpg.ForeignKeyViolationError:
        return False


_DELETE = events.mutation(f"""
    DELETE FROM calendars WHERE workspace_id = {events.WORKSPACE} AND id = {events.ENTITY_ID} RETURNING id
""")


async def delete(db: Executor, context: Context, event: Event) -> bool:
    """Removes a calendar; False when it is gone already."""
    return await events.write(db, _DELETE, context, event)


class Found(NamedTuple):
    """A calendar that somebody showed the token of, and the number of its workspace."""

    calendar: Calendar
    workspace_number: int


_FIND = f"""
SELECT {_SELECTED}, w.number
FROM calendars c
JOIN users u ON u.workspace_id = $1 AND u.id = c.user_id AND NOT u.disabled
JOIN workspaces w ON w.id = $1
WHERE c.workspace_id = $1 AND c.digest = $2
"""


async def find(db: Executor, claim: CalendarClaim) -> Found | None:
    """The calendar of a token; None when there is none, or its user is disabled."""
    row = await db.fetchrow(_FIND, claim.workspace_id, claim.digest)
    return None if row is None else Found(Calendar(*list(row)[:8]), row[8])


_MARK_USED = "UPDATE calendars SET last_used_at = $3 WHERE workspace_id = $1 AND id = $2"


async def mark_used(db: Executor, workspace_id: int, calendar_id: str, now: dt.datetime) -> None:
    """Notes when a calendar was last read. It is bookkeeping, not a change: no version, no event."""
    await db.execute(_MARK_USED, workspace_id, calendar_id, now)


_UNFINISHED = ", ".join(
    f"'{status}'" for status in Status if TRANSITIONS[status] and status is not Status.DONE
)
_TASKS = f"""
SELECT t.id, NULL, t.version, t.title, left(t.description, $5), t.due_at, t.warning_hours, t.updated_at
FROM tasks t
WHERE t.workspace_id = $1 AND t.assignee_id = $2 AND t.due_at > $3 AND t.status IN ({_UNFINISHED})
ORDER BY t.due_at, t.id LIMIT $4
"""
_OPEN = ", ".join(f"'{status}'" for status in sorted(OPEN))
_IMPLEMENTATION_TASKS = f"""
SELECT t.id, t.change_id, t.version, t.name, left(c.number || ': ' || c.title, $5), t.due_at, t.warning_hours,
    t.updated_at
FROM implementation_tasks t JOIN changes c ON c.workspace_id = $1 AND c.id = t.change_id
WHERE t.workspace_id = $1 AND t.due_at > $3 AND t.status IN ({_OPEN}) AND (
    t.assignee_user_id = $2 OR t.assignee_group_id = ANY(ARRAY(
        SELECT m.group_id FROM user_group_members m WHERE m.workspace_id = $1 AND m.user_id = $2
    ))
)
ORDER BY t.due_at, t.id LIMIT $4
"""


async def dues(
    db: Executor, workspace_id: int, user_id: str, *, since: dt.datetime, most: int, text: int
) -> list[Due]:
    """What is due of a user, themselves or with their groups, and not done: at most so much of each kind,
    with so many characters of its description."""
    found: list[Any] = []
    for statement in (_TASKS, _IMPLEMENTATION_TASKS):
        found += await db.fetch(statement, workspace_id, user_id, since, most, text)
    return [_due(row) for row in found]


def _due(row: Any) -> Due:
    return Due(*row)
