"""What a browser's cookie opens, and what must come with it: no other site's page can make use of it."""

import pytest

from punchlist.domain.keys import Scope
from tests.support.browser import Browser, browser_of, give_password, number_of
from tests.support.builders import nobodys_id
from tests.support.client import expect, refused
from tests.support.people import Cast
from tests.support.plant import refusal


@pytest.fixture(scope="module")
def office(backstage, http):
    """A workspace where Mia has a password."""
    cast = Cast(backstage, http)
    give_password(backstage, cast.workspace_id, cast.mia.id)
    return cast


@pytest.fixture(scope="module")
def number(office, backstage):
    return number_of(backstage, office.workspace_id)


@pytest.fixture
def mia(office, number):
    """Mia at her browser, newly signed in."""
    return browser_of(office.http, office.mia.email, number)


# ── what the cookie opens ────────────────────────────────────────────────────────────────────────────────


def test_the_cookie_opens_both_dialects(mia, office):
    task = expect(201, mia.post("/tasks", {"title": "Check the torque"}))
    assert task["createdBy"] == office.mia.id
    assert mia.sees(task) == task
    assert expect(200, mia.get("/changes")) == {"count": 0, "results": []}
    refusal(mia.post("/changes", {"title": "No number sequence is set up"}), 4012)


WRITES = [
    ("POST", "/tasks"), ("POST", "/tasks/batch"), ("PATCH", f"/tasks/{nobodys_id()}"),
    ("DELETE", f"/tasks/{nobodys_id()}"), ("POST", "/api-keys"), ("DELETE", "/session"),
    ("DELETE", f"/sessions/{nobodys_id()}"), ("PATCH", f"/users/{nobodys_id()}"),
]  # fmt: skip
CHANGE_WRITES = [
    ("POST", "/changes"), ("PUT", f"/changes/{nobodys_id()}"), ("POST", "/changes/statuschanges"),
    ("POST", "/files"), ("PUT", "/logout"),
]  # fmt: skip
FOREIGN = {
    "no header": {"x-punchlist-request": ""},
    "another value": {"x-punchlist-request": "true"},
    "another site": {"origin": "https://evil.example"},
    "another port": {"origin": "http://127.0.0.1:1"},
    "a sandbox": {"origin": "null"},
}


@pytest.mark.parametrize("foreign", FOREIGN)
@pytest.mark.parametrize(("method", "path"), WRITES)
def test_another_sites_page_cannot_use_the_cookie_to_change_anything(mia, method, path, foreign):
    answer = mia.send(method, path, {"title": "x"}, headers=FOREIGN[foreign])
    refused(403, "cross_site_request", answer)
    expect(200, mia.get("/session"))


@pytest.mark.parametrize("foreign", FOREIGN)
@pytest.mark.parametrize(("method", "path"), CHANGE_WRITES)
def test_nor_in_the_other_dialect(mia, method, path, foreign):
    refusal(mia.send(method, path, {"title": "x"}, headers=FOREIGN[foreign]), 4031)
    expect(200, mia.get("/session"))


def test_a_page_of_the_server_may(mia, server):
    for headers in ({}, {"origin": server}, {"origin": server.replace("http:", "https:")}):
        expect(201, mia.post("/tasks", {"title": "Check the torque"}, headers=headers))


def test_reading_needs_nothing_beside_the_cookie(mia):
    for path in ("/tasks", "/changes", "/session", "/sessions"):
        expect(200, mia.get(path, headers={"x-punchlist-request": "", "origin": "https://evil.example"}))


def test_what_happens_is_followed_with_the_cookie_alone(mia):
    """As a browser's EventSource does, which can set no header."""
    with mia.http.stream("GET", "/v1/events/stream", headers={"cookie": mia.cookie}) as stream:
        assert stream.status_code == 200
        assert stream.headers["content-type"].startswith("text/event-stream")


def test_no_page_of_another_origin_is_told_that_it_may_read(mia, server):
    headers = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    for method in ("OPTIONS", "GET"):
        answer = mia.http.request(method, "/v1/tasks", headers=headers | {"cookie": mia.cookie})
        assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_a_key_needs_nothing_beside_it_whatever_cookie_comes_along(office, mia):
    headers = {"cookie": mia.cookie, "origin": "https://evil.example"}
    task = expect(201, office.bob.post("/tasks", {"title": "Mine"}, headers=headers))
    assert task["createdBy"] == office.bob.id


@pytest.mark.parametrize("cookie", ["x", "sl_1_short", "sl_zzzzzzzz_" + "a" * 32, "' OR ''='"])
def test_a_cookie_that_is_none_of_ours_is_refused(office, cookie):
    nobody = Browser(office.http, f"punchlist_session={cookie}")
    refused(401, "invalid_authentication", nobody.get("/session"))
    refusal(nobody.get("/changes"), 401)


def test_an_api_key_is_no_cookie(office):
    key = Browser(office.http, f"punchlist_session={office.mia.token}")
    refused(401, "invalid_authentication", key.get("/session"))


def test_the_session_of_another_workspace_is_none_here(office, mia):
    secret = mia.session_token.rsplit("_", 1)[1]
    elsewhere = Browser(office.http, f"punchlist_session=sl_{office.workspace_id + 1:x}_{secret}")
    refused(401, "invalid_authentication", elsewhere.get("/session"))


def test_without_a_cookie_there_is_nobody(office):
    refused(401, "missing_authentication", office.nobody.get("/session"))
    refused(401, "missing_authentication", office.nobody.delete("/session"))


def test_a_key_is_told_whose_it_is_and_has_no_session_to_end(office, number):
    limited = office.with_key(office.mia, scopes=(Scope.TASKS_READ,))
    assert expect(200, limited.get("/session"))["user"]["id"] == office.mia.id
    assert limited.delete("/session").status_code == 204
    expect(200, limited.get("/session"))
    refused(403, "insufficient_scope", limited.get("/sessions"))
    refused(403, "insufficient_scope", limited.delete(f"/sessions/{nobodys_id()}"))
