"""Sessions: how long one lasts, and how wrong passwords are slowed down."""

import datetime as dt

import pytest

from punchlist.domain.sessions import (
    IDLE,
    WITHOUT_ACCESS,
    SessionKind,
    UserType,
    after_wrong_password,
    has_ended,
    is_shut,
)
from tests.unit.builders import NOW, SECOND
from tests.unit.change_builders import an_account

MINUTE = dt.timedelta(minutes=1)


@pytest.mark.parametrize(
    ("kind", "idle"), [(SessionKind.API, 90 * MINUTE), (SessionKind.WEB, dt.timedelta(days=14))]
)
def test_a_programs_session_ends_after_ninety_minutes_without_use_and_a_persons_after_two_weeks(kind, idle):
    assert not has_ended(kind, NOW, NOW)
    assert not has_ended(kind, NOW, NOW + idle - SECOND)
    assert has_ended(kind, NOW, NOW + idle)
    assert not has_ended(kind, NOW + SECOND, NOW)  # written by a server whose clock goes before ours


def test_every_kind_of_session_ends_some_time():
    assert set(IDLE) == set(SessionKind)


@pytest.mark.parametrize("tries", [0, 1, 2, 3])
def test_a_wrong_password_is_counted(tries):
    assert after_wrong_password(an_account(wrong_tries=tries), NOW) == (tries + 1, None)


@pytest.mark.parametrize("tries", [4, 5, 100])
def test_the_fifth_shuts_the_account_for_five_minutes_and_the_count_begins_anew(tries):
    assert after_wrong_password(an_account(wrong_tries=tries), NOW) == (0, NOW + 5 * MINUTE)


def test_an_account_is_shut_until_its_time_is_over():
    shut = an_account(shut_until=NOW)
    assert is_shut(shut, NOW - SECOND)
    assert not is_shut(shut, NOW)
    assert not is_shut(an_account(), NOW)


def test_only_suppliers_people_have_no_access():
    assert {"BASIC_SUPPLIER", "ADVANCED_SUPPLIER"} == WITHOUT_ACCESS
    assert set(UserType) - WITHOUT_ACCESS == {"EMPLOYEE", "PARTNER", "INTEGRATION"}
