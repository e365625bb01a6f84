"""What notices ask of the store: alarms that follow the record and go off, what was told, and its sending."""

import datetime as dt

from msgspec.structs import replace

from punchlist.domain.context import Context
from punchlist.domain.notice_preferences import PreferencesWish
from punchlist.domain.notices import Channel, NoticeKind, SendState
from punchlist.domain.permissions import Actor, Role
from punchlist.domain.queries import Page
from punchlist.domain.tasks import TaskChanges
from punchlist.domain.users import UserChanges
from punchlist.services import notices, notifications, publishing, tasks, users
from punchlist.services.notifications import list_notifications
from punchlist.services.publishing import Reader
from punchlist.store import alarms, notification_deliveries
from punchlist.store.database import Database

_EVERY = tuple(Channel)


async def perform_notices(db: Database, workspace_id: int, now: dt.datetime) -> None:
    """Reminds somebody of a task, and lets them read it."""
    operator = Context(Actor(workspace_id, "", Role.ADMIN), now)
    made = await users.create_user(db, operator, UserChanges(name="Told", email="told@example.com"))
    told = Context(Actor(workspace_id, made.id, Role.MEMBER), now)
    everything = PreferencesWish(
        channels={NoticeKind.REMINDER: _EVERY}, apprise_urls=("json://192.0.2.1/told",)
    )
    await notifications.update_preferences(db, told, everything, available=_EVERY, private=True)
    due = now + dt.timedelta(days=1)
    wish = TaskChanges(title="Check the torque", assignee_id=made.id, due_at=due, warning_hours=2.0)
    await tasks.create_task(db, operator, wish)
    await publishing.follow(db, (Reader("notices", notices.follow),), workspace_ids=[workspace_id])
    assert workspace_id in await alarms.workspaces_due(db, due)
    for at in (due - dt.timedelta(hours=3), due - dt.timedelta(hours=1), due):
        await notices.ring_in(db, workspace_id, at, _EVERY)
    await _read(db, told)
    for days in (100, 1_000):
        await notices.forget_old(db, workspace_id, now + dt.timedelta(days=days))


async def _read(db: Database, told: Context) -> None:
    for unread in (None, True):
        for kinds in (None, tuple(NoticeKind)):
            for page in (Page(), Page(10, 1_000)):
                _, total = await list_notifications(db, told, unread=unread, kinds=kinds, page=page)
                assert total == await notifications.count_unread(db, told)
    reminder = NoticeKind.REMINDER
    [found], _ = await list_notifications(db, told, unread=None, kinds=(reminder,), page=Page())
    assert await notifications.get_notification(db, told, found.id) == found
    marked = await notifications.mark_notification(db, told, found.id, read=True)
    assert marked == replace(found, read_at=told.now)
    await list_notifications(db, told, unread=False, kinds=None, page=Page())
    assert await notifications.mark_all(db, told, only=(found.id,), until=told.now) == 0
    workspace_id = told.actor.workspace_id
    out = await notification_deliveries.find(db, workspace_id, found.id, Channel.APPRISE)
    assert out is not None
    await notification_deliveries.reach(db, workspace_id, found.id, Channel.APPRISE, "an address")
    await notification_deliveries.note(db, workspace_id, out, SendState.SENT, attempted=True, now=told.now)
