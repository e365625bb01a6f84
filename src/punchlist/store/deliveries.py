"""Deliveries of webhooks in PostgreSQL: their messages, who attempts which, and what came of it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from punchlist.domain.deliveries import Attempt, Delivery, DeliveryState, Outcome
from punchlist.domain.limits import DELIVERIES_KEPT, DELIVERY_CLAIM
from punchlist.domain.queries import Page
from punchlist.store.database import Executor
from punchlist.store.jobs import SCHEMA
from punchlist.store.webhooks import Secrets

_COLUMNS = Delivery.__struct_fields__
_SELECTED = ", ".join(f"d.{name}" for name in _COLUMNS)


class Message(msgspec.Struct, frozen=True):
    """What is sent of the event at a position."""

    position: int
    type: str
    entity_id: str
    body: str


class Claimed(msgspec.Struct, frozen=True):
    """A delivery to be attempted now, with all that this takes."""

    delivery: Delivery
    url: str
    disabled_reason: str | None
    failing_since: dt.datetime | None
    secrets: Secrets
    previous_secret_until: dt.datetime | None
    body: str


class Place(msgspec.Struct, frozen=True):
    """Where a delivery that could not be claimed stands."""

    state: DeliveryState
    next_attempt_at: dt.datetime | None
    claimed_until: dt.datetime | None


class Lane(msgspec.Struct, frozen=True):
    """The deliveries to one endpoint about one thing, whose first attempts are made in their order."""

    webhook_id: str
    entity_id: str


class DeliveryFilter(msgspec.Struct, frozen=True):
    """Which deliveries: every filter given must hold. Both instants are of the event, and included, `until`
    with the whole second that begins there, for seconds are all that is shown of events' instants."""

    states: tuple[DeliveryState, ...] | None = None
    types: tuple[str, ...] | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None


def _delivery(row: Any) -> Delivery:
    values = dict(zip(_COLUMNS, row, strict=False))
    return Delivery(**values | {"state": DeliveryState(values["state"])})


_INSERT_MESSAGES = """
INSERT INTO webhook_messages (workspace_id, position, type, entity_id, body, created_at)
SELECT $1, new.position, new.type, new.entity_id, new.body, new.created_at
FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
    AS new (position, type, entity_id, body, created_at)
"""


async def insert_messages(
    tx: Executor, workspace_id: int, made: Sequence[tuple[Message, dt.datetime]]
) -> None:
    """Writes what is sent of some events, each with its event's instant."""
    await tx.execute(
        _INSERT_MESSAGES,
        workspace_id,
        [message.position for message, _ in made],
        [message.type for message, _ in made],
        [message.entity_id for message, _ in made],
        [message.body for message, _ in made],
        [at for _, at in made],
    )


_INSERT = """
INSERT INTO webhook_deliveries
    (workspace_id, id, webhook_id, position, type, entity_id, next_attempt_at, created_at)
SELECT $1, new.id, new.webhook_id, new.position, new.type, new.entity_id, new.at, new.at
FROM unnest($2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::timestamptz[])
    AS new (id, webhook_id, position, type, entity_id, at)
"""


async def insert(tx: Executor, workspace_id: int, made: Sequence[Delivery]) -> None:
    """Writes new deliveries, due at once."""
    await tx.execute(
        _INSERT,
        workspace_id,
        [each.id for each in made],
        [each.webhook_id for each in made],
        [each.position for each in made],
        [each.type for each in made],
        [each.entity_id for each in made],
        [each.created_at for each in made],
    )


# Nobody claims a first attempt while an earlier one of the same lane has not been made. An attempt under
# way has not been counted yet, so this holds between processes as well.
_BEFORE_IT = """
    SELECT 1 FROM webhook_deliveries e
    WHERE e.workspace_id = d.workspace_id AND e.webhook_id = d.webhook_id AND e.entity_id = d.entity_id
        AND e.state = 'pending' AND e.attempts = 0 AND e.position < d.position"""
_CLAIM = f"""
UPDATE webhook_deliveries d SET claimed_until = $4
FROM webhooks h
JOIN webhook_secrets s ON s.workspace_id = h.workspace_id AND s.webhook_id = h.id
CROSS JOIN webhook_messages m
WHERE d.workspace_id = $1 AND d.id = $2 AND d.state = 'pending'
    AND (d.claimed_until IS NULL OR d.claimed_until <= $3)
    AND (CASE WHEN d.attempts > 0 THEN d.next_attempt_at <= $3 ELSE NOT EXISTS ({_BEFORE_IT}) END)
    AND h.workspace_id = d.workspace_id AND h.id = d.webhook_id
    AND m.workspace_id = d.workspace_id AND m.position = d.position
RETURNING {_SELECTED}, h.url, h.disabled_reason, h.failing_since, s.secret, s.previous,
    h.previous_secret_until, m.body
"""


async def claim(db: Executor, workspace_id: int, delivery_id: str, now: dt.datetime) -> Claimed | None:
    """Takes a delivery that is due for oneself, for as long as an attempt may take; None if it cannot be."""
    row = await db.fetchrow(_CLAIM, workspace_id, delivery_id, now, now + DELIVERY_CLAIM)
    if row is None:
        return None
    rest = row[len(_COLUMNS) :]
    return Claimed(_delivery(row), rest[0], rest[1], rest[2], Secrets(rest[3], rest[4]), rest[5], rest[6])


_PLACE = """
SELECT d.state, d.next_attempt_at, d.claimed_until FROM webhook_deliveries d
WHERE d.workspace_id = $1 AND d.id = $2
"""


async def place(db: Executor, workspace_id: int, delivery_id: str) -> Place | None:
    """Where a delivery stands, or None when it is gone."""
    row = await db.fetchrow(_PLACE, workspace_id, delivery_id)
    return None if row is None else Place(DeliveryState(row[0]), row[1], row[2])


_HOLD = f"SELECT {_SELECTED} FROM webhook_deliveries d WHERE d.workspace_id = $1 AND d.id = $2 FOR UPDATE"


async def hold(tx: Executor, workspace_id: int, delivery_id: str) -> Delivery | None:
    """The delivery, held until the transaction ends; None when it is gone."""
    row = await tx.fetchrow(_HOLD, workspace_id, delivery_id)
    return None if row is None else _delivery(row)


_SAVE = """
UPDATE webhook_deliveries SET state = $3, attempts = $4, next_attempt_at = $5, last_attempt_at = $6,
    last_status = $7, last_error = $8, ended_at = $9, claimed_until = NULL
WHERE workspace_id = $1 AND id = $2
"""
_INSERT_ATTEMPT = """
INSERT INTO webhook_attempts (workspace_id, delivery_id, number, at, status, error, answer, milliseconds)
VALUES ($1, $2, (
    SELECT coalesce(max(number), 0) + 1 FROM webhook_attempts WHERE workspace_id = $1 AND delivery_id = $2
), $3, $4, $5, $6, $7)
"""


async def save(tx: Executor, workspace_id: int, new: Delivery) -> None:
    """Writes what became of a delivery that is held, and lets go of it."""
    await tx.execute(
        _SAVE,
        workspace_id,
        new.id,
        new.state,
        new.attempts,
        new.next_attempt_at,
        new.last_attempt_at,
        new.last_status,
        new.last_error,
        new.ended_at,
    )


async def insert_attempt(
    tx: Executor, workspace_id: int, delivery_id: str, outcome: Outcome, at: dt.datetime
) -> None:
    """Writes an attempt of a delivery that is held."""
    await tx.execute(
        _INSERT_ATTEMPT,
        workspace_id,
        delivery_id,
        at,
        outcome.status,
        outcome.error,
        outcome.answer,
        outcome.milliseconds,
    )


_NEXT_UNTRIED = """
SELECT d.id FROM webhook_deliveries d
WHERE d.workspace_id = $1 AND d.webhook_id = $2 AND d.entity_id = $3
    AND d.state = 'pending' AND d.attempts = 0
ORDER BY d.position LIMIT 1
"""


async def next_untried(db: Executor, workspace_id: int, lane: Lane) -> str | None:
    """The delivery of a lane whose first attempt is the next, or None when all have been made."""
    found: str | None = await db.fetchval(_NEXT_UNTRIED, workspace_id, lane.webhook_id, lane.entity_id)
    return found


_FIND = f"""
SELECT {_SELECTED}, m.body FROM webhook_deliveries d
JOIN webhook_messages m ON m.workspace_id = d.workspace_id AND m.position = d.position
WHERE d.workspace_id = $1 AND d.webhook_id = $2 AND d.id = $3
"""
_ATTEMPTS = """
SELECT number, at, status, error, answer, milliseconds FROM webhook_attempts
WHERE workspace_id = $1 AND delivery_id = $2 ORDER BY number DESC LIMIT 100
"""


async def find(
    db: Executor, workspace_id: int, webhook_id: str, delivery_id: str
) -> tuple[Delivery, str] | None:
    """A delivery of an endpoint, with the body that is sent; None when there is none of that id."""
    row = await db.fetchrow(_FIND, workspace_id, webhook_id, delivery_id)
    return None if row is None else (_delivery(row), row[-1])


async def attempts(db: Executor, workspace_id: int, delivery_id: str) -> list[Attempt]:
    """The attempts of a delivery (the last hundred), newest first."""
    return [Attempt(*row) for row in await db.fetch(_ATTEMPTS, workspace_id, delivery_id)]


def _conditions(webhook_id: str, wanted: DeliveryFilter, parameters: list[Any]) -> str:
    conditions = ["d.workspace_id = $1"]

    def bind(condition: str, value: Any) -> None:
        parameters.append(value)
        conditions.append(condition.format(f"${len(parameters)}"))

    bind("d.webhook_id = {}", webhook_id)
    if wanted.states is not None:
        bind("d.state = ANY({}::text[])", list(wanted.states))
    if wanted.types is not None:
        bind("d.type = ANY({}::text[])", list(wanted.types))
    if wanted.since is not None:
        bind("d.created_at >= {}", wanted.since)
    if wanted.until is not None:
        bind("d.created_at < {}::timestamptz + interval '1 second'", wanted.until)
    return " AND ".join(conditions)


async def list_(
    db: Executor, workspace_id: int, webhook_id: str, wanted: DeliveryFilter, page: Page
) -> tuple[list[Delivery], int]:
    """The deliveries of one page, newest first, and how many there are on all pages."""
    parameters: list[Any] = [workspace_id]
    where = _conditions(webhook_id, wanted, parameters)
    count = f"SELECT count(*) FROM webhook_deliveries d WHERE {where}"
    rows = await db.fetch(
        f"SELECT {_SELECTED}, ({count}) FROM webhook_deliveries d WHERE {where}"
        f" ORDER BY d.position DESC, d.id LIMIT {page.limit:d} OFFSET {page.offset:d}",
        *parameters,
    )
    total = rows[0][-1] if rows else await db.fetchval(count, *parameters)
    return [_delivery(row) for row in rows], total


_MATCHING = """
SELECT d.id FROM webhook_deliveries d
WHERE d.workspace_id = $1 AND d.webhook_id = $2 AND d.created_at >= $3
    AND d.created_at < $4::timestamptz + interval '1 second' AND d.state = ANY($5::text[])
ORDER BY d.position LIMIT $6
"""


async def matching(
    db: Executor, workspace_id: int, webhook_id: str, wanted: DeliveryFilter, *, most: int
) -> list[str]:
    """The ids of an endpoint's deliveries of a span and in some states, oldest first."""
    states = list(wanted.states or DeliveryState)
    rows = await db.fetch(_MATCHING, workspace_id, webhook_id, wanted.since, wanted.until, states, most)
    return [row[0] for row in rows]


_REPLAY = """
UPDATE webhook_deliveries d SET state = 'pending', attempts = 0, next_attempt_at = $3, ended_at = NULL
WHERE d.workspace_id = $1 AND d.id = ANY($2::text[])
RETURNING d.id, d.webhook_id, d.entity_id, d.position
"""


async def replay(tx: Executor, workspace_id: int, delivery_ids: list[str], now: dt.datetime) -> list[str]:
    """Makes deliveries due again from the start; returns the ids of those that are first in their lanes."""
    rows = await tx.fetch(_REPLAY, workspace_id, delivery_ids, now)
    return first_of_lanes((Lane(row[1], row[2]), row[3], row[0]) for row in rows)


def first_of_lanes(found: Iterable[tuple[Lane, int, str]]) -> list[str]:
    """Of deliveries, as (lane, position, id), the ids of those that come first in their lanes."""
    first: dict[Lane, str] = {}
    for lane, _, delivery_id in sorted(found, key=lambda each: each[1]):
        first.setdefault(lane, delivery_id)
    return list(first.values())


_GIVE_UP = """
UPDATE webhook_deliveries SET state = 'failed', last_error = $3, next_attempt_at = NULL, ended_at = $4,
    claimed_until = NULL
WHERE workspace_id = $1 AND webhook_id = $2 AND state = 'pending'
"""


async def give_up_all(
    tx: Executor, workspace_id: int, webhook_id: str, reason: str, now: dt.datetime
) -> None:
    """Ends all pending deliveries of an endpoint without another attempt."""
    await tx.execute(_GIVE_UP, workspace_id, webhook_id, reason, now)


# A job that is in the queue, taken or not, will look at its delivery; the queue itself sees to those whose
# worker died. So what is left to look for is deliveries without any.
_LOST = f"""
SELECT d.workspace_id, d.webhook_id, d.id FROM webhook_deliveries d
WHERE d.state = 'pending' AND d.next_attempt_at < $1 AND (d.claimed_until IS NULL OR d.claimed_until < $1)
    AND NOT EXISTS (
        SELECT 1 FROM {SCHEMA}.pgqueuer q
        WHERE q.entrypoint = $2
            AND q.payload = convert_to(concat_ws(':', d.workspace_id, d.webhook_id, d.id), 'UTF8')
    )
    AND (d.attempts > 0 OR NOT EXISTS (
        SELECT 1 FROM webhook_deliveries e
        WHERE e.workspace_id = d.workspace_id AND e.webhook_id = d.webhook_id AND e.entity_id = d.entity_id
            AND e.state = 'pending' AND e.attempts = 0 AND e.position < d.position
    ))
ORDER BY d.next_attempt_at, d.id LIMIT $3
"""


async def lost(db: Executor, job: str, before: dt.datetime, *, most: int) -> list[tuple[int, str, str]]:
    """Deliveries that were due before an instant and that no job will look at, in all workspaces: the ids of
    the workspace, of the endpoint, and their own."""
    return [(row[0], row[1], row[2]) for row in await db.fetch(_LOST, before, job, most)]


_FORGET = """
DELETE FROM webhook_messages m
WHERE m.workspace_id = $1 AND m.created_at < $2 AND NOT EXISTS (
    SELECT 1 FROM webhook_deliveries d
    WHERE d.workspace_id = m.workspace_id AND d.position = m.position
        AND (d.state = 'pending' OR d.ended_at > $2)
)
"""


async def forget_old(db: Executor, workspace_id: int, now: dt.datetime) -> None:
    """Removes messages whose deliveries have all ended long ago, with those deliveries."""
    await db.execute(_FORGET, workspace_id, now - DELIVERIES_KEPT)
