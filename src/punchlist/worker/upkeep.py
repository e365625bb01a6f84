"""Rounds that serve no one thing: the change clock, and what is kept no longer."""

import logging

from punchlist.domain.context import system_context
from punchlist.services import change_clock
from punchlist.services.workspaces import find_workspaces
from punchlist.store import jobs
from punchlist.worker.state import WorkerState

_log = logging.getLogger("punchlist.worker")


async def move_changes(state: WorkerState) -> None:
    """Makes the moves of changes that are due, in every workspace."""
    for workspace in await find_workspaces(state.db, None):
        moved = await change_clock.move_due(state.db, system_context(workspace.id, state.now()))
        if moved:
            _log.info("the clock moved changes", extra={"workspace": workspace.number, "count": moved})


async def forget_old_jobs(state: WorkerState) -> None:
    """Removes the log of jobs that ended long ago; what became of a delivery is kept with it."""
    await jobs.forget_old(state.db)
