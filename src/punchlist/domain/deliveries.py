"""Deliveries of webhooks: when each is tried again, and when it has ended."""

import datetime as dt
from enum import StrEnum

import msgspec

from punchlist.domain import limits


class DeliveryState(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class Delivery(msgspec.Struct, frozen=True):
    """What an endpoint is told of one event. `attempts` are those since it was made or last replayed.

    `next_attempt_at` is there while it is pending, and `ended_at` once it is not.
    """

    id: str
    webhook_id: str
    position: int
    type: str
    entity_id: str
    state: DeliveryState
    attempts: int
    next_attempt_at: dt.datetime | None
    last_attempt_at: dt.datetime | None
    last_status: int | None
    last_error: str | None
    ended_at: dt.datetime | None
    created_at: dt.datetime


class Outcome(msgspec.Struct, frozen=True):
    """What came of an attempt: a status, or an error where there was no answer.

    `answer` is the beginning of what the receiver said. A `final` failure is not tried again.
    """

    status: int | None = None
    error: str | None = None
    answer: str | None = None
    retry_after: dt.timedelta | None = None
    final: bool = False
    milliseconds: int = 0

    @property
    def succeeded(self) -> bool:
        return self.error is None and self.status is not None and 200 <= self.status < 300

    @property
    def said(self) -> str | None:
        """What is to be read about a failure."""
        if self.succeeded:
            return None
        return self.error or f"The receiver answered {self.status}"


class Attempt(msgspec.Struct, frozen=True):
    """One attempt, as it is kept."""

    number: int
    at: dt.datetime
    status: int | None
    error: str | None
    answer: str | None
    milliseconds: int


def pause_before(retry: int, jitter: float) -> dt.timedelta:
    """How long to wait before the n-th retry (from 1 on); `jitter`, from 0 to 1, adds up to a tenth.

    It adds and never takes away, so that the last retry comes no earlier than planned.
    """
    first, most = limits.DELIVERY_FIRST_PAUSE, limits.DELIVERY_PAUSE_MAX
    grown = limits.DELIVERY_PAUSE_GROWTH ** min(retry - 1, limits.DELIVERY_RETRIES)
    planned = min(first * float(grown), most)
    return dt.timedelta(seconds=planned.total_seconds() * (1 + jitter / 10))


def after_attempt(delivery: Delivery, outcome: Outcome, *, jitter: float, now: dt.datetime) -> Delivery:
    """What an attempt makes of a delivery: it has ended, or is to be tried again at an instant."""
    if delivery.state is not DeliveryState.PENDING and not outcome.succeeded:
        return delivery  # it has ended meanwhile: by another's attempt, or with its endpoint
    delivery = msgspec.structs.replace(
        delivery,
        attempts=delivery.attempts + 1,
        last_attempt_at=now,
        last_status=outcome.status,
        last_error=outcome.said,
    )
    if outcome.succeeded:
        return _ended(delivery, DeliveryState.DELIVERED, now)
    if outcome.final or delivery.attempts > limits.DELIVERY_RETRIES:
        return _ended(delivery, DeliveryState.FAILED, now)
    pause = pause_before(delivery.attempts, jitter)
    if outcome.retry_after is not None:
        pause = max(pause, min(outcome.retry_after, limits.DELIVERY_PAUSE_MAX))
    return msgspec.structs.replace(delivery, next_attempt_at=now + pause)


def _ended(delivery: Delivery, state: DeliveryState, now: dt.datetime) -> Delivery:
    return msgspec.structs.replace(delivery, state=state, next_attempt_at=None, ended_at=now)
