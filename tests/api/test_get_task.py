"""GET /v1/tasks/{id}."""

from tests.support.client import expect


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
