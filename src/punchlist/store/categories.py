"""Categories of changes in PostgreSQL, each with its administrators, attributes and templates."""

from typing import Any

import msgspec

from punchlist.domain.categories import (
    Attribute,
    Category,
    FieldType,
    ImplementationStatus,
    Template,
)
from punchlist.domain.change_lifecycle import Effectivity, RoutingMethod
from punchlist.store.assignees import assignee_of
from punchlist.store.database import Executor

_SELECT = """
SELECT c.id, c.path, c.assignable, c.enabled, c.system_defined, c.effectivity, c.enforce_effectivity,
    c.prefix_id, c.enforce_prefix, c.initial_implementation_status, c.implementation_task_management,
    c.object_level_override, c.routing_method, c.creator_id, c.created_at,
    ARRAY(SELECT a.user_id FROM category_administrators a
          WHERE a.workspace_id = c.workspace_id AND a.category_id = c.id ORDER BY a.user_id),
    (SELECT jsonb_agg(jsonb_build_array(a.id, a.name, a.api_name, a.field_type, a.options, a.required)
                      ORDER BY ca.position, a.id)
     FROM category_attributes ca
     JOIN change_attributes a ON a.workspace_id = ca.workspace_id AND a.id = ca.attribute_id AND a.enabled
     WHERE ca.workspace_id = c.workspace_id AND ca.category_id = c.id),
    (SELECT jsonb_agg(jsonb_build_array(t.id, t.name, t.assignee_user_id, t.assignee_group_id,
                                        t.assignee_supplier_id, t.due_days) ORDER BY t.position, t.id)
     FROM implementation_templates t
     WHERE t.workspace_id = c.workspace_id AND t.category_id = c.id AND t.enabled)
FROM change_categories c
"""


async def find(db: Executor, workspace_id: int, category_id: str) -> Category | None:
    """The category, or None when there is none of that id."""
    row = await db.fetchrow(f"{_SELECT} WHERE c.workspace_id = $1 AND c.id = $2", workspace_id, category_id)
    return None if row is None else _category(row)


async def find_default(db: Executor, workspace_id: int) -> Category:
    """The category of a change that is made without one."""
    row = await db.fetchrow(
        f"{_SELECT} WHERE c.workspace_id = $1 AND (c.is_default OR c.system_defined)"
        " ORDER BY c.is_default DESC LIMIT 1",
        workspace_id,
    )
    return _category(row)


async def list_(db: Executor, workspace_id: int) -> list[Category]:
    """Every category, by path."""
    rows = await db.fetch(f"{_SELECT} WHERE c.workspace_id = $1 ORDER BY c.path, c.id", workspace_id)
    return [_category(row) for row in rows]


def _category(row: Any) -> Category:
    status = row[9]
    return Category(
        row[0],
        tuple(row[1]),
        row[2],
        row[3],
        row[4],
        None if row[5] is None else Effectivity(row[5]),
        row[6],
        row[7],
        row[8],
        None if status is None else ImplementationStatus(status),
        row[10],
        row[11],
        RoutingMethod(row[12]),
        row[13],
        row[14],
        frozenset(row[15]),
        tuple(_attribute(each) for each in _decoded(row[16])),
        tuple(
            Template(each[0], each[1], assignee_of(each[2], each[3], each[4]), each[5])
            for each in _decoded(row[17])
        ),
    )


def _attribute(values: list[Any]) -> Attribute:
    return Attribute(values[0], values[1], values[2], FieldType(values[3]), tuple(values[4]), values[5])


def _decoded(text: str | None) -> list[Any]:
    return [] if text is None else list(msgspec.json.decode(text))
