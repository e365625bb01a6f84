"""DELETE /v1/tasks/{id}."""

from tests.support.builders import nobodys_id
from tests.support.client import expect, refused


def test_a_deleted_task_is_gone_for_good_with_its_comments(mia, ada, backstage):
    task, other = mia.makes_a_task(), mia.makes_a_task()
    mia.comments_on(task)
    mia.comments_on(other)
    answer = mia.delete(f"/tasks/{task['id']}")
    expect(204, answer)
    assert answer.content == b""
    for path in ("", "/history", "/transitions", "/comments"):
        refused(404, "resource_not_found", ada.get(f"/tasks/{task['id']}{path}"))
    assert [each["id"] for each in expect(200, ada.get("/tasks"))["data"]] == [other["id"]]
    assert backstage.value("SELECT count(*) FROM comments WHERE task_id = $1", task["id"]) == 0
    assert backstage.value("SELECT count(*) FROM comments WHERE task_id = $1", other["id"]) == 1


def test_deleting_twice_is_404_the_second_time(mia):
    task = mia.makes_a_task()
    expect(204, mia.delete(f"/tasks/{task['id']}"))
    refused(404, "resource_not_found", mia.delete(f"/tasks/{task['id']}"))


def test_what_never_was_cannot_be_deleted(ada):
    refused(404, "resource_not_found", ada.delete(f"/tasks/{nobodys_id()}"))


def test_a_task_is_deletable_in_every_status(mia):
    for status in ("TODO", "IN_PROGRESS", "REVIEW", "DONE", "CANCELED"):
        expect(204, mia.delete(f"/tasks/{mia.makes_a_task(status=status)['id']}"))


def test_the_assignee_may_not_delete(mia, bob, max_):
    task = max_.makes_a_task(assigneeId=bob.id)
    refused(403, "permission_denied", bob.delete(f"/tasks/{task['id']}"))
    assert bob.sees(task) == task


def test_the_record_keeps_what_a_deleted_task_was(mia, backstage):
    task = mia.makes_a_task(title="Remembered")
    expect(204, mia.delete(f"/tasks/{task['id']}"))
    last = backstage.rows("SELECT * FROM events WHERE entity_id = $1 ORDER BY seq DESC", task["id"])[0]
    assert (last["verb"], last["actor_id"]) == ("deleted", mia.id)
    assert '"Remembered"' in last["before"]


def test_deletion_with_a_stale_if_match_is_refused_and_with_the_present_one_done(mia):
    task = mia.makes_a_task()
    stale = mia.get(f"/tasks/{task['id']}").headers["etag"]
    changed = mia.changes(task, title="Changed")
    path = f"/tasks/{task['id']}"
    error = refused(412, "precondition_failed", mia.delete(path, headers={"if-match": stale}))
    assert error["details"]["current"] == changed
    present = mia.get(path).headers["etag"]
    expect(204, mia.delete(path, headers={"if-match": present}))
