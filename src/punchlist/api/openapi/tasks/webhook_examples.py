"""Examples of webhooks: Ada has the build server told what becomes of tasks."""

import datetime as dt
from typing import Any

import msgspec

from punchlist.api.openapi.dialect import Example
from punchlist.api.tasks import wire_webhooks as wire
from punchlist.api.tasks.webhooks import span_of
from punchlist.domain import deliveries, webhooks
from punchlist.domain.deliveries import Attempt, Delivery, DeliveryState, Outcome
from punchlist.domain.problems import Rejected

_MADE = dt.datetime(2026, 1, 15, 9, 30, tzinfo=dt.UTC)
_TOLD = dt.datetime(2026, 1, 16, 8, 5, tzinfo=dt.UTC)

WEBHOOK_ID = "T5D0RW8ZK2QX7MJ4N1VB"
DELIVERY_ID = "J8XQ4ZT1W6KM0RD9N3VB"
_OWNER_ID = "B7M0XK2QZ9W4TD1VJ6RN"
_TASK_ID = "4TQ0N3XJ8KZP2M7RWD5B"
_SECRET = "whsec_VGhpc1NlY3JldElzQW5FeGFtcGxlQW5kTm9LZXkwMDA="  # noqa: S105  (of no endpoint)
_WORKSPACE_ID = 3

NEW_WEBHOOK = {
    "url": "https://build.example.com/hooks/punchlist",
    "events": ["task.*", "comment.created"],
    "description": "The build server",
}
CHANGED_WEBHOOK = {"events": ["task.updated"]}
ENABLED_AGAIN = {"enabled": True}
ROTATION = {"graceHours": 48}
REPLAY = {"from": "2026-01-16T00:00:00Z", "to": "2026-01-16T12:00:00Z"}


def _wish(body: dict[str, Any]) -> webhooks.WebhookWish:
    return wire.webhook_wish(msgspec.convert(body, wire.WebhookPatch), ())


_WEBHOOK = webhooks.create(
    _wish(NEW_WEBHOOK), webhook_id=WEBHOOK_ID, owner_id=_OWNER_ID, allow_private=False, now=_MADE
)
_CHANGED = webhooks.apply(_WEBHOOK, _wish(CHANGED_WEBHOOK), allow_private=False, now=_TOLD)
_ROTATED = webhooks.rotate(_WEBHOOK, grace=dt.timedelta(hours=48), now=_TOLD)

_PENDING = Delivery(
    id=DELIVERY_ID,
    webhook_id=WEBHOOK_ID,
    position=42,
    type="task.updated",
    entity_id=_TASK_ID,
    state=DeliveryState.PENDING,
    attempts=0,
    next_attempt_at=_TOLD,
    last_attempt_at=None,
    last_status=None,
    last_error=None,
    ended_at=None,
    created_at=_TOLD,
)
_REFUSED = Outcome(status=503, answer="Restarting", milliseconds=12)
_WAITING = deliveries.after_attempt(_PENDING, _REFUSED, jitter=0, now=_TOLD)
_ATTEMPT = Attempt(1, _TOLD, 503, None, "Restarting", 12)
_BODY = (
    '{"type":"task.updated","timestamp":"2026-01-16T08:05:00Z","data":{"task":{"id":"4TQ0N3XJ8KZP2M7RWD5B"}}}'
)


def _shown(value: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(value))


def _page(entry: Any) -> Any:
    pagination = {"total": 1, "limit": 10, "offset": 0, "hasMore": False}
    return {"data": [_shown(entry)], "pagination": pagination}


ANSWERS: dict[str, Any] = {
    "list_webhooks": _page(wire.render_webhook(_WEBHOOK)),
    "create_webhook": _shown(wire.render_new_webhook(_WEBHOOK, _SECRET)),
    "get_webhook": _shown(wire.render_webhook(_WEBHOOK)),
    "update_webhook": _shown(wire.render_webhook(_CHANGED)),
    "rotate_webhook_secret": _shown(wire.render_new_webhook(_ROTATED, _SECRET)),
    "list_deliveries": _page(wire.render_delivery(_WORKSPACE_ID, _WAITING)),
    "get_delivery": _shown(wire.render_delivery_detail(_WORKSPACE_ID, _WAITING, _BODY, [_ATTEMPT])),
    "replay_delivery": _shown(wire.render_delivery(_WORKSPACE_ID, _PENDING)),
    "replay_deliveries": _shown(wire.ReplayOut(17, False)),
}

BODIES: dict[str, dict[str, Example]] = {
    "create_webhook": {
        "some": Example("Some events", NEW_WEBHOOK),
        "all": Example("Everything", {"url": "https://audit.example.com/events", "events": ["*"]}),
    },
    "update_webhook": {
        "events": Example("Fewer events", CHANGED_WEBHOOK),
        "again": Example("Enabled again", ENABLED_AGAIN),
    },
    "rotate_webhook_secret": {
        "grace": Example("Two days to change over", ROTATION),
        "at_once": Example("The old secret ends now", {"graceHours": 0}),
    },
    "replay_deliveries": {
        "failed": Example("What failed in a night", REPLAY),
        "all": Example("Everything once more", REPLAY | {"state": "all"}),
    },
}


def bad_webhook() -> Rejected:
    """What the rules say of an endpoint that will not do."""
    wish = webhooks.WebhookWish(url="http://127.0.0.1/", events=("task.moved",))
    try:
        webhooks.create(wish, webhook_id="", owner_id=None, allow_private=False, now=_MADE)
    except Rejected as rejected:
        return rejected
    raise AssertionError(wish)


def bad_replay() -> Rejected:
    """What is said of a span that is none."""
    wanted = msgspec.convert({"from": REPLAY["to"], "to": REPLAY["from"]}, wire.ReplayIn)
    try:
        span_of(wanted, ())
    except Rejected as rejected:
        return rejected
    raise AssertionError(wanted)
