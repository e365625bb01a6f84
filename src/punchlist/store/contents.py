"""Which contents no file has: those on their way in, and those that have had their day.

A content is entered here before its first byte comes, and taken out in the transaction that gives it to a
file. So whatever fails, and whenever, the content is either a file's or stands here, and a sweep finds it;
and a sweep removes nothing but what stands here, be the storage shared with whomever.
"""

import datetime as dt

from punchlist.store.database import Executor

_ENTER = "INSERT INTO stray_contents (workspace_id, key, since) VALUES ($1, $2, $3)"


async def enter(db: Executor, workspace_id: int, key: str, now: dt.datetime) -> None:
    """Notes a content that no file has, or not any more."""
    await db.execute(_ENTER, workspace_id, key, now)


_TAKE = "DELETE FROM stray_contents WHERE workspace_id = $1 AND key = $2 AND NOT doomed RETURNING key"


async def take(db: Executor, workspace_id: int, key: str) -> bool:
    """Takes a content out, for a file to have; False when it is doomed or gone."""
    return await db.fetchval(_TAKE, workspace_id, key) is not None


_DOOM = "UPDATE stray_contents SET doomed = true WHERE workspace_id = $1 AND key = $2 RETURNING key"


async def doom(db: Executor, workspace_id: int, key: str) -> bool:
    """Sees to it that no file can have a content any more; False when one has it already."""
    return await db.fetchval(_DOOM, workspace_id, key) is not None


_DOOM_OLD = """
UPDATE stray_contents SET doomed = true
WHERE workspace_id = $1 AND key IN (
    SELECT key FROM stray_contents WHERE workspace_id = $1 AND since < $2 ORDER BY since, key LIMIT $3
) AND since < $2
RETURNING key
"""


async def doom_old(db: Executor, workspace_id: int, before: dt.datetime, limit: int) -> list[str]:
    """The keys of contents that no file has had since before an instant; none can be a file's any more."""
    return [row[0] for row in await db.fetch(_DOOM_OLD, workspace_id, before, limit)]


_FORGET = "DELETE FROM stray_contents WHERE workspace_id = $1 AND key = $2"


async def forget(db: Executor, workspace_id: int, key: str) -> None:
    """Takes out a content that is there no more."""
    await db.execute(_FORGET, workspace_id, key)


_POSTPONE = "UPDATE stray_contents SET since = $3 WHERE workspace_id = $1 AND key = $2"


async def postpone(db: Executor, workspace_id: int, key: str, now: dt.datetime) -> None:
    """Puts a content that could not be removed at the end of the line."""
    await db.execute(_POSTPONE, workspace_id, key, now)
