"""What may be asked of tasks: create, read, change, delete, list, and what became of one.

No write holds a lock while Python thinks. A change is decided on the version that was read and saved only
if the task still has it; after a lost race it is read and decided again.
"""

from collections.abc import Iterable

from msgspec import UNSET, UnsetType

from punchlist.domain import events as record
from punchlist.domain import ids, limits
from punchlist.domain import tasks as rules
from punchlist.domain.context import Context
from punchlist.domain.events import Entity
from punchlist.domain.lifecycle import TRANSITIONS, Status
from punchlist.domain.permissions import Action, allowed, to_assignee, to_nothing, to_task
from punchlist.domain.problems import Kind, Rejected
from punchlist.domain.queries import Order, Page, TaskFilter
from punchlist.domain.tasks import AssigneeFacts, Task, TaskChanges
from punchlist.services.access import require
from punchlist.store import events, task_lists, tasks, users
from punchlist.store.database import Executor

# Versions that a caller says the thing must have one of; None: whatever version it has.
Versions = frozenset[int] | None


async def find_task(db: Executor, context: Context, task_id: str) -> Task | None:
    """The task of an id in the actor's workspace, whoever may see it; None when there is none."""
    return await tasks.find(db, context.actor.workspace_id, task_id) if ids.is_id(task_id) else None


def see_task(context: Context, task_id: str, found: Task | None) -> Task:
    """The task that was found, if there is one and the actor may see it; else Rejected."""
    return _permitted(context, Action.SEE_TASK, task_id, found)


def next_statuses(context: Context, task: Task) -> tuple[Status, ...]:
    """The statuses that this actor may move a task to, in the lifecycle's order."""
    relations = to_task(context.actor, created_by=task.created_by, assignee_id=task.assignee_id)
    return TRANSITIONS[task.status] if allowed(context.actor, Action.UPDATE_TASK, relations) else ()


async def list_tasks(
    db: Executor, context: Context, wanted: TaskFilter, order: tuple[Order, ...], page: Page
) -> tuple[list[Task], int]:
    """The tasks of one page that the actor may see, and how many there are on all pages."""
    return await task_lists.list_(db, context.actor, wanted, order, page)


async def task_history(
    db: Executor, context: Context, task: Task, page: Page
) -> tuple[list[events.Recorded], int]:
    """What happened to a task and its comments, newest first, and how many events there are."""
    return await events.list_of(db, context.actor.workspace_id, task.id, limit=page.limit, offset=page.offset)


async def hold_tasks(db: Executor, context: Context, task_ids: Iterable[str]) -> None:
    """Keeps others from changing tasks until the transaction ends, for who is about to change several.

    Two of them that took their tasks one by one, in different orders, would wait for each other for ever.
    """
    await tasks.lock(db, context.actor.workspace_id, filter(ids.is_id, task_ids))


async def create_task(db: Executor, context: Context, changes: TaskChanges) -> Task:
    """Makes a task; raises Rejected with every problem found."""
    actor = context.actor
    require(actor, Action.CREATE_TASK, to_nothing())
    _require_assignment(context, None, changes)
    for _ in range(limits.SAVE_ATTEMPTS_MAX):
        assignee = await _assignee_facts(db, context, None, changes)
        task = rules.create(
            changes, task_id=ids.new_id(), creator_id=actor.id or None, assignee=assignee, now=context.now
        )
        if await tasks.insert(db, context, task, record.created(Entity.TASK, task, context.now)):
            return task
    raise Rejected(Kind.CONCURRENT_CHANGE)


async def update_task(
    db: Executor,
    context: Context,
    task_id: str,
    changes: TaskChanges,
    *,
    found: Task | None,
    versions: Versions = None,
) -> Task:
    """Changes a task as wished and returns it as it stands then.

    `found` is the task as read with the request. Raises Rejected: not found, not permitted, STALE where
    the task has none of the `versions` asked for, or with every problem of the wish.
    """
    for _ in range(limits.SAVE_ATTEMPTS_MAX):
        task = _permitted(context, Action.UPDATE_TASK, task_id, found)
        _require_assignment(context, task, changes)
        await _require_version(db, context, task, versions, _wished_fields(changes))
        assignee = await _assignee_facts(db, context, task, changes)
        changed = rules.apply(task, changes, assignee=assignee, now=context.now)
        if changed is task:
            return task
        event = record.updated(Entity.TASK, task, changed, changed.updated_at)
        if await tasks.save(db, context, task, changed, event):
            return changed
        found = await find_task(db, context, task_id)
    raise Rejected(Kind.CONCURRENT_CHANGE, current=found, fields=_wished_fields(changes))


async def delete_task(
    db: Executor, context: Context, task_id: str, *, found: Task | None, versions: Versions = None
) -> None:
    """Removes a task and its comments for good; its history stays in the record."""
    for _ in range(limits.SAVE_ATTEMPTS_MAX):
        task = _permitted(context, Action.DELETE_TASK, task_id, found)
        await _require_version(db, context, task, versions, ())
        if await tasks.delete(db, context, record.deleted(Entity.TASK, task, context.now)):
            return
        found = await find_task(db, context, task_id)
    raise Rejected(Kind.CONCURRENT_CHANGE, current=found, fields=())


def _permitted(context: Context, action: Action, task_id: str, task: Task | None) -> Task:
    if task is None:
        raise Rejected(Kind.NOT_FOUND, entity=Entity.TASK, id=task_id)
    relations = to_task(context.actor, created_by=task.created_by, assignee_id=task.assignee_id)
    require(context.actor, action, relations)
    return task


def _require_assignment(context: Context, task: Task | None, changes: TaskChanges) -> None:
    assigned: str | UnsetType | None = rules.new_assignee(task, changes)
    if assigned is not UNSET:
        require(context.actor, Action.ASSIGN_TASK, to_assignee(context.actor, assigned))


async def _assignee_facts(
    db: Executor, context: Context, task: Task | None, changes: TaskChanges
) -> AssigneeFacts | None:
    """Looks the new assignee up, where there is one: most changes assign to nobody and cost nothing here."""
    assigned = rules.new_assignee(task, changes)
    if assigned is UNSET or assigned is None:
        return None
    user = await users.find(db, context.actor.workspace_id, assigned) if ids.is_id(assigned) else None
    return AssigneeFacts(exists=user is not None, disabled=user is not None and user.disabled)


async def _require_version(
    db: Executor, context: Context, task: Task, versions: Versions, wished: tuple[str, ...]
) -> None:
    """Raises Rejected, with the task and the wished fields that others changed, when it has another."""
    if versions is None or task.version in versions:
        return
    seen = max((version for version in versions if version < task.version), default=0)
    changed = await events.fields_changed_since(db, context.actor.workspace_id, task.id, seen)
    clashing = tuple(name for name in wished if name in changed)
    raise Rejected(Kind.STALE, current=task, fields=clashing)


def _wished_fields(changes: TaskChanges) -> tuple[str, ...]:
    return tuple(
        name
        for name in TaskChanges.__struct_fields__
        if name != "problems" and getattr(changes, name) is not UNSET
    )
