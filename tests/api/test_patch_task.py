"""PATCH /v1/tasks/{id}: the main job."""

import pytest

from tests.support.builders import every_field, in_future, in_past, nobodys_id
from tests.support.client import expect, invalid, refused

# A new value for each field that a client may set, none of which every_field() has.
CHANGES = {
    "title": "Implement authorization",
    "description": "Add roles.",
    "status": "IN_PROGRESS",
    "priority": "HIGH",
    "assigneeId": None,
    "dueDate": "2036-06-01T17:00:00Z",
    "warningOffset": 48,
    "tags": ["roles"],
}


def test_the_main_job(mia):
    task = mia.makes_a_task(**every_field(assigneeId=mia.id))
    wish = {
        "status": "IN_PROGRESS",
        "priority": "HIGH",
        "description": "Add token-based authentication. Use JWT.",
    }
    answer = expect(200, mia.patch(f"/tasks/{task['id']}", wish))
    assert answer == task | wish | {"updatedAt": answer["updatedAt"]}
    assert list(answer) == list(task)
    assert mia.sees(task) == answer


@pytest.mark.parametrize("field", CHANGES)
def test_a_field_that_is_given_changes_and_an_absent_one_does_not(mia, field):
    task = mia.makes_a_task(**every_field(assigneeId=mia.id))
    changed = expect(200, mia.patch(f"/tasks/{task['id']}", {field: CHANGES[field]}))
    assert changed[field] == CHANGES[field] != task[field]
    differing = {name for name in task if task[name] != changed[name]}
    assert differing <= {field, "updatedAt"}


@pytest.mark.parametrize("field", ["description", "assigneeId", "warningOffset", "tags"])
def test_null_clears_what_may_be_absent_and_nothing_else(mia, field):
    task = mia.makes_a_task(**every_field(assigneeId=mia.id))
    cleared = mia.changes(task, **{field: None})
    absent = [] if field == "tags" else None
    assert cleared == task | {field: absent, "updatedAt": cleared["updatedAt"]}


def test_null_for_the_due_date_clears_the_reminder_too(mia):
    task = mia.makes_a_task(**every_field(warningOffset=24))
    cleared = mia.changes(task, dueDate=None)
    assert (cleared["dueDate"], cleared["warningOffset"]) == (None, None)
    assert mia.sees(task) == cleared


def test_a_reminder_cannot_be_set_while_its_due_date_is_cleared(mia):
    task = mia.makes_a_task(**every_field())
    details = invalid(mia.patch(f"/tasks/{task['id']}", {"dueDate": None, "warningOffset": 3}))
    assert details == {"warningOffset": "Warning offset needs a due date"}
    assert mia.sees(task) == task


def test_a_reminder_needs_a_due_date_that_is_there_or_comes_with_it(mia):
    task = mia.makes_a_task()
    details = invalid(mia.patch(f"/tasks/{task['id']}", {"warningOffset": 3}))
    assert details == {"warningOffset": "Warning offset needs a due date"}
    changed = mia.changes(task, warningOffset=3, dueDate=in_future())
    assert changed["warningOffset"] == 3
    assert mia.changes(task, warningOffset=4)["warningOffset"] == 4


@pytest.mark.parametrize("field", ["title", "status", "priority"])
def test_null_for_what_must_have_a_value_is_refused(mia, field):
    task = mia.makes_a_task()
    assert invalid(mia.patch(f"/tasks/{task['id']}", {field: None})) == {
        field: f"{field.title()} is required"
    }
    assert mia.sees(task) == task


def test_a_task_that_was_read_can_be_sent_back_and_nothing_happens(mia):
    task = mia.makes_a_task(**every_field(assigneeId=mia.id))
    assert expect(200, mia.patch(f"/tasks/{task['id']}", task)) == task
    assert len(mia.history_of(task)) == 1


def test_what_only_the_server_sets_is_ignored_whatever_it_looks_like(mia, bob):
    task = mia.makes_a_task()
    ignored = {"id": nobodys_id(), "createdBy": bob.id, "createdAt": 7, "updatedAt": ["never"]}
    changed = expect(200, mia.patch(f"/tasks/{task['id']}", ignored | {"title": "Weld"}))
    assert changed == task | {"title": "Weld", "updatedAt": changed["updatedAt"]}


@pytest.mark.parametrize("name", ["color", "Title", "created_by", "assignee_id", "version", "", "__proto__"])
def test_an_unknown_field_is_refused_by_name_and_nothing_changes(mia, name):
    task = mia.makes_a_task()
    details = invalid(mia.patch(f"/tasks/{task['id']}", {name: "red", "title": "Weld"}))
    assert set(details) == {name}
    assert mia.sees(task) == task


def test_one_bad_field_and_nothing_changes(mia):
    task = mia.makes_a_task(**every_field())
    details = invalid(mia.patch(f"/tasks/{task['id']}", CHANGES | {"warningOffset": -1}))
    assert set(details) == {"warningOffset"}
    assert mia.sees(task) == task
    assert len(mia.history_of(task)) == 1


def test_all_bad_fields_are_reported_at_once(mia, ada):
    task = mia.makes_a_task(**every_field())
    body = {
        "title": "",
        "description": 7,
        "status": None,
        "priority": "SOON",
        "assigneeId": "nobody",
        "dueDate": in_past(),
        "warningOffset": 9000,
        "tags": ["a"] * 11 + ["b" * 51],
        "color": "red",
        "size": 4,
    }
    assert set(invalid(ada.patch(f"/tasks/{task['id']}", body))) == set(body)
    assert mia.sees(task) == task


def test_a_forbidden_move_is_reported_along_with_what_else_is_wrong(mia):
    task = mia.makes_a_task(status="DONE")
    details = invalid(mia.patch(f"/tasks/{task['id']}", {"status": "TODO", "title": ""}))
    assert details == {
        "title": "Title is required",
        "status": "Cannot transition from status 'DONE' to 'TODO'",
    }


def test_a_patch_that_changes_nothing_answers_with_the_task_and_leaves_no_trace(mia, backstage):
    task = mia.makes_a_task(**every_field(assigneeId=mia.id))
    before = mia.get(f"/tasks/{task['id']}")
    stamp = "SELECT updated_at FROM tasks WHERE id = $1"
    updated_at = backstage.value(stamp, task["id"])
    for body in ({}, {"title": task["title"]}, {"title": f"  {task['title']} "}, task):
        answer = mia.patch(f"/tasks/{task['id']}", body)
        assert expect(200, answer) == task
        assert answer.headers["etag"] == before.headers["etag"]
    assert backstage.value(stamp, task["id"]) == updated_at
    assert len(mia.history_of(task)) == 1


def test_a_patch_that_changes_something_moves_updated_at_and_not_created_at(mia, backstage):
    task = mia.makes_a_task()
    query = "SELECT created_at, updated_at FROM tasks WHERE id = $1"
    before = backstage.rows(query, task["id"])[0]
    mia.changes(task, title="Weld")
    after = backstage.rows(query, task["id"])[0]
    assert after["created_at"] == before["created_at"]
    assert after["updated_at"] > before["updated_at"]


def test_a_due_date_gone_by_may_be_sent_again_but_not_changed_into_another_one(mia, backstage):
    task = mia.makes_a_task(dueDate=in_future())
    backstage.execute("UPDATE tasks SET due_at = '2020-01-02T03:04:05Z' WHERE id = $1", task["id"])
    overdue = mia.sees(task)
    assert overdue["dueDate"] == "2020-01-02T03:04:05Z"
    assert mia.changes(task, dueDate="2020-01-02T03:04:05Z") == overdue
    assert mia.changes(task, dueDate="2020-01-02T04:04:05.5+01:00") == overdue
    changed = mia.changes(task, dueDate=overdue["dueDate"], title="Late")
    assert changed["title"] == "Late"
    details = invalid(mia.patch(f"/tasks/{task['id']}", {"dueDate": "2020-01-02T03:04:06Z"}))
    assert details == {"dueDate": "Due date must be in the future"}


def test_an_overdue_task_can_still_move_through_its_lifecycle_and_have_its_reminder_changed(mia, backstage):
    task = mia.makes_a_task(dueDate=in_future())
    backstage.execute("UPDATE tasks SET due_at = '2020-01-02T03:04:05Z' WHERE id = $1", task["id"])
    assert mia.changes(task, status="IN_PROGRESS", warningOffset=2)["status"] == "IN_PROGRESS"


def test_a_task_that_does_not_exist_cannot_be_changed(mia):
    absent = nobodys_id()
    error = refused(404, "resource_not_found", mia.patch(f"/tasks/{absent}", {"title": "Weld"}))
    assert error["message"] == f"Task with ID '{absent}' not found"


def test_a_task_that_is_not_theirs_stays_as_it_is(mia, charlie):
    task = mia.makes_a_task()
    refused(403, "permission_denied", charlie.patch(f"/tasks/{task['id']}", {"title": "Mine"}))
    refused(403, "permission_denied", charlie.patch(f"/tasks/{task['id']}", {"title": ""}))
    refused(403, "permission_denied", charlie.patch(f"/tasks/{task['id']}", {}))
    assert mia.sees(task) == task


def test_merge_patch_is_json_too(mia):
    task = mia.makes_a_task(description="gone soon")
    headers = {"content-type": "application/merge-patch+json"}
    answer = mia.patch(f"/tasks/{task['id']}", {"description": None}, headers=headers)
    assert expect(200, answer)["description"] is None


def test_a_deleted_task_cannot_be_changed_back_into_being(mia):
    task = mia.makes_a_task()
    expect(204, mia.delete(f"/tasks/{task['id']}"))
    refused(404, "resource_not_found", mia.patch(f"/tasks/{task['id']}", {"title": "Weld"}))
    refused(404, "resource_not_found", mia.get(f"/tasks/{task['id']}"))
