"""Notifications in PostgreSQL: what each person was told, once."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec

from punchlist.domain.ids import new_id
from punchlist.domain.notices import Channel, Notice, NoticeKind, Notification, SendState, Sent
from punchlist.domain.permissions import Action, Actor
from punchlist.domain.queries import Page
from punchlist.store.database import Executor
from punchlist.store.visibility import visible

SELECTED = (
    "n.id, n.user_id, n.kind, n.entity, n.entity_id, n.parent_id, n.title, n.due_at, n.created_at, n.read_at,"
    " ARRAY(SELECT ARRAY[d.channel, d.state] FROM notification_deliveries d"
    " WHERE d.workspace_id = n.workspace_id AND d.notification_id = n.id ORDER BY d.channel)"
)


def from_row(row: Any) -> Notification:
    """Makes a notification of the eleven columns of `SELECTED`, which come first."""
    sent = tuple(Sent(Channel(channel), SendState(state)) for channel, state in row[10])
    told = Notification(row[0], row[1], NoticeKind(row[2]), *row[3:10])
    return msgspec.structs.replace(told, sent=sent) if sent else told


# Who has gone, or is disabled, meanwhile is passed over; the others are kept from going until this is done.
_INSERT = """
WITH given AS (
    SELECT n.* FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
                           $10::text[], $11::timestamptz[], $12::boolean[])
        AS n (id, user_id, once, kind, entity, entity_id, parent_id, title, due_at, in_app)
    JOIN users u ON u.workspace_id = $1 AND u.id = n.user_id AND NOT u.disabled
    FOR KEY SHARE OF u
)
INSERT INTO notifications (workspace_id, id, user_id, once, kind, entity, entity_id, parent_id, title, due_at,
                           in_app, created_at)
SELECT $1::integer, g.id, g.user_id, g.once, g.kind, g.entity, g.entity_id, g.parent_id, g.title, g.due_at,
    g.in_app, $2::timestamptz
FROM given g
ON CONFLICT (workspace_id, user_id, once) DO NOTHING
RETURNING id, user_id, once
"""


async def insert(
    tx: Executor, workspace_id: int, notices: Sequence[tuple[Notice, bool]], now: dt.datetime
) -> dict[tuple[str, str], str]:
    """Gives notices, each with whether it is to be in the list; returns the ids of those not given before,
    by recipient and `once`."""
    given = [(new_id(), notice, in_app) for notice, in_app in notices]
    columns: list[list[Any]] = [
        [each[0] for each in given],
        [each[1].recipient_id for each in given],
        [each[1].once for each in given],
        [each[1].kind for each in given],
        [each[1].entity for each in given],
        [each[1].entity_id for each in given],
        [each[1].parent_id for each in given],
        [each[1].title for each in given],
        [each[1].due_at for each in given],
        [each[2] for each in given],
    ]
    rows = await tx.fetch(_INSERT, workspace_id, now, *columns)
    return {(row[1], row[2]): row[0] for row in rows}


async def list_(
    db: Executor,
    actor: Actor,
    *,
    unread: bool | None,
    kinds: tuple[NoticeKind, ...] | None,
    page: Page,
) -> tuple[list[Notification], int]:
    """The actor's notifications of one page, newest first, and how many there are on all pages."""
    parameters: list[Any] = [actor.workspace_id]
    where = f"n.workspace_id = $1 AND n.in_app AND {visible(actor, Action.SEE_NOTIFICATION, parameters)}"
    if unread is not None:
        where += f" AND n.read_at IS {'' if unread else 'NOT '}NULL"
    if kinds is not None:
        parameters.append(list(kinds))
        where += f" AND n.kind = ANY(${len(parameters)}::text[])"
    count = f"SELECT count(*) FROM notifications n WHERE {where}"
    rows = await db.fetch(
        f"SELECT {SELECTED}, ({count}) FROM notifications n WHERE {where}"
        f" ORDER BY n.created_at DESC, n.id LIMIT {page.limit:d} OFFSET {page.offset:d}",
        *parameters,
    )
    total = rows[0][-1] if rows else await db.fetchval(count, *parameters)
    return [from_row(row) for row in rows], total


_COUNT_UNREAD = """
SELECT count(*) FROM notifications WHERE workspace_id = $1 AND user_id = $2 AND in_app AND read_at IS NULL
"""


async def count_unread(db: Executor, workspace_id: int, user_id: str) -> int:
    """How many of a user's notifications are unread."""
    return int(await db.fetchval(_COUNT_UNREAD, workspace_id, user_id))


_FIND = f"SELECT {SELECTED} FROM notifications n WHERE n.workspace_id = $1 AND n.id = $2 AND n.in_app"


async def find(db: Executor, workspace_id: int, notification_id: str) -> Notification | None:
    """The notification, or None when no list has one of that id."""
    row = await db.fetchrow(_FIND, workspace_id, notification_id)
    return None if row is None else from_row(row)


# Marking what is marked keeps the instant at which it was. It is bookkeeping, not a change: no event.
_MARK = f"""
UPDATE notifications n SET read_at = CASE WHEN $3 THEN coalesce(n.read_at, $4::timestamptz) END
WHERE n.workspace_id = $1 AND n.id = $2 RETURNING {SELECTED}
"""


async def mark(
    db: Executor, workspace_id: int, notification_id: str, *, read: bool, now: dt.datetime
) -> Notification | None:
    """Marks a notification as read or unread and returns it; None when it has gone."""
    row = await db.fetchrow(_MARK, workspace_id, notification_id, read, now)
    return None if row is None else from_row(row)


_MARK_MANY = """
UPDATE notifications SET read_at = $3
WHERE workspace_id = $1 AND user_id = $2 AND in_app AND read_at IS NULL
    AND ($4::text[] IS NULL OR id = ANY($4::text[])) AND ($5::timestamptz IS NULL OR created_at <= $5)
RETURNING id
"""


async def mark_many(
    db: Executor,
    workspace_id: int,
    user_id: str,
    *,
    now: dt.datetime,
    only: Sequence[str] | None,
    until: dt.datetime | None,
) -> int:
    """Marks a user's unread notifications as read: of these ids, and up to an instant, where given.

    Returns how many that were.
    """
    rows = await db.fetch(_MARK_MANY, workspace_id, user_id, now, None if only is None else list(only), until)
    return len(rows)


_FORGET = """
DELETE FROM notifications WHERE workspace_id = $1 AND id IN (
    SELECT id FROM notifications
    WHERE workspace_id = $1 AND created_at < $2 AND (due_at IS NULL OR due_at < $3)
    ORDER BY created_at LIMIT $4
)
"""


async def forget_old(
    db: Executor, workspace_id: int, *, created_before: dt.datetime, due_before: dt.datetime, most: int
) -> int:
    """Removes old notifications, with what is known of their delivery; returns how many."""
    told = await db.execute(_FORGET, workspace_id, created_before, due_before, most)
    return int(told.rsplit(" ", 1)[1])
