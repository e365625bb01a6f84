"""Comments on tasks: GET, POST, PATCH, DELETE. Who may is in test_permissions.py."""

import pytest

from tests.support.builders import nobodys_id
from tests.support.client import expect, invalid, refused


def test_a_comment_is_made_with_an_address_and_read_back(mia):
    task = mia.makes_a_task()
    answer = mia.post(f"/tasks/{task['id']}/comments", {"body": "Looks **right** to me\n"})
    comment = expect(201, answer)
    assert answer.headers["location"] == f"/v1/tasks/{task['id']}/comments/{comment['id']}"
    assert comment == {
        "id": comment["id"],
        "taskId": task["id"],
        "authorId": mia.id,
        "body": "Looks **right** to me\n",
        "createdAt": comment["createdAt"],
        "updatedAt": comment["createdAt"],
    }
    assert expect(200, mia.get(f"/tasks/{task['id']}/comments/{comment['id']}")) == comment


def test_comments_are_listed_oldest_first(mia, max_):
    task = mia.makes_a_task()
    made = [caller.comments_on(task, f"{n}") for n, caller in enumerate((mia, max_, mia))]
    listed = expect(200, mia.get(f"/tasks/{task['id']}/comments"))
    assert listed["data"] == made
    assert listed["pagination"] == {"total": 3, "limit": 10, "offset": 0, "hasMore": False}
    assert expect(200, mia.get(f"/tasks/{task['id']}/comments", limit=1, offset=1))["data"] == [made[1]]


def test_a_comment_does_not_change_its_task(mia):
    task = mia.makes_a_task()
    tag = mia.get(f"/tasks/{task['id']}").headers["etag"]
    mia.comments_on(task)
    assert mia.sees(task) == task
    assert mia.get(f"/tasks/{task['id']}").headers["etag"] == tag


def test_a_comment_is_edited_by_its_author(mia):
    task = mia.makes_a_task()
    comment = mia.comments_on(task, "Frist")
    path = f"/tasks/{task['id']}/comments/{comment['id']}"
    edited = expect(200, mia.patch(path, {"body": "First"}))
    assert edited == comment | {"body": "First", "updatedAt": edited["updatedAt"]}
    assert expect(200, mia.get(path)) == edited


def test_a_comment_sent_back_as_it_was_read_changes_nothing(mia):
    task = mia.makes_a_task()
    comment = mia.comments_on(task)
    path = f"/tasks/{task['id']}/comments/{comment['id']}"
    for body in (comment, {}, {"body": comment["body"]}):
        assert expect(200, mia.patch(path, body)) == comment
    assert len(mia.history_of(task)) == 2


def test_a_deleted_comment_is_gone(mia):
    task = mia.makes_a_task()
    comment, other = mia.comments_on(task), mia.comments_on(task)
    path = f"/tasks/{task['id']}/comments/{comment['id']}"
    answer = mia.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    for answer in (mia.get(path), mia.patch(path, {"body": "X"}), mia.delete(path)):
        error = refused(404, "resource_not_found", answer)
        assert error["message"] == f"Comment with ID '{comment['id']}' not found"
    assert expect(200, mia.get(f"/tasks/{task['id']}/comments"))["data"] == [other]


@pytest.mark.parametrize("body", ["x", "x" * 10_000, "😀" * 10_000, "  indented\n", "<b>&amp;</b>"])
def test_a_good_body_is_kept_as_it_is(mia, body):
    task = mia.makes_a_task()
    comment = mia.comments_on(task, body)
    assert comment["body"] == body
    assert (
        expect(200, mia.patch(f"/tasks/{task['id']}/comments/{comment['id']}", {"body": body}))["body"]
        == body
    )


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("", "Body is required"),
        (" \n\t ", "Body is required"),
        (None, "Body is required"),
        ("x" * 10_001, "Body must have at most 10000 characters"),
        ("nul\0", "Body must not contain NUL characters"),
        (7, "Body must be a string"),
        (["x"], "Body must be a string"),
    ],
    ids=lambda value: f"{value!s:.12}",
)
def test_a_bad_body_is_refused_and_changes_nothing(mia, body, sentence):
    task = mia.makes_a_task()
    comment = mia.comments_on(task)
    path = f"/tasks/{task['id']}/comments"
    assert invalid(mia.post(path, {"body": body})) == {"body": sentence}
    assert invalid(mia.patch(f"{path}/{comment['id']}", {"body": body})) == {"body": sentence}
    assert expect(200, mia.get(path))["data"] == [comment]


def test_a_comment_needs_a_body_and_knows_no_other_field(mia):
    task = mia.makes_a_task()
    path = f"/tasks/{task['id']}/comments"
    assert invalid(mia.post(path, {})) == {"body": "Body is required"}
    assert set(invalid(mia.post(path, {"body": "x", "text": "y"}))) == {"text"}
    assert expect(200, mia.get(path))["data"] == []


def test_what_only_the_server_sets_is_ignored(mia, bob):
    task, other = mia.makes_a_task(), mia.makes_a_task()
    wish = {
        "body": "x",
        "id": "mine",
        "authorId": bob.id,
        "taskId": other["id"],
        "createdAt": 1,
        "updatedAt": 2,
    }
    comment = expect(201, mia.post(f"/tasks/{task['id']}/comments", wish))
    assert (comment["authorId"], comment["taskId"]) == (mia.id, task["id"])
    assert comment["id"] != "mine"


def test_a_comment_is_found_only_on_its_own_task(mia):
    task, other = mia.makes_a_task(), mia.makes_a_task()
    comment = mia.comments_on(task)
    path = f"/tasks/{other['id']}/comments/{comment['id']}"
    for answer in (mia.get(path), mia.patch(path, {"body": "X"}), mia.delete(path)):
        refused(404, "resource_not_found", answer)
    assert expect(200, mia.get(f"/tasks/{task['id']}/comments"))["data"] == [comment]


def test_there_are_no_comments_on_what_does_not_exist(mia):
    absent = nobodys_id()
    for answer in (
        mia.get(f"/tasks/{absent}/comments"),
        mia.post(f"/tasks/{absent}/comments", {"body": "x"}),
        mia.get(f"/tasks/{absent}/comments/{absent}"),
    ):
        error = refused(404, "resource_not_found", answer)
        assert error["message"] == f"Task with ID '{absent}' not found"


@pytest.mark.parametrize("comment", ["x", "0" * 20, "%00", "%FF", "x" * 4_000])
def test_a_comment_of_any_other_id_is_404(mia, comment):
    task = mia.makes_a_task()
    for answer in (
        mia.get(f"/tasks/{task['id']}/comments/{comment}"),
        mia.patch(f"/tasks/{task['id']}/comments/{comment}", {"body": "x"}),
        mia.delete(f"/tasks/{task['id']}/comments/{comment}"),
    ):
        refused(404, "resource_not_found", answer)


def test_who_may_not_see_the_task_may_not_even_ask_for_a_comment_that_is_not_there(mia, charlie):
    task = mia.makes_a_task()
    refused(403, "permission_denied", charlie.get(f"/tasks/{task['id']}/comments/{nobodys_id()}"))
