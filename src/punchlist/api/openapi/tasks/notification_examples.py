"""The story goes on: Grace is told of the task that Ada gave her, and says how she wants to be told."""

import datetime as dt
from typing import Any

import msgspec

from punchlist.api.openapi.dialect import Example
from punchlist.api.openapi.tasks import examples
from punchlist.api.openapi.tasks.examples import shown
from punchlist.api.tasks import wire_notifications as wire
from punchlist.api.tasks.parameters import pagination
from punchlist.domain import notice_preferences as rules
from punchlist.domain.events import Entity
from punchlist.domain.notice_preferences import Preferences
from punchlist.domain.notices import Channel, NoticeKind, Notification, SendState, Sent
from punchlist.domain.queries import Page

ID = "M2ZK8TQ0XW7N4VJ1RD9B"

_TOLD = Notification(
    id=ID,
    user_id=examples.GRACE_ID,
    kind=NoticeKind.ASSIGNED,
    entity=Entity.TASK,
    entity_id=examples.TASK_ID,
    parent_id=None,
    title=examples.TASK.title,
    due_at=examples.TASK.due_at,
    created_at=examples.OPENED + dt.timedelta(seconds=4),
    read_at=None,
    sent=(Sent(Channel.EMAIL, SendState.SENT),),
)
_READ = msgspec.structs.replace(_TOLD, read_at=examples.STARTED)

_ALL = tuple(Channel)
_WISH: dict[str, Any] = {
    "channels": {"reminder": ["in_app", "email", "apprise"], "assigned": []},
    "appriseUrls": ["ntfys://ntfy.example.com/benches"],
}


def _wish(body: dict[str, Any]) -> rules.PreferencesWish:
    return wire.preferences_wish(msgspec.convert(body, wire.PreferencesPatch), ())


_CHOSEN = rules.apply(Preferences(), _wish(_WISH), available=_ALL, private=False)

ANSWERS: dict[str, Any] = {
    "list_notifications": shown(
        {"data": [wire.render_notification(_TOLD)], "pagination": pagination(Page(), 1)}
    ),
    "count_unread_notifications": shown(wire.UnreadOut(1)),
    "read_notifications": shown(wire.MarkedOut(1)),
    "get_notification": shown(wire.render_notification(_TOLD)),
    "update_notification": shown(wire.render_notification(_READ)),
    "get_notification_preferences": shown(wire.render_preferences(Preferences(), _ALL)),
    "update_notification_preferences": shown(wire.render_preferences(_CHOSEN, _ALL)),
}

BODIES: dict[str, dict[str, Example]] = {
    "read_notifications": {
        "all": Example("All", {}),
        "some": Example("These", {"ids": [ID]}),
        "until": Example("What was there when you looked", {"until": "2026-01-16T08:05:00Z"}),
    },
    "update_notification": {
        "read": Example("You have read it", {"read": True}),
        "unread": Example("You want to come back to it", {"read": False}),
    },
    "update_notification_preferences": {
        "choose": Example("To your telephone as well, and nothing about what is assigned to you", _WISH),
        "back": Example("Send back what was read", shown(wire.render_preferences(_CHOSEN, _ALL))),
    },
}
