"""Votes on changes in PostgreSQL."""

from punchlist.domain.context import Context
from punchlist.domain.events import Event
from punchlist.store import events
from punchlist.store.database import Executor

_VOTERS = """
SELECT DISTINCT v.user_id FROM routing_voters v
JOIN users u ON u.workspace_id = v.workspace_id AND u.id = v.user_id AND NOT u.disabled
WHERE v.workspace_id = $1 AND v.routing_id = ANY($2::text[])
"""


async def voters(db: Executor, workspace_id: int, routing_ids: tuple[str, ...]) -> frozenset[str]:
    """Everybody whose approval some routings ask for."""
    return frozenset(row[0] for row in await db.fetch(_VOTERS, workspace_id, list(routing_ids)))


_CAST = events.mutation(f"""
    INSERT INTO change_votes (workspace_id, change_id, user_id, approve, comment, voted_at)
    VALUES ({events.WORKSPACE}, {events.PARENT_ID}, {events.ENTITY_ID}, $12, $13, {events.AT})
    ON CONFLICT (workspace_id, change_id, user_id) DO UPDATE SET
        approve = excluded.approve, comment = excluded.comment, voted_at = excluded.voted_at
    RETURNING user_id
""")


async def cast(tx: Executor, context: Context, event: Event, *, approve: bool, comment: str | None) -> None:
    """Writes a vote, in place of the voter's earlier one, and its event; the vote's id is the voter's."""
    await events.write(tx, _CAST, context, event, approve, comment)


_APPROVING = "SELECT user_id FROM change_votes WHERE workspace_id = $1 AND change_id = $2 AND approve"


async def approving(db: Executor, workspace_id: int, change_id: str) -> frozenset[str]:
    """Everybody who has approved a change."""
    return frozenset(row[0] for row in await db.fetch(_APPROVING, workspace_id, change_id))


_FORGET = "DELETE FROM change_votes WHERE workspace_id = $1 AND change_id = $2"


async def forget(tx: Executor, workspace_id: int, change_id: str) -> None:
    """Forgets the votes on a change that is open again: what is submitted next is another thing."""
    await tx.execute(_FORGET, workspace_id, change_id)
