"""Contents, and the two kinds of places where they are kept, as one can look at them from outside."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from punchlist.settings import Settings, to_handoff
from punchlist.storage import Storage
from punchlist.storage.directory import DirectoryStorage

ACCESS_KEY = "AKIDEXAMPLE"
SECRET = "hunter2hunter2hunter2"
MIB = 1_048_576


class Folder:
    """A directory, and the storage in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.storage: Storage = DirectoryStorage(root)

    def names(self) -> list[str]:
        """Everything that is there, finished or not."""
        return sorted(path.name for path in self.root.rglob("*") if path.is_file())


class Bucket:
    """A bucket, and the storage in it."""

    def __init__(self, client: Any, name: str, settings: Settings, storage: Storage) -> None:
        self.client = client
        self.name = name
        self.settings = settings
        self.storage = storage

    def names(self) -> list[str]:
        """Everything that is there, finished or not."""
        objects = self.client.list_objects_v2(Bucket=self.name).get("Contents", [])
        uploads = self.client.list_multipart_uploads(Bucket=self.name).get("Uploads", [])
        found = [each["Key"] for each in objects] + [f"{each['Key']}.part" for each in uploads]
        assert all(key.startswith("some/prefix/") for key in found)
        return sorted(key.removeprefix("some/prefix/") for key in found)


async def pieces(*chunks: bytes) -> AsyncIterator[bytes]:
    """Chunks as they come in from a network."""
    for chunk in chunks:
        await asyncio.sleep(0)
        yield chunk


async def zeros(size: int, chunk: int = 65_536) -> AsyncIterator[bytes]:
    """So many bytes, in chunks like those of a socket."""
    block = bytes(chunk)
    while size > 0:
        await asyncio.sleep(0)
        yield block[:size]
        size -= chunk


async def then(chunks: AsyncIterator[bytes], happens: Callable[[], Any]) -> AsyncIterator[bytes]:
    """Chunks, and then something else."""
    async for chunk in chunks:
        yield chunk
    outcome = happens()
    if asyncio.iscoroutine(outcome):
        await outcome


async def read(storage: Storage, key: str) -> bytes:
    """The whole of a content."""
    return b"".join([chunk async for chunk in await storage.open(key)])


# Writes a little, so that all is loaded, then the most there may be, and says how much memory it took.
_MEASURED = """
import asyncio, resource
from punchlist.domain import ids, limits
from punchlist.settings import from_handoff
from punchlist.storage import storage_for

def memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

async def zeros(size):
    for _ in range(size // 65_536):
        yield bytes(65_536)

async def pass_through(storage, size):
    key = ids.new_id()
    await storage.write(key, zeros(size))
    async for _ in await storage.open(key):
        pass

async def main():
    storage = storage_for(from_handoff().settings)
    await pass_through(storage, 65_536)
    before = memory()
    await pass_through(storage, limits.FILE_MAX)
    await storage.close()
    print(memory() - before)

asyncio.run(main())
"""


def kilobytes_grown_by(settings: Settings) -> int:
    """How much memory a process takes that writes and reads the largest content there may be."""
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED],
        env=os.environ | to_handoff(settings, ""),
        check=True, capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    return int(done.stdout)


def fails() -> None:
    """What a connection does that breaks."""
    raise ConnectionResetError("the sender has gone")
