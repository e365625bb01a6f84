"""Notes on implementation tasks in PostgreSQL. Like the tasks, they hold their change while written."""

from punchlist.domain.context import Context
from punchlist.domain.events import Event, differing
from punchlist.domain.notes import Note
from punchlist.store import events
from punchlist.store.database import Executor
from punchlist.store.implementation_tasks import HELD_CHANGE

_SELECTED = "n.id, n.task_id, n.version, n.author_id, n.note, n.private, n.label, n.created_at, n.updated_at"
_LIST = f"""
SELECT {_SELECTED} FROM implementation_task_notes n
WHERE n.workspace_id = $1 AND n.task_id = $2 AND (NOT n.private OR $3 OR n.author_id = $4)
ORDER BY n.created_at, n.id LIMIT $5 OFFSET $6
"""


async def list_(
    db: Executor,
    workspace_id: int,
    task_id: str,
    reader_id: str,
    *,
    reads_private: bool,
    limit: int,
    offset: int,
) -> list[Note]:
    """The notes of one page that a reader may see, oldest first."""
    rows = await db.fetch(_LIST, workspace_id, task_id, reads_private, reader_id, limit, offset)
    return [Note(*row) for row in rows]


_FIND = f"""
SELECT {_SELECTED} FROM implementation_task_notes n
WHERE n.workspace_id = $1 AND n.task_id = $2 AND n.id = $3
"""


async def find(db: Executor, workspace_id: int, task_id: str, note_id: str) -> Note | None:
    """The note of that id on that task, or None."""
    row = await db.fetchrow(_FIND, workspace_id, task_id, note_id)
    return None if row is None else Note(*row)


# A note that was private once: what its history says was written for its author and administrators.
_OTHERS_PRIVATE = """
SELECT DISTINCT e.entity_id FROM events e
WHERE e.workspace_id = $1 AND e.parent_id = $2 AND e.entity = 'note'
    AND (e.before ->> 'private' = 'true' OR e.after ->> 'private' = 'true')
    AND NOT EXISTS (SELECT 1 FROM events c
        WHERE c.workspace_id = e.workspace_id AND c.entity_id = e.entity_id AND c.verb = 'created'
            AND c.after ->> 'author_id' = $3)
"""


async def others_private_ids(db: Executor, workspace_id: int, change_id: str, reader_id: str) -> list[str]:
    """The notes on a change's tasks, present and removed, of which a reader may not know."""
    rows = await db.fetch(_OTHERS_PRIVATE, workspace_id, change_id, reader_id)
    return [row[0] for row in rows]


_INSERT = events.mutation(f"""
    WITH held AS ({HELD_CHANGE})
    INSERT INTO implementation_task_notes
        (workspace_id, id, task_id, version, author_id, note, private, label, created_at, updated_at)
    SELECT {events.WORKSPACE}, {events.ENTITY_ID}, t.id, {events.VERSION}, $13::text, $14::text, $15::boolean,
        $16::text, {events.AT}, {events.AT}
    FROM held
    JOIN implementation_tasks t
        ON t.workspace_id = {events.WORKSPACE} AND t.change_id = held.id AND t.id = $12::text
    RETURNING id
""")


async def insert(db: Executor, context: Context, note: Note, event: Event) -> bool:
    """Writes a new note and its event; False when its change is closed, or its task gone."""
    values = (note.task_id, note.author_id, note.note, note.private, note.label)
    return await events.write(db, _INSERT, context, event, *values)


def _save_statement(changed: tuple[str, ...]) -> str:
    columns = "".join(f", {name} = ${events.FIRST_FREE + place}" for place, name in enumerate(changed))
    return events.mutation(f"""
    WITH held AS ({HELD_CHANGE})
    UPDATE implementation_task_notes n SET version = {events.VERSION}, updated_at = {events.AT}{columns}
    FROM held
    WHERE n.workspace_id = {events.WORKSPACE} AND n.id = {events.ENTITY_ID}
        AND n.version = {events.VERSION} - 1
    RETURNING n.id
""")


async def save(db: Executor, context: Context, old: Note, new: Note, event: Event) -> bool:
    """Writes an edited note and its event; False when somebody was there first, or its change is closed."""
    changed = differing(old, new)
    values = (getattr(new, name) for name in changed)
    return await events.write(db, _save_statement(changed), context, event, *values)


_DELETE = events.mutation(f"""
    WITH held AS ({HELD_CHANGE})
    DELETE FROM implementation_task_notes n USING held
    WHERE n.workspace_id = {events.WORKSPACE} AND n.id = {events.ENTITY_ID}
        AND n.version = {events.VERSION} - 1
    RETURNING n.id
""")


async def delete(db: Executor, context: Context, event: Event) -> bool:
    """Removes a note; False when somebody was there first, or its change is closed."""
    return await events.write(db, _DELETE, context, event)
