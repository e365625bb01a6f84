"""Sessions: logging in and out, how long one lasts, and what happens to those who guess."""

import datetime as dt

import pytest

from punchlist.domain.tokens import TokenKind, new_secret
from punchlist.domain.users import UserChanges
from punchlist.services import passwords
from punchlist.services.users import update_user
from tests.support.backstage import new_user, operator
from tests.support.client import Caller, expect
from tests.support.crowd import at_once
from tests.support.plant import Engineer, Plant, refusal

PASSWORD = "correct horse battery"


def give_password(backstage, workspace_id, user_id, password=PASSWORD):
    backstage.run(passwords.set_password(backstage.db, operator(workspace_id), user_id, password))


@pytest.fixture(scope="module")
def office(backstage, http):
    """A plant where Mia, Bob and Sue have passwords."""
    plant = Plant(backstage, http)
    for email in ("mia@example.com", "bob@example.com", "sue@example.com"):
        give_password(backstage, plant.workspace_id, plant.guid("users", email))
    return plant


@pytest.fixture
def number(office, backstage):
    return backstage.value("SELECT number FROM workspaces WHERE id = $1", office.workspace_id)


def login(caller: Caller, email="mia@example.com", password=PASSWORD, **more):
    return Caller(caller.http, None).post("/login", {"email": email, "password": password} | more)


def within(caller: Caller, session: str, method="GET", path="/changes", body=None):
    return Caller(caller.http, None).send(method, path, body, headers={"arena_session_id": session})


def logged_in(office: Plant, number: int, email="mia@example.com") -> str:
    token: str = expect(200, login(office.nobody, email, workspaceId=number))["arenaSessionId"]
    return token


# ── logging in ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_login_answers_with_a_session_and_its_workspace(office, number):
    answer = login(office.nobody, workspaceId=number)
    body = expect(200, answer)
    assert body == {
        "arenaSessionId": body["arenaSessionId"],
        "arena_session_id": body["arenaSessionId"],
        "workspaceId": number,
        "workspaceName": "EveryRoad GPS",
        "workspaceRequestLimit": 2_147_483_647,
    }
    assert 100_000_000 <= number <= 999_999_999
    assert len(body["arenaSessionId"]) <= 64
    expect(200, within(office.nobody, body["arenaSessionId"]))


@pytest.mark.parametrize("form", [int, str])
def test_the_workspace_may_be_named_by_its_number_or_by_digits_in_quotes(office, number, form):
    assert expect(200, login(office.nobody, workspaceId=form(number)))["workspaceId"] == number


def test_letters_case_does_not_matter_in_an_address(office, number):
    expect(200, login(office.nobody, "MIA@Example.COM", workspaceId=number))


def test_a_body_sent_with_a_charset_is_json_all_the_same(office, number):
    body = {"email": "mia@example.com", "password": PASSWORD, "workspaceId": number}
    headers = {"content-type": "application/json;charset=UTF-8"}
    expect(200, office.nobody.post("/login", body, headers=headers))


def test_without_a_workspace_it_is_the_one_last_used(backstage, http):
    email = f"nina{dt.datetime.now(dt.UTC).timestamp()}@example.com"
    numbers = []
    for plant in (Plant(backstage, http), Plant(backstage, http), Plant(backstage, http)):
        user = backstage.run(new_user(backstage.db, plant.workspace_id, "Nina", email=email))
        if len(numbers) < 2:  # in the third she has no password
            give_password(backstage, plant.workspace_id, user.id)
        numbers.append(backstage.value("SELECT number FROM workspaces WHERE id = $1", plant.workspace_id))
    for number in (numbers[1], numbers[0]):
        expect(200, login(plant.nobody, email, workspaceId=number))
        assert expect(200, login(plant.nobody, email))["workspaceId"] == number


def test_whoever_has_a_password_in_one_of_several_workspaces_gets_in_there(backstage, http):
    email = f"otto{dt.datetime.now(dt.UTC).timestamp()}@example.com"
    plants = Plant(backstage, http), Plant(backstage, http), Plant(backstage, http)
    users = [backstage.run(new_user(backstage.db, each.workspace_id, "Otto", email=email)) for each in plants]
    for place in (1, 2):
        give_password(backstage, plants[place].workspace_id, users[place].id)
    disabled = UserChanges(disabled=True)
    backstage.run(update_user(backstage.db, operator(plants[1].workspace_id), users[1].id, disabled))
    answer = expect(200, login(plants[0].nobody, email))
    assert answer["workspaceId"] == backstage.value(
        "SELECT number FROM workspaces WHERE id = $1", plants[2].workspace_id
    )


WRONG = {
    "a wrong password": {"password": "wrong horse battery"},
    "an empty password": {"password": ""},
    "no such address": {"email": "nobody@example.com"},
    "no such workspace": {"workspaceId": 999_999_999},
    "workspace zero": {"workspaceId": 0},
    "somebody without a password": {"email": "ada@example.com"},
    "an injection": {"email": "' OR ''='"},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_whatever_about_a_login_is_wrong_is_refused_in_the_same_words(office, number, backstage, wrong):
    body = {"email": "mia@example.com", "password": PASSWORD, "workspaceId": number} | WRONG[wrong]
    [error] = refusal(office.nobody.post("/login", body), 4001)
    assert error["message"] == (
        "The username, password or workspace ID is not valid or you are not allowed to log in"
        " due to IP restriction."
    )
    forget_tries(backstage, office)


def forget_tries(backstage, office):
    backstage.execute(
        "UPDATE passwords SET wrong_tries = 0, shut_until = NULL WHERE workspace_id = $1", office.workspace_id
    )


def test_a_disabled_user_is_refused_in_those_words_too(office, number, backstage):
    query = "UPDATE users SET disabled = $2 WHERE workspace_id = $1 AND name = 'Mia Lindqvist'"
    session = logged_in(office, number)
    backstage.execute(query, office.workspace_id, True)
    refusal(login(office.nobody, workspaceId=number), 4001)
    refusal(within(office.nobody, session), 401)
    backstage.execute(query, office.workspace_id, False)
    expect(200, within(office.nobody, session))


def test_a_suppliers_person_has_no_access(office, number):
    refusal(login(office.nobody, "sue@example.com", workspaceId=number), 4082)


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ({}, (3001, 3001)),
        ({"email": "mia@example.com"}, (3001,)),
        ({"password": PASSWORD}, (3001,)),
        ({"email": None, "password": None}, (3001, 3001)),
        ({"email": 1, "password": True}, (3003, 3003)),
        ({"email": "a\0b", "password": "x"}, (3003,)),
        ({"email": "x", "password": "x", "workspaceId": "12a"}, (3003,)),
        ({"email": "x", "password": "x", "workspaceId": 10**9}, (3003,)),
        ({"email": "x", "password": "x", "workspaceId": -1}, (3003,)),
        ({"email": "x", "password": "x", "workspaceId": 1.5}, (3003,)),
        ({"email": "x", "password": "x", "workspaceId": True}, (3003,)),
        ({"email": "x", "password": "x", "workspaceId": ["1"]}, (3003,)),
        ({"email": "x", "password": "x", "remember": True}, (3004,)),
        ([], (400,)),
        ("mia", (400,)),
    ],
)
def test_a_login_that_is_not_one_is_told_what_is_wrong_with_it(office, body, codes):
    refusal(office.nobody.post("/login", body), *codes)


def test_a_password_never_comes_back_nor_is_a_sessions_token_kept(office, number, backstage):
    secret = "hunter2 hunter2 hunter2"
    answer = login(office.nobody, password=secret, workspaceId=number)
    assert secret not in answer.text
    forget_tries(backstage, office)
    token = logged_in(office, number).rsplit("_", 1)[1]
    for table in ("sessions", "events", "idempotent_responses"):
        kept = backstage.value(
            f"SELECT string_agg(t::text, '') FROM {table} t WHERE workspace_id = $1", office.workspace_id
        )
        assert token not in (kept or "")


# ── guessing ─────────────────────────────────────────────────────────────────────────────────────────────


def test_five_wrong_passwords_shut_the_account_for_five_minutes(office, number, backstage):
    wrong = {"email": "bob@example.com", "password": "wrong horse battery", "workspaceId": number}
    for _ in range(4):
        refusal(login(office.nobody, **wrong), 4001)
    refusal(login(office.nobody, **wrong), 4083)
    refusal(login(office.nobody, "bob@example.com", workspaceId=number), 4083)
    refusal(login(office.nobody, **wrong), 4083)
    logged_in(office, number)  # nobody else is shut out with Bob

    bobs = "workspace_id = $1 AND user_id = $2"
    place = (office.workspace_id, office.bob.id)
    left = backstage.value(f"SELECT shut_until - now() FROM passwords WHERE {bobs}", *place)
    assert dt.timedelta(minutes=4) < left <= dt.timedelta(minutes=5)
    backstage.execute(f"UPDATE passwords SET shut_until = now() + interval '3 seconds' WHERE {bobs}", *place)
    refusal(login(office.nobody, "bob@example.com", workspaceId=number), 4083)
    backstage.execute(f"UPDATE passwords SET shut_until = now() WHERE {bobs}", *place)
    refusal(login(office.nobody, **wrong), 4001)  # counted anew
    logged_in(office, number, "bob@example.com")
    assert backstage.rows(f"SELECT wrong_tries, shut_until FROM passwords WHERE {bobs}", *place) == [
        {"wrong_tries": 0, "shut_until": None}
    ]


def has_tried(backstage, office, user_id, tries=4):
    backstage.execute(
        "UPDATE passwords SET wrong_tries = $3 WHERE workspace_id = $1 AND user_id = $2",
        office.workspace_id,
        user_id,
        tries,
    )


def test_the_right_password_ends_the_count(office, number, backstage):
    has_tried(backstage, office, office.mia.id)
    logged_in(office, number)
    refusal(login(office.nobody, password="wrong horse battery", workspaceId=number), 4001)
    logged_in(office, number)


def test_guesses_at_the_same_moment_all_count(office, number, backstage):
    guesses = [f"wrong horse battery {place}" for place in range(8)]
    answers = at_once(
        [lambda each=each: login(office.nobody, password=each, workspaceId=number) for each in guesses]
    )
    codes = [answer.json()["errors"][0]["code"] for answer in answers]
    assert sorted(codes) == [4001] * 4 + [4083] * 4
    refusal(login(office.nobody, workspaceId=number), 4083)
    forget_tries(backstage, office)


def test_a_supplier_who_guesses_is_shut_out_like_anybody(office, number, backstage):
    has_tried(backstage, office, office.guid("users", "sue@example.com"))
    refusal(login(office.nobody, "sue@example.com", "wrong horse battery", workspaceId=number), 4083)
    refusal(login(office.nobody, "sue@example.com", workspaceId=number), 4083)
    forget_tries(backstage, office)


# ── how long a session lasts ─────────────────────────────────────────────────────────────────────────────


def test_a_new_login_ends_the_users_earlier_session_and_nobody_elses(office, number):
    first, bobs = logged_in(office, number), logged_in(office, number, "bob@example.com")
    second = logged_in(office, number)
    refusal(within(office.nobody, first), 401)
    expect(200, within(office.nobody, second))
    expect(200, within(office.nobody, bobs))


def test_logins_at_the_same_moment_leave_one_session(office, number, backstage):
    answers = at_once([lambda: login(office.nobody, workspaceId=number)] * 4)
    tokens = [expect(200, answer)["arenaSessionId"] for answer in answers]
    alive = [token for token in tokens if within(office.nobody, token).status_code == 200]
    assert len(alive) == 1


def test_a_sign_in_of_the_web_app_lives_beside_it(office, number, backstage):
    web = new_secret(TokenKind.SESSION, office.workspace_id)
    backstage.execute(
        "INSERT INTO sessions (workspace_id, id, digest, user_id, kind, created_at, last_used_at)"
        " VALUES ($1, 'A0000000000000000000', $2, $3, 'web', now(), now())",
        office.workspace_id,
        web.digest,
        office.mia.id,
    )
    session = logged_in(office, number)
    expect(200, within(office.nobody, web.token))
    expect(200, within(office.nobody, session))


def test_a_session_ends_after_ninety_minutes_without_use(office, number, backstage):
    session = logged_in(office, number)

    def last_used(ago: str) -> None:
        backstage.execute(
            "UPDATE sessions SET last_used_at = now() - $3::text::interval"
            " WHERE workspace_id = $1 AND user_id = $2",
            office.workspace_id,
            office.mia.id,
            ago,
        )

    last_used("89 minutes 30 seconds")
    expect(200, within(office.nobody, session))
    last_used("90 minutes")
    [error] = refusal(within(office.nobody, session), 401)
    assert error["message"] == (
        "There is no access token associated with this request or the access token is not valid."
    )


def test_using_a_session_keeps_it_alive(office, number, backstage):
    session = logged_in(office, number)
    query = "workspace_id = $1 AND user_id = $2"
    place = (office.workspace_id, office.mia.id)
    backstage.execute(
        f"UPDATE sessions SET last_used_at = now() - interval '80 minutes' WHERE {query}", *place
    )
    expect(200, within(office.nobody, session))
    deadline = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=20)
    idle = f"SELECT now() - last_used_at FROM sessions WHERE {query}"
    while backstage.value(idle, *place) > dt.timedelta(minutes=1):
        assert dt.datetime.now(dt.UTC) < deadline, "its use was not written down"


def test_a_session_that_is_over_is_forgotten_at_the_next_login(office, number, backstage):
    logged_in(office, number, "bob@example.com")
    bobs, place = "WHERE workspace_id = $1 AND user_id = $2", (office.workspace_id, office.bob.id)
    backstage.execute(f"UPDATE sessions SET last_used_at = now() - interval '2 hours' {bobs}", *place)
    logged_in(office, number)
    assert backstage.value(f"SELECT count(*) FROM sessions {bobs}", *place) == 0


# ── logging out ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("body", [None, {}, {"anything": 1}])
def test_a_logout_is_an_empty_200_whatever_its_body(office, number, body):
    session = logged_in(office, number)
    answer = within(office.nobody, session, "PUT", "/logout", body)
    assert (answer.status_code, answer.content) == (200, b"")
    refusal(within(office.nobody, session), 401)
    refusal(within(office.nobody, session, "PUT", "/logout", body), 401)


def test_a_logout_without_a_session_is_refused(office):
    refusal(office.nobody.send("PUT", "/logout"), 401)


def test_logins_and_logouts_are_on_the_record(office, number, backstage):
    session = logged_in(office, number)
    within(office.nobody, session, "PUT", "/logout")
    events = backstage.rows(
        "SELECT verb, actor_id, after FROM events WHERE workspace_id = $1 AND entity = 'session'"
        " ORDER BY seq DESC LIMIT 2",
        office.workspace_id,
    )
    assert [(each["verb"], each["actor_id"]) for each in events] == [
        ("deleted", office.mia.id),
        ("created", office.mia.id),
    ]
    assert events[1]["after"] == '{"kind": "api"}'


# ── one identity, two ways in, both dialects ─────────────────────────────────────────────────────────────


def test_a_session_opens_the_task_api(office, number):
    headers = {"arena_session_id": logged_in(office, number)}
    task = expect(201, office.nobody.post("/tasks", {"title": "Check the torque"}, headers=headers))
    assert task["createdBy"] == office.mia.id
    assert office.mia.sees(task) == task


def test_a_key_opens_the_change_api_as_the_same_person(office, number):
    session = logged_in(office, number)
    change = expect(201, within(office.nobody, session, "POST", "/changes", {"title": "Case melting"}))
    assert change["creator"] == {
        "guid": office.mia.id,
        "email": "mia@example.com",
        "fullName": "Mia Lindqvist",
    }
    renamed = expect(200, office.mia.put(f"/changes/{change['guid']}", {"title": "Case deforming"}))
    assert renamed["title"] == "Case deforming"


@pytest.mark.parametrize("name", ["arena_session_id", "ARENA_SESSION_ID", "Arena_Session_Id"])
def test_the_header_may_be_written_in_any_case(office, number, name):
    expect(200, office.nobody.get("/changes", headers={name: logged_in(office, number)}))


@pytest.mark.parametrize("token", ["x", "sl_1_short", "0" * 64, "é" * 20, "x" * 10_000, "' OR ''='"])
def test_a_token_that_is_none_is_refused(office, token):
    headers = {b"arena_session_id": token.encode()}
    refusal(office.nobody.http.get("/v1/changes", headers=headers), 401)


def test_a_session_of_another_workspace_is_none_here(office, number):
    session = logged_in(office, number)
    elsewhere = f"sl_{office.workspace_id + 1:x}_{session.rsplit('_', 1)[1]}"
    refusal(within(office.nobody, elsewhere), 401)


def test_an_engineer_with_a_session_does_what_one_with_a_key_does(office, number):
    mia = Engineer(office, office.cast.mia)
    mia.session = logged_in(office, number)
    change = mia.makes_a_change()
    assert office.mia.sees_change(change) == mia.sees_change(change) == change
