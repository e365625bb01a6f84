"""Making deliveries: each attempt is one signed POST, and what came of it is written down."""

import asyncio
import datetime as dt
import logging
import random
from collections import Counter
from importlib import import_module
from time import monotonic
from typing import TYPE_CHECKING

from punchlist.api.tasks.wire_webhooks import message_id
from punchlist.domain import limits
from punchlist.domain.deliveries import DeliveryState, Outcome
from punchlist.domain.notice_preferences import offered
from punchlist.services import deliveries
from punchlist.services.deliveries import DeliveryJob
from punchlist.services.workspaces import find_workspaces
from punchlist.store.deliveries import Claimed, Place
from punchlist.worker.retrying import Retry
from punchlist.worker.state import WorkerState

if TYPE_CHECKING:
    from aiohttp import ClientSession

_random = random.random  # it spreads attempts, and keeps no secret
_log = logging.getLogger("punchlist.worker")

# Answers that say when to come again.
_ASK_TO_WAIT = frozenset({429, 503})
_GONE = 410
# How long a delivery steps aside: for one before it in its lane, or while its endpoint has enough in hand.
_ASIDE_SECONDS = 2.0
# First attempts of one lane that one job makes, one after the other, before others have their turn.
_IN_A_ROW = 20
_IN_A_ROW_SECONDS = 10.0  # after so long it begins with no other; a worker that stops waits for it

# Attempts under way in this process, by workspace and endpoint: one that is slow keeps no more than its
# share of the jobs that a process has in hand.
_under_way: Counter[tuple[int, str]] = Counter()


async def deliver(state: WorkerState, payload: bytes) -> None:
    """Attempts a delivery, and then those that waited for its first attempt.

    The row of the delivery says whether there is anything to do: a job may come twice, late or for nothing.
    """
    # A quarter of a second's loading, which only those pay who have a webhook, and nobody else waits for.
    outbound = await asyncio.to_thread(import_module, "punchlist.worker.outbound")
    job = deliveries.read_payload(payload)
    endpoint = (job.workspace_id, job.webhook_id)
    if _under_way[endpoint] >= limits.DELIVERIES_AT_ONCE:
        raise Retry(_aside())
    _under_way[endpoint] += 1
    try:
        async with outbound.session(
            allow_private=state.settings.webhook_allow_private, seconds=limits.DELIVERY_SECONDS
        ) as session:
            await _deliver_in_a_row(state, session, job)
    finally:
        _under_way[endpoint] -= 1
        if not _under_way[endpoint]:
            del _under_way[endpoint]


async def _deliver_in_a_row(state: WorkerState, session: "ClientSession", job: DeliveryJob) -> None:
    until = monotonic() + _IN_A_ROW_SECONDS
    claimed: Claimed | Place | None = await _claim_first(state, job)
    for left in reversed(range(_IN_A_ROW)):
        if not isinstance(claimed, Claimed):
            return  # whoever has claimed it sees to those that follow it
        outcome = await _attempt(state, session, job.workspace_id, claimed)
        await deliveries.record_attempt(
            state.db,
            job.workspace_id,
            claimed,
            outcome,
            jitter=_random(),
            now=state.now(),
            available=offered(mail=state.settings.smtp_host is not None),
        )
        following = await deliveries.next_of_lane(state.db, job.workspace_id, claimed.delivery)
        if following is None:
            return
        job = job._replace(delivery_id=following)
        if not left or monotonic() > until:
            break
        claimed = await deliveries.claim(state.db, job.workspace_id, following, state.now())
    await deliveries.enqueue(state.db, [job])


async def _claim_first(state: WorkerState, job: DeliveryJob) -> Claimed | None:
    """Claims a job's delivery or, where that has been made, the next in its line: whoever made it sees to
    those that follow, unless they died. Raises Retry where there is one to be made, only not now."""
    following: str | None = job.delivery_id
    for _ in range(2):
        if following is None:
            return None
        claimed = await deliveries.claim(state.db, job.workspace_id, following, state.now())
        if isinstance(claimed, Claimed):
            return claimed
        _step_aside(claimed, state.now())
        following = await deliveries.next_after(state.db, job)
    return None


def _step_aside(place: Place | None, now: dt.datetime) -> None:
    """Raises Retry where a delivery is still to be made, only not now."""
    if place is None or place.state is not DeliveryState.PENDING:
        return
    waits = [at - now for at in (place.next_attempt_at, place.claimed_until) if at is not None]
    raise Retry(max([_aside(), *waits]))


def _aside() -> dt.timedelta:
    return dt.timedelta(seconds=_ASIDE_SECONDS * (0.5 + _random() / 2))


async def _attempt(
    state: WorkerState, session: "ClientSession", workspace_id: int, claimed: Claimed
) -> Outcome:
    """Sends a message once, and says what came of it, whatever that was."""
    from punchlist.worker import outbound

    delivery = claimed.delivery
    body = claimed.body.encode()
    try:
        headers = _headers(workspace_id, claimed, state.now())
        answer = await outbound.post(
            session,
            claimed.url,
            body,
            headers,
            read=limits.DELIVERY_ANSWER_READ,
            keep=limits.DELIVERY_ANSWER_KEPT,
        )
    except outbound.NoAnswerError as error:
        return Outcome(error=str(error), final=error.refused)
    except Exception:  # counted like any other failure, or it would be tried for ever
        _log.exception("an attempt went wrong", extra={"delivery": delivery.id})
        return Outcome(error="The attempt went wrong on our side")
    wait = outbound.retry_after(answer.headers, state.now()) if answer.status in _ASK_TO_WAIT else None
    return Outcome(
        status=answer.status,
        answer=answer.text or None,
        retry_after=wait,
        final=answer.status == _GONE,
        milliseconds=round(answer.seconds * 1000),
    )


def _headers(workspace_id: int, claimed: Claimed, now: dt.datetime) -> dict[str, str]:
    """The headers of the Standard Webhooks specification, signed with each secret that is valid."""
    from standardwebhooks import Webhook

    called = message_id(workspace_id, claimed.delivery.position)
    secrets = [claimed.secrets.secret]
    until = claimed.previous_secret_until
    if claimed.secrets.previous is not None and until is not None and now < until:
        secrets.append(claimed.secrets.previous)
    at = now.astimezone(dt.UTC)
    return {
        "content-type": "application/json",
        "webhook-id": called,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(each).sign(called, at, claimed.body) for each in secrets),
    }


async def find_lost(state: WorkerState) -> None:
    """Sees to deliveries that have no job any more, as after a restored backup."""
    found = await deliveries.find_lost(state.db, state.now())
    if found:
        _log.info("deliveries without a job are taken up again", extra={"count": found})


async def forget_old(state: WorkerState) -> None:
    """Removes what was delivered, or given up, long ago."""
    for workspace in await find_workspaces(state.db, None):
        await deliveries.forget_old(state.db, workspace.id, state.now())
