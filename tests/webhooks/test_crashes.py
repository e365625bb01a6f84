"""A worker may end at any moment: a delivery is made at least once, never lost, and ends."""

import asyncio
from typing import Any

import pytest

from punchlist.domain import limits
from punchlist.worker import deliveries
from tests.support.client import expect


class Crash(BaseException):
    """The end of a process, as far as what was under way can tell."""


@pytest.fixture
def webhook(ada, receiver):
    return expect(201, ada.post("/webhooks", {"url": receiver.url, "events": ["task.*"]}))


class Crashing:
    """Stands before a coroutine function and ends the n-th call, before or after it did its work."""

    def __init__(self, real: Any, *, after: bool) -> None:
        self.real, self.after, self.crashed = real, after, False

    async def __call__(self, *given: Any, **named: Any) -> Any:
        if self.crashed:
            return await self.real(*given, **named)
        self.crashed = True
        if self.after:
            await self.real(*given, **named)
        raise Crash


# Every await between a job's beginning and its end that changes something, by where it is called from.
MOMENTS = [
    ("punchlist.services.deliveries", "claim"),
    ("punchlist.store.deliveries", "claim"),
    ("punchlist.worker.outbound", "post"),
    ("punchlist.services.deliveries", "record_attempt"),
    ("punchlist.store.deliveries", "hold"),
    ("punchlist.store.deliveries", "insert_attempt"),
    ("punchlist.store.deliveries", "save"),
    ("punchlist.services.deliveries", "enqueue"),
    ("punchlist.services.deliveries", "next_of_lane"),
    ("punchlist.store.webhooks", "note_failure"),
]


@pytest.mark.parametrize("answered", [204, 500], ids=["delivered", "refused"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("moment", MOMENTS, ids=".".join)
def test_a_crash_loses_no_delivery(ada, webhook, worker, receiver, monkeypatch, moment, after, answered):
    from importlib import import_module

    task = ada.makes_a_task(title="0")
    ada.changes(task, title="1")
    receiver.answers(answered)
    worker.follows()
    module = import_module(moment[0])
    crashing = Crashing(getattr(module, moment[1]), after=after)
    monkeypatch.setattr(module, moment[1], crashing)
    jobs = worker.takes()  # and with the process its jobs are gone, as at worst they may be
    try:
        worker.does(*jobs)
        met = False
    except Crash:
        met = True
    assert met == crashing.crashed
    receiver.answers(204)
    assert_all_end(worker)
    told = [each.message["data"]["task"]["title"] for each in receiver.received]
    assert set(told) == {"0", "1"}
    assert told.index("0") < told.index("1")
    states = worker.rows("SELECT state, claimed_until FROM webhook_deliveries WHERE workspace_id = $1")
    assert [row["state"] for row in states] == ["delivered", "delivered"]
    assert len(told) <= 4


def assert_all_end(worker) -> None:
    """Lets minutes pass, in each of which the round looks for lost deliveries, until none is pending."""
    for _ in range(10):
        worker.does(*worker.takes())
        pending = worker.rows(
            "SELECT 1 FROM webhook_deliveries WHERE workspace_id = $1 AND state = 'pending'"
        )
        if not pending:
            return
        worker.waits(minutes=2)
        worker.backstage.run(deliveries.find_lost(worker.state))
    raise AssertionError("a delivery does not end")


def test_a_worker_that_is_told_to_stop_in_the_middle_loses_nothing(ada, webhook, worker, receiver):
    import threading

    ada.makes_a_task()
    goes_on = threading.Event()
    receiver.answers(204, after=goes_on)
    worker.follows()
    [job] = worker.takes()

    async def stop_in_the_middle() -> None:
        task = asyncio.create_task(worker.deliver(job))
        await asyncio.to_thread(receiver.waits, 1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    worker.backstage.run(stop_in_the_middle())
    goes_on.set()
    [retry] = worker.does(job)  # it is still claimed by who was stopped
    assert limits.DELIVERY_SECONDS < retry.after.total_seconds() <= limits.DELIVERY_CLAIM.total_seconds()
    receiver.answers(204)
    assert_all_end(worker)
    assert len(receiver.received) == 2


def test_those_that_follow_are_seen_to_by_the_job_of_one_that_was_made_before_its_worker_died(
    ada, webhook, worker, receiver
):
    task = ada.makes_a_task(title="0")
    ada.changes(task, title="1")
    worker.follows()
    [job] = worker.takes()
    first, second = (row["id"] for row in worker.rows(
        "SELECT id FROM webhook_deliveries WHERE workspace_id = $1 ORDER BY position"
    ))  # fmt: skip
    worker.backstage.execute(
        "UPDATE webhook_deliveries SET state = 'delivered', attempts = 1, next_attempt_at = NULL,"
        " ended_at = now() WHERE workspace_id = $1 AND id = $2",
        worker.workspace_id,
        first,
    )
    assert job.delivery_id == first
    assert worker.does(job) == []
    assert [row["state"] for row in worker.rows(
        "SELECT state FROM webhook_deliveries WHERE workspace_id = $1 AND id = '" + second + "'"
    )] == ["delivered"]  # fmt: skip


def test_the_round_finds_what_has_no_job_and_nothing_else(ada, webhook, worker, receiver):
    ada.makes_a_task(title="Has a job")
    worker.follows()
    worker.waits(minutes=2)
    worker.backstage.run(deliveries.find_lost(worker.state))
    assert len(worker.jobs()) == 1
    worker.takes()
    for _ in range(3):  # however often it goes round
        worker.backstage.run(deliveries.find_lost(worker.state))
    assert len(worker.jobs()) == 1
    worker.works()
    worker.backstage.run(deliveries.find_lost(worker.state))
    assert worker.jobs() == []
    assert len(receiver.received) == 1


def test_an_attempt_that_goes_wrong_on_our_side_is_counted(ada, webhook, worker, receiver, monkeypatch):
    def broken(*_):
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(deliveries, "_headers", broken)
    ada.makes_a_task()
    worker.until_nothing_is_left()
    [row] = worker.rows("SELECT state, last_error FROM webhook_deliveries WHERE workspace_id = $1")
    assert row["state"] == "failed"
    assert receiver.received == []
