"""Who is given a task by somebody else is told so, while it is news."""

import datetime as dt

from punchlist.domain.limits import ASSIGNMENT_NEWS_HOURS
from punchlist.domain.tasks import TaskChanges
from punchlist.services import tasks
from tests.notices.office import Office, after, kinds, told
from tests.support.backstage import operator
from tests.support.client import expect
from tests.support.people import Person

NEWS = dt.timedelta(hours=ASSIGNMENT_NEWS_HOURS)


def test_who_is_given_a_new_task_is_told(office: Office, max_: Person, bob: Person):
    task = max_.makes_a_task(assigneeId=bob.id, title="Order the bolts")
    office.works()
    [assigned] = told(bob)
    assert (assigned["kind"], assigned["title"]) == ("assigned", "Order the bolts")
    assert assigned["entityId"] == task["id"]
    assert told(max_) == []


def test_who_is_given_a_task_later_is_told(office: Office, max_: Person, mia: Person, bob: Person):
    task = mia.makes_a_task()
    office.works()
    max_.changes(task, assigneeId=bob.id)
    office.works()
    assert kinds(bob) == ["assigned"]
    assert told(mia) == []


def test_who_takes_a_task_is_not_told(office: Office, bob: Person):
    task = bob.makes_a_task()
    bob.changes(task, assigneeId=bob.id)
    bob.makes_a_task(assigneeId=bob.id)
    office.works()
    assert told(bob) == []


def test_what_else_is_changed_of_a_task_assigns_it_to_nobody(office: Office, max_: Person, bob: Person):
    task = max_.makes_a_task(assigneeId=bob.id)
    office.works()
    max_.changes(task, title="Another", priority="HIGH", status="IN_PROGRESS", assigneeId=bob.id)
    office.works()
    assert kinds(bob) == ["assigned"]


def test_who_is_given_it_again_after_another_had_it_is_told_again(
    office: Office, max_: Person, bob: Person, charlie: Person
):
    task = max_.makes_a_task(assigneeId=bob.id)
    for person in (charlie, bob):
        office.works()
        max_.changes(task, assigneeId=person.id)
    office.works()
    assert kinds(bob) == ["assigned", "assigned"]
    assert kinds(charlie) == ["assigned"]


def test_who_has_it_no_more_when_the_worker_comes_is_not_told(
    office: Office, max_: Person, bob: Person, charlie: Person
):
    task = max_.makes_a_task(assigneeId=bob.id)
    max_.changes(task, assigneeId=charlie.id)
    office.works()
    assert told(bob) == []
    assert kinds(charlie) == ["assigned"]


def test_a_task_that_is_done_when_the_worker_comes_is_told_of_to_nobody(
    office: Office, max_: Person, bob: Person
):
    task = max_.makes_a_task(assigneeId=bob.id)
    max_.changes(task, status="CANCELED")
    gone = max_.makes_a_task(assigneeId=bob.id)
    expect(204, max_.delete(f"/tasks/{gone['id']}"))
    office.works()
    assert told(bob) == []


def test_an_assignment_is_news_for_a_day(office: Office, max_: Person, bob: Person):
    max_.makes_a_task(assigneeId=bob.id)
    office.works(after(hours=ASSIGNMENT_NEWS_HOURS - 1))
    assert kinds(bob) == ["assigned"]


def test_an_assignment_of_long_ago_is_told_to_nobody(office: Office, max_: Person, bob: Person):
    max_.makes_a_task(assigneeId=bob.id)
    office.works(after(hours=ASSIGNMENT_NEWS_HOURS + 1))
    assert told(bob) == []
    assert office.alarms() == []


def test_a_batch_tells_of_each_of_its_tasks(office: Office, max_: Person, bob: Person):
    operations = [{"op": "create", "task": {"title": f"T{n}", "assigneeId": bob.id}} for n in range(3)]
    expect(200, max_.post("/tasks/batch", {"operations": operations}))
    office.works()
    assert sorted(each["title"] for each in told(bob)) == ["T0", "T1", "T2"]


def test_a_task_given_by_the_command_line_is_news_as_well(office: Office, bob: Person):
    wish = TaskChanges(title="From a script", assignee_id=bob.id)
    office.backstage.run(tasks.create_task(office.backstage.db, operator(office.workspace_id), wish))
    office.works()
    assert kinds(bob) == ["assigned"]
