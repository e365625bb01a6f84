"""The steps of a plan, written: each its row, what belongs to the row, and the event of it."""

import asyncpg

from punchlist.domain.context import Context
from punchlist.domain.events import Entity, Event, Verb
from punchlist.domain.ids import new_id
from punchlist.domain.workspace_file.entries import SECTIONS
from punchlist.domain.workspace_file.planning import Step
from punchlist.store import events
from punchlist.store.configuration.rows import ELSEWHERE, TABLES, UNRECORDED, Ids, Link, Row, Table
from punchlist.store.database import Executor


async def write(tx: Executor, context: Context, step: Step, ids: Ids) -> bool:
    """Writes a step that changes something; False when somebody else was there first.

    `ids` are those of everything that the step names, and of the entry itself.
    """
    table = TABLES[step.section]
    new = table.row(step.value, step.enabled, ids)
    old: Row = {}
    if step.standing is not None:
        old = table.row(step.before, step.standing.enabled, ids)
        new = {name: value for name, value in new.items() if value != old[name]}
        if not new:
            return True  # a password is not in the row
    elif step.section == "attributes":
        new["api_name"] = await _free_api_name(tx, context.actor.workspace_id)
    event = _event(context, step, ids, old, new)
    try:
        if not await _write_row(tx, context, table, event, new):
            return False
        await _write_links(tx, context, table, event.entity_id, old, new)
        if "templates" in new:
            old_templates = old.get("templates", ())
            await _write_templates(tx, context, event.entity_id, old_templates, new["templates"])
    except (asyncpg.UniqueViolationError, asyncpg.ForeignKeyViolationError):
        return False
    return True


def _event(context: Context, step: Step, ids: Ids, old: Row, new: Row) -> Event:
    recorded = {name: value for name, value in new.items() if name not in UNRECORDED}
    entity = SECTIONS[step.section].entity if step.section in SECTIONS else Entity.WORKSPACE
    if step.standing is None:
        entity_id = ids[step.section][step.key]
        return Event(Verb.CREATED, entity, entity_id, 1, {}, recorded, context.now)
    before = {name: old[name] for name in recorded}
    version = step.standing.version + 1
    return Event(Verb.UPDATED, entity, step.standing.id, version, before, recorded, context.now)


async def _write_row(tx: Executor, context: Context, table: Table, event: Event, new: Row) -> bool:
    columns = {name: value for name, value in new.items() if name not in ELSEWHERE}
    made = event.verb is Verb.CREATED and table.name != "workspaces"
    statement = _insertion(table, tuple(columns)) if made else _update(table, tuple(columns), event)
    return await events.write(tx, statement, context, event, *columns.values())


def _insertion(table: Table, columns: tuple[str, ...]) -> str:
    names = ", ".join((*columns, *table.made_at))
    values = [f"${events.FIRST_FREE + place}" for place in range(len(columns))]
    values += [events.AT for _ in table.made_at]
    return events.mutation(f"""
    INSERT INTO {table.name} (workspace_id, id, version, {names})
    VALUES ({events.WORKSPACE}, {events.ENTITY_ID}, {events.VERSION}, {", ".join(values)})
    RETURNING id
""")


def _update(table: Table, columns: tuple[str, ...], event: Event) -> str:
    changes = [f"version = {events.VERSION}"]
    changes += [f"{name} = ${events.FIRST_FREE + place}" for place, name in enumerate(columns)]
    changes += [f"{name} = greatest({name}, {events.AT})" for name in table.changed_at]
    # A workspace is made before anything can be said of it, so its first event finds it at that version.
    was = events.VERSION if event.verb is Verb.CREATED else f"{events.VERSION} - 1"
    whose = f"id = {events.WORKSPACE}"
    if table.name != "workspaces":
        whose = f"workspace_id = {events.WORKSPACE} AND id = {events.ENTITY_ID}"
    return events.mutation(f"""
    UPDATE {table.name} SET {", ".join(changes)}
    WHERE {whose} AND version = {was}
    RETURNING id
""")


async def _write_links(
    tx: Executor, context: Context, table: Table, owner_id: str, old: Row, new: Row
) -> None:
    """Writes the lists of a row. Rows of what is disabled stay, so that it is a member when enabled again."""
    for link in table.links:
        if link.field not in new:
            continue
        wanted = new[link.field]
        gone = [target for target in old.get(link.field, ()) if target not in wanted]
        await tx.execute(_unlink(link), context.actor.workspace_id, owner_id, gone)
        await tx.execute(_link(link), context.actor.workspace_id, owner_id, wanted)


def _unlink(link: Link) -> str:
    return (
        f"DELETE FROM {link.table}"
        f" WHERE workspace_id = $1 AND {link.owner} = $2 AND {link.target} = ANY($3::text[])"
    )


def _link(link: Link) -> str:
    column, place = (", position", ", place") if link.ordered else ("", "")
    clash = "UPDATE SET position = excluded.position" if link.ordered else "NOTHING"
    return f"""
INSERT INTO {link.table} (workspace_id, {link.owner}, {link.target}{column})
SELECT $1, $2, target{place} FROM unnest($3::text[]) WITH ORDINALITY AS wanted (target, place)
ON CONFLICT (workspace_id, {link.owner}, {link.target}) DO {clash}
"""


_DISABLE_TEMPLATES = """
UPDATE implementation_templates SET enabled = false
WHERE workspace_id = $1 AND category_id = $2 AND name = ANY($3::text[])
"""
_SAVE_TEMPLATE = """
INSERT INTO implementation_templates (workspace_id, category_id, id, position, name, assignee_user_id,
    assignee_group_id, assignee_supplier_id, due_days)
VALUES ($1, $2, $3, 0, $4, $5, $6, $7, $8)
ON CONFLICT (workspace_id, category_id, name) DO UPDATE
SET assignee_user_id = excluded.assignee_user_id, assignee_group_id = excluded.assignee_group_id,
    assignee_supplier_id = excluded.assignee_supplier_id, due_days = excluded.due_days, enabled = true
"""
_ORDER_TEMPLATES = """
UPDATE implementation_templates t SET position = wanted.place
FROM unnest($3::text[]) WITH ORDINALITY AS wanted (name, place)
WHERE t.workspace_id = $1 AND t.category_id = $2 AND t.name = wanted.name
"""


async def _write_templates(
    tx: Executor, context: Context, category_id: str, old: tuple[Row, ...], new: tuple[Row, ...]
) -> None:
    """Writes a category's templates; one that is gone is disabled, and enabled again under its old id."""
    owner = (context.actor.workspace_id, category_id)
    names = [template["name"] for template in new]
    gone = [template["name"] for template in old if template["name"] not in names]
    await tx.execute(_DISABLE_TEMPLATES, *owner, gone)
    for template in new:
        if template not in old:
            await tx.execute(_SAVE_TEMPLATE, *owner, new_id(), *template.values())
    await tx.execute(_ORDER_TEMPLATES, *owner, names)


_API_NAMES = "SELECT api_name FROM change_attributes WHERE workspace_id = $1"


async def _free_api_name(tx: Executor, workspace_id: int) -> str:
    """A name for programs that no attribute has or had; it stays, whatever people call the attribute."""
    taken = {row[0] for row in await tx.fetch(_API_NAMES, workspace_id)}
    number = len(taken) + 1
    while f"custom{number}" in taken:
        number += 1
    return f"custom{number}"
