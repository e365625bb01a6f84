"""Users: POST, GET, PATCH of one, and the list."""

import pytest

from tests.support.builders import nobodys_id
from tests.support.client import expect, invalid, refused

NINA = {"name": "Nina Fischer", "email": "nina@example.com"}


def names(caller, **parameters):
    listed = expect(200, caller.get("/users", **({"limit": 100} | parameters)))
    assert listed["pagination"]["total"] == len(listed["data"])
    return [user["name"] for user in listed["data"]]


# ── creation ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_user_is_made_with_an_address_to_find_them_at(ada):
    answer = ada.post("/users", NINA | {"role": "manager"})
    user = expect(201, answer)
    assert answer.headers["location"] == f"/v1/users/{user['id']}"
    assert user == NINA | {
        "id": user["id"],
        "role": "manager",
        "createdAt": user["createdAt"],
        "updatedAt": user["createdAt"],
    }
    assert expect(200, ada.get(f"/users/{user['id']}")) == user


def test_a_new_user_is_a_member_unless_said_otherwise(ada):
    assert expect(201, ada.post("/users", NINA))["role"] == "member"


def test_what_only_the_server_sets_is_ignored(ada):
    user = expect(201, ada.post("/users", NINA | {"id": "mine", "createdAt": 1, "updatedAt": None}))
    assert user["id"] != "mine"


@pytest.mark.parametrize(
    ("field", "sent", "stored"),
    [
        ("name", "x", "x"),
        ("name", "x" * 100, "x" * 100),
        ("name", "  Nina \n", "Nina"),
        ("name", "Nina Øster-Müller 李", "Nina Øster-Müller 李"),
        ("email", " nina@example.com ", "nina@example.com"),
        ("email", "nina+lists@example.com", "nina+lists@example.com"),
        ("email", "nina@plant.local", "nina@plant.local"),
        ("email", "Nina.Fischer@Example.COM", "Nina.Fischer@example.com"),
        ("email", f"{'n' * 64}@{'d' * 63}.{'d' * 63}.{'d' * 57}.com", None),
        ("role", "admin", "admin"),
    ],
    ids=lambda value: f"{value!s:.20}",
)
def test_a_good_value_is_stored_by_post_and_by_patch(ada, field, sent, stored):
    stored = sent if stored is None else stored
    user = expect(201, ada.post("/users", NINA | {field: sent}))
    assert user[field] == stored
    other = expect(201, ada.post("/users", {"name": "Other", "email": "other@example.com"}))
    expect(204, ada.delete(f"/users/{user['id']}"))
    assert expect(200, ada.patch(f"/users/{other['id']}", {field: sent}))[field] == stored
    assert expect(200, ada.get(f"/users/{other['id']}"))[field] == stored


_EMAIL = "Email must be a valid email address"
_ROLE = "Role must be one of: admin, manager, member"


@pytest.mark.parametrize(
    ("field", "sent", "sentence"),
    [
        ("name", "", "Name is required"),
        ("name", "   ", "Name is required"),
        ("name", None, "Name is required"),
        ("name", "x" * 101, "Name must have at most 100 characters"),
        ("name", "nul\0", "Name must not contain NUL characters"),
        ("name", 7, "Name must be a string"),
        ("email", "", "Email is required"),
        ("email", None, "Email is required"),
        ("email", "nina", _EMAIL),
        ("email", "nina@", _EMAIL),
        ("email", "@example.com", _EMAIL),
        ("email", "nina@@example.com", _EMAIL),
        ("email", "nina fischer@example.com", _EMAIL),
        ("email", "nina@example..com", _EMAIL),
        ("email", "nina@example.com\n.org", _EMAIL),
        ("email", "nina\0@example.com", "Email must not contain NUL characters"),
        ("email", f"n@{'d' * 250}.com", "Email must have at most 254 characters"),
        ("email", ["nina@example.com"], "Email must be a string"),
        ("role", "owner", _ROLE),
        ("role", "Admin", _ROLE),
        ("role", None, "Role is required"),
        ("role", 1, _ROLE),
    ],
    ids=lambda value: f"{value!s:.20}",
)
def test_a_bad_value_is_refused_by_post_and_by_patch_and_changes_nothing(ada, field, sent, sentence):
    before = names(ada)
    assert invalid(ada.post("/users", NINA | {field: sent})) == {field: sentence}
    assert names(ada) == before
    user = expect(201, ada.post("/users", NINA))
    other = "name" if field != "name" else "email"
    wish = {field: sent, other: "changed@example.com"}
    assert invalid(ada.patch(f"/users/{user['id']}", wish)) == {field: sentence}
    assert expect(200, ada.get(f"/users/{user['id']}")) == user


def test_name_and_email_are_required_and_said_together(ada):
    assert invalid(ada.post("/users", {})) == {"name": "Name is required", "email": "Email is required"}
    details = invalid(ada.post("/users", {"role": "boss", "color": "red"}))
    assert set(details) == {"name", "email", "role", "color"}


def test_a_password_or_any_other_unknown_field_is_refused_by_name(ada):
    assert set(invalid(ada.post("/users", NINA | {"password": "x", "disabled": True}))) == {
        "password",
        "disabled",
    }


@pytest.mark.parametrize("email", ["nina@example.com", "NINA@EXAMPLE.COM", "Nina@Example.com"])
def test_an_address_is_taken_whatever_its_case(ada, email):
    expect(201, ada.post("/users", NINA))
    error = refused(409, "resource_conflict", ada.post("/users", {"name": "Other", "email": email}))
    assert error["message"] == "Email address is already in use by another user"
    assert names(ada, email=email) == ["Nina Fischer"]


def test_an_address_may_be_in_use_in_another_workspace(cast, ada):
    expect(201, cast.elsewhere().post("/users", NINA))
    expect(201, ada.post("/users", NINA))


# ── change ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_user_is_changed_field_by_field(ada, mia):
    before = expect(200, ada.get(f"/users/{mia.id}"))
    after = expect(200, ada.patch(f"/users/{mia.id}", {"name": "Mia M."}))
    assert after == before | {"name": "Mia M.", "updatedAt": after["updatedAt"]}
    after = expect(200, ada.patch(f"/users/{mia.id}", {"email": "m@example.com", "role": "manager"}))
    assert (after["name"], after["email"], after["role"]) == ("Mia M.", "m@example.com", "manager")
    assert expect(200, ada.get(f"/users/{mia.id}")) == after


@pytest.mark.parametrize("body", [{"id": "x"}, {"createdAt": 1, "updatedAt": "2001-01-01T00:00:00Z"}, {}])
def test_nothing_but_read_only_fields_is_answered_204_without_a_body(ada, mia, body):
    before = expect(200, ada.get(f"/users/{mia.id}"))
    answer = ada.patch(f"/users/{mia.id}", body)
    assert (answer.status_code, answer.content) == (204, b"")
    assert expect(200, ada.get(f"/users/{mia.id}")) == before


def test_a_user_that_was_read_can_be_sent_back_and_nothing_happens(ada, mia, backstage):
    user = expect(200, ada.get(f"/users/{mia.id}"))
    assert expect(200, ada.patch(f"/users/{mia.id}", user)) == user
    assert backstage.value("SELECT count(*) FROM events WHERE entity_id = $1", mia.id) == 1


def test_an_address_cannot_be_changed_to_one_that_is_taken_but_its_case_may_change(ada, mia, bob):
    refused(409, "resource_conflict", ada.patch(f"/users/{mia.id}", {"email": "BOB@example.com"}))
    assert expect(200, ada.get(f"/users/{mia.id}"))["email"] == mia.email
    assert (
        expect(200, ada.patch(f"/users/{mia.id}", {"email": "MIA@example.com"}))["email"] == "MIA@example.com"
    )


def test_an_address_that_was_given_up_is_free_again(ada, mia, bob):
    expect(200, ada.patch(f"/users/{mia.id}", {"email": "new@example.com"}))
    assert expect(200, ada.patch(f"/users/{bob.id}", {"email": mia.email}))["email"] == mia.email


def test_a_user_that_does_not_exist_is_404_and_named(ada, cast):
    for absent in (nobodys_id(), "x", cast.elsewhere().id):
        for answer in (
            ada.get(f"/users/{absent}"),
            ada.patch(f"/users/{absent}", {"name": "X"}),
            ada.delete(f"/users/{absent}"),
        ):
            error = refused(404, "resource_not_found", answer)
            assert error["message"] == f"User with ID '{absent}' not found"


def test_the_last_admin_cannot_lose_the_role_in_any_way(cast, ada):
    anna = cast.joins("Anna", "admin")
    expect(200, ada.patch(f"/users/{anna.id}", {"role": "manager"}))
    refused(403, "permission_denied", ada.patch(f"/users/{ada.id}", {"role": "manager"}))
    error = refused(409, "resource_conflict", ada.delete(f"/users/{ada.id}"))
    assert error["message"] == "The last admin cannot be removed"
    assert names(ada, role="admin") == ["Ada"]


def test_every_change_of_a_user_is_recorded(ada, mia, backstage):
    expect(200, ada.patch(f"/users/{mia.id}", {"name": "Mia M."}))
    events = backstage.rows("SELECT * FROM events WHERE entity_id = $1 ORDER BY seq", mia.id)
    assert [event["verb"] for event in events] == ["created", "updated"]
    assert (events[1]["before"], events[1]["after"]) == ('{"name": "Mia"}', '{"name": "Mia M."}')
    assert events[1]["actor_id"] == ada.id


# ── the list ─────────────────────────────────────────────────────────────────────────────────────────────


def test_users_are_listed_in_the_order_they_came_unless_asked_otherwise(ada):
    for name in ("Zora", "anton"):
        expect(201, ada.post("/users", {"name": name, "email": f"{name}@example.com"}))
    assert names(ada)[-2:] == ["Zora", "anton"]
    assert names(ada, sort="-createdAt")[:2] == ["anton", "Zora"]
    by_name = ["Ada", "anton", "Bob", "Charlie", "Max", "Mia", "Zora"]
    assert names(ada, sort="name") == by_name
    assert names(ada, sort="-name") == by_name[::-1]


def test_users_sort_by_address_and_by_change(ada, mia):
    expect(200, ada.patch(f"/users/{mia.id}", {"email": "aaa@example.com"}))
    assert names(ada, sort="email")[0] == "Mia"
    assert names(ada, sort="-updatedAt")[0] == "Mia"
    assert names(ada, sort="updatedAt")[-1] == "Mia"


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"email": "mia@example.com"}, ["Mia"]),
        ({"email": "MIA@Example.com"}, ["Mia"]),
        ({"email": "mia@example"}, []),
        ({"email": "%"}, []),
        ({"name": "a"}, ["Ada", "Charlie", "Max", "Mia"]),
        ({"name": "CHAR"}, ["Charlie"]),
        ({"name": "%"}, []),
        ({"name": "_"}, []),
        ({"role": "manager"}, ["Max"]),
        ({"role": "manager,admin"}, ["Ada", "Max"]),
        ({"role": "member", "name": "i"}, ["Charlie", "Mia"]),
        ({"role": "admin", "name": "Mia"}, []),
    ],
    ids=str,
)
def test_users_filter_by_exact_address_part_of_name_and_role(ada, filters, found):
    assert names(ada, sort="name", **filters) == found


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("role", "owner"),
        ("role", ""),
        ("role", "admin,"),
        ("email", ""),
        ("email", "x" * 255),
        ("name", ""),
        ("name", "x" * 101),
        ("name", "nul\0"),
        ("sort", "role"),
        ("sort", "id"),
        ("q", "x"),
        ("fields", "id"),
    ],
)
def test_a_bad_or_unknown_parameter_is_refused_by_name(ada, name, value):
    error = refused(400, "invalid_parameters", ada.get("/users", **{name: value}))
    assert set(error["details"]) == {name}


def test_a_manager_finds_no_admin_by_any_filter(max_):
    assert names(max_, role="admin") == []
    assert names(max_, email="ada@example.com") == []
