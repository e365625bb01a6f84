"""Whole workers at work, two at once on one database: everything arrives, in order, and ends."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from punchlist.settings import Settings
from punchlist.storage import storage_for
from punchlist.store.database import Database
from punchlist.worker.state import WorkerState
from punchlist.worker.work import work
from tests.support.backstage import Backstage
from tests.support.client import expect
from tests.support.people import Cast
from tests.support.servers import eventually, in_thread
from tests.webhooks.receiver import Received, Reply


@contextlib.asynccontextmanager
async def at_work(dsn: str, settings: Settings) -> AsyncIterator[None]:
    """A worker with connections of its own, for the block."""
    db = await Database.connect(dsn, size=6)
    stopping = asyncio.Event()
    working = asyncio.create_task(work(WorkerState(settings, db, storage_for(settings)), stopping))
    try:
        yield
    finally:
        stopping.set()
        await working
        await db.close()


@pytest.fixture(scope="module")
def open_http(own_dsn: str, open_settings: Settings) -> Iterator[httpx.Client]:
    """Connections to a server on a database on which nobody else has left work."""
    with (
        in_thread(open_settings, own_dsn) as url,
        httpx.Client(base_url=url, timeout=60, trust_env=False) as client,
    ):
        yield client


@pytest.fixture
def cast(own_backstage: Backstage, open_http: httpx.Client) -> Cast:
    return Cast(own_backstage, open_http)


def by_task(received: list[Received]) -> dict[str, list[str]]:
    found = defaultdict(list)
    for each in received:
        task = each.message["data"]["task"]
        found[task["id"]].append(task["title"])
    return found


@pytest.fixture
def webhook(ada, receiver):
    return expect(201, ada.post("/webhooks", {"url": receiver.url, "events": ["task.*"]}))


async def test_two_workers_at_once_deliver_everything_once_and_in_order(
    ada, webhook, own_dsn, open_settings, receiver
):
    def many_things_happen() -> dict[str, list[str]]:
        tasks = [ada.makes_a_task(title="0") for _ in range(8)]
        for number in range(1, 5):
            for task in tasks:
                ada.changes(task, title=str(number))
        return {task["id"]: list("01234") for task in tasks}

    async with at_work(own_dsn, open_settings), at_work(own_dsn, open_settings):
        expected = await asyncio.to_thread(many_things_happen)
        await asyncio.to_thread(eventually, lambda: by_task(receiver.received) == expected)
    assert all(each.verified(webhook["secret"]) for each in receiver.received)
    assert len({each.id for each in receiver.received}) == 40


async def test_a_worker_tries_again_by_itself(ada, webhook, own_dsn, open_settings, receiver):
    def refuse_once(request: Received) -> Reply:
        return Reply(500 if sum(each.id == request.id for each in receiver.received) == 1 else 204)

    def is_delivered() -> bool:
        found = expect(200, ada.get(f"/webhooks/{webhook['id']}/deliveries", state="delivered"))
        return bool(found["data"])

    receiver.reply = refuse_once
    async with at_work(own_dsn, open_settings):
        await asyncio.to_thread(ada.makes_a_task)
        await asyncio.to_thread(eventually, is_delivered)
    first, second = receiver.received
    assert (first.id, first.body) == (second.id, second.body)
