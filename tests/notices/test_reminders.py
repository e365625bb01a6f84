"""A reminder goes out once, to whoever the task is assigned to, from its offset until its due date."""

import datetime as dt

import pytest

from tests.notices.office import Office, instant_of, kinds, told
from tests.support.builders import in_future
from tests.support.client import Thing, expect
from tests.support.people import Person

SECOND = dt.timedelta(seconds=1)


def own_task(bob: Person, **fields) -> Thing:
    """A task that Bob gave himself, due in ten days with a day's warning."""
    body = {"assigneeId": bob.id, "dueDate": in_future(days=10), "warningOffset": 24} | fields
    return bob.makes_a_task(**body)


def due_of(task: Thing) -> dt.datetime:
    return instant_of(task["dueDate"])


def reminder_of(task: Thing) -> dt.datetime:
    return due_of(task) - dt.timedelta(hours=task["warningOffset"])


def test_it_comes_at_its_offset_before_the_due_date_and_no_second_earlier(office: Office, bob: Person):
    task = own_task(bob, title="Check the torque")
    office.works(reminder_of(task) - SECOND)
    assert told(bob) == []
    office.works(reminder_of(task))
    [reminder] = told(bob)
    assert reminder["kind"] == "reminder"
    assert reminder["title"] == "Check the torque"
    assert (reminder["entity"], reminder["entityId"]) == ("task", task["id"])
    assert reminder["changeId"] is None
    assert reminder["url"] == f"/v1/tasks/{task['id']}"
    assert reminder["dueDate"] == task["dueDate"]
    assert reminder["readAt"] is None


def test_it_comes_once_however_often_the_worker_looks_and_whatever_else_is_changed(
    office: Office, bob: Person
):
    task = own_task(bob)
    for title in ("One", "Two"):
        office.works(reminder_of(task))
        bob.changes(task, title=title, status="IN_PROGRESS")
    office.works(reminder_of(task) + SECOND)
    assert kinds(bob) == ["reminder"]


@pytest.mark.parametrize("fields", [{"warningOffset": None}, {"warningOffset": None, "dueDate": None}])
def test_without_an_offset_there_is_none(office: Office, bob: Person, fields):
    own_task(bob, **fields)
    office.works(instant_of(in_future(days=9, hours=23)))
    assert told(bob) == []


def test_without_an_assignee_nobody_is_reminded_not_even_the_creator(office: Office, mia: Person):
    task = mia.makes_a_task(dueDate=in_future(days=2), warningOffset=24)
    office.works(reminder_of(task))
    assert told(mia) == []


@pytest.mark.parametrize("ends", [("CANCELED",), ("IN_PROGRESS", "REVIEW", "DONE")])
def test_a_task_that_is_done_or_canceled_is_not_reminded_of(office: Office, bob: Person, ends):
    task = own_task(bob)
    office.follow()
    for status in ends:
        bob.changes(task, status=status)
    office.rings(reminder_of(task))  # even before the worker has read of it
    office.works(reminder_of(task))
    assert told(bob) == []


def test_a_task_that_is_deleted_is_not_reminded_of(office: Office, bob: Person):
    task = own_task(bob)
    office.follow()
    expect(204, bob.delete(f"/tasks/{task['id']}"))
    office.rings(reminder_of(task))
    office.works(reminder_of(task))
    assert told(bob) == []


def test_it_moves_with_the_due_date(office: Office, bob: Person):
    task = own_task(bob)
    office.follow()
    later = bob.changes(task, dueDate=in_future(days=20))
    office.rings(reminder_of(task))  # by an alarm that is out of date, and a task that is not
    office.works(reminder_of(later) - SECOND)
    assert told(bob) == []
    office.works(reminder_of(later))
    assert [each["dueDate"] for each in told(bob)] == [later["dueDate"]]


def test_it_moves_to_an_earlier_day_too(office: Office, bob: Person):
    task = own_task(bob)
    office.follow()
    earlier = bob.changes(task, dueDate=in_future(days=3))
    office.works(reminder_of(earlier))
    assert [each["dueDate"] for each in told(bob)] == [earlier["dueDate"]]


def test_a_new_due_date_has_a_reminder_of_its_own(office: Office, bob: Person):
    task = own_task(bob)
    office.works(reminder_of(task))
    later = bob.changes(task, dueDate=in_future(days=20))
    office.works(reminder_of(later))
    assert kinds(bob) == ["reminder", "reminder"]


def test_a_due_date_that_comes_back_has_had_its_reminder(office: Office, bob: Person):
    task = own_task(bob)
    office.works(reminder_of(task))
    bob.changes(task, dueDate=in_future(days=20))
    office.works(reminder_of(task))
    bob.changes(task, dueDate=task["dueDate"])
    office.works(reminder_of(task) + SECOND)
    assert kinds(bob) == ["reminder"]


def test_a_due_date_that_is_cleared_has_none(office: Office, bob: Person):
    task = own_task(bob)
    office.follow()
    bob.changes(task, dueDate=None)
    office.rings(reminder_of(task))
    office.works(reminder_of(task))
    assert told(bob) == []


def test_where_its_instant_is_already_past_it_comes_at_once(office: Office, bob: Person):
    own_task(bob, dueDate=in_future(hours=2))
    office.works()
    assert kinds(bob) == ["reminder"]


def test_after_a_standstill_it_still_comes_until_the_due_date(office: Office, bob: Person):
    task = own_task(bob)
    office.works(due_of(task) - SECOND)
    assert kinds(bob) == ["reminder"]


def test_after_a_standstill_beyond_the_due_date_it_is_the_overdue_notices_turn(office: Office, bob: Person):
    task = own_task(bob)
    office.works(due_of(task))
    assert kinds(bob) == ["overdue"]


def test_a_new_assignee_within_the_window_gets_theirs_and_nobody_a_second(
    office: Office, max_: Person, bob: Person, charlie: Person
):
    task = own_task(bob)
    office.works(reminder_of(task))
    max_.changes(task, assigneeId=charlie.id)
    office.works(reminder_of(task) + SECOND)
    assert kinds(charlie).count("reminder") == 1
    max_.changes(task, assigneeId=bob.id)
    office.works(reminder_of(task) + 2 * SECOND)
    assert kinds(bob).count("reminder") == 1


def test_who_is_disabled_gets_none_until_they_are_enabled_again(office: Office, bob: Person):
    task = own_task(bob)
    office.backstage.execute("UPDATE users SET disabled = true WHERE id = $1", bob.id)
    office.works(reminder_of(task))
    office.backstage.execute("UPDATE users SET disabled = false WHERE id = $1", bob.id)
    assert told(bob) == []


def test_nobody_of_another_workspace_learns_of_it(office: Office, bob: Person):
    zoe = office.cast.elsewhere()
    task = own_task(bob)
    office.works(reminder_of(task))
    for other in (zoe, office.cast.ada, office.cast.max, office.cast.mia):
        assert told(other) == []
