"""What may be asked of reports. Each is only about what the actor may see."""

from punchlist.domain.context import Context
from punchlist.domain.lifecycle import Status
from punchlist.domain.reports import CycleTimes, OpenChange, Overdue, Window, cumulated
from punchlist.store import reports
from punchlist.store.database import Executor


async def flow(db: Executor, context: Context, window: Window) -> list[dict[Status, int]]:
    """How many tasks were in each status at the end of each bucket."""
    return cumulated(await reports.flow(db, context.actor, window), window.buckets)


async def throughput(db: Executor, context: Context, window: Window) -> list[tuple[int, int]]:
    """How many tasks were created, and how many finished, in each bucket."""
    found = await reports.throughput(db, context.actor, window)
    return [found.get(bucket, (0, 0)) for bucket in range(window.buckets)]


async def cycle_times(db: Executor, context: Context, window: Window) -> CycleTimes:
    """How long the tasks took that were finished in a window."""
    return await reports.cycle_times(db, context.actor, window)


async def overdue(db: Executor, context: Context) -> list[Overdue]:
    """What is overdue now, by whose it is, the most first."""
    return await reports.overdue(db, context.actor, context.now)


async def open_changes(db: Executor, context: Context) -> list[OpenChange]:
    """The changes that are neither completed nor canceled, and how far they are."""
    return await reports.open_changes(db, context.actor, context.now)
