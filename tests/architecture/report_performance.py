"""What people look at to see where they stand: their own work, and reports."""

import datetime as dt

from punchlist.domain.context import Context
from punchlist.domain.permissions import Actor, Role
from punchlist.domain.queries import Page
from punchlist.domain.reports import Interval, window_of
from punchlist.domain.work import Urgency, WorkFilter, WorkKind
from punchlist.services import reports, work
from punchlist.store.database import Database


async def perform_reports(db: Database, workspace_id: int, user_id: str, now: dt.datetime) -> None:
    """Looks at everything there is of this once, as an admin and as a member."""
    for role in (Role.ADMIN, Role.MEMBER):
        context = Context(Actor(workspace_id, user_id, role), now)
        everything = WorkFilter(tuple(WorkKind), tuple(Urgency))
        for wanted in (WorkFilter(), everything, WorkFilter((WorkKind.TASK,))):
            await work.list_work(db, context, wanted, Page())
        await work.list_work(db, context, everything, Page(10, 1000))
        window = window_of(None, None, Interval.DAY, today=now.date())
        for report in (reports.flow, reports.throughput, reports.cycle_times):
            await report(db, context, window)
        await reports.overdue(db, context)
        await reports.open_changes(db, context)
