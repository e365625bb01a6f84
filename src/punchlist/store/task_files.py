"""Which files belong to which implementation tasks, in PostgreSQL.

A statement that writes holds the task's change, in share, and finds nothing when the change is closed.
"""

from typing import Any

import asyncpg

from punchlist.domain.change_lifecycle import CLOSED
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.context import Context
from punchlist.domain.events import Event
from punchlist.domain.files import File, TaskFile
from punchlist.domain.permissions import Action, Actor
from punchlist.domain.problems import Rejected
from punchlist.domain.queries import Page
from punchlist.store import events, files
from punchlist.store.database import Executor
from punchlist.store.visibility import visible

_SELECTED = f"a.id, a.task_id, a.file_id, a.created_at, {files.SELECTED}"
_FROM = """
FROM implementation_task_files a JOIN files f ON f.workspace_id = a.workspace_id AND f.id = a.file_id
"""
_CLOSED = ", ".join(f"'{status}'" for status in sorted(CLOSED))

Attached = tuple[TaskFile, File]


def _from_row(row: Any) -> Attached:
    return TaskFile(*row[:4]), files.from_row(row[4:])


_FIND = f"SELECT {_SELECTED} {_FROM} WHERE a.workspace_id = $1 AND a.id = $2"


async def find(db: Executor, workspace_id: int, association_id: str) -> Attached | None:
    """That a file belongs to a task, and the file; None when there is nothing of that id."""
    row = await db.fetchrow(_FIND, workspace_id, association_id)
    return None if row is None else _from_row(row)


async def list_(db: Executor, actor: Actor, task_id: str, page: Page) -> list[Attached]:
    """The files of a task that the actor may see, in the order in which they were added."""
    parameters: list[Any] = [actor.workspace_id, task_id]
    condition = visible(actor, Action.SEE_FILE, parameters)
    rows = await db.fetch(
        f"SELECT {_SELECTED} {_FROM} WHERE a.workspace_id = $1 AND a.task_id = $2 AND {condition}"
        f" ORDER BY a.created_at, a.id LIMIT {page.limit:d} OFFSET {page.offset:d}",
        *parameters,
    )
    return [_from_row(row) for row in rows]


_HELD_TASK = f"""
        SELECT t.id FROM changes c
        JOIN implementation_tasks t ON t.workspace_id = c.workspace_id AND t.change_id = c.id
        WHERE c.workspace_id = {events.WORKSPACE} AND c.id = {events.PARENT_ID}
            AND c.status NOT IN ({_CLOSED}) AND t.id = $12
        FOR SHARE OF c"""

_INSERT = events.mutation(f"""
    WITH held AS ({_HELD_TASK})
    INSERT INTO implementation_task_files (workspace_id, id, task_id, file_id, created_at)
    SELECT {events.WORKSPACE}, {events.ENTITY_ID}, held.id, $13::text, {events.AT} FROM held
    RETURNING id
""")


async def insert(db: Executor, context: Context, association: TaskFile, event: Event) -> bool:
    """Gives a task of the event's parent, a change, a file; False when it is closed, or the task gone.

    Raises Rejected when the task has the file, or there is no such file any more.
    """
    try:
        return await events.write(db, _INSERT, context, event, association.task_id, association.file_id)
    except asyncpg.UniqueViolationError as error:
        raise Rejected(ChangeKind.FILE_ALREADY_THERE, guid=association.file_id) from error
    except asyncpg.ForeignKeyViolationError as error:
        raise Rejected(ChangeKind.INVALID_GUID, guid=association.file_id) from error


_DELETE = events.mutation(f"""
    WITH held AS ({_HELD_TASK})
    DELETE FROM implementation_task_files a USING held
    WHERE a.workspace_id = {events.WORKSPACE} AND a.id = {events.ENTITY_ID} AND a.task_id = held.id
    RETURNING a.id
""")


async def delete(db: Executor, context: Context, association: TaskFile, event: Event) -> bool:
    """Takes a file from a task of the event's parent; False when it is gone already, or the change closed."""
    return await events.write(db, _DELETE, context, event, association.task_id)
