"""The envelope: every refusal in one shape, with its status, its code, its headers and its request id."""

import re

import pytest

from punchlist.domain.keys import Scope
from tests.support.client import expect, refused
from tests.support.raw import exchange, request

TITLE = {"title": "Weld"}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")


def test_an_error_says_code_message_and_details_and_no_more(mia):
    answer = mia.post("/tasks", {})
    assert answer.status_code == 422
    assert answer.json() == {
        "error": {
            "code": "validation_error",
            "message": "The request contains invalid data",
            "details": {"title": "Title is required"},
        }
    }


def test_an_error_with_nothing_more_to_say_has_no_details(cast):
    answer = cast.nobody.get("/tasks")
    assert set(answer.json()["error"]) == {"code", "message"}


# ── paths and methods ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "path",
    ["/v1", "/v1/", "/v1/nothing", "/v2/tasks", "/V1/tasks", "/tasks", "/v1/tasks/x/y",
     "/v1/task", "/v1/tasks;x=y", "/%2e%2e/etc/passwd", "/v1/users/x/keys", "/favicon.ico", "/index.html"],
)  # fmt: skip
def test_where_there_is_nothing_the_answer_says_so(mia, path):
    for caller in ({}, {"authorization": f"Bearer {mia.token}"}):
        refused(404, "resource_not_found", mia.http.get(path, headers=caller))


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/tasks", {"GET", "POST"}),
        ("/tasks/batch", {"POST"}),
        (f"/tasks/{'0' * 20}", {"GET", "PATCH", "DELETE"}),
        (f"/tasks/{'0' * 20}/history", {"GET"}),
        (f"/tasks/{'0' * 20}/transitions", {"GET"}),
        (f"/tasks/{'0' * 20}/comments", {"GET", "POST"}),
        (f"/tasks/{'0' * 20}/comments/{'0' * 20}", {"GET", "PATCH", "DELETE"}),
        ("/users", {"GET", "POST"}),
        (f"/users/{'0' * 20}", {"GET", "PATCH", "DELETE"}),
        ("/api-keys", {"GET", "POST"}),
        (f"/api-keys/{'0' * 20}", {"GET", "DELETE"}),
        (f"/api-keys/{'0' * 20}/rotate", {"POST"}),
    ],
)
def test_a_method_that_a_path_does_not_take_is_refused_and_told_which_it_takes(mia, path, allowed):
    for method in set(METHODS) - allowed:
        answer = mia.send(method, path)
        error = refused(405, "method_not_allowed", answer)
        assert error["message"] == f"{method} is not allowed at /v1{path}"
        assert set(answer.headers["allow"].split(", ")) == allowed | {"OPTIONS"}
    for method in allowed:
        assert mia.send(method, path).status_code != 405


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/tasks", {"GET", "POST"}),
        (f"/tasks/{'0' * 20}", {"GET", "PATCH", "DELETE"}),
        ("/tasks/batch", {"POST"}),
    ],
)
def test_options_tells_the_methods_of_a_path(cast, path, allowed):
    answer = cast.nobody.send("OPTIONS", path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert set(answer.headers["allow"].split(", ")) == allowed | {"OPTIONS"}


# ── media types ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "accept",
    ["application/json", "*/*", "application/*", "text/html, application/json;q=0.5", "text/html,*/*;q=0.1",
     "APPLICATION/JSON", "application/json; charset=utf-8", ""],
)  # fmt: skip
def test_json_is_answered_to_who_takes_it(mia, accept):
    answer = mia.get("/tasks", headers={"accept": accept})
    expect(200, answer)
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "accept", ["text/html", "application/xml", "image/*", "application/json;q=0", "json", ","]
)
def test_who_does_not_take_json_is_refused_in_json(mia, accept):
    refused(406, "not_acceptable", mia.get("/tasks", headers={"accept": accept}))
    refused(406, "not_acceptable", mia.post("/tasks", TITLE, headers={"accept": accept}))
    assert expect(200, mia.get("/tasks"))["data"] == []


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON", "application/json; charset=utf-8", "application/json;x"],
)
def test_a_body_that_is_said_to_be_json_is_read(mia, content_type):
    expect(201, mia.post("/tasks", TITLE, headers={"content-type": content_type}))


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml",
     "application/jsonp", "json", "", "application", "text/json", ";application/json"],
)  # fmt: skip
def test_a_body_that_is_said_to_be_something_else_is_refused(mia, content_type):
    task = mia.makes_a_task()
    headers = {"content-type": content_type}
    refused(415, "unsupported_media_type", mia.post("/tasks", TITLE, headers=headers))
    refused(415, "unsupported_media_type", mia.patch(f"/tasks/{task['id']}", TITLE, headers=headers))
    assert expect(200, mia.get("/tasks"))["data"] == [task]


def test_a_body_without_a_word_of_what_it_is_is_refused(mia, server):
    headers = [(b"Host", b"localhost"), (b"Authorization", b"Bearer " + mia.token.encode())]
    answer = exchange(server, request(b"POST", b"/v1/tasks", headers, b'{"title": "Weld"}'))
    refused(415, "unsupported_media_type", answer)


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "nonsense", "identity, gzip"])
def test_a_packed_body_is_refused_rather_than_unpacked_without_end(mia, encoding):
    refused(415, "unsupported_media_type", mia.post("/tasks", TITLE, headers={"content-encoding": encoding}))
    assert expect(200, mia.get("/tasks"))["data"] == []


def test_a_body_in_identity_encoding_is_plain(mia):
    expect(201, mia.post("/tasks", TITLE, headers={"content-encoding": "identity"}))


# ── request ids ──────────────────────────────────────────────────────────────────────────────────────────

SANE = ["a", "req-1", "01HZX.abc_DEF:/+=@", "7a0f2c1e-9d7e-4a8c-b6a5-0d9b7f0c2d11", "x" * 128]
INSANE = [
    b"",
    b"x" * 129,
    b"two words",
    b"semi;colon",
    b'quo"te',
    b"<script>",
    b"\xff\xfe",
    "ümlaut".encode(),
]


@pytest.mark.parametrize("request_id", SANE)
def test_the_callers_request_id_is_kept_if_it_is_sane(mia, cast, request_id):
    headers = {"x-request-id": request_id}
    for answer in (
        mia.get("/tasks", headers=headers),
        mia.post("/tasks", {}, headers=headers),
        cast.nobody.get("/tasks", headers=headers),
        mia.get("/nowhere", headers=headers),
        mia.http.get("/health/live", headers=headers),
        mia.send("PUT", "/tasks", headers=headers),
    ):
        assert answer.headers.get_list("x-request-id") == [request_id]


@pytest.mark.parametrize("request_id", INSANE)
def test_another_request_id_is_made_where_the_callers_is_not_sane(mia, request_id):
    answer = mia.http.get("/v1/tasks", headers={b"x-request-id": request_id})
    made = answer.headers["x-request-id"]
    assert made.encode() != request_id
    assert re.fullmatch("[0-9A-Z]{20}", made)


def test_each_request_without_an_id_gets_one_of_its_own(mia):
    made = {mia.get("/tasks").headers["x-request-id"] for _ in range(20)}
    assert len(made) == 20


# ── when the server itself fails ─────────────────────────────────────────────────────────────────────────


def test_an_unexpected_failure_tells_nothing_but_where_the_log_has_it(cast, mia, backstage, caplog):
    robot = cast.with_key(mia, scopes=(Scope.TASKS_READ,))
    backstage.execute("UPDATE api_keys SET scopes = '{not-a-scope}' WHERE id = $1", robot.key_id)
    answer = robot.get("/tasks", headers={"x-request-id": "find-me"})
    error = refused(500, "server_error", answer)
    assert error["message"] == "Something went wrong; the log has it under find-me"
    assert "not-a-scope" not in answer.text
    told = [record for record in caplog.records if record.levelname == "ERROR"]
    assert len(told) == 1
    assert told[0].exc_info is not None
    assert robot.token not in caplog.text
    expect(200, mia.get("/tasks"))


# ── sizes ────────────────────────────────────────────────────────────────────────────────────────────────

LIMIT = 1_048_576


def padded(size):
    body = b'{"title": "Weld"}'
    return body + b" " * (size - len(body))


def test_a_body_of_a_mebibyte_is_read_and_one_byte_more_is_not(mia):
    expect(201, mia.send("POST", "/tasks", content=padded(LIMIT)))
    for size in (LIMIT + 1, 2 * LIMIT):
        refused(413, "payload_too_large", mia.send("POST", "/tasks", content=padded(size)))
    assert expect(200, mia.get("/tasks"))["pagination"]["total"] == 1


def test_a_body_in_chunks_is_counted_as_it_comes(mia):
    def chunks(size):
        whole = padded(size)
        for start in range(0, len(whole), 50_000):
            yield whole[start : start + 50_000]

    expect(201, mia.send("POST", "/tasks", content=chunks(LIMIT)))
    refused(413, "payload_too_large", mia.send("POST", "/tasks", content=chunks(2 * LIMIT)))
    assert expect(200, mia.get("/tasks"))["pagination"]["total"] == 1


@pytest.mark.parametrize("path", ["/tasks/batch", "/users", "/api-keys", f"/tasks/{'0' * 20}/comments"])
def test_the_limit_is_the_same_everywhere(ada, path):
    refused(413, "payload_too_large", ada.send("POST", path, content=padded(2 * LIMIT)))


def test_who_asks_is_known_before_anything_else_is_said(cast):
    refused(401, "missing_authentication", cast.nobody.send("POST", "/tasks", content=b"{not json"))
    refused(401, "missing_authentication", cast.nobody.get("/tasks", nonsense="1"))
    refused(401, "missing_authentication", cast.nobody.get("/tasks", headers={"accept": "text/html"}))
