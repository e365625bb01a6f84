"""What a change becomes by itself: functions of a change and an instant; days begin in the Pacific."""

import datetime as dt

import pytest

from punchlist.domain.change_lifecycle import (
    ChangeStatus,
    Dates,
    Effectivity,
    due,
    end_of_day,
    start_of_day,
)
from punchlist.domain.changes import by_the_clock
from punchlist.services.sessions import next_midnight
from tests.unit.change_builders import a_change

SECOND = dt.timedelta(seconds=1)
DAY = dt.timedelta(days=1)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


# An instant, and where the day that it is in there begins and ends: 24 hours long, 23 and 25.
DAYS = {
    "a winter's day": ("2027-01-15T20:00:00", "2027-01-15T08:00:00", "2027-01-16T07:59:59"),
    "a summer's day": ("2027-07-15T20:00:00", "2027-07-15T07:00:00", "2027-07-16T06:59:59"),
    "its first second": ("2027-07-15T07:00:00", "2027-07-15T07:00:00", "2027-07-16T06:59:59"),
    "the second before": ("2027-07-15T06:59:59", "2027-07-14T07:00:00", "2027-07-15T06:59:59"),
    "the day before by UTC": ("2027-07-16T06:00:00", "2027-07-15T07:00:00", "2027-07-16T06:59:59"),
    "before the clocks go forward": ("2027-03-14T09:59:59", "2027-03-14T08:00:00", "2027-03-15T06:59:59"),
    "after the clocks went forward": ("2027-03-14T10:00:00", "2027-03-14T08:00:00", "2027-03-15T06:59:59"),
    "the day after that": ("2027-03-15T12:00:00", "2027-03-15T07:00:00", "2027-03-16T06:59:59"),
    "before the clocks go back": ("2027-11-07T08:30:00", "2027-11-07T07:00:00", "2027-11-08T07:59:59"),
    "the hour that is there twice": ("2027-11-07T09:30:00", "2027-11-07T07:00:00", "2027-11-08T07:59:59"),
    "after the clocks went back": ("2027-11-07T20:00:00", "2027-11-07T07:00:00", "2027-11-08T07:59:59"),
    "the eve of that day": ("2027-11-07T06:59:59", "2027-11-06T07:00:00", "2027-11-07T06:59:59"),
    "a leap day": ("2028-02-29T20:00:00", "2028-02-29T08:00:00", "2028-03-01T07:59:59"),
    "a new year": ("2028-01-01T07:59:59", "2027-12-31T08:00:00", "2028-01-01T07:59:59"),
}


@pytest.mark.parametrize("day", DAYS)
def test_a_day_begins_and_ends_at_midnight_pacific(day):
    instant, first, last = map(utc, DAYS[day])
    for zone in (dt.UTC, dt.timezone(dt.timedelta(hours=14)), dt.timezone(-DAY + SECOND)):
        assert start_of_day(instant.astimezone(zone)) == first
        assert end_of_day(instant.astimezone(zone)) == last


@pytest.mark.parametrize("day", DAYS)
def test_what_is_planned_for_a_day_happens_when_it_begins_and_not_a_second_before(day):
    instant, first, _ = map(utc, DAYS[day])
    dates = Dates(planned_effectivity_at=instant)

    def at(now: dt.datetime) -> ChangeStatus | None:
        return due(ChangeStatus.APPROVED, Effectivity.PERMANENT_ON_DATE, dates, now)

    assert at(first - SECOND) is None
    assert at(first - dt.timedelta(microseconds=1)) is None
    assert at(first) is ChangeStatus.EFFECTIVE
    assert at(first + 400 * DAY) is ChangeStatus.EFFECTIVE


@pytest.mark.parametrize("day", DAYS)
def test_what_expires_on_a_day_is_over_when_it_begins(day):
    instant, first, _ = map(utc, DAYS[day])
    dates = Dates(expiration_at=instant)
    assert due(ChangeStatus.EFFECTIVE, Effectivity.TEMPORARY, dates, first - SECOND) is None
    assert due(ChangeStatus.EFFECTIVE, Effectivity.TEMPORARY, dates, first) is ChangeStatus.EXPIRED


@pytest.mark.parametrize("day", DAYS)
def test_an_enforced_deadline_is_missed_at_the_last_second_of_its_day(day):
    instant, _, last = map(utc, DAYS[day])
    dates = Dates(approval_deadline_at=instant, enforce_approval_deadline=True)
    waiting = ChangeStatus.SUBMITTED_FOR_APPROVAL
    assert due(waiting, Effectivity.TEMPORARY, dates, last - SECOND) is None
    assert due(waiting, Effectivity.TEMPORARY, dates, last) is ChangeStatus.REJECTED


def test_a_deadline_that_is_not_enforced_is_only_a_wish():
    dates = Dates(approval_deadline_at=utc("2027-01-15T20:00:00"))
    assert due(ChangeStatus.SUBMITTED_FOR_APPROVAL, Effectivity.TEMPORARY, dates, utc("2099-01-01")) is None


@pytest.mark.parametrize("effectivity", Effectivity)
def test_an_approved_change_without_a_date_to_wait_for_is_effective_at_once(effectivity):
    assert due(ChangeStatus.APPROVED, effectivity, Dates(), utc("2027-01-01")) is ChangeStatus.EFFECTIVE


@pytest.mark.parametrize("effectivity", [Effectivity.PERMANENT_ON_APPROVAL, Effectivity.TEMPORARY])
def test_only_a_change_on_a_date_waits_for_one(effectivity):
    dates = Dates(planned_effectivity_at=utc("2099-01-01"))
    assert due(ChangeStatus.APPROVED, effectivity, dates, utc("2027-01-01")) is ChangeStatus.EFFECTIVE


@pytest.mark.parametrize(
    ("effectivity", "expires"),
    [
        (Effectivity.TEMPORARY, None),
        (Effectivity.PERMANENT_ON_APPROVAL, utc("2020-01-01")),
        (Effectivity.PERMANENT_ON_DATE, utc("2020-01-01")),
    ],
)
def test_what_is_permanent_or_has_no_end_never_expires(effectivity, expires):
    dates = Dates(expiration_at=expires)
    assert due(ChangeStatus.EFFECTIVE, effectivity, dates, utc("2099-01-01")) is None


LONG_AGO = utc("2020-01-01")
ALL_PAST = Dates(LONG_AGO, LONG_AGO, LONG_AGO, enforce_approval_deadline=True)


@pytest.mark.parametrize("effectivity", Effectivity)
@pytest.mark.parametrize("status", ChangeStatus)
def test_the_clock_makes_three_moves_and_no_other(status, effectivity):
    moved = due(status, effectivity, ALL_PAST, utc("2099-01-01"))
    expected = {"APPROVED": "EFFECTIVE", "SUBMITTED_FOR_APPROVAL": "REJECTED"}
    if effectivity == "TEMPORARY":
        expected["EFFECTIVE"] = "EXPIRED"
    assert moved == expected.get(status)


def test_the_clock_moves_a_change_with_all_that_its_new_status_brings():
    now = utc("2027-07-15T07:00:00")
    change = a_change(
        status=ChangeStatus.APPROVED,
        effectivity=Effectivity.PERMANENT_ON_DATE,
        planned_effectivity_at=utc("2027-07-15T20:00:00"),
    )
    assert by_the_clock(change, now - SECOND) is None
    moved = by_the_clock(change, now)
    assert moved is not None
    assert (moved.status, moved.status_at, moved.effective_at) == ("EFFECTIVE", now, now)
    assert moved.version == change.version + 1
    assert by_the_clock(moved, now) is None


def test_a_step_leads_to_the_next_where_that_is_due_too():
    change = a_change(
        status=ChangeStatus.APPROVED,
        effectivity=Effectivity.TEMPORARY,
        expiration_at=utc("2027-07-15T20:00:00"),
    )
    now = utc("2027-07-15T07:00:00")
    effective = by_the_clock(change, now)
    assert effective is not None
    expired = by_the_clock(effective, now)
    assert expired is not None
    assert (effective.status, expired.status) == ("EFFECTIVE", "EXPIRED")
    assert expired.effective_at == now
    assert by_the_clock(expired, now + 400 * DAY) is None


# --- the day of request limits ------------------------------------------------------------------------


@pytest.mark.parametrize("day", DAYS)
def test_the_day_of_request_limits_ends_at_the_next_midnight_there(day):
    instant, _, last = map(utc, DAYS[day])
    assert next_midnight(instant) == last + SECOND


def test_at_midnight_the_next_one_is_a_day_away():
    assert next_midnight(utc("2027-01-15T08:00:00")) == utc("2027-01-16T08:00:00")
