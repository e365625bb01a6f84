"""How far each reader of the record has come, in PostgreSQL."""

from punchlist.store.database import Executor

_BEHIND = """
SELECT c.workspace_id FROM event_chains c
LEFT JOIN event_readers r ON r.workspace_id = c.workspace_id AND r.reader = $1
WHERE c.position > coalesce(r.position, 0) ORDER BY c.workspace_id
"""


async def workspaces_behind(db: Executor, reader: str) -> list[int]:
    """The workspaces in which a reader has something to read."""
    return [row[0] for row in await db.fetch(_BEHIND, reader)]


_BEGIN = "INSERT INTO event_readers (workspace_id, reader) VALUES ($1, $2) ON CONFLICT DO NOTHING"
_HOLD = "SELECT position FROM event_readers WHERE workspace_id = $1 AND reader = $2 FOR UPDATE SKIP LOCKED"


async def hold(tx: Executor, workspace_id: int, reader: str) -> int | None:
    """The last position that was read, held until the transaction ends; None while another holds it."""
    await tx.execute(_BEGIN, workspace_id, reader)
    position: int | None = await tx.fetchval(_HOLD, workspace_id, reader)
    return position


_MOVE = "UPDATE event_readers SET position = $3 WHERE workspace_id = $1 AND reader = $2"


async def move(tx: Executor, workspace_id: int, reader: str, position: int) -> None:
    """Notes that a reader, who is held, has read up to a position."""
    await tx.execute(_MOVE, workspace_id, reader, position)
