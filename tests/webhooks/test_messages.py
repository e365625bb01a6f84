"""What a message holds: the thing as the event left it, in its dialect's shape, and what changed."""

import datetime as dt
import threading

import pytest

from tests.support.builders import in_future
from tests.support.client import expect
from tests.support.plant import Plant


@pytest.fixture
def told(ada, worker, receiver):
    """Everything that has been told since the endpoint was made, in the order of the record."""
    expect(201, ada.post("/webhooks", {"url": receiver.url, "events": ["*"]}))

    def all_of_it():
        worker.works()
        return sorted((each.message for each in receiver.received), key=lambda said: said["data"]["position"])

    return all_of_it


@pytest.fixture
def plant(backstage, open_http):
    """A workspace that makes changes, on the server that may send to this machine."""
    return Plant(backstage, open_http)


def test_a_message_says_what_happened_when_who_did_it_and_in_which_request(ada, told):
    task = expect(201, ada.post("/tasks", {"title": "Weld"}, headers={"x-request-id": "weld-1"}))
    [message] = told()
    assert set(message) == {"type", "timestamp", "data"}
    assert message["type"] == "task.created"
    assert dt.datetime.fromisoformat(message["timestamp"]).tzinfo is not None
    assert message["timestamp"][:19] == task["createdAt"][:19]
    assert message["timestamp"].endswith("Z")
    data = message["data"]
    assert set(data) == {"task", "changes", "actor", "position", "requestId"}
    assert (data["actor"], data["requestId"]) == ({"id": ada.id, "name": "Ada"}, "weld-1")
    assert data["task"] == task
    assert {"field": "title", "from": None, "to": "Weld"} in data["changes"]


def test_each_message_has_the_task_as_that_event_left_it(ada, bob, told):
    full = ada.makes_a_task(
        title="Weld", description="All of it", priority="HIGH", assigneeId=bob.id, tags=["a", "b"],
        dueDate=in_future(), warningOffset=1.5,
    )  # fmt: skip
    edits = ({"title": "Weld twice"}, {"tags": [], "warningOffset": None}, {"status": "IN_PROGRESS"})
    states = [full, *(ada.changes(full, **fields) for fields in edits)]
    expect(204, ada.delete(f"/tasks/{full['id']}"))
    messages = told()
    assert [each["data"]["task"] for each in messages[:-1]] == states
    deleted = messages[-1]
    assert deleted["type"] == "task.deleted"
    assert deleted["data"]["task"] | {"updatedAt": 0} == states[-1] | {"updatedAt": 0}
    assert messages[1]["data"]["changes"] == [{"field": "title", "from": "Weld", "to": "Weld twice"}]


def test_what_was_long_ago_is_gathered_from_the_record(ada, worker, receiver):
    task = ada.makes_a_task(title="One", description="Kept")
    ada.changes(task, title="Two", priority="HIGH")
    worker.works()
    expect(201, ada.post("/webhooks", {"url": receiver.url, "events": ["*"]}))
    third = ada.changes(task, title="Three")
    worker.follows()
    ada.changes(task, title="Four", description=None)  # before anything is sent, and yet after the event
    worker.does(*worker.takes())
    assert receiver.received[0].message["data"]["task"] == third


def test_a_comment_is_told_with_its_task(ada, told):
    task = ada.makes_a_task()
    comment = ada.comments_on(task, "Too tight")
    message = told()[-1]
    assert (message["type"], message["data"]["comment"]) == ("comment.created", comment)


def test_a_user_is_told_from_making_to_deletion(ada, told):
    body = {"name": "Grace", "email": "grace@example.com", "role": "member"}
    made = expect(201, ada.post("/users", body))
    promoted = expect(200, ada.patch(f"/users/{made['id']}", {"role": "manager"}))
    expect(204, ada.delete(f"/users/{made['id']}"))
    messages = told()
    assert [each["type"] for each in messages] == ["user.created", "user.updated", "user.deleted"]
    assert [each["data"]["user"] for each in messages[:2]] == [made, promoted]
    assert messages[2]["data"]["user"]["email"] == "grace@example.com"
    assert messages[1]["data"]["changes"] == [{"field": "role", "from": "member", "to": "manager"}]


def test_who_is_gone_has_made_nothing(cast, ada, told):
    grace = cast.joins("Grace", "manager")
    task = grace.makes_a_task()
    expect(204, ada.delete(f"/users/{grace.id}"))
    ada.changes(task, title="Changed")
    last = told()[-1]
    assert last["data"]["task"]["createdBy"] is None
    assert last["data"]["task"] == ada.sees(task)


def test_nothing_is_told_of_keys_webhooks_and_the_like(ada, told):
    expect(201, ada.post("/api-keys", {"name": "Robot"}))
    expect(201, ada.post("/webhooks", {"url": "https://example.com", "events": ["task.*"]}))
    assert told() == []


def test_the_command_line_is_nobody(cast, told):
    cast.joins("Grace")
    [message] = told()
    assert (message["type"], message["data"]["actor"]) == ("user.created", None)


# --- changes ---------------------------------------------------------------------------------------------


@pytest.fixture
def told_of_changes(plant, open_settings, backstage, receiver):
    from tests.webhooks.hand_worker import HandWorker

    expect(201, plant.cast.ada.post("/webhooks", {"url": receiver.url, "events": ["*"]}))
    worker = HandWorker(backstage, open_settings, plant.workspace_id)

    def all_of_it():
        worker.works()
        return sorted((each.message for each in receiver.received), key=lambda said: said["data"]["position"])

    return all_of_it


def compact(plant, change):
    """A change as lists show it, with paths for addresses."""
    listed = expect(200, plant.ada.get("/changes", number=change["number"]))["results"]
    [found] = [each for each in listed if each["guid"] == change["guid"]]
    return found | {"url": {"api": f"/v1/changes/{found['guid']}", "app": f"/changes/{found['guid']}"}}


def test_a_change_is_told_through_its_life_as_lists_show_it(plant, told_of_changes):
    change = plant.mia.makes_a_change(title="Case melting")
    states = [compact(plant, change)]
    expect(200, plant.mia.put(f"/changes/{change['guid']}", {"title": "Case melts"}))
    states.append(compact(plant, change))
    plant.mia.moves(change, "OPEN_AND_LOCKED", comment="Wait")
    states.append(compact(plant, change))
    plant.mia.moves(change, "OPEN_AND_UNLOCKED")
    expect(204, plant.mia.delete(f"/changes/{change['guid']}"))
    messages = told_of_changes()
    assert [each["type"] for each in messages] == [
        "change.created", "change.updated", "change.transitioned", "change.transitioned", "change.deleted",
    ]  # fmt: skip
    assert [each["data"]["change"] for each in messages[:3]] == states
    assert messages[1]["data"]["changes"] == [{"field": "title", "from": "Case melting", "to": "Case melts"}]
    moved = {each["field"]: each["to"] for each in messages[2]["data"]["changes"]}
    assert moved == {"lifecycleStatus": "OPEN_AND_LOCKED", "comment": "Wait"}
    assert messages[-1]["data"]["change"]["title"] == "Case melts"


@pytest.mark.parametrize("kind", ["user", "userGroup", "supplier"])
def test_an_implementation_task_is_told_with_its_change_and_whose_it_is(plant, told_of_changes, kind):
    change = plant.mia.makes_a_change()
    task = plant.mia.adds_a_task(change, assignee=plant.assignee(kind), warningHours=2, dueDate=in_future())
    edited = plant.mia.edits_task(change, task, name="Check all packaging")
    messages = told_of_changes()[1:]
    assert [each["type"] for each in messages] == [
        "implementation_task.created",
        "implementation_task.updated",
    ]
    assert [each["data"]["implementationTask"] for each in messages] == [task, edited]
    assert all(each["data"]["change"] == {"guid": change["guid"]} for each in messages)


def test_nothing_is_told_of_notes_be_they_private_or_not(plant, told_of_changes):
    change = plant.mia.makes_a_change()
    task = plant.mia.adds_a_task(change)
    for private in (True, False):
        plant.mia.notes(change, task, private=private, note="Between us")
    assert len(told_of_changes()) == 2
    assert not any("Between us" in str(each) for each in told_of_changes())


# --- the reader ------------------------------------------------------------------------------------------


def test_each_event_becomes_one_message_however_often_the_reader_fails(ada, worker, receiver, monkeypatch):
    from punchlist.worker import messages

    expect(201, ada.post("/webhooks", {"url": receiver.url, "events": ["*"]}))
    for _ in range(3):
        ada.makes_a_task()
    real = messages.enqueue

    async def failing(*_, **__):
        raise RuntimeError("the machine is on fire")

    monkeypatch.setattr(messages, "enqueue", failing)
    with pytest.raises(RuntimeError, match="on fire"):
        worker.follows()
    assert worker.rows("SELECT 1 FROM webhook_messages WHERE workspace_id = $1") == []
    monkeypatch.setattr(messages, "enqueue", real)
    worker.works()
    assert len(receiver.received) == 3


def test_two_readers_at_once_write_each_message_once(ada, worker, receiver):
    expect(201, ada.post("/webhooks", {"url": receiver.url, "events": ["*"]}))
    for _ in range(20):
        ada.makes_a_task()
    threads = [threading.Thread(target=worker.follows) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    worker.works()
    assert len(receiver.received) == len({each.id for each in receiver.received}) == 20


def test_an_event_that_cannot_be_shown_does_not_keep_the_others_waiting(ada, worker, receiver):
    expect(201, ada.post("/webhooks", {"url": receiver.url, "events": ["task.*"]}))
    worker.backstage.execute(
        "INSERT INTO events (workspace_id, verb, entity, entity_id, version, before, after, at)"
        " VALUES ($1, 'updated', 'task', 'STRANGE0000000000000', 7, '{}', '{\"status\": \"ODD\"}', now())",
        worker.workspace_id,
    )
    task = ada.makes_a_task()
    worker.works()
    told = {each.message["type"]: each.message["data"]["task"] for each in receiver.received}
    assert told == {"task.updated": {"id": "STRANGE0000000000000"}, "task.created": task}
