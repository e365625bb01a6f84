"""Workspaces know nothing of each other: an id of another one is an id of nothing, at every door."""

import pytest

from tests.support.client import expect, invalid, refused

DOORS = [
    ("GET", "/tasks/{task}", None),
    ("PATCH", "/tasks/{task}", {"title": "Mine"}),
    ("DELETE", "/tasks/{task}", None),
    ("GET", "/tasks/{task}/history", None),
    ("GET", "/tasks/{task}/transitions", None),
    ("GET", "/tasks/{task}/comments", None),
    ("POST", "/tasks/{task}/comments", {"body": "Hello"}),
    ("GET", "/tasks/{task}/comments/{comment}", None),
    ("PATCH", "/tasks/{task}/comments/{comment}", {"body": "Mine"}),
    ("DELETE", "/tasks/{task}/comments/{comment}", None),
    ("GET", "/tasks/{own_task}/comments/{comment}", None),
    ("PATCH", "/tasks/{own_task}/comments/{comment}", {"body": "Mine"}),
    ("DELETE", "/tasks/{own_task}/comments/{comment}", None),
    ("GET", "/users/{user}", None),
    ("PATCH", "/users/{user}", {"name": "Mine"}),
    ("DELETE", "/users/{user}", None),
    ("DELETE", "/users/{user}?force=true", None),
    ("GET", "/api-keys/{key}", None),
    ("POST", "/api-keys/{key}/rotate", {}),
    ("DELETE", "/api-keys/{key}", None),
]


def scene(cast):
    """Ada's workspace with one of each thing, and Zoe, the admin of another, with a task of her own."""
    zoe = cast.elsewhere()
    task = cast.mia.makes_a_task()
    places = {
        "task": task["id"],
        "comment": cast.mia.comments_on(task)["id"],
        "user": cast.bob.id,
        "key": cast.bob.key_id,
        "own_task": zoe.makes_a_task(title="Zoe's own")["id"],
    }
    return zoe, places


def everything(cast):
    """What Ada's workspace looks like from within."""
    (task,) = expect(200, cast.ada.get("/tasks"))["data"]
    return [
        task,
        cast.ada.history_of(task),
        *(expect(200, cast.ada.get(path)) for path in (f"/tasks/{task['id']}/comments", "/users")),
        [key["id"] for key in expect(200, cast.ada.get("/api-keys"))["data"] if not key["revokedAt"]],
    ]


@pytest.mark.parametrize(("method", "path", "body"), DOORS)
def test_a_thing_of_another_workspace_is_not_found_and_not_touched(cast, method, path, body):
    zoe, places = scene(cast)
    before = everything(cast)
    refused(404, "resource_not_found", zoe.send(method, path.format(**places), body))
    assert everything(cast) == before


@pytest.mark.parametrize("atomic", [False, True])
def test_nor_by_a_batch(cast, atomic):
    zoe, places = scene(cast)
    before = everything(cast)
    for operation in ({"op": "patch", "task": {"title": "Mine"}}, {"op": "delete"}):
        body = {"operations": [operation | {"id": places["task"]}], "atomic": atomic}
        answer = zoe.post("/tasks/batch", body)
        assert answer.json()["results"][0]["status"] == 404
    assert everything(cast) == before


def test_nor_can_its_people_be_given_work_or_keys(cast):
    zoe, places = scene(cast)
    foreign = places["user"]
    own = f"/tasks/{places['own_task']}"
    assert set(invalid(zoe.patch(own, {"assigneeId": foreign}))) == {"assigneeId"}
    assert set(invalid(zoe.post("/tasks", {"title": "X", "assigneeId": foreign}))) == {"assigneeId"}
    assert set(invalid(zoe.post("/api-keys", {"name": "X", "userId": foreign}))) == {"userId"}


def test_lists_hold_nothing_of_another_workspace_whatever_is_asked_for(cast):
    zoe, places = scene(cast)
    cast.mia.makes_a_task(title="Zoe's own", tags=["shared"])
    assert [task["title"] for task in expect(200, zoe.get("/tasks"))["data"]] == ["Zoe's own"]
    assert expect(200, zoe.get("/tasks", search="Zoe's"))["pagination"]["total"] == 1
    for filters in ({"createdBy": cast.mia.id}, {"assigneeId": places["user"]}, {"tags": "shared"}):
        assert expect(200, zoe.get("/tasks", **filters))["pagination"]["total"] == 0
    assert [user["name"] for user in expect(200, zoe.get("/users"))["data"]] == ["Zoe"]
    assert expect(200, zoe.get("/users", email=cast.mia.email))["data"] == []
    assert [key["userId"] for key in expect(200, zoe.get("/api-keys"))["data"]] == [zoe.id]
    assert expect(200, zoe.get("/api-keys", userId=places["user"]))["data"] == []


def test_people_of_the_same_name_and_address_in_two_workspaces_are_two(cast):
    zoe = cast.elsewhere()
    ours = cast.joins("Nina")
    theirs = expect(201, zoe.post("/users", {"name": "Nina", "email": ours.email}))
    assert theirs["id"] != ours.id
    expect(204, zoe.delete(f"/users/{theirs['id']}"))
    expect(200, ours.get("/tasks"))
