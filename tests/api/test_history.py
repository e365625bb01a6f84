"""GET /v1/tasks/{id}/history: who changed what, from what, to what, when."""

import datetime as dt

import pytest

from tests.support.builders import every_field, instant, nobodys_id
from tests.support.client import expect, refused


def newest(caller, task):
    return caller.history_of(task)[0]


def test_a_new_task_has_one_entry_with_all_it_began_with(mia):
    before = instant(dt.datetime.now(dt.UTC))
    answer = mia.post("/tasks", every_field(assigneeId=mia.id), headers={"x-request-id": "made-here"})
    task = expect(201, answer)
    (entry,) = mia.history_of(task)
    assert entry["verb"] == "created"
    assert entry["entity"] == "task"
    assert entry["entityId"] == task["id"]
    assert entry["actor"] == {"id": mia.id, "name": "Mia"}
    assert entry["requestId"] == "made-here"
    assert before <= entry["at"] <= instant(dt.datetime.now(dt.UTC))
    assert all(change["from"] is None for change in entry["changes"])
    began = {change["field"]: change["to"] for change in entry["changes"]}
    assert began == {
        name: value for name, value in task.items() if name not in ("id", "createdAt", "updatedAt")
    }


WAS = every_field(description="Old", warningOffset=24, tags=["a"])


@pytest.mark.parametrize(
    ("field", "to"),
    [
        ("title", "New"),
        ("description", "New"),
        ("description", None),
        ("status", "IN_PROGRESS"),
        ("priority", "HIGH"),
        ("assigneeId", None),
        ("dueDate", "2036-01-02T03:04:05Z"),
        ("warningOffset", 1.5),
        ("warningOffset", 48),
        ("warningOffset", None),
        ("tags", ["a", "b"]),
        ("tags", []),
    ],
)
def test_a_change_is_told_with_what_was_and_what_became_of_it(mia, field, to):
    task = mia.makes_a_task(**(WAS | {"assigneeId": mia.id}))
    expect(200, mia.patch(f"/tasks/{task['id']}", {field: to}, headers={"x-request-id": "changed-here"}))
    entry = newest(mia, task)
    assert (entry["verb"], entry["entity"], entry["entityId"]) == ("updated", "task", task["id"])
    assert entry["changes"] == [{"field": field, "from": task[field], "to": to}]
    assert (entry["actor"], entry["requestId"]) == ({"id": mia.id, "name": "Mia"}, "changed-here")


def test_one_request_is_one_entry_however_much_it_changed(mia):
    task = mia.makes_a_task(**WAS)
    mia.changes(task, title="New", tags=[], dueDate=None)
    entry = newest(mia, task)
    assert {change["field"] for change in entry["changes"]} == {"title", "tags", "dueDate", "warningOffset"}
    assert len(mia.history_of(task)) == 2


def test_only_what_really_changed_is_told(mia):
    task = mia.makes_a_task(**WAS)
    mia.changes(task, title=WAS["title"], tags=WAS["tags"], priority="URGENT")
    assert [change["field"] for change in newest(mia, task)["changes"]] == ["priority"]


def test_what_was_refused_is_not_history(mia, charlie):
    task = mia.makes_a_task()
    mia.patch(f"/tasks/{task['id']}", {"title": ""})
    mia.patch(f"/tasks/{task['id']}", {"status": "DONE"})
    mia.patch(f"/tasks/{task['id']}", {"title": "X"}, headers={"if-match": '"99"'})
    charlie.patch(f"/tasks/{task['id']}", {"title": "X"})
    assert len(mia.history_of(task)) == 1


def test_each_entry_names_who_did_it(cast):
    task = cast.mia.makes_a_task()
    cast.max.changes(task, assigneeId=cast.bob.id)
    cast.bob.changes(task, status="IN_PROGRESS")
    cast.ada.changes(task, priority="LOW")
    actors = [entry["actor"]["name"] for entry in cast.mia.history_of(task)]
    assert actors == ["Ada", "Bob", "Max", "Mia"]


def test_a_name_is_the_present_one_and_none_once_they_are_gone(cast):
    task = cast.mia.makes_a_task()
    cast.max.changes(task, priority="LOW")
    expect(200, cast.ada.patch(f"/users/{cast.max.id}", {"name": "Maximilian"}))
    assert newest(cast.mia, task)["actor"] == {"id": cast.max.id, "name": "Maximilian"}
    expect(204, cast.ada.delete(f"/users/{cast.max.id}"))
    assert newest(cast.mia, task)["actor"] == {"id": cast.max.id, "name": None}


def test_comments_are_part_of_a_tasks_history(mia):
    task = mia.makes_a_task()
    comment = mia.comments_on(task, "First")
    path = f"/tasks/{task['id']}/comments/{comment['id']}"
    expect(200, mia.patch(path, {"body": "Second"}))
    expect(204, mia.delete(path))
    entries = [entry for entry in mia.history_of(task) if entry["entity"] == "comment"]
    assert {entry["entityId"] for entry in entries} == {comment["id"]}
    assert [entry["verb"] for entry in entries] == ["deleted", "updated", "created"]
    bodies = [
        [(change["from"], change["to"]) for change in entry["changes"] if change["field"] == "body"]
        for entry in entries
    ]
    assert bodies == [[("Second", None)], [("First", "Second")], [(None, "First")]]


def test_the_newest_come_first_and_the_pages_join(mia):
    task = mia.makes_a_task(title="0")
    for n in range(1, 12):
        mia.changes(task, title=str(n))
    path = f"/tasks/{task['id']}/history"
    first = expect(200, mia.get(path))
    assert first["pagination"] == {"total": 12, "limit": 10, "offset": 0, "hasMore": True}
    rest = expect(200, mia.get(path, offset=10))
    told = [entry["changes"][0]["to"] for entry in first["data"] + rest["data"]]
    assert told == [str(n) for n in range(11, -1, -1)]
    ids = [int(entry["id"]) for entry in first["data"] + rest["data"]]
    assert ids == sorted(ids, reverse=True)


def test_the_history_of_one_task_holds_nothing_of_another(cast, mia):
    task, other = mia.makes_a_task(), mia.makes_a_task()
    mia.changes(other, title="Other")
    mia.comments_on(other)
    assert len(mia.history_of(task)) == 1
    refused(404, "resource_not_found", cast.elsewhere().get(f"/tasks/{task['id']}/history"))


def test_what_does_not_exist_has_no_history(mia):
    refused(404, "resource_not_found", mia.get(f"/tasks/{nobodys_id()}/history"))


@pytest.mark.parametrize("name", ["sort", "status", "actor"])
def test_a_parameter_that_does_not_exist_is_refused(mia, name):
    task = mia.makes_a_task()
    error = refused(400, "invalid_parameters", mia.get(f"/tasks/{task['id']}/history", **{name: "x"}))
    assert set(error["details"]) == {name}


def test_replaying_the_history_gives_the_task(mia, max_):
    task = mia.makes_a_task(**WAS)
    for caller, wish in (
        (mia, {"title": "A"}),
        (max_, {"dueDate": None}),
        (mia, {"status": "IN_PROGRESS", "tags": ["z"]}),
        (max_, {"assigneeId": mia.id, "description": None}),
        (mia, {"dueDate": "2037-01-01T00:00:00Z", "warningOffset": 0.5}),
    ):
        caller.changes(task, **wish)
    state = {}
    for entry in reversed(mia.history_of(task)):
        for change in entry["changes"]:
            assert state.get(change["field"]) == change["from"]
            state[change["field"]] = change["to"]
    present = mia.sees(task)
    assert {name: present[name] for name in state} == state
