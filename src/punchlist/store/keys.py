"""API keys in PostgreSQL. Whose a key is, is asked in `bearers`."""

import datetime as dt
from typing import Any

import asyncpg

from punchlist.domain.context import Context
from punchlist.domain.events import Event, differing
from punchlist.domain.keys import ApiKey, Scope
from punchlist.domain.permissions import Action, Actor
from punchlist.domain.plans import Plan
from punchlist.domain.queries import Page
from punchlist.store import events
from punchlist.store.database import Executor
from punchlist.store.visibility import visible

_SELECTED = (
    "k.id, k.version, k.user_id, k.name, k.hint, k.scopes, k.networks, k.plan, k.created_at, k.updated_at,"
    " k.expires_at, k.revoked_at, k.last_used_at, k.replaced_by"
)


def _key(row: Any) -> ApiKey:
    values = list(row)[:14]
    values[5] = tuple(map(Scope, values[5]))
    values[6] = tuple(values[6])
    values[7] = None if values[7] is None else Plan(values[7])
    return ApiKey(*values)


_FIND = f"SELECT {_SELECTED} FROM api_keys k WHERE k.workspace_id = $1 AND k.id = $2"


async def find(db: Executor, workspace_id: int, key_id: str) -> ApiKey | None:
    """The key, or None when there is none of that id."""
    row = await db.fetchrow(_FIND, workspace_id, key_id)
    return None if row is None else _key(row)


async def list_(db: Executor, actor: Actor, user_id: str | None, page: Page) -> tuple[list[ApiKey], int]:
    """The keys of one page that the actor may see, newest first, and how many there are on all pages."""
    parameters: list[Any] = [actor.workspace_id]
    where = f"k.workspace_id = $1 AND {visible(actor, Action.SEE_KEY, parameters)}"
    if user_id is not None:
        parameters.append(user_id)
        where += f" AND k.user_id = ${len(parameters)}"
    count = f"SELECT count(*) FROM api_keys k WHERE {where}"
    rows = await db.fetch(
        f"SELECT {_SELECTED}, ({count}) FROM api_keys k WHERE {where}"
        f" ORDER BY k.created_at DESC, k.id LIMIT {page.limit:d} OFFSET {page.offset:d}",
        *parameters,
    )
    total = rows[0][-1] if rows else await db.fetchval(count, *parameters)
    return [_key(row) for row in rows], total


_COUNT_LIVE = """
SELECT count(*) FROM api_keys
WHERE workspace_id = $1 AND user_id = $2 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $3)
"""


async def count_live(db: Executor, workspace_id: int, user_id: str, now: dt.datetime) -> int:
    """How many keys of a user still work."""
    return int(await db.fetchval(_COUNT_LIVE, workspace_id, user_id, now))


_INSERT = events.mutation(f"""
    INSERT INTO api_keys (workspace_id, id, version, user_id, digest, hint, name, scopes, networks, plan,
                          expires_at, created_at, updated_at)
    VALUES ({events.WORKSPACE}, {events.ENTITY_ID}, {events.VERSION}, $12, $13, $14, $15, $16, $17, $18,
            $19, {events.AT}, {events.AT})
    RETURNING id
""")


async def insert(db: Executor, context: Context, key: ApiKey, digest: bytes, event: Event) -> bool:
    """Writes a new key, the digest of its token, and the event; False when its user has gone meanwhile."""
    values = (key.user_id, digest, key.hint, key.name, key.scopes, key.networks, key.plan, key.expires_at)
    try:
        return await events.write(db, _INSERT, context, event, *values)
    except asyncpg.ForeignKeyViolationError:
        return False


async def save(db: Executor, context: Context, old: ApiKey, new: ApiKey, event: Event) -> bool:
    """Writes a changed key and the event; False when somebody else was there first."""
    changed = differing(old, new)
    columns = "".join(f", {name} = ${events.FIRST_FREE + place}" for place, name in enumerate(changed))
    statement = events.mutation(f"""
    UPDATE api_keys SET version = {events.VERSION}, updated_at = {events.AT}{columns}
    WHERE workspace_id = {events.WORKSPACE} AND id = {events.ENTITY_ID} AND version = {events.VERSION} - 1
    RETURNING id
""")
    values = [getattr(new, name) for name in changed]
    return await events.write(db, statement, context, event, *values)


_MARK_USED = """
UPDATE api_keys k SET last_used_at = greatest(k.last_used_at, used.at)
FROM unnest($1::integer[], $2::text[], $3::timestamptz[]) AS used (workspace_id, id, at)
WHERE k.workspace_id = used.workspace_id AND k.id = used.id
"""


async def mark_used(db: Executor, uses: dict[tuple[int, str], dt.datetime]) -> None:
    """Notes when keys were last used. It is bookkeeping, not a change: no version, no event."""
    keys = sorted(uses)
    await db.execute(
        _MARK_USED, [key[0] for key in keys], [key[1] for key in keys], [uses[key] for key in keys]
    )
