"""What may be asked of webhooks: make, list, change, rotate their secret, remove."""

import datetime as dt
import logging
import secrets as randomness
from collections.abc import Sequence

import msgspec

from punchlist.domain import events as record
from punchlist.domain import ids, limits
from punchlist.domain import webhooks as rules
from punchlist.domain.context import Context
from punchlist.domain.events import Entity, Verb
from punchlist.domain.notices import Channel
from punchlist.domain.permissions import Action, to_nothing
from punchlist.domain.problems import Kind, Rejected
from punchlist.domain.queries import Page
from punchlist.domain.webhooks import Webhook, WebhookWish
from punchlist.services.access import require
from punchlist.services.notifications import notify
from punchlist.store import deliveries, webhooks
from punchlist.store.database import Executor

_log = logging.getLogger("punchlist.webhooks")

_SECRET_BYTES = 32


class NewSecret(msgspec.Struct, frozen=True):
    """An endpoint with its newest secret, which is shown this once."""

    webhook: Webhook
    secret: str


async def list_webhooks(db: Executor, context: Context, page: Page) -> tuple[list[Webhook], int]:
    """The endpoints of one page, newest first, and how many there are on all pages."""
    require(context.actor, Action.SEE_WEBHOOK, to_nothing())
    return await webhooks.list_(db, context.actor.workspace_id, page)


async def get_webhook(db: Executor, context: Context, webhook_id: str) -> Webhook:
    """One endpoint; raises Rejected when there is none."""
    require(context.actor, Action.SEE_WEBHOOK, to_nothing())
    return await _get(db, context, webhook_id)


async def create_webhook(
    db: Executor, context: Context, wish: WebhookWish, *, allow_private: bool
) -> NewSecret:
    """Makes an endpoint; it gets what happens from then on. Raises Rejected with every problem found."""
    actor = context.actor
    require(actor, Action.CREATE_WEBHOOK, to_nothing())
    webhook = rules.create(
        wish,
        webhook_id=ids.new_id(),
        owner_id=actor.id or None,
        allow_private=allow_private,
        now=context.now,
    )
    if await webhooks.count(db, actor.workspace_id) >= limits.WEBHOOKS_MAX:
        raise Rejected(Kind.TOO_MANY_WEBHOOKS, max=limits.WEBHOOKS_MAX)
    secret = rules.new_secret(randomness.token_bytes(_SECRET_BYTES))
    async with db.transaction() as tx:
        event = record.created(Entity.WEBHOOK, webhook, context.now)
        await webhooks.insert(tx, context, webhook, secret, event)
    return NewSecret(webhook, secret)


async def update_webhook(
    db: Executor, context: Context, webhook_id: str, wish: WebhookWish, *, allow_private: bool
) -> Webhook:
    """Changes an endpoint; what is still to be sent to one that is switched off has failed with it."""
    require(context.actor, Action.UPDATE_WEBHOOK, to_nothing())
    for _ in range(limits.SAVE_ATTEMPTS_MAX):
        webhook = await _get(db, context, webhook_id)
        changed = rules.apply(webhook, wish, allow_private=allow_private, now=context.now)
        if changed is webhook or await _save(db, context, webhook, changed, Verb.UPDATED):
            return changed
    raise Rejected(Kind.CONCURRENT_CHANGE)


async def rotate_secret(db: Executor, context: Context, webhook_id: str, *, grace_hours: float) -> NewSecret:
    """Gives an endpoint a new secret; for `grace_hours` the one before it signs every message as well."""
    require(context.actor, Action.UPDATE_WEBHOOK, to_nothing())
    grace = dt.timedelta(hours=grace_hours)
    secret = rules.new_secret(randomness.token_bytes(_SECRET_BYTES))
    for _ in range(limits.SAVE_ATTEMPTS_MAX):
        webhook = await _get(db, context, webhook_id)
        rotated = rules.rotate(webhook, grace=grace, now=context.now)
        event = record.updated(Entity.WEBHOOK, webhook, rotated, rotated.updated_at, verb=Verb.ROTATED)
        async with db.transaction() as tx:
            if await webhooks.save(tx, context, webhook, rotated, event):
                await webhooks.rotate(tx, context.actor.workspace_id, webhook.id, secret, keep=bool(grace))
                return NewSecret(rotated, secret)
    raise Rejected(Kind.CONCURRENT_CHANGE)


async def delete_webhook(db: Executor, context: Context, webhook_id: str) -> None:
    """Removes an endpoint with its deliveries."""
    require(context.actor, Action.DELETE_WEBHOOK, to_nothing())
    for _ in range(limits.SAVE_ATTEMPTS_MAX):
        webhook = await _get(db, context, webhook_id)
        if await webhooks.delete(db, context, record.deleted(Entity.WEBHOOK, webhook, context.now)):
            return
    raise Rejected(Kind.CONCURRENT_CHANGE)


async def disable_webhook(
    db: Executor, context: Context, webhook_id: str, reason: str, *, available: Sequence[Channel]
) -> None:
    """Sends an endpoint nothing any more, for what it did; its owner is told, over the channels on offer."""
    for _ in range(limits.SAVE_ATTEMPTS_MAX):
        webhook = await webhooks.find(db, context.actor.workspace_id, webhook_id)
        if webhook is None or not webhook.enabled:
            return
        disabled = rules.disable(webhook, reason, now=context.now)
        notice = rules.disabled_notice(disabled)
        async with db.transaction() as tx:
            if await _save_in(tx, context, webhook, disabled, Verb.DISABLED):
                told = [] if notice is None else [notice]
                await notify(tx, context.actor.workspace_id, told, now=context.now, available=available)
                _log.warning("a webhook is disabled", extra={"webhook": webhook.id, "because": reason})
                return
    raise Rejected(Kind.CONCURRENT_CHANGE)


async def _save(db: Executor, context: Context, old: Webhook, new: Webhook, verb: Verb) -> bool:
    async with db.transaction() as tx:
        return await _save_in(tx, context, old, new, verb)


async def _save_in(tx: Executor, context: Context, old: Webhook, new: Webhook, verb: Verb) -> bool:
    """Writes a changed endpoint and, where it is enabled no longer, ends what was to be sent to it."""
    event = record.updated(Entity.WEBHOOK, old, new, new.updated_at, verb=verb)
    if not await webhooks.save(tx, context, old, new, event):
        return False
    if new.disabled_reason is not None and old.enabled:
        workspace_id = context.actor.workspace_id
        await deliveries.give_up_all(tx, workspace_id, new.id, new.disabled_reason, context.now)
    return True


async def _get(db: Executor, context: Context, webhook_id: str) -> Webhook:
    found = await webhooks.find(db, context.actor.workspace_id, webhook_id) if ids.is_id(webhook_id) else None
    if found is None:
        raise Rejected(Kind.NOT_FOUND, entity=Entity.WEBHOOK, id=webhook_id)
    return found
