"""What somebody has to do, of both kinds, in one statement."""

import datetime as dt
from typing import Any

from punchlist.domain import implementation_tasks
from punchlist.domain.categories import UNCATEGORIZED
from punchlist.domain.change_lifecycle import CLOSED, ChangeStatus
from punchlist.domain.implementation_tasks import Circumstances, TaskStatus
from punchlist.domain.lifecycle import OPEN, Status
from punchlist.domain.limits import DUE_SOON_HOURS
from punchlist.domain.permissions import Action, Actor
from punchlist.domain.queries import Page
from punchlist.domain.tasks import Priority
from punchlist.domain.work import Urgency, Work, WorkFilter, WorkKind
from punchlist.store.database import Executor
from punchlist.store.visibility import visible


def _texts(values: Any) -> str:
    return ", ".join(f"'{value}'" for value in sorted(values))


def _urgency(alias: str) -> str:
    """The place of a task's urgency in `Urgency`. Who set a warning said what soon is."""
    return f"""CASE WHEN {alias}.due_at < $2 THEN 0
        WHEN {alias}.due_at < $2 + interval '1 hour' * coalesce({alias}.warning_hours, {DUE_SOON_HOURS})
            THEN 1
        WHEN {alias}.status = '{Status.REVIEW}' THEN 2 ELSE 3 END"""


_COLUMNS = (
    "kind, id, title, status, due_at, urgency, priority, created_by, change_id, change_number, group_id,"
    " group_name, change_status, uncategorized, override"
)


def _tasks(visible: str) -> str:
    return f"""
    SELECT '{WorkKind.TASK}', t.id, t.title, t.status, t.due_at, {_urgency("t")}, t.priority, t.created_by,
        NULL::text, NULL::text, NULL::text, NULL::text, NULL::text, NULL::boolean, NULL::boolean
    FROM tasks t
    WHERE t.workspace_id = $1 AND t.assignee_id = $3 AND t.status IN ({_texts(OPEN)}) AND {visible}"""


def _implementation_tasks(group: str, whose: str, mine: str) -> str:
    return f"""
    SELECT '{WorkKind.IMPLEMENTATION_TASK}', i.id, i.name, i.status, i.due_at, {_urgency("i")}, NULL::text,
        NULL::text, c.id, c.number, {group}, c.status, k.path[1] = '{UNCATEGORIZED}', k.object_level_override
    FROM {whose}
    JOIN changes c ON c.workspace_id = i.workspace_id AND c.id = i.change_id
    JOIN change_categories k ON k.workspace_id = c.workspace_id AND k.id = c.category_id
    WHERE i.workspace_id = $1 AND i.status IN ({_texts(implementation_tasks.OPEN)})
        AND c.status NOT IN ({_texts(CLOSED)}) AND k.implementation_task_management AND {mine}"""


# By themselves, so that each is found by an index of its own.
_OWN = _implementation_tasks("NULL::text, NULL::text", "implementation_tasks i", "i.assignee_user_id = $3")
_OF_GROUPS = _implementation_tasks(
    "g.id, g.name",
    """user_group_members m
    JOIN user_groups g ON g.workspace_id = m.workspace_id AND g.id = m.group_id
    JOIN implementation_tasks i ON i.workspace_id = m.workspace_id AND i.assignee_group_id = m.group_id""",
    "m.workspace_id = $1 AND m.user_id = $3",
)


async def list_(
    db: Executor, actor: Actor, wanted: WorkFilter, page: Page, now: dt.datetime
) -> tuple[list[Work], int]:
    """What the actor has to do, of one page, the most urgent first, and how much there is on all pages.

    What nobody can do just now stays out: tasks of a change that is closed, or whose category has none.
    """
    parameters: list[Any] = [actor.workspace_id, now, actor.id]
    kinds = WorkKind if wanted.kinds is None else wanted.kinds
    parts = []
    if WorkKind.TASK in kinds:
        parts.append(_tasks(visible(actor, Action.SEE_TASK, parameters)))
    if WorkKind.IMPLEMENTATION_TASK in kinds:
        parts += [_OWN, _OF_GROUPS]
    where = "true"
    if wanted.urgencies is not None:
        places = [list(Urgency).index(each) for each in wanted.urgencies]
        parameters.append(places)
        where = f"urgency = ANY(${len(parameters)}::integer[])"
    found = f"({' UNION ALL '.join(parts)}) found ({_COLUMNS})"
    work = f"work AS (SELECT * FROM {found} WHERE {where})"
    rows = await db.fetch(
        f"WITH {work} SELECT work.*, (SELECT count(*) FROM work) FROM work"
        f" ORDER BY urgency, due_at, id LIMIT {page.limit:d} OFFSET {page.offset:d}",
        *parameters,
    )
    if not rows:
        return [], await db.fetchval(f"WITH {work} SELECT count(*) FROM work", *parameters)
    return [_work(row) for row in rows], rows[0][-1]


_URGENCIES = tuple(Urgency)


def _work(row: Any) -> Work:
    values = list(row)
    shared = (values[1], values[2])
    if values[0] == WorkKind.TASK:
        return Work(
            WorkKind.TASK,
            *shared,
            Status(values[3]),
            values[4],
            _URGENCIES[values[5]],
            priority=Priority(values[6]),
            created_by=values[7],
        )
    change_id, number, group_id, group_name, status, uncategorized, override = values[8:15]
    return Work(
        WorkKind.IMPLEMENTATION_TASK,
        *shared,
        TaskStatus(values[3]),
        values[4],
        _URGENCIES[values[5]],
        change_id=change_id,
        change_number=number,
        group_id=group_id,
        group_name=group_name,
        circumstances=Circumstances(ChangeStatus(status), uncategorized, managed=True, override=override),
    )
