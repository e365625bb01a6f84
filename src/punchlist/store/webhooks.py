"""Webhooks in PostgreSQL: the endpoints and, apart from them, their secrets."""

import datetime as dt
from typing import Any

import msgspec

from punchlist.domain.context import Context
from punchlist.domain.events import Event, differing
from punchlist.domain.queries import Page
from punchlist.domain.webhooks import Webhook
from punchlist.store import events
from punchlist.store.database import Executor

_SELECTED = ", ".join(f"h.{name}" for name in Webhook.__struct_fields__)


class Secrets(msgspec.Struct, frozen=True):
    """What an endpoint's messages are signed with: the newest, and the one before it."""

    secret: str
    previous: str | None


def _webhook(row: Any) -> Webhook:
    webhook = Webhook(*row[: len(Webhook.__struct_fields__)])
    return msgspec.structs.replace(webhook, events=tuple(webhook.events))


_FIND = f"SELECT {_SELECTED} FROM webhooks h WHERE h.workspace_id = $1 AND h.id = $2"


async def find(db: Executor, workspace_id: int, webhook_id: str) -> Webhook | None:
    """The endpoint, or None when there is none of that id."""
    row = await db.fetchrow(_FIND, workspace_id, webhook_id)
    return None if row is None else _webhook(row)


_COUNT = "SELECT count(*) FROM webhooks h WHERE h.workspace_id = $1"
_LIST = f"""
SELECT {_SELECTED}, ({_COUNT}) FROM webhooks h WHERE h.workspace_id = $1
ORDER BY h.created_at DESC, h.id LIMIT $2 OFFSET $3
"""


async def list_(db: Executor, workspace_id: int, page: Page) -> tuple[list[Webhook], int]:
    """The endpoints of one page, newest first, and how many there are on all pages."""
    rows = await db.fetch(_LIST, workspace_id, page.limit, page.offset)
    total = rows[0][-1] if rows else await count(db, workspace_id)
    return [_webhook(row) for row in rows], total


async def count(db: Executor, workspace_id: int) -> int:
    """How many endpoints a workspace has."""
    return int(await db.fetchval(_COUNT, workspace_id))


_ENABLED = f"""
SELECT {_SELECTED} FROM webhooks h WHERE h.workspace_id = $1 AND h.enabled ORDER BY h.id FOR KEY SHARE
"""


async def enabled(tx: Executor, workspace_id: int) -> list[Webhook]:
    """The endpoints to which something is sent, none of which is removed until the transaction ends."""
    return [_webhook(row) for row in await tx.fetch(_ENABLED, workspace_id)]


_INSERT = events.mutation(f"""
    INSERT INTO webhooks (workspace_id, id, version, url, events, description, owner_id,
                          created_at, updated_at)
    VALUES ({events.WORKSPACE}, {events.ENTITY_ID}, {events.VERSION}, $12, $13, $14, $15,
            {events.AT}, {events.AT})
    RETURNING id
""")
_KEEP = "INSERT INTO webhook_secrets (workspace_id, webhook_id, secret) VALUES ($1, $2, $3)"


async def insert(tx: Executor, context: Context, webhook: Webhook, secret: str, event: Event) -> None:
    """Writes a new endpoint, its secret, and the event, in a transaction."""
    values = (webhook.url, webhook.events, webhook.description, webhook.owner_id)
    await events.write(tx, _INSERT, context, event, *values)
    await tx.execute(_KEEP, context.actor.workspace_id, webhook.id, secret)


async def save(db: Executor, context: Context, old: Webhook, new: Webhook, event: Event) -> bool:
    """Writes a changed endpoint and the event; False when somebody else was there first."""
    changed = differing(old, new)
    columns = "".join(f", {name} = ${events.FIRST_FREE + place}" for place, name in enumerate(changed))
    statement = events.mutation(f"""
    UPDATE webhooks SET version = {events.VERSION}, updated_at = {events.AT}{columns}
    WHERE workspace_id = {events.WORKSPACE} AND id = {events.ENTITY_ID} AND version = {events.VERSION} - 1
    RETURNING id
""")
    return await events.write(db, statement, context, event, *(getattr(new, name) for name in changed))


_DELETE = events.mutation(f"""
    DELETE FROM webhooks
    WHERE workspace_id = {events.WORKSPACE} AND id = {events.ENTITY_ID} AND version = {events.VERSION} - 1
    RETURNING id
""")


async def delete(db: Executor, context: Context, event: Event) -> bool:
    """Removes an endpoint with its deliveries; False when somebody else was there first."""
    return await events.write(db, _DELETE, context, event)


_ROTATE = """
UPDATE webhook_secrets SET secret = $3, previous = CASE WHEN $4 THEN secret END
WHERE workspace_id = $1 AND webhook_id = $2
"""


async def rotate(tx: Executor, workspace_id: int, webhook_id: str, secret: str, *, keep: bool) -> None:
    """Gives an endpoint a new secret; `keep` says whether the one before it signs as well."""
    await tx.execute(_ROTATE, workspace_id, webhook_id, secret, keep)


_NOTE_FAILURE = """
UPDATE webhooks SET failing_since = coalesce(failing_since, $3)
WHERE workspace_id = $1 AND id = $2 AND enabled RETURNING failing_since
"""
_NOTE_SUCCESS = """
UPDATE webhooks SET failing_since = NULL
WHERE workspace_id = $1 AND id = $2 AND failing_since IS NOT NULL
"""


async def note_failure(
    db: Executor, workspace_id: int, webhook_id: str, at: dt.datetime
) -> dt.datetime | None:
    """Notes and returns since when an endpoint fails; None when it is disabled, or gone.

    It is bookkeeping, not a change: no version, no event.
    """
    failing_since: dt.datetime | None = await db.fetchval(_NOTE_FAILURE, workspace_id, webhook_id, at)
    return failing_since


async def note_success(db: Executor, workspace_id: int, webhook_id: str) -> None:
    """Notes that an endpoint fails no longer."""
    await db.execute(_NOTE_SUCCESS, workspace_id, webhook_id)
