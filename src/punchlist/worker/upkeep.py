"""Rounds that serve no one thing: the change clock, and what is kept no longer."""

import logging

from punchlist.services import change_clock
from punchlist.store import jobs
from punchlist.worker.state import WorkerState

_log = logging.getLogger("punchlist.worker")


async def move_changes(state: WorkerState) -> None:
    """Makes the moves of changes that are due, in every workspace."""
    moved = await change_clock.move_due(state.db, state.now())
    if moved:
        _log.info("the clock moved changes", extra={"count": moved})


async def forget_old_jobs(state: WorkerState) -> None:
    """Removes the log of jobs that ended long ago; what became of a delivery is kept with it."""
    await jobs.forget_old(state.db)
