"""The part of the performance in which files have a part: every statement of theirs, once."""

import tempfile
from pathlib import Path

from punchlist.domain.files import FileFilter, FileWish, StorageMethod
from punchlist.domain.queries import Page
from punchlist.services import contents, files, task_files
from punchlist.settings import Settings
from punchlist.storage import storage_for
from punchlist.store.database import Database
from tests.files.scenery import DAY, NOW, Office

_EVERY_FILTER = FileFilter("the*", "file*", "pdf", "plan.pdf", "C" * 20)
_NOWHERE = Settings(
    storage_url="s3://nowhere",
    s3_endpoint="http://127.0.0.1:9",
    s3_access_key_id="a",
    s3_secret_access_key="b",
)


async def perform_files(db: Database, workspace_id: int) -> None:
    """Uses everything there is of files once, in a workspace."""
    with tempfile.TemporaryDirectory() as root:
        office = Office(db, Path(root), workspace_id)
        await office.hires()
        file = await office.uploads(office.mia, format="pdf", category_id="C" * 20)
        await _lists(office)
        file = await files.edit_file(
            db, office.mia, file.id, FileWish(title="Plan B", description="How", edition="2", format="txt")
        )
        await office.replaces(office.mia, file, b"other")
        await _tasks(office)
        wish = FileWish(storage_method=StorageMethod.PLACE_HOLDER, private=True)
        await files.edit_file(db, office.mia, file.id, wish)
        await files.delete_file(db, office.mia, file.id)
        await _sweeps(office)


async def _lists(office: Office) -> None:
    for who in (office.mia, office.heidi):
        for wanted in (FileFilter(), _EVERY_FILTER):
            assert len(await files.list_files(office.db, who, wanted, Page())) == 1


async def _tasks(office: Office) -> None:
    ground = await office.has_a_change()
    assert ground.task is not None
    link = await office.links(office.mia)
    given = await task_files.add_task_file(office.db, office.mia, ground, ground.task.id, link.id)
    assert await task_files.list_task_files(office.db, office.mia, ground, ground.task.id, Page()) == [given]
    await task_files.remove_task_file(office.db, office.mia, ground, ground.task.id, given[0].id)


async def _sweeps(office: Office) -> None:
    away = storage_for(_NOWHERE)
    for storage, after in ((away, 2 * DAY), (office.storage, 4 * DAY)):
        await contents.sweep(office.db, storage, office.workspace_id, now=NOW + after)
    await away.close()
    assert office.kept() == []
