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

from bench.measures import EDITS
from bench.peers.fastapi_sqlalchemy.models import Base
from punchlist.domain.tokens import TokenKind, new_secret

CALLER = "BENCHCALLER000000001"
KEY = "BENCHKEY000000000001"
# Tasks are dealt out evenly: each assignee has this many, however many tasks there are.
TASKS_PER_ASSIGNEE = 100
# One task in ten carries this tag, for the list that has much to count.
RARE_TAG = "security"

# What a task looks like, for both schemas; $1 is the caller, $2 the number of tasks, and $3 to $5
# the state that the last edit leaves. Spread over days, so that indexes by time are as in life.
_LAID = f"""
    lpad(n::text, 20, '0') AS id, 1 AS version, 'Implement authentication ' || n AS title,
    $3::text AS description, $4::text AS status, $5::text AS priority, $1::text AS created_by,
    'USER' || lpad((n / {TASKS_PER_ASSIGNEE})::text, 16, '0') AS assignee_id,
    timestamptz '2035-06-01T17:00:00Z' AS due, 24 AS warning,
    ARRAY['authentication', CASE WHEN n % 10 = 0 THEN '{RARE_TAG}' ELSE 'api' END] AS tags,
    timestamptz '2026-01-01T00:00:00Z' + n * interval '1 second' AS created_at,
    timestamptz '2026-01-01T00:00:00Z' + n * interval '1 second' AS updated_at
"""


class Tables(Protocol):
    """One contender's tables: how they come to be, and what was done to them."""

    token: str

    async def create(self, db: asyncpg.Connection) -> None:
        """Makes the user and the key that every request uses, and tables where they are not there."""

    async def lay(self, db: asyncpg.Connection, tasks: int) -> None:
        """Replaces all tasks by `tasks` fresh ones, IN_PROGRESS at version 1, without history."""

    async def done(self, db: asyncpg.Connection) -> tuple[int, int]:
        """Returns how often tasks changed since they were laid, and how many events say so."""


def laid_state() -> tuple[str, str, str]:
    """Returns description, status and priority of a task as laid: where the last edit leads."""
    return EDITS[-1]["description"], EDITS[-1]["status"], EDITS[-1]["priority"]


async def settle(db: asyncpg.Connection) -> None:
    """Brings the database to the same rest before each run: statistics fresh, no dirty pages."""
    await db.execute("VACUUM (ANALYZE)")
    await db.execute("CHECKPOINT")


class PunchlistTables:
    """Punchlist's own tables, in a workspace made for the bench."""

    token = ""
    workspace_id = 0

    async def create(self, db: asyncpg.Connection) -> None:
        self.workspace_id = await db.fetchval(
            "INSERT INTO workspaces (number, name) VALUES (900000001, 'Bench') RETURNING id"
        )
        secret = new_secret(TokenKind.API_KEY, self.workspace_id)
        self.token = secret.token
        await db.execute(
            """
            INSERT INTO users (workspace_id, id, name, email, email_key, role, created_at, updated_at)
            VALUES ($1, $2, 'Bench', 'bench@example.com', 'bench@example.com', 'manager', now(), now())
            """,
            self.workspace_id,
            CALLER,
        )
        await db.execute(
            """
            INSERT INTO api_keys (workspace_id, id, user_id, digest, hint, name, scopes, networks, plan,
                created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, 'bench', '{}', '{}', 'unlimited', now(), now())
            """,
            self.workspace_id,
            KEY,
            CALLER,
            secret.digest,
            secret.hint,
        )

    async def lay(self, db: asyncpg.Connection, tasks: int) -> None:
        await db.execute("TRUNCATE tasks, comments, events")
        await db.execute(
            """
            INSERT INTO users (workspace_id, id, name, email, email_key, role, created_at, updated_at)
            SELECT $1, 'USER' || lpad(n::text, 16, '0'), 'User ' || n, 'user' || n || '@example.com',
                'user' || n || '@example.com', 'member', now(), now()
            FROM generate_series(0, $2::int) AS n
            ON CONFLICT DO NOTHING
            """,
            self.workspace_id,
            tasks // TASKS_PER_ASSIGNEE,
        )
        await db.execute(
            f"""
            INSERT INTO tasks (workspace_id, id, version, title, description, status, priority, created_by,
                assignee_id, due_at, warning_hours, tags, created_at, updated_at)
            SELECT $6::int, {_LAID} FROM generate_series(0, $2::int - 1) AS n
            """,
            CALLER,
            tasks,
            *laid_state(),
            self.workspace_id,
        )

    async def done(self, db: asyncpg.Connection) -> tuple[int, int]:
        row = await db.fetchrow(
            """
            SELECT (SELECT coalesce(sum(version - 1), 0)::bigint FROM tasks WHERE workspace_id = $1),
                (SELECT count(*) FROM events WHERE workspace_id = $1 AND entity = 'task')
            """,
            self.workspace_id,
        )
        return row[0], row[1]


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
            CALLER,
        )
        await db.execute(
            "INSERT INTO peer.api_keys (id, user_id, secret_hash) VALUES ($1, $2, $3)",
            KEY,
            CALLER,
            hashlib.sha256(self.token.encode()).digest(),
        )

    async def lay(self, db: asyncpg.Connection, tasks: int) -> None:
        await db.execute("TRUNCATE peer.tasks, peer.task_changes")
        await db.execute(
            """
            INSERT INTO peer.users (id, name, email, role, created_at, updated_at)
            SELECT 'USER' || lpad(n::text, 16, '0'), 'User ' || n, 'user' || n || '@example.com', 'MEMBER',
                now(), now()
            FROM generate_series(0, $1::int) AS n
            ON CONFLICT DO NOTHING
            """,
            tasks // TASKS_PER_ASSIGNEE,
        )
        await db.execute(
            f"""
            INSERT INTO peer.tasks (id, version, title, description, status, priority, created_by,
                assignee_id, due_date, warning_offset, tags, created_at, updated_at)
            SELECT {_LAID} FROM generate_series(0, $2::int - 1) AS n
            """,
            CALLER,
            tasks,
            *laid_state(),
        )

    async def done(self, db: asyncpg.Connection) -> tuple[int, int]:
        row = await db.fetchrow(
            """
            SELECT (SELECT coalesce(sum(version - 1), 0)::bigint FROM peer.tasks),
                (SELECT count(*) FROM peer.task_changes)
            """
        )
        return row[0], row[1]
