"""What may be asked of one's own work."""

import msgspec

from punchlist.domain.context import Context
from punchlist.domain.keys import Scope
from punchlist.domain.queries import Page
from punchlist.domain.work import Work, WorkFilter, WorkKind
from punchlist.store import work
from punchlist.store.database import Executor


async def list_work(db: Executor, context: Context, wanted: WorkFilter, page: Page) -> tuple[list[Work], int]:
    """What the actor has to do, of one page, the most urgent first, and how much there is on all pages. A
    key that may not read changes is told of no implementation task."""
    scopes = context.actor.scopes
    if scopes is not None and Scope.CHANGES_READ not in scopes:
        kinds = WorkKind if wanted.kinds is None else wanted.kinds
        readable = tuple(kind for kind in kinds if kind is not WorkKind.IMPLEMENTATION_TASK)
        if not readable:
            return [], 0
        wanted = msgspec.structs.replace(wanted, kinds=readable)
    return await work.list_(db, context.actor, wanted, page, context.now)
