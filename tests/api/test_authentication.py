"""Who a key says that one is: missing, wrong, expired, revoked; its scopes and its networks."""

import datetime as dt

import pytest

from punchlist.domain.keys import Scope
from punchlist.domain.tokens import TokenKind, new_secret
from tests.support.builders import nobodys_id
from tests.support.client import Caller, expect, refused

ENDPOINTS = [
    ("GET", "/tasks"),
    ("POST", "/tasks"),
    ("POST", "/tasks/batch"),
    ("GET", f"/tasks/{nobodys_id()}"),
    ("PATCH", f"/tasks/{nobodys_id()}"),
    ("DELETE", f"/tasks/{nobodys_id()}"),
    ("GET", f"/tasks/{nobodys_id()}/history"),
    ("GET", f"/tasks/{nobodys_id()}/transitions"),
    ("GET", f"/tasks/{nobodys_id()}/comments"),
    ("POST", f"/tasks/{nobodys_id()}/comments"),
    ("GET", f"/tasks/{nobodys_id()}/comments/{nobodys_id()}"),
    ("PATCH", f"/tasks/{nobodys_id()}/comments/{nobodys_id()}"),
    ("DELETE", f"/tasks/{nobodys_id()}/comments/{nobodys_id()}"),
    ("GET", "/users"),
    ("POST", "/users"),
    ("GET", f"/users/{nobodys_id()}"),
    ("PATCH", f"/users/{nobodys_id()}"),
    ("DELETE", f"/users/{nobodys_id()}"),
    ("GET", "/api-keys"),
    ("POST", "/api-keys"),
    ("GET", f"/api-keys/{nobodys_id()}"),
    ("POST", f"/api-keys/{nobodys_id()}/rotate"),
    ("DELETE", f"/api-keys/{nobodys_id()}"),
    ("GET", "/work"),
    *(("GET", f"/reports/{name}") for name in ("flow", "throughput", "cycle-time", "overdue", "changes")),
    ("GET", "/session"),
    ("DELETE", "/session"),
    ("GET", "/sessions"),
    ("DELETE", f"/sessions/{nobodys_id()}"),
]

NEEDS = {
    "tasks:read": [
        ("GET", "/tasks"),
        ("GET", "/tasks/{task}"),
        ("GET", "/tasks/{task}/history"),
        ("GET", "/tasks/{task}/transitions"),
        ("GET", "/tasks/{task}/comments"),
        ("GET", "/tasks/{task}/comments/{comment}"),
    ],
    "tasks:write": [
        ("POST", "/tasks"),
        ("POST", "/tasks/batch"),
        ("PATCH", "/tasks/{task}"),
        ("POST", "/tasks/{task}/comments"),
        ("PATCH", "/tasks/{task}/comments/{comment}"),
        ("DELETE", "/tasks/{task}/comments/{comment}"),
        ("DELETE", "/tasks/{task}"),
    ],
    "users:read": [("GET", "/users"), ("GET", "/users/{user}")],
    "users:write": [("POST", "/users"), ("PATCH", "/users/{user}"), ("DELETE", "/users/{user}")],
    "admin": [
        ("GET", "/api-keys"),
        ("POST", "/api-keys"),
        ("GET", "/api-keys/{key}"),
        ("POST", "/api-keys/{key}/rotate"),
        ("DELETE", "/api-keys/{key}"),
    ],
}

# What each scope opens; writing includes reading.
OPENS = {
    "tasks:read": {"tasks:read"},
    "tasks:write": {"tasks:read", "tasks:write"},
    "users:read": {"users:read"},
    "users:write": {"users:read", "users:write"},
    "changes:read": set(),
    "changes:write": set(),
    "admin": set(NEEDS),
}


def send(caller, method, path):
    body = {} if method in ("POST", "PATCH") else None
    return caller.send(method, path, body)


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
def test_every_endpoint_wants_to_know_who_asks(cast, method, path):
    answer = send(cast.nobody, method, path)
    refused(401, "missing_authentication", answer)
    assert answer.headers["www-authenticate"] == "Bearer"
    answer = send(Caller(cast.http, new_secret(TokenKind.API_KEY, cast.workspace_id).token), method, path)
    refused(401, "invalid_authentication", answer)
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Basic bWlhOm1pYQ==",
        "Token {token}",
        "{token}",
        "Bearer: {token}",
    ],
)
def test_a_header_without_a_bearer_token_is_missing_authentication(mia, header):
    answer = mia.http.get("/v1/tasks", headers={"authorization": header.format(token=mia.token)})
    refused(401, "missing_authentication", answer)


@pytest.mark.parametrize("form", ["Bearer {}", "bearer {}", "BEARER {}", "Bearer   {}"])
def test_the_word_bearer_may_be_written_in_any_case(mia, form):
    headers = {"authorization": form.format(mia.token)}
    expect(200, mia.http.get("/v1/tasks", headers=headers))


def test_a_key_in_the_query_or_as_basic_password_is_none(mia):
    refused(401, "missing_authentication", mia.http.get("/v1/tasks", params={"api_key": mia.token}))
    refused(401, "missing_authentication", mia.http.get("/v1/tasks", auth=("mia", mia.token)))


WRONG_TOKENS = {
    "a letter changed": lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
    "another case": lambda token: token.swapcase(),
    "cut short": lambda token: token[:-1],
    "one letter more": lambda token: token + "A",
    "another workspace's number": lambda token: f"pl_1_{token.rsplit('_', 1)[1]}",
    "a workspace of number zero": lambda token: f"pl_0_{token.rsplit('_', 1)[1]}",
    "a workspace number past 31 bits": lambda token: f"pl_zik0zk_{token.rsplit('_', 1)[1]}",
    "a workspace number past 32 bits": lambda token: f"pl_zzzzzzz_{token.rsplit('_', 1)[1]}",
    "a workspace number past 40 bits": lambda token: f"pl_zzzzzzzz_{token.rsplit('_', 1)[1]}",
    "no workspace's number": lambda token: f"pl__{token.rsplit('_', 1)[1]}",
    "an injection": lambda token: f"{token}' OR ''='",
    "very long": lambda token: token * 100,
    "two tokens": lambda token: f"{token} {token}",
    "a comma": lambda token: f"{token},{token}",
}


@pytest.mark.parametrize("path", ["/tasks", "/tasks/" + "0" * 20])
@pytest.mark.parametrize("wrong", WRONG_TOKENS)
def test_a_token_that_is_not_exactly_one_is_none(mia, path, wrong):
    token = WRONG_TOKENS[wrong](mia.token)
    answer = Caller(mia.http, token).get(path)
    error = refused(401, "invalid_authentication", answer)
    assert error["message"] == "The API key is unknown or has been revoked"


@pytest.mark.parametrize("value", [b"Bearer \xff\xfe\xfa", b"Bearer pl_1_\xc3\xa9", "Bearer ①".encode()])
def test_a_token_that_is_not_ascii_is_none(mia, value):
    refused(401, "invalid_authentication", mia.http.get("/v1/tasks", headers={b"authorization": value}))


def test_a_key_past_its_expiry_is_told_so(cast, mia, backstage):
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    brief = cast.with_key(mia, expires_at=soon)
    expect(200, brief.get("/tasks"))
    backstage.execute(
        "UPDATE api_keys SET expires_at = now() - interval '1 second' WHERE id = $1", brief.key_id
    )
    for path in ("/tasks", f"/tasks/{nobodys_id()}"):
        answer = brief.get(path)
        error = refused(401, "expired_token", answer)
        assert error["message"] == "The API key has expired"
        assert answer.headers["www-authenticate"] == "Bearer"
    expect(200, mia.get("/tasks"))


def test_a_disabled_users_keys_do_not_work_until_they_are_enabled_again(mia, backstage):
    backstage.execute("UPDATE users SET disabled = true WHERE id = $1", mia.id)
    refused(401, "invalid_authentication", mia.get("/tasks"))
    refused(401, "invalid_authentication", mia.get(f"/tasks/{nobodys_id()}"))
    backstage.execute("UPDATE users SET disabled = false WHERE id = $1", mia.id)
    expect(200, mia.get("/tasks"))


def test_a_token_is_kept_only_as_a_hash(mia, backstage):
    row = backstage.rows("SELECT k::text AS whole FROM api_keys k WHERE id = $1", mia.key_id)[0]["whole"]
    assert mia.key_id in row
    assert mia.token.rsplit("_", 1)[1] not in row
    recorded = backstage.value(
        "SELECT string_agg(e::text, '') FROM events e WHERE entity_id = $1", mia.key_id
    )
    assert mia.token.rsplit("_", 1)[1] not in recorded


# ── scopes ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("scope", OPENS)
def test_a_scope_opens_its_own_endpoints_and_no_others(cast, scope):
    task = cast.ada.makes_a_task()
    comment = cast.ada.comments_on(task)
    places = {"task": task["id"], "comment": comment["id"], "user": cast.charlie.id, "key": cast.bob.key_id}
    caller = cast.with_key(cast.ada, scopes=(Scope(scope),))
    for needed, endpoints in NEEDS.items():
        for method, path in endpoints:
            answer = send(caller, method, path.format(**places))
            if needed in OPENS[scope]:
                assert answer.status_code not in (401, 403, 404, 500), (method, path, answer.text)
            else:
                error = refused(403, "insufficient_scope", answer)
                assert error["details"] == {"requiredScope": needed}
                assert needed in error["message"]


def test_several_scopes_open_what_any_of_them_does(cast, mia):
    caller = cast.with_key(mia, scopes=(Scope.TASKS_READ, Scope.USERS_READ))
    expect(200, caller.get("/tasks"))
    expect(200, caller.get("/users"))
    refused(403, "insufficient_scope", caller.post("/tasks", {"title": "Weld"}))


def test_a_scope_never_gives_more_than_the_role_does(cast):
    task = cast.max.makes_a_task()
    caller = cast.with_key(cast.mia, scopes=(Scope.ADMIN,))
    refused(403, "permission_denied", caller.get(f"/tasks/{task['id']}"))
    refused(403, "permission_denied", caller.post("/users", {"name": "N", "email": "n@example.com"}))


# ── networks ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "networks", [("127.0.0.1/32",), ("127.0.0.0/8",), ("10.0.0.0/8", "127.0.0.0/24"), ("0.0.0.0/0",)]
)
def test_a_key_works_from_within_its_networks(cast, mia, networks):
    expect(200, cast.with_key(mia, networks=networks).get("/tasks"))


@pytest.mark.parametrize("networks", [("10.0.0.0/8",), ("127.0.0.2/32",), ("::1/128",), ("::/0",)])
def test_a_key_does_not_work_from_outside_its_networks(cast, mia, networks):
    caller = cast.with_key(mia, networks=networks)
    task = mia.makes_a_task()
    for answer in (
        caller.get("/tasks"),
        caller.get(f"/tasks/{task['id']}"),
        caller.delete(f"/tasks/{task['id']}"),
    ):
        error = refused(403, "permission_denied", answer)
        assert error["message"] == "You do not have permission to use this API key from your address"
    assert mia.sees(task) == task


def test_a_forwarded_address_is_not_believed(cast, mia):
    caller = cast.with_key(mia, networks=("10.0.0.0/8",))
    for header in ("x-forwarded-for", "forwarded", "x-real-ip", "x-client-ip"):
        value = "for=10.0.0.1" if header == "forwarded" else "10.0.0.1"
        refused(403, "permission_denied", caller.get("/tasks", headers={header: value}))
