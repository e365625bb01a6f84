"""What people were told: giving notices, and what may be asked of one's own."""

import datetime as dt
from collections.abc import Sequence

import msgspec

from punchlist.domain import ids
from punchlist.domain import notice_preferences as rules
from punchlist.domain.context import Context
from punchlist.domain.notice_preferences import Preferences, PreferencesWish
from punchlist.domain.notices import Channel, Notice, NoticeKind, Notification
from punchlist.domain.permissions import Action, to_notification
from punchlist.domain.problems import Kind, Rejected
from punchlist.domain.queries import Page
from punchlist.services.access import require
from punchlist.store import jobs, notice_preferences, notification_deliveries, notifications
from punchlist.store.database import Executor

ENTITY = "notification"
SEND = "send a notification"  # the job of one delivery


class Errand(msgspec.Struct, frozen=True, array_like=True):
    """What a job of the queue is about: one notification by one channel."""

    workspace_id: int
    notification_id: str
    channel: Channel


async def notify(
    tx: Executor,
    workspace_id: int,
    notices: Sequence[Notice],
    *,
    now: dt.datetime,
    available: Sequence[Channel],
) -> int:
    """Gives notices to their recipients by the channels they chose, each at most once; returns how many.

    Call it in the transaction of what the notices follow from. Who is disabled, gone, or wants no notice of
    a kind, gets none. What goes out by mail or Apprise becomes a job of the queue.
    """
    wanted = await _wanted(tx, workspace_id, notices, available)
    if not wanted:
        return 0
    rows = [(notice, Channel.IN_APP in channels) for notice, channels in wanted]
    given = await notifications.insert(tx, workspace_id, rows, now)
    outgoing = [
        (notification_id, channel)
        for notice, channels in wanted
        if (notification_id := given.get((notice.recipient_id, notice.once))) is not None
        for channel in channels
        if channel is not Channel.IN_APP
    ]
    if outgoing:
        await notification_deliveries.insert(tx, workspace_id, outgoing)
        errands = [msgspec.json.encode(Errand(workspace_id, *each)) for each in outgoing]
        await jobs.enqueue(tx, SEND, errands)
    return len(given)


async def _wanted(
    tx: Executor, workspace_id: int, notices: Sequence[Notice], available: Sequence[Channel]
) -> list[tuple[Notice, tuple[Channel, ...]]]:
    """The notices that their recipients want, each with its channels."""
    if not notices:
        return []
    chosen = await notice_preferences.find(tx, workspace_id, [notice.recipient_id for notice in notices])
    usual = Preferences()
    each = (
        (notice, rules.ways_of(chosen.get(notice.recipient_id, usual), notice.kind, available))
        for notice in notices
    )
    return [(notice, channels) for notice, channels in each if channels]


async def list_notifications(
    db: Executor,
    context: Context,
    *,
    unread: bool | None,
    kinds: tuple[NoticeKind, ...] | None,
    page: Page,
) -> tuple[list[Notification], int]:
    """One's own notifications of one page, newest first, and how many there are on all pages."""
    return await notifications.list_(db, context.actor, unread=unread, kinds=kinds, page=page)


async def count_unread(db: Executor, context: Context) -> int:
    """How many of one's own notifications are unread."""
    return await notifications.count_unread(db, context.actor.workspace_id, context.actor.id)


async def get_notification(db: Executor, context: Context, notification_id: str) -> Notification:
    """One notification, if it is one's own; else Rejected."""
    return await _get(db, context, Action.SEE_NOTIFICATION, notification_id)


async def mark_notification(
    db: Executor, context: Context, notification_id: str, *, read: bool
) -> Notification:
    """Marks one of one's own notifications as read or unread, and returns it."""
    await _get(db, context, Action.UPDATE_NOTIFICATION, notification_id)
    marked = await notifications.mark(
        db, context.actor.workspace_id, notification_id, read=read, now=context.now
    )
    if marked is None:
        raise Rejected(Kind.NOT_FOUND, entity=ENTITY, id=notification_id)
    return marked


async def mark_all(
    db: Executor, context: Context, *, only: tuple[str, ...] | None, until: dt.datetime | None
) -> int:
    """Marks one's own unread notifications as read: all, or of these ids, or up to an instant.

    Ids of others, or of nothing, are passed over. Returns how many were marked.
    """
    return await notifications.mark_many(
        db, context.actor.workspace_id, context.actor.id, now=context.now, only=only, until=until
    )


async def get_preferences(db: Executor, context: Context) -> Preferences:
    """How the actor wants to be told."""
    found = await notice_preferences.find(db, context.actor.workspace_id, [context.actor.id])
    return found.get(context.actor.id, Preferences())


async def update_preferences(
    db: Executor, context: Context, wish: PreferencesWish, *, available: Sequence[Channel], private: bool
) -> Preferences:
    """Changes how the actor wants to be told; raises Rejected with every problem found."""
    actor = context.actor
    async with db.transaction() as tx:
        await notice_preferences.hold(tx, actor.workspace_id, actor.id)
        present = await get_preferences(tx, context)
        changed = rules.apply(present, wish, available=available, private=private)
        if changed != present:
            await notice_preferences.save(tx, actor.workspace_id, actor.id, changed)
    return changed


async def _get(db: Executor, context: Context, action: Action, notification_id: str) -> Notification:
    workspace_id = context.actor.workspace_id
    found = None
    if ids.is_id(notification_id):
        found = await notifications.find(db, workspace_id, notification_id)
    if found is None:
        raise Rejected(Kind.NOT_FOUND, entity=ENTITY, id=notification_id)
    require(context.actor, action, to_notification(context.actor, found.user_id))
    return found
