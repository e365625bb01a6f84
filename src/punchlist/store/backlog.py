"""How much the workers still have before them, in PostgreSQL: what whoever runs the server wants to see."""

import datetime as dt

import msgspec

from punchlist.store.database import Executor
from punchlist.store.jobs import SCHEMA


class Jobs(msgspec.Struct, frozen=True):
    """The jobs of one kind: waiting, in hand, and given up within the week that the queue's log is kept.

    `overdue_seconds` is how long ago the oldest of those waiting could have been begun, 0 where none could.
    """

    name: str
    waiting: int
    in_hand: int
    failed: int
    overdue_seconds: float


class Record(msgspec.Struct, frozen=True):
    """The events that have no link yet, `counted_most` at most, and how old the oldest of them is."""

    unlinked: int
    oldest_seconds: float


COUNTED_MOST = 100_000  # a longer backlog is as alarming, and counting on would take longer than a scrape may

_UNLINKED = f"""
SELECT count(*), coalesce(extract(epoch FROM $1 - min(waiting.at)), 0)::float
FROM (
    SELECT e.at FROM workspaces w
    LEFT JOIN event_chains c ON c.workspace_id = w.id
    JOIN events e ON e.workspace_id = w.id AND e.seq > coalesce(c.settled_seq, 0)
    WHERE NOT EXISTS (SELECT 1 FROM event_links l WHERE l.workspace_id = w.id AND l.seq = e.seq)
    LIMIT {COUNTED_MOST}
) waiting
"""


async def record(db: Executor, now: dt.datetime) -> Record:
    """How much of the record is still to be linked, in all workspaces."""
    row = await db.fetchrow(_UNLINKED, now)
    return Record(row[0], max(0.0, row[1]))


_UNREAD = """
SELECT r.reader, sum(c.position - r.position)::bigint
FROM event_readers r JOIN event_chains c ON c.workspace_id = r.workspace_id
GROUP BY r.reader ORDER BY r.reader
"""


async def unread(db: Executor) -> dict[str, int]:
    """How many linked events each reader has still to read, in all workspaces."""
    return {row[0]: row[1] for row in await db.fetch(_UNREAD)}


_JOBS = f"""
WITH queued AS (
    SELECT entrypoint, count(*) FILTER (WHERE status = 'queued') AS waiting,
        count(*) FILTER (WHERE status = 'picked') AS in_hand,
        min(execute_after) FILTER (WHERE status = 'queued') AS first_due
    FROM {SCHEMA}.pgqueuer GROUP BY entrypoint
), failed AS (
    SELECT entrypoint, count(*) AS failed FROM {SCHEMA}.pgqueuer_log
    WHERE status = 'exception' GROUP BY entrypoint
)
SELECT entrypoint, coalesce(waiting, 0), coalesce(in_hand, 0), coalesce(failed, 0),
    greatest(0, coalesce(extract(epoch FROM $1 - first_due), 0))::float
FROM queued FULL JOIN failed USING (entrypoint) ORDER BY entrypoint
"""


async def jobs(db: Executor, now: dt.datetime) -> list[Jobs]:
    """The queue, by the kind of job."""
    return [Jobs(*row) for row in await db.fetch(_JOBS, now)]
