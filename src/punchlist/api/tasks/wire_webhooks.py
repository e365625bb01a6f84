"""The task dialect's shapes of webhooks and their deliveries."""

import datetime as dt
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from punchlist.api.tasks.wire import Id, Instant, UserId
from punchlist.domain import limits
from punchlist.domain.deliveries import Attempt, Delivery, DeliveryState
from punchlist.domain.problems import Problem
from punchlist.domain.publication import SELECTABLE
from punchlist.domain.webhooks import Webhook, WebhookWish


def _bounds(description: str, **schema: Any) -> Meta:
    return Meta(description=description, extra_json_schema=schema)


Url = Annotated[
    str,
    _bounds(
        "Where events are sent: `https` or `http`, without a user.",
        format="uri",
        minLength=1,
        maxLength=limits.WEBHOOK_URL_MAX,
    ),
]
EventName = Annotated[str, _bounds("A type of events, a family of them, or all.", enum=list(SELECTABLE))]
EventNames = Annotated[
    tuple[EventName, ...],
    _bounds("Duplicates are dropped, order is kept.", minItems=1, maxItems=limits.WEBHOOK_EVENTS_MAX),
]
WebhookDescription = Annotated[str, _bounds("What it is for.", maxLength=limits.WEBHOOK_DESCRIPTION_MAX)]
Secret = Annotated[str, Meta(description="What messages are signed with; it is shown this once.")]


class WebhookOut(msgspec.Struct, rename="camel"):
    """An endpoint that events are sent to, without its secret."""

    id: Id
    url: Url
    events: EventNames
    description: WebhookDescription | None
    enabled: bool
    disabled_reason: Annotated[str | None, Meta(description="Why nothing is sent any more.")]
    failing_since: Annotated[Instant | None, Meta(description="Of the first failure since a success.")]
    owner_id: Annotated[UserId | None, Meta(description="Who made it; null once that user is deleted.")]
    previous_secret_until: Annotated[
        Instant | None, Meta(description="Until when messages are signed with the secret before as well.")
    ]
    created_at: Instant
    updated_at: Instant


class NewWebhookOut(WebhookOut, rename="camel"):
    """An endpoint with its secret, which is shown this once."""

    secret: Secret


class WebhookPatch(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """What an endpoint is to be. A field left out is left alone."""

    url: Url | UnsetType = UNSET
    events: EventNames | UnsetType = UNSET
    description: WebhookDescription | UnsetType | None = UNSET
    enabled: (
        Annotated[bool, Meta(description="True gives a fresh start to one that has failed.")] | UnsetType
    ) = UNSET
    id: Any = UNSET
    disabled_reason: Any = UNSET
    failing_since: Any = UNSET
    owner_id: Any = UNSET
    previous_secret_until: Any = UNSET
    created_at: Any = UNSET
    updated_at: Any = UNSET


class WebhookIn(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """An endpoint to be made."""

    url: Url | UnsetType = UNSET
    events: EventNames | UnsetType = UNSET
    description: WebhookDescription | UnsetType | None = UNSET


class WebhookRotationIn(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """How long messages are signed with the old secret as well."""

    grace_hours: Annotated[
        float, _bounds("0 ends the old secret at once.", minimum=0, maximum=limits.WEBHOOK_GRACE_HOURS_MAX)
    ] = 24.0


class DeliveryOut(msgspec.Struct, rename="camel", kw_only=True):
    """What an endpoint is told of one event, and how far that has come."""

    id: Id
    webhook_id: Id
    message_id: Annotated[str, Meta(description="The header `webhook-id` of every attempt.")]
    type: str
    position: Annotated[int, Meta(description="The event's place in the record.")]
    entity_id: Id
    state: DeliveryState
    attempts: Annotated[int, Meta(description="Since it was made or last replayed.")]
    last_status: Annotated[int | None, Meta(description="What the receiver answered last.")]
    last_error: str | None
    last_attempt_at: Instant | None
    next_attempt_at: Instant | None
    ended_at: Instant | None
    created_at: Annotated[Instant, Meta(description="When the event happened.")]


class AttemptOut(msgspec.Struct, rename="camel"):
    """One attempt of a delivery."""

    number: int
    at: Instant
    status: int | None
    error: str | None
    answer: Annotated[
        str | None, _bounds("The beginning of what was answered.", maxLength=limits.DELIVERY_ANSWER_KEPT)
    ]
    milliseconds: int


class DeliveryDetailOut(DeliveryOut, rename="camel", kw_only=True):
    """A delivery with the very body that is sent, and what came of each attempt, newest first."""

    body: Annotated[str, Meta(description="JSON, as a text: signatures are of its bytes.")]
    attempt_log: list[AttemptOut]


class ReplayIn(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """Which deliveries to make again: of events of a span, both ends included."""

    from_: Instant | UnsetType = msgspec.field(default=UNSET, name="from")
    to: Instant | UnsetType = UNSET
    state: Annotated[str, _bounds("`failed` ones, or `all`.", enum=["failed", "all"])] = "failed"


class ReplayOut(msgspec.Struct, rename="camel"):
    """How many deliveries are made again, the oldest first, and whether the span has more of them."""

    count: Annotated[int, Meta(ge=0, le=limits.REPLAYED_AT_ONCE)]
    has_more: bool


def _second(instant: dt.datetime | None) -> dt.datetime | None:
    return None if instant is None else instant.astimezone(dt.UTC).replace(microsecond=0)


def _values(thing: Any, shape: type[msgspec.Struct]) -> dict[str, Any]:
    """The fields that a thing and its shape share, with instants in whole seconds."""
    names = set(shape.__struct_fields__) & set(thing.__struct_fields__)
    return {
        name: _second(value) if isinstance(value, dt.datetime) else value
        for name in names
        for value in (getattr(thing, name),)
    }


def render_webhook(webhook: Webhook) -> WebhookOut:
    """An endpoint as the wire shows it, without its secret."""
    return WebhookOut(**_values(webhook, WebhookOut))


def render_new_webhook(webhook: Webhook, secret: str) -> NewWebhookOut:
    """An endpoint as the wire shows it once."""
    return NewWebhookOut(**_values(webhook, WebhookOut), secret=secret)


def message_id(workspace_id: int, position: int) -> str:
    """What a message is called, whoever gets it and however often."""
    return f"msg_{workspace_id}_{position}"


def render_delivery(workspace_id: int, delivery: Delivery) -> DeliveryOut:
    """A delivery as a list shows it."""
    called = message_id(workspace_id, delivery.position)
    return DeliveryOut(**_values(delivery, DeliveryOut), message_id=called)


def render_delivery_detail(
    workspace_id: int, delivery: Delivery, body: str, attempts: list[Attempt]
) -> DeliveryDetailOut:
    """A delivery with all that is known of it."""
    return DeliveryDetailOut(
        **_values(delivery, DeliveryOut),
        message_id=message_id(workspace_id, delivery.position),
        body=body,
        attempt_log=[AttemptOut(**_values(each, AttemptOut)) for each in attempts],
    )


def webhook_wish(wanted: WebhookIn | WebhookPatch, problems: tuple[Problem, ...]) -> WebhookWish:
    """The wish that a body expresses."""
    return WebhookWish(
        url=wanted.url,
        events=wanted.events,
        description=wanted.description,
        enabled=wanted.enabled if isinstance(wanted, WebhookPatch) else UNSET,
        problems=problems,
    )
