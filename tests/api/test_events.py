"""The record behind it all: each mutation writes one event, and nothing else writes any."""

import datetime as dt
import json

import pytest

from tests.support.client import expect

WORKSPACE_EVENTS = "SELECT * FROM events WHERE workspace_id = $1 ORDER BY seq"


def events(cast):
    return cast.backstage.rows(WORKSPACE_EVENTS, cast.workspace_id)


def scene(cast):
    """A workspace with one of each thing, and their paths."""
    task = cast.ada.makes_a_task(assigneeId=cast.bob.id)
    comment = cast.ada.comments_on(task)
    key = expect(201, cast.ada.post("/api-keys", {"name": "Robot"}))
    return {
        "task": f"/tasks/{task['id']}",
        "comments": f"/tasks/{task['id']}/comments",
        "comment": f"/tasks/{task['id']}/comments/{comment['id']}",
        "bob": f"/users/{cast.bob.id}",
        "charlie": f"/users/{cast.charlie.id}",
        "key": f"/api-keys/{key['id']}",
        "rotate": f"/api-keys/{key['id']}/rotate",
        "tasks": "/tasks",
        "users": "/users",
        "keys": "/api-keys",
        "batch": "/tasks/batch",
    }


MUTATIONS = [
    ("POST", "tasks", {"title": "Weld"}, [("created", "task")]),
    ("PATCH", "task", {"title": "X", "status": "IN_PROGRESS"}, [("updated", "task")]),
    ("DELETE", "task", None, [("deleted", "task")]),
    ("POST", "comments", {"body": "Hello"}, [("created", "comment")]),
    ("PATCH", "comment", {"body": "Changed"}, [("updated", "comment")]),
    ("DELETE", "comment", None, [("deleted", "comment")]),
    ("POST", "users", {"name": "Nina", "email": "nina@example.com"}, [("created", "user")]),
    ("PATCH", "bob", {"name": "Robert", "role": "manager"}, [("updated", "user")]),
    ("DELETE", "charlie", None, [("deleted", "user")]),
    ("POST", "keys", {"name": "Another"}, [("created", "api_key")]),
    ("POST", "rotate", {}, [("rotated", "api_key"), ("created", "api_key")]),
    ("DELETE", "key", None, [("revoked", "api_key")]),
    (
        "POST",
        "batch",
        {"operations": [{"op": "create", "task": {"title": "1"}}, {"op": "create", "task": {"title": "2"}}]},
        [("created", "task"), ("created", "task")],
    ),
]


@pytest.mark.parametrize(("method", "place", "body", "written"), MUTATIONS)
def test_a_mutation_writes_its_event_and_says_who_when_and_in_which_request(
    cast, method, place, body, written
):
    paths = scene(cast)
    before = events(cast)
    began = dt.datetime.now(dt.UTC)
    answer = cast.ada.send(method, paths[place], body, headers={"x-request-id": "this-one"})
    assert answer.is_success, answer.text
    added = events(cast)[len(before) :]
    assert [(event["verb"], event["entity"]) for event in added] == written
    for event in added:
        assert (event["actor_id"], event["request_id"]) == (cast.ada.id, "this-one")
        assert began <= event["at"] <= dt.datetime.now(dt.UTC)
        assert json.loads(event["before"]) != json.loads(event["after"])
        assert bool(json.loads(event["before"])) == (event["verb"] != "created")
        assert bool(json.loads(event["after"])) == (event["verb"] != "deleted")


def test_a_user_who_is_deleted_leaves_an_event_for_each_task_that_changed_with_it(cast):
    tasks = {cast.ada.makes_a_task(assigneeId=cast.bob.id)["id"] for _ in range(2)}
    tasks |= {cast.bob.makes_a_task()["id"]}
    cast.ada.makes_a_task()
    before = events(cast)
    expect(204, cast.ada.delete(f"/users/{cast.bob.id}", force="true"))
    added = events(cast)[len(before) :]
    assert sorted((event["verb"], event["entity"]) for event in added) == [
        ("deleted", "user"),
        *[("updated", "task")] * 3,
    ]
    assert {event["entity_id"] for event in added} == tasks | {cast.bob.id}


SAME = [
    ("GET", "tasks", None),
    ("GET", "task", None),
    ("PATCH", "task", {}),
    ("PATCH", "task", {"title": "Check the torque"}),
    ("PATCH", "task", {"title": ""}),
    ("PATCH", "task", {"status": "DONE"}),
    ("PATCH", "comment", {"body": "Looks right to me"}),
    ("PATCH", "bob", {"name": "Bob"}),
    ("PATCH", "bob", {"email": "ada@example.com"}),
    ("POST", "users", {"name": "Ada", "email": "ADA@example.com"}),
    ("POST", "tasks", {}),
    ("POST", "keys", {}),
    ("DELETE", "bob", None),
    ("POST", "batch", {"operations": [{"op": "create", "task": {}}]}),
    (
        "POST",
        "batch",
        {
            "atomic": True,
            "operations": [{"op": "create", "task": {"title": "1"}}, {"op": "create", "task": {}}],
        },
    ),
]


@pytest.mark.parametrize(("method", "place", "body"), SAME)
def test_what_changes_nothing_writes_nothing(cast, method, place, body):
    paths = scene(cast)
    before = events(cast)
    cast.ada.send(method, paths[place], body)
    assert events(cast) == before


def test_a_replayed_request_writes_nothing_again(cast):
    key = {"idempotency-key": "once"}
    expect(201, cast.mia.post("/tasks", {"title": "Weld"}, headers=key))
    before = events(cast)
    expect(201, cast.mia.post("/tasks", {"title": "Weld"}, headers=key))
    assert events(cast) == before


def test_no_event_holds_a_key_or_its_hash(cast):
    key = expect(201, cast.mia.post("/api-keys", {"name": "Robot"}))
    expect(201, cast.mia.post(f"/api-keys/{key['id']}/rotate", {}))
    expect(204, cast.mia.delete(f"/api-keys/{key['id']}"))
    whole = str(events(cast))
    assert key["token"].rpartition("_")[2] not in whole
    assert "digest" not in whole
