"""What may be asked of the notes on an implementation task, on the ground read with the request."""

from punchlist.domain import events as record
from punchlist.domain import ids, limits
from punchlist.domain import notes as rules
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.context import Context
from punchlist.domain.events import Entity
from punchlist.domain.grounds import Ground, to_ground
from punchlist.domain.implementation_tasks import Deed, ImplementationTask, require
from punchlist.domain.notes import Note, NoteWish
from punchlist.domain.permissions import Relation
from punchlist.domain.problems import Kind, Rejected
from punchlist.domain.queries import Page
from punchlist.services.implementation_tasks import find_ground, see_task
from punchlist.store import notes
from punchlist.store.database import Executor


async def list_notes(db: Executor, context: Context, ground: Ground, task_id: str, page: Page) -> list[Note]:
    """The notes of one page that the actor may see, oldest first."""
    see_task(context, ground, task_id)
    standing = to_ground(context.actor, ground)
    return await notes.list_(
        db,
        context.actor.workspace_id,
        task_id,
        context.actor.id,
        reads_private=Relation.ADMINISTRATOR in standing,
        limit=page.limit,
        offset=page.offset,
    )


async def get_note(db: Executor, context: Context, ground: Ground, task_id: str, note_id: str) -> Note:
    """One note, if there is one that the actor may see; else Rejected."""
    see_task(context, ground, task_id)
    note = await _find(db, context, ground, task_id, note_id)
    if note is None:
        raise Rejected(ChangeKind.INVALID_GUID, guid=note_id)
    return note


async def add_note(db: Executor, context: Context, ground: Ground, task_id: str, wish: NoteWish) -> Note:
    """Adds a note to a task; raises Rejected with every problem of the wish."""
    for _ in range(limits.SAVE_ATTEMPTS_MAX):
        task = _annotated(context, ground, task_id)
        note = rules.create(
            wish, note_id=ids.new_id(), task_id=task.id, author_id=context.actor.id, now=context.now
        )
        event = record.created(Entity.NOTE, note, context.now, parent_id=ground.change_id)
        if await notes.insert(db, context, note, event):
            return note
        ground = await find_ground(db, context, ground.change_id, task_id)
    raise Rejected(Kind.CONCURRENT_CHANGE)


async def edit_note(
    db: Executor, context: Context, ground: Ground, task_id: str, note_id: str, wish: NoteWish
) -> Note:
    """Edits a note, which only its author and administrators may."""
    for _ in range(limits.SAVE_ATTEMPTS_MAX):
        _annotated(context, ground, task_id)
        note = await get_note(db, context, ground, task_id, note_id)
        if not rules.may_edit(note, context.actor, to_ground(context.actor, ground)):
            raise Rejected(ChangeKind.NOTE_NOT_UPDATABLE)
        changed = rules.apply(note, wish, now=context.now)
        if changed is note:
            return note
        event = record.updated(Entity.NOTE, note, changed, changed.updated_at, parent_id=ground.change_id)
        if await notes.save(db, context, note, changed, event):
            return changed
        ground = await find_ground(db, context, ground.change_id, task_id)
    raise Rejected(Kind.CONCURRENT_CHANGE)


async def remove_note(db: Executor, context: Context, ground: Ground, task_id: str, note_id: str) -> None:
    """Removes a note, which only its author and administrators may; its history stays."""
    for _ in range(limits.SAVE_ATTEMPTS_MAX):
        _annotated(context, ground, task_id)
        note = await _find(db, context, ground, task_id, note_id)
        if note is None:
            raise Rejected(ChangeKind.NOT_VISIBLE)
        if not rules.may_edit(note, context.actor, to_ground(context.actor, ground)):
            raise Rejected(ChangeKind.NOTE_NOT_UPDATABLE)
        if await notes.delete(
            db, context, record.deleted(Entity.NOTE, note, context.now, parent_id=ground.change_id)
        ):
            return
        ground = await find_ground(db, context, ground.change_id, task_id)
    raise Rejected(Kind.CONCURRENT_CHANGE)


async def _find(db: Executor, context: Context, ground: Ground, task_id: str, note_id: str) -> Note | None:
    note = await notes.find(db, context.actor.workspace_id, task_id, note_id) if ids.is_id(note_id) else None
    visible = note is not None and rules.is_visible(note, context.actor, to_ground(context.actor, ground))
    return note if visible else None


def _annotated(context: Context, ground: Ground, task_id: str) -> ImplementationTask:
    require(Deed.ANNOTATE, ground.circumstances, to_ground(context.actor, ground))
    task, _ = see_task(context, ground, task_id)
    return task
