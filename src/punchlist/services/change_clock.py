"""What time does to changes: the moves that are due are made, once, whoever's clock strikes."""

import datetime as dt

from punchlist.domain.context import Context
from punchlist.services.changes import move_by_the_clock
from punchlist.store import changes
from punchlist.store.database import Executor

_TOGETHER = 100
# A day of the change dialect begins up to a day before an instant that falls on it.
_NEAR = dt.timedelta(days=1)


async def move_due(db: Executor, context: Context) -> int:
    """Makes every move that is due in a workspace by the context's instant; returns how many changes moved.

    Each is a transaction of its own, so that one that fails holds up no other.
    """
    moved = 0
    last_id = ""
    while found := await changes.nearly_due(
        db, context.actor.workspace_id, after_id=last_id, before=context.now + _NEAR, most=_TOGETHER
    ):
        for change in found:
            moved += await move_by_the_clock(db, context, change)
        last_id = found[-1].id
    return moved
