"""The part of the performance in which the record has a part: every statement of its chain, once."""

import contextlib

from punchlist.domain import audit
from punchlist.store import chains, readers
from punchlist.store.chains import Chain
from punchlist.store.database import Database, Executor


class _UndoError(Exception):
    """Takes back a link that was only made to be seen."""


async def perform_record(db: Database, workspace_id: int) -> None:
    """Links a workspace's events, and reads along them."""
    await chains.workspaces_with_work(db)
    with contextlib.suppress(_UndoError):
        async with db.transaction() as tx:
            await _link(tx, workspace_id, await _held(tx, workspace_id))
            raise _UndoError
    await readers.workspaces_behind(db, "performance")
    async with db.transaction() as tx:
        place = await readers.hold(tx, workspace_id, "performance")
        assert place == 0
        await chains.read(tx, workspace_id, after=place, most=1)
        await readers.move(tx, workspace_id, "performance", 1)


async def _held(tx: Executor, workspace_id: int) -> Chain:
    """The chain, which a worker on the same database may be holding for the moment."""
    while (chain := await chains.hold(tx, workspace_id)) is None:
        pass
    return chain


async def _link(tx: Executor, workspace_id: int, chain: Chain) -> None:
    await chains.unlinked(tx, workspace_id, above=chain.settled_seq, position=chain.position, most=1)
    link = audit.Link(chain.position + 1, 2**62, chain.hash, bytes(32))  # all that is there may be linked
    await chains.extend(tx, workspace_id, [link])
    await chains.settle(tx, workspace_id, chain)
