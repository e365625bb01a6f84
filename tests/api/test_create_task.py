"""POST /v1/tasks."""

import datetime as dt

import pytest

from tests.support.builders import every_field, in_past, instant, nobodys_id
from tests.support.client import expect, invalid, refused

STATUSES = ["TODO", "IN_PROGRESS", "REVIEW", "DONE", "CANCELED"]
PRIORITIES = ["LOW", "MEDIUM", "HIGH", "URGENT"]


def test_a_title_is_enough_and_the_rest_has_defaults(mia):
    task = expect(201, mia.post("/tasks", {"title": "Weld the frame"}))
    assert (task["title"], task["status"], task["priority"]) == ("Weld the frame", "TODO", "MEDIUM")
    assert task["createdBy"] == mia.id
    assert [task[name] for name in ("description", "assigneeId", "dueDate", "warningOffset")] == [None] * 4
    assert task["tags"] == []


def test_creation_answers_with_the_whole_task_its_address_and_its_etag(mia):
    answer = mia.post("/tasks", every_field())
    task = expect(201, answer)
    assert answer.headers["location"] == f"/v1/tasks/{task['id']}"
    read = mia.http.get(answer.headers["location"], headers={"authorization": f"Bearer {mia.token}"})
    assert read.json() == task
    assert read.headers["etag"] == answer.headers["etag"]


def test_the_server_says_when_in_utc_to_the_second(mia):
    before = dt.datetime.now(dt.UTC).replace(microsecond=0)
    task = mia.makes_a_task()
    after = dt.datetime.now(dt.UTC)
    created = dt.datetime.strptime(task["createdAt"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC)
    assert before <= created <= after
    assert task["updatedAt"] == task["createdAt"]


@pytest.mark.parametrize("status", STATUSES)
def test_a_task_may_be_created_in_any_status(mia, status):
    assert mia.makes_a_task(status=status)["status"] == status


@pytest.mark.parametrize("priority", PRIORITIES)
def test_a_task_may_be_created_with_any_priority(mia, priority):
    assert mia.makes_a_task(priority=priority)["priority"] == priority


def test_what_only_the_server_sets_is_ignored_in_the_body(mia, bob):
    wished = {
        "id": nobodys_id(),
        "createdBy": bob.id,
        "createdAt": "2001-01-01T00:00:00Z",
        "updatedAt": {"any": ["shape", "at all"]},
    }
    task = mia.makes_a_task(**wished)
    assert task["createdBy"] == mia.id
    assert all(task[name] != wished[name] for name in wished)
    refused(404, "resource_not_found", mia.get(f"/tasks/{wished['id']}"))


def test_a_task_without_a_title_is_refused(mia):
    assert invalid(mia.post("/tasks", {"description": "Nameless"})) == {"title": "Title is required"}
    assert expect(200, mia.get("/tasks"))["pagination"]["total"] == 0


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_created(mia, ada):
    absent = nobodys_id()
    body = {
        "title": " ",
        "status": "LATER",
        "priority": "SOON",
        "assigneeId": absent,
        "dueDate": in_past(),
        "warningOffset": 8761,
        "tags": ["x" * 51],
        "color": "red",
    }
    details = invalid(ada.post("/tasks", body))
    unknown = details.pop("color")
    assert "title" in unknown
    assert "warningOffset" in unknown
    assert details == {
        "title": "Title is required",
        "status": "Status must be one of: TODO, IN_PROGRESS, REVIEW, DONE, CANCELED",
        "priority": "Priority must be one of: LOW, MEDIUM, HIGH, URGENT",
        "assigneeId": f"Assignee with ID '{absent}' does not exist",
        "dueDate": "Due date must be in the future",
        "warningOffset": "Warning offset must be a number from 0 to 8760",
        "tags": "Each tag must have 1 to 50 characters",
    }
    assert expect(200, ada.get("/tasks"))["pagination"]["total"] == 0


def test_null_where_absence_is_allowed_is_absence(mia):
    task = mia.makes_a_task(description=None, assigneeId=None, dueDate=None, warningOffset=None, tags=None)
    assert [task[name] for name in ("description", "assigneeId", "dueDate", "warningOffset")] == [None] * 4
    assert task["tags"] == []


@pytest.mark.parametrize("field", ["title", "status", "priority"])
def test_null_where_a_value_is_needed_is_refused(mia, field):
    details = invalid(mia.post("/tasks", {"title": "Weld"} | {field: None}))
    assert details == {field: f"{field.title()} is required"}


def test_a_task_that_was_read_can_be_created_again_as_a_new_one(mia):
    task = mia.makes_a_task(**every_field(assigneeId=mia.id))
    copy = expect(201, mia.post("/tasks", task))
    server_set = ("id", "createdAt", "updatedAt")
    assert copy["id"] != task["id"]
    assert {name: copy[name] for name in copy if name not in server_set} == {
        name: task[name] for name in task if name not in server_set
    }


def test_the_person_assigned_may_be_anyone_who_exists(ada, bob):
    assert ada.makes_a_task(assigneeId=bob.id)["assigneeId"] == bob.id


def test_a_person_of_another_workspace_does_not_exist_here(cast, ada):
    zoe = cast.elsewhere()
    details = invalid(ada.post("/tasks", {"title": "Weld", "assigneeId": zoe.id}))
    assert details == {"assigneeId": f"Assignee with ID '{zoe.id}' does not exist"}


def test_a_task_already_due_cannot_be_created(mia):
    now = instant(dt.datetime.now(dt.UTC))
    details = invalid(mia.post("/tasks", {"title": "Weld", "dueDate": now}))
    assert details == {"dueDate": "Due date must be in the future"}


def test_a_reminder_needs_a_due_date(mia):
    details = invalid(mia.post("/tasks", {"title": "Weld", "warningOffset": 1}))
    assert details == {"warningOffset": "Warning offset needs a due date"}


def test_creation_takes_no_query_parameters(mia):
    error = refused(400, "invalid_parameters", mia.post("/tasks?notify=true", {"title": "Weld"}))
    assert set(error["details"]) == {"notify"}
    assert expect(200, mia.get("/tasks"))["pagination"]["total"] == 0
