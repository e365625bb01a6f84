"""The way of notifications by mail and Apprise, in PostgreSQL: one row for each and each channel."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec

from punchlist.domain.notices import Channel, Notification, SendState
from punchlist.store.database import Executor
from punchlist.store.notifications import SELECTED, from_row


class Outgoing(msgspec.Struct, frozen=True):
    """A delivery with all that is needed to make it."""

    notification: Notification
    channel: Channel
    state: SendState
    attempts: int
    reached: frozenset[str]
    name: str
    email: str
    disabled: bool
    apprise_urls: tuple[str, ...]


_INSERT = """
INSERT INTO notification_deliveries (workspace_id, notification_id, channel)
SELECT $1::integer, d.notification_id, d.channel
FROM unnest($2::text[], $3::text[]) AS d (notification_id, channel)
"""


async def insert(tx: Executor, workspace_id: int, deliveries: Sequence[tuple[str, Channel]]) -> None:
    """Writes that these notifications are to go by these channels."""
    await tx.execute(
        _INSERT, workspace_id, [each[0] for each in deliveries], [each[1] for each in deliveries]
    )


_FIND = f"""
SELECT {SELECTED}, d.state, d.attempts, d.reached, u.name, u.email, u.disabled, p.apprise_urls
FROM notification_deliveries d
JOIN notifications n ON n.workspace_id = d.workspace_id AND n.id = d.notification_id
JOIN users u ON u.workspace_id = n.workspace_id AND u.id = n.user_id
LEFT JOIN notification_preferences p ON p.workspace_id = n.workspace_id AND p.user_id = n.user_id
WHERE d.workspace_id = $1 AND d.notification_id = $2 AND d.channel = $3
"""


async def find(db: Executor, workspace_id: int, notification_id: str, channel: Channel) -> Outgoing | None:
    """The delivery, or None when its notification has gone, perhaps with its user."""
    row = await db.fetchrow(_FIND, workspace_id, notification_id, channel)
    return None if row is None else _outgoing(row, channel)


def _outgoing(row: Any, channel: Channel) -> Outgoing:
    state, attempts, reached, name, email, disabled, urls = row[11:18]
    return Outgoing(
        from_row(row),
        channel,
        SendState(state),
        attempts,
        frozenset(reached),
        name,
        email,
        disabled,
        tuple(urls or ()),
    )


_REACH = """
UPDATE notification_deliveries SET reached = array_append(reached, $4)
WHERE workspace_id = $1 AND notification_id = $2 AND channel = $3
"""


async def reach(
    db: Executor, workspace_id: int, notification_id: str, channel: Channel, address: str
) -> None:
    """Notes that one of several addresses has it."""
    await db.execute(_REACH, workspace_id, notification_id, channel, address)


_NOTE = """
UPDATE notification_deliveries SET state = $4, attempts = attempts + $5::integer, ended_at = $6
WHERE workspace_id = $1 AND notification_id = $2 AND channel = $3
"""


async def note(
    db: Executor,
    workspace_id: int,
    outgoing: Outgoing,
    state: SendState,
    *,
    attempted: bool,
    now: dt.datetime,
) -> None:
    """Notes how a delivery came out; what is still pending has had one more attempt."""
    ended_at = None if state is SendState.PENDING else now
    await db.execute(
        _NOTE,
        workspace_id,
        outgoing.notification.id,
        outgoing.channel,
        state,
        int(attempted),
        ended_at,
    )
