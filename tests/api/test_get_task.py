"""GET /v1/tasks/{id}."""

import re

import pytest

from tests.support.builders import WHOLE_TASK_FIELDS, every_field, nobodys_id
from tests.support.client import expect, refused


def test_a_task_is_shown_with_every_field_absent_ones_as_null(mia):
    task = mia.makes_a_task(title="Deburr the edges")
    shown = expect(200, mia.get(f"/tasks/{task['id']}"))
    assert shown == {
        "id": task["id"],
        "title": "Deburr the edges",
        "description": None,
        "status": "TODO",
        "priority": "MEDIUM",
        "createdBy": mia.id,
        "assigneeId": None,
        "dueDate": None,
        "warningOffset": None,
        "tags": [],
        "createdAt": task["createdAt"],
        "updatedAt": task["createdAt"],
    }


def test_what_was_stored_is_what_is_shown(mia):
    body = every_field(assigneeId=mia.id)
    task = mia.makes_a_task(**body)
    shown = mia.sees(task)
    assert shown == task
    assert {name: shown[name] for name in body} == body


def test_an_id_is_twenty_characters_of_digits_and_capitals(mia):
    drawn = {mia.makes_a_task()["id"] for _ in range(5)}
    assert len(drawn) == 5
    assert all(re.fullmatch("[0-9A-Z]{20}", each) for each in drawn)


def test_a_task_that_does_not_exist_is_404_and_named(mia):
    absent = nobodys_id()
    error = refused(404, "resource_not_found", mia.get(f"/tasks/{absent}"))
    assert error["message"] == f"Task with ID '{absent}' not found"


def test_a_task_that_exists_but_is_not_theirs_is_403(mia, charlie):
    task = mia.makes_a_task()
    refused(403, "permission_denied", charlie.get(f"/tasks/{task['id']}"))


def test_a_task_of_another_workspace_does_not_exist_even_for_an_admin(cast, mia):
    task = mia.makes_a_task()
    zoe = cast.elsewhere()
    refused(404, "resource_not_found", zoe.get(f"/tasks/{task['id']}"))
    refused(404, "resource_not_found", zoe.patch(f"/tasks/{task['id']}", {"title": "Mine now"}))
    refused(404, "resource_not_found", zoe.delete(f"/tasks/{task['id']}"))
    assert expect(200, zoe.get("/tasks"))["data"] == []
    assert mia.sees(task) == task


def test_fields_picks_the_fields_that_are_shown(mia):
    task = mia.makes_a_task()
    shown = expect(200, mia.get(f"/tasks/{task['id']}", fields="status, id,title"))
    assert shown == {name: task[name] for name in ("id", "title", "status")}


@pytest.mark.parametrize("field", WHOLE_TASK_FIELDS)
def test_every_field_can_be_picked_alone(mia, field):
    task = mia.makes_a_task(**every_field())
    assert expect(200, mia.get(f"/tasks/{task['id']}", fields=field)) == {field: task[field]}


@pytest.mark.parametrize("fields", ["nope", "id,nope", "", "id,,title", "Title"])
def test_a_field_that_does_not_exist_cannot_be_picked(mia, fields):
    task = mia.makes_a_task()
    error = refused(400, "invalid_parameters", mia.get(f"/tasks/{task['id']}", fields=fields))
    assert set(error["details"]) == {"fields"}
    assert all(name in error["details"]["fields"] for name in WHOLE_TASK_FIELDS)


def test_a_parameter_that_does_not_exist_is_refused_and_told_which_do(mia):
    task = mia.makes_a_task()
    error = refused(400, "invalid_parameters", mia.get(f"/tasks/{task['id']}", expand="assignee"))
    assert set(error["details"]) == {"expand"}
    assert "fields" in error["details"]["expand"]
