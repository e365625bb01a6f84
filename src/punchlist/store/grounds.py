"""What every request for implementation tasks begins with: who asks, the change, its category, the task."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from punchlist.domain.categories import UNCATEGORIZED, Assignee, AssigneeKind
from punchlist.domain.change_lifecycle import ChangeStatus
from punchlist.domain.grounds import AssigneeFacts, Ground
from punchlist.domain.implementation_tasks import Circumstances
from punchlist.domain.tokens import Credential, TokenKind
from punchlist.store import bearers, implementation_tasks
from punchlist.store.bearers import Bearer
from punchlist.store.database import Executor

_COLUMNS = f"""
    c.id, c.number, c.status, c.creator_id, c.submitter_id, c.administrator_ids,
    g.path[1] = '{UNCATEGORIZED}', g.implementation_task_management, g.object_level_override,
    EXISTS (SELECT 1 FROM category_administrators a
            WHERE a.workspace_id = c.workspace_id AND a.category_id = c.category_id
                AND a.user_id = {{actor}}),
    EXISTS (SELECT 1 FROM user_group_members m
            WHERE m.workspace_id = t.workspace_id AND m.group_id = t.assignee_group_id
                AND m.user_id = {{actor}}),
    {implementation_tasks.SHOWN}"""
_JOINED = f"""
LEFT JOIN change_categories g ON g.workspace_id = c.workspace_id AND g.id = c.category_id
{implementation_tasks.joined_shown("t")}"""


@cache
def find_with_bearers_statement(kind: TokenKind) -> str:
    """Finds bearers by workspaces ($1) and digests ($2), and changes ($3) with tasks of theirs ($4)."""
    return f"""
SELECT {bearers.COLUMNS}, {_COLUMNS.format(actor="b.user_id")}
FROM unnest($1::integer[], $2::bytea[], $3::text[], $4::text[])
    WITH ORDINALITY AS asked (workspace_id, digest, change_id, task_id, place)
{bearers.joined(kind)}
LEFT JOIN changes c ON c.workspace_id = b.workspace_id AND c.id = asked.change_id
LEFT JOIN implementation_tasks t
    ON t.workspace_id = c.workspace_id AND t.id = asked.task_id AND t.change_id = c.id
{_JOINED}
ORDER BY asked.place
"""


async def find_with_bearers(
    db: Executor, kind: TokenKind, asked: Sequence[tuple[Credential, str, str | None]]
) -> list[tuple[Bearer | None, Ground | None]]:
    """For each token, change and task: whose the token is, and their ground, or None where there is none."""
    rows = await db.fetch(
        find_with_bearers_statement(kind),
        *bearers.claims([credential for credential, _, _ in asked]),
        [change_id for _, change_id, _ in asked],
        [task_id for _, _, task_id in asked],
    )
    return [(bearers.from_row(row), _ground(row, bearers.COLUMN_COUNT)) for row in rows]


_FIND = f"""
SELECT {_COLUMNS.format(actor="$4::text")}
FROM changes c
LEFT JOIN implementation_tasks t
    ON t.workspace_id = c.workspace_id AND t.change_id = c.id AND t.id = $3
{_JOINED}
WHERE c.workspace_id = $1 AND c.id = $2
"""


async def find(
    db: Executor, workspace_id: int, change_id: str, task_id: str | None, actor_id: str
) -> Ground | None:
    """An actor's ground with a change and a task of it, or None when there is no such change."""
    row = await db.fetchrow(_FIND, workspace_id, change_id, task_id, actor_id)
    return None if row is None else _ground(row, 0)


def _ground(row: Any, first: int) -> Ground | None:
    values = row[first:]
    if values[0] is None:
        return None
    task, shown = implementation_tasks.from_row(values, 11)
    return Ground(
        change_id=values[0],
        change_number=values[1],
        circumstances=Circumstances(
            ChangeStatus(values[2]), uncategorized=values[6], managed=values[7], override=values[8]
        ),
        creator_id=values[3],
        submitter_id=values[4],
        administrator_ids=tuple(values[5]),
        administers_category=values[9],
        task=task,
        assignee=shown,
        in_assigned_group=values[10],
    )


_ASSIGNEES: dict[AssigneeKind, str] = {
    AssigneeKind.USER: """
SELECT u.name, u.email, NOT u.disabled, true FROM users u WHERE u.workspace_id = $1 AND u.id = $2""",
    AssigneeKind.GROUP: """
SELECT g.name, NULL::text, g.enabled, 'CHANGES' = ANY(g.assignability)
FROM user_groups g WHERE g.workspace_id = $1 AND g.id = $2""",
    AssigneeKind.SUPPLIER: """
SELECT s.name, NULL::text, s.enabled, true FROM suppliers s WHERE s.workspace_id = $1 AND s.id = $2""",
}


async def find_assignee(db: Executor, workspace_id: int, assignee: Assignee) -> AssigneeFacts | None:
    """What there is to know of somebody a task may be given to, or None when there is nobody of that id."""
    row = await db.fetchrow(_ASSIGNEES[assignee.kind], workspace_id, assignee.id)
    return None if row is None else AssigneeFacts(*row)
