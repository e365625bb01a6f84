"""What may be asked of the files of implementation tasks. Each function takes the ground that was read with
the request, as those of the tasks themselves do."""

from punchlist.domain import events as record
from punchlist.domain import ids
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.context import Context
from punchlist.domain.events import Entity
from punchlist.domain.files import TaskFile
from punchlist.domain.grounds import Ground, to_ground
from punchlist.domain.implementation_tasks import Deed, ImplementationTask, require
from punchlist.domain.permissions import Action, allowed, to_file
from punchlist.domain.problems import Rejected
from punchlist.domain.queries import Page
from punchlist.services.files import get_file
from punchlist.store import task_files
from punchlist.store.database import Executor
from punchlist.store.task_files import Attached


async def list_task_files(
    db: Executor, context: Context, ground: Ground, task_id: str, page: Page
) -> list[Attached]:
    """The files of a task that the actor may see, in the order in which they were added."""
    task = _task(context, Deed.SEE, ground, task_id)
    return await task_files.list_(db, context.actor, task.id, page)


async def get_task_file(
    db: Executor, context: Context, ground: Ground, task_id: str, association_id: str
) -> Attached:
    """One file of a task; else Rejected."""
    task = _task(context, Deed.SEE, ground, task_id)
    attached = await _find(db, context, association_id)
    if attached is None:
        raise Rejected(ChangeKind.INVALID_GUID, guid=association_id)
    if attached[0].task_id != task.id:
        raise Rejected(ChangeKind.FILE_NOT_THERE, guid=association_id)
    return attached


async def add_task_file(
    db: Executor, context: Context, ground: Ground, task_id: str, file_id: str
) -> Attached:
    """Gives a task a file that the actor may see; raises Rejected, also where the task has it already."""
    task = _task(context, Deed.ADD_FILE, ground, task_id)
    file = await get_file(db, context, file_id)
    association = TaskFile(ids.new_id(), task.id, file.id, context.now)
    event = record.created(Entity.TASK_FILE, association, context.now, parent_id=ground.change_id)
    if not await task_files.insert(db, context, association, event):
        raise Rejected(ChangeKind.FILES_NOT_ADDABLE)  # closed since the ground was read
    return association, file


async def remove_task_file(
    db: Executor, context: Context, ground: Ground, task_id: str, association_id: str
) -> None:
    """Takes a file from a task; the file itself stays."""
    task = _task(context, Deed.REMOVE_FILE, ground, task_id)
    attached = await _find(db, context, association_id)
    if attached is None or attached[0].task_id != task.id:
        raise Rejected(ChangeKind.NOT_VISIBLE)
    event = record.deleted(Entity.TASK_FILE, attached[0], context.now, parent_id=ground.change_id)
    if not await task_files.delete(db, context, attached[0], event):
        if await _find(db, context, association_id) is None:
            raise Rejected(ChangeKind.NOT_VISIBLE)
        raise Rejected(ChangeKind.FILES_NOT_REMOVABLE)  # closed since the ground was read


def _task(context: Context, deed: Deed, ground: Ground, task_id: str) -> ImplementationTask:
    """The task of the ground, if the actor may do this with it now; else Rejected."""
    require(deed, ground.circumstances, to_ground(context.actor, ground))
    if ground.task is None:
        raise Rejected(ChangeKind.INVALID_GUID, guid=task_id)
    return ground.task


async def _find(db: Executor, context: Context, association_id: str) -> Attached | None:
    """A file of some task, if there is one of that id that the actor may see."""
    if not ids.is_id(association_id):
        return None
    attached = await task_files.find(db, context.actor.workspace_id, association_id)
    if attached is None:
        return None
    file = attached[1]
    relations = to_file(context.actor, creator_id=file.creator_id, private=file.private)
    return attached if allowed(context.actor, Action.SEE_FILE, relations) else None
