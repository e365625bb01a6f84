"""What is kept how long, what is there after an upgrade, and notices that are of no task."""

import datetime as dt
import importlib.util
from pathlib import Path

import pytest

from punchlist import store
from punchlist.domain.limits import NOTIFICATIONS_KEPT_DAYS
from punchlist.domain.notices import Channel, Notice, NoticeKind
from punchlist.services import notices
from punchlist.services.notifications import notify
from tests.notices.office import IN_APP, Office, after, kinds, now, told
from tests.notices.test_reminders import SECOND, due_of, own_task, reminder_of
from tests.support.builders import in_future, nobodys_id
from tests.support.people import Person

KEPT = dt.timedelta(days=NOTIFICATIONS_KEPT_DAYS)


def forgets(office: Office, at: dt.datetime) -> int:
    return office.backstage.run(notices.forget_old(office.backstage.db, office.workspace_id, at))


def test_what_is_old_is_forgotten_and_what_is_not_stays(office: Office, bob: Person):
    task = own_task(bob)
    office.works(reminder_of(task))
    assert forgets(office, reminder_of(task) + KEPT - SECOND) == 0
    assert kinds(bob) == ["reminder"]
    assert forgets(office, reminder_of(task) + KEPT + SECOND) == 1
    assert told(bob) == []


def test_what_keeps_another_from_being_given_stays(office: Office, bob: Person):
    task = own_task(bob, dueDate=in_future(days=300), warningOffset=8000)
    office.works()
    assert kinds(bob) == ["reminder"]
    assert forgets(office, now() + KEPT + SECOND) == 0
    bob.changes(task, title="Another")
    office.works(now() + KEPT + SECOND)
    assert kinds(bob) == ["reminder"]
    assert forgets(office, due_of(task) + KEPT) == 1
    office.works(due_of(task) + KEPT)
    assert told(bob) == []


def test_an_upgrade_sets_the_alarms_of_what_is_there(office: Office, bob: Person):
    open_task = own_task(bob)
    done = own_task(bob)
    bob.changes(done, status="CANCELED")
    old = own_task(bob)
    office.backstage.execute("UPDATE tasks SET due_at = '2019-05-01T12:00:00Z' WHERE id = $1", old["id"])
    office.backstage.execute("DELETE FROM alarms WHERE workspace_id = $1", office.workspace_id)
    for statement in seed():
        office.backstage.execute(f"{statement} ON CONFLICT DO NOTHING")
    assert [alarm["entity_id"] for alarm in office.alarms()] == [open_task["id"]]
    office.rings(reminder_of(open_task))
    assert kinds(bob) == ["reminder"]


def seed() -> tuple[str, ...]:
    """The statements of the migration, which run before anybody reads the record."""
    [path] = Path(store.__path__[0]).glob("migrations/versions/*_notices.py")
    spec = importlib.util.spec_from_file_location("a_migration", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: tuple[str, ...] = module.SEED
    return found


def webhook_notice(user_id: str, webhook_id: str) -> Notice:
    return Notice(
        NoticeKind.WEBHOOK_DISABLED,
        user_id,
        "webhook",
        webhook_id,
        "https://example.com/hook",
        f"webhook_disabled:{webhook_id}:1",
    )


@pytest.mark.parametrize("times", [1, 2])
def test_a_notice_of_something_else_is_given_once(office: Office, ada: Person, times: int):
    webhook_id = nobodys_id()

    async def give() -> int:
        async with office.backstage.db.transaction() as tx:
            told_of = [webhook_notice(ada.id, webhook_id)]
            return await notify(tx, office.workspace_id, told_of, now=now(), available=IN_APP)

    assert [office.backstage.run(give()) for _ in range(times)] == [1, 0][:times]
    [disabled] = told(ada)
    assert (disabled["kind"], disabled["entity"]) == ("webhook_disabled", "webhook")
    assert disabled["url"] == f"/v1/webhooks/{webhook_id}"


def test_a_notice_to_nobody_is_none(office: Office):
    async def give() -> int:
        async with office.backstage.db.transaction() as tx:
            told_of = [webhook_notice(nobodys_id(), nobodys_id())]
            return await notify(tx, office.workspace_id, told_of, now=now(), available=tuple(Channel))

    assert office.backstage.run(give()) == 0
    assert after(hours=1) > now()
