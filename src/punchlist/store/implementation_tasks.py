"""Implementation tasks in PostgreSQL.

A statement that writes one holds its change, in share, and finds nothing when the change is closed: so a
change that is being completed waits for its tasks, or they for it, and neither passes the other.
"""

from functools import cache
from typing import Any

import asyncpg

from punchlist.domain.change_lifecycle import CLOSED
from punchlist.domain.context import Context
from punchlist.domain.events import Event, differing
from punchlist.domain.grounds import AssigneeFacts
from punchlist.domain.implementation_tasks import OPEN, ImplementationTask, TaskStatus
from punchlist.store import events
from punchlist.store.assignees import assignee_columns, assignee_of
from punchlist.store.database import Executor

# The task's own columns, then how its assignee is shown.
SHOWN = (
    "t.id, t.change_id, t.version, t.name, t.status,"
    " t.assignee_user_id, t.assignee_group_id, t.assignee_supplier_id,"
    " t.due_at, t.warning_hours, t.created_at, t.updated_at,"
    " coalesce(tu.name, tg.name, ts.name), tu.email"
)
_STATUS = {status.value: status for status in TaskStatus}
_CLOSED = ", ".join(f"'{status}'" for status in sorted(CLOSED))
_OPEN = ", ".join(f"'{status}'" for status in sorted(OPEN))


def joined_shown(alias: str) -> str:
    """The joins that bring the names of a task's assignee."""
    return f"""
LEFT JOIN users tu ON tu.workspace_id = {alias}.workspace_id AND tu.id = {alias}.assignee_user_id
LEFT JOIN user_groups tg ON tg.workspace_id = {alias}.workspace_id AND tg.id = {alias}.assignee_group_id
LEFT JOIN suppliers ts ON ts.workspace_id = {alias}.workspace_id AND ts.id = {alias}.assignee_supplier_id"""


def from_row(row: Any, first: int = 0) -> tuple[ImplementationTask | None, AssigneeFacts | None]:
    """Makes a task, and how its assignee is shown, of the columns of `SHOWN` from position `first` on."""
    values = row[first : first + 14]
    if values[0] is None:
        return None, None
    assignee = assignee_of(values[5], values[6], values[7])
    task = ImplementationTask(
        id=values[0],
        change_id=values[1],
        version=values[2],
        name=values[3],
        status=_STATUS[values[4]],
        assignee=assignee,
        due_at=values[8],
        warning_hours=values[9],
        created_at=values[10],
        updated_at=values[11],
    )
    return task, None if assignee is None else AssigneeFacts(values[12], values[13], True, True)


Shown = tuple[ImplementationTask, AssigneeFacts | None]

_LIST = f"""
SELECT {SHOWN} FROM implementation_tasks t {joined_shown("t")}
WHERE t.workspace_id = $1 AND t.change_id = $2
ORDER BY t.created_at, t.id LIMIT $3 OFFSET $4
"""


async def list_(db: Executor, workspace_id: int, change_id: str, *, limit: int, offset: int) -> list[Shown]:
    """The implementation tasks of a change, oldest first, each with how its assignee is shown."""
    rows = await db.fetch(_LIST, workspace_id, change_id, limit, offset)
    return [(task, shown) for task, shown in map(from_row, rows) if task is not None]


HELD_CHANGE = f"""
        SELECT c.id FROM changes c
        WHERE c.workspace_id = {events.WORKSPACE} AND c.id = {events.PARENT_ID}
            AND c.status NOT IN ({_CLOSED})
        FOR SHARE"""

_INSERT = events.mutation(f"""
    WITH held AS ({HELD_CHANGE})
    INSERT INTO implementation_tasks (workspace_id, id, change_id, version, name, status, assignee_user_id,
        assignee_group_id, assignee_supplier_id, due_at, warning_hours, created_at, updated_at)
    SELECT {events.WORKSPACE}, {events.ENTITY_ID}, held.id, {events.VERSION}, $12::text, $13::text, $14::text,
        $15::text, $16::text, $17::timestamptz, $18::double precision, {events.AT}, {events.AT}
    FROM held
    RETURNING id
""")


async def insert(db: Executor, context: Context, task: ImplementationTask, event: Event) -> bool:
    """Writes a new task and its event; False when its change is closed or gone, or its assignee gone."""
    values = (
        task.name,
        task.status,
        *assignee_columns(task.assignee),
        task.due_at,
        task.warning_hours,
    )
    try:
        return await events.write(db, _INSERT, context, event, *values)
    except asyncpg.ForeignKeyViolationError:
        return False


_COLUMNS: dict[str, tuple[str, ...]] = {
    "assignee": ("assignee_user_id", "assignee_group_id", "assignee_supplier_id")
}


@cache
def save_statement(changed: tuple[str, ...]) -> str:
    """The statement that saves a task of which these fields changed."""
    columns = [column for name in changed for column in _COLUMNS.get(name, (name,))]
    settings = "".join(f", {column} = ${events.FIRST_FREE + place}" for place, column in enumerate(columns))
    return events.mutation(f"""
    WITH held AS ({HELD_CHANGE})
    UPDATE implementation_tasks t SET version = {events.VERSION}, updated_at = {events.AT}{settings}
    FROM held
    WHERE t.workspace_id = {events.WORKSPACE} AND t.id = {events.ENTITY_ID}
        AND t.version = {events.VERSION} - 1 AND t.change_id = held.id
    RETURNING t.id
""")


async def save(
    db: Executor, context: Context, old: ImplementationTask, new: ImplementationTask, event: Event
) -> bool:
    """Writes a changed task and its event; False when somebody else was there first, or its change closed."""
    changed = differing(old, new)
    values: list[Any] = []
    for name in changed:
        values += assignee_columns(new.assignee) if name == "assignee" else (getattr(new, name),)
    try:
        return await events.write(db, save_statement(changed), context, event, *values)
    except asyncpg.ForeignKeyViolationError:
        return False


_DELETE = events.mutation(f"""
    WITH held AS ({HELD_CHANGE})
    DELETE FROM implementation_tasks t USING held
    WHERE t.workspace_id = {events.WORKSPACE} AND t.id = {events.ENTITY_ID}
        AND t.version = {events.VERSION} - 1 AND t.change_id = held.id
    RETURNING t.id
""")


async def delete(db: Executor, context: Context, event: Event) -> bool:
    """Removes a task with its notes; False when somebody else was there first, or its change closed."""
    return await events.write(db, _DELETE, context, event)
