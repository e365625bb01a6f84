"""What a user may be, when created and when changed."""

import datetime as dt

import msgspec
import pytest
from msgspec import UNSET

from punchlist.domain.permissions import Role
from punchlist.domain.problems import Problem, Reason
from punchlist.domain.users import User, UserChanges, apply, create, email_key
from tests.unit.builders import MIA, NOW, a_user, found_wrong, the_problem


def made(**fields) -> User:
    wished = UserChanges(**({"name": "Mia", "email": "mia@example.com"} | fields))
    return create(wished, user_id=MIA, now=NOW)


def changed(user: User, **fields) -> User:
    return apply(user, UserChanges(**fields), now=NOW)


def both_ways(**fields):
    """The problems of creating a user so, which must be those of changing one so."""
    on_creation = found_wrong(lambda: made(**fields))
    assert found_wrong(lambda: changed(a_user(), **fields)) == on_creation
    return on_creation


def test_a_user_of_name_and_address_is_a_member_who_works():
    assert made() == User(MIA, 1, "Mia", "mia@example.com", Role.MEMBER, False, NOW, NOW)


@pytest.mark.parametrize("role", Role)
def test_a_user_may_have_any_role(role):
    assert made(role=role).role is role
    assert changed(a_user(), role=role).role is role


def test_a_user_needs_name_and_address():
    problems = found_wrong(lambda: made(name=UNSET, email=UNSET))
    assert problems == [("name", Reason.REQUIRED), ("email", Reason.REQUIRED)]


def test_what_the_door_found_wrong_is_not_reported_as_missing_too():
    problems = (Problem("email", Reason.WRONG_TYPE, {"expected": "a string"}),)
    assert found_wrong(lambda: made(email=UNSET, problems=problems)) == [("email", Reason.WRONG_TYPE)]


@pytest.mark.parametrize("name", ["x", "x" * 100, " " + "x" * 100 + " ", "Žofie"])
def test_a_name_has_1_to_100_characters_once_trimmed(name):
    assert both_ways(name=name) == []
    assert made(name=name).name == name.strip()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", Reason.REQUIRED),
        (" ", Reason.REQUIRED),
        ("x" * 101, Reason.TOO_LONG),
        ("\0", Reason.NOT_STORABLE),
    ],
)
def test_any_other_name_is_refused(name, reason):
    assert both_ways(name=name) == [("name", reason)]


# 64 characters before the @, and 189 after it in labels of at most 63: 254 together.
LONGEST = f"{'a' * 64}@{'b' * 61}.{'c' * 63}.{'d' * 59}.com"


@pytest.mark.parametrize(
    "email",
    ["a@b.co", "Ada.Lovelace+orders@Example.com", "ada@plant.local", "žofie@příklad.cz", f" {LONGEST} "],
)
def test_an_address_is_valid_though_the_internet_may_not_know_its_domain(email):
    assert both_ways(email=email) == []


def test_the_longest_address_has_254_characters():
    assert len(LONGEST) == 254
    assert made(email=LONGEST).email == LONGEST
    assert both_ways(email=f"e{LONGEST}") == [("email", Reason.TOO_LONG)]


@pytest.mark.parametrize(
    "email",
    ["ada", "ada@", "@example.com", "ada@@example.com", "a b@example.com", "ada@exa mple.com", "a\0@b.co"],
)
def test_what_is_no_address_is_refused(email):
    (problem,) = both_ways(email=email)
    assert problem[0] == "email"
    assert problem[1] in (Reason.NOT_AN_EMAIL, Reason.NOT_STORABLE)


@pytest.mark.parametrize("email", ["", "  "])
def test_a_blank_address_is_none(email):
    assert both_ways(email=email) == [("email", Reason.REQUIRED)]


def test_an_address_keeps_the_case_it_was_given():
    assert made(email="Ada@Example.com").email == "Ada@example.com"  # domains know no case


@pytest.mark.parametrize(
    ("one", "other"), [("ada@example.com", "ADA@EXAMPLE.COM"), ("ß@b.co", "SS@b.co"), ("ž@b.co", "Ž@b.co")]
)
def test_two_addresses_are_one_whatever_their_case(one, other):
    assert email_key(one) == email_key(other)


def test_different_addresses_stay_different():
    assert email_key("ada@example.com") != email_key("ada@example.org")


def test_all_problems_come_together():
    problems = (Problem("role", Reason.NOT_ONE_OF, {"options": []}),)
    expected = [("role", Reason.NOT_ONE_OF), ("name", Reason.TOO_LONG), ("email", Reason.NOT_AN_EMAIL)]
    assert both_ways(name="x" * 101, email="ada", problems=problems) == expected


def test_a_change_raises_version_and_update_instant_and_nothing_else():
    user = a_user()
    assert changed(user, name="Mia B.") == msgspec.structs.replace(
        user, name="Mia B.", version=user.version + 1, updated_at=NOW
    )


def test_a_user_can_be_disabled_and_enabled_again():
    disabled = changed(a_user(), disabled=True)
    assert disabled.disabled
    assert not changed(disabled, disabled=False).disabled


def test_a_user_sent_back_as_they_are_is_the_very_same_user():
    user = a_user()
    assert changed(user) is user
    assert changed(user, name=f" {user.name} ", email=user.email, role=user.role, disabled=False) is user


def test_the_update_instant_never_goes_back_even_where_the_clock_does():
    user = a_user(updated_at=NOW + dt.timedelta(minutes=1))
    assert changed(user, name="New").updated_at == user.updated_at


def test_a_refusal_names_the_limit():
    assert the_problem(lambda: made(name="x" * 101)).facts == {"max": 100}
    assert the_problem(lambda: made(email=f"e{LONGEST}")).facts == {"max": 254}
