"""POST /v1/tasks/batch: many operations, each answered on its own, or all or nothing."""

import pytest

from tests.support.builders import nobodys_id
from tests.support.client import expect, invalid, refused


def run(caller, *operations, **more):
    return caller.post("/tasks/batch", {"operations": list(operations)} | more)


def create(**fields):
    return {"op": "create", "task": {"title": "Weld"} | fields}


def patch(task, **fields):
    return {"op": "patch", "id": task["id"], "task": fields}


def delete(task):
    return {"op": "delete", "id": task["id"]}


def results(answer):
    return expect(200, answer)["results"]


def how_many(caller):
    return expect(200, caller.get("/tasks"))["pagination"]["total"]


@pytest.mark.parametrize("atomic", [{}, {"atomic": False}, {"atomic": True}])
def test_creates_patches_and_deletes_are_done_in_order(mia, atomic):
    kept, gone = mia.makes_a_task(), mia.makes_a_task()
    made, changed, deleted = results(
        run(mia, create(title="New"), patch(kept, title="Kept"), delete(gone), **atomic)
    )
    assert (made["status"], changed["status"], deleted["status"]) == (201, 200, 204)
    assert made["body"]["title"] == "New"
    assert mia.sees(made["body"]) == made["body"]
    assert mia.sees(kept) == changed["body"]
    assert changed["body"]["title"] == "Kept"
    assert deleted["body"] is None
    refused(404, "resource_not_found", mia.get(f"/tasks/{gone['id']}"))


def test_each_is_answered_as_it_would_be_alone_and_the_others_go_on(cast, mia):
    task, theirs = mia.makes_a_task(status="DONE"), cast.max.makes_a_task()
    absent = {"id": nobodys_id()}
    told = results(
        run(mia, create(), create(title=""), patch(task, status="TODO"), patch(theirs, title="X"),
            patch(absent, title="X"), delete(absent), patch(task, tags=["done"]), create(color="red"))
    )  # fmt: skip
    assert [each["status"] for each in told] == [201, 422, 422, 403, 404, 404, 200, 422]
    codes = [each["body"]["error"]["code"] for each in told if each["status"] >= 400]
    assert codes == [
        "validation_error",
        "invalid_status_transition",
        "permission_denied",
        "resource_not_found",
        "resource_not_found",
        "validation_error",
    ]
    assert told[1]["body"] == mia.post("/tasks", {"title": ""}).json()
    assert told[2]["body"] == mia.patch(f"/tasks/{task['id']}", {"status": "TODO"}).json()
    assert told[3]["body"] == mia.patch(f"/tasks/{theirs['id']}", {"title": "X"}).json()
    assert mia.sees(task)["tags"] == ["done"]
    assert how_many(mia) == 2


def test_a_later_operation_sees_what_an_earlier_one_did(mia):
    task = mia.makes_a_task()
    for atomic in (False, True):
        first, second = ("IN_PROGRESS", "REVIEW") if not atomic else ("DONE", "CANCELED")
        told = results(run(mia, patch(task, status=first), patch(task, status=second), atomic=atomic))
        assert [each["status"] for each in told] == [200, 200]
    assert mia.sees(task)["status"] == "CANCELED"
    told = results(run(mia, delete(task), patch(task, title="X")))
    assert [each["status"] for each in told] == [204, 404]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_of_an_atomic_batch_nothing_stays_when_one_fails(mia, max_, place, backstage):
    task, doomed, theirs = mia.makes_a_task(), mia.makes_a_task(), max_.makes_a_task()
    operations = [create(), patch(task, title="X")]
    operations.insert(place, patch(theirs, title="X"))
    events = backstage.value("SELECT count(*) FROM events")
    answer = run(mia, *operations, delete(doomed), atomic=True)
    error = refused(422, "batch_rejected", answer)
    assert str(place) in error["message"]
    told = answer.json()["results"]
    assert [each["status"] for each in told] == [403 if n == place else 424 for n in range(4)]
    assert told[place]["body"]["error"]["code"] == "permission_denied"
    assert {each["body"]["error"]["code"] for n, each in enumerate(told) if n != place} == {"not_applied"}
    assert (mia.sees(task), mia.sees(doomed)) == (task, doomed)
    assert how_many(mia) == 2
    assert backstage.value("SELECT count(*) FROM events") == events


def test_an_atomic_batch_survives_an_assignee_that_vanishes_in_it(ada):
    told = results(run(ada, create(), create(assigneeId=None), atomic=True))
    assert [each["status"] for each in told] == [201, 201]
    answer = run(ada, create(), create(assigneeId=nobodys_id()), atomic=True)
    refused(422, "batch_rejected", answer)
    assert how_many(ada) == 2


def test_every_operation_is_in_its_tasks_history(mia):
    task = mia.makes_a_task()
    answer = mia.post(
        "/tasks/batch",
        {"operations": [patch(task, title="A"), patch(task, title="B"), patch(task, title="B")]},
        headers={"x-request-id": "in-one-go"},
    )
    assert [each["status"] for each in results(answer)] == [200, 200, 200]
    entries = mia.history_of(task)
    assert [entry["changes"][0]["to"] for entry in entries[:2]] == ["B", "A"]
    assert [entry["requestId"] for entry in entries[:2]] == ["in-one-go", "in-one-go"]
    assert len(entries) == 3


def test_an_operation_may_say_which_version_it_means(mia):
    task = mia.makes_a_task()
    old = mia.get(f"/tasks/{task['id']}").headers["etag"]
    changed = mia.changes(task, title="Changed")
    new = mia.get(f"/tasks/{task['id']}").headers["etag"]
    told = results(
        run(mia, patch(task, title="X") | {"ifMatch": old}, delete(task) | {"ifMatch": old},
            patch(task, priority="LOW") | {"ifMatch": new})
    )  # fmt: skip
    assert [each["status"] for each in told] == [412, 412, 200]
    assert told[0]["body"]["error"]["details"] == {"current": changed, "conflicts": ["title"]}


# ── the batch itself ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("atomic", [False, True])
def test_a_hundred_operations_are_taken_and_one_more_is_not(mia, atomic):
    told = results(run(mia, *[create(title=str(n)) for n in range(100)], atomic=atomic))
    assert [each["body"]["title"] for each in told] == [str(n) for n in range(100)]
    assert how_many(mia) == 100
    details = invalid(run(mia, *[create() for _ in range(101)], atomic=atomic))
    assert details == {"operations": "Operations must have at most 100 entries"}
    assert how_many(mia) == 100


def test_a_batch_of_nothing_does_nothing(mia):
    assert results(run(mia)) == []
    assert results(run(mia, atomic=True)) == []


@pytest.mark.parametrize(
    ("body", "details"),
    [
        ({}, {"operations": "Operations is required"}),
        ({"operations": None}, {"operations": "Operations is required"}),
        ({"operations": {}}, {"operations": "Operations must be an array"}),
        ({"operations": "x"}, {"operations": "Operations must be an array"}),
        ({"operations": [1]}, {"operations": "Operations must be an array"}),
        ({"operations": [[]]}, {"operations": "Operations must be an array"}),
        ({"operations": [], "atomic": "yes"}, {"atomic": "Atomic must be true or false"}),
        ({"operations": [], "atomic": None}, {"atomic": "Atomic is required"}),
    ],
    ids=str,
)
def test_a_batch_of_the_wrong_shape_is_refused_whole(mia, body, details):
    assert invalid(mia.post("/tasks/batch", body)) == details


def test_an_unknown_field_of_a_batch_is_refused_by_name(mia):
    assert set(invalid(run(mia, create(), dryRun=True))) == {"dryRun"}
    assert how_many(mia) == 0


@pytest.mark.parametrize(
    ("operation", "fields"),
    [
        ({}, {"op"}),
        ({"op": "replace"}, {"op"}),
        ({"op": None}, {"op"}),
        ({"op": "create"}, {"task"}),
        ({"op": "create", "task": {"title": "X"}, "id": "0" * 20}, {"id"}),
        ({"op": "create", "task": {"title": "X"}, "ifMatch": '"1"'}, {"ifMatch"}),
        ({"op": "create", "task": []}, {"task"}),
        ({"op": "create", "task": None}, {"task"}),
        ({"op": "patch", "id": "0" * 20}, {"task"}),
        ({"op": "patch", "task": {}}, {"id"}),
        ({"op": "patch", "id": 7, "task": {}}, {"id"}),
        ({"op": "delete"}, {"id"}),
        ({"op": "delete", "id": "0" * 20, "task": {}}, {"task"}),
        ({"op": "delete", "id": "0" * 20, "if_match": '"1"'}, {"if_match"}),
        ({"op": "create", "task": {"title": "X"}, "color": "red"}, {"color"}),
    ],
    ids=str,
)
def test_an_operation_of_the_wrong_shape_fails_alone(mia, operation, fields):
    bad, good = results(run(mia, operation, create()))
    assert bad["status"] == 422
    assert set(bad["body"]["error"]["details"]) == fields
    assert good["status"] == 201
    assert how_many(mia) == 1


def test_what_an_operation_may_have_is_told_by_the_names_it_is_sent_with(mia):
    (bad,) = results(run(mia, {"op": "patch", "id": "0" * 20, "task": {}, "if_match": '"1"'}))
    assert "ifMatch" in bad["body"]["error"]["details"]["if_match"]
    (bad,) = results(run(mia, {"op": "delete", "id": "0" * 20, "task": {}}))
    assert bad["body"]["error"]["details"]["task"] == "Not known here; known are: id, ifMatch, op"


@pytest.mark.parametrize("junk", ["x", "0" * 20, "", "\0", "\U0010ffff" * 20])
def test_an_operation_on_an_id_of_any_shape_finds_nothing(mia, junk):
    told = results(run(mia, patch({"id": junk}, title="X"), delete({"id": junk})))
    assert [each["status"] for each in told] == [404, 404]
