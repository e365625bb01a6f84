"""What the endpoints for webhooks and their deliveries do."""

import datetime as dt

from msgspec import UNSET

from punchlist.api.common.bodies import decode
from punchlist.api.common.calls import Answer, Call
from punchlist.api.tasks import wire_webhooks as wire
from punchlist.api.tasks.handlers import grace_of, no_content, ok, page_answer
from punchlist.api.tasks.parameters import delivery_filter, page_of
from punchlist.domain import limits
from punchlist.domain.deliveries import DeliveryState
from punchlist.domain.problems import Kind, Problem, Reason, Rejected
from punchlist.services import deliveries, webhooks
from punchlist.store.deliveries import DeliveryFilter

_STATES = {"failed": (DeliveryState.FAILED,), "all": None}


async def list_webhooks(call: Call) -> Answer:
    found, total = await webhooks.list_webhooks(call.db, call.context, page_of(call))
    return page_answer(call, [wire.render_webhook(each) for each in found], total)


async def create_webhook(call: Call) -> Answer:
    wish = wire.webhook_wish(*decode(call.body, wire.WebhookIn))
    made = await webhooks.create_webhook(call.db, call.context, wish, allow_private=_allow_private(call))
    headers = {"location": f"/v1/webhooks/{made.webhook.id}"}
    return ok(wire.render_new_webhook(made.webhook, made.secret), 201, headers)


async def get_webhook(call: Call) -> Answer:
    found = await webhooks.get_webhook(call.db, call.context, call.path_parameters["webhook_id"])
    return ok(wire.render_webhook(found))


async def patch_webhook(call: Call) -> Answer:
    wish = wire.webhook_wish(*decode(call.body, wire.WebhookPatch))
    webhook_id = call.path_parameters["webhook_id"]
    allow_private = _allow_private(call)
    found = await webhooks.update_webhook(
        call.db, call.context, webhook_id, wish, allow_private=allow_private
    )
    return ok(wire.render_webhook(found))


async def delete_webhook(call: Call) -> Answer:
    await webhooks.delete_webhook(call.db, call.context, call.path_parameters["webhook_id"])
    return no_content()


async def rotate_secret(call: Call) -> Answer:
    grace_hours = grace_of(call, wire.WebhookRotationIn, limits.WEBHOOK_GRACE_HOURS_MAX)
    webhook_id = call.path_parameters["webhook_id"]
    made = await webhooks.rotate_secret(call.db, call.context, webhook_id, grace_hours=grace_hours)
    headers = {"location": f"/v1/webhooks/{made.webhook.id}"}
    return ok(wire.render_new_webhook(made.webhook, made.secret), 201, headers)


async def list_deliveries(call: Call) -> Answer:
    found, total = await deliveries.list_deliveries(
        call.db,
        call.context,
        call.path_parameters["webhook_id"],
        delivery_filter(call.parameters),
        page_of(call),
    )
    workspace_id = call.context.actor.workspace_id
    return page_answer(call, [wire.render_delivery(workspace_id, each) for each in found], total)


async def get_delivery(call: Call) -> Answer:
    named = call.path_parameters
    found = await deliveries.get_delivery(call.db, call.context, named["webhook_id"], named["delivery_id"])
    return ok(wire.render_delivery_detail(call.context.actor.workspace_id, *found))


async def replay_delivery(call: Call) -> Answer:
    named = call.path_parameters
    found = await deliveries.replay_delivery(call.db, call.context, named["webhook_id"], named["delivery_id"])
    return ok(wire.render_delivery(call.context.actor.workspace_id, found), 202)


async def replay_span(call: Call) -> Answer:
    wanted = span_of(*decode(call.body, wire.ReplayIn))
    count, has_more = await deliveries.replay_span(
        call.db, call.context, call.path_parameters["webhook_id"], wanted
    )
    return ok(wire.ReplayOut(count, has_more), 202)


def span_of(wanted: wire.ReplayIn, problems: tuple[Problem, ...]) -> DeliveryFilter:
    """The deliveries that a body means; raises Rejected with every problem found."""
    found = list(problems)
    given = {problem.field for problem in problems}
    ends = {"from": wanted.from_, "to": wanted.to}
    found += [
        Problem(name, Reason.REQUIRED) for name, at in ends.items() if at is UNSET and name not in given
    ]
    if wanted.state not in _STATES and "state" not in given:
        found.append(Problem("state", Reason.NOT_ONE_OF, {"options": list(_STATES)}))
    since, until = (_instant(name, at, found) for name, at in ends.items())
    if since is not None and until is not None and until < since:
        found.append(Problem("to", Reason.NOT_BEFORE, {"other": "from"}))
    if found:
        raise Rejected(Kind.INVALID, found)
    return DeliveryFilter(_STATES[wanted.state], None, since, until)


def _instant(name: str, at: object, found: list[Problem]) -> dt.datetime | None:
    """An instant in UTC, or None, and a problem where it lies outside of what UTC can say."""
    if not isinstance(at, dt.datetime):
        return None
    try:
        return at.astimezone(dt.UTC)
    except OverflowError:
        found.append(Problem(name, Reason.NOT_AN_INSTANT))
        return None


def _allow_private(call: Call) -> bool:
    return call.state.settings.webhook_allow_private
