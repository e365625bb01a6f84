"""The hashes of passwords in PostgreSQL, in a table that nothing else reads."""

from punchlist.domain.context import Context
from punchlist.domain.events import Event
from punchlist.store import events
from punchlist.store.database import Executor

_SAVE = events.mutation(f"""
    INSERT INTO passwords (workspace_id, user_id, hash, updated_at)
    VALUES ({events.WORKSPACE}, {events.ENTITY_ID}, $12, {events.AT})
    ON CONFLICT (workspace_id, user_id) DO UPDATE
        SET hash = excluded.hash, updated_at = excluded.updated_at, wrong_tries = 0, shut_until = NULL
    RETURNING user_id
""")


async def save(db: Executor, context: Context, hashed: str, event: Event) -> bool:
    """Writes a user's password, in place of the one they had, and the event.

    What was tried wrongly with the old one is forgotten: its account is open again."""
    return await events.write(db, _SAVE, context, event, hashed)
