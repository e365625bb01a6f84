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


async def list_(db: Executor) -> list[Workspace]:
    """Every workspace, oldest first."""
    rows = await db.fetch("SELECT w.id, w.number, w.name FROM workspaces w ORDER BY w.id")
    return [Workspace(*row) for row in rows]


# With the category of changes that are made without one; every workspace has it.
_INSERT = f"""
WITH made AS (
    INSERT INTO workspaces (number, name) VALUES ($1, $2) ON CONFLICT (number) DO NOTHING RETURNING id
), category AS (
    INSERT INTO change_categories (workspace_id, id, path, assignable, system_defined, created_at)
    SELECT id, $3, ARRAY['{UNCATEGORIZED}'], true, true, now() FROM made
)
SELECT id FROM made
"""


async def insert(db: Executor, *, number: int, name: str) -> Workspace | None:
    """Makes a workspace; None when its number is taken."""
    workspace_id = await db.fetchval(_INSERT, number, name, new_id())
    return None if workspace_id is None else Workspace(workspace_id, number, name)


# FOR NO KEY UPDATE: whoever adds a row of this workspace holds a share of its key, and need not wait.
_HOLD = "SELECT id FROM workspaces WHERE id = $1 FOR NO KEY UPDATE"


async def hold(tx: Executor, workspace_id: int) -> None:
    """Keeps others from changing the workspace and its configuration until the transaction ends."""
    await tx.fetchval(_HOLD, workspace_id)


async def hold_founding(tx: Executor) -> None:
    """Keeps others from making any workspace until the transaction ends."""
    await tx.execute("LOCK TABLE workspaces IN SHARE ROW EXCLUSIVE MODE")
