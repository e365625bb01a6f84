"""API keys over HTTP: made, shown once, listed, rotated, revoked."""

import datetime as dt
import re

import pytest

from punchlist.domain.keys import Scope
from tests.support.builders import in_future, in_past, instant, nobodys_id
from tests.support.client import Caller, expect, invalid, refused
from tests.support.servers import eventually

SHOWN = {
    "id",
    "userId",
    "name",
    "hint",
    "scopes",
    "networks",
    "plan",
    "createdAt",
    "expiresAt",
    "revokedAt",
    "lastUsedAt",
    "replacedBy",
}


def holder(cast, key):
    return Caller(cast.http, key["token"])


def make(caller, **wish):
    return expect(201, caller.post("/api-keys", {"name": "Robot"} | wish))


def test_a_new_key_is_shown_once_and_works(cast, mia):
    answer = mia.post("/api-keys", {"name": "  Robot  "})
    key = expect(201, answer)
    assert answer.headers["location"] == f"/v1/api-keys/{key['id']}"
    assert set(key) == SHOWN | {"token"}
    assert re.fullmatch("pl_[0-9a-z]+_[0-9A-Za-z]{32}", key["token"])
    assert key["token"].endswith(key["hint"])
    assert (key["name"], key["userId"], key["scopes"], key["networks"]) == ("Robot", mia.id, [], [])
    assert [key[name] for name in ("plan", "expiresAt", "revokedAt", "lastUsedAt", "replacedBy")] == [
        None
    ] * 5
    expect(200, holder(cast, key).get("/tasks"))
    shown = expect(200, mia.get(f"/api-keys/{key['id']}"))
    assert set(shown) == SHOWN
    for answer in (mia.get(f"/api-keys/{key['id']}"), mia.get("/api-keys")):
        assert key["token"].rsplit("_", 1)[1] not in answer.text


def test_a_key_carries_what_was_wished_for(ada, bob):
    wish = {
        "name": "Robot",
        "userId": bob.id,
        "scopes": ["tasks:read", "users:read", "tasks:read"],
        "networks": ["127.0.0.0/8", "2001:db8::/32", "10.1.2.3", "127.0.0.0/8"],
        "plan": "free",
        "expiresAt": "2035-06-01T19:00:00+02:00",
    }
    key = make(ada, **wish)
    assert (key["userId"], key["plan"], key["expiresAt"]) == (bob.id, "free", "2035-06-01T17:00:00Z")
    assert key["scopes"] == ["tasks:read", "users:read"]
    assert key["networks"] == ["127.0.0.0/8", "2001:db8::/32", "10.1.2.3/32"]
    assert expect(200, ada.get(f"/api-keys/{key['id']}")) == {
        name: value for name, value in key.items() if name != "token"
    }


def test_null_is_as_good_as_nothing(mia):
    key = make(mia, scopes=None, networks=None, plan=None, expiresAt=None)
    assert (key["scopes"], key["networks"], key["plan"], key["expiresAt"]) == ([], [], None, None)


def test_two_keys_of_one_person_are_two(mia):
    first, second = make(mia), make(mia)
    assert first["id"] != second["id"]
    assert first["token"] != second["token"]


_EXPIRY = "Expiry must be a date and time with offset, such as 2035-06-01T17:00:00Z"
_NETWORKS = "Networks must be networks in CIDR form, such as 192.0.2.0/24"
_SCOPES = (
    "Scopes must be one of: tasks:read, tasks:write, users:read, users:write,"
    " changes:read, changes:write, admin"
)


@pytest.mark.parametrize(
    ("field", "sent", "sentence"),
    [
        ("name", "", "Name is required"),
        ("name", None, "Name is required"),
        ("name", "x" * 101, "Name must have at most 100 characters"),
        ("name", "nul\0", "Name must not contain NUL characters"),
        ("name", 7, "Name must be a string"),
        ("scopes", ["tasks"], _SCOPES),
        ("scopes", ["tasks:read", "root"], _SCOPES),
        ("scopes", "tasks:read", "Scopes must be an array of strings"),
        ("networks", ["nowhere"], _NETWORKS),
        ("networks", ["10.0.0.1/8"], _NETWORKS),
        ("networks", ["10.0.0.0/33"], _NETWORKS),
        ("networks", [""], _NETWORKS),
        ("networks", ["nul\0"], _NETWORKS),
        ("networks", [1], "Networks must be an array of strings"),
        ("networks", [f"10.0.0.{n}/32" for n in range(51)], "Networks must have at most 50 entries"),
        ("plan", "gold", "Plan must be one of: free, standard, professional, unlimited"),
        ("expiresAt", "tomorrow", _EXPIRY),
        ("expiresAt", "2035-06-01T17:00:00", _EXPIRY),
        ("expiresAt", "9999-12-31T23:59:59-14:00", _EXPIRY),
        ("expiresAt", "2001-01-01T00:00:00Z", "Expiry must be in the future"),
        ("userId", None, "User is required"),
        ("userId", 7, "User must be a string"),
        ("userId", "nobody", "User with ID 'nobody' does not exist"),
    ],
    ids=lambda value: f"{value!s:.20}",
)
def test_a_wish_that_cannot_be_is_refused_and_no_key_made(ada, field, sent, sentence):
    before = expect(200, ada.get("/api-keys"))
    assert invalid(ada.post("/api-keys", {"name": "Robot", field: sent})) == {field: sentence}
    after = expect(200, ada.get("/api-keys"))
    assert after["pagination"] == before["pagination"]


def test_all_that_is_wrong_is_said_at_once(ada):
    body = {"scopes": ["x"], "networks": ["x"], "plan": "x", "expiresAt": in_past(), "color": "red"}
    assert set(invalid(ada.post("/api-keys", body))) == set(body) | {"name"}


def test_a_key_for_somebody_of_another_workspace_cannot_be_made(cast, ada):
    zoe = cast.elsewhere()
    assert set(invalid(ada.post("/api-keys", {"name": "Robot", "userId": zoe.id}))) == {"userId"}
    refused(404, "resource_not_found", ada.get(f"/api-keys/{zoe.key_id}"))
    refused(404, "resource_not_found", ada.delete(f"/api-keys/{zoe.key_id}"))
    refused(404, "resource_not_found", ada.post(f"/api-keys/{zoe.key_id}/rotate", {}))
    expect(200, zoe.get("/tasks"))


def test_only_an_admin_chooses_a_plan(ada, max_, mia):
    for caller in (max_, mia):
        refused(403, "permission_denied", caller.post("/api-keys", {"name": "Robot", "plan": "unlimited"}))
    assert make(ada, plan="unlimited")["plan"] == "unlimited"


def test_a_person_has_at_most_a_hundred_working_keys(cast, mia, backstage):
    backstage.execute(
        "INSERT INTO api_keys"
        " (workspace_id, id, user_id, digest, hint, name, scopes, networks, created_at, updated_at)"
        " SELECT $1, lpad(n::text, 20, '0'), $2, sha256(n::text::bytea), '', 'Many', '{}', '{}', now(), now()"
        " FROM generate_series(1, 98) n",
        cast.workspace_id,
        mia.id,
    )
    hundredth = make(mia)
    error = refused(409, "resource_conflict", mia.post("/api-keys", {"name": "Robot"}))
    assert "100" in error["message"]
    expect(204, mia.delete(f"/api-keys/{hundredth['id']}"))
    make(mia)


def test_keys_are_listed_newest_first_and_an_admin_may_ask_for_one_persons(ada, mia):
    ours = [make(mia)["id"], make(mia)["id"]]
    listed = expect(200, ada.get("/api-keys", userId=mia.id))
    assert [key["id"] for key in listed["data"]] == [*ours[::-1], mia.key_id]
    assert listed["pagination"]["total"] == 3
    assert expect(200, mia.get("/api-keys", userId=ada.id))["data"] == []


@pytest.mark.parametrize(
    ("name", "value"), [("userId", "x"), ("userId", ""), ("sort", "name"), ("limit", "0")]
)
def test_a_bad_or_unknown_parameter_is_refused_by_name(ada, name, value):
    error = refused(400, "invalid_parameters", ada.get("/api-keys", **{name: value}))
    assert set(error["details"]) == {name}


# ── revocation ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_revoked_key_stops_working_at_once_and_others_do_not(cast, mia):
    key = make(mia)
    robot = holder(cast, key)
    expect(200, robot.get("/tasks"))
    answer = mia.delete(f"/api-keys/{key['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    refused(401, "invalid_authentication", robot.get("/tasks"))
    refused(401, "invalid_authentication", robot.get(f"/tasks/{nobodys_id()}"))
    assert expect(200, mia.get(f"/api-keys/{key['id']}"))["revokedAt"] is not None


def test_revoking_twice_is_as_good_as_once(mia, backstage):
    key = make(mia)
    expect(204, mia.delete(f"/api-keys/{key['id']}"))
    revoked = expect(200, mia.get(f"/api-keys/{key['id']}"))
    expect(204, mia.delete(f"/api-keys/{key['id']}"))
    assert expect(200, mia.get(f"/api-keys/{key['id']}")) == revoked
    verbs = backstage.rows("SELECT verb FROM events WHERE entity_id = $1 ORDER BY seq", key["id"])
    assert [row["verb"] for row in verbs] == ["created", "revoked"]


def test_a_key_may_revoke_itself(cast, mia):
    key = make(mia)
    robot = holder(cast, key)
    expect(204, robot.delete(f"/api-keys/{key['id']}"))
    refused(401, "invalid_authentication", robot.get("/tasks"))


# ── rotation ─────────────────────────────────────────────────────────────────────────────────────────────


def test_rotation_makes_a_successor_with_the_same_rights_and_both_work_for_a_grace(cast, ada, mia):
    wish = {
        "name": "Robot",
        "userId": mia.id,
        "scopes": ["tasks:read"],
        "networks": ["127.0.0.0/8"],
        "plan": "standard",
        "expiresAt": in_future(days=90),
    }
    old = make(ada, **wish)
    before = dt.datetime.now(dt.UTC)
    answer = ada.post(f"/api-keys/{old['id']}/rotate", {"graceHours": 2})
    new = expect(201, answer)
    assert answer.headers["location"] == f"/v1/api-keys/{new['id']}"
    assert {name: new[name] for name in wish} == wish
    assert new["token"] != old["token"]
    replaced = expect(200, ada.get(f"/api-keys/{old['id']}"))
    assert replaced["replacedBy"] == new["id"]
    assert replaced["revokedAt"] is None
    until = instant(before + dt.timedelta(hours=2)), instant(dt.datetime.now(dt.UTC) + dt.timedelta(hours=2))
    assert until[0] <= replaced["expiresAt"] <= until[1]
    for key in (old, new):
        expect(200, holder(cast, key).get("/tasks"))
        refused(403, "insufficient_scope", holder(cast, key).post("/tasks", {"title": "X"}))


def test_the_grace_is_a_day_unless_said_otherwise_and_a_body_is_not_needed(mia):
    for body in ({}, None):
        key = make(mia)
        expect(201, mia.post(f"/api-keys/{key['id']}/rotate", body))
        ends = expect(200, mia.get(f"/api-keys/{key['id']}"))["expiresAt"]
        assert in_future(hours=23.9) < ends < in_future(hours=24.1)


def test_without_a_grace_the_old_key_ends_at_once(cast, mia):
    old = make(mia)
    new = expect(201, mia.post(f"/api-keys/{old['id']}/rotate", {"graceHours": 0}))
    refused(401, "invalid_authentication", holder(cast, old).get("/tasks"))
    expect(200, holder(cast, new).get("/tasks"))


def test_after_the_grace_the_old_key_is_expired(cast, mia, backstage):
    old = make(mia)
    expect(201, mia.post(f"/api-keys/{old['id']}/rotate", {"graceHours": 1}))
    backstage.execute(
        "UPDATE api_keys SET expires_at = expires_at - interval '61 minutes' WHERE id = $1", old["id"]
    )
    refused(401, "expired_token", holder(cast, old).get("/tasks"))


def test_a_grace_never_lets_the_old_key_live_longer_than_it_would_have(mia):
    soon = in_future(hours=1)
    old = make(mia, expiresAt=soon)
    expect(201, mia.post(f"/api-keys/{old['id']}/rotate", {"graceHours": 720}))
    assert expect(200, mia.get(f"/api-keys/{old['id']}"))["expiresAt"] == soon


@pytest.mark.parametrize(
    ("grace", "sentence"),
    [
        (-0.1, "Grace must be a number from 0 to 720"),
        (720.1, "Grace must be a number from 0 to 720"),
        ("2", "Grace must be a number"),
        (None, "Grace is required"),
        (True, "Grace must be a number"),
    ],
)
def test_a_grace_out_of_bounds_is_refused_and_nothing_rotated(cast, mia, grace, sentence):
    key = make(mia)
    assert invalid(mia.post(f"/api-keys/{key['id']}/rotate", {"graceHours": grace})) == {
        "graceHours": sentence
    }
    assert expect(200, mia.get(f"/api-keys/{key['id']}"))["replacedBy"] is None
    expect(201, mia.post(f"/api-keys/{key['id']}/rotate", {"graceHours": 720}))


def test_a_key_that_has_ended_or_was_replaced_cannot_be_rotated(mia, backstage):
    revoked, rotated, expired = make(mia), make(mia), make(mia)
    expect(204, mia.delete(f"/api-keys/{revoked['id']}"))
    expect(201, mia.post(f"/api-keys/{rotated['id']}/rotate", {}))
    backstage.execute("UPDATE api_keys SET expires_at = now() WHERE id = $1", expired["id"])
    for key in (revoked, rotated, expired):
        error = refused(409, "resource_conflict", mia.post(f"/api-keys/{key['id']}/rotate", {}))
        assert key["id"] in error["message"]


# ── what a restricted key may hand on ────────────────────────────────────────────────────────────────────


def test_a_key_can_only_make_keys_if_it_carries_admin(cast, ada):
    writer = cast.with_key(ada, scopes=(Scope.TASKS_WRITE, Scope.USERS_WRITE))
    refused(403, "insufficient_scope", writer.post("/api-keys", {"name": "Robot"}))
    keeper = cast.with_key(ada, scopes=(Scope.ADMIN,))
    assert make(keeper, scopes=["tasks:read"])["scopes"] == ["tasks:read"]
    assert make(keeper)["scopes"] == []


def test_each_key_shows_when_it_was_last_used(ada, mia, backstage):
    assert expect(200, ada.get(f"/api-keys/{mia.key_id}"))["lastUsedAt"] is None
    before = instant(dt.datetime.now(dt.UTC))
    expect(200, mia.get("/tasks"))
    after = instant(dt.datetime.now(dt.UTC))
    # Uses are written down together every few seconds, not with each request.
    last_used = eventually(lambda: expect(200, ada.get(f"/api-keys/{mia.key_id}"))["lastUsedAt"])
    assert before <= last_used <= after
