"""Workspaces in PostgreSQL."""

import msgspec

from punchlist.domain.categories import UNCATEGORIZED
from punchlist.domain.ids import new_id
from punchlist.store.database import Executor


class Workspace(msgspec.Struct, frozen=True):
    """A tenant. `id` is internal; `number` (nine digits) is what people and the wire see."""

    id: int
    number: int
    name: str


_LIST = "SELECT w.id, w.number, w.name FROM workspaces w ORDER BY w.id"


async def list_(db: Executor) -> list[Workspace]:
    """Every workspace, oldest first."""
    rows = await db.fetch(_LIST)
    return [Workspace(*row) for row in rows]


_INSERT = "INSERT INTO workspaces (number, name) VALUES ($1, $2) ON CONFLICT (number) DO NOTHING RETURNING id"
_INSERT_UNCATEGORIZED = f"""
INSERT INTO change_categories (workspace_id, id, path, assignable, system_defined, created_at)
VALUES ($1, $2, ARRAY['{UNCATEGORIZED}'], true, true, now())
"""


async def insert(db: Executor, *, number: int, name: str) -> Workspace | None:
    """Makes a workspace, with the category of changes that are made without one; None when its number is
    taken."""
    async with db.transaction() as tx:
        workspace_id = await tx.fetchval(_INSERT, number, name)
        if workspace_id is None:
            return None
        await tx.execute(_INSERT_UNCATEGORIZED, workspace_id, new_id())
    return Workspace(workspace_id, number, name)


# FOR NO KEY UPDATE: whoever adds a row of this workspace holds a share of its key, and need not wait.
_HOLD = "SELECT id FROM workspaces WHERE id = $1 FOR NO KEY UPDATE"


async def hold(tx: Executor, workspace_id: int) -> None:
    """Keeps others from changing the workspace and its configuration until the transaction ends."""
    await tx.fetchval(_HOLD, workspace_id)


# Any number, but the same in every process.
_FOUNDING = 0x50554E43484C5355


async def hold_founding(tx: Executor) -> None:
    """Keeps others who do so too from making a workspace until the transaction ends."""
    await tx.fetchval("SELECT pg_advisory_xact_lock($1)", _FOUNDING)
