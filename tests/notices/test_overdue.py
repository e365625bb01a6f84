"""The overdue notice comes once, at the due date or after it, while it is news."""

import datetime as dt

import pytest

from punchlist.domain.limits import OVERDUE_NEWS_DAYS
from tests.notices.office import Office, kinds, told
from tests.notices.test_reminders import SECOND, due_of, own_task, reminder_of
from tests.support.builders import in_future
from tests.support.people import Person

NEWS = dt.timedelta(days=OVERDUE_NEWS_DAYS)


def test_it_comes_at_the_due_date_and_no_second_earlier(office: Office, bob: Person):
    task = own_task(bob, warningOffset=None)
    office.works(due_of(task) - SECOND)
    assert told(bob) == []
    office.works(due_of(task))
    [overdue] = told(bob)
    assert (overdue["kind"], overdue["entityId"]) == ("overdue", task["id"])


def test_it_follows_the_reminder_and_comes_once(office: Office, bob: Person):
    task = own_task(bob)
    for at in (reminder_of(task), due_of(task), due_of(task) + SECOND):
        office.works(at)
        bob.changes(task, title=f"At {at}")
    office.works(due_of(task) + dt.timedelta(days=1))
    assert kinds(bob) == ["reminder", "overdue"]


def test_an_offset_of_nothing_leaves_it_to_the_overdue_notice(office: Office, bob: Person):
    task = own_task(bob, warningOffset=0)
    office.works(due_of(task))
    assert kinds(bob) == ["overdue"]


@pytest.mark.parametrize("ends", [("CANCELED",), ("IN_PROGRESS", "REVIEW", "DONE")])
def test_what_is_done_in_time_is_not_overdue(office: Office, bob: Person, ends):
    task = own_task(bob, warningOffset=None)
    office.follow()
    for status in ends:
        bob.changes(task, status=status)
    office.rings(due_of(task))
    office.works(due_of(task))
    assert told(bob) == []


def test_what_is_put_off_is_not_overdue(office: Office, bob: Person):
    task = own_task(bob, warningOffset=None)
    office.follow()
    bob.changes(task, dueDate=in_future(days=20))
    office.rings(due_of(task))
    assert told(bob) == []


def test_after_a_standstill_it_still_comes_while_it_is_news(office: Office, bob: Person):
    task = own_task(bob)
    office.works(due_of(task) + NEWS)
    assert kinds(bob) == ["overdue"]


def test_what_has_been_overdue_for_long_is_no_news(office: Office, bob: Person):
    task = own_task(bob)
    office.works(due_of(task) + NEWS + SECOND)
    assert told(bob) == []


def test_tasks_of_years_ago_that_are_imported_tell_nobody_anything(office: Office, bob: Person):
    for _ in range(3):
        task = own_task(bob)
        office.backstage.execute("UPDATE tasks SET due_at = '2019-05-01T12:00:00Z' WHERE id = $1", task["id"])
    office.works()
    assert told(bob) == []
    assert office.alarms() == []


def test_a_new_assignee_of_an_overdue_task_is_told_as_well(
    office: Office, max_: Person, bob: Person, charlie: Person
):
    task = own_task(bob)
    office.works(due_of(task))
    max_.changes(task, assigneeId=charlie.id)
    office.works(due_of(task) + SECOND)
    assert kinds(bob) == ["overdue"]
    assert kinds(charlie).count("overdue") == 1


def test_an_alarm_goes_when_there_is_nothing_more_to_tell(office: Office, bob: Person):
    task = own_task(bob)
    office.works(reminder_of(task))
    assert len(office.alarms()) == 1
    office.works(due_of(task))
    assert office.alarms() == []
