"""Contents that no file has: how they come about, and that a sweep removes them and nothing else."""

import asyncio
import datetime as dt
import signal
import subprocess
import sys

import msgspec
import pytest

from punchlist.domain import limits
from punchlist.domain.files import File, FileFilter, FileWish
from punchlist.domain.problems import Kind, Rejected, Unavailable
from punchlist.domain.queries import Page
from punchlist.services import contents, files
from punchlist.services.contents import Swept
from punchlist.settings import Settings
from punchlist.storage import storage_for
from punchlist.store import contents as store
from punchlist.store.database import Database
from tests.files.scenery import DAY, NOW, Office, pieces

# A server that uploads a file, or other content of one, says where it is, and does nothing more.
SERVER = """
import asyncio, sys, time
from pathlib import Path
from punchlist.domain.context import Context
from punchlist.domain.files import File, FileFilter, FileWish
from punchlist.domain.permissions import Actor, Role
from punchlist.services import files
from punchlist.storage.directory import DirectoryStorage
from punchlist.store.database import Database
import datetime as dt

dsn, root, workspace_id, user_id, file_id, stop = sys.argv[1:]

def reached(place):
    if place == stop:
        print("reached", flush=True)
        time.sleep(60)

async def chunks():
    yield b"x" * 3_000_000
    reached("in the middle of the content")

def describe():
    reached("before the row")
    return "plan.pdf", FileWish(title="The plan")

async def main():
    db = await Database.connect(dsn, size=2)
    now = dt.datetime(2030, 5, 17, 12, tzinfo=dt.UTC)
    context = Context(Actor(int(workspace_id), user_id, Role.MEMBER), now)
    storage = DirectoryStorage(Path(root))
    if file_id:
        await files.replace_content(db, storage, context, file_id, chunks(), describe)
    else:
        await files.upload(db, storage, context, chunks(), describe)
    reached("after the row")

asyncio.run(main())
"""


def killed(office: Office, stop: str, file_id: str = "") -> None:
    """Runs a server to a place, and kills it there."""
    arguments = [
        office.db_dsn, str(office.root), str(office.workspace_id), office.mia.actor.id, file_id, stop
    ]  # fmt: skip
    process = subprocess.Popen([sys.executable, "-c", SERVER, *arguments], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"reached\n"
    process.kill()
    assert process.wait(10) == -signal.SIGKILL
    process.stdout.close()


async def swept(office: Office, after: dt.timedelta = 2 * DAY) -> Swept:
    return await contents.sweep(office.db, office.storage, office.workspace_id, now=NOW + after)


async def listed(office: Office) -> list[File]:
    return await files.list_files(office.db, office.mia, FileFilter(), Page())


@pytest.mark.parametrize("stop", ["in the middle of the content", "before the row"])
async def test_a_server_killed_before_the_row_leaves_only_what_the_sweep_finds(office, stop):
    await asyncio.to_thread(killed, office, stop)
    assert await listed(office) == []
    (stray,) = await office.strays()
    assert [name.removesuffix(".part") for name in office.kept()] == [stray]
    assert await swept(office) == Swept(1, 0)
    assert (office.kept(), await office.strays()) == ([], [])


async def test_a_server_killed_after_the_row_leaves_a_whole_file(office):
    await asyncio.to_thread(killed, office, "after the row")
    (file,) = await listed(office)
    assert await office.strays() == []
    assert await swept(office) == Swept(0, 0)
    assert await office.reads(office.bob, file) == b"x" * 3_000_000


@pytest.mark.parametrize("stop", ["in the middle of the content", "before the row"])
async def test_a_server_killed_before_it_replaced_content_has_replaced_nothing(office, stop):
    file = await office.uploads(office.mia)
    await asyncio.to_thread(killed, office, stop, file.id)
    assert await swept(office) == Swept(1, 0)
    assert await listed(office) == [file]
    assert await office.reads(office.bob, file) == b"abc"
    assert office.kept() == [file.content_key]


async def test_a_server_killed_after_it_replaced_content_leaves_the_old_to_the_sweep(office):
    file = await office.uploads(office.mia)
    await asyncio.to_thread(killed, office, "after the row", file.id)
    (replaced,) = await listed(office)
    assert await office.strays() == [file.content_key]
    assert await swept(office) == Swept(1, 0)
    assert await office.reads(office.bob, replaced) == b"x" * 3_000_000
    assert office.kept() == [replaced.content_key]


async def test_a_database_lost_after_the_content_came_leaves_it_to_the_sweep(office):
    other = await Database.connect(office.db_dsn, size=1)

    async def chunks():
        yield b"abc"
        await other.close()

    with pytest.raises(Unavailable):
        await files.upload(other, office.storage, office.mia, chunks(), lambda: ("a", FileWish(title="A")))
    assert await office.strays() == office.kept() != []
    assert await swept(office) == Swept(1, 0)
    assert office.kept() == []


async def test_content_is_left_alone_for_a_while(office):
    file = await office.uploads(office.mia)
    await files.delete_file(office.db, office.mia, file.id)
    long = dt.timedelta(hours=limits.STRAY_CONTENT_HOURS)
    assert await swept(office, long) == Swept(0, 0)
    assert office.kept() == [file.content_key]
    assert await swept(office, long + dt.timedelta(seconds=1)) == Swept(1, 0)
    assert office.kept() == []


async def test_a_sweep_takes_all_that_is_old_and_no_other_workspaces(office, db, tmp_path):
    elsewhere = Office(db, office.root, (await Office.open(db, tmp_path)).workspace_id)
    kept = await office.uploads(office.mia)
    for place in range(250):
        await store.enter(db, office.workspace_id, f"{place:020d}", NOW)
    await office.storage.write("0" * 20, pieces(b"x"))
    await store.enter(db, elsewhere.workspace_id, "E" * 20, NOW)
    assert await swept(office) == Swept(250, 0)
    assert office.kept() == [kept.content_key]
    assert await elsewhere.strays() == ["E" * 20]


async def test_sweeps_at_once_remove_all_and_trip_over_nothing(office):
    keys = [f"{place:020d}" for place in range(40)]
    for key in keys:
        await store.enter(office.db, office.workspace_id, key, NOW)
        await office.storage.write(key, pieces(b"x"))
    await asyncio.gather(*(swept(office) for _ in range(4)))
    assert (office.kept(), await office.strays()) == ([], [])


async def test_what_cannot_be_removed_is_tried_again_later(office):
    file = await office.uploads(office.mia)
    await files.delete_file(office.db, office.mia, file.id)
    away = storage_for(
        Settings(
            storage_url="s3://bucket", s3_endpoint="http://127.0.0.1:9",
            s3_access_key_id="a", s3_secret_access_key="b",
        )
    )  # fmt: skip
    try:
        failed = await contents.sweep(office.db, away, office.workspace_id, now=NOW + 2 * DAY)
    finally:
        await away.close()
    assert failed == Swept(0, 1)
    assert await swept(office) == Swept(0, 0)  # it stands at the end of the line
    assert await swept(office, 4 * DAY) == Swept(1, 0)
    assert office.kept() == []


async def test_a_sweep_that_was_cut_short_is_taken_up_by_the_next(office):
    file = await office.uploads(office.mia)
    await files.delete_file(office.db, office.mia, file.id)
    assert await store.doom_old(office.db, office.workspace_id, NOW + DAY, 10) == [file.content_key]
    assert await swept(office) == Swept(1, 0)
    assert (office.kept(), await office.strays()) == ([], [])


@pytest.mark.parametrize("replacing", [False, True])
async def test_content_that_was_swept_while_it_came_becomes_nobodys(office, replacing):
    file = await office.uploads(office.mia)
    slow = msgspec.structs.replace(office.mia, now=NOW - DAY)
    loop = asyncio.get_running_loop()

    def describe():
        # The content is in, and the sweep is faster than the row.
        assert asyncio.run_coroutine_threadsafe(swept(office), loop).result(30) == Swept(1, 0)
        return "plan.pdf", FileWish(title="The plan")

    async def chunks():
        yield b"xyz"

    async def work(other):
        if replacing:
            await files.replace_content(other, office.storage, slow, file.id, chunks(), describe)
        else:
            await files.upload(other, office.storage, slow, chunks(), describe)

    async def elsewhere():
        other = await Database.connect(office.db_dsn, size=2)
        try:
            await work(other)
        finally:
            await other.close()

    with pytest.raises(Rejected) as caught:
        await asyncio.to_thread(asyncio.run, elsewhere())
    assert caught.value.kind is Kind.CONCURRENT_CHANGE
    assert await listed(office) == [file]
    assert office.kept() == [file.content_key]
    assert await office.strays() == []
