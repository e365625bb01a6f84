"""How people want to be told, in PostgreSQL."""

from collections.abc import Sequence
from typing import Any

import msgspec

from punchlist.domain.notice_preferences import Preferences
from punchlist.domain.notices import Channel, NoticeKind
from punchlist.store.database import Executor

_FIND = """
SELECT user_id, channels, apprise_urls FROM notification_preferences
WHERE workspace_id = $1 AND user_id = ANY($2::text[])
"""
_Stored = dict[NoticeKind, tuple[Channel, ...]]


async def find(db: Executor, workspace_id: int, user_ids: Sequence[str]) -> dict[str, Preferences]:
    """The preferences of those of the users who have any, by their ids."""
    rows = await db.fetch(_FIND, workspace_id, list(user_ids))
    return {row[0]: _preferences(row) for row in rows}


def _preferences(row: Any) -> Preferences:
    return Preferences(msgspec.json.decode(row[1], type=_Stored), tuple(row[2]))


_SAVE = """
INSERT INTO notification_preferences (workspace_id, user_id, channels, apprise_urls)
VALUES ($1, $2, $3::jsonb, $4)
ON CONFLICT (workspace_id, user_id) DO UPDATE
    SET channels = excluded.channels, apprise_urls = excluded.apprise_urls
"""


async def save(db: Executor, workspace_id: int, user_id: str, preferences: Preferences) -> None:
    """Writes a user's preferences. They are nobody else's business: no event."""
    channels = msgspec.json.encode(preferences.channels).decode()
    await db.execute(_SAVE, workspace_id, user_id, channels, list(preferences.apprise_urls))


_HOLD = "SELECT id FROM users WHERE workspace_id = $1 AND id = $2 FOR NO KEY UPDATE"


async def hold(tx: Executor, workspace_id: int, user_id: str) -> None:
    """Keeps others from changing a user's preferences until the transaction ends."""
    await tx.fetchval(_HOLD, workspace_id, user_id)
