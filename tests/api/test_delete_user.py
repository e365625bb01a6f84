"""DELETE /v1/users/{id}: what stands in its way, and what it leaves behind."""

import pytest

from tests.support.client import expect, refused


def test_a_user_without_tasks_is_deleted(ada, bob):
    answer = ada.delete(f"/users/{bob.id}")
    assert (answer.status_code, answer.content) == (204, b"")
    refused(404, "resource_not_found", ada.get(f"/users/{bob.id}"))
    refused(404, "resource_not_found", ada.delete(f"/users/{bob.id}"))


def test_the_keys_of_a_deleted_user_stop_at_once(ada, bob):
    expect(200, bob.get("/tasks"))
    expect(204, ada.delete(f"/users/{bob.id}"))
    refused(401, "invalid_authentication", bob.get("/tasks"))


def test_assigned_tasks_stand_in_the_way_and_are_counted(ada, bob):
    tasks = [ada.makes_a_task(assigneeId=bob.id, status=status) for status in ("TODO", "DONE", "CANCELED")]
    error = refused(409, "resource_conflict", ada.delete(f"/users/{bob.id}"))
    assert error["message"] == "Cannot delete user with assigned tasks"
    assert error["details"] == {"assignedTaskCount": 3}
    refused(409, "resource_conflict", ada.delete(f"/users/{bob.id}", force="false"))
    assert [ada.sees(task) for task in tasks] == tasks
    expect(200, bob.get("/tasks"))


def test_force_unassigns_first_and_says_so_in_each_task_s_history(ada, bob, mia):
    task, other = ada.makes_a_task(assigneeId=bob.id), ada.makes_a_task(assigneeId=mia.id)
    expect(204, ada.delete(f"/users/{bob.id}", force="true"))
    after = ada.sees(task)
    assert after == task | {"assigneeId": None, "updatedAt": after["updatedAt"]}
    newest = ada.history_of(task)[0]
    assert newest["changes"] == [{"field": "assigneeId", "from": bob.id, "to": None}]
    assert newest["actor"] == {"id": ada.id, "name": "Ada"}
    assert ada.sees(other) == other


def test_tasks_that_they_created_stay_without_a_creator(ada, mia, bob):
    task = mia.makes_a_task()
    ada.changes(task, assigneeId=bob.id)
    expect(204, ada.delete(f"/users/{mia.id}"))
    after = ada.sees(task)
    assert (after["createdBy"], after["assigneeId"]) == (None, bob.id)
    assert ada.history_of(task)[0]["changes"] == [{"field": "createdBy", "from": mia.id, "to": None}]
    assert bob.sees(task) == after


def test_one_who_created_and_has_the_same_task_leaves_it_in_one_step(ada, mia):
    task = mia.makes_a_task(assigneeId=mia.id)
    expect(204, ada.delete(f"/users/{mia.id}", force="true"))
    after = ada.sees(task)
    assert (after["createdBy"], after["assigneeId"]) == (None, None)
    newest, first = ada.history_of(task)
    assert {change["field"] for change in newest["changes"]} == {"createdBy", "assigneeId"}
    assert first["actor"] == {"id": mia.id, "name": None}


def test_the_etag_of_a_task_moves_when_its_assignee_is_deleted(ada, bob):
    task = ada.makes_a_task(assigneeId=bob.id)
    stale = ada.get(f"/tasks/{task['id']}").headers["etag"]
    expect(204, ada.delete(f"/users/{bob.id}", force="true"))
    refused(
        412,
        "precondition_failed",
        ada.patch(f"/tasks/{task['id']}", {"title": "X"}, headers={"if-match": stale}),
    )


def test_their_comments_stay_without_an_author(ada, mia):
    task = ada.makes_a_task(assigneeId=mia.id)
    comment = mia.comments_on(task, "I was here")
    expect(204, ada.delete(f"/users/{mia.id}", force="true"))
    after = expect(200, ada.get(f"/tasks/{task['id']}/comments/{comment['id']}"))
    assert (after["authorId"], after["body"]) == (None, "I was here")


def test_an_admin_may_delete_another_admin_but_not_themselves(cast, ada):
    anna = cast.joins("Anna", "admin")
    refused(403, "permission_denied", ada.delete(f"/users/{ada.id}"))
    expect(204, ada.delete(f"/users/{anna.id}"))
    error = refused(409, "resource_conflict", ada.delete(f"/users/{ada.id}"))
    assert error["message"] == "The last admin cannot be removed"
    refused(409, "resource_conflict", ada.delete(f"/users/{ada.id}", force="true"))
    expect(200, ada.get(f"/users/{ada.id}"))


def test_a_disabled_admin_does_not_count_as_one_who_is_left(cast, ada, backstage):
    anna = cast.joins("Anna", "admin")
    backstage.execute("UPDATE users SET disabled = true WHERE id = $1", anna.id)
    refused(409, "resource_conflict", ada.delete(f"/users/{ada.id}"))
    expect(204, ada.delete(f"/users/{anna.id}"))


def test_a_manager_may_delete_a_member_by_force_but_not_another_manager(cast, max_, bob):
    task = max_.makes_a_task(assigneeId=bob.id)
    refused(409, "resource_conflict", max_.delete(f"/users/{bob.id}"))
    expect(204, max_.delete(f"/users/{bob.id}", force="true"))
    assert max_.sees(task)["assigneeId"] is None
    moritz = cast.joins("Moritz", "manager")
    refused(403, "permission_denied", max_.delete(f"/users/{moritz.id}", force="true"))


def test_no_right_to_delete_tells_nothing_of_the_tasks_in_the_way(mia, bob, ada):
    ada.makes_a_task(assigneeId=bob.id)
    refused(403, "permission_denied", mia.delete(f"/users/{bob.id}"))


@pytest.mark.parametrize("force", ["yes", "1", "", "TRUE"])
def test_force_is_true_or_false_and_nothing_else(ada, bob, force):
    error = refused(400, "invalid_parameters", ada.delete(f"/users/{bob.id}", force=force))
    assert error["details"] == {"force": "force must be one of: true, false"}
    expect(200, bob.get("/tasks"))


def test_a_freed_address_can_be_used_again(ada, bob):
    expect(204, ada.delete(f"/users/{bob.id}"))
    expect(201, ada.post("/users", {"name": "Bob again", "email": bob.email}))
