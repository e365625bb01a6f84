"""First answers to requests with an Idempotency-Key, kept so that a repetition gets the same one."""

import datetime as dt

import msgspec

from punchlist.domain.limits import IDEMPOTENCY_HOURS
from punchlist.store.database import Executor


class Kept(msgspec.Struct, frozen=True):
    """An answer as it was first given, and the fingerprint of the request it answered."""

    fingerprint: bytes
    status: int
    headers: dict[str, str]
    body: bytes


# The lock says "in flight", the row says "done". A lock of the session dies with its connection, so that a
# crash leaves neither a claim that blocks the key nor an answer to something that did not happen.
_TRY_LOCK = (
    "SELECT pg_try_advisory_lock(hashtextextended($1::integer || '/' || $2::text || '/' || $3::text, 0))"
)
_UNLOCK = "SELECT pg_advisory_unlock(hashtextextended($1::integer || '/' || $2::text || '/' || $3::text, 0))"


async def try_lock(db: Executor, workspace_id: int, user_id: str, key: str) -> bool:
    """Takes the key for this connection, unless a request in flight has it."""
    return bool(await db.fetchval(_TRY_LOCK, workspace_id, user_id, key))


async def unlock(db: Executor, workspace_id: int, user_id: str, key: str) -> None:
    """Lets the key go."""
    await db.fetchval(_UNLOCK, workspace_id, user_id, key)


_FIND = """
SELECT fingerprint, status, headers, body FROM idempotent_responses
WHERE workspace_id = $1 AND user_id = $2 AND key = $3 AND created_at > $4
"""


async def find(db: Executor, workspace_id: int, user_id: str, key: str, now: dt.datetime) -> Kept | None:
    """The answer kept under a key, or None when there is none of the last 24 hours."""
    row = await db.fetchrow(_FIND, workspace_id, user_id, key, _oldest(now))
    return None if row is None else Kept(row[0], row[1], msgspec.json.decode(row[2]), row[3])


_KEEP = """
INSERT INTO idempotent_responses (workspace_id, user_id, key, fingerprint, status, headers, body, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (workspace_id, user_id, key) DO UPDATE SET
    fingerprint = excluded.fingerprint, status = excluded.status, headers = excluded.headers,
    body = excluded.body, created_at = excluded.created_at
"""


async def keep(db: Executor, workspace_id: int, user_id: str, key: str, kept: Kept, now: dt.datetime) -> None:
    """Keeps an answer; an expired one under the same key gives way."""
    headers = msgspec.json.encode(kept.headers).decode()
    await db.execute(
        _KEEP, workspace_id, user_id, key, kept.fingerprint, kept.status, headers, kept.body, now
    )


_PURGE = """
DELETE FROM idempotent_responses r USING workspaces w WHERE r.workspace_id = w.id AND r.created_at <= $1
"""


async def purge(db: Executor, now: dt.datetime) -> None:
    """Forgets the answers older than 24 hours, in every workspace."""
    await db.execute(_PURGE, _oldest(now))


def _oldest(now: dt.datetime) -> dt.datetime:
    return now - dt.timedelta(hours=IDEMPOTENCY_HOURS)
