"""The endpoints for notifications."""

from functools import partial

from punchlist.api.common import parameters as read
from punchlist.api.common.endpoints import Endpoint
from punchlist.api.common.parameters import Parameter
from punchlist.api.tasks import notifications
from punchlist.api.tasks import wire_notifications as wire
from punchlist.api.tasks.parameters import PAGE
from punchlist.domain import limits
from punchlist.domain.keys import Scope
from punchlist.domain.notices import NoticeKind
from punchlist.domain.problems import Kind

_READ, _WRITE = Scope.TASKS_READ, Scope.TASKS_WRITE
_FORBIDDEN, _MISSING, _INVALID = Kind.PERMISSION_DENIED, Kind.NOT_FOUND, Kind.INVALID

_UNREAD = Parameter("unread", read.boolean, {"type": "boolean"}, "Only unread ones, or only those read.")
_KIND = Parameter(
    "kind",
    read.one_or_more_of(NoticeKind),
    {
        "type": "array",
        "items": {"type": "string", "enum": [kind.value for kind in NoticeKind]},
        "minItems": 1,
        "maxItems": limits.FILTER_VALUES_MAX,
    },
    "Of any of these kinds.",
)

_notification = partial(Endpoint, tag="Notifications")

LIST = (*PAGE, _UNREAD, _KIND)

ENDPOINTS: tuple[Endpoint, ...] = (
    _notification(method="GET", path="/v1/notifications", handler=notifications.list_notifications,
                  name="list_notifications", summary="List your notifications",
                  description="Newest first: reminders, what is overdue, what was assigned to you. Nobody"
                  " else's, whatever your role.",
                  scope=_READ, answers={200: list[wire.NotificationOut]},
                  parameters=LIST, paged=True),
    _notification(method="GET", path="/v1/notifications/unread-count", handler=notifications.count_unread,
                  name="count_unread_notifications", summary="Count your unread notifications",
                  scope=_READ, answers={200: wire.UnreadOut}),
    _notification(method="POST", path="/v1/notifications/read", handler=notifications.mark_read,
                  name="read_notifications", summary="Mark many notifications as read",
                  description="All that are unread; or those of `ids`, or those made up to `until`.",
                  scope=_WRITE, body=wire.ReadIn, body_required=False, answers={200: wire.MarkedOut},
                  refusals=(_INVALID,)),
    _notification(method="GET", path="/v1/notifications/preferences",
                  handler=notifications.get_preferences, name="get_notification_preferences",
                  summary="Read how you are told", scope=_READ, answers={200: wire.PreferencesOut}),
    _notification(method="PATCH", path="/v1/notifications/preferences",
                  handler=notifications.patch_preferences, name="update_notification_preferences",
                  summary="Change how you are told",
                  description="A field left out is left alone, and so is a kind. No channel for a kind: you"
                  " are not told of it.",
                  scope=_WRITE, body=wire.PreferencesPatch, answers={200: wire.PreferencesOut},
                  refusals=(_INVALID,)),
    _notification(method="GET", path="/v1/notifications/{notification_id}",
                  handler=notifications.get_notification, name="get_notification",
                  summary="Read a notification", scope=_READ, answers={200: wire.NotificationOut},
                  refusals=(_FORBIDDEN, _MISSING)),
    _notification(method="PATCH", path="/v1/notifications/{notification_id}",
                  handler=notifications.patch_notification, name="update_notification",
                  summary="Mark a notification as read or unread", scope=_WRITE,
                  body=wire.NotificationPatch, answers={200: wire.NotificationOut},
                  refusals=(_FORBIDDEN, _MISSING, _INVALID)),
)  # fmt: skip
