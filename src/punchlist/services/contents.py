"""Content on its way in, and what becomes of content that no file has.

Three things can fail between the first byte and the last row: the sender, the storage and the database;
and this process can end at any moment. Hence the order: the content is entered as a stray, then stored,
then taken by a file in the transaction that writes the file. What is no longer wanted is entered as a
stray in the transaction that lets go of it, and a sweep removes it.
"""

import datetime as dt
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from punchlist.domain import ids, limits
from punchlist.domain.context import Context
from punchlist.domain.problems import Kind, Rejected
from punchlist.storage import Storage, Stored
from punchlist.store import contents
from punchlist.store.database import Executor

_log = logging.getLogger("punchlist.contents")

_TOGETHER = 100
_LONG = dt.timedelta(hours=limits.STRAY_CONTENT_HOURS)


class Arrival(msgspec.Struct, frozen=True):
    """Content that is stored, and that no file has yet."""

    key: str
    stored: Stored


@asynccontextmanager
async def arriving(
    db: Executor, storage: Storage, context: Context, chunks: AsyncIterator[bytes]
) -> AsyncIterator[Arrival]:
    """Stores what comes, for the block to give it to a file with `take`; content that is not, is removed."""
    workspace_id, key = context.actor.workspace_id, ids.new_id()
    await contents.enter(db, workspace_id, key, context.now)
    try:
        yield Arrival(key, await storage.write(key, chunks))
    finally:
        # Also where it was taken: an answer that was lost on its way back does not tell.
        await _remove_stray(db, storage, workspace_id, key)


async def take(db: Executor, context: Context, key: str) -> None:
    """Takes stored content for a file, in the transaction that writes the file; else Rejected."""
    if not await contents.take(db, context.actor.workspace_id, key):
        raise Rejected(Kind.CONCURRENT_CHANGE)  # it came in so slowly that the sweep has doomed it


async def let_go(db: Executor, context: Context, key: str) -> None:
    """Leaves content to the sweep, in the transaction in which its file lets go of it."""
    await contents.enter(db, context.actor.workspace_id, key, context.now)


async def _remove_stray(db: Executor, storage: Storage, workspace_id: int, key: str) -> None:
    try:
        if await contents.doom(db, workspace_id, key):
            await storage.delete(key)
            await contents.forget(db, workspace_id, key)
    except Exception as error:
        _log.warning("content %s is left to the sweep: %s", key, error)


class Swept(msgspec.Struct, frozen=True):
    """What a sweep did: contents removed, and contents that could not be and will be tried again."""

    removed: int
    failed: int


async def sweep(
    db: Executor, storage: Storage, workspace_id: int, *, now: dt.datetime, older_than: dt.timedelta = _LONG
) -> Swept:
    """Removes the contents that no file of a workspace has had for so long.

    `older_than` must be longer than any upload takes: one that is older is refused at its end. Several
    sweeps may run at once, and one that is cut short is taken up by the next.
    """
    before = now - older_than
    removed = failed = 0
    while keys := await contents.doom_old(db, workspace_id, before, _TOGETHER):
        for key in keys:
            try:
                await storage.delete(key)
            except Exception as error:
                _log.warning("content %s cannot be removed: %s", key, error)
                await contents.postpone(db, workspace_id, key, now)
                failed += 1
            else:
                await contents.forget(db, workspace_id, key)
                removed += 1
    return Swept(removed, failed)
