"""The part of the performance that is about webhooks: what is told, attempted, replayed and forgotten."""

import datetime as dt

import msgspec

from punchlist.domain.comments import CommentChanges
from punchlist.domain.context import Context
from punchlist.domain.deliveries import DeliveryState, Outcome
from punchlist.domain.queries import Page
from punchlist.domain.tasks import TaskChanges
from punchlist.domain.webhooks import Webhook, WebhookWish
from punchlist.services import comments, deliveries, publishing, tasks, webhooks
from punchlist.services.publishing import Reader
from punchlist.store.database import Database
from punchlist.store.deliveries import Claimed, DeliveryFilter
from punchlist.worker.messages import write_messages

_PAST_THE_END = Page(10, 1000)


async def perform_webhooks(db: Database, ada: Context) -> None:
    """Uses everything there is about webhooks once."""
    ada = msgspec.structs.replace(ada, now=ada.now + dt.timedelta(days=3_650))  # after all the others
    made = await webhooks.create_webhook(
        db, ada, WebhookWish(url="https://example.com/", events=("*",)), allow_private=False
    )
    webhook = made.webhook
    for page in (Page(), _PAST_THE_END):
        assert (await webhooks.list_webhooks(db, ada, page))[1] == 1
    await webhooks.rotate_secret(db, ada, webhook.id, grace_hours=1)
    await _follow(db, ada.actor.workspace_id)
    task = await tasks.create_task(db, ada, TaskChanges(title="Order the seals"))
    await _follow(db, ada.actor.workspace_id)
    task = await tasks.update_task(db, ada, task.id, TaskChanges(title="Order all seals"), found=task)
    await comments.create_comment(db, ada, task, CommentChanges(body="Which?"))
    await _follow(db, ada.actor.workspace_id)
    await _attempt(db, ada, webhook)
    await _replay(db, ada, webhook)
    await deliveries.find_lost(db, ada.now + dt.timedelta(days=2))
    await deliveries.forget_old(db, ada.actor.workspace_id, ada.now)
    await webhooks.disable_webhook(db, ada, webhook.id, "For the sake of it", available=[])
    await webhooks.delete_webhook(db, ada, webhook.id)


async def _follow(db: Database, workspace_id: int) -> None:
    await publishing.follow(db, (Reader("webhooks", write_messages),), workspace_ids=[workspace_id])


async def _attempt(db: Database, ada: Context, webhook: Webhook) -> None:
    workspace_id = ada.actor.workspace_id
    found, total = await deliveries.list_deliveries(db, ada, webhook.id, DeliveryFilter(), Page())
    assert total == 3
    for outcome in (Outcome(status=500), Outcome(status=204)):
        claimed = await deliveries.claim(db, workspace_id, found[-1].id, ada.now + dt.timedelta(days=1))
        assert isinstance(claimed, Claimed)
        await deliveries.record_attempt(
            db, workspace_id, claimed, outcome, jitter=0, now=ada.now, available=[]
        )
    assert not isinstance(await deliveries.claim(db, workspace_id, found[-1].id, ada.now), Claimed)
    assert await deliveries.next_of_lane(db, workspace_id, found[-1]) == found[1].id


async def _replay(db: Database, ada: Context, webhook: Webhook) -> None:
    hour = dt.timedelta(hours=1)
    span = DeliveryFilter(tuple(DeliveryState), ("task.created",), ada.now - hour, ada.now + hour)
    found, total = await deliveries.list_deliveries(db, ada, webhook.id, span, Page())
    assert total == 1
    assert (await deliveries.list_deliveries(db, ada, webhook.id, span, _PAST_THE_END))[1] == 1
    await deliveries.get_delivery(db, ada, webhook.id, found[0].id)
    await deliveries.replay_delivery(db, ada, webhook.id, found[0].id)
    await deliveries.replay_span(db, ada, webhook.id, span)
