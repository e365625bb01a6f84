"""A workspace's configuration as others refer to it and as it is shown; how it is written is elsewhere."""

from typing import Any

import msgspec

from punchlist.domain.categories import Attribute, FieldType
from punchlist.store.change_views import Named
from punchlist.store.database import Executor


class ShownUser(msgspec.Struct, frozen=True):
    id: str
    email: str
    name: str
    enabled: bool
    type: str


class ShownGroup(msgspec.Struct, frozen=True):
    id: str
    name: str
    description: str | None
    enabled: bool
    assignability: tuple[str, ...]


class ShownRouting(msgspec.Struct, frozen=True):
    id: str
    name: str
    description: str | None


_USER = "u.id, u.email, u.name, NOT u.disabled, u.type"


async def users(db: Executor, workspace_id: int) -> list[ShownUser]:
    """Every user, by name."""
    rows = await db.fetch(
        f"SELECT {_USER} FROM users u WHERE u.workspace_id = $1 ORDER BY lower(u.name), u.id", workspace_id
    )
    return [ShownUser(*row) for row in rows]


async def change_administrators(db: Executor, workspace_id: int) -> list[ShownUser]:
    """Everybody who administers changes of every category, by name."""
    rows = await db.fetch(
        f"SELECT {_USER} FROM users u WHERE u.workspace_id = $1 AND u.change_administrator"
        " AND NOT u.disabled ORDER BY lower(u.name), u.id",
        workspace_id,
    )
    return [ShownUser(*row) for row in rows]


async def change_administrator_ids(db: Executor, workspace_id: int) -> frozenset[str]:
    """The ids of everybody who administers changes of every category."""
    return frozenset(each.id for each in await change_administrators(db, workspace_id))


async def groups(db: Executor, workspace_id: int) -> list[ShownGroup]:
    """Every user group, by name."""
    rows = await db.fetch(
        "SELECT g.id, g.name, g.description, g.enabled, g.assignability FROM user_groups g"
        " WHERE g.workspace_id = $1 ORDER BY lower(g.name), g.id",
        workspace_id,
    )
    return [ShownGroup(row[0], row[1], row[2], row[3], tuple(row[4])) for row in rows]


async def group_members(db: Executor, workspace_id: int, group_id: str) -> list[ShownUser]:
    """The members of a group, by name."""
    rows = await db.fetch(
        f"SELECT {_USER} FROM user_group_members m"
        " JOIN users u ON u.workspace_id = m.workspace_id AND u.id = m.user_id"
        " WHERE m.workspace_id = $1 AND m.group_id = $2 ORDER BY lower(u.name), u.id",
        workspace_id,
        group_id,
    )
    return [ShownUser(*row) for row in rows]


async def suppliers(db: Executor, workspace_id: int) -> list[Named]:
    """Every supplier that is not disabled, by name."""
    return await _named(
        db,
        "SELECT s.id, s.name FROM suppliers s WHERE s.workspace_id = $1 AND s.enabled"
        " ORDER BY lower(s.name), s.id",
        workspace_id,
    )


async def prefixes(db: Executor, workspace_id: int) -> list[Named]:
    """Every number sequence that is not disabled, in the order given: the first is the default."""
    return await _named(
        db,
        "SELECT p.id, p.value FROM number_prefixes p WHERE p.workspace_id = $1 AND p.enabled"
        " ORDER BY p.position, p.id",
        workspace_id,
    )


async def routings(db: Executor, workspace_id: int) -> list[ShownRouting]:
    """Every routing that is not disabled, by name."""
    rows = await db.fetch(
        "SELECT r.id, r.name, r.description FROM routings r WHERE r.workspace_id = $1 AND r.enabled"
        " ORDER BY lower(r.name), r.id",
        workspace_id,
    )
    return [ShownRouting(*row) for row in rows]


_ATTRIBUTES = """
SELECT a.id, a.name, a.api_name, a.field_type, a.options, a.required FROM change_attributes a
WHERE a.workspace_id = $1 AND a.enabled ORDER BY a.position, a.id
"""


async def attributes(db: Executor, workspace_id: int) -> list[Attribute]:
    """Every additional attribute that is not disabled, in the order given."""
    rows = await db.fetch(_ATTRIBUTES, workspace_id)
    return [Attribute(row[0], row[1], row[2], FieldType(row[3]), tuple(row[4]), row[5]) for row in rows]


async def _named(db: Executor, statement: str, *arguments: Any) -> list[Named]:
    return [Named(*row) for row in await db.fetch(statement, *arguments)]
