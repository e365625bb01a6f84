"""What becomes of deliveries: looked at, replayed, attempted by a worker, and what came of it."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from punchlist.domain import deliveries as rules
from punchlist.domain import ids, limits
from punchlist.domain.context import Context, system_context
from punchlist.domain.deliveries import Attempt, Delivery, Outcome
from punchlist.domain.notices import Channel
from punchlist.domain.permissions import Action, to_nothing
from punchlist.domain.problems import Kind, Rejected
from punchlist.domain.queries import Page
from punchlist.domain.webhooks import GONE, Webhook, why_given_up
from punchlist.services.access import require
from punchlist.services.webhooks import disable_webhook, get_webhook
from punchlist.store import deliveries, jobs, webhooks
from punchlist.store.database import Executor
from punchlist.store.deliveries import Claimed, DeliveryFilter, Lane, Place

JOB = "deliver a webhook"


class DeliveryJob(NamedTuple):
    """What a job is told of the delivery that it is about."""

    workspace_id: int
    webhook_id: str
    delivery_id: str


def read_payload(payload: bytes) -> DeliveryJob:
    """The delivery that a job is about."""
    workspace_id, webhook_id, delivery_id = payload.decode().split(":")
    return DeliveryJob(int(workspace_id), webhook_id, delivery_id)


async def enqueue(
    db: Executor, about: Sequence[DeliveryJob], *, after: dt.timedelta = dt.timedelta(0)
) -> None:
    """Puts a job into the queue for each of some deliveries."""
    await jobs.enqueue(db, JOB, [":".join(map(str, each)).encode() for each in about], after=after)


async def list_deliveries(
    db: Executor, context: Context, webhook_id: str, wanted: DeliveryFilter, page: Page
) -> tuple[list[Delivery], int]:
    """The deliveries of one page, newest first, and how many there are on all pages."""
    webhook = await get_webhook(db, context, webhook_id)
    return await deliveries.list_(db, context.actor.workspace_id, webhook.id, wanted, page)


async def get_delivery(
    db: Executor, context: Context, webhook_id: str, delivery_id: str
) -> tuple[Delivery, str, list[Attempt]]:
    """A delivery, the body that is sent, and what came of each attempt, newest first."""
    webhook = await get_webhook(db, context, webhook_id)
    found = await _find(db, context, webhook, delivery_id)
    return *found, await deliveries.attempts(db, context.actor.workspace_id, delivery_id)


async def replay_delivery(db: Executor, context: Context, webhook_id: str, delivery_id: str) -> Delivery:
    """Makes a delivery due again, as if it had never been attempted."""
    webhook = await _for_replay(db, context, webhook_id)
    await _find(db, context, webhook, delivery_id)
    await _replay(db, context, webhook, [delivery_id])
    return (await _find(db, context, webhook, delivery_id))[0]


async def replay_span(
    db: Executor, context: Context, webhook_id: str, wanted: DeliveryFilter
) -> tuple[int, bool]:
    """Makes the deliveries of a span due again, the oldest first; how many, and whether there are more."""
    webhook = await _for_replay(db, context, webhook_id)
    most = limits.REPLAYED_AT_ONCE
    found = await deliveries.matching(db, context.actor.workspace_id, webhook.id, wanted, most=most + 1)
    await _replay(db, context, webhook, found[:most])
    return len(found[:most]), len(found) > most


async def _for_replay(db: Executor, context: Context, webhook_id: str) -> Webhook:
    require(context.actor, Action.UPDATE_WEBHOOK, to_nothing())
    webhook = await get_webhook(db, context, webhook_id)
    if not webhook.enabled:
        raise Rejected(Kind.WEBHOOK_DISABLED, id=webhook.id)
    return webhook


async def _replay(db: Executor, context: Context, webhook: Webhook, delivery_ids: list[str]) -> None:
    workspace_id = context.actor.workspace_id
    async with db.transaction() as tx:
        first = await deliveries.replay(tx, workspace_id, delivery_ids, context.now)
        await enqueue(tx, [DeliveryJob(workspace_id, webhook.id, each) for each in first])


async def _find(db: Executor, context: Context, webhook: Webhook, delivery_id: str) -> tuple[Delivery, str]:
    found = None
    if ids.is_id(delivery_id):
        found = await deliveries.find(db, context.actor.workspace_id, webhook.id, delivery_id)
    if found is None:
        raise Rejected(Kind.NOT_FOUND, entity="delivery", id=delivery_id)
    return found


async def claim(
    db: Executor, workspace_id: int, delivery_id: str, now: dt.datetime
) -> Claimed | Place | None:
    """Takes a delivery for oneself; where it stands if it cannot be taken now, and None if it is gone."""
    claimed = await deliveries.claim(db, workspace_id, delivery_id, now)
    if claimed is None:
        return await deliveries.place(db, workspace_id, delivery_id)
    if claimed.disabled_reason is not None:  # at the moment at which this delivery was written
        webhook_id = claimed.delivery.webhook_id
        await deliveries.give_up_all(db, workspace_id, webhook_id, claimed.disabled_reason, now)
        return None
    return claimed


async def record_attempt(
    db: Executor,
    workspace_id: int,
    claimed: Claimed,
    outcome: Outcome,
    *,
    jitter: float,
    now: dt.datetime,
    available: Sequence[Channel],
) -> None:
    """Writes what came of an attempt, and puts the next one into the queue if there is to be one.

    Over the `available` channels an endpoint's owner is told if it has failed for too long.
    """
    async with db.transaction() as tx:
        held = await deliveries.hold(tx, workspace_id, claimed.delivery.id)
        if held is None:  # its endpoint was removed meanwhile
            return
        tried = rules.after_attempt(held, outcome, jitter=jitter, now=now)
        await deliveries.insert_attempt(tx, workspace_id, tried.id, outcome, now)
        await deliveries.save(tx, workspace_id, tried)
        if tried.next_attempt_at is not None:
            job = DeliveryJob(workspace_id, tried.webhook_id, tried.id)
            await enqueue(tx, [job], after=tried.next_attempt_at - now)
    reason = await _note(db, workspace_id, claimed, outcome, now)
    if reason is not None:
        context = system_context(workspace_id, now)
        await disable_webhook(db, context, claimed.delivery.webhook_id, reason, available=available)


async def _note(
    db: Executor, workspace_id: int, claimed: Claimed, outcome: Outcome, now: dt.datetime
) -> str | None:
    """Notes what an attempt says of its endpoint; returns why nothing is to be sent to it any more, if so.

    After the delivery is let go of: whoever disables an endpoint holds it first and its deliveries then.
    """
    webhook_id = claimed.delivery.webhook_id
    if outcome.succeeded:
        if claimed.failing_since is not None:
            await webhooks.note_success(db, workspace_id, webhook_id)
        return None
    failing_since = await webhooks.note_failure(db, workspace_id, webhook_id, now)
    return GONE if outcome.status == 410 else why_given_up(failing_since, now)


async def next_of_lane(db: Executor, workspace_id: int, delivery: Delivery) -> str | None:
    """The delivery about the same thing to the same endpoint that is now first in line, if there is one."""
    return await deliveries.next_untried(db, workspace_id, Lane(delivery.webhook_id, delivery.entity_id))


async def next_after(db: Executor, job: DeliveryJob) -> str | None:
    """The delivery that is now first in the line of the one that a job is about, if there is one."""
    found = await deliveries.find(db, job.workspace_id, job.webhook_id, job.delivery_id)
    return None if found is None else await next_of_lane(db, job.workspace_id, found[0])


async def find_lost(db: Executor, now: dt.datetime) -> int:
    """Puts deliveries that no job will look at into the queue again; returns how many."""
    found = await deliveries.lost(db, JOB, now - dt.timedelta(minutes=1), most=limits.REPLAYED_AT_ONCE)
    await enqueue(db, [DeliveryJob(*each) for each in found])
    return len(found)


async def forget_old(db: Executor, workspace_id: int, now: dt.datetime) -> None:
    """Forgets what was sent of events when all deliveries of it have ended long ago."""
    await deliveries.forget_old(db, workspace_id, now)
