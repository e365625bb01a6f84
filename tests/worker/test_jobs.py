"""The queue's jobs: done once, again when they ask for it or their worker died, and never by two at once."""

import asyncio
import contextlib
import datetime as dt
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from punchlist.domain.ids import new_id
from punchlist.domain.problems import Unavailable
from punchlist.settings import Settings
from punchlist.storage import storage_for
from punchlist.store import backlog, jobs
from punchlist.store.database import Database
from punchlist.worker.duties import Duties, Job, Round
from punchlist.worker.retrying import Retry
from punchlist.worker.state import WorkerState
from punchlist.worker.work import work

SOON = dt.timedelta(milliseconds=50)


@pytest.fixture
def name() -> str:
    """A kind of job that nobody else knows."""
    return f"test {new_id()}"


@contextlib.asynccontextmanager
async def working(dsn: str, data_dir: Path, duties: Duties) -> AsyncIterator[asyncio.Event]:
    """Has a worker at work for the block, with connections of its own, and lets it finish."""
    db = await Database.connect(dsn, size=4)
    settings = Settings(data_dir=data_dir)
    stopping = asyncio.Event()
    at_work = asyncio.create_task(work(WorkerState(settings, db, storage_for(settings)), stopping, duties))
    try:
        yield stopping
    finally:
        stopping.set()
        await at_work
        await db.close()


async def until(true) -> None:
    """Waits until something holds."""
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110  (another task makes it true, and need not know who waits)
            await asyncio.sleep(0.02)


async def in_queue(db: Database, name: str) -> backlog.Jobs | None:
    found = await backlog.jobs(db, dt.datetime.now(dt.UTC))
    return next((each for each in found if each.name == name), None)


async def test_a_job_is_there_once_its_transaction_is_committed_and_not_before(db, name):
    with contextlib.suppress(ZeroDivisionError):
        async with db.transaction() as tx:
            await jobs.enqueue(tx, name, [b"never"])
            raise ZeroDivisionError
    assert await in_queue(db, name) is None
    async with db.transaction() as tx:
        await jobs.enqueue(tx, name, [b"one", b"two"])
        assert await in_queue(db, name) is None
    waiting = await in_queue(db, name)
    assert waiting is not None
    assert (waiting.waiting, waiting.in_hand, waiting.failed) == (2, 0, 0)


async def test_several_workers_do_each_job_once(dsn, db, data_dir, name):
    done: Counter[bytes] = Counter()

    async def do(_: WorkerState, payload: bytes) -> None:
        await asyncio.sleep(0.01)
        done[payload] += 1

    payloads = [str(number).encode() for number in range(60)]
    await jobs.enqueue(db, name, payloads)
    duties = Duties(jobs=(Job(name, do),))
    async with working(dsn, data_dir, duties), working(dsn, data_dir, duties):
        await until(lambda: len(done) == 60)
    assert set(done.values()) == {1}
    assert await in_queue(db, name) is None


async def test_a_job_that_asks_for_it_is_done_again_and_so_is_one_that_lost_the_database(
    dsn, db, data_dir, name
):
    tries: Counter[bytes] = Counter()

    async def do(_: WorkerState, payload: bytes) -> None:
        tries[payload] += 1
        if tries[payload] < 3:
            raise Retry(SOON) if payload == b"asks" else Unavailable("gone for a moment")

    await jobs.enqueue(db, name, [b"asks", b"lost"])
    async with working(dsn, data_dir, Duties(jobs=(Job(name, do),))):
        await until(lambda: tries == {b"asks": 3, b"lost": 3})
    assert await in_queue(db, name) is None


async def test_a_job_that_breaks_is_given_up_and_counted(dsn, db, data_dir, name):
    tries: Counter[bytes] = Counter()

    async def do(_: WorkerState, payload: bytes) -> None:
        tries[payload] += 1
        raise ZeroDivisionError

    await jobs.enqueue(db, name, [b"breaks"])
    async with working(dsn, data_dir, Duties(jobs=(Job(name, do),))):
        await until(lambda: tries[b"breaks"] == 1)
    failed = await in_queue(db, name)
    assert failed is not None
    assert (failed.waiting, failed.in_hand, failed.failed) == (0, 0, 1)


async def test_a_worker_that_is_told_to_stop_finishes_what_it_has_in_hand(dsn, db, data_dir, name):
    begun, done = asyncio.Event(), []

    async def do(_: WorkerState, payload: bytes) -> None:
        begun.set()
        await asyncio.sleep(0.5)
        done.append(payload)

    await jobs.enqueue(db, name, [b"slow"])
    async with working(dsn, data_dir, Duties(jobs=(Job(name, do),))) as stopping:
        await begun.wait()
        stopping.set()
        assert done == []
    assert done == [b"slow"]
    assert await in_queue(db, name) is None


async def test_a_round_is_made_by_one_worker_at_a_time(dsn, data_dir, name):
    at_once = most = made = 0

    async def do(_: WorkerState) -> None:
        nonlocal at_once, most, made
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.2)
        at_once -= 1
        made += 1

    duties = Duties(rounds=(Round(name, "* * * * * *", do),))
    async with working(dsn, data_dir, duties), working(dsn, data_dir, duties):
        await until(lambda: made >= 2)
    assert most == 1


_CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"


async def test_a_queue_that_breaks_leaves_no_connection_behind(dsn, db):
    own = await Database.connect(dsn, size=1)
    before = await own.fetchval(_CONNECTIONS)
    for _ in range(5):
        with contextlib.suppress(ZeroDivisionError):
            async with jobs.queue(own):
                raise ZeroDivisionError
    async with asyncio.timeout(60):
        while await own.fetchval(_CONNECTIONS) > before:  # noqa: ASYNC110  (the server closes them)
            await asyncio.sleep(0.05)
    await own.close()
