"""The rows under measure: the same for every contender, laid afresh before each run.

Number n has the id of n written with twenty digits, so that pgbench, which cannot make strings, and the
load generator can both name a task, and the change it belongs to, from a number.
"""

from __future__ import annotations

import hashlib
from typing import Protocol

import asyncpg
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from bench.measures import GROUP, PATCHES, PUTS, TASKS_PER_CHANGE, Subject
from bench.peers.fastapi_sqlalchemy.models import Base
from punchlist.domain.tokens import TokenKind, new_secret

CALLER = "BENCHCALLER000000001"
# Changes are somebody else's; the caller may write their tasks as a member of the group they are given to.
OWNER = "BENCHOWNER0000000001"
KEY = "BENCHKEY000000000001"
CATEGORY = "BENCHCATEGORY0000001"
PREFIX = "BENCHPREFIX000000001"
# Tasks are dealt out evenly: each assignee has this many, however many tasks there are.
TASKS_PER_ASSIGNEE = 100
# One task in ten carries this tag, for the list that has much to count.
RARE_TAG = "security"

_ID = "lpad(n::text, 20, '0') AS id"
# Spread over days, so that indexes by time are as in life.
_TIMES = """timestamptz '2026-01-01T00:00:00Z' + n * interval '1 second' AS created_at,
    timestamptz '2026-01-01T00:00:00Z' + n * interval '1 second' AS updated_at"""

# What things look like, for both schemas; $1 is how many tasks there are. Of a task, $2 is the caller and
# $3 to $5 the state that the last edit leaves; of a change, $2 is its owner; of an implementation task,
# $2 and $3 are the state.
_TASKS = f"""
    {_ID}, 1 AS version, 'Implement authentication ' || n AS title,
    $3::text AS description, $4::text AS status, $5::text AS priority, $2::text AS created_by,
    'USER' || lpad((n / {TASKS_PER_ASSIGNEE})::text, 16, '0') AS assignee_id,
    timestamptz '2035-06-01T17:00:00Z' AS due, 24 AS warning,
    ARRAY['authentication', CASE WHEN n % 10 = 0 THEN '{RARE_TAG}' ELSE 'api' END] AS tags,
    {_TIMES}
FROM generate_series(0, $1::int - 1) AS n"""
_CHANGES = f"""
    {_ID}, 1 AS version, 'ECO-' || lpad((n + 1)::text, 6, '0') AS number,
    'The case melts in the sun ' || n AS title, '{CATEGORY}' AS category_id, 'EFFECTIVE' AS status,
    $2::text AS creator_id, $2::text AS submitter_id, ARRAY[$2::text] AS administrator_ids, {_TIMES}
FROM generate_series(0, ($1::int - 1) / {TASKS_PER_CHANGE}) AS n"""
_IMPLEMENTATION_TASKS = f"""
    {_ID}, lpad((n / {TASKS_PER_CHANGE})::text, 20, '0') AS change_id, 1 AS version, $2::text AS name,
    $3::text AS status, '{GROUP}' AS assignee_group_id, timestamptz '{PUTS[-1]["dueDate"]}' AS due, {_TIMES}
FROM generate_series(0, $1::int - 1) AS n"""

_TASK_STATE = tuple(PATCHES[-1][name] for name in ("description", "status", "priority"))
_IMPLEMENTATION_TASK_STATE = tuple(PUTS[-1][name] for name in ("name", "status"))


# The record is only ever added to; a bench begins anew, on a database of its own.
_RECORD = "events, event_links, event_chains, event_readers"


class Tables(Protocol):
    """One contender's tables: how they come to be, and what was done to them."""

    token: str

    async def create(self, db: asyncpg.Connection) -> None:
        """Makes the people, the key that every request uses, and what all changes share; tables where
        they are not there."""

    async def lay(self, db: asyncpg.Connection, subject: Subject, count: int) -> None:
        """Replaces all things of a kind by `count` fresh ones at version 1, without history.

        They are in the state that the last edit leaves; with implementation tasks come their changes.
        """

    async def done(self, db: asyncpg.Connection, subject: Subject) -> tuple[int, int]:
        """Returns how often things changed since they were laid, and how many events say so."""


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
        await db.execute(
            """
            INSERT INTO users (workspace_id, id, name, email, email_key, role, created_at, updated_at)
            SELECT $1, id, id, id || '@example.com', lower(id) || '@example.com', 'manager', now(), now()
            FROM unnest(ARRAY[$2::text, $3]) AS id
            """,
            *(self.workspace_id, CALLER, OWNER),
        )
        for table in ("events", "event_links"):
            await db.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        secret = new_secret(TokenKind.API_KEY, self.workspace_id)
        self.token = secret.token
        await db.execute(
            """
            INSERT INTO api_keys (workspace_id, id, user_id, digest, hint, name, scopes, networks, plan,
                created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, 'bench', '{}', '{}', 'unlimited', now(), now())
            """,
            *(self.workspace_id, KEY, CALLER, secret.digest, secret.hint),
        )
        await self._configure(db)

    async def _configure(self, db: asyncpg.Connection) -> None:
        """Makes the group that tasks are given to, and the category of all changes, with both switches on."""
        for sql, arguments in (
            (
                """INSERT INTO user_groups (workspace_id, id, name, assignability)
                VALUES ($1, $2, 'Engineering', '{CHANGES}')""",
                [GROUP],
            ),
            (
                "INSERT INTO user_group_members (workspace_id, group_id, user_id) VALUES ($1, $2, $3)",
                [GROUP, CALLER],
            ),
            (
                "INSERT INTO number_prefixes (workspace_id, id, value, position) VALUES ($1, $2, 'ECO-', 1)",
                [PREFIX],
            ),
            (
                """INSERT INTO change_categories (workspace_id, id, path, assignable, prefix_id,
                    implementation_task_management, object_level_override, created_at)
                VALUES ($1, $2, '{Change Order}', true, $3, true, true, now())""",
                [CATEGORY, PREFIX],
            ),
            (
                """INSERT INTO category_administrators (workspace_id, category_id, user_id)
                VALUES ($1, $2, $3)""",
                [CATEGORY, OWNER],
            ),
        ):
            await db.execute(sql, self.workspace_id, *arguments)

    async def lay(self, db: asyncpg.Connection, subject: Subject, count: int) -> None:
        if subject is Subject.TASK:
            await self._lay_tasks(db, count)
        else:
            await self._lay_changes(db, count)

    async def _lay_tasks(self, db: asyncpg.Connection, tasks: int) -> None:
        await db.execute(f"TRUNCATE tasks, {_RECORD} CASCADE")
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
            SELECT $6::int, {_TASKS}
            """,
            *(tasks, CALLER, *_TASK_STATE, self.workspace_id),
        )

    async def _lay_changes(self, db: asyncpg.Connection, tasks: int) -> None:
        await db.execute(f"TRUNCATE changes, {_RECORD} CASCADE")
        await db.execute(
            f"""
            INSERT INTO changes (workspace_id, prefix_id, effectivity, enforce_approval_deadline, status_at,
                routing_ids, attributes,
                id, version, number, title, category_id, status, creator_id, submitter_id, administrator_ids,
                created_at, updated_at)
            SELECT $3::int, '{PREFIX}', 'PERMANENT_ON_APPROVAL', false, now(), '{{}}', '{{}}', {_CHANGES}
            """,
            *(tasks, OWNER, self.workspace_id),
        )
        await db.execute(
            f"""
            INSERT INTO implementation_tasks (workspace_id, id, change_id, version, name, status,
                assignee_group_id, due_at, created_at, updated_at)
            SELECT $4::int, {_IMPLEMENTATION_TASKS}
            """,
            *(tasks, *_IMPLEMENTATION_TASK_STATE, self.workspace_id),
        )

    async def done(self, db: asyncpg.Connection, subject: Subject) -> tuple[int, int]:
        row = await db.fetchrow(
            f"""
            SELECT (SELECT coalesce(sum(version - 1), 0)::bigint FROM {subject}s WHERE workspace_id = $1),
                (SELECT count(*) FROM events WHERE workspace_id = $1 AND entity = $2)
            """,
            *(self.workspace_id, subject),
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
            SELECT id, id, id || '@example.com', 'MANAGER', now(), now()
            FROM unnest(ARRAY[$1::text, $2]) AS id
            """,
            *(CALLER, OWNER),
        )
        await db.execute(
            "INSERT INTO peer.api_keys (id, user_id, secret_hash) VALUES ($1, $2, $3)",
            *(KEY, CALLER, hashlib.sha256(self.token.encode()).digest()),
        )
        await self._configure(db)

    async def _configure(self, db: asyncpg.Connection) -> None:
        """As with Punchlist."""
        for sql, arguments in (
            (
                """INSERT INTO peer.user_groups (id, name, assignability)
                VALUES ($1, 'Engineering', '{CHANGES}')""",
                [GROUP],
            ),
            ("INSERT INTO peer.user_group_members (group_id, user_id) VALUES ($1, $2)", [GROUP, CALLER]),
            (
                """INSERT INTO peer.categories (id, name, implementation_task_management,
                    object_level_override)
                VALUES ($1, 'Change Order', true, true)""",
                [CATEGORY],
            ),
            (
                "INSERT INTO peer.category_administrators (category_id, user_id) VALUES ($1, $2)",
                [CATEGORY, OWNER],
            ),
        ):
            await db.execute(sql, *arguments)

    async def lay(self, db: asyncpg.Connection, subject: Subject, count: int) -> None:
        if subject is Subject.TASK:
            await self._lay_tasks(db, count)
        else:
            await self._lay_changes(db, count)

    async def _lay_tasks(self, db: asyncpg.Connection, tasks: int) -> None:
        await db.execute("TRUNCATE peer.tasks CASCADE")
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
            SELECT {_TASKS}
            """,
            *(tasks, CALLER, *_TASK_STATE),
        )

    async def _lay_changes(self, db: asyncpg.Connection, tasks: int) -> None:
        await db.execute("TRUNCATE peer.changes CASCADE")
        await db.execute(
            f"""
            INSERT INTO peer.changes (id, version, number, title, category_id, status, creator_id,
                submitter_id, administrator_ids, created_at, updated_at)
            SELECT {_CHANGES}
            """,
            *(tasks, OWNER),
        )
        await db.execute(
            f"""
            INSERT INTO peer.implementation_tasks (id, change_id, version, name, status, assignee_group_id,
                due_date, created_at, updated_at)
            SELECT {_IMPLEMENTATION_TASKS}
            """,
            *(tasks, *_IMPLEMENTATION_TASK_STATE),
        )

    async def done(self, db: asyncpg.Connection, subject: Subject) -> tuple[int, int]:
        row = await db.fetchrow(
            f"""
            SELECT (SELECT coalesce(sum(version - 1), 0)::bigint FROM peer.{subject}s),
                (SELECT count(*) FROM peer.{subject}_changes)
            """
        )
        return row[0], row[1]
