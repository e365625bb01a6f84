"""What the endpoints for notifications do."""

import datetime as dt

from msgspec import UNSET

from punchlist.api.common.bodies import decode
from punchlist.api.common.calls import Answer, Call
from punchlist.api.tasks import wire_notifications as wire
from punchlist.api.tasks.handlers import ok, page_answer
from punchlist.api.tasks.parameters import page_of
from punchlist.domain import ids, limits
from punchlist.domain.notice_preferences import offered
from punchlist.domain.notices import Channel
from punchlist.domain.problems import Kind, Problem, Reason, Rejected
from punchlist.services import notifications


async def list_notifications(call: Call) -> Answer:
    found, total = await notifications.list_notifications(
        call.db,
        call.context,
        unread=call.parameters.get("unread"),
        kinds=call.parameters.get("kind"),
        page=page_of(call),
    )
    return page_answer(call, [wire.render_notification(told) for told in found], total)


async def count_unread(call: Call) -> Answer:
    return ok(wire.UnreadOut(await notifications.count_unread(call.db, call.context)))


async def get_notification(call: Call) -> Answer:
    told = await notifications.get_notification(
        call.db, call.context, call.path_parameters["notification_id"]
    )
    return ok(wire.render_notification(told))


async def patch_notification(call: Call) -> Answer:
    patch, problems = decode(call.body, wire.NotificationPatch)
    if problems:
        raise Rejected(Kind.INVALID, problems)
    notification_id = call.path_parameters["notification_id"]
    if patch.read is UNSET:
        told = await notifications.get_notification(call.db, call.context, notification_id)
    else:
        told = await notifications.mark_notification(call.db, call.context, notification_id, read=patch.read)
    return ok(wire.render_notification(told))


async def mark_read(call: Call) -> Answer:
    wanted, problems = decode(call.body or b"{}", wire.ReadIn)
    only = None if wanted.ids is UNSET else wanted.ids
    if only is not None and len(only) > limits.NOTIFICATIONS_READ_MAX:
        problems += (Problem("ids", Reason.TOO_MANY, {"max": limits.NOTIFICATIONS_READ_MAX}),)
    if only is not None and not all(map(ids.is_id, only)):
        problems += (
            Problem("ids", Reason.MALFORMED, {"expected": "identifiers of 20 characters, 0-9 and A-Z"}),
        )
    until = None
    if wanted.until is not UNSET:
        try:
            until = wanted.until.astimezone(dt.UTC)
        except OverflowError:  # the first and last hours of the calendar have no UTC form
            problems += (Problem("until", Reason.NOT_AN_INSTANT),)
    if problems:
        raise Rejected(Kind.INVALID, problems)
    marked = await notifications.mark_all(call.db, call.context, only=only, until=until)
    return ok(wire.MarkedOut(marked))


def _available(call: Call) -> tuple[Channel, ...]:
    return offered(mail=call.state.settings.smtp_host is not None)


async def get_preferences(call: Call) -> Answer:
    preferences = await notifications.get_preferences(call.db, call.context)
    return ok(wire.render_preferences(preferences, _available(call)))


async def patch_preferences(call: Call) -> Answer:
    patch, problems = decode(call.body, wire.PreferencesPatch)
    preferences = await notifications.update_preferences(
        call.db,
        call.context,
        wire.preferences_wish(patch, problems),
        available=_available(call),
        private=call.state.settings.webhook_allow_private,
    )
    return ok(wire.render_preferences(preferences, _available(call)))
