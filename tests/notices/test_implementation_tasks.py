"""Implementation tasks: of a user or a group, and open for as long as their change is."""

import datetime as dt

import pytest

from tests.notices.office import Office, instant_of, kinds, now, told
from tests.notices.test_reminders import SECOND
from tests.support.backstage import Backstage
from tests.support.builders import in_future
from tests.support.client import Thing
from tests.support.plant import LINE, Plant

EXTRA_GROUP = """
[[groups]]
name = "Everybody"
assignability = ["CHANGES"]
members = ["bob@example.com", "mia@example.com", "charlie@example.com"]
"""


@pytest.fixture
def plant(backstage: Backstage, http) -> Plant:
    return Plant(backstage, http, EXTRA_GROUP)


@pytest.fixture
def works(plant: Plant, backstage: Backstage) -> Office:
    """The plant's worker."""
    return Office(backstage, plant.cast)


def dated(plant: Plant, change: Thing, assignee: Thing | None, **fields) -> Thing:
    """A task of Ada's making that is due in ten days, with a day's warning."""
    body = {"assignee": assignee, "dueDate": in_future(days=10), "warningHours": 24} | fields
    return plant.ada.adds_a_task(change, **body)


def due_of(task: Thing) -> dt.datetime:
    return instant_of(task["dueDate"])


def reminder_of(task: Thing) -> dt.datetime:
    return due_of(task) - dt.timedelta(hours=24)


def of_dates(person) -> list[str]:
    """What somebody was told about due dates."""
    return [kind for kind in kinds(person) if kind != "assigned"]


def test_its_user_is_reminded_and_then_told_that_it_is_overdue(plant: Plant, works: Office):
    change = plant.mia.makes_a_change()
    task = dated(plant, change, plant.assignee("user"), name="Check Packaging")
    works.works(reminder_of(task) - SECOND)
    assert of_dates(plant.bob) == []
    works.works(reminder_of(task))
    reminder = told(plant.bob, kind="reminder")[0]
    assert (reminder["entity"], reminder["entityId"]) == ("implementation_task", task["guid"])
    assert reminder["changeId"] == change["guid"]
    assert reminder["title"] == "Check Packaging"
    assert reminder["url"] == f"/v1/changes/{change['guid']}/implementationtasks/{task['guid']}"
    works.works(due_of(task))
    assert of_dates(plant.bob) == ["reminder", "overdue"]
    assert of_dates(plant.mia) == of_dates(plant.ada) == []


def test_each_member_of_a_group_is_told_and_nobody_else(plant: Plant, works: Office):
    task = dated(plant, plant.mia.makes_a_change(), plant.assignee("userGroup", "Everybody"))
    works.works(reminder_of(task))
    for person in (plant.bob, plant.mia, plant.charlie):
        assert of_dates(person) == ["reminder"]
    for person in (plant.ada, plant.max):
        assert told(person) == []


def test_a_disabled_member_is_not_told(plant: Plant, works: Office):
    task = dated(plant, plant.mia.makes_a_change(), plant.assignee("userGroup", "Everybody"))
    plant.backstage.execute("UPDATE users SET disabled = true WHERE id = $1", plant.charlie.id)
    works.works(reminder_of(task))
    assert of_dates(plant.bob) == ["reminder"]
    count = "SELECT count(*) FROM notifications WHERE user_id = $1"
    assert plant.backstage.value(count, plant.charlie.id) == 0


def test_who_joins_the_group_within_the_window_gets_theirs_and_nobody_a_second(plant: Plant, works: Office):
    task = dated(plant, plant.mia.makes_a_change(), plant.assignee("userGroup"))
    works.works(reminder_of(task))
    assert of_dates(plant.charlie) == []
    plant.configure(
        f'[workspace]\nname = "EveryRoad GPS"\n[[groups]]\nname = "{LINE}"\nassignability = ["CHANGES"]\n'
        'members = ["bob@example.com", "charlie@example.com"]\n'
    )
    works.works(reminder_of(task) + SECOND)
    assert of_dates(plant.charlie) == ["reminder"]
    assert of_dates(plant.bob) == ["reminder"]


def test_a_supplier_is_nobody(plant: Plant, works: Office):
    task = dated(plant, plant.mia.makes_a_change(), plant.assignee("supplier"))
    works.works(reminder_of(task))
    works.works(due_of(task))
    assert works.alarms() == []
    assert all(told(person) == [] for person in (plant.ada, plant.bob, plant.mia))


@pytest.mark.parametrize("status", ["DONE", "CANCELED", "NOT_APPLICABLE"])
def test_what_is_no_longer_open_is_not_told_of(plant: Plant, works: Office, status: str):
    change = plant.mia.makes_a_change()
    task = dated(plant, change, plant.assignee("user"))
    works.follow()
    plant.ada.edits_task(change, task, status=status)
    works.rings(reminder_of(task))
    works.works(due_of(task))
    assert of_dates(plant.bob) == []


@pytest.mark.parametrize("status", ["NOT_STARTED", "IN_PROGRESS", "BEHIND"])
def test_what_is_open_is_told_of_and_so_is_what_is_opened_again(plant: Plant, works: Office, status: str):
    change = plant.mia.makes_a_change()
    task = dated(plant, change, plant.assignee("user"))
    plant.ada.edits_task(change, task, status="DONE")
    works.works(reminder_of(task))
    plant.ada.edits_task(change, task, status=status)
    works.works(reminder_of(task) + SECOND)
    assert of_dates(plant.bob) == ["reminder"]


@pytest.mark.parametrize("way", [("CANCELED",), ("SUBMITTED", "COMPLETED")])
def test_a_closed_change_closes_its_tasks(plant: Plant, works: Office, way: tuple[str, ...]):
    change = plant.mia.makes_a_change()
    task = dated(plant, change, plant.assignee("user"))
    works.follow()
    if way[-1] == "COMPLETED":
        plant.backstage.execute(
            "UPDATE changes SET status = 'COMPLETED' WHERE id = $1", change["guid"]
        )  # which takes that its tasks are done; an operator's hand may have left one
    else:
        plant.ada.moves(change, *way)
    works.rings(reminder_of(task))
    works.works(due_of(task))
    assert of_dates(plant.bob) == []


def test_a_category_that_manages_no_tasks_hides_them(plant: Plant, works: Office):
    task = dated(plant, plant.mia.makes_a_change(), plant.assignee("user"))
    works.follow()
    switch = "UPDATE change_categories SET implementation_task_management = $2 WHERE workspace_id = $1"
    plant.backstage.execute(switch, plant.workspace_id, False)
    works.rings(reminder_of(task))
    assert of_dates(plant.bob) == []


def test_what_is_due_at_once_is_reminded_of_at_once(plant: Plant, works: Office):
    dated(plant, plant.mia.makes_a_change(), plant.assignee("user"), dueDate=in_future(hours=2))
    works.works()
    assert of_dates(plant.bob) == ["reminder"]


def test_a_due_date_of_the_distant_past_is_no_news(plant: Plant, works: Office):
    dated(plant, plant.mia.makes_a_change(), plant.assignee("user"), dueDate="1999-01-01T00:00:00Z")
    works.works()
    assert of_dates(plant.bob) == []
    assert works.alarms() == []


def test_who_is_given_a_task_is_told_and_so_is_everybody_of_a_group_but_who_gave_it(
    plant: Plant, works: Office
):
    change = plant.mia.makes_a_change()
    plant.mia.adds_a_task(change, assignee=plant.assignee("userGroup", "Everybody"))
    works.works()
    for person in (plant.bob, plant.charlie):
        assert kinds(person) == ["assigned"]
    assert told(plant.mia) == []


def test_the_tasks_that_a_change_begins_with_are_told_of(plant: Plant, works: Office):
    plant.ada.makes_a_change("Planned")
    works.works()
    for person, name in ((plant.mia, "Revise drawings"), (plant.bob, "Check Supplier")):
        assert [each["title"] for each in told(person, kind="assigned")] == [name]


def test_a_new_assignee_is_told_and_the_task_reminds_them_from_now_on(plant: Plant, works: Office):
    change = plant.mia.makes_a_change()
    task = dated(plant, change, plant.assignee("user"))
    works.works()
    plant.ada.edits_task(change, task, assignee=plant.assignee("user", "mia@example.com"))
    works.works()
    works.works(reminder_of(task))
    assert kinds(plant.bob) == ["assigned"]
    assert kinds(plant.mia) == ["assigned", "reminder"]


def test_a_task_that_goes_with_its_change_is_not_told_of(plant: Plant, works: Office):
    change = plant.mia.makes_a_change()
    task = dated(plant, change, plant.assignee("user"))
    works.follow()
    assert plant.ada.delete(f"/changes/{change['guid']}").status_code in (200, 204)
    works.works(reminder_of(task))
    works.works(due_of(task))
    assert kinds(plant.bob) == []
    assert now() < due_of(task)


def test_who_is_enabled_again_within_the_window_gets_theirs(plant: Plant, works: Office):
    task = dated(plant, plant.mia.makes_a_change(), plant.assignee("userGroup"))
    plant.backstage.execute("UPDATE users SET disabled = true WHERE id = $1", plant.bob.id)
    works.works(reminder_of(task))
    plant.configure(
        '[workspace]\nname = "EveryRoad GPS"\n[[users]]\nemail = "bob@example.com"\nname = "Bob"\n'
    )
    works.works(reminder_of(task) + SECOND)
    assert of_dates(plant.bob) == ["reminder"]


def test_a_category_that_manages_its_tasks_again_reminds_of_them(plant: Plant, works: Office):
    change = plant.mia.makes_a_change()
    task = dated(plant, change, plant.assignee("user"))
    switch_off = "UPDATE change_categories SET implementation_task_management = false WHERE id = $1"
    plant.backstage.execute(switch_off, plant.category("Plain"))
    works.works(reminder_of(task))
    assert of_dates(plant.bob) == []
    plant.configure(
        '[workspace]\nname = "EveryRoad GPS"\n[[categories]]\npath = ["Order", "Plain"]\n'
        "implementation_task_management = true\nobject_level_override = true\n"
    )
    works.works(reminder_of(task) + SECOND)
    assert of_dates(plant.bob) == ["reminder"]
