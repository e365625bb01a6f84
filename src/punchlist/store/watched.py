"""Tasks of both kinds as far as their notices go by them, each with the enabled users whose it is."""

from collections.abc import Sequence

from punchlist.domain.change_lifecycle import CLOSED
from punchlist.domain.events import Entity
from punchlist.domain.implementation_tasks import OPEN as OPEN_IMPLEMENTATION
from punchlist.domain.lifecycle import OPEN
from punchlist.domain.notices import Watched
from punchlist.store.database import Executor

_TASKS = """
SELECT t.id, t.title, t.status, t.due_at, t.warning_hours, u.id
FROM tasks t LEFT JOIN users u ON u.workspace_id = t.workspace_id AND u.id = t.assignee_id AND NOT u.disabled
WHERE t.workspace_id = $1 AND t.id = ANY($2::text[])
"""

# A supplier is a company, and nobody's. A task that its category does not manage cannot be seen by anybody.
_IMPLEMENTATION_TASKS = """
SELECT t.id, t.change_id, t.name, t.status, c.status, k.implementation_task_management,
    t.due_at, t.warning_hours,
    ARRAY(
        SELECT u.id FROM users u
        WHERE u.workspace_id = t.workspace_id AND NOT u.disabled AND (u.id = t.assignee_user_id OR EXISTS (
            SELECT 1 FROM user_group_members m WHERE m.workspace_id = t.workspace_id
                AND m.group_id = t.assignee_group_id AND m.user_id = u.id))
        ORDER BY u.id
    )
FROM implementation_tasks t
JOIN changes c ON c.workspace_id = t.workspace_id AND c.id = t.change_id
JOIN change_categories k ON k.workspace_id = c.workspace_id AND k.id = c.category_id
WHERE t.workspace_id = $1 AND t.id = ANY($2::text[])
"""


async def find(
    db: Executor, workspace_id: int, named: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], Watched]:
    """Those tasks of the named (entity and id) that there are, by their names."""
    tasks = [entity_id for entity, entity_id in named if entity == Entity.TASK]
    others = [entity_id for entity, entity_id in named if entity == Entity.IMPLEMENTATION_TASK]
    found: list[Watched] = []
    if tasks:
        for row in await db.fetch(_TASKS, workspace_id, tasks):
            is_open = row[2] in OPEN
            people = () if row[5] is None else (row[5],)
            found.append(Watched(Entity.TASK, row[0], None, row[1], is_open, row[3], row[4], people))
    if others:
        for row in await db.fetch(_IMPLEMENTATION_TASKS, workspace_id, others):
            is_open = row[3] in OPEN_IMPLEMENTATION and row[4] not in CLOSED and row[5]
            task = Watched(
                Entity.IMPLEMENTATION_TASK, row[0], row[1], row[2], is_open, row[6], row[7], tuple(row[8])
            )
            found.append(task)
    return {(task.entity, task.id): task for task in found}
