"""Comments on tasks in PostgreSQL."""

import asyncpg

from punchlist.domain.comments import Comment
from punchlist.domain.context import Context
from punchlist.domain.events import Event
from punchlist.domain.queries import Page
from punchlist.store import events
from punchlist.store.database import Executor

_SELECTED = "c.id, c.task_id, c.version, c.author_id, c.body, c.created_at, c.updated_at"


_FIND = f"SELECT {_SELECTED} FROM comments c WHERE c.workspace_id = $1 AND c.task_id = $2 AND c.id = $3"


async def find(db: Executor, workspace_id: int, task_id: str, comment_id: str) -> Comment | None:
    """The comment of that id on that task, or None."""
    row = await db.fetchrow(_FIND, workspace_id, task_id, comment_id)
    return None if row is None else Comment(*row)


_COUNT = "SELECT count(*) FROM comments c WHERE c.workspace_id = $1 AND c.task_id = $2"
_LIST = f"""
SELECT {_SELECTED}, ({_COUNT}) FROM comments c WHERE c.workspace_id = $1 AND c.task_id = $2
ORDER BY c.created_at, c.id LIMIT $3 OFFSET $4
"""


async def list_(db: Executor, workspace_id: int, task_id: str, page: Page) -> tuple[list[Comment], int]:
    """The comments of one page, oldest first, and how many there are on all pages."""
    rows = await db.fetch(_LIST, workspace_id, task_id, page.limit, page.offset)
    total = rows[0][-1] if rows else await db.fetchval(_COUNT, workspace_id, task_id)
    return [Comment(*row[:-1]) for row in rows], total


_INSERT = events.mutation(f"""
    INSERT INTO comments (workspace_id, id, task_id, version, author_id, body, created_at, updated_at)
    VALUES ({events.WORKSPACE}, {events.ENTITY_ID}, {events.PARENT_ID}, {events.VERSION}, $12, $13,
            {events.AT}, {events.AT})
    RETURNING id
""")


async def insert(db: Executor, context: Context, comment: Comment, event: Event) -> bool:
    """Writes a new comment and its event; False when its task has gone meanwhile."""
    try:
        return await events.write(db, _INSERT, context, event, comment.author_id, comment.body)
    except asyncpg.ForeignKeyViolationError:
        return False


_SAVE = events.mutation(f"""
    UPDATE comments SET version = {events.VERSION}, updated_at = {events.AT}, body = $12
    WHERE workspace_id = {events.WORKSPACE} AND id = {events.ENTITY_ID} AND version = {events.VERSION} - 1
    RETURNING id
""")


async def save(db: Executor, context: Context, comment: Comment, event: Event) -> bool:
    """Writes an edited comment and its event; False when somebody else was there first."""
    return await events.write(db, _SAVE, context, event, comment.body)


_DELETE = events.mutation(f"""
    DELETE FROM comments
    WHERE workspace_id = {events.WORKSPACE} AND id = {events.ENTITY_ID} AND version = {events.VERSION} - 1
    RETURNING id
""")


async def delete(db: Executor, context: Context, event: Event) -> bool:
    """Removes a comment; False when somebody else was there first."""
    return await events.write(db, _DELETE, context, event)
