"""Reports, computed where the rows are.

What was is told from the record, which holds every change of a status: one pass over the events of a
workspace's tasks. A task that was deleted is told of no more, nor is one that the actor may not see.
"""

import datetime as dt
from typing import Any

from punchlist.domain.change_lifecycle import CLOSED, ChangeStatus
from punchlist.domain.events import Entity, Verb
from punchlist.domain.lifecycle import OPEN, Status
from punchlist.domain.limits import REPORT_IDS_MAX, REPORT_ROWS_MAX
from punchlist.domain.permissions import Action, Actor
from punchlist.domain.reports import CycleTimes, Finished, OpenChange, Overdue, Step, Window
from punchlist.store.change_views import PROGRESS
from punchlist.store.database import Executor
from punchlist.store.visibility import visible


def _seen(actor: Actor, parameters: list[Any]) -> str:
    """The tables of what happened to tasks that the actor may see, and the condition of it."""
    return f"""events e JOIN tasks t ON t.workspace_id = e.workspace_id AND t.id = e.entity_id
WHERE e.workspace_id = $1 AND e.entity = '{Entity.TASK}' AND {visible(actor, Action.SEE_TASK, parameters)}"""


# The bucket of an instant; -1 for all before the first.
_BUCKET = "greatest(-1, floor(extract(epoch FROM e.at - $2) / (86400 * $3::integer)))::integer"


async def flow(db: Executor, actor: Actor, window: Window) -> list[Step]:
    """How the numbers of tasks in each status changed, from the beginning to the end of a window."""
    parameters: list[Any] = [actor.workspace_id, window.starts_at, window.days, window.ends_at]
    rows = await db.fetch(
        f"""
SELECT s.bucket, v.status, sum(v.change)
FROM (SELECT {_BUCKET} AS bucket, e.before ->> 'status' AS before, e.after ->> 'status' AS after
      FROM {_seen(actor, parameters)} AND e.at < $4 AND e.after ? 'status') s
CROSS JOIN LATERAL (VALUES (s.before, -1), (s.after, 1)) v (status, change)
WHERE v.status IS NOT NULL
GROUP BY s.bucket, v.status
""",
        *parameters,
    )
    return [Step(row[0], Status(row[1]), int(row[2])) for row in rows]


async def throughput(db: Executor, actor: Actor, window: Window) -> dict[int, tuple[int, int]]:
    """For each bucket of a window in which there was any: how many tasks were created, and finished."""
    parameters: list[Any] = [actor.workspace_id, window.starts_at, window.days, window.ends_at]
    rows = await db.fetch(
        f"""
SELECT {_BUCKET} AS bucket, count(*) FILTER (WHERE e.verb = '{Verb.CREATED}'),
    count(*) FILTER (WHERE e.after ->> 'status' = '{Status.DONE}')
FROM {_seen(actor, parameters)} AND e.at >= $2 AND e.at < $4 AND e.after ? 'status'
GROUP BY bucket
""",
        *parameters,
    )
    return {row[0]: (row[1], row[2]) for row in rows}


async def cycle_times(db: Executor, actor: Actor, window: Window) -> CycleTimes:
    """How long the tasks took that were finished in a window; those never begun are left out."""
    parameters: list[Any] = [actor.workspace_id, window.starts_at, window.ends_at, REPORT_ROWS_MAX]
    rows = await db.fetch(
        f"""
WITH finished AS (
    SELECT t.id, min(e.at) FILTER (WHERE e.after ->> 'status' = '{Status.IN_PROGRESS}') AS started_at,
        min(e.at) FILTER (WHERE e.after ->> 'status' = '{Status.DONE}') AS finished_at
    FROM {_seen(actor, parameters)} AND e.at < $3 AND e.after ? 'status'
    GROUP BY t.id
), spans AS (
    SELECT f.*, extract(epoch FROM f.finished_at - f.started_at)::double precision / 3600 AS hours
    FROM finished f WHERE f.finished_at >= $2 AND f.started_at IS NOT NULL
)
SELECT s.id, t.title, s.started_at, s.finished_at, s.hours, (SELECT count(*) FROM spans),
    (SELECT percentile_cont(ARRAY[0.5, 0.85, 0.95]) WITHIN GROUP (ORDER BY p.hours) FROM spans p)
FROM spans s JOIN tasks t ON t.workspace_id = $1 AND t.id = s.id
ORDER BY s.finished_at DESC, s.id LIMIT $4
""",
        *parameters,
    )
    if not rows:
        return CycleTimes([], 0, None)
    total, (half, most, nearly_all) = rows[0][5:]
    return CycleTimes([Finished(*list(row)[:5]) for row in rows], total, (half, most, nearly_all))


async def overdue(db: Executor, actor: Actor, now: dt.datetime) -> list[Overdue]:
    """What is overdue, by whose it is, the most first."""
    parameters: list[Any] = [actor.workspace_id, now, REPORT_ROWS_MAX, REPORT_IDS_MAX]
    tasks = visible(actor, Action.SEE_TASK, parameters)
    users = visible(actor, Action.SEE_USER, parameters)
    unfinished = ", ".join(f"'{status}'" for status in sorted(OPEN))
    rows = await db.fetch(
        f"""
SELECT late.assignee_id, u.name, late.number, late.ids FROM (
    SELECT t.assignee_id, count(*) AS number, (array_agg(t.id ORDER BY t.due_at, t.id))[:$4] AS ids
    FROM tasks t
    WHERE t.workspace_id = $1 AND t.due_at < $2 AND t.status IN ({unfinished}) AND {tasks}
    GROUP BY t.assignee_id
) late
LEFT JOIN users u ON u.workspace_id = $1 AND u.id = late.assignee_id AND {users}
ORDER BY late.number DESC, late.assignee_id LIMIT $3
""",
        *parameters,
    )
    return [Overdue(row[0], row[1], row[2], tuple(row[3])) for row in rows]


_OPEN_CHANGES = f"""
SELECT c.id, c.number, c.title, c.status, p.done, p.total, p.overdue
FROM changes c {PROGRESS}
WHERE c.workspace_id = $1 AND c.status NOT IN ({", ".join(f"'{status}'" for status in sorted(CLOSED))})
ORDER BY c.created_at DESC, c.id LIMIT $3
"""


async def open_changes(db: Executor, actor: Actor, now: dt.datetime) -> list[OpenChange]:
    """The changes that are neither completed nor canceled, newest first; everybody sees them."""
    rows = await db.fetch(_OPEN_CHANGES, actor.workspace_id, now, REPORT_ROWS_MAX)
    return [OpenChange(row[0], row[1], row[2], ChangeStatus(row[3]), *list(row)[4:]) for row in rows]
