"""Workspaces in PostgreSQL."""

import msgspec

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


_INSERT = "INSERT INTO workspaces (number, name) VALUES ($1, $2) ON CONFLICT (number) DO NOTHING RETURNING id"


async def insert(db: Executor, *, number: int, name: str) -> Workspace | None:
    """Makes a workspace; None when its number is taken."""
    workspace_id = await db.fetchval(_INSERT, number, name)
    return None if workspace_id is None else Workspace(workspace_id, number, name)
