"""A worker at work: it follows the record, does the queue's jobs and makes its rounds until told to stop.

Any number of workers may be at it at once, on one database. What each does is held by a row while it is
done, and what a worker that died had in hand is taken up by another: the record at once, a job or a round
once its heartbeat has been missing for a while.
"""

import asyncio
import datetime as dt
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any

from punchlist.domain.problems import Unavailable
from punchlist.services.publishing import follow
from punchlist.store import jobs
from punchlist.worker.duties import DUTIES, Duties, Job, Round
from punchlist.worker.retrying import Retry
from punchlist.worker.state import WorkerState

_log = logging.getLogger("punchlist.worker")

# How long an event waits for its link at most. Asking costs some 0.2 ms, whoever else asks; a NOTIFY in
# each writer's transaction would make all writers commit one after the other.
_LOOK_SECONDS = 0.1
_REST = 10  # times as long as a look took that found nothing: with thousands of workspaces one takes a while
_AFTER_FAILURE_SECONDS = 1.0
_ASK_QUEUE = dt.timedelta(seconds=5)  # where no NOTIFY has come, and no job falls due earlier
_BATCH = 16
_AT_ONCE = 64  # jobs in hand; nearly all of their time is spent waiting for somebody's answer
# After so long without a sign of life a worker's jobs are taken over. A busy machine may stall for some
# seconds; a delivery that is made twice because of that does no harm.
_HEARTBEAT = dt.timedelta(seconds=20)


async def work(state: WorkerState, stopping: asyncio.Event, duties: Duties = DUTIES) -> None:
    """Works until `stopping` is set, then finishes what is in hand and returns."""
    following = asyncio.create_task(
        _again_and_again(
            "following the record",
            partial(follow, state.db, duties.readers, is_enough=stopping.is_set),
            stopping,
        )
    )
    try:
        await _keep_queue(state, stopping, duties)
        await following
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


async def _again_and_again(what: str, do: Callable[[], Awaitable[int]], stopping: asyncio.Event) -> None:
    """Does what returns how much it found to do, until told to stop."""
    loop = asyncio.get_running_loop()
    while not stopping.is_set():
        started = loop.time()
        try:
            found = await do()
            pause = _LOOK_SECONDS if found else max(_LOOK_SECONDS, _REST * (loop.time() - started))
        except Unavailable:
            _log.warning("the worker waits for the database", extra={"duty": what})
            pause = _AFTER_FAILURE_SECONDS
        except Exception:
            _log.exception("a duty failed and is tried again", extra={"duty": what})
            pause = _AFTER_FAILURE_SECONDS
        await _wait(stopping, pause)


async def _keep_queue(state: WorkerState, stopping: asyncio.Event, duties: Duties) -> None:
    """Runs PgQueuer, and runs it again after it failed: it gives up where its connection is lost."""
    while not stopping.is_set():
        try:
            await _run_queue(state, stopping, duties)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            _log.warning("the queue of jobs is taken up again", extra={"because": repr(error)})
            await _wait(stopping, _AFTER_FAILURE_SECONDS)


async def _run_queue(state: WorkerState, stopping: asyncio.Event, duties: Duties) -> None:
    async with jobs.queue(state.db) as queue:
        for job in duties.jobs:
            queue.entrypoint(job.name, accepts_context=False)(_as_entrypoint(state, job))
        for each in duties.rounds:
            queue.schedule(each.name, each.when, accepts_context=False)(_as_schedule(state, each))
        stop = asyncio.create_task(_pass_on(stopping, queue.shutdown))
        try:
            await queue.run(
                dequeue_timeout=_ASK_QUEUE,
                batch_size=_BATCH,
                max_concurrent_tasks=_AT_ONCE,
                shutdown_on_listener_failure=True,
                heartbeat_timeout=_HEARTBEAT,
            )
        finally:
            stop.cancel()


def _as_entrypoint(state: WorkerState, job: Job) -> Callable[[Any], Awaitable[None]]:
    async def do(taken: Any) -> None:
        from pgqueuer.errors import RetryRequested

        try:
            await job.do(state, taken.payload or b"")
        except Retry as retry:
            raise RetryRequested(delay=retry.after) from retry
        except Unavailable as error:
            raise RetryRequested(delay=dt.timedelta(seconds=_AFTER_FAILURE_SECONDS)) from error

    return do


def _as_schedule(state: WorkerState, each: Round) -> Callable[[Any], Awaitable[None]]:
    async def do(_: Any) -> None:
        with suppress(Unavailable):  # the next round is soon enough
            await each.do(state)

    return do


async def _pass_on(told: asyncio.Event, to: asyncio.Event) -> None:
    await told.wait()
    to.set()


async def _wait(stopping: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)
