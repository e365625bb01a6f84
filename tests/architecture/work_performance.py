"""What a worker asks of the store: linking the record, reading along it, its rounds."""

import datetime as dt
from collections.abc import Sequence

from punchlist.domain.publication import Linked
from punchlist.services import change_clock, publishing
from punchlist.services.backlog import find_backlog
from punchlist.services.publishing import Reader
from punchlist.store import chains, changes, jobs, readers
from punchlist.store.database import Database, Executor


async def _read(tx: Executor, workspace_id: int, events: Sequence[Linked]) -> None:
    """Reads and does nothing: what a reader does has its own part."""


async def perform_work(db: Database, workspace_id: int, now: dt.datetime) -> None:
    """Does what a worker does once."""
    await find_backlog(db, now)
    assert workspace_id in await chains.workspaces_with_work(db)
    assert await publishing.follow(db, (), workspace_ids=[workspace_id])
    assert workspace_id in await readers.workspaces_behind(db, "performance")
    assert await publishing.follow(db, (Reader("performance", _read),), workspace_ids=[workspace_id])
    await change_clock.move_due(db, now)
    await changes.nearly_due(db, workspace_id, after_id="", before=now, most=1)
    await jobs.forget_old(db)
