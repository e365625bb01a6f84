"""What every answer of the dialect has, and in which envelope it comes."""

import datetime as dt
import gzip
import json
from email.utils import parsedate_to_datetime

import httpx
import pytest

from punchlist.domain.ids import new_id
from punchlist.domain.keys import KeyWish, Scope
from punchlist.domain.tokens import TokenKind, new_secret
from punchlist.settings import Settings
from tests.support.backstage import new_key
from tests.support.builders import nobodys_id
from tests.support.client import Caller, expect, refused
from tests.support.plant import refusal
from tests.support.servers import in_thread

HERE = ["/changes", "/settings/users", "/suppliers", "/login", "/logout", "/files", "/changes/x/y/z"]


def session_of(plant, backstage, person):
    """A session that nobody had to log in for."""
    secret = new_secret(TokenKind.SESSION, plant.workspace_id)
    backstage.execute(
        "INSERT INTO sessions (workspace_id, digest, user_id, id, kind, created_at, last_used_at)"
        " VALUES ($1, $2, $3, $4, 'web', now(), now())",
        plant.workspace_id,
        secret.digest,
        person.id,
        new_id(),
    )
    return {"arena_session_id": secret.token}


# ── headers ──────────────────────────────────────────────────────────────────────────────────────────────


def every_kind_of_answer(plant, mia):
    change = mia.makes_a_change()
    path = f"/changes/{change['guid']}"
    task = mia.adds_a_task(change)
    return {
        "a thing": mia.get(path),
        "a list": mia.get("/changes"),
        "made": mia.post("/changes", {"title": "x"}),
        "gone": mia.delete(f"{path}/implementationtasks/{task['guid']}"),
        "not modified": mia.get(path, headers={"if-none-match": "*"}),
        "refused": mia.put(path, {"color": "red"}),
        "forbidden": plant.charlie.put(path, {"title": "x"}),
        "nobody": plant.nobody.get(path),
        "no such path": mia.get("/changes/a/b/c"),
        "no such method": mia.send("PATCH", path, {}),
        "no JSON": mia.send("POST", "/changes", content=b"{"),
        "no login": plant.nobody.post("/login", {"email": "x", "password": "y"}),
    }


def test_every_answer_says_when_from_whom_and_how_much_is_left(plant, mia):
    for kind, answer in every_kind_of_answer(plant, mia).items():
        assert answer.headers["server"] == "Punchlist", kind
        age = dt.datetime.now(dt.UTC) - parsedate_to_datetime(answer.headers["date"])
        assert abs(age) < dt.timedelta(minutes=1), kind
        assert answer.headers["x-arena-requests-remaining"].isdigit(), kind
        assert answer.headers["x-arena-next-request-limit-reset"], kind
        if answer.content:
            assert answer.headers["content-type"] == "application/json", kind
            answer.json()


def test_the_server_may_go_by_another_name(dsn, plant):
    settings = Settings(server_header="ArenaSolutions")
    with in_thread(settings, dsn) as url, httpx.Client(base_url=url, trust_env=False) as http:
        for caller in (Caller(http, plant.mia.token), Caller(http, None)):
            assert caller.get("/changes").headers.get_list("server") == ["ArenaSolutions"]


# ── whose envelope ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", HERE)
def test_paths_of_the_dialect_answer_in_its_envelope_whatever_the_credentials(plant, mia, backstage, path):
    for headers in ({}, {"authorization": f"Bearer {mia.token}"}, session_of(plant, backstage, mia)):
        answer = plant.nobody.send("PATCH", path, {}, headers=headers)
        refusal(answer, answer.status_code)
        assert answer.status_code in (404, 405)


@pytest.mark.parametrize("path", ["/tasks", "/users", "/api-keys", f"/tasks/{nobodys_id()}"])
def test_paths_of_the_task_api_answer_in_theirs(plant, mia, backstage, path):
    for headers in ({}, {"authorization": f"Bearer {mia.token}"}, session_of(plant, backstage, mia)):
        refused(405, "method_not_allowed", plant.nobody.send("PUT", path, {}, headers=headers))
    answer = plant.nobody.get("/tasks", headers={"arena_session_id": "nonsense"})
    refused(401, "invalid_authentication", answer)
    assert "x-arena-requests-remaining" not in answer.headers


@pytest.mark.parametrize("path", ["/v1/items", "/v1/", "/v2/changes", "/nowhere", "/v1/changesets"])
def test_an_unknown_path_answers_in_the_envelope_of_the_credentials_it_came_with(plant, mia, backstage, path):
    http = plant.nobody.http
    [error] = refusal(http.get(path, headers=session_of(plant, backstage, mia)), 404)
    assert error["message"] == "No resource has been found."
    refusal(http.get(path, headers={"arena_session_id": "whatever"}), 404)
    for headers in ({}, {"authorization": f"Bearer {mia.token}"}):
        refused(404, "resource_not_found", http.get(path, headers=headers))


def test_a_method_that_a_path_does_not_have_is_told_those_that_it_has(mia):
    answer = mia.send("DELETE", "/changes")
    refusal(answer, 405)
    assert {"GET", "POST"} <= set(answer.headers["allow"].split(", "))


# ── bodies and their types ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "content_type",
    [None, "", "text/plain", "text/json", "application/x-www-form-urlencoded", "multipart/form-data",
     "application/json-patch+json", "json"],
)  # fmt: skip
def test_a_body_of_another_type_is_refused(mia, content_type):
    headers = {"authorization": f"Bearer {mia.token}"}
    if content_type is not None:
        headers["content-type"] = content_type
    answer = mia.http.request("POST", "/v1/changes", content=b'{"title": "x"}', headers=headers)
    refusal(answer, 415)


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON", "application/json; charset=utf-8", "application/json;"],
)
def test_json_is_json_however_it_is_written(mia, content_type):
    headers = {"content-type": content_type}
    expect(201, mia.post("/changes", {"title": "x"}, headers=headers))


def test_a_packed_body_is_refused(mia):
    packed = gzip.compress(b'{"title": "x"}')
    answer = mia.send("POST", "/changes", content=packed, headers={"content-encoding": "gzip"})
    refusal(answer, 415)


@pytest.mark.parametrize(("method", "status"), [("GET", 200), ("DELETE", 204)])
@pytest.mark.parametrize("content_type", [None, "application/json", "text/plain"])
def test_a_body_where_there_should_be_none_is_passed_over(mia, method, status, content_type):
    """One of the clients sends `{}` with everything."""
    change = mia.makes_a_change()
    headers = {"authorization": f"Bearer {mia.token}"}
    if content_type is not None:
        headers["content-type"] = content_type
    for content in (b"{}", b"{", b"\xff"):
        path = f"/v1/changes/{change['guid']}"
        answer = mia.http.request(method, path, content=content, headers=headers)
        assert answer.status_code == status
        if method == "DELETE":
            change = mia.makes_a_change()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'"x"', b"7", b'{"title": "\xff"}', b"{'title': 1}", b"[" * 100_000],
)
@pytest.mark.parametrize(("method", "path"), [("POST", "/changes"), ("POST", "/changes/statuschanges")])
def test_a_body_that_is_no_object_is_refused_in_the_wires_words(mia, method, path, content):
    headers = {"authorization": f"Bearer {mia.token}", "content-type": "application/json"}
    [error] = refusal(mia.http.request(method, f"/v1{path}", content=content, headers=headers), 400)
    assert error["message"] == "The format of the request is not valid. Please check the syntax."


def test_a_body_past_all_bounds_is_refused(mia):
    body = json.dumps({"title": "x", "description": "y" * 1_048_576}).encode()
    refusal(mia.send("POST", "/changes", content=body), 413)


def test_headers_that_nobody_knows_are_passed_over(mia):
    expect(200, mia.get("/changes", headers={"x-arena-something": "1", "accept": "text/html", "origin": "x"}))


# ── who asks ─────────────────────────────────────────────────────────────────────────────────────────────


def test_who_asks_comes_before_what_they_send(plant):
    for method, path, content in (
        ("POST", "/changes", b"{"),
        ("PUT", f"/changes/{nobodys_id()}", b"{"),
        ("GET", "/changes?limit=0&nonsense=1", None),
        ("GET", "/changes/x", None),
    ):
        answer = plant.nobody.send(method, path, content=content)
        refusal(answer, 401)
        assert answer.headers["www-authenticate"] == "Bearer"


def test_what_a_key_is_for_holds_here_too(plant, mia, backstage):
    def with_scope(scope):
        wish = KeyWish(name="A key", scopes=(scope,))
        made = backstage.run(new_key(backstage.db, plant.workspace_id, mia.id, wish))
        return Caller(mia.http, made.token)

    reads, writes, neither = map(with_scope, (Scope.CHANGES_READ, Scope.CHANGES_WRITE, Scope.TASKS_WRITE))
    expect(200, reads.get("/changes"))
    refusal(reads.post("/changes", {"title": "x"}), 3085)
    expect(201, writes.post("/changes", {"title": "x"}))
    expect(200, writes.get("/changes"))
    refusal(neither.get("/changes"), 3085)
    refusal(neither.get("/settings/users"), 3085)


# ── packed answers ───────────────────────────────────────────────────────────────────────────────────────


def plain_and_packed(mia, path):
    plain = mia.get(path, headers={"accept-encoding": "identity"})
    return plain, mia.get(path, headers={"accept-encoding": "gzip, deflate"})


def test_an_answer_worth_it_is_packed_when_asked_for(mia):
    plain, packed = plain_and_packed(mia, "/settings/changes/categories")
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in packed.headers["vary"].lower()
    assert int(packed.headers["content-length"]) < len(plain.content)
    assert packed.json() == plain.json()


def test_a_small_answer_is_not(mia):
    _, packed = plain_and_packed(mia, "/settings/changes/numbersequenceprefixes")
    assert "content-encoding" not in packed.headers


@pytest.mark.parametrize("accepted", ["", "identity", "deflate", "br", "gzip;q=0", "gzip; q=0.0", "*;q=0"])
def test_who_does_not_take_packed_answers_gets_none(mia, accepted):
    answer = mia.get("/settings/changes/categories", headers={"accept-encoding": accepted})
    assert "content-encoding" not in answer.headers
    expect(200, answer)
