"""Changes in PostgreSQL."""

import datetime as dt
from typing import Any

import msgspec

from punchlist.domain.categories import ImplementationStatus
from punchlist.domain.change_lifecycle import ChangeStatus, Effectivity
from punchlist.domain.changes import Change
from punchlist.domain.context import Context
from punchlist.domain.events import Event, differing
from punchlist.store import events
from punchlist.store.database import Executor

_COLUMNS = Change.__struct_fields__
SELECTED = ", ".join(f"c.{name}" for name in _COLUMNS)


def from_row(row: Any) -> Change:
    """Makes a change of the columns of `SELECTED`."""
    values = dict(zip(_COLUMNS, row, strict=False))
    status = values["implementation_status"]
    return Change(
        **values
        | {
            "effectivity": Effectivity(values["effectivity"]),
            "status": ChangeStatus(values["status"]),
            "implementation_status": None if status is None else ImplementationStatus(status),
            "routing_ids": tuple(values["routing_ids"]),
            "administrator_ids": tuple(values["administrator_ids"]),
            "attributes": msgspec.json.decode(values["attributes"]),
        }
    )


_FIND = f"SELECT {SELECTED} FROM changes c WHERE c.workspace_id = $1 AND c.id = $2"


async def find(db: Executor, workspace_id: int, change_id: str) -> Change | None:
    """The change, or None when there is none of that id."""
    row = await db.fetchrow(_FIND, workspace_id, change_id)
    return None if row is None else from_row(row)


_TAKE_NUMBER = """
UPDATE number_prefixes SET last_number = last_number + 1
WHERE workspace_id = $1 AND id = $2
RETURNING value || lpad(last_number::text, greatest(6, length(last_number::text)), '0')
"""


async def take_number(db: Executor, workspace_id: int, prefix_id: str) -> str:
    """The next number of a prefix's sequence. It is given back if the transaction fails."""
    return str(await db.fetchval(_TAKE_NUMBER, workspace_id, prefix_id))


_INSERT = events.mutation(f"""
    INSERT INTO changes (workspace_id, {", ".join(_COLUMNS)})
    VALUES ({events.WORKSPACE}, {events.ENTITY_ID}, {events.VERSION},
            {", ".join(f"${events.FIRST_FREE + place}" for place in range(len(_COLUMNS) - 2))})
    RETURNING id
""")


async def insert(db: Executor, context: Context, change: Change, event: Event) -> None:
    """Writes a new change and its event."""
    values = (_stored(change, name) for name in _COLUMNS[2:])
    await events.write(db, _INSERT, context, event, *values)


# In the statement that completes a change, whose row is held by then: no task of it may be open.
_WITHOUT_OPEN_TASKS = """
        AND NOT EXISTS (SELECT 1 FROM implementation_tasks t
            WHERE t.workspace_id = $1 AND t.change_id = $5
                AND t.status IN ('NOT_STARTED', 'IN_PROGRESS', 'BEHIND'))"""


def _save_statement(changed: tuple[str, ...], *, completes: bool) -> str:
    columns = "".join(f", {name} = ${events.FIRST_FREE + place}" for place, name in enumerate(changed))
    return events.mutation(f"""
    UPDATE changes SET version = {events.VERSION}, updated_at = {events.AT}{columns}
    WHERE workspace_id = {events.WORKSPACE} AND id = {events.ENTITY_ID}
        AND version = {events.VERSION} - 1{_WITHOUT_OPEN_TASKS if completes else ""}
    RETURNING id
""")


async def save(db: Executor, context: Context, old: Change, new: Change, event: Event) -> bool:
    """Writes a changed change and its event; False when somebody else was there first.

    To complete one, call it in a transaction that holds it (`hold`): False then also when a task was opened.
    """
    changed = differing(old, new)
    completes = new.status is ChangeStatus.COMPLETED and old.status is not ChangeStatus.COMPLETED
    values = (_stored(new, name) for name in changed)
    return await events.write(db, _save_statement(changed, completes=completes), context, event, *values)


_HOLD = "SELECT version FROM changes WHERE workspace_id = $1 AND id = $2 FOR UPDATE"


async def hold(tx: Executor, workspace_id: int, change_id: str) -> None:
    """Holds a change until the transaction ends: nobody adds, edits or votes on anything of it meanwhile.

    It has to be a statement of its own, so that the next one sees what was committed while it waited.
    """
    await tx.fetchval(_HOLD, workspace_id, change_id)


_COUNT_OPEN = """
SELECT count(*) FROM implementation_tasks
WHERE workspace_id = $1 AND change_id = $2 AND status IN ('NOT_STARTED', 'IN_PROGRESS', 'BEHIND')
"""


async def count_open_tasks(db: Executor, workspace_id: int, change_id: str) -> int:
    """How many tasks stand between a change and its completion."""
    return int(await db.fetchval(_COUNT_OPEN, workspace_id, change_id))


def _stored(change: Change, name: str) -> Any:
    value = getattr(change, name)
    return msgspec.json.encode(value).decode() if name == "attributes" else value


# Somewhat more than is due: which day an instant falls on, and when that day begins, the rules know.
_WAITS = """(
    c.status = 'APPROVED' AND (c.planned_effectivity_at IS NULL OR c.planned_effectivity_at < $1)
    OR c.status = 'EFFECTIVE' AND c.expiration_at < $1
    OR c.status = 'SUBMITTED_FOR_APPROVAL' AND c.enforce_approval_deadline AND c.approval_deadline_at < $1
)"""
_WORKSPACES_NEARLY_DUE = (
    f"SELECT DISTINCT c.workspace_id FROM changes c WHERE {_WAITS} ORDER BY c.workspace_id"
)
_NEARLY_DUE = f"""
SELECT {SELECTED} FROM changes c
WHERE {_WAITS} AND c.workspace_id = $2 AND c.id > $3 ORDER BY c.id LIMIT $4
"""


async def workspaces_nearly_due(db: Executor, *, before: dt.datetime) -> list[int]:
    """The workspaces with changes that wait for an instant before the given one."""
    return [row[0] for row in await db.fetch(_WORKSPACES_NEARLY_DUE, before)]


async def nearly_due(
    db: Executor, workspace_id: int, *, after_id: str, before: dt.datetime, most: int
) -> list[Change]:
    """Changes that wait for an instant before the given one, in the order of their ids."""
    return [from_row(row) for row in await db.fetch(_NEARLY_DUE, before, workspace_id, after_id, most)]


_DELETE = events.mutation(f"""
    DELETE FROM changes
    WHERE workspace_id = {events.WORKSPACE} AND id = {events.ENTITY_ID} AND version = {events.VERSION} - 1
    RETURNING id
""")


async def delete(db: Executor, context: Context, event: Event) -> bool:
    """Removes a change with its tasks, notes and votes; its history stays in the record."""
    return await events.write(db, _DELETE, context, event)
