"""What time does to changes: the moves that are due are made, once, whoever's clock strikes."""

import datetime as dt

from punchlist.domain.context import Context, system_context
from punchlist.services.changes import move_by_the_clock
from punchlist.store import changes
from punchlist.store.database import Executor

_TOGETHER = 100
# A day of the change dialect begins up to a day before an instant that falls on it.
_NEAR = dt.timedelta(days=1)


async def move_due(db: Executor, now: dt.datetime) -> int:
    """Makes every move that is due by an instant, in all workspaces; returns how many changes moved.

    Each is a transaction of its own, so that one that fails holds up no other.
    """
    moved = 0
    for workspace_id in await changes.workspaces_nearly_due(db, before=now + _NEAR):
        moved += await _move_due_in(db, system_context(workspace_id, now))
    return moved


async def _move_due_in(db: Executor, context: Context) -> int:
    moved = 0
    last_id = ""
    while found := await changes.nearly_due(
        db, context.actor.workspace_id, after_id=last_id, before=context.now + _NEAR, most=_TOGETHER
    ):
        for change in found:
            moved += await move_by_the_clock(db, context, change)
        last_id = found[-1].id
    return moved
