"""Deliveries: made, tried again, given up, looked at, replayed."""

import datetime as dt
import threading

import pytest

from punchlist.domain import limits
from tests.support.builders import nobodys_id
from tests.support.client import expect, invalid, refused

DAY = dt.timedelta(days=1)


@pytest.fixture
def webhook(ada, receiver):
    """An endpoint that gets everything about tasks."""
    return expect(201, ada.post("/webhooks", {"url": receiver.url, "events": ["task.*"]}))


def deliveries_of(caller, webhook, **wanted):
    return expect(200, caller.get(f"/webhooks/{webhook['id']}/deliveries", **wanted))["data"]


def details(caller, webhook, delivery):
    return expect(200, caller.get(f"/webhooks/{webhook['id']}/deliveries/{delivery['id']}"))


def test_an_event_is_delivered_signed(ada, webhook, worker, receiver):
    task = ada.makes_a_task()
    worker.works()
    [received] = receiver.received
    assert received.path == "/hook"
    assert received.headers["content-type"] == "application/json"
    assert received.headers["user-agent"].startswith("Punchlist/")
    message = received.verified(webhook["secret"])
    assert (message["type"], message["data"]["task"]["id"]) == ("task.created", task["id"])
    [delivery] = deliveries_of(ada, webhook)
    assert (delivery["state"], delivery["attempts"], delivery["lastStatus"]) == ("delivered", 1, 204)
    assert (delivery["lastError"], delivery["nextAttemptAt"]) == (None, None)
    assert delivery["messageId"] == received.id
    assert details(ada, webhook, delivery)["body"].encode() == received.body
    assert worker.jobs() == []


def test_only_what_was_asked_for_is_delivered(ada, webhook, worker, receiver):
    task = ada.makes_a_task()
    ada.comments_on(task)
    ada.changes(task, title="Changed")
    ada.delete(f"/tasks/{task['id']}")
    worker.works()
    assert [each.message["type"] for each in receiver.received] == [
        "task.created",
        "task.updated",
        "task.deleted",
    ]


def test_nothing_that_was_before_it_is_delivered(ada, worker, receiver):
    ada.makes_a_task(title="Before")
    expect(201, ada.post("/webhooks", {"url": receiver.url, "events": ["*"]}))
    ada.makes_a_task(title="After")
    worker.works()
    assert [each.message["data"]["task"]["title"] for each in receiver.received] == ["After"]


def test_two_endpoints_get_the_same_message_each_with_its_own_signature(ada, webhook, worker, receiver):
    other = expect(201, ada.post("/webhooks", {"url": receiver.url, "events": ["*"]}))
    ada.makes_a_task()
    worker.works()
    one, two = receiver.received
    assert (one.id, one.body) == (two.id, two.body)
    signed = {each.headers["webhook-signature"] for each in receiver.received}
    assert len(signed) == 2
    for secret in (webhook["secret"], other["secret"]):
        assert sum(is_signed(each, secret) for each in receiver.received) == 1


def is_signed(received, secret):
    from standardwebhooks import WebhookVerificationError

    try:
        received.verified(secret)
    except WebhookVerificationError:
        return False
    return True


def test_after_a_rotation_both_secrets_sign_until_the_grace_is_over(ada, webhook, worker, receiver):
    rotated = expect(201, ada.post(f"/webhooks/{webhook['id']}/rotate", {"graceHours": 1}))
    ada.makes_a_task()
    worker.works()
    [received] = receiver.received
    assert len(received.headers["webhook-signature"].split(" ")) == 2
    assert is_signed(received, webhook["secret"])
    assert is_signed(received, rotated["secret"])
    newest = received.headers["webhook-signature"].split(" ")[0]
    only = received._replace(headers=received.headers | {"webhook-signature": newest})
    assert is_signed(only, rotated["secret"])
    worker.waits(hours=2)
    ada.makes_a_task()
    worker.works()
    assert len(receiver.received[1].headers["webhook-signature"].split(" ")) == 1


# --- failures --------------------------------------------------------------------------------------------


def test_a_failed_delivery_is_tried_again_with_the_same_bytes_and_id(ada, webhook, worker, receiver):
    receiver.answers(500, 200, body=b"Out of order")
    ada.makes_a_task()
    worker.works()
    [delivery] = deliveries_of(ada, webhook)
    assert (delivery["state"], delivery["attempts"], delivery["lastStatus"]) == ("pending", 1, 500)
    assert delivery["lastError"] == "The receiver answered 500"
    assert delivery["nextAttemptAt"] >= delivery["lastAttemptAt"]
    worker.waits(seconds=6)
    worker.works()
    first, second = receiver.received
    assert (first.id, first.body) == (second.id, second.body)
    assert int(second.headers["webhook-timestamp"]) >= int(first.headers["webhook-timestamp"]) + 5
    [delivery] = deliveries_of(ada, webhook)
    assert (delivery["state"], delivery["attempts"]) == ("delivered", 2)
    log = details(ada, webhook, delivery)["attemptLog"]
    assert [(each["number"], each["status"], each["answer"]) for each in log] == [
        (2, 200, "Out of order"),
        (1, 500, "Out of order"),
    ]


def test_a_job_that_comes_early_or_twice_does_nothing(ada, webhook, worker, receiver):
    receiver.answers(500)
    ada.makes_a_task()
    worker.follows()
    [job] = worker.takes()
    assert worker.does(job) == []
    [retry] = worker.does(job)
    assert dt.timedelta(seconds=3) < retry.after <= dt.timedelta(seconds=6)
    assert len(receiver.received) == 1
    receiver.answers(204)
    worker.waits(seconds=6)
    assert worker.does(job, job, job) == []
    assert len(receiver.received) == 2


def test_a_delivery_that_never_succeeds_ends_failed_and_its_endpoint_disabled(ada, webhook, worker, receiver):
    receiver.answers(503)
    ada.makes_a_task()
    worker.until_nothing_is_left()
    [delivery] = deliveries_of(ada, webhook)
    assert delivery["state"] == "failed"
    assert delivery["endedAt"]
    shown = expect(200, ada.get(f"/webhooks/{webhook['id']}"))
    assert (shown["enabled"], shown["failingSince"]) == (False, None)
    assert shown["disabledReason"].startswith("No delivery has succeeded since ")
    events = worker.rows(
        "SELECT verb, actor_id, after FROM events WHERE workspace_id = $1 AND entity = 'webhook' ORDER BY seq"
    )
    assert [(row["verb"], row["actor_id"]) for row in events] == [("created", ada.id), ("disabled", None)]
    [told] = expect(200, ada.get("/notifications?kind=webhook_disabled"))["data"]
    assert (told["entity"], told["entityId"]) == ("webhook", webhook["id"])
    assert told["url"].endswith(f"/v1/webhooks/{webhook['id']}")
    ada.makes_a_task()
    count = len(receiver.received)
    worker.until_nothing_is_left()
    assert len(receiver.received) == count


def test_one_success_within_a_day_keeps_an_endpoint(ada, webhook, worker, receiver):
    receiver.answers(500)
    ada.makes_a_task()
    worker.works()
    assert expect(200, ada.get(f"/webhooks/{webhook['id']}"))["failingSince"]
    worker.waits(hours=20)
    receiver.answers(204)
    worker.works()
    assert expect(200, ada.get(f"/webhooks/{webhook['id']}"))["failingSince"] is None
    receiver.answers(500)
    ada.makes_a_task()
    worker.waits(hours=20)
    worker.works()
    assert expect(200, ada.get(f"/webhooks/{webhook['id']}"))["enabled"]


def test_a_receiver_that_is_gone_disables_its_endpoint_at_once(ada, webhook, worker, receiver):
    receiver.answers(410)
    for _ in range(2):
        ada.makes_a_task()
    worker.works()
    assert len(receiver.received) == 1
    shown = expect(200, ada.get(f"/webhooks/{webhook['id']}"))
    assert (shown["enabled"], shown["disabledReason"]) == (False, "The receiver answered 410 Gone")
    assert len(expect(200, ada.get("/notifications?kind=webhook_disabled"))["data"]) == 1
    ended = [(each["state"], each["attempts"], each["lastError"]) for each in deliveries_of(ada, webhook)]
    assert ended == [
        ("failed", 0, "The receiver answered 410 Gone"),
        ("failed", 1, "The receiver answered 410"),
    ]


def test_a_redirect_is_a_failure_and_is_not_followed(ada, webhook, worker, receiver):
    receiver.answers(302, headers={"location": f"{receiver.url}/elsewhere"})
    ada.makes_a_task()
    worker.works()
    assert [each.path for each in receiver.received] == ["/hook"]
    [delivery] = deliveries_of(ada, webhook)
    assert (delivery["state"], delivery["lastStatus"]) == ("pending", 302)


@pytest.mark.parametrize("status", [429, 503])
def test_a_receiver_may_ask_for_a_pause(ada, webhook, worker, receiver, status):
    receiver.answers(status, headers={"retry-after": "3600"})
    ada.makes_a_task()
    worker.works()
    worker.waits(minutes=59)
    worker.works()
    assert len(receiver.received) == 1
    worker.waits(minutes=2)
    [job] = worker.takes() or [None]
    if job is None:  # it came too early, was refused, and is nobody's job now
        worker.does(*lost(worker))
    else:
        worker.does(job)
    assert len(receiver.received) == 2


def lost(worker):
    from punchlist.worker import deliveries

    worker.backstage.run(deliveries.find_lost(worker.state))
    return worker.takes()


def test_a_pause_asked_for_otherwise_is_overlooked(ada, webhook, worker, receiver):
    receiver.answers(500, headers={"retry-after": "3600"})
    ada.makes_a_task()
    worker.works()
    worker.waits(seconds=6)
    worker.works()
    assert len(receiver.received) == 2


def test_a_receiver_that_is_not_there_is_a_failure_that_says_so(ada, webhook, worker, receiver):
    receiver.close()
    ada.makes_a_task()
    worker.works()
    [delivery] = deliveries_of(ada, webhook)
    assert (delivery["state"], delivery["lastStatus"]) == ("pending", None)
    assert delivery["lastError"].startswith("There was no connection: ")


def test_a_receiver_that_does_not_answer_in_time_is_a_failure(ada, webhook, worker, receiver, monkeypatch):
    monkeypatch.setattr(limits, "DELIVERY_SECONDS", 0.3)
    never = threading.Event()
    receiver.answers(204, after=never)
    try:
        ada.makes_a_task()
        worker.works()
    finally:
        never.set()
    [delivery] = deliveries_of(ada, webhook)
    assert (delivery["state"], delivery["lastError"]) == ("pending", "There was no answer in time")


def test_of_a_long_answer_only_the_beginning_is_kept(ada, webhook, worker, receiver):
    receiver.answers(500, body="ü\0".encode() * 1_000_000)
    ada.makes_a_task()
    worker.works()
    [delivery] = deliveries_of(ada, webhook)
    [attempt] = details(ada, webhook, delivery)["attemptLog"]
    assert attempt["answer"] == "ü\ufffd" * 250


def test_a_success_whose_answer_breaks_off_is_one(ada, webhook, worker, receiver):
    receiver.answers(200, headers={"content-length": "100", "connection": "close"}, body=b"so far")
    ada.makes_a_task()
    worker.works()
    [delivery] = deliveries_of(ada, webhook)
    assert delivery["state"] == "delivered"
    assert details(ada, webhook, delivery)["attemptLog"][0]["answer"] == "so far"


def test_an_answer_in_no_encoding_is_kept_as_well_as_can_be(ada, webhook, worker, receiver):
    receiver.answers(400, body=b"\xff\xfe no")
    ada.makes_a_task()
    worker.works()
    [delivery] = deliveries_of(ada, webhook)
    assert details(ada, webhook, delivery)["attemptLog"][0]["answer"] == "\ufffd\ufffd no"


# --- looked at -------------------------------------------------------------------------------------------


def test_deliveries_are_listed_newest_first_by_state_type_and_time(ada, webhook, worker, receiver):
    receiver.answers(204, 500)
    task = ada.makes_a_task()
    ada.changes(task, title="Changed")
    worker.works()
    updated, created = deliveries_of(ada, webhook)
    assert (created["type"], updated["type"]) == ("task.created", "task.updated")
    assert created["position"] < updated["position"]
    assert deliveries_of(ada, webhook, state="pending") == [updated]
    assert deliveries_of(ada, webhook, state="delivered,failed") == [created]
    assert deliveries_of(ada, webhook, type="task.created") == [created]
    assert deliveries_of(ada, webhook, to=updated["createdAt"], limit=1) == [updated]
    assert deliveries_of(ada, webhook, **{"from": "2001-01-01T00:00:00Z", "to": "2001-01-02T00:00:00Z"}) == []
    assert len(deliveries_of(ada, webhook, **{"from": created["createdAt"]})) == 2


@pytest.mark.parametrize("query", [{"state": "lost"}, {"type": "task"}, {"from": "today"}, {"color": "red"}])
def test_a_filter_that_is_none_is_refused(ada, webhook, query):
    path = f"/webhooks/{webhook['id']}/deliveries"
    refused(400, "invalid_parameters", ada.get(path, **query))


def test_a_delivery_of_another_endpoint_is_not_found(ada, webhook, worker, receiver):
    other = expect(201, ada.post("/webhooks", {"url": receiver.url, "events": ["user.*"]}))
    ada.makes_a_task()
    worker.works()
    [delivery] = deliveries_of(ada, webhook)
    for path in (f"{other['id']}/deliveries/{delivery['id']}", f"{webhook['id']}/deliveries/{nobodys_id()}"):
        refused(404, "resource_not_found", ada.get(f"/webhooks/{path}"))
        refused(404, "resource_not_found", ada.send("POST", f"/webhooks/{path}/replay"))


# --- replayed --------------------------------------------------------------------------------------------


def test_a_delivery_is_replayed_with_the_same_bytes_and_id(ada, webhook, worker, receiver):
    ada.makes_a_task()
    worker.works()
    [delivery] = deliveries_of(ada, webhook)
    path = f"/webhooks/{webhook['id']}/deliveries/{delivery['id']}/replay"
    again = expect(202, ada.send("POST", path))
    assert (again["id"], again["state"], again["attempts"]) == (delivery["id"], "pending", 0)
    worker.works()
    first, second = receiver.received
    assert (first.id, first.body) == (second.id, second.body)
    [delivery] = deliveries_of(ada, webhook)
    assert (delivery["state"], delivery["attempts"]) == ("delivered", 1)
    assert [each["number"] for each in details(ada, webhook, delivery)["attemptLog"]] == [2, 1]


def span(**fields):
    now = dt.datetime.now(dt.UTC)
    return {"from": (now - DAY).isoformat(), "to": (now + DAY).isoformat()} | fields


def test_what_failed_in_a_span_is_replayed_once_the_endpoint_is_enabled_again(ada, webhook, worker, receiver):
    receiver.answers(204, 410)
    task = ada.makes_a_task()
    for title in ("One", "Two"):
        ada.changes(task, title=title)
    worker.works()
    assert [each["state"] for each in deliveries_of(ada, webhook)] == ["failed", "failed", "delivered"]
    path = f"/webhooks/{webhook['id']}/replay"
    error = refused(409, "resource_conflict", ada.post(path, span()))
    assert error["message"] == f"Webhook with ID '{webhook['id']}' is disabled; enable it first"
    receiver.answers(204)
    expect(200, ada.patch(f"/webhooks/{webhook['id']}", {"enabled": True}))
    receiver.received.clear()
    assert expect(202, ada.post(path, span())) == {"count": 2, "hasMore": False}
    worker.works()
    assert [each.message["data"]["task"]["title"] for each in receiver.received] == ["One", "Two"]
    assert expect(202, ada.post(path, span())) == {"count": 0, "hasMore": False}
    assert expect(202, ada.post(path, span(state="all"))) == {"count": 3, "hasMore": False}
    worker.works()
    assert len(receiver.received) == 5


def test_a_replay_has_a_limit_and_the_oldest_go_first(ada, webhook, worker, receiver, monkeypatch):
    monkeypatch.setattr(limits, "REPLAYED_AT_ONCE", 2)
    for title in "abc":
        ada.makes_a_task(title=title)
    worker.works()
    receiver.received.clear()
    answer = expect(202, ada.post(f"/webhooks/{webhook['id']}/replay", span(state="all")))
    assert answer == {"count": 2, "hasMore": True}
    worker.works()
    assert [each.message["data"]["task"]["title"] for each in receiver.received] == ["a", "b"]


@pytest.mark.parametrize(
    ("body", "details_of_it"),
    [
        ({}, {"from": "From is required", "to": "To is required"}),
        ({"from": "2030-01-02T00:00:00Z", "to": "2030-01-01T00:00:00Z"},
         {"to": "To must not be before from"}),
        ({"from": "2030-01-01T00:00:00Z", "to": "2030-01-01T00:00:00Z", "state": "pending"},
         {"state": "State must be one of: failed, all"}),
        ({"from": "today", "to": "9999-12-31T23:59:59-14:00"}, {
            "from": "From must be a date and time with offset, such as 2035-06-01T17:00:00Z",
            "to": "To must be a date and time with offset, such as 2035-06-01T17:00:00Z"}),
    ],
)  # fmt: skip
def test_a_span_that_is_none_is_refused(ada, webhook, body, details_of_it):
    assert invalid(ada.post(f"/webhooks/{webhook['id']}/replay", body)) == details_of_it


# --- ends ------------------------------------------------------------------------------------------------


def test_switching_an_endpoint_off_ends_what_is_pending_and_keeps_what_was_sent(
    ada, webhook, worker, receiver
):
    receiver.answers(204, 500)
    for _ in range(2):
        ada.makes_a_task()
    worker.works()
    expect(200, ada.patch(f"/webhooks/{webhook['id']}", {"enabled": False}))
    pending, delivered = deliveries_of(ada, webhook)
    assert (delivered["state"], pending["state"]) == ("delivered", "failed")
    assert pending["lastError"] == "It was switched off"
    count = len(receiver.received)
    ada.makes_a_task()
    worker.until_nothing_is_left()
    assert len(receiver.received) == count


def test_what_was_written_while_an_endpoint_was_switched_off_is_not_sent(ada, webhook, worker, receiver):
    ada.makes_a_task()
    worker.follows()
    worker.backstage.execute(  # as if the reader had seen it enabled and been overtaken
        "UPDATE webhooks SET enabled = false, disabled_reason = 'Just now' WHERE workspace_id = $1",
        worker.workspace_id,
    )
    assert worker.does(*worker.takes()) == []
    [delivery] = deliveries_of(ada, webhook)
    assert (delivery["state"], delivery["attempts"], delivery["lastError"]) == ("failed", 0, "Just now")
    assert receiver.received == []


def test_a_success_beside_a_failure_keeps_an_endpoint_that_has_failed_for_a_day(
    ada, webhook, worker, receiver
):
    from tests.webhooks.receiver import Reply

    receiver.answers(500)
    ada.makes_a_task()
    worker.works()
    worker.waits(hours=25)

    def success_meanwhile(_):
        from punchlist.store import webhooks

        worker.backstage.run(webhooks.note_success(worker.backstage.db, worker.workspace_id, webhook["id"]))
        return Reply(500)

    receiver.reply = success_meanwhile
    worker.works()
    assert expect(200, ada.get(f"/webhooks/{webhook['id']}"))["enabled"]


def test_a_removed_endpoint_gets_nothing_more_even_while_it_is_tried(ada, webhook, worker, receiver):
    ada.makes_a_task()
    worker.follows()
    jobs = worker.takes()

    def remove_it(_):
        from tests.webhooks.receiver import Reply

        ada.delete(f"/webhooks/{webhook['id']}")
        return Reply()

    receiver.reply = remove_it
    assert worker.does(*jobs) == []
    assert worker.does(*jobs) == []
    assert len(receiver.received) == 1
    assert worker.rows("SELECT 1 FROM webhook_deliveries WHERE workspace_id = $1") == []


def test_what_ended_long_ago_is_forgotten_and_nothing_else(ada, webhook, worker, receiver):
    from punchlist.services import deliveries

    receiver.answers(204, 500)
    for _ in range(2):
        ada.makes_a_task()
    worker.works()
    for days, left in ((29, 2), (31, 1)):
        later = worker.now() + dt.timedelta(days=days)
        worker.backstage.run(deliveries.forget_old(worker.backstage.db, worker.workspace_id, later))
        assert len(deliveries_of(ada, webhook)) == left
    [kept] = deliveries_of(ada, webhook)
    assert kept["state"] == "pending"
