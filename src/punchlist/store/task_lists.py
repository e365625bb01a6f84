"""Lists of tasks: filter, order, page and count in one statement."""

from typing import Any

from punchlist.domain.lifecycle import Status
from punchlist.domain.permissions import Action, Actor
from punchlist.domain.queries import Order, Page, TaskFilter
from punchlist.domain.tasks import Priority, Task
from punchlist.store.database import Executor
from punchlist.store.tasks import SELECTED, from_row
from punchlist.store.text import like_anywhere
from punchlist.store.visibility import visible


def _rank(column: str, ranked: type[Status] | type[Priority]) -> str:
    """Sorts by place in the declared order, not by letter."""
    order = ", ".join(f"'{value.value}'" for value in ranked)
    return f"array_position(ARRAY[{order}], {column})"


# Titles sort without regard to case first, then by code point, the same on every server's locale.
_SORT_EXPRESSIONS: dict[str, tuple[str, ...]] = {
    "title": ('lower(t.title) COLLATE "C"', 't.title COLLATE "C"'),
    "status": (_rank("t.status", Status),),
    "priority": (_rank("t.priority", Priority),),
    "due_at": ("t.due_at",),
    "created_at": ("t.created_at",),
    "updated_at": ("t.updated_at",),
}


async def list_(
    db: Executor, actor: Actor, wanted: TaskFilter, order: tuple[Order, ...], page: Page
) -> tuple[list[Task], int]:
    """The tasks of one page that the actor may see, and how many there are on all pages."""
    parameters: list[Any] = [actor.workspace_id]
    where = " AND ".join(_conditions(actor, wanted, parameters))
    count = f"SELECT count(*) FROM tasks t WHERE {where}"
    statement = (
        f"SELECT {SELECTED}, ({count}) FROM tasks t WHERE {where}"
        f" ORDER BY {_order_by(order)} LIMIT {page.limit:d} OFFSET {page.offset:d}"
    )
    rows = await db.fetch(statement, *parameters)
    # An empty page carries no count; only past the end, or where nothing matches, is a second look needed.
    total = rows[0][-1] if rows else await db.fetchval(count, *parameters)
    return [from_row(row) for row in rows], total


def _conditions(actor: Actor, wanted: TaskFilter, parameters: list[Any]) -> list[str]:
    def bind(value: Any) -> str:
        parameters.append(value)
        return f"${len(parameters)}"

    conditions = ["t.workspace_id = $1", visible(actor, Action.SEE_TASK, parameters)]
    for column, values in (
        ("status", wanted.statuses),
        ("priority", wanted.priorities),
        ("assignee_id", wanted.assignee_ids),
        ("created_by", wanted.creator_ids),
    ):
        if values is not None:
            conditions.append(f"t.{column} = ANY({bind(list(values))}::text[])")
    if wanted.tags is not None:
        conditions.append(f"t.tags && {bind(list(wanted.tags))}::text[]")
    if wanted.due_after is not None:
        conditions.append(f"t.due_at > {bind(wanted.due_after)}")
    if wanted.due_before is not None:
        conditions.append(f"t.due_at < {bind(wanted.due_before)}")
    if wanted.has_due is not None:
        conditions.append(f"t.due_at IS {'NOT ' if wanted.has_due else ''}NULL")
    if wanted.search is not None:
        pattern = bind(like_anywhere(wanted.search))
        conditions.append(f"(t.title ILIKE {pattern} OR t.description ILIKE {pattern})")
    return conditions


def _order_by(order: tuple[Order, ...]) -> str:
    """The order with its tie-break: ids, so that it is total and pages never overlap."""
    terms = [
        f"{expression} {'DESC' if each.descending else 'ASC'}"
        for each in order
        for expression in _SORT_EXPRESSIONS[each.field]
    ]
    return ", ".join([*terms, "t.id"])
