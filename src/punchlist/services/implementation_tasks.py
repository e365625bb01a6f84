"""What may be asked of implementation tasks. Each function takes the ground read with the request."""

from msgspec import UNSET

from punchlist.domain import events as record
from punchlist.domain import ids, limits
from punchlist.domain import implementation_tasks as rules
from punchlist.domain.categories import Assignee, AssigneeKind
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.context import Context
from punchlist.domain.events import Entity
from punchlist.domain.grounds import AssigneeFacts, Ground, to_ground
from punchlist.domain.implementation_tasks import Deed, ImplementationTask, ImplementationTaskWish
from punchlist.domain.problems import Kind, Problem, Rejected
from punchlist.domain.queries import Page
from punchlist.services.tasks import Versions
from punchlist.store import grounds, implementation_tasks
from punchlist.store.database import Executor

Shown = tuple[ImplementationTask, AssigneeFacts | None]


async def list_tasks(db: Executor, context: Context, ground: Ground, page: Page) -> list[Shown]:
    """The implementation tasks of one page, oldest first, each with how its assignee is shown."""
    _require(context, Deed.SEE, ground)
    return await implementation_tasks.list_(
        db, context.actor.workspace_id, ground.change_id, limit=page.limit, offset=page.offset
    )


def see_task(context: Context, ground: Ground, task_id: str) -> Shown:
    """The task of the ground; raises Rejected where there is none."""
    _require(context, Deed.SEE, ground)
    return _task(ground, task_id), ground.assignee


async def add_task(db: Executor, context: Context, ground: Ground, wish: ImplementationTaskWish) -> Shown:
    """Adds a task to a change; raises Rejected with every problem of the wish."""
    for _ in range(limits.SAVE_ATTEMPTS_MAX):
        _require(context, Deed.ADD, ground)
        shown = await _check_assignee(db, context, None, wish)
        task = rules.create(wish, task_id=ids.new_id(), change_id=ground.change_id, now=context.now)
        event = record.created(Entity.IMPLEMENTATION_TASK, task, context.now, parent_id=ground.change_id)
        if await implementation_tasks.insert(db, context, task, event):
            return task, shown
        ground = await find_ground(db, context, ground.change_id, None)
    raise Rejected(Kind.CONCURRENT_CHANGE)


async def edit_task(
    db: Executor,
    context: Context,
    ground: Ground,
    task_id: str,
    wish: ImplementationTaskWish,
    *,
    versions: Versions = None,
) -> Shown:
    """Changes a task as wished and returns it as it stands then; raises Rejected."""
    for _ in range(limits.SAVE_ATTEMPTS_MAX):
        task = _task(ground, task_id)
        _require(context, Deed.EDIT, ground)
        if versions is not None and task.version not in versions:
            raise Rejected(Kind.STALE, version=task.version)
        shown = await _check_assignee(db, context, ground, wish)
        changed = rules.apply(task, wish, now=context.now)
        if changed is task:
            return task, ground.assignee
        event = record.updated(
            Entity.IMPLEMENTATION_TASK, task, changed, changed.updated_at, parent_id=ground.change_id
        )
        if await implementation_tasks.save(db, context, task, changed, event):
            return changed, shown
        ground = await find_ground(db, context, ground.change_id, task_id)
    raise Rejected(Kind.CONCURRENT_CHANGE)


async def remove_task(
    db: Executor, context: Context, ground: Ground, task_id: str, *, versions: Versions = None
) -> None:
    """Removes a task with its notes; its history stays in the record."""
    for _ in range(limits.SAVE_ATTEMPTS_MAX):
        _require(context, Deed.REMOVE, ground)
        if ground.task is None:
            raise Rejected(ChangeKind.NOT_VISIBLE)
        if versions is not None and ground.task.version not in versions:
            raise Rejected(Kind.STALE, version=ground.task.version)
        event = record.deleted(
            Entity.IMPLEMENTATION_TASK, ground.task, context.now, parent_id=ground.change_id
        )
        if await implementation_tasks.delete(db, context, event):
            return
        ground = await find_ground(db, context, ground.change_id, task_id)
    raise Rejected(Kind.CONCURRENT_CHANGE)


async def find_ground(db: Executor, context: Context, change_id: str, task_id: str | None) -> Ground:
    """The actor's ground with a change and a task of it; raises Rejected when there is no such change."""
    actor = context.actor
    ground = await grounds.find(db, actor.workspace_id, change_id, task_id, actor.id)
    if ground is None:
        raise Rejected(ChangeKind.INVALID_GUID, guid=change_id)
    return ground


def _require(context: Context, deed: Deed, ground: Ground) -> None:
    rules.require(deed, ground.circumstances, to_ground(context.actor, ground))


def _task(ground: Ground, task_id: str) -> ImplementationTask:
    if ground.task is None:
        raise Rejected(ChangeKind.INVALID_GUID, guid=task_id)
    return ground.task


_INVALID = {
    AssigneeKind.USER: ChangeKind.INVALID_USER,
    AssigneeKind.GROUP: ChangeKind.INVALID_GUID,
    AssigneeKind.SUPPLIER: ChangeKind.INVALID_SUPPLIER,
}


async def _check_assignee(
    db: Executor, context: Context, ground: Ground | None, wish: ImplementationTaskWish
) -> AssigneeFacts | None:
    """How the assignee will be shown. One that cannot take the task is added to the wish's problems; the
    present one may keep it, whatever has become of them."""
    present = ground.task.assignee if ground is not None and ground.task is not None else None
    if wish.assignee is UNSET or wish.assignee == present:
        return ground.assignee if ground is not None else None
    if wish.assignee is None:
        return None
    facts = await grounds.find_assignee(db, context.actor.workspace_id, wish.assignee)
    if facts is None or not facts.enabled or not facts.takes_changes:
        wish.problems = (*wish.problems, _not_assignable(wish.assignee))
        wish.assignee = UNSET
    return facts


def _not_assignable(assignee: Assignee) -> Problem:
    return Problem("assignee", _INVALID[assignee.kind], {"guid": assignee.id})
