"""Files in PostgreSQL: all that is known of them but their content."""

from functools import cache
from typing import Any

import asyncpg

from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.context import Context
from punchlist.domain.events import Event, differing
from punchlist.domain.files import File, FileFilter, StorageMethod
from punchlist.domain.permissions import Action, Actor
from punchlist.domain.problems import Rejected
from punchlist.domain.queries import Page
from punchlist.store import events
from punchlist.store.database import Executor
from punchlist.store.text import like
from punchlist.store.visibility import visible

COLUMNS = File.__struct_fields__
SELECTED = ", ".join(f"f.{name}" for name in COLUMNS)
_METHOD = COLUMNS.index("storage_method")


def from_row(row: Any) -> File:
    """Makes a file of the columns of `SELECTED`."""
    values = list(row)
    values[_METHOD] = StorageMethod(values[_METHOD])
    return File(*values)


_FIND = f"SELECT {SELECTED} FROM files f WHERE f.workspace_id = $1 AND f.id = $2"


async def find(db: Executor, workspace_id: int, file_id: str) -> File | None:
    """The file, or None when there is none of that id."""
    row = await db.fetchrow(_FIND, workspace_id, file_id)
    return None if row is None else from_row(row)


# Numbers have capital letters only. The conditions are those of the indexes.
_TEXTS = {
    "title": "lower(f.title) LIKE lower({})",
    "number": "f.number LIKE upper({})",
    "format": "lower(f.format) LIKE lower({})",
    "name": "lower(f.name) LIKE lower({})",
}


async def list_(db: Executor, actor: Actor, wanted: FileFilter, page: Page) -> list[File]:
    """The files of one page that the actor may see, newest first."""
    parameters: list[Any] = [actor.workspace_id]
    conditions = ["f.workspace_id = $1", visible(actor, Action.SEE_FILE, parameters)]
    for name, condition in _TEXTS.items():
        text = getattr(wanted, name)
        if text is not None:
            parameters.append(like(text))
            conditions.append(condition.format(f"${len(parameters)}"))
    if wanted.category_id is not None:
        parameters.append(wanted.category_id)
        conditions.append(f"f.category_id = ${len(parameters)}")
    rows = await db.fetch(
        f"SELECT {SELECTED} FROM files f WHERE {' AND '.join(conditions)}"
        f" ORDER BY f.created_at DESC, f.id LIMIT {page.limit:d} OFFSET {page.offset:d}",
        *parameters,
    )
    return [from_row(row) for row in rows]


_TAKE_NUMBER = """
INSERT INTO file_numbers (workspace_id, last_number) VALUES ($1, 1)
ON CONFLICT (workspace_id) DO UPDATE SET last_number = file_numbers.last_number + 1
RETURNING last_number
"""


async def take_number(db: Executor, workspace_id: int) -> str:
    """The next number of a file in the workspace. It is used up, whatever becomes of the file."""
    return f"FILE-{await db.fetchval(_TAKE_NUMBER, workspace_id):06d}"


_OWN = tuple(name for name in COLUMNS if name not in ("id", "version"))
_INSERT = events.mutation(f"""
    INSERT INTO files (workspace_id, id, version, {", ".join(_OWN)})
    VALUES ({events.WORKSPACE}, {events.ENTITY_ID}, {events.VERSION},
            {", ".join(f"${events.FIRST_FREE + place}" for place in range(len(_OWN)))})
    RETURNING id
""")


async def insert(db: Executor, context: Context, file: File, event: Event) -> bool:
    """Writes a new file and its event; False when its creator has gone meanwhile."""
    try:
        return await events.write(db, _INSERT, context, event, *(getattr(file, name) for name in _OWN))
    except asyncpg.ForeignKeyViolationError:
        return False


@cache
def _save_statement(changed: tuple[str, ...]) -> str:
    columns = "".join(f", {name} = ${events.FIRST_FREE + place}" for place, name in enumerate(changed))
    return events.mutation(f"""
    UPDATE files SET version = {events.VERSION}, updated_at = {events.AT}{columns}
    WHERE workspace_id = {events.WORKSPACE} AND id = {events.ENTITY_ID} AND version = {events.VERSION} - 1
    RETURNING id
""")


async def save(db: Executor, context: Context, old: File, new: File, event: Event) -> bool:
    """Writes a changed file and its event; False when somebody else was there first."""
    changed = differing(old, new)
    values = (getattr(new, name) for name in changed)
    return await events.write(db, _save_statement(changed), context, event, *values)


_DELETE = events.mutation(f"""
    DELETE FROM files
    WHERE workspace_id = {events.WORKSPACE} AND id = {events.ENTITY_ID} AND version = {events.VERSION} - 1
    RETURNING id
""")


async def delete(db: Executor, context: Context, event: Event) -> bool:
    """Removes a file; False when somebody else was there first. Raises Rejected while a task has it."""
    try:
        return await events.write(db, _DELETE, context, event)
    except asyncpg.ForeignKeyViolationError as error:
        raise Rejected(ChangeKind.FILE_IN_USE) from error
