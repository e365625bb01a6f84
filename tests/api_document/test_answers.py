"""What the server answers is what the document says: one life of a task, and ways to fail on it."""

import httpx
import pytest

from tests.api_document.reading import agree, operations
from tests.support.builders import nobodys_id
from tests.support.client import Caller
from tests.support.people import Person


def test_every_operation_of_the_document_is_served(http: httpx.Client):
    for each in operations():
        path = each.path.replace("{", "").replace("}", "")
        answer = agree(each.name, http.request(each.method, path))
        expected = {"logIn": 400, "signIn": 415, "readCalendar": 404}.get(each.name, 200)
        assert answer.status_code == (401 if each.said["security"] else expected)


def test_a_task_lives_as_documented(ada: Person, bob: Person):
    made = agree("createTask", ada.post("/tasks", {"title": "Authentication", "assigneeId": bob.id}))
    path = f"/tasks/{made.json()['id']}"
    tag = made.headers["etag"]
    agree("getTask", ada.get(path))
    assert agree("getTask", ada.get(path, headers={"if-none-match": tag})).status_code == 304
    agree("getTask", ada.get(path, fields="id,title"))
    agree("listTasks", ada.get("/tasks", status="TODO,REVIEW", sort="-priority,title"))
    agree("listTasks", ada.get("/tasks", fields="title"))
    body = {"status": "IN_PROGRESS", "tags": ["api"], "dueDate": "2035-06-01T17:00:00Z", "warningOffset": 1.5}
    agree("updateTask", bob.patch(path, body, headers={"if-match": tag}))
    agree("taskTransitions", bob.get(f"{path}/transitions"))
    agree("createComment", bob.post(f"{path}/comments", {"body": "Begun"}))
    comment = agree("listComments", ada.get(f"{path}/comments")).json()["data"][0]
    agree("getComment", ada.get(f"{path}/comments/{comment['id']}"))
    agree("updateComment", bob.patch(f"{path}/comments/{comment['id']}", {"body": "Well begun"}))
    agree("deleteComment", bob.delete(f"{path}/comments/{comment['id']}"))
    agree("taskHistory", ada.get(f"{path}/history"))
    agree("deleteTask", ada.delete(path))


def test_tasks_are_refused_as_documented(ada: Person, charlie: Person):
    task = ada.makes_a_task(status="DONE")
    path = f"/tasks/{task['id']}"
    stale = {"if-match": '"99"'}
    told = [
        agree("getTask", charlie.get(path)),
        agree("getTask", ada.get(f"/tasks/{nobodys_id()}")),
        agree("getTask", ada.get(path, colour="red")),
        agree("getTask", ada.get(path, headers={"accept": "text/html"})),
        agree("updateTask", ada.send("PATCH", path, content=b"{")),
        agree("updateTask", ada.send("PATCH", path, content=b"{}", headers={"content-type": "text/plain"})),
        agree("updateTask", ada.send("PATCH", path, content=b" " * 1_100_000)),
        agree("updateTask", ada.patch(path, {"title": None, "colour": "red"})),
        agree("updateTask", ada.patch(path, {"status": "TODO"})),
        agree("updateTask", ada.patch(path, {"title": "x"}, headers=stale)),
        agree("deleteTask", ada.delete(path, headers=stale)),
    ]
    assert [each.status_code for each in told] == [403, 404, 400, 406, 400, 415, 413, 422, 422, 412, 412]


def test_a_request_sent_twice_is_answered_as_documented(ada: Person):
    key = {"idempotency-key": "once"}
    first = agree("createTask", ada.post("/tasks", {"title": "Once"}, headers=key))
    again = agree("createTask", ada.post("/tasks", {"title": "Once"}, headers=key))
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert agree("createTask", ada.post("/tasks", {"title": "Twice"}, headers=key)).status_code == 422


@pytest.mark.parametrize("atomic", [False, True])
def test_a_batch_is_answered_as_documented(ada: Person, atomic):
    task = ada.makes_a_task()
    operations = [
        {"op": "create", "task": {"title": "One"}},
        {"op": "patch", "id": task["id"], "task": {"status": "DONE"}, "ifMatch": '"1"'},
        {"op": "delete", "id": task["id"]},
    ]
    assert agree("batchTasks", ada.post("/tasks/batch", {"atomic": atomic})).status_code == 422
    answer = agree("batchTasks", ada.post("/tasks/batch", {"operations": operations, "atomic": atomic}))
    assert answer.status_code == (422 if atomic else 200)
    assert len(answer.json()["results"]) == 3


def test_users_and_keys_live_as_documented(ada: Person, mia: Person):
    wish = {"name": "Grace", "email": "grace@example.com"}
    made = agree("createUser", ada.post("/users", wish)).json()
    assert agree("createUser", ada.post("/users", wish)).status_code == 409
    assert agree("createUser", mia.post("/users", wish)).status_code == 403
    assert agree("createUser", ada.post("/users", {})).status_code == 422
    agree("listUsers", ada.get("/users", role="member,admin", name="gra"))
    agree("getUser", ada.get(f"/users/{made['id']}"))
    agree("updateUser", ada.patch(f"/users/{made['id']}", {"role": "manager"}))
    assert agree("updateUser", ada.patch(f"/users/{made['id']}", {"id": "x"})).status_code == 204
    key_wish = {"name": "CI", "userId": made["id"], "scopes": ["tasks:read"], "plan": "free"}
    key = agree("createApiKey", ada.post("/api-keys", key_wish)).json()
    agree("listApiKeys", ada.get("/api-keys", userId=made["id"]))
    agree("getApiKey", ada.get(f"/api-keys/{key['id']}"))
    grace = Caller(ada.http, key["token"])
    assert "x-ratelimit-limit" in agree("listTasks", grace.get("/tasks")).headers
    assert agree("createTask", grace.post("/tasks", {"title": "x"})).status_code == 403
    agree("rotateApiKey", ada.post(f"/api-keys/{key['id']}/rotate", {"graceHours": 1}))
    agree("rotateApiKey", ada.post(f"/api-keys/{key['id']}/rotate", {}))
    assert agree("revokeApiKey", ada.delete(f"/api-keys/{key['id']}")).status_code == 204
    assert agree("listTasks", grace.get("/tasks")).status_code == 401
    assert agree("deleteUser", ada.delete(f"/users/{made['id']}")).status_code == 204
    assert agree("deleteUser", ada.delete(f"/users/{ada.id}")).status_code == 409
