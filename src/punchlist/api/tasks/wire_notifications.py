"""The shapes of notifications and of how one wants to be told."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from punchlist.api.tasks.wire import Id, Instant
from punchlist.domain import limits
from punchlist.domain.notice_preferences import (
    Preferences,
    PreferencesWish,
    channels_of,
    masked,
)
from punchlist.domain.notice_texts import place
from punchlist.domain.notices import Channel, NoticeKind, Notification, SendState
from punchlist.domain.problems import Problem, Reason

Entity = Annotated[
    Literal["task", "implementation_task", "webhook"], Meta(description="What kind of thing it is about.")
]


class SendingOut(msgspec.Struct):
    """How a notification fares by mail or Apprise. What was overtaken before it got out is dropped."""

    channel: Literal["email", "apprise"]
    state: SendState


class NotificationOut(msgspec.Struct, rename="camel"):
    """Something that you were told. It keeps what it said, whatever becomes of the thing it is about."""

    id: Id
    kind: NoticeKind
    entity: Entity
    entity_id: Annotated[Id, Meta(description="The thing that it is about.")]
    change_id: Annotated[Id | None, Meta(description="The change of an implementation task.")]
    title: Annotated[str, Meta(description="What the thing was called then.")]
    due_date: Annotated[Instant | None, Meta(description="When the task was due then.")]
    created_at: Instant
    read_at: Annotated[Instant | None, Meta(description="Null while it is unread.")]
    deliveries: tuple[SendingOut, ...]
    url: Annotated[str, Meta(description="The path of the thing in this API.")]


class NotificationPatch(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """Whether you have read it."""

    read: bool | UnsetType = UNSET
    id: Any = UNSET
    kind: Any = UNSET
    entity: Any = UNSET
    entity_id: Any = UNSET
    change_id: Any = UNSET
    title: Any = UNSET
    due_date: Any = UNSET
    created_at: Any = UNSET
    read_at: Any = UNSET
    deliveries: Any = UNSET
    url: Any = UNSET


class ReadIn(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """Which of your unread notifications to mark as read: all, where nothing is said."""

    ids: (
        Annotated[
            tuple[Id, ...],
            Meta(
                description="Only these; those that are not yours are passed over.",
                extra_json_schema={"maxItems": limits.NOTIFICATIONS_READ_MAX},
            ),
        ]
        | UnsetType
    ) = UNSET
    until: Annotated[Instant, Meta(description="Only those made by then.")] | UnsetType = UNSET


class MarkedOut(msgspec.Struct):
    """How many notifications were marked."""

    marked: int


class UnreadOut(msgspec.Struct):
    """How many of your notifications are unread."""

    unread: int


Chosen = Annotated[
    tuple[Channel, ...],
    Meta(description="None: you are not told of this.", extra_json_schema={"maxItems": len(Channel)}),
]


class ChannelsOut(msgspec.Struct):
    """The channels by which you are told, of each kind."""

    reminder: Chosen
    overdue: Chosen
    assigned: Chosen
    webhook_disabled: Chosen


class ChannelsPatch(msgspec.Struct, forbid_unknown_fields=True):
    """The channels by which you want to be told; a kind left out is left alone."""

    reminder: Chosen | UnsetType = UNSET
    overdue: Chosen | UnsetType = UNSET
    assigned: Chosen | UnsetType = UNSET
    webhook_disabled: Chosen | UnsetType = UNSET


AppriseUrls = Annotated[
    tuple[Annotated[str, Meta(extra_json_schema={"maxLength": limits.APPRISE_URL_MAX})], ...],
    Meta(
        description="Where Apprise sends what goes by `apprise`. Shown as `service://…` with a fingerprint;"
        " sent back like that, an address stays.",
        extra_json_schema={"maxItems": limits.APPRISE_URLS_MAX},
    ),
]


class PreferencesOut(msgspec.Struct, rename="camel"):
    """How you are told."""

    channels: ChannelsOut
    apprise_urls: AppriseUrls
    available_channels: Annotated[
        tuple[Channel, ...], Meta(description="Those that this server has: `email` only with a mail server.")
    ]


class PreferencesPatch(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """Changes to how you are told. A field left out is left alone."""

    channels: ChannelsPatch | UnsetType = UNSET
    apprise_urls: AppriseUrls | UnsetType = UNSET
    available_channels: Any = UNSET


def _seconds(instant: dt.datetime | None) -> dt.datetime | None:
    return None if instant is None else instant.replace(microsecond=0)


def render_notification(told: Notification) -> NotificationOut:
    """A notification as the wire shows it."""
    return NotificationOut(
        id=told.id,
        kind=told.kind,
        entity=msgspec.convert(told.entity, Entity),
        entity_id=told.entity_id,
        change_id=told.parent_id,
        title=told.title,
        due_date=told.due_at,
        created_at=told.created_at.replace(microsecond=0),
        read_at=_seconds(told.read_at),
        deliveries=tuple(msgspec.convert(each, SendingOut, from_attributes=True) for each in told.sent),
        url=place(told),
    )


def render_preferences(preferences: Preferences, available: Sequence[Channel]) -> PreferencesOut:
    """Preferences as the wire shows them: what goes by now, and addresses without what is secret of them."""
    channels = {kind.value: channels_of(preferences, kind, available) for kind in NoticeKind}
    urls = tuple(map(masked, preferences.apprise_urls))
    return PreferencesOut(ChannelsOut(**channels), urls, tuple(available))


def preferences_wish(patch: PreferencesPatch, problems: tuple[Problem, ...]) -> PreferencesWish:
    """The wish that a body expresses."""
    return PreferencesWish(
        channels=UNSET if patch.channels is UNSET else _chosen(patch.channels),
        apprise_urls=patch.apprise_urls,
        problems=tuple(_UNREADABLE if each.field == "channels" else each for each in problems),
    )


_KINDS = ", ".join(kind.value for kind in NoticeKind)
_UNREADABLE = Problem(
    "channels",
    Reason.MALFORMED,
    {"expected": f"an object with any of {_KINDS}, each an array of {', '.join(Channel)}"},
)


def _chosen(patch: ChannelsPatch) -> dict[NoticeKind, tuple[Channel, ...]]:
    given = ((kind, getattr(patch, kind.value)) for kind in NoticeKind)
    return {kind: chosen for kind, chosen in given if chosen is not UNSET}
