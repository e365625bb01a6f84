"""Content in a directory: one file for each, in folders by the first two letters of its key.

It is written under another name, brought to the disk, and only then named by its key; so a name is there
or not, and what it names is whole. A name left by a crash is removed with its key.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from io import FileIO
from pathlib import Path

from punchlist.domain import ids
from punchlist.storage.content import ContentLost, Intake, Stored
from punchlist.storage.finishing import to_its_end

_BLOCK = 1_048_576  # bytes; a hop to a thread then costs little, and a hundred uploads 100 MiB of memory
_UNFINISHED = ".part"


class DirectoryStorage:
    """A storage in a directory, which is made when the first content comes."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def write(self, key: str, chunks: AsyncIterator[bytes]) -> Stored:
        intake = Intake(chunks)
        writing = _Writing(self._root, self._path(key))
        try:
            await to_its_end(asyncio.to_thread(writing.begin))
            while not intake.ended:
                block = await intake.take(_BLOCK)
                await to_its_end(asyncio.to_thread(writing.append, block))
            await to_its_end(asyncio.to_thread(writing.finish))
        except BaseException:
            await to_its_end(asyncio.to_thread(writing.undo))
            raise
        return intake.measured()

    async def open(self, key: str) -> "_Reading":
        try:
            file = await to_its_end(asyncio.to_thread(FileIO, self._path(key)))
        except FileNotFoundError as error:
            raise ContentLost(key) from error
        return _Reading(file)

    async def delete(self, key: str) -> None:
        await to_its_end(asyncio.to_thread(_remove, self._path(key)))

    async def close(self) -> None:
        """There is nothing to end."""

    def _path(self, key: str) -> Path:
        # A key is ours, never a caller's; but a path is made of it.
        if not ids.is_id(key):
            raise ValueError("not a key of content")
        return self._root / key[:2] / key


class _Writing:
    """One content on its way to the disk. Its methods block, and none runs while another does."""

    def __init__(self, root: Path, path: Path) -> None:
        self._root = root
        self._path = path
        self._unfinished = path.with_name(path.name + _UNFINISHED)
        self._file: FileIO | None = None
        self._named = False

    def begin(self) -> None:
        _make_folders(self._root, self._path.parent)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        self._file = FileIO(os.open(self._unfinished, flags, 0o600), "wb")
        if self._path.exists():
            raise FileExistsError(self._path)

    def append(self, block: bytes) -> None:
        assert self._file is not None
        rest = memoryview(block)
        while rest:
            rest = rest[self._file.write(rest) :]

    def finish(self) -> None:
        assert self._file is not None
        os.fsync(self._file.fileno())
        self._file.close()
        self._unfinished.rename(self._path)
        self._named = True
        _sync_folder(self._path.parent)

    def undo(self) -> None:
        """Removes what was written, and only that: what stood there before is another's."""
        if self._file is not None:
            self._file.close()
            self._unfinished.unlink(missing_ok=True)
        if self._named:
            self._path.unlink(missing_ok=True)


class _Reading:
    """Content on its way out, a block at a time."""

    def __init__(self, file: FileIO) -> None:
        self._file = file

    def __aiter__(self) -> "_Reading":
        return self

    async def __anext__(self) -> bytes:
        if self._file.closed:
            raise StopAsyncIteration
        block: bytes = await to_its_end(asyncio.to_thread(self._file.read, _BLOCK))
        if block:
            return block
        await self.aclose()
        raise StopAsyncIteration

    async def aclose(self) -> None:
        self._file.close()


def _make_folders(root: Path, folder: Path) -> None:
    """Makes the folder of a content, for its owner alone, and brings the new name to the disk."""
    for each in (root, folder):
        try:
            each.mkdir(mode=0o700, parents=each is root)
        except FileExistsError:
            continue
        _sync_folder(each.parent)


def _sync_folder(folder: Path) -> None:
    """Brings the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(path: Path) -> None:
    """Removes content, finished or not. That a removal is lost in a crash does no harm: it is done again."""
    path.with_name(path.name + _UNFINISHED).unlink(missing_ok=True)
    path.unlink(missing_ok=True)
