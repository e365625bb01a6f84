"""API keys: what may be made, when one works, from where, and what it carries."""

import datetime as dt

import msgspec
import pytest
from msgspec import UNSET

from punchlist.domain import limits
from punchlist.domain.keys import (
    ApiKey,
    KeyWish,
    Scope,
    admits,
    create,
    effective_scopes,
    end_after,
    is_live,
    revoke,
    succeed,
)
from punchlist.domain.plans import Plan
from punchlist.domain.problems import Problem, Reason
from tests.unit.builders import KEY_ID, LATER, MIA, NOW, SECOND, a_key, found_wrong, the_problem


def made(held: frozenset[Scope] | None = None, **fields) -> ApiKey:
    wished = KeyWish(**({"name": "Laptop"} | fields))
    return create(wished, key_id=KEY_ID, user_id=MIA, hint="x7Qa", held=held, now=NOW)


# --- what may be made ---------------------------------------------------------------------------------


def test_a_key_of_a_name_alone_allows_all_that_its_user_may_for_ever():
    assert made() == ApiKey(
        id=KEY_ID,
        version=1,
        user_id=MIA,
        name="Laptop",
        hint="x7Qa",
        scopes=(),
        networks=(),
        plan=None,
        created_at=NOW,
        updated_at=NOW,
        expires_at=None,
        revoked_at=None,
        last_used_at=None,
        replaced_by=None,
    )


def test_null_means_none_of_each():
    assert made(scopes=None, networks=None, plan=None, expires_at=None) == made()


def test_a_key_is_as_it_was_wished():
    key = made(scopes=(Scope.TASKS_READ,), networks=("192.0.2.0/24",), plan=Plan.FREE, expires_at=LATER)
    assert key.scopes == (Scope.TASKS_READ,)
    assert key.networks == ("192.0.2.0/24",)
    assert key.plan is Plan.FREE
    assert key.expires_at == LATER


@pytest.mark.parametrize("name", ["x", "x" * 100, "  " + "x" * 100])
def test_a_name_has_1_to_100_characters_once_trimmed(name):
    assert made(name=name).name == name.strip()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (UNSET, Reason.REQUIRED),
        ("", Reason.REQUIRED),
        (" ", Reason.REQUIRED),
        ("x" * 101, Reason.TOO_LONG),
        ("\0", Reason.NOT_STORABLE),
    ],
)
def test_any_other_name_is_refused(name, reason):
    assert found_wrong(lambda: made(name=name)) == [("name", reason)]


@pytest.mark.parametrize(
    ("network", "kept"),
    [
        ("192.0.2.0/24", "192.0.2.0/24"),
        (" 192.0.2.7 ", "192.0.2.7/32"),
        ("2001:DB8::/32", "2001:db8::/32"),
        ("192.0.2.0/255.255.255.0", "192.0.2.0/24"),
    ],
)
def test_a_network_is_kept_in_its_one_form(network, kept):
    assert made(networks=(network, kept)).networks == (kept,)


@pytest.mark.parametrize(
    "network",
    ["", "example.com", "192.0.2.0/33", "192.0.2.1/24", "192.0.2", "fe80::1%eth0", "fe80::1%\0", "::/129"],
)
def test_what_is_no_network_is_refused(network):
    assert found_wrong(lambda: made(networks=("192.0.2.0/24", network))) == [
        ("networks", Reason.NOT_A_NETWORK)
    ]


def test_a_key_is_bound_to_fifty_networks_at_most():
    networks = tuple(f"10.0.{place}.0/24" for place in range(limits.KEY_NETWORKS_MAX))
    assert made(networks=networks).networks == networks
    problem = the_problem(lambda: made(networks=(*networks, "10.1.0.0/24")))
    assert (problem.field, problem.reason, problem.facts) == ("networks", Reason.TOO_MANY, {"max": 50})


def test_a_key_expires_in_the_future_at_a_whole_second():
    assert made(expires_at=NOW + SECOND).expires_at == NOW.replace(microsecond=0) + SECOND
    for end in (NOW, NOW - SECOND, NOW + dt.timedelta(microseconds=1)):
        assert found_wrong(lambda end=end: made(expires_at=end)) == [("expires_at", Reason.NOT_IN_FUTURE)]


def test_an_expiry_that_has_no_utc_form_is_refused():
    end = dt.datetime(9999, 12, 31, 23, tzinfo=dt.timezone(dt.timedelta(hours=-14)))
    assert found_wrong(lambda: made(expires_at=end)) == [("expires_at", Reason.NOT_AN_INSTANT)]


def test_all_problems_come_together_and_none_twice():
    problems = (Problem("scopes", Reason.NOT_ONE_OF, {}), Problem("name", Reason.WRONG_TYPE, {}))
    wrong = found_wrong(
        lambda: made(
            held=frozenset({Scope.TASKS_READ}),
            name=UNSET,
            networks=("x",),
            expires_at=NOW,
            problems=problems,
        )
    )
    assert wrong == [
        ("scopes", Reason.NOT_ONE_OF),
        ("name", Reason.WRONG_TYPE),
        ("networks", Reason.NOT_A_NETWORK),
        ("expires_at", Reason.NOT_IN_FUTURE),
    ]


# --- scopes -------------------------------------------------------------------------------------------

IMPLIED = {
    "tasks:read": {"tasks:read"},
    "tasks:write": {"tasks:write", "tasks:read"},
    "users:read": {"users:read"},
    "users:write": {"users:write", "users:read"},
    "changes:read": {"changes:read"},
    "changes:write": {"changes:write", "changes:read"},
    "admin": {
        "tasks:read",
        "tasks:write",
        "users:read",
        "users:write",
        "changes:read",
        "changes:write",
        "admin",
    },
}


@pytest.mark.parametrize("scope", Scope)
def test_writing_includes_reading_and_admin_includes_everything(scope):
    assert effective_scopes((scope,)) == IMPLIED[scope.value]


def test_several_scopes_carry_what_each_of_them_does():
    assert effective_scopes((Scope.TASKS_WRITE, Scope.USERS_READ)) == {
        "tasks:write",
        "tasks:read",
        "users:read",
    }


def test_a_key_without_scopes_is_not_restricted():
    assert effective_scopes(()) is None


@pytest.mark.parametrize("scope", Scope)
def test_no_key_can_make_one_that_holds_more_than_itself(scope):
    for other in Scope:
        wrong = found_wrong(lambda other=other: made(held=effective_scopes((scope,)), scopes=(other,)))
        within = other.value in IMPLIED[scope.value]
        assert wrong == ([] if within else [("scopes", Reason.SCOPE_NOT_HELD)])


def test_a_restricted_key_cannot_make_an_unrestricted_one():
    for scopes in ((), None, UNSET):
        wrong = found_wrong(
            lambda scopes=scopes: made(held=frozenset({Scope.TASKS_WRITE, Scope.TASKS_READ}), scopes=scopes)
        )
        assert wrong == [("scopes", Reason.SCOPE_NOT_HELD)]


def test_an_unrestricted_key_and_an_admins_can_make_any():
    for held in (None, effective_scopes((Scope.ADMIN,))):
        for scopes in ((), tuple(Scope)):
            assert made(held=held, scopes=scopes).scopes == scopes


def test_a_scope_named_twice_is_held_once():
    assert made(scopes=(Scope.TASKS_READ, Scope.ADMIN, Scope.TASKS_READ)).scopes == (
        Scope.TASKS_READ,
        Scope.ADMIN,
    )


# --- where and when -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("networks", "address"),
    [
        ((), "203.0.113.9"),
        ((), None),
        (("192.0.2.0/24",), "192.0.2.0"),
        (("192.0.2.0/24",), "192.0.2.255"),
        (("192.0.2.0/24",), "::ffff:192.0.2.1"),
        (("10.0.0.0/8", "2001:db8::/32"), "2001:db8::1"),
        (("0.0.0.0/0",), "203.0.113.9"),
    ],
)
def test_a_key_is_admitted_from_its_networks_and_from_everywhere_without_any(networks, address):
    assert admits(networks, address)


@pytest.mark.parametrize(
    ("networks", "address"),
    [
        (("192.0.2.0/24",), "192.0.3.0"),
        (("192.0.2.0/24",), "192.0.1.255"),
        (("192.0.2.0/24",), "::ffff:192.0.3.1"),
        (("192.0.2.0/24",), "2001:db8::1"),
        (("0.0.0.0/0",), "2001:db8::1"),
        (("::/0",), "192.0.2.1"),
        (("192.0.2.0/24",), None),
        (("192.0.2.0/24",), ""),
        (("192.0.2.0/24",), "unix:"),
        (("192.0.2.0/24",), "192.0.2.1, 10.0.0.1"),
    ],
)
def test_a_key_is_admitted_from_nowhere_else(networks, address):
    assert not admits(networks, address)


def test_a_key_works_until_it_ends_and_not_at_that_instant():
    assert is_live(a_key(), NOW)
    assert is_live(a_key(expires_at=NOW + dt.timedelta(microseconds=1)), NOW)
    assert not is_live(a_key(expires_at=NOW), NOW)
    assert not is_live(a_key(revoked_at=NOW - SECOND), NOW)
    assert not is_live(a_key(revoked_at=NOW - SECOND, expires_at=LATER), NOW)


def test_a_revoked_key_has_ended():
    key = a_key(expires_at=LATER)
    assert revoke(key, now=NOW) == msgspec.structs.replace(
        key, version=key.version + 1, updated_at=NOW, revoked_at=NOW
    )


# --- rotation -----------------------------------------------------------------------------------------


def test_a_successor_has_the_same_rights_and_the_same_end():
    old = a_key(
        version=4,
        scopes=(Scope.TASKS_READ,),
        networks=("192.0.2.0/24",),
        plan=Plan.FREE,
        expires_at=LATER,
        last_used_at=NOW,
    )
    new = succeed(old, key_id="NEW00000000000000000", hint="b0b1", now=NOW)
    assert new == msgspec.structs.replace(
        old,
        id="NEW00000000000000000",
        version=1,
        hint="b0b1",
        created_at=NOW,
        updated_at=NOW,
        last_used_at=None,
    )


def test_a_replaced_key_works_until_its_grace_is_over():
    day = dt.timedelta(hours=24)
    ended = end_after(a_key(), day, successor_id="NEW00000000000000000", now=NOW)
    assert (ended.version, ended.updated_at) == (2, NOW)
    assert (ended.expires_at, ended.revoked_at) == (NOW + day, None)
    assert ended.replaced_by == "NEW00000000000000000"
    assert is_live(ended, NOW + day - SECOND)
    assert not is_live(ended, NOW + day)


def test_a_grace_never_makes_a_key_last_longer_than_it_would_have():
    soon = NOW + dt.timedelta(hours=1)
    ended = end_after(a_key(expires_at=soon), dt.timedelta(hours=24), successor_id="N" * 20, now=NOW)
    assert ended.expires_at == soon


def test_without_grace_a_replaced_key_ends_at_once():
    ended = end_after(a_key(), dt.timedelta(0), successor_id="N" * 20, now=NOW)
    assert ended.revoked_at == NOW
    assert not is_live(ended, NOW)
