"""Tasks in PostgreSQL: one at a time."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import asyncpg

from punchlist.domain.context import Context
from punchlist.domain.events import Event, differing
from punchlist.domain.lifecycle import Status
from punchlist.domain.tasks import Priority, Task
from punchlist.store import events
from punchlist.store.database import Executor

COLUMNS = (
    "id",
    "version",
    "title",
    "description",
    "status",
    "priority",
    "created_by",
    "assignee_id",
    "due_at",
    "warning_hours",
    "tags",
    "created_at",
    "updated_at",
)
SELECTED = ", ".join(f"t.{name}" for name in COLUMNS)

_STATUS = {status.value: status for status in Status}
_PRIORITY = {priority.value: priority for priority in Priority}


def from_row(row: Any, first: int = 0) -> Task:
    """Makes a task of the thirteen columns of `SELECTED`, which start at position `first` of the row."""
    values = row[first : first + 13] if first else row
    return Task(
        values[0],
        values[1],
        values[2],
        values[3],
        _STATUS[values[4]],
        _PRIORITY[values[5]],
        values[6],
        values[7],
        values[8],
        values[9],
        tuple(values[10]),
        values[11],
        values[12],
    )


_FIND = f"SELECT {SELECTED} FROM tasks t WHERE t.workspace_id = $1 AND t.id = $2"


async def find(db: Executor, workspace_id: int, task_id: str) -> Task | None:
    """The task, or None when there is none of that id."""
    row = await db.fetchrow(_FIND, workspace_id, task_id)
    return None if row is None else from_row(row)


_LOCK = "SELECT 1 FROM tasks WHERE workspace_id = $1 AND id = ANY($2::text[]) ORDER BY id FOR UPDATE"


async def lock(db: Executor, workspace_id: int, task_ids: Iterable[str]) -> None:
    """Holds tasks until the transaction ends, taken in the order in which all who hold several take them."""
    await db.execute(_LOCK, workspace_id, list(task_ids))


_INSERT = events.mutation(f"""
    INSERT INTO tasks (workspace_id, {", ".join(COLUMNS)})
    VALUES ({events.WORKSPACE}, {events.ENTITY_ID}, {events.VERSION},
            $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
    RETURNING id
""")


async def insert(db: Executor, context: Context, task: Task, event: Event) -> bool:
    """Writes a new task and its event; False when its assignee or creator has gone meanwhile."""
    values = (getattr(task, name) for name in COLUMNS[2:])
    try:
        return await events.write(db, _INSERT, context, event, *values)
    except asyncpg.ForeignKeyViolationError:
        return False


@cache
def save_statement(changed: tuple[str, ...]) -> str:
    """The statement that saves a task of which these columns changed.

    Only they are set: a long description that stays is then not written again, and an update that touches
    no indexed column stays on its page. There are as many statements as ways to change a task, a few
    in practice.
    """
    columns = "".join(f", {name} = ${events.FIRST_FREE + place}" for place, name in enumerate(changed))
    return events.mutation(f"""
    UPDATE tasks SET version = {events.VERSION}, updated_at = {events.AT}{columns}
    WHERE workspace_id = {events.WORKSPACE} AND id = {events.ENTITY_ID} AND version = {events.VERSION} - 1
    RETURNING id
""")


async def save(db: Executor, context: Context, old: Task, new: Task, event: Event) -> bool:
    """Writes a changed task and its event, if it still has the version that was read.

    False when somebody else won the race, or when the new assignee has gone meanwhile.
    """
    changed = differing(old, new)
    values = [getattr(new, name) for name in changed]
    try:
        return await events.write(db, save_statement(changed), context, event, *values)
    except asyncpg.ForeignKeyViolationError:
        return False


_DELETE = events.mutation(f"""
    DELETE FROM tasks
    WHERE workspace_id = {events.WORKSPACE} AND id = {events.ENTITY_ID} AND version = {events.VERSION} - 1
    RETURNING id
""")


async def delete(db: Executor, context: Context, event: Event) -> bool:
    """Removes a task with its comments, if it still has the version that was read."""
    return await events.write(db, _DELETE, context, event)
