"""In which order attempts are made, and how many at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from punchlist.domain import limits
from tests.support.client import expect
from tests.webhooks.receiver import Reply


@pytest.fixture
def webhook(ada, receiver):
    return expect(201, ada.post("/webhooks", {"url": receiver.url, "events": ["task.*"]}))


def titles(receiver):
    return [each.message["data"]["task"]["title"] for each in receiver.received]


def every_job(ada, webhook, worker):
    """A job for each delivery, as a queue that mixes everything up might hold them."""
    rows = worker.rows("SELECT id FROM webhook_deliveries WHERE workspace_id = $1 ORDER BY position DESC")
    [first, *_] = worker.takes()
    return [first._replace(delivery_id=row["id"]) for row in rows]


def test_what_happens_to_one_task_is_told_in_its_order_whatever_job_comes_first(
    ada, webhook, worker, receiver
):
    task = ada.makes_a_task(title="0")
    for number in range(1, 6):
        ada.changes(task, title=str(number))
    worker.follows()
    assert len(worker.jobs()) == 1
    for _ in range(6):
        worker.does(*every_job_once(ada, webhook, worker))
    assert titles(receiver) == list("012345")


def every_job_once(ada, webhook, worker):
    if worker.jobs():
        every_job_once.found = every_job(ada, webhook, worker)
    return every_job_once.found


def test_it_is_told_in_order_by_workers_at_once(ada, webhook, worker, receiver):
    task = ada.makes_a_task(title="00")
    for number in range(1, 25):
        ada.changes(task, title=f"{number:02d}")
    worker.follows()
    jobs = every_job(ada, webhook, worker)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(worker.does, jobs * 2))
    while len(receiver.received) < 25:
        worker.does(*jobs)
    assert titles(receiver) == [f"{number:02d}" for number in range(25)]
    assert receiver.most_at_once == 1


def test_a_delivery_that_waits_for_a_retry_holds_up_none_that_follow(ada, webhook, worker, receiver):
    task = ada.makes_a_task(title="0")
    for number in (1, 2):
        ada.changes(task, title=str(number))
    receiver.answers(500, 204)
    worker.works()
    assert titles(receiver) == list("012")
    worker.waits(seconds=6)
    worker.works()
    assert titles(receiver) == list("0120")


def test_what_happens_while_a_first_attempt_is_made_is_told_after_it(ada, webhook, worker, receiver):
    task = ada.makes_a_task(title="0")
    goes_on = threading.Event()
    receiver.answers(204, after=goes_on)
    worker.follows()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(worker.does, *worker.takes())
        receiver.waits(1)
        ada.changes(task, title="1")
        worker.follows()
        [job] = worker.takes()
        [retry] = worker.does(job)
        assert retry.after.total_seconds() <= 2
        goes_on.set()
        assert first.result() == []
    assert titles(receiver) == list("01")
    assert worker.does(job) == []
    assert titles(receiver) == list("01")


def test_many_in_a_row_give_others_a_turn_and_are_all_told(ada, webhook, worker, receiver, monkeypatch):
    from punchlist.worker import deliveries

    monkeypatch.setattr(deliveries, "_IN_A_ROW", 3)
    task = ada.makes_a_task(title="0")
    for number in range(1, 8):
        ada.changes(task, title=str(number))
    worker.works()
    assert titles(receiver) == list("012")
    worker.works()
    worker.works()
    assert titles(receiver) == list("01234567")
    assert worker.jobs() == []


def test_a_slow_endpoint_has_its_share_and_no_more_and_others_go_on(ada, webhook, worker, receiver):
    from tests.webhooks.receiver import receiving

    goes_on = threading.Event()
    receiver.reply = lambda _: Reply(after=goes_on)
    with receiving() as quick:
        expect(201, ada.post("/webhooks", {"url": quick.url, "events": ["task.*"]}))
        for number in range(12):
            ada.makes_a_task(title=str(number))
        worker.follows()
        jobs = worker.takes()
        slow = [job for job in jobs if job.webhook_id == webhook["id"]]
        others = [job for job in jobs if job.webhook_id != webhook["id"]]
        assert (len(slow), len(others)) == (12, 12)
        with ThreadPoolExecutor(12) as pool:
            under_way = [pool.submit(worker.does, job) for job in slow]
            receiver.waits(limits.DELIVERIES_AT_ONCE)
            assert worker.does(*others) == []
            assert len(quick.received) == 12
            while sum(each.done() for each in under_way) < 4:
                pass
            refused = [retry for each in under_way if each.done() for retry in each.result()]
            assert len(refused) == 4
            assert all(0 < retry.after.total_seconds() <= 2 for retry in refused)
            goes_on.set()
        assert len(receiver.received) == limits.DELIVERIES_AT_ONCE
        worker.does(*slow)
        assert sorted(map(int, titles(receiver))) == list(range(12))
