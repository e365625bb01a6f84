"""Webhooks over HTTP: made, shown, changed, rotated, removed; by admins, and in their own workspace."""

import re

import pytest

from punchlist.domain import limits
from punchlist.domain.keys import Scope
from tests.support.builders import nobodys_id
from tests.support.client import Caller, expect, invalid, refused

SHOWN = {
    "id", "url", "events", "description", "enabled", "disabledReason", "failingSince", "ownerId",
    "previousSecretUntil", "createdAt", "updatedAt",
}  # fmt: skip
URL = "https://example.com/hook"


def make(caller, **wish):
    return expect(201, caller.post("/webhooks", {"url": URL, "events": ["*"]} | wish))


def test_a_new_webhook_shows_its_secret_once(ada):
    answer = ada.post("/webhooks", {"url": URL, "events": ["task.*"], "description": " CI "})
    made = expect(201, answer)
    assert answer.headers["location"] == f"/v1/webhooks/{made['id']}"
    assert set(made) == SHOWN | {"secret"}
    assert re.fullmatch(r"whsec_[0-9A-Za-z+/]{43}=", made["secret"])
    assert (made["url"], made["events"], made["description"], made["enabled"]) == (
        URL,
        ["task.*"],
        "CI",
        True,
    )
    assert made["ownerId"] == ada.id
    for answer in (
        ada.get("/webhooks"),
        ada.get(f"/webhooks/{made['id']}"),
        ada.patch(f"/webhooks/{made['id']}", {"events": ["*"]}),
    ):
        assert made["secret"][6:] not in expect_text(answer)


def expect_text(answer):
    assert answer.status_code == 200, answer.text
    return answer.text


def test_two_webhooks_have_two_secrets(ada):
    assert make(ada)["secret"] != make(ada)["secret"]


def test_webhooks_are_listed_newest_first_a_page_at_a_time(ada):
    made = [make(ada)["id"] for _ in range(3)]
    page = expect(200, ada.get("/webhooks", limit=2))
    assert page["pagination"] == {"total": 3, "limit": 2, "offset": 0, "hasMore": True}
    rest = expect(200, ada.get("/webhooks", limit=2, offset=2))
    assert [each["id"] for each in page["data"] + rest["data"]] == made[::-1]
    assert all(set(each) == SHOWN for each in page["data"])


def test_a_webhook_is_changed_field_by_field(ada):
    made = make(ada)
    changed = expect(200, ada.patch(f"/webhooks/{made['id']}", {"events": ["user.*"], "enabled": False}))
    assert changed | {"events": ["*"], "enabled": True, "disabledReason": None, "updatedAt": 0} == {
        name: value for name, value in made.items() if name != "secret"
    } | {"updatedAt": 0}
    assert (changed["events"], changed["disabledReason"]) == (["user.*"], "It was switched off")
    again = expect(200, ada.patch(f"/webhooks/{made['id']}", {"enabled": True}))
    assert (again["enabled"], again["disabledReason"]) == (True, None)


def test_a_webhook_that_was_read_can_be_sent_back(ada, worker):
    made = make(ada, description="CI")
    shown = expect(200, ada.get(f"/webhooks/{made['id']}"))
    assert expect(200, ada.patch(f"/webhooks/{made['id']}", shown)) == shown
    verbs = worker.rows("SELECT verb FROM events WHERE workspace_id = $1 AND entity = 'webhook'")
    assert [row["verb"] for row in verbs] == ["created"]


def test_a_deleted_webhook_is_gone(ada):
    made = make(ada)
    assert ada.delete(f"/webhooks/{made['id']}").status_code == 204
    refused(404, "resource_not_found", ada.get(f"/webhooks/{made['id']}"))
    refused(404, "resource_not_found", ada.delete(f"/webhooks/{made['id']}"))


@pytest.mark.parametrize(
    ("field", "sent", "sentence"),
    [
        ("url", None, "URL is required"),
        ("url", 7, "URL must be a string"),
        ("url", "ftp://example.com",
         "URL must be an http or https address without a user and a password in it"),
        ("url", "https://a:b@example.com",
         "URL must be an http or https address without a user and a password in it"),
        ("url", "https://example.com/" + "x" * 2000, "URL must have at most 2000 characters"),
        ("events", [], "Events is required"),
        ("events", "*", "Events must be an array of strings"),
        ("events", ["task.*"] * 51, "Events must have at most 50 entries"),
        ("description", "x" * 256, "Description must have at most 255 characters"),
        ("description", "nul\0", "Description must not contain NUL characters"),
        ("secret", "whsec_mine", "Not known here; known are: description, events, url"),
    ],
    ids=lambda value: f"{value!s:.20}",
)  # fmt: skip
def test_what_will_not_do_is_refused_in_a_sentence(ada, field, sent, sentence):
    assert invalid(ada.post("/webhooks", {"url": URL, "events": ["*"]} | {field: sent})) == {field: sentence}


def test_an_unknown_event_is_refused_naming_the_known(ada):
    sentence = invalid(ada.post("/webhooks", {"url": URL, "events": ["task.moved"]}))["events"]
    for known in ("task.created", "implementation_task.*", "*"):
        assert known in sentence


def test_a_webhook_needs_an_address_and_events(ada):
    assert invalid(ada.post("/webhooks", {})) == {"url": "URL is required", "events": "Events is required"}


def test_a_workspace_has_so_many_webhooks_and_no_more(ada, worker):
    make(ada)
    worker.backstage.execute(
        "INSERT INTO webhooks (workspace_id, id, url, events, created_at, updated_at) SELECT $1,"
        " lpad(n::text, 20, '0'), 'https://example.com', '{*}', now(), now()"
        " FROM generate_series(3, $2) AS n",
        worker.workspace_id,
        limits.WEBHOOKS_MAX,
    )
    make(ada)
    error = refused(409, "resource_conflict", ada.post("/webhooks", {"url": URL, "events": ["*"]}))
    assert error["message"] == "A workspace can have at most 50 webhooks"


# --- the secret ------------------------------------------------------------------------------------------


def test_a_rotated_secret_is_shown_once_and_the_old_one_has_a_grace_period(ada):
    made = make(ada)
    answer = ada.post(f"/webhooks/{made['id']}/rotate", {"graceHours": 1.5})
    rotated = expect(201, answer)
    assert rotated["secret"] != made["secret"]
    assert rotated["previousSecretUntil"] > rotated["updatedAt"]
    assert expect(201, ada.post(f"/webhooks/{made['id']}/rotate", {"graceHours": 0}))[
        "previousSecretUntil"
    ] is None  # fmt: skip
    assert expect(201, ada.send("POST", f"/webhooks/{made['id']}/rotate"))["previousSecretUntil"]


@pytest.mark.parametrize("hours", [-1, 720.5, 1e300])
def test_a_grace_period_is_bounded(ada, hours):
    path = f"/webhooks/{make(ada)['id']}/rotate"
    assert invalid(ada.post(path, {"graceHours": hours})) == {
        "graceHours": "Grace must be a number from 0 to 720"
    }


def test_no_secret_is_in_the_record(ada, worker):
    made = make(ada)
    rotated = expect(201, ada.post(f"/webhooks/{made['id']}/rotate", {}))
    ada.patch(f"/webhooks/{made['id']}", {"enabled": False})
    ada.delete(f"/webhooks/{made['id']}")
    found = worker.rows(
        "SELECT verb, before::text || after::text AS said FROM events"
        " WHERE workspace_id = $1 AND entity = 'webhook' ORDER BY seq"
    )
    assert [row["verb"] for row in found] == ["created", "rotated", "updated", "deleted"]
    for secret in (made["secret"], rotated["secret"]):
        assert not any(secret[6:] in row["said"] or "whsec" in row["said"] for row in found)


# --- who may ---------------------------------------------------------------------------------------------

WAYS = {
    "list": lambda caller, _: caller.get("/webhooks"),
    "create": lambda caller, _: caller.post("/webhooks", {"url": URL, "events": ["*"]}),
    "see": lambda caller, path: caller.get(path),
    "change": lambda caller, path: caller.patch(path, {"description": "Mine"}),
    "rotate": lambda caller, path: caller.post(f"{path}/rotate", {}),
    "deliveries": lambda caller, path: caller.get(f"{path}/deliveries"),
    "delivery": lambda caller, path: caller.get(f"{path}/deliveries/{nobodys_id()}"),
    "replay": lambda caller, path: caller.send("POST", f"{path}/deliveries/{nobodys_id()}/replay"),
    "replay_span": lambda caller, path: caller.post(
        f"{path}/replay", {"from": "2030-01-01T00:00:00Z", "to": "2030-01-02T00:00:00Z"}
    ),
    "delete": lambda caller, path: caller.delete(path),
}


@pytest.mark.parametrize("way", WAYS)
def test_an_admin_may_and_nobody_else(cast, way):
    path = f"/webhooks/{make(cast.ada)['id']}"
    for caller in (cast.max, cast.mia):
        refused(403, "permission_denied", WAYS[way](caller, path))
    refused(401, "missing_authentication", WAYS[way](cast.nobody, path))
    assert WAYS[way](cast.ada, path).status_code in (200, 201, 202, 204, 404)


@pytest.mark.parametrize("way", WAYS)
def test_an_admins_key_needs_the_scope(cast, way):
    path = f"/webhooks/{make(cast.ada)['id']}"
    limited = cast.with_key(cast.ada, scopes=(Scope.TASKS_WRITE, Scope.USERS_WRITE, Scope.CHANGES_WRITE))
    refused(403, "insufficient_scope", WAYS[way](limited, path))
    admin = cast.with_key(cast.ada, scopes=(Scope.ADMIN,))
    assert WAYS[way](admin, path).status_code in (200, 201, 202, 204, 404)


@pytest.mark.parametrize("way", [way for way in WAYS if way not in ("list", "create")])
def test_nothing_of_it_is_there_for_another_workspace(cast, way):
    made = make(cast.ada)
    zoe: Caller = cast.elsewhere()
    refused(404, "resource_not_found", WAYS[way](zoe, f"/webhooks/{made['id']}"))
    assert expect(200, zoe.get("/webhooks"))["data"] == []
    assert expect(200, cast.ada.get(f"/webhooks/{made['id']}"))["description"] is None


@pytest.mark.parametrize("webhook_id", ["x", "A" * 20, "a" * 20])
def test_an_id_that_is_none_is_not_found(ada, webhook_id):
    refused(404, "resource_not_found", ada.get(f"/webhooks/{webhook_id}"))


# --- private addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "10.1.2.3"])
def test_a_private_address_is_refused_at_once_where_none_is_allowed(backstage, http, host):
    from tests.support.people import Cast

    ada = Cast(backstage, http).ada  # of a server whose settings are the usual ones
    sentence = "URL must not lead into a private network"
    url = f"http://{host}:8080/hook"
    assert invalid(ada.post("/webhooks", {"url": url, "events": ["*"]})) == {"url": sentence}
    made = make(ada)
    assert invalid(ada.patch(f"/webhooks/{made['id']}", {"url": url})) == {"url": sentence}


def test_a_private_address_is_taken_where_the_setting_allows_it(ada, receiver):
    assert make(ada, url=receiver.url)["url"] == receiver.url
