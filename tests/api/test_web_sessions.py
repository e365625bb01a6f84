"""Signing in with a browser: the cookie, what must come with it, and one's own sign-ins."""

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from punchlist.domain import limits
from punchlist.domain.users import UserChanges
from punchlist.services.users import update_user
from tests.support.backstage import operator
from tests.support.browser import PASSWORD, Browser, browser_of, give_password, number_of, sign_in
from tests.support.client import Caller, expect, invalid, refused
from tests.support.people import Cast
from tests.support.plant import Plant, refusal
from tests.support.servers import eventually

WRONG_WORDS = "Email address, password or workspace is wrong, or may not sign in"


@pytest.fixture(scope="module")
def office(backstage, http):
    """A workspace whose people have passwords, but for Charlie."""
    cast = Cast(backstage, http)
    for person in (cast.ada, cast.max, cast.mia, cast.bob):
        give_password(backstage, cast.workspace_id, person.id)
    return cast


@pytest.fixture(scope="module")
def number(office, backstage):
    return number_of(backstage, office.workspace_id)


@pytest.fixture
def mia(office, number):
    """Mia at her browser, newly signed in."""
    return browser_of(office.http, office.mia.email, number)


@pytest.fixture(autouse=True)
def _nobody_stays_shut_out(office, backstage):
    yield
    office.http.cookies.clear()
    backstage.execute(
        "UPDATE passwords SET wrong_tries = 0, shut_until = NULL WHERE workspace_id = $1", office.workspace_id
    )


def attributes_of(answer):
    cookie, *attributes = answer.headers["set-cookie"].split("; ")
    return cookie, set(attributes)


# ── signing in ───────────────────────────────────────────────────────────────────────────────────────────


def test_whoever_signs_in_is_told_who_they_are_and_gets_a_cookie(office, number):
    answer = sign_in(office.http, "MIA@example.com", number)
    assert expect(201, answer) == {
        "user": {
            "id": office.mia.id,
            "name": "Mia",
            "email": "mia@example.com",
            "role": "member",
            "changeAdministrator": False,
        },
        "workspace": {"number": number, "name": "A workspace of a test"},
    }
    cookie, attributes = attributes_of(answer)
    assert cookie.startswith("punchlist_session=sl_")
    assert attributes == {"Path=/", "Max-Age=34560000", "HttpOnly", "SameSite=Lax"}
    assert answer.headers["cache-control"] == "no-store"
    assert cookie.partition("=")[2] not in answer.text
    again = Browser(office.http, cookie).get("/session")
    assert expect(200, again) == answer.json()
    assert again.headers["cache-control"] == "no-store"


def test_a_change_administrator_is_told_that_they_are(backstage, http):
    plant = Plant(backstage, http)
    give_password(backstage, plant.workspace_id, plant.ada.id)
    answer = sign_in(http, plant.ada.email, number_of(backstage, plant.workspace_id))
    assert expect(201, answer)["user"]["changeAdministrator"] is True


def test_over_tls_the_cookie_goes_nowhere_else(office, number, server):
    plain = sign_in(office.http, "mia@example.com", number, origin=server)
    assert "Secure" not in attributes_of(plain)[1]
    # A proxy ended TLS; the page tells where it came from.
    secure = sign_in(office.http, "mia@example.com", number, origin=server.replace("http:", "https:"))
    assert "Secure" in attributes_of(secure)[1]


def test_without_a_workspace_one_gets_into_the_one_used_last(office, number, backstage, http):
    email = f"uma{dt.datetime.now(dt.UTC).timestamp()}@example.com"
    places = [Cast(backstage, http) for _ in range(2)]
    for place in places:
        give_password(backstage, place.workspace_id, place.joins("Uma", email=email).id)
    for place in reversed(places):
        wanted = number_of(backstage, place.workspace_id)
        assert expect(201, sign_in(http, email, wanted))["workspace"]["number"] == wanted
        assert expect(201, sign_in(http, email, None))["workspace"]["number"] == wanted


WRONG = {
    "a wrong password": {"password": "wrong horse battery"},
    "an empty password": {"password": ""},
    "a password of a megabyte": {"password": "x" * 1_000_000},
    "no such address": {"email": "nobody@example.com"},
    "no such workspace": {"workspaceId": 999_999_999},
    "somebody without a password": {"email": "charlie@example.com"},
    "an injection": {"email": "' OR ''='"},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_whatever_is_wrong_is_refused_in_the_same_words(office, number, wrong):
    body = {"email": "mia@example.com", "password": PASSWORD, "workspaceId": number} | WRONG[wrong]
    answer = office.nobody.post("/session", body)
    assert refused(401, "invalid_credentials", answer) == {
        "code": "invalid_credentials",
        "message": WRONG_WORDS,
    }
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, {"email", "password"}),
        ({"email": "mia@example.com"}, {"password"}),
        ({"email": None, "password": None}, {"email", "password"}),
        ({"email": 1, "password": True}, {"email", "password"}),
        ({"email": "a\0b", "password": "x"}, {"email"}),
        ({"email": "x", "password": "x", "workspaceId": "123456789"}, {"workspaceId"}),
        ({"email": "x", "password": "x", "workspaceId": 5}, {"workspaceId"}),
        ({"email": "x", "password": "x", "workspaceId": 10**9}, {"workspaceId"}),
        ({"email": "x", "password": "x", "workspaceId": 10**30}, {"workspaceId"}),
        ({"email": "x", "password": "x", "remember": True}, {"remember"}),
    ],
)
def test_a_sign_in_that_is_not_one_is_told_what_is_wrong_with_it(office, body, wrong):
    assert set(invalid(office.nobody.post("/session", body))) == wrong


def test_null_for_a_workspace_is_none_named(office):
    body = {"email": "nobody@example.com", "password": PASSWORD, "workspaceId": None}
    refused(401, "invalid_credentials", office.nobody.post("/session", body))


def test_a_form_of_another_site_cannot_sign_anybody_in(office, number, server):
    body = json.dumps({"email": "mia@example.com", "password": PASSWORD, "workspaceId": number})
    for media_type in ("text/plain", "application/x-www-form-urlencoded", ""):
        headers = {"content-type": media_type}
        answer = office.http.post("/v1/session", content=body, headers=headers)
        refused(415, "unsupported_media_type", answer)
    foreign = sign_in(office.http, "mia@example.com", number, origin="https://evil.example")
    refused(403, "cross_site_request", foreign)
    assert "set-cookie" not in foreign.headers


def test_five_wrong_passwords_shut_the_account_for_five_minutes(office, number):
    for _ in range(4):
        wrong = sign_in(office.http, "bob@example.com", number, "wrong horse battery")
        refused(401, "invalid_credentials", wrong)
    for password in ("wrong horse battery", PASSWORD):
        answer = sign_in(office.http, "bob@example.com", number, password)
        refused(429, "account_shut", answer)
        assert 290 <= int(answer.headers["retry-after"]) <= 300
    expect(201, sign_in(office.http, "mia@example.com", number))  # nobody else is shut out with Bob


def test_tries_count_whichever_way_they_come(office, number):
    """Four at the log-in of the change API and one here are five."""
    body = {"email": "bob@example.com", "password": "wrong horse battery", "workspaceId": number}
    for _ in range(4):
        refusal(office.nobody.post("/login", body), 4001)
    refused(429, "account_shut", sign_in(office.http, "bob@example.com", number, "wrong horse battery"))


def test_a_suppliers_person_is_told_that_they_do_not_sign_in_here(backstage, http):
    plant = Plant(backstage, http)
    give_password(backstage, plant.workspace_id, plant.guid("users", "sue@example.com"))
    place = number_of(backstage, plant.workspace_id)
    refused(403, "access_not_allowed", sign_in(http, "sue@example.com", place))
    refused(401, "invalid_credentials", sign_in(http, "sue@example.com", place, "wrong horse battery"))


# ── how long it lasts ────────────────────────────────────────────────────────────────────────────────────


def idle(backstage, office, ago):
    backstage.execute(
        "UPDATE sessions SET last_used_at = now() - $2::text::interval WHERE workspace_id = $1",
        office.workspace_id,
        ago,
    )


def test_a_sign_in_ends_after_two_weeks_without_use(office, number, backstage):
    mia = browser_of(office.http, "mia@example.com", number)
    idle(backstage, office, "13 days 23 hours 59 minutes")
    assert expect(200, mia.get("/sessions"))["pagination"]["total"] >= 1
    idle(backstage, office, "14 days")
    refused(401, "expired_token", mia.get("/session"))
    refusal(mia.get("/changes"), 401)


def test_what_has_ended_is_not_listed_and_is_forgotten_at_the_next_sign_in(office, number, backstage):
    browser_of(office.http, "mia@example.com", number)
    idle(backstage, office, "15 days")
    mia = browser_of(office.http, "mia@example.com", number)
    assert expect(200, mia.get("/sessions"))["pagination"]["total"] == 1
    query = "SELECT count(*) FROM sessions WHERE workspace_id = $1"
    assert backstage.value(query, office.workspace_id) == 1


def test_a_log_in_of_a_program_leaves_sign_ins_open_and_still_ends_after_ninety_minutes(
    office, number, backstage
):
    mia = browser_of(office.http, "mia@example.com", number)
    body = {"email": "mia@example.com", "password": PASSWORD, "workspaceId": number}
    token = expect(200, office.nobody.post("/login", body))["arenaSessionId"]
    idle(backstage, office, "91 minutes")
    refusal(office.nobody.get("/changes", headers={"arena_session_id": token}), 401)
    expect(200, mia.get("/session"))
    expect(200, office.nobody.post("/login", body))
    expect(200, mia.get("/session"))


def test_a_disabled_user_is_out_at_once_and_cannot_come_back(office, number, backstage):
    mia = browser_of(office.http, "mia@example.com", number)

    def disable(*, disabled: bool) -> None:
        wish = UserChanges(disabled=disabled)
        context = operator(office.workspace_id)
        backstage.run(update_user(backstage.db, context, office.mia.id, wish))

    disable(disabled=True)
    refused(401, "invalid_authentication", mia.get("/session"))
    refused(401, "invalid_credentials", sign_in(office.http, "mia@example.com", number))
    disable(disabled=False)
    expect(200, mia.get("/session"))


def test_a_new_password_ends_all_sessions_of_whoever_gets_it(office, number, backstage):
    mia, bob = (browser_of(office.http, f"{name}@example.com", number) for name in ("mia", "bob"))
    body = {"email": "mia@example.com", "password": PASSWORD, "workspaceId": number}
    token = expect(200, office.nobody.post("/login", body))["arenaSessionId"]
    give_password(backstage, office.workspace_id, office.mia.id, "another horse battery")
    refused(401, "invalid_authentication", mia.get("/session"))
    refusal(office.nobody.get("/changes", headers={"arena_session_id": token}), 401)
    expect(200, bob.get("/session"))
    refused(401, "invalid_credentials", sign_in(office.http, "mia@example.com", number))
    expect(201, sign_in(office.http, "mia@example.com", number, "another horse battery"))
    give_password(backstage, office.workspace_id, office.mia.id)


def test_a_password_that_is_set_while_somebody_signs_in_with_the_old_one_lets_nobody_in(
    office, number, backstage
):
    place = (office.workspace_id, office.bob.id)
    row = "FROM passwords WHERE workspace_id = $1 AND user_id = $2"
    old = backstage.value(f"SELECT hash {row}", *place)
    transaction = backstage.db.transaction()
    session = backstage.run(transaction.__aenter__())
    backstage.run(session.execute(f"SELECT 1 {row} FOR UPDATE", *place))
    with ThreadPoolExecutor(1) as elsewhere:
        signing_in = elsewhere.submit(sign_in, office.http, "bob@example.com", number)
        eventually(backstage.somebody_waits)  # the old password was right, and is looked at once more
        setting = "UPDATE passwords SET hash = hash || 'x' WHERE workspace_id = $1 AND user_id = $2"
        backstage.run(session.execute(setting, *place))
        backstage.run(transaction.__aexit__(None, None, None))
        refused(401, "invalid_credentials", signing_in.result(60))
    query = "SELECT count(*) FROM sessions WHERE workspace_id = $1 AND user_id = $2"
    backstage.execute("UPDATE passwords SET hash = $3 WHERE workspace_id = $1 AND user_id = $2", *place, old)
    idle(backstage, office, "15 days")
    expect(201, sign_in(office.http, "bob@example.com", number))
    assert backstage.value(query, *place) == 1


# ── one's own sign-ins ───────────────────────────────────────────────────────────────────────────────────


def test_sign_ins_live_side_by_side_and_each_knows_itself(office, number, backstage):
    idle(backstage, office, "15 days")
    desk = browser_of(office.http, "mia@example.com", number, user_agent="Desk/1.0")
    phone = browser_of(office.http, "mia@example.com", number, user_agent="Phone/2.0")
    for browser, own in ((desk, "Desk/1.0"), (phone, "Phone/2.0")):
        page = expect(200, browser.get("/sessions"))
        assert {each["userAgent"]: each["current"] for each in page["data"]} == {
            "Desk/1.0": own == "Desk/1.0",
            "Phone/2.0": own == "Phone/2.0",
        }
        assert page["pagination"] == {"total": 2, "limit": 10, "offset": 0, "hasMore": False}
    assert all(
        set(each) == {"id", "createdAt", "lastUsedAt", "current", "userAgent"} for each in page["data"]
    )
    assert expect(200, desk.get("/sessions", limit=1, offset=1))["pagination"]["hasMore"] is False
    assert expect(200, desk.get("/sessions", offset=5))["data"] == []
    assert all(not each["current"] for each in expect(200, office.mia.get("/sessions"))["data"])


def test_a_sign_in_is_ended_from_another(office, number, backstage):
    idle(backstage, office, "15 days")
    desk, phone = (browser_of(office.http, "mia@example.com", number) for _ in range(2))
    [other] = [each for each in expect(200, desk.get("/sessions"))["data"] if not each["current"]]
    assert desk.delete(f"/sessions/{other['id']}").status_code == 204
    refused(401, "invalid_authentication", phone.get("/session"))
    expect(200, desk.get("/session"))
    refused(404, "resource_not_found", desk.delete(f"/sessions/{other['id']}"))


def test_nobody_sees_or_ends_anybody_elses(office, number, mia):
    [own] = [each for each in expect(200, mia.get("/sessions"))["data"] if each["current"]]
    ada = browser_of(office.http, "ada@example.com", number)
    assert own["id"] not in {each["id"] for each in expect(200, ada.get("/sessions"))["data"]}
    for who in (ada, office.ada, office.elsewhere()):
        refused(404, "resource_not_found", who.delete(f"/sessions/{own['id']}"))
    refused(404, "resource_not_found", mia.delete("/sessions/x"))
    expect(200, mia.get("/session"))


def test_a_programs_session_is_no_sign_in(office, number, backstage):
    idle(backstage, office, "15 days")
    body = {"email": "mia@example.com", "password": PASSWORD, "workspaceId": number}
    expect(200, office.nobody.post("/login", body))
    assert expect(200, office.mia.get("/sessions"))["data"] == []
    id_ = backstage.value(
        "SELECT id FROM sessions WHERE workspace_id = $1 AND kind = 'api'", office.workspace_id
    )
    refused(404, "resource_not_found", office.mia.delete(f"/sessions/{id_}"))


def test_of_too_many_sign_ins_the_one_unused_longest_ends(office, number, backstage):
    idle(backstage, office, "15 days")
    first = browser_of(office.http, "mia@example.com", number)
    idle(backstage, office, "1 hour")
    backstage.execute(
        "INSERT INTO sessions (workspace_id, digest, user_id, kind, created_at, last_used_at, id)"
        " SELECT $1, sha256(n::text::bytea), $2, 'web', now(), now(),"
        " lpad(n::text, 20, '0') FROM generate_series(1, $3::integer) n",
        office.workspace_id,
        office.mia.id,
        limits.WEB_SESSIONS_PER_USER_MAX - 1,
    )
    bob = browser_of(office.http, "bob@example.com", number)
    expect(200, first.get("/session"))
    browser_of(office.http, "mia@example.com", number)
    refused(401, "invalid_authentication", first.get("/session"))
    expect(200, bob.get("/session"))
    page = expect(200, office.mia.get("/sessions"))
    assert page["pagination"]["total"] == limits.WEB_SESSIONS_PER_USER_MAX
    idle(backstage, office, "15 days")


@pytest.mark.parametrize(
    ("said", "kept"),
    [("x" * 300, "x" * 255), ("Desk\t1.0", "Desk1.0"), ("Ünï/1", "Ünï/1"), ("", None)],
)
def test_what_a_browser_says_of_itself_is_kept_as_far_as_it_can_be_shown(office, number, said, kept):
    body = {"email": "bob@example.com", "password": PASSWORD, "workspaceId": number}
    headers = {b"user-agent": said.encode("latin-1"), b"content-type": b"application/json"}
    answer = office.http.post("/v1/session", content=json.dumps(body), headers=headers)
    expect(201, answer)
    bob = Browser(office.http, answer.headers["set-cookie"].partition(";")[0])
    [own] = [each for each in expect(200, bob.get("/sessions", limit=100))["data"] if each["current"]]
    assert own["userAgent"] == kept


# ── signing out, and the record ──────────────────────────────────────────────────────────────────────────


def test_signing_out_ends_the_session_and_has_the_browser_forget_it(office, number, mia):
    other = browser_of(office.http, "mia@example.com", number)
    answer = mia.delete("/session")
    assert (answer.status_code, answer.content) == (204, b"")
    cookie, attributes = attributes_of(answer)
    assert cookie == "punchlist_session="
    assert attributes == {"Path=/", "Max-Age=0", "HttpOnly", "SameSite=Lax"}
    refused(401, "invalid_authentication", mia.get("/session"))
    refused(401, "invalid_authentication", mia.delete("/session"))
    expect(200, other.get("/session"))


def test_sign_ins_are_on_the_record_and_what_opens_them_nowhere(office, number, backstage):
    mia = browser_of(office.http, "mia@example.com", number)
    token = mia.session_token
    secret = token.rsplit("_", 1)[1]
    desk = browser_of(office.http, "mia@example.com", number)
    [other] = [
        each["id"]
        for each in expect(200, mia.get("/sessions", limit=100))["data"]
        if each["id"] == newest(backstage, office)
    ]
    mia.delete(f"/sessions/{other}")
    mia.delete("/session")
    refused(401, "invalid_authentication", desk.get("/session"))
    events = backstage.rows(
        "SELECT verb, actor_id, after FROM events WHERE workspace_id = $1 AND entity = 'session'"
        " ORDER BY seq DESC LIMIT 4",
        office.workspace_id,
    )
    assert [each["verb"] for each in events] == ["deleted", "deleted", "created", "created"]
    assert {each["actor_id"] for each in events} == {office.mia.id}
    assert events[3]["after"] == '{"kind": "web"}'
    for table in ("sessions", "events", "idempotent_responses"):
        kept = backstage.value(
            f"SELECT string_agg(t::text, '') FROM {table} t WHERE workspace_id = $1", office.workspace_id
        )
        assert secret not in (kept or "")


def newest(backstage, office):
    return backstage.value(
        "SELECT id FROM sessions WHERE workspace_id = $1 ORDER BY created_at DESC LIMIT 1",
        office.workspace_id,
    )


def test_a_list_shows_no_digest(office, mia, backstage):
    shown = mia.get("/sessions", limit=100).text
    for row in backstage.rows(
        "SELECT encode(digest, 'hex') AS digest FROM sessions WHERE workspace_id = $1", office.workspace_id
    ):
        assert row["digest"] not in shown
    assert Caller(office.http, mia.session_token).get("/session").status_code == 200
