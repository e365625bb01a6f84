"""What may be asked of files: upload, link, read, change, delete, list.

A file's attributes may stand behind its content in the form that brings both, so they are asked for when
the content is in: `Described` is the name that the sender gave it, and what they wish of the file.
"""

from collections.abc import AsyncIterator, Callable

from punchlist.domain import events as record
from punchlist.domain import files as rules
from punchlist.domain import ids, limits
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.context import Context
from punchlist.domain.events import Entity
from punchlist.domain.files import Content, File, FileFilter, FileWish
from punchlist.domain.permissions import Action, Relation, allowed, to_file, to_nothing
from punchlist.domain.problems import Kind, Rejected
from punchlist.domain.queries import Page
from punchlist.services import contents
from punchlist.services.contents import Arrival
from punchlist.services.tasks import Versions
from punchlist.storage import Reading, Storage
from punchlist.store import files
from punchlist.store.database import Executor

Described = tuple[str, FileWish]


async def list_files(db: Executor, context: Context, wanted: FileFilter, page: Page) -> list[File]:
    """The files of one page that the actor may see, newest first."""
    return await files.list_(db, context.actor, wanted, page)


async def get_file(db: Executor, context: Context, file_id: str) -> File:
    """A file; Rejected where there is none of that id, or none that the actor may see."""
    file = await _find(db, context, file_id)
    if file is None:
        raise Rejected(ChangeKind.INVALID_GUID, guid=file_id)
    return file


async def upload(
    db: Executor,
    storage: Storage,
    context: Context,
    chunks: AsyncIterator[bytes],
    describe: Callable[[], Described],
) -> File:
    """Makes a file with content; raises Rejected with every problem found. Nothing is left of a refusal."""
    _require(context, Action.CREATE_FILE, to_nothing())
    async with contents.arriving(db, storage, context, chunks) as arrival:
        name, wish = describe()
        return await _create(db, context, wish, _content(arrival, name))


async def link(db: Executor, context: Context, wish: FileWish) -> File:
    """Makes a file without content: a link, or a place holder; raises Rejected with every problem found."""
    _require(context, Action.CREATE_FILE, to_nothing())
    return await _create(db, context, wish, None)


async def edit_file(
    db: Executor, context: Context, file_id: str, wish: FileWish, *, versions: Versions = None
) -> File:
    """Changes a file as wished and returns it as it stands then; raises Rejected."""
    for _ in range(limits.SAVE_ATTEMPTS_MAX):
        file = await _get_for(db, context, Action.UPDATE_FILE, file_id, versions)
        changed = rules.edit(file, wish, now=context.now)
        if changed is file or await _save(db, context, file, changed):
            return changed
    raise Rejected(Kind.CONCURRENT_CHANGE)


async def replace_content(
    db: Executor,
    storage: Storage,
    context: Context,
    file_id: str,
    chunks: AsyncIterator[bytes],
    describe: Callable[[], Described],
    *,
    versions: Versions = None,
) -> File:
    """Gives a file other content, or a link and a place holder theirs; raises Rejected.

    The content before is kept for a while, so that whoever reads it can read on.
    """
    # Before the content comes: who may not need not send it.
    await _get_for(db, context, Action.UPDATE_FILE, file_id, versions)
    async with contents.arriving(db, storage, context, chunks) as arrival:
        name, wish = describe()
        for _ in range(limits.SAVE_ATTEMPTS_MAX):
            file = await _get_for(db, context, Action.UPDATE_FILE, file_id, versions)
            changed = rules.put_content(file, _content(arrival, name), wish, now=context.now)
            if changed is file or await _save(db, context, file, changed):
                return changed
        raise Rejected(Kind.CONCURRENT_CHANGE)


async def delete_file(db: Executor, context: Context, file_id: str, *, versions: Versions = None) -> None:
    """Removes a file for good, unless a task has it; its history stays in the record."""
    for _ in range(limits.SAVE_ATTEMPTS_MAX):
        file = await _find(db, context, file_id)
        if file is None:
            raise Rejected(ChangeKind.NOT_VISIBLE)
        _permit(context, Action.DELETE_FILE, file, versions)
        async with db.transaction() as tx:
            if await files.delete(tx, context, record.deleted(Entity.FILE, file, context.now)):
                if file.content_key is not None:
                    await contents.let_go(tx, context, file.content_key)
                return
    raise Rejected(Kind.CONCURRENT_CHANGE)


async def read_content(
    db: Executor, storage: Storage, context: Context, file_id: str
) -> tuple[File, Reading]:
    """A file and its content, piece by piece; raises Rejected where it has none."""
    file = await get_file(db, context, file_id)
    if file.content_key is None:
        raise Rejected(ChangeKind.FILE_WITHOUT_CONTENT, guid=file_id)
    return file, await storage.open(file.content_key)


async def _find(db: Executor, context: Context, file_id: str) -> File | None:
    """The file, if there is one that the actor may see."""
    file = await files.find(db, context.actor.workspace_id, file_id) if ids.is_id(file_id) else None
    return file if file is not None and _may(context, Action.SEE_FILE, file) else None


async def _get_for(db: Executor, context: Context, action: Action, file_id: str, versions: Versions) -> File:
    file = await get_file(db, context, file_id)
    _permit(context, action, file, versions)
    return file


async def _create(db: Executor, context: Context, wish: FileWish, content: Content | None) -> File:
    actor = context.actor
    file = rules.create(
        wish, file_id=ids.new_id(), creator_id=actor.id or None, content=content, now=context.now
    )
    file = rules.numbered(file, await files.take_number(db, actor.workspace_id))
    async with db.transaction() as tx:
        if file.content_key is not None:
            await contents.take(tx, context, file.content_key)
        if not await files.insert(tx, context, file, record.created(Entity.FILE, file, context.now)):
            raise Rejected(ChangeKind.NO_PRIVILEGE)  # its creator has been deleted while it came in
    return file


async def _save(db: Executor, context: Context, file: File, changed: File) -> bool:
    """Saves a file, with what follows for its contents; False when somebody else was there first."""
    event = record.updated(Entity.FILE, file, changed, changed.updated_at)
    async with db.transaction() as tx:
        if not await files.save(tx, context, file, changed, event):
            return False
        if changed.content_key != file.content_key:
            if changed.content_key is not None:
                await contents.take(tx, context, changed.content_key)
            if file.content_key is not None:
                await contents.let_go(tx, context, file.content_key)
    return True


def _content(arrival: Arrival, name: str) -> Content:
    return Content(arrival.key, name, arrival.stored.size, arrival.stored.sha256)


def _may(context: Context, action: Action, file: File) -> bool:
    relations = to_file(context.actor, creator_id=file.creator_id, private=file.private)
    return allowed(context.actor, action, relations)


def _permit(context: Context, action: Action, file: File, versions: Versions) -> None:
    """Raises Rejected where the actor may not do this to a file, or it has none of the versions asked for."""
    _require(context, action, to_file(context.actor, creator_id=file.creator_id, private=file.private))
    if versions is not None and file.version not in versions:
        raise Rejected(Kind.STALE, version=file.version)


def _require(context: Context, action: Action, relations: frozenset[Relation]) -> None:
    if not allowed(context.actor, action, relations):
        raise Rejected(ChangeKind.NO_PRIVILEGE)
