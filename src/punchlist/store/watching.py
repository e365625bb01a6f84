"""What decides who is told of an event: whose a task is, what role a user has; now, or when they were last
there."""

from collections.abc import Sequence
from typing import Any

import msgspec

from punchlist.domain.permissions import Role
from punchlist.domain.watching import TaskFacts
from punchlist.store.database import Executor

_LAST_SEEN = """LEFT JOIN LATERAL (
    SELECT e.before FROM events e
    WHERE e.workspace_id = $1 AND e.entity_id = asked.id AND e.verb = 'deleted' AND {gone}
    ORDER BY e.seq DESC LIMIT 1
) d ON true"""

_TASKS = f"""
SELECT asked.id, t.id IS NOT NULL, t.created_by, t.assignee_id, d.before
FROM unnest($2::text[]) AS asked (id)
LEFT JOIN tasks t ON t.workspace_id = $1 AND t.id = asked.id
{_LAST_SEEN.format(gone="t.id IS NULL")}
"""


async def tasks(db: Executor, workspace_id: int, ids: Sequence[str]) -> dict[str, TaskFacts]:
    """Whose tasks are, by their ids."""
    found = {}
    for row in await db.fetch(_TASKS, workspace_id, list(ids)):
        last = {} if row[4] is None else msgspec.json.decode(row[4])
        there = row[1]
        found[row[0]] = TaskFacts(
            row[2] if there else last.get("created_by"), row[3] if there else last.get("assignee_id")
        )
    return found


_USERS = f"""
SELECT asked.id, u.name, u.role, d.before
FROM unnest($2::text[]) AS asked (id)
LEFT JOIN users u ON u.workspace_id = $1 AND u.id = asked.id
{_LAST_SEEN.format(gone="u.id IS NULL")}
"""


async def users(
    db: Executor, workspace_id: int, ids: Sequence[str]
) -> dict[str, tuple[str | None, Role | None]]:
    """The present names (None: gone) of users and their roles, by their ids."""
    return {row[0]: (row[1], _role(row)) for row in await db.fetch(_USERS, workspace_id, list(ids))}


def _role(row: Any) -> Role | None:
    if row[2] is not None:
        return Role(row[2])
    role = None if row[3] is None else msgspec.json.decode(row[3]).get("role")
    return Role(role) if role in set(Role) else None
