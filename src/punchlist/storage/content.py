"""What a storage does, and how content is measured on its way in."""

import hashlib
from collections.abc import AsyncIterator
from typing import Protocol

import msgspec

from punchlist.domain import limits
from punchlist.domain.files import too_large


class Stored(msgspec.Struct, frozen=True):
    """What content measures: its bytes, and their SHA-256 in hexadecimal digits."""

    size: int
    sha256: str


class ContentLost(Exception):
    """There is no content of a key that a file names: somebody or something else has removed it."""


class Reading(Protocol):
    """Content on its way out, piece by piece; `aclose` ends it early."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...
    async def aclose(self) -> None: ...


class Storage(Protocol):
    """Keeps content by its key. An operation raises Unavailable where the storage is out of reach."""

    async def write(self, key: str, chunks: AsyncIterator[bytes]) -> Stored:
        """Keeps what comes, and returns only once it is durable.

        Raises Rejected when it is too large, and whatever `chunks` raises; then nothing is kept.
        """

    async def open(self, key: str) -> Reading:
        """Begins to read content; raises ContentLost where there is none."""

    async def delete(self, key: str) -> None:
        """Removes content, finished or not; one that is not there is no error."""

    async def close(self) -> None:
        """Ends all connections. The storage can be used again."""


class Intake:
    """Measures content while it is taken, and cuts it off where it grows too large."""

    def __init__(self, chunks: AsyncIterator[bytes]) -> None:
        self._chunks = chunks
        self._digest = hashlib.sha256()
        self._size = 0
        self.ended = False

    async def take(self, least: int) -> bytes:
        """The next bytes: at least so many, or all there are when fewer are left (`ended` is then set)."""
        block = bytearray()
        while len(block) < least:
            try:
                chunk = await anext(self._chunks)
            except StopAsyncIteration:
                self.ended = True
                break
            self._size += len(chunk)
            if self._size > limits.FILE_MAX:
                raise too_large()
            block += chunk
        self._digest.update(block)
        return bytes(block)

    def measured(self) -> Stored:
        """What was taken so far."""
        return Stored(self._size, self._digest.hexdigest())
