"""Counts of requests under limited plans, kept in the database so that workers and restarts share them."""

import datetime as dt

import msgspec

from punchlist.domain.plans import Allowance
from punchlist.store.database import Executor


class Count(msgspec.Struct, frozen=True):
    """A user's requests in the current minute and day, this one included, and whether it was let in."""

    admitted: bool
    in_minute: int
    in_day: int


# A window that has passed starts again at one. A refused request is not counted, so that a client which
# keeps knocking is let in as soon as the window turns.
_COUNT = """
INSERT INTO rate_counters AS c (workspace_id, user_id, minute, in_minute, day, in_day)
VALUES ($1, $2, $3, 1, $4, 1)
ON CONFLICT (workspace_id, user_id) DO UPDATE SET
    minute = $3, in_minute = CASE WHEN c.minute = $3 THEN c.in_minute ELSE 0 END + 1,
    day = $4, in_day = CASE WHEN c.day = $4 THEN c.in_day ELSE 0 END + 1
WHERE (c.minute <> $3 OR c.in_minute < $5) AND (c.day <> $4 OR c.in_day < $6)
RETURNING in_minute, in_day
"""
_PRESENT = """
SELECT CASE WHEN minute = $3 THEN in_minute ELSE 0 END, CASE WHEN day = $4 THEN in_day ELSE 0 END
FROM rate_counters WHERE workspace_id = $1 AND user_id = $2
"""


async def count(
    db: Executor,
    workspace_id: int,
    user_id: str,
    *,
    minute: dt.datetime,
    day: dt.datetime,
    allowance: Allowance,
) -> Count:
    """Counts one request of a user, unless the minute or the day is full."""
    window = (workspace_id, user_id, minute, day)
    row = await db.fetchrow(_COUNT, *window, allowance.per_minute, allowance.per_day)
    if row is not None:
        return Count(True, row[0], row[1])
    row = await db.fetchrow(_PRESENT, *window)
    return Count(False, row[0] if row else 0, row[1] if row else 0)
