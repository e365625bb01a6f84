"""What the workers still have before them, whichever process they are in: asked for by the metrics."""

import datetime as dt

import msgspec

from punchlist.store import backlog
from punchlist.store.backlog import Jobs, Record
from punchlist.store.database import Executor


class Backlog(msgspec.Struct, frozen=True):
    """What is waiting: events without a link, events that a reader has not read, jobs."""

    record: Record
    unread: dict[str, int]
    jobs: list[Jobs]


async def find_backlog(db: Executor, now: dt.datetime) -> Backlog:
    """What the workers of a database still have before them."""
    return Backlog(await backlog.record(db, now), await backlog.unread(db), await backlog.jobs(db, now))
