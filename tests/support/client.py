"""What a test says to the server: a caller with a key, over real HTTP."""

import json
from collections.abc import Mapping
from typing import Any

import httpx

from tests.support.raw import Answer

Headers = Mapping[str, str]
Thing = Any  # a JSON object, whose fields the tests themselves look into


class Caller:
    """Somebody who calls the API with one key (None: with none). Paths are below `/v1`."""

    def __init__(self, http: httpx.Client, token: str | None) -> None:
        self.http = http
        self.token = token

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Headers | None = None,
        params: Any = None,
        content: bytes | None = None,
    ) -> httpx.Response:
        """Sends a request; `content` sends bytes as they are in place of a JSON `body`."""
        sent = {} if self.token is None else {"authorization": f"Bearer {self.token}"}
        if body is not None:
            content = json.dumps(body).encode()
        if content is not None:
            sent["content-type"] = "application/json"
        return self.http.request(
            method, f"/v1{path}", content=content, headers=sent | dict(headers or {}), params=params
        )

    def get(self, path: str, *, headers: Headers | None = None, **params: Any) -> httpx.Response:
        """Reads; keyword arguments are query parameters."""
        return self.send("GET", path, headers=headers, params=params or None)

    def post(self, path: str, body: Any, *, headers: Headers | None = None) -> httpx.Response:
        return self.send("POST", path, body, headers=headers)

    def patch(self, path: str, body: Any, *, headers: Headers | None = None) -> httpx.Response:
        return self.send("PATCH", path, body, headers=headers)

    def delete(self, path: str, *, headers: Headers | None = None, **params: Any) -> httpx.Response:
        """Deletes; keyword arguments are query parameters."""
        return self.send("DELETE", path, headers=headers, params=params or None)

    # What most scenes are made of; each demands success and returns the thing.

    def makes_a_task(self, **fields: Any) -> Thing:
        """Creates a task, with a title unless one is given."""
        return expect(201, self.post("/tasks", {"title": "Check the torque"} | fields))

    def changes(self, task: Thing, **fields: Any) -> Thing:
        """Patches a task and returns it as it then is."""
        return expect(200, self.patch(f"/tasks/{task['id']}", fields))

    def sees(self, task: Thing) -> Thing:
        """Reads a task as it now is."""
        return expect(200, self.get(f"/tasks/{task['id']}"))

    def history_of(self, task: Thing) -> list[Thing]:
        """Reads the (latest hundred) entries of a task's history, newest first."""
        entries: list[dict[str, Any]] = expect(200, self.get(f"/tasks/{task['id']}/history", limit=100))[
            "data"
        ]
        return entries

    def comments_on(self, task: Thing, body: str = "Looks right to me") -> Thing:
        """Adds a comment to a task."""
        return expect(201, self.post(f"/tasks/{task['id']}/comments", {"body": body}))


def expect(status: int, response: httpx.Response | Answer) -> Any:
    """The body of a response that must have a status; its text is shown where it has another."""
    assert response.status_code == status, f"{response.status_code}: {response.text[:1000]}"
    return response.json() if response.content else None


def refused(status: int, code: str, response: httpx.Response | Answer) -> dict[str, Any]:
    """The error of a refusal, which must have the given status and code and the one envelope."""
    assert response.status_code == status, f"{response.status_code}: {response.text[:1000]}"
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-request-id"]
    body = response.json()
    error: dict[str, Any] = body["error"]
    assert error["code"] == code, error
    assert set(error) <= {"code", "message", "details"}
    assert error["message"]
    assert error.get("details") != {}
    assert "Traceback" not in response.text
    return error


def invalid(response: httpx.Response) -> dict[str, Any]:
    """The details of a 422 validation_error."""
    details: dict[str, Any] = refused(422, "validation_error", response)["details"]
    return details
