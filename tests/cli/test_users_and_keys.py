"""`punchlist user` and `punchlist key`, beside a running server and with a key that is used there."""

import re

import httpx
import pytest
from argon2 import PasswordHasher

from tests.cli.program import complains, ok, run, served
from tests.embedded.probes import ask

TOKEN = re.compile(r"pl_[0-9a-z]+_[0-9A-Za-z]{32}\n")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A data directory with a server on it, and Ada the admin in it."""
    data_dir = tmp_path_factory.mktemp("data")
    assert "add a first user" in complains("user", "list", "--data-dir", data_dir)
    add(data_dir, "Ada", "admin")
    with served(data_dir) as server:
        yield data_dir, server.url


@pytest.fixture
def data_dir(place):
    return place[0]


def add(data_dir, name, role="member"):
    words = ("--name", name, "--email", f"{name.lower()}@example.com", "--role", role)
    return ok("user", "add", *words, "--data-dir", data_dir, "--json").value


def get(place, path, token):
    return httpx.get(f"{place[1]}{path}", headers={"Authorization": f"Bearer {token.strip()}"})


def create_key(data_dir, *words):
    return ok("key", "create", "--user", "ada@example.com", "--name", "k", *words, "--data-dir", data_dir).out


def test_a_user_is_added_and_listed_for_people_and_for_programs(data_dir):
    added = add(data_dir, "Mia")
    assert (added["name"], added["role"], added["disabled"]) == ("Mia", "member", False)
    assert "mia@example.com" in ok("user", "list", "--data-dir", data_dir).out
    listed = ok("user", "list", "--role", "member", "--data-dir", data_dir, "--json").value
    assert added in listed
    assert {user["role"] for user in listed} == {"member"}


def test_a_refusal_is_one_sentence_in_the_words_of_the_api(data_dir):
    words = ("--name", " ", "--email", "nobody", "--data-dir", data_dir)
    assert "Name is required; Email must be a valid email address" in complains("user", "add", *words)
    words = ("--name", "A", "--email", "ADA@example.com", "--data-dir", data_dir)
    assert "already in use" in complains("user", "add", *words)


def test_a_password_is_read_from_standard_input_and_only_its_hash_is_kept(data_dir):
    words = (
        "user",
        "add",
        "--name",
        "Pia",
        "--email",
        "pia@example.com",
        "--password-stdin",
        "--data-dir",
        data_dir,
    )
    assert "at least 10 characters" in complains(*words, stdin="short\n")
    ok(*words, stdin="correct horse\n")  # the refused attempt left no user behind
    dsn = f"postgresql://punchlist@/punchlist?host={data_dir}/run&port=5432"
    found = ask(dsn, "SELECT hash FROM passwords JOIN users u ON u.id = user_id WHERE u.name = 'Pia'")
    assert PasswordHasher().verify(found, "correct horse")
    assert "horse" not in ask(dsn, "SELECT string_agg(after::text, ' ') FROM events")


def test_a_disabled_users_key_stops_at_once_and_works_again_when_enabled(place, data_dir):
    add(data_dir, "Bob")
    key = ok("key", "create", "--user", "bob@example.com", "--name", "k", "--data-dir", data_dir).out
    assert get(place, "/v1/tasks", key).status_code == 200
    ok("user", "disable", "BOB@example.com", "--data-dir", data_dir)
    assert get(place, "/v1/tasks", key).status_code == 401
    ok("user", "enable", "bob@example.com", "--data-dir", data_dir)
    assert get(place, "/v1/tasks", key).status_code == 200


def test_a_role_is_set_but_not_taken_from_the_last_admin(data_dir):
    add(data_dir, "Max")
    changed = ok("user", "set-role", "max@example.com", "manager", "--data-dir", data_dir, "--json").value
    assert changed["role"] == "manager"
    assert "last admin" in complains("user", "set-role", "ada@example.com", "member", "--data-dir", data_dir)
    assert "last admin" in complains("user", "disable", "ada@example.com", "--data-dir", data_dir)
    assert run("user", "set-role", "max@example.com", "boss", "--data-dir", data_dir).code == 2


def test_a_user_who_is_not_there_is_a_sentence(data_dir):
    assert "no user with the e-mail address x@y.z" in complains(
        "user", "disable", "x@y.z", "--data-dir", data_dir
    )


def test_a_new_key_is_all_that_is_printed_and_it_works(place, data_dir):
    printed = create_key(data_dir)
    assert TOKEN.fullmatch(printed)
    assert get(place, "/v1/users", printed).status_code == 200


def test_a_key_carries_what_it_was_made_with(place, data_dir):
    words = ("--scope", "tasks:read", "--scope", "users:read", "--expires", "2h", "--plan", "free")
    printed = create_key(data_dir, *words, "--cidr", "127.0.0.0/8")
    answer = get(place, "/v1/tasks", printed)
    assert answer.headers["x-ratelimit-limit"] == "60"
    sent = {"Authorization": f"Bearer {printed.strip()}"}
    refused = httpx.post(f"{place[1]}/v1/tasks", headers=sent, json={"title": "x"})
    assert refused.json()["error"]["code"] == "insufficient_scope"
    newest = ok("key", "list", "--user", "ada@example.com", "--data-dir", data_dir, "--json").value[0]
    assert newest["scopes"] == ["tasks:read", "users:read"]
    assert newest["networks"] == ["127.0.0.0/8"]
    assert newest["expiresAt"] is not None
    assert printed.strip().endswith(newest["hint"])
    assert get(place, "/v1/tasks", create_key(data_dir, "--cidr", "192.0.2.0/24")).status_code == 403


@pytest.mark.parametrize("expires", ["tomorrow", "2035-06-01", "2035-06-01T17:00:00", "5y"])
def test_an_end_that_is_no_instant_is_refused(data_dir, expires):
    words = ("key", "create", "--user", "ada@example.com", "--name", "k", "--expires", expires)
    assert "is no instant" in complains(*words, "--data-dir", data_dir)


def test_a_revoked_key_stops_at_once(place, data_dir):
    printed = create_key(data_dir)
    key_id = ok("key", "list", "--data-dir", data_dir, "--json").value[0]["id"]
    ok("key", "revoke", key_id, "--data-dir", data_dir)
    assert get(place, "/v1/tasks", printed).status_code == 401
    assert key_id in ok("key", "list", "--data-dir", data_dir).out
    assert "not found" in complains("key", "revoke", "NOPE", "--data-dir", data_dir)


@pytest.mark.parametrize(("grace", "then"), [("24", 200), ("0", 401)])
def test_a_rotated_key_is_printed_and_the_old_one_ends_after_the_grace(place, data_dir, grace, then):
    old = create_key(data_dir)
    key_id = ok("key", "list", "--data-dir", data_dir, "--json").value[0]["id"]
    new = ok("key", "rotate", key_id, "--grace-hours", grace, "--data-dir", data_dir).out
    assert TOKEN.fullmatch(new)
    assert get(place, "/v1/tasks", new).status_code == 200
    assert get(place, "/v1/tasks", old).status_code == then


def test_with_json_a_new_key_comes_with_its_facts(data_dir):
    words = ("key", "create", "--user", "ada@example.com", "--name", "for programs", "--data-dir", data_dir)
    made = ok(*words, "--json").value
    assert TOKEN.fullmatch(made["token"] + "\n")
    assert made["name"] == "for programs"


def test_a_workspace_that_is_not_there_is_a_sentence(data_dir):
    assert "no workspace 123" in complains("user", "list", "--workspace", "123", "--data-dir", data_dir)
