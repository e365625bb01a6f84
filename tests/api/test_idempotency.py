"""Idempotency-Key on POST and PATCH: twice has the effect, and the answer, of once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.builders import nobodys_id
from tests.support.client import expect, refused
from tests.support.servers import eventually

KEY = {"idempotency-key": "8f14e45f-ceea-467f-a0e6-2f5a1f0f5c2b"}


def how_many(caller, path="/tasks"):
    return expect(200, caller.get(path))["pagination"]["total"]


def test_a_repeated_creation_is_answered_as_the_first_and_makes_nothing_new(mia):
    first = mia.post("/tasks", {"title": "Weld"}, headers=KEY)
    again = mia.post("/tasks", {"title": "Weld"}, headers=KEY)
    assert expect(201, again) == expect(201, first)
    for header in ("location", "etag", "content-type"):
        assert again.headers[header] == first.headers[header]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert how_many(mia) == 1


def test_a_replay_is_the_first_answer_even_where_the_thing_has_moved_on(mia):
    task = mia.makes_a_task()
    path = f"/tasks/{task['id']}"
    first = expect(200, mia.patch(path, {"title": "A"}, headers=KEY))
    mia.changes(task, title="B")
    assert expect(200, mia.patch(path, {"title": "A"}, headers=KEY)) == first
    assert mia.sees(task)["title"] == "B"
    assert len(mia.history_of(task)) == 3


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/users", {"name": "Nina", "email": "nina@example.com"}),
        ("/tasks/batch", {"operations": [{"op": "create", "task": {"title": "Weld"}}]}),
        ("/tasks/{task}/comments", {"body": "Hello"}),
    ],
)
def test_every_post_that_makes_something_heeds_the_key(ada, path, body):
    path = path.format(task=ada.makes_a_task()["id"])
    first = ada.post(path, body, headers=KEY)
    again = ada.post(path, body, headers=KEY)
    assert first.is_success
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["idempotency-replayed"] == "true"


def test_every_patch_heeds_the_key(ada, bob):
    task = ada.makes_a_task()
    comment = ada.comments_on(task)
    for path, name in (
        (f"/tasks/{task['id']}", "title"),
        (f"/users/{bob.id}", "name"),
        (f"/tasks/{task['id']}/comments/{comment['id']}", "body"),
    ):
        headers = {"idempotency-key": path}
        first = expect(200, ada.patch(path, {name: "first"}, headers=headers))
        expect(200, ada.patch(path, {name: "second"}))
        again = ada.patch(path, {name: "first"}, headers=headers)
        assert expect(200, again) == first
        assert expect(200, ada.get(path))[name] == "second"


def test_a_replayed_204_has_no_body_either(ada, bob):
    for replayed in (None, "true"):
        answer = ada.patch(f"/users/{bob.id}", {"id": "x"}, headers=KEY)
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers.get("idempotency-replayed") == replayed


@pytest.mark.parametrize("body", [{"title": "Other"}, {"title": "Weld", "tags": []}, {}])
def test_the_same_key_with_another_body_is_refused(mia, body):
    first = expect(201, mia.post("/tasks", {"title": "Weld"}, headers=KEY))
    refused(422, "idempotency_key_reused", mia.post("/tasks", body, headers=KEY))
    assert expect(200, mia.get("/tasks"))["data"] == [first]
    assert expect(201, mia.post("/tasks", {"title": "Weld"}, headers=KEY)) == first


def test_the_same_key_and_body_elsewhere_is_refused(mia):
    one, other = mia.makes_a_task(), mia.makes_a_task()
    expect(200, mia.patch(f"/tasks/{one['id']}", {"title": "X"}, headers=KEY))
    refused(422, "idempotency_key_reused", mia.patch(f"/tasks/{other['id']}", {"title": "X"}, headers=KEY))
    refused(422, "idempotency_key_reused", mia.post("/tasks", {"title": "X"}, headers=KEY))
    assert mia.sees(other) == other


def test_another_person_may_use_the_same_key(mia, bob):
    ours = expect(201, mia.post("/tasks", {"title": "Weld"}, headers=KEY))
    theirs = expect(201, bob.post("/tasks", {"title": "Weld"}, headers=KEY))
    assert ours["id"] != theirs["id"]
    assert theirs["createdBy"] == bob.id


def test_another_workspace_may_use_the_same_key(cast, ada):
    expect(201, ada.post("/tasks", {"title": "Weld"}, headers=KEY))
    answer = cast.elsewhere().post("/tasks", {"title": "Weld"}, headers=KEY)
    expect(201, answer)
    assert "idempotency-replayed" not in answer.headers


def test_the_same_person_with_another_api_key_is_the_same_person(cast, mia):
    first = expect(201, mia.post("/tasks", {"title": "Weld"}, headers=KEY))
    again = cast.with_key(mia).post("/tasks", {"title": "Weld"}, headers=KEY)
    assert expect(201, again) == first


def test_a_refusal_is_an_answer_too(mia):
    absent = nobodys_id()
    for _ in range(2):
        answer = mia.post("/tasks", {"title": ""}, headers=KEY)
        refused(422, "validation_error", answer)
    assert answer.headers["idempotency-replayed"] == "true"
    for _ in range(2):
        answer = mia.patch(f"/tasks/{absent}", {}, headers={"idempotency-key": "other"})
        refused(404, "resource_not_found", answer)
    assert answer.headers["idempotency-replayed"] == "true"
    assert how_many(mia) == 0


def test_a_refused_change_leaves_nothing_behind(mia):
    task = mia.makes_a_task(status="DONE")
    path = f"/tasks/{task['id']}"
    for _ in range(2):
        refused(
            422, "invalid_status_transition", mia.patch(path, {"status": "TODO", "title": "X"}, headers=KEY)
        )
    assert mia.sees(task) == task


def test_who_may_not_ask_any_more_is_not_given_the_old_answer(mia, backstage):
    expect(201, mia.post("/tasks", {"title": "Weld"}, headers=KEY))
    backstage.execute("UPDATE api_keys SET revoked_at = now() WHERE id = $1", mia.key_id)
    refused(401, "invalid_authentication", mia.post("/tasks", {"title": "Weld"}, headers=KEY))


def test_after_a_day_a_key_is_new_again(mia, backstage):
    first = expect(201, mia.post("/tasks", {"title": "Weld"}, headers=KEY))
    age = "UPDATE idempotent_responses SET created_at = created_at - interval '{}' WHERE user_id = $1"
    backstage.execute(age.format("23 hours 59 minutes"), mia.id)
    assert expect(201, mia.post("/tasks", {"title": "Weld"}, headers=KEY)) == first
    backstage.execute(age.format("1 minute 1 second"), mia.id)
    second = mia.post("/tasks", {"title": "Weld"}, headers=KEY)
    assert expect(201, second)["id"] != first["id"]
    assert "idempotency-replayed" not in second.headers
    third = mia.post("/tasks", {"title": "Weld"}, headers=KEY)
    assert third.json() == second.json()


@pytest.mark.parametrize("key", ["a", "~" * 255, 'with spaces & signs: {}[]()<>@,;\\"/?='])
def test_a_key_is_any_printable_text_of_up_to_255_characters(mia, key):
    headers = {"idempotency-key": key}
    first = expect(201, mia.post("/tasks", {"title": "Weld"}, headers=headers))
    assert expect(201, mia.post("/tasks", {"title": "Weld"}, headers=headers)) == first


@pytest.mark.parametrize("key", [b"", b"a" * 256, "schlüssel".encode(), b"\xff"])
def test_a_key_of_any_other_form_is_refused(mia, key):
    answer = mia.http.post(
        "/v1/tasks",
        json={"title": "Weld"},
        headers={b"idempotency-key": key, b"authorization": f"Bearer {mia.token}".encode()},
    )
    assert set(refused(400, "invalid_parameters", answer)["details"]) == {"Idempotency-Key"}
    assert how_many(mia) == 0


def test_reading_and_deleting_need_no_key_and_heed_none(mia):
    task = mia.makes_a_task()
    path = f"/tasks/{task['id']}"
    for _ in range(2):
        answer = mia.get(path, headers=KEY)
        assert "idempotency-replayed" not in answer.headers
    expect(204, mia.delete(path, headers=KEY))
    refused(404, "resource_not_found", mia.delete(path, headers=KEY))


def test_a_duplicate_of_a_request_in_flight_is_refused_and_may_be_repeated_later(mia, backstage):
    task = mia.makes_a_task()
    path = f"/tasks/{task['id']}"

    def change():
        return mia.patch(path, {"title": "Slow"}, headers=KEY)

    with ThreadPoolExecutor(1) as elsewhere, backstage.holding(task) as let_go:
        first = elsewhere.submit(change)
        eventually(backstage.somebody_waits)
        error = refused(409, "resource_conflict", change())
        assert "still being answered" in error["message"]
        # Nobody else's work is held up by it.
        expect(201, mia.post("/tasks", {"title": "Quick"}, headers={"idempotency-key": "another"}))
        let_go()
        done = first.result(30)
    assert expect(200, done)["title"] == "Slow"
    again = change()
    assert expect(200, again) == done.json()
    assert again.headers["idempotency-replayed"] == "true"
