"""What a directory does with content beyond what every storage does: modes, crashes, a full disk."""

import asyncio
import signal
import stat
import subprocess
import sys

import pytest

from punchlist.domain.ids import new_id
from punchlist.settings import Settings
from punchlist.storage import ContentLost
from tests.storage.scenery import MIB, Folder, kilobytes_grown_by, pieces, read, zeros

# Writes content as it comes from a sender who says a word and then nothing more.
STALLED = """
import asyncio, sys
from pathlib import Path
from punchlist.storage.directory import DirectoryStorage

async def chunks():
    yield bytes(3_000_000)
    print("come", flush=True)
    await asyncio.Event().wait()

asyncio.run(DirectoryStorage(Path(sys.argv[1])).write(sys.argv[2], chunks()))
"""

# Writes more than the system lets it.
LIMITED = """
import asyncio, resource, signal, sys
from pathlib import Path
from punchlist.storage.directory import DirectoryStorage

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))

async def chunks():
    for _ in range(50):
        yield bytes(65_536)

try:
    asyncio.run(DirectoryStorage(Path(sys.argv[1])).write(sys.argv[2], chunks()))
except OSError as error:
    print(error.strerror)
"""


async def test_content_is_for_its_owner_alone(folder):
    key = new_id()
    await folder.storage.write(key, pieces(b"x"))
    path = folder.root / key[:2] / key
    modes = [stat.S_IMODE(each.stat().st_mode) for each in (folder.root, path.parent, path)]
    assert modes == [0o700, 0o700, 0o600]


async def test_content_is_not_there_before_it_is_whole(folder):
    key, reached, go_on = new_id(), asyncio.Event(), asyncio.Event()

    async def slow():
        yield bytes(3 * MIB)
        reached.set()
        await go_on.wait()

    writing = asyncio.ensure_future(folder.storage.write(key, slow()))
    await reached.wait()
    assert folder.names() == [f"{key}.part"]
    with pytest.raises(ContentLost):
        await folder.storage.open(key)
    go_on.set()
    await writing
    assert folder.names() == [key]


async def test_content_is_never_overwritten(folder):
    key = new_id()
    await folder.storage.write(key, pieces(b"first"))
    with pytest.raises(FileExistsError):
        await folder.storage.write(key, pieces(b"second"))
    assert await read(folder.storage, key) == b"first"
    assert folder.names() == [key]


async def test_of_two_who_write_one_content_the_second_is_refused_and_the_first_undisturbed(folder):
    key, reached, go_on = new_id(), asyncio.Event(), asyncio.Event()

    async def slow():
        yield b"first"
        reached.set()
        await go_on.wait()

    writing = asyncio.ensure_future(folder.storage.write(key, slow()))
    await reached.wait()
    with pytest.raises(FileExistsError):
        await folder.storage.write(key, pieces(b"second"))
    go_on.set()
    await writing
    assert await read(folder.storage, key) == b"first"


async def test_what_a_killed_process_leaves_is_no_content_and_goes_with_its_key(folder):
    key = new_id()
    process = subprocess.Popen(  # noqa: ASYNC220  (the loop has nothing else to do)
        [sys.executable, "-c", STALLED, str(folder.root), key], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"come\n"
    process.kill()
    assert process.wait(10) == -signal.SIGKILL
    process.stdout.close()
    assert folder.names() == [f"{key}.part"]
    with pytest.raises(ContentLost):
        await folder.storage.open(key)
    await folder.storage.delete(key)
    assert folder.names() == []


async def test_nothing_is_left_where_the_disk_takes_no_more(folder):
    done = subprocess.run(  # noqa: ASYNC221  (likewise)
        [sys.executable, "-c", LIMITED, str(folder.root), new_id()],
        check=True, capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    assert done.stdout == "File too large\n"
    assert folder.names() == []


async def test_a_reader_reads_on_when_content_is_removed(folder):
    key = new_id()
    await folder.storage.write(key, zeros(3 * MIB))
    reading = await folder.storage.open(key)
    await folder.storage.delete(key)
    assert sum([len(chunk) async for chunk in reading]) == 3 * MIB


def test_content_is_not_held_in_memory(tmp_path):
    assert kilobytes_grown_by(Settings(data_dir=tmp_path)) < 20_000


async def test_a_directory_that_cannot_be_made_says_so(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(NotADirectoryError):
        await Folder(tmp_path / "file" / "files").storage.write(new_id(), pieces(b"x"))
