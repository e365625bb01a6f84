"""When people are told of their tasks: alarms follow the record, and what goes off is judged by the task as
it then is. So neither an event that is still unread, nor a crash, nor a second worker can make a notice
wrong or double."""

import datetime as dt
from collections.abc import Sequence

from punchlist.domain import implementation_tasks, lifecycle, limits, notices
from punchlist.domain.events import Entity, Verb
from punchlist.domain.notices import Assignment, Channel, Notice, Verdict, Watched
from punchlist.domain.problems import Unavailable
from punchlist.domain.publication import Linked
from punchlist.services.notifications import notify
from punchlist.store import alarms, notifications, watched
from punchlist.store.alarms import Alarm, Touched
from punchlist.store.database import Executor

_TOGETHER = 20  # alarms in one transaction; each may go to all of a large group
_FORGET_TOGETHER = 1_000

# Which fields of which things may move an alarm, and where the thing is noted.
_WATCHED: dict[Entity, tuple[str, frozenset[str]]] = {
    Entity.TASK: ("tasks", frozenset({"status", "due_at", "warning_hours", "assignee_id"})),
    Entity.IMPLEMENTATION_TASK: (
        "implementation_tasks",
        frozenset({"status", "due_at", "warning_hours", "assignee"}),
    ),
    Entity.CHANGE: ("changes", frozenset({"status", "category_id"})),
    Entity.CATEGORY: ("categories", frozenset({"implementation_task_management"})),
    Entity.USER_GROUP: ("groups", frozenset({"member_ids"})),
    Entity.USER: ("users", frozenset({"disabled"})),
}
_OPEN: dict[Entity, frozenset[str]] = {
    Entity.TASK: lifecycle.OPEN,
    Entity.IMPLEMENTATION_TASK: implementation_tasks.OPEN,
}
_ASSIGNEES = {Entity.TASK: "assignee_id", Entity.IMPLEMENTATION_TASK: "assignee"}


async def follow(tx: Executor, workspace_id: int, events: Sequence[Linked]) -> None:
    """Sets the alarms of the tasks that events tell of."""
    touched = Touched(set(), set(), set(), set(), set(), set())
    assigned: dict[tuple[Entity, str], Assignment] = {}
    for event in events:
        if event.entity in _WATCHED and _moves_alarms(event):
            place, _ = _WATCHED[event.entity]
            getattr(touched, place).add(event.entity_id)
            if event.after.get(_ASSIGNEES.get(event.entity, "")) is not None:
                assigned[event.entity, event.entity_id] = Assignment(event.actor_id, event.seq, event.at)
    await alarms.set_touched(tx, workspace_id, touched)
    await alarms.set_assigned(tx, workspace_id, [(*task, assigned[task]) for task in assigned])


def _moves_alarms(event: Linked) -> bool:
    """Tells whether an event may move an alarm. Most that befalls a task is a step from one open status to
    the next, which does not, and is not to cost anything here."""
    _, fields = _WATCHED[event.entity]
    changed = fields & event.after.keys()
    is_open = _OPEN.get(event.entity)
    if event.verb is Verb.UPDATED and is_open is not None and changed == {"status"}:
        return (event.before["status"] in is_open) != (event.after["status"] in is_open)
    return event.verb is Verb.DELETED or bool(changed)


async def ring(db: Executor, now: dt.datetime, available: Sequence[Channel]) -> int:
    """Gives the notices of all alarms that have gone off by an instant, in every workspace, over the
    channels that are on offer; returns how many were given.

    What fails in one workspace holds up no other; the first failure is raised when all have had their turn.
    """
    given = 0
    failures: list[Exception] = []
    for workspace_id in await alarms.workspaces_due(db, now):
        try:
            given += await ring_in(db, workspace_id, now, available)
        except Unavailable:
            raise
        except Exception as error:
            failures.append(error)
    if failures:
        raise failures[0]
    return given


async def ring_in(db: Executor, workspace_id: int, now: dt.datetime, available: Sequence[Channel]) -> int:
    """As `ring`, in one workspace."""
    given = 0
    while True:
        async with db.transaction() as tx:
            held = await alarms.hold_due(tx, workspace_id, now, most=_TOGETHER)
            given += await _ring_held(tx, workspace_id, held, now, available)
        if len(held) < _TOGETHER:
            return given


async def _ring_held(
    tx: Executor, workspace_id: int, held: list[Alarm], now: dt.datetime, available: Sequence[Channel]
) -> int:
    found = await watched.find(tx, workspace_id, [(alarm.entity, alarm.entity_id) for alarm in held])
    told: list[Notice] = []
    outcomes: list[tuple[Alarm, dt.datetime | None]] = []
    for alarm in held:
        verdict = _judge(alarm, found.get((alarm.entity, alarm.entity_id)), now)
        told += verdict.notices
        outcomes.append((alarm, verdict.again_at))
    given = await notify(tx, workspace_id, told, now=now, available=available)
    await alarms.settle(tx, workspace_id, outcomes)
    return given


def _judge(alarm: Alarm, task: Watched | None, now: dt.datetime) -> Verdict:
    if task is None:
        return Verdict()
    if alarm.assignment is not None:
        return notices.judge_assignment(task, alarm.assignment, now)
    return notices.judge(task, now)


async def forget_old(db: Executor, workspace_id: int, now: dt.datetime) -> int:
    """Removes a workspace's old notifications, once no notice can be given that they keep from being
    doubled; returns how many."""
    count = 0
    while True:
        removed = await notifications.forget_old(
            db,
            workspace_id,
            created_before=now - dt.timedelta(days=limits.NOTIFICATIONS_KEPT_DAYS),
            due_before=now - dt.timedelta(days=limits.OVERDUE_NEWS_DAYS + 1),
            most=_FORGET_TOGETHER,
        )
        count += removed
        if removed < _FORGET_TOGETHER:
            return count
