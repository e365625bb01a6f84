"""The question that every request asks: who is this, and what is there of what they name?

It is asked afresh each time, so that a revoked key, an ended session or a changed role counts from the
next request on, on every worker, with no cache to empty; and together with the thing that a path names, so
that it costs no round trip of its own.
"""

import datetime as dt
from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec

from punchlist.domain.keys import Scope
from punchlist.domain.permissions import Role
from punchlist.domain.plans import Plan
from punchlist.domain.sessions import SessionKind
from punchlist.domain.tasks import Task
from punchlist.domain.tokens import Credential, TokenKind
from punchlist.store.database import Executor
from punchlist.store.tasks import SELECTED as TASK_SELECTED
from punchlist.store.tasks import from_row as task_from_row


class Bearer(msgspec.Struct, frozen=True):
    """Whose token it is, as they stand now, and what the token allows.

    A session has a digest for an id, no restrictions, and its kind and last use instead of an expiry.
    """

    workspace_id: int
    token_id: str
    user_id: str
    role: Role
    change_administrator: bool
    disabled: bool
    scopes: tuple[Scope, ...]
    networks: tuple[str, ...]
    plan: Plan | None
    expires_at: dt.datetime | None
    revoked_at: dt.datetime | None
    used_at: dt.datetime | None
    session_kind: SessionKind | None
    request_limit: int | None


COLUMNS = (
    "b.workspace_id, b.token_id, b.user_id, u.role, u.change_administrator, u.disabled,"
    " b.scopes, b.networks, b.plan, b.expires_at, b.revoked_at, b.used_at, b.session_kind,"
    " w.request_limit"
)
COLUMN_COUNT = 14
_ROLE = {role.value: role for role in Role}

_SOURCES: dict[TokenKind, str] = {
    TokenKind.API_KEY: """
    SELECT k.workspace_id, k.digest, k.id AS token_id, k.user_id, k.scopes, k.networks, k.plan,
        k.expires_at, k.revoked_at, NULL::timestamptz AS used_at, NULL::text AS session_kind
    FROM api_keys k""",
    TokenKind.SESSION: """
    SELECT s.workspace_id, s.digest, encode(s.digest, 'hex') AS token_id, s.user_id, '{}'::text[] AS scopes,
        '{}'::text[] AS networks, NULL::text AS plan, NULL::timestamptz AS expires_at,
        NULL::timestamptz AS revoked_at, s.last_used_at AS used_at, s.kind AS session_kind
    FROM sessions s""",
}


def joined(kind: TokenKind) -> str:
    """The tables of a bearer, joined to `asked (workspace_id, digest, …, place)`."""
    return f"""
LEFT JOIN ({_SOURCES[kind]}
) b ON b.workspace_id = asked.workspace_id AND b.digest = asked.digest
LEFT JOIN users u ON u.workspace_id = b.workspace_id AND u.id = b.user_id
LEFT JOIN workspaces w ON w.id = b.workspace_id"""


def from_row(row: Any) -> Bearer | None:
    """Makes a bearer of a row that begins with `COLUMNS`; None when the token is nobody's."""
    if row[0] is None:
        return None
    return Bearer(
        row[0],
        row[1],
        row[2],
        _ROLE[row[3]],
        row[4],
        row[5],
        tuple(map(Scope, row[6])) if row[6] else (),
        tuple(row[7]),
        None if row[8] is None else Plan(row[8]),
        row[9],
        row[10],
        row[11],
        None if row[12] is None else SessionKind(row[12]),
        row[13],
    )


@cache
def find_statement(kind: TokenKind) -> str:
    """Finds bearers by workspaces ($1) and digests ($2)."""
    return f"""
SELECT {COLUMNS}
FROM unnest($1::integer[], $2::bytea[]) WITH ORDINALITY AS asked (workspace_id, digest, place)
{joined(kind)}
ORDER BY asked.place
"""


async def find(db: Executor, kind: TokenKind, asked: Sequence[Credential]) -> list[Bearer | None]:
    """For each token of a kind: whose it is, or None."""
    rows = await db.fetch(find_statement(kind), *claims(asked))
    return [from_row(row) for row in rows]


@cache
def find_with_tasks_statement(kind: TokenKind) -> str:
    """Finds bearers by workspaces ($1) and digests ($2), and tasks by ids ($3)."""
    return f"""
SELECT {COLUMNS}, {TASK_SELECTED}
FROM unnest($1::integer[], $2::bytea[], $3::text[])
    WITH ORDINALITY AS asked (workspace_id, digest, task_id, place)
{joined(kind)}
LEFT JOIN tasks t ON t.workspace_id = b.workspace_id AND t.id = asked.task_id
ORDER BY asked.place
"""


async def find_with_tasks(
    db: Executor, kind: TokenKind, asked: Sequence[tuple[Credential, str]]
) -> list[tuple[Bearer | None, Task | None]]:
    """For each token and id: whose the token is, and the task of that id in their workspace, or None."""
    statement = find_with_tasks_statement(kind)
    rows = await db.fetch(
        statement, *claims([credential for credential, _ in asked]), [task_id for _, task_id in asked]
    )
    return [
        (from_row(row), None if row[COLUMN_COUNT] is None else task_from_row(row, COLUMN_COUNT))
        for row in rows
    ]


def claims(asked: Sequence[Credential]) -> tuple[list[int], list[bytes]]:
    """The workspaces and the digests of credentials, as two parameters."""
    return [each.workspace_id for each in asked], [each.digest for each in asked]
