"""Alarms in PostgreSQL: an index of the tasks that may have something due, and no more than that.

What an alarm leads to is decided by the task as it is when it goes off. So one too many does no harm, and
one that stands at a time of the past only costs a look.
"""

import datetime as dt
from collections.abc import Sequence

import msgspec

from punchlist.domain.change_lifecycle import CLOSED
from punchlist.domain.events import Entity
from punchlist.domain.implementation_tasks import OPEN as OPEN_IMPLEMENTATION
from punchlist.domain.lifecycle import OPEN
from punchlist.domain.notices import Assignment
from punchlist.store.database import Executor


def _listed(statuses: frozenset[str]) -> str:
    return ", ".join(f"'{status}'" for status in sorted(statuses))


class Alarm(msgspec.Struct, frozen=True):
    """A task to be looked at: for its due date, or for an assignment of it."""

    entity: Entity
    entity_id: str
    assignment: Assignment | None

    @property
    def kind(self) -> str:
        """The word for it in the table."""
        return "due" if self.assignment is None else "assigned"


class Touched(msgspec.Struct):
    """Whatever may have moved an alarm, by id."""

    tasks: set[str]
    implementation_tasks: set[str]
    changes: set[str]
    categories: set[str]
    groups: set[str]
    users: set[str]


_AT = "t.due_at - coalesce(t.warning_hours, 0) * interval '1 hour'"

_SET_TASKS = f"""
WITH wanted AS (
    SELECT t.id, {_AT} AS at FROM tasks t
    WHERE t.workspace_id = $1 AND t.due_at IS NOT NULL AND t.assignee_id IS NOT NULL
        AND t.status IN ({_listed(OPEN)}) AND (t.id = ANY($2::text[]) OR t.assignee_id = ANY($3::text[]))
), dropped AS (
    DELETE FROM alarms a
    WHERE a.workspace_id = $1 AND a.entity = 'task' AND a.entity_id = ANY($2::text[]) AND a.kind = 'due'
        AND NOT EXISTS (SELECT 1 FROM wanted w WHERE w.id = a.entity_id)
)
INSERT INTO alarms (workspace_id, entity, entity_id, kind, at)
SELECT $1::integer, 'task', w.id, 'due', w.at FROM wanted w
ON CONFLICT (workspace_id, entity, entity_id, kind) DO UPDATE SET at = excluded.at
"""

# Each way to a task by an index of its own: an OR over them would read all tasks there are.
_SET_IMPLEMENTATION_TASKS = f"""
WITH touched AS (
    SELECT unnest($2::text[]) AS id
    UNION SELECT t.id FROM implementation_tasks t WHERE t.workspace_id = $1 AND t.change_id = ANY($3::text[])
    UNION SELECT t.id FROM changes c
        JOIN implementation_tasks t ON t.workspace_id = c.workspace_id AND t.change_id = c.id
        WHERE c.workspace_id = $1 AND c.category_id = ANY($4::text[])
    UNION SELECT t.id FROM implementation_tasks t
        WHERE t.workspace_id = $1 AND t.assignee_group_id = ANY($5::text[])
    UNION SELECT t.id FROM implementation_tasks t
        WHERE t.workspace_id = $1 AND t.assignee_user_id = ANY($6::text[])
    UNION SELECT t.id FROM user_group_members m
        JOIN implementation_tasks t ON t.workspace_id = m.workspace_id AND t.assignee_group_id = m.group_id
        WHERE m.workspace_id = $1 AND m.user_id = ANY($6::text[])
), wanted AS (
    SELECT t.id, {_AT} AS at FROM touched
    JOIN implementation_tasks t ON t.workspace_id = $1 AND t.id = touched.id
    JOIN changes c ON c.workspace_id = t.workspace_id AND c.id = t.change_id
    WHERE t.due_at IS NOT NULL AND t.status IN ({_listed(OPEN_IMPLEMENTATION)})
        AND num_nonnulls(t.assignee_user_id, t.assignee_group_id) = 1 AND c.status NOT IN ({_listed(CLOSED)})
), dropped AS (
    DELETE FROM alarms a
    WHERE a.workspace_id = $1 AND a.entity = 'implementation_task' AND a.entity_id = ANY($2::text[])
        AND a.kind = 'due' AND NOT EXISTS (SELECT 1 FROM wanted w WHERE w.id = a.entity_id)
)
INSERT INTO alarms (workspace_id, entity, entity_id, kind, at)
SELECT $1::integer, 'implementation_task', w.id, 'due', w.at FROM wanted w
ON CONFLICT (workspace_id, entity, entity_id, kind) DO UPDATE SET at = excluded.at
"""


async def set_touched(tx: Executor, workspace_id: int, touched: Touched) -> None:
    """Sets the alarms of all that was touched by the rows as they now are, and drops those of no more use."""
    users = list(touched.users)
    if touched.tasks or users:
        await tx.execute(_SET_TASKS, workspace_id, list(touched.tasks), users)
    of_changes = (touched.implementation_tasks, touched.changes, touched.categories, touched.groups)
    if users or any(of_changes):
        await tx.execute(_SET_IMPLEMENTATION_TASKS, workspace_id, *map(list, of_changes), users)


_SET_ASSIGNED = """
INSERT INTO alarms (workspace_id, entity, entity_id, kind, at, actor_id, seq, assigned_at)
SELECT $1::integer, a.entity, a.entity_id, 'assigned', a.at, a.actor_id, a.seq, a.at
FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::timestamptz[])
    AS a (entity, entity_id, actor_id, seq, at)
ON CONFLICT (workspace_id, entity, entity_id, kind) DO UPDATE
    SET at = excluded.at, actor_id = excluded.actor_id, seq = excluded.seq, assigned_at = excluded.assigned_at
"""


async def set_assigned(
    tx: Executor, workspace_id: int, assigned: Sequence[tuple[Entity, str, Assignment]]
) -> None:
    """Sets an alarm for each task that was given to somebody; of several assignments the last one counts."""
    if assigned:
        await tx.execute(
            _SET_ASSIGNED,
            workspace_id,
            [entity for entity, _, _ in assigned],
            [entity_id for _, entity_id, _ in assigned],
            [assignment.actor_id for _, _, assignment in assigned],
            [assignment.seq for _, _, assignment in assigned],
            [assignment.at for _, _, assignment in assigned],
        )


_WORKSPACES_DUE = """
SELECT w.id FROM workspaces w
WHERE EXISTS (SELECT 1 FROM alarms a WHERE a.workspace_id = w.id AND a.at <= $1) ORDER BY w.id
"""


async def workspaces_due(db: Executor, now: dt.datetime) -> list[int]:
    """The workspaces in which an alarm goes off by an instant."""
    return [row[0] for row in await db.fetch(_WORKSPACES_DUE, now)]


# Whoever else looks after alarms at the same time takes others.
_HOLD_DUE = """
SELECT entity, entity_id, actor_id, seq, assigned_at FROM alarms
WHERE workspace_id = $1 AND at <= $2 ORDER BY at, entity, entity_id, kind LIMIT $3 FOR UPDATE SKIP LOCKED
"""


async def hold_due(tx: Executor, workspace_id: int, now: dt.datetime, *, most: int) -> list[Alarm]:
    """The alarms that go off by an instant, earliest first, held until the transaction ends."""
    return [
        Alarm(Entity(row[0]), row[1], None if row[3] is None else Assignment(row[2], row[3], row[4]))
        for row in await tx.fetch(_HOLD_DUE, workspace_id, now, most)
    ]


_PUT_OFF = """
UPDATE alarms a SET at = o.at FROM unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[])
    AS o (entity, entity_id, kind, at)
WHERE a.workspace_id = $1 AND a.entity = o.entity AND a.entity_id = o.entity_id AND a.kind = o.kind
"""
_TURN_OFF = """
DELETE FROM alarms a USING unnest($2::text[], $3::text[], $4::text[]) AS o (entity, entity_id, kind)
WHERE a.workspace_id = $1 AND a.entity = o.entity AND a.entity_id = o.entity_id AND a.kind = o.kind
"""


async def settle(
    tx: Executor, workspace_id: int, outcomes: Sequence[tuple[Alarm, dt.datetime | None]]
) -> None:
    """Moves alarms that are held to when they go off again, or removes them (None)."""
    put_off = [(alarm, at) for alarm, at in outcomes if at is not None]
    over = [alarm for alarm, at in outcomes if at is None]
    if put_off:
        keys = _columns([alarm for alarm, _ in put_off])
        await tx.execute(_PUT_OFF, workspace_id, *keys, [at for _, at in put_off])
    if over:
        await tx.execute(_TURN_OFF, workspace_id, *_columns(over))


def _columns(alarms: Sequence[Alarm]) -> tuple[list[str], list[str], list[str]]:
    return (
        [alarm.entity.value for alarm in alarms],
        [alarm.entity_id for alarm in alarms],
        [alarm.kind for alarm in alarms],
    )
