"""When a delivery is tried again, and that each of them ends."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from punchlist.domain import limits
from punchlist.domain.deliveries import Delivery, DeliveryState, Outcome, after_attempt, pause_before
from tests.unit.builders import NOW

JITTERS = st.floats(0, 1, allow_nan=False)
RETRIES = st.integers(1, limits.DELIVERY_RETRIES)
FAILURES = st.one_of(
    st.builds(
        Outcome,
        status=st.sampled_from([100, 199, 300, 301, 400, 404, 429, 500, 503, 599]),
        retry_after=st.none() | st.timedeltas(dt.timedelta(0), dt.timedelta(days=400)),
    ),
    st.builds(Outcome, error=st.just("There was no answer in time")),
)


def pending(**fields) -> Delivery:
    values: dict[str, Any] = {
        "id": "D" * 20,
        "webhook_id": "W" * 20,
        "position": 1,
        "type": "task.created",
        "entity_id": "T" * 20,
        "state": DeliveryState.PENDING,
        "attempts": 0,
        "next_attempt_at": NOW,
        "last_attempt_at": None,
        "last_status": None,
        "last_error": None,
        "ended_at": None,
        "created_at": NOW,
    }
    return Delivery(**values | fields)


@pytest.mark.parametrize(
    ("retry", "seconds"), [(1, 5), (2, 20), (3, 80), (4, 320), (5, 1280), (6, 5120), (7, 14400), (12, 14400)]
)
def test_pauses_grow_fourfold_up_to_four_hours(retry, seconds):
    assert pause_before(retry, 0) == dt.timedelta(seconds=seconds)


@given(RETRIES, JITTERS, JITTERS)
def test_a_pause_is_bounded_and_never_shorter_than_the_one_before(retry, one, other):
    pause = pause_before(retry, one)
    assert limits.DELIVERY_FIRST_PAUSE <= pause <= limits.DELIVERY_PAUSE_MAX * 1.1
    if retry > 1 and pause_before(retry, 0) < limits.DELIVERY_PAUSE_MAX:
        assert pause > pause_before(retry - 1, other)
    assert pause_before(retry, 0) <= pause


def test_the_last_retry_comes_when_an_endpoint_has_failed_for_more_than_a_day():
    planned = sum((pause_before(retry, 0) for retry in range(1, limits.DELIVERY_RETRIES + 1)), dt.timedelta())
    assert limits.WEBHOOK_FAILING_MAX < planned < dt.timedelta(hours=27)


@given(st.lists(FAILURES, min_size=30, max_size=30), st.integers(0, 30), JITTERS)
def test_whatever_comes_of_its_attempts_a_delivery_ends(failures, successful, jitter):
    delivery, now, attempts = pending(), NOW, 0
    outcomes = [*failures[:successful], Outcome(status=200), *failures[successful:]]
    for outcome in outcomes:
        delivery = after_attempt(delivery, outcome, jitter=jitter, now=now)
        attempts += 1
        assert (delivery.next_attempt_at is None) == (delivery.state is not DeliveryState.PENDING)
        if delivery.state is not DeliveryState.PENDING:
            break
        assert now < delivery.next_attempt_at <= now + limits.DELIVERY_PAUSE_MAX * 1.1
        now = delivery.next_attempt_at
    assert delivery.state is not DeliveryState.PENDING
    assert delivery.ended_at == now
    assert attempts == delivery.attempts <= limits.DELIVERY_RETRIES + 1
    delivered = successful <= limits.DELIVERY_RETRIES
    assert delivery.state is (DeliveryState.DELIVERED if delivered else DeliveryState.FAILED)


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_a_two_hundred_is_a_success(status):
    delivered = after_attempt(pending(), Outcome(status=status), jitter=0, now=NOW)
    assert (delivered.state, delivered.last_status) == (DeliveryState.DELIVERED, status)
    assert (delivered.last_error, delivered.next_attempt_at) == (None, None)


@pytest.mark.parametrize("status", [199, 300, 302, 400, 500])
def test_anything_else_is_a_failure_that_is_tried_again(status):
    failed = after_attempt(pending(), Outcome(status=status), jitter=0, now=NOW)
    assert (failed.state, failed.last_error) == (DeliveryState.PENDING, f"The receiver answered {status}")
    assert failed.next_attempt_at == NOW + limits.DELIVERY_FIRST_PAUSE


def test_a_final_failure_is_not_tried_again():
    failed = after_attempt(pending(), Outcome(error="It is refused", final=True), jitter=0, now=NOW)
    assert (failed.state, failed.last_error) == (DeliveryState.FAILED, "It is refused")


@pytest.mark.parametrize(
    ("asked", "waited"),
    [
        (dt.timedelta(0), limits.DELIVERY_FIRST_PAUSE),
        (dt.timedelta(minutes=3), dt.timedelta(minutes=3)),
        (dt.timedelta(days=3), limits.DELIVERY_PAUSE_MAX),
    ],
)
def test_a_receiver_that_asks_for_a_pause_gets_it_within_bounds(asked, waited):
    failed = after_attempt(pending(), Outcome(status=429, retry_after=asked), jitter=0, now=NOW)
    assert failed.next_attempt_at == NOW + waited


def test_a_failure_after_the_end_changes_nothing_and_a_success_is_one():
    failed = pending(state=DeliveryState.FAILED, next_attempt_at=None, ended_at=NOW)
    later = NOW + dt.timedelta(seconds=3)
    assert after_attempt(failed, Outcome(status=500), jitter=0, now=later) == failed
    assert after_attempt(failed, Outcome(status=200), jitter=0, now=later).state is DeliveryState.DELIVERED
    delivered = after_attempt(pending(), Outcome(status=200), jitter=0, now=NOW)
    assert after_attempt(delivered, Outcome(status=500), jitter=0, now=later) == delivered
