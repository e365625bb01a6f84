"""The rows under measure: the same tasks for every contender, laid afresh before each run.

Task number n has the id of n written with twenty digits, so that pgbench, which cannot make
strings, and the load generator can both name a task from a number.
"""

from __future__ import annotations

import hashlib
from typing import Protocol

import asyncpg
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from bench.peers.fastapi_sqlalchemy.models import Base

TASKS = 10_000
USER = "BENCHUSER00000000001"
KEY = "BENCHKEY000000000001"


class Tables(Protocol):
    """One contender's tables: how they come to be, and what was done to them."""

    token: str

    async def create(self, db: asyncpg.Connection) -> None:
        """Makes the tables, and the user and the key that every request uses."""

    async def lay(self, db: asyncpg.Connection, tasks: int) -> None:
        """Replaces all tasks by `tasks` fresh ones, IN_PROGRESS at version 1, without history."""

    async def done(self, db: asyncpg.Connection) -> tuple[int, int]:
        """Returns how often tasks changed since they were laid, and how many events say so."""


async def settle(db: asyncpg.Connection) -> None:
    """Brings the database to the same rest before each run: statistics fresh, no dirty pages."""
    await db.execute("VACUUM (ANALYZE)")
    await db.execute("CHECKPOINT")


class PeerTables:
    """The tables of bench/peers/fastapi_sqlalchemy, in the schema ``peer``."""

    token = "peer_0123456789abcdefghijklmnopqrstuv"

    async def create(self, db: asyncpg.Connection) -> None:
        dialect = postgresql.dialect()
        await db.execute("DROP SCHEMA IF EXISTS peer CASCADE; CREATE SCHEMA peer")
        for table in Base.metadata.sorted_tables:
            await db.execute(str(CreateTable(table).compile(dialect=dialect)))
            for index in table.indexes:
                await db.execute(str(CreateIndex(index).compile(dialect=dialect)))
        await db.execute(
            """
            INSERT INTO peer.users (id, name, email, role, created_at, updated_at)
            VALUES ($1, 'Bench', 'bench@example.com', 'MANAGER', now(), now())
            """,
            USER,
        )
        await db.execute(
            "INSERT INTO peer.api_keys (id, user_id, secret_hash) VALUES ($1, $2, $3)",
            KEY,
            USER,
            hashlib.sha256(self.token.encode()).digest(),
        )

    async def lay(self, db: asyncpg.Connection, tasks: int) -> None:
        await db.execute("TRUNCATE peer.tasks, peer.task_changes")
        await db.execute(
            """
            INSERT INTO peer.tasks (id, version, title, description, status, priority, created_by,
                assignee_id, due_date, warning_offset, tags, created_at, updated_at)
            SELECT lpad(n::text, 20, '0'), 1, 'Implement authentication ' || n,
                'Add token-based authentication. Use JWT. Revision B', 'IN_PROGRESS', 'MEDIUM', $1, $1,
                '2035-06-01T17:00:00Z', 24, '{authentication,security,api}',
                now() - n * interval '1 second', now() - n * interval '1 second'
            FROM generate_series(0, $2::int - 1) AS n
            """,
            USER,
            tasks,
        )

    async def done(self, db: asyncpg.Connection) -> tuple[int, int]:
        row = await db.fetchrow(
            """
            SELECT (SELECT coalesce(sum(version - 1), 0)::bigint FROM peer.tasks) AS changes,
                (SELECT count(*) FROM peer.task_changes) AS events
            """
        )
        return row["changes"], row["events"]
