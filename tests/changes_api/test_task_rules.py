"""Who may do what with implementation tasks, behind which switches, and in which phase of the change."""

import pytest

from tests.support.builders import nobodys_id
from tests.support.client import expect
from tests.support.plant import WAYS, refusal, task_path

BAD = {"color": "red", "name": ""}


def tasks_of(change):
    return f"/changes/{change['guid']}/implementationtasks"


def attempts(change, task):
    """Each way to write, with a body that would do and one that would not."""
    return {
        "POST": ("POST", tasks_of(change), {"name": "Another"}),
        "PUT": ("PUT", task_path(change, task), {"status": "DONE"}),
        "DELETE": ("DELETE", task_path(change, task), None),
    }


def code_of(answer):
    return answer.status_code if answer.is_success else answer.json()["errors"][0]["code"]


# ── who ──────────────────────────────────────────────────────────────────────────────────────────────────

GRANTED = {"POST": 200, "PUT": 200, "DELETE": 204}
# Bob is in the group that the task is given to; Ada and Max administer; Mia made the change.
MAY = {
    "POST": {"ada", "max", "mia"},
    "PUT": {"ada", "max", "mia", "bob"},
    "DELETE": {"ada", "max", "mia"},
}


@pytest.mark.parametrize("name", ["ada", "max", "mia", "bob", "charlie"])
@pytest.mark.parametrize("method", MAY)
def test_who_may_write(plant, mia, name, method):
    change = mia.makes_a_change()
    task = mia.adds_a_task(change, assignee=plant.assignee("group"))
    person = getattr(plant, name)
    verb, path, body = attempts(change, task)[method]
    if name in MAY[method]:
        assert code_of(person.send(verb, path, body)) == GRANTED[method]
        return
    before = mia.sees_tasks(change)
    for sent in (body, None if body is None else BAD):
        refusal(person.send(verb, path, sent), 3085)
    assert mia.sees_tasks(change) == before


@pytest.mark.parametrize("name", ["ada", "max", "mia", "bob", "charlie"])
def test_anyone_in_the_workspace_reads(plant, mia, name):
    change = mia.makes_a_change()
    task = mia.adds_a_task(change)
    person = getattr(plant, name)
    assert person.sees_task(change, task) == task
    assert person.sees_tasks(change) == [task]


def test_a_task_is_its_present_assignees_and_nobody_elses(plant, mia, bob, charlie):
    change = mia.makes_a_change()
    task = mia.adds_a_task(change, assignee=plant.assignee("user"))
    path = task_path(change, task)
    assert expect(200, bob.put(path, {"status": "IN_PROGRESS"}))["status"] == "IN_PROGRESS"
    refusal(charlie.put(path, {"status": "DONE"}), 3085)
    handed_on = {"assignee": plant.assignee("user", "charlie@example.com")}
    expect(200, bob.put(path, handed_on))
    refusal(bob.put(path, {"status": "DONE"}), 3085)
    expect(200, charlie.put(path, {"status": "DONE"}))
    expect(200, mia.put(path, {"assignee": {}}))
    refusal(charlie.put(path, {"status": "BEHIND"}), 3085)
    refusal(bob.put(path, {"status": "BEHIND"}), 3085)


def test_a_groups_task_is_each_members_while_they_are_in_it(fresh, backstage):
    change = fresh.mia.makes_a_change()
    task = fresh.mia.adds_a_task(change, assignee=fresh.assignee("group"))
    path = task_path(change, task)
    expect(200, fresh.bob.put(path, {"status": "IN_PROGRESS"}))
    refusal(fresh.charlie.put(path, {"status": "DONE"}), 3085)
    backstage.execute("UPDATE user_group_members SET user_id = $2 WHERE user_id = $1 AND group_id = $3",
                      fresh.bob.id, fresh.charlie.id, task["assignee"]["userGroup"]["guid"])  # fmt: skip
    refusal(fresh.bob.put(path, {"status": "DONE"}), 3085)
    expect(200, fresh.charlie.put(path, {"status": "DONE"}))


def test_a_suppliers_task_is_for_the_changes_own_people_to_edit(plant, mia, bob):
    change = mia.makes_a_change()
    task = mia.adds_a_task(change, assignee=plant.assignee("supplier"))
    refusal(bob.put(task_path(change, task), {"status": "DONE"}), 3085)
    expect(200, mia.put(task_path(change, task), {"status": "DONE"}))


def test_a_role_in_the_workspace_opens_no_change(plant, max_):
    """Max is a manager, but administers only the changes of some categories."""
    change = plant.mia.makes_a_change("Planned")
    task = plant.mia.adds_a_task(change)
    for verb, path, body in attempts(change, task).values():
        refusal(max_.send(verb, path, body), 3085)


def test_whoever_a_change_was_submitted_to_administers_its_tasks(plant, mia, charlie, backstage):
    change = mia.makes_a_change("Board")
    task = mia.adds_a_task(change)
    mia.moves(change, "SUBMITTED")
    refusal(charlie.put(task_path(change, task), {"status": "DONE"}), 3085)
    backstage.execute(
        "UPDATE changes SET administrator_ids = ARRAY[$2::text] WHERE id = $1", change["guid"], charlie.id
    )
    expect(200, charlie.put(task_path(change, task), {"status": "DONE"}))
    charlie.adds_a_task(change)


# ── the switches ─────────────────────────────────────────────────────────────────────────────────────────


def a_change_with_a_task(plant, category, backstage):
    """A change with a task, whose category then comes to be another one."""
    change = plant.mia.makes_a_change()
    task = plant.mia.adds_a_task(change, assignee=plant.assignee("user"))
    backstage.execute(
        "UPDATE changes SET category_id = $2 WHERE id = $1", change["guid"], plant.category(category)
    )
    return change, task


@pytest.mark.parametrize("body", [{}, BAD])
def test_without_task_management_there_is_nothing_to_see_or_do(plant, ada, mia, bob, backstage, body):
    change, task = a_change_with_a_task(plant, "Unmanaged", backstage)
    for person in (ada, mia):
        for verb, path, good in attempts(change, task).values():
            refusal(person.send(verb, path, None if good is None else good | body), 3706)
    refusal(bob.put(task_path(change, task), {"status": "DONE"}), 3706)
    for path in (tasks_of(change), task_path(change, task), f"{task_path(change, task)}/notes"):
        refusal(mia.get(path), 3706)


@pytest.mark.parametrize("body", [{}, BAD])
def test_without_override_tasks_are_seen_and_not_touched(plant, ada, mia, bob, backstage, body):
    change, task = a_change_with_a_task(plant, "Fixed", backstage)
    for person in (ada, mia):
        for verb, path, good in attempts(change, task).values():
            refusal(person.send(verb, path, None if good is None else good | body), 3707)
    refusal(bob.put(task_path(change, task), {"status": "DONE"}), 3707)
    assert mia.sees_tasks(change) == [task]
    mia.notes(change, task)


def test_with_neither_switch_management_is_missed_first(plant, mia, backstage):
    change, task = a_change_with_a_task(plant, "Demanding", backstage)
    refusal(mia.put(task_path(change, task), {"status": "DONE"}), 3706)


@pytest.mark.parametrize("switch", ["implementation_task_management", "object_level_override"])
def test_a_switch_counts_from_the_next_request_on(fresh, backstage, switch):
    change = fresh.mia.makes_a_change()
    task = fresh.mia.adds_a_task(change)
    for value, code in ((False, 3706 if switch.startswith("impl") else 3707), (True, 200)):
        backstage.execute(f"UPDATE change_categories SET {switch} = $2 WHERE id = $1",
                          fresh.category("Plain"), value)  # fmt: skip
        assert code_of(fresh.mia.put(task_path(change, task), {"status": "BEHIND"})) == code


def test_an_uncategorised_change_has_no_tasks(mia, ada):
    change = expect(201, mia.post("/changes", {"title": "x"}))
    refusal(mia.get(tasks_of(change)), 3706)
    for person in (mia, ada):
        refusal(person.post(tasks_of(change), {"name": "x"}), 3708)
    refusal(mia.delete(f"{tasks_of(change)}/{nobodys_id()}"), 3706)


# ── the phases ───────────────────────────────────────────────────────────────────────────────────────────

CLOSED = {"CANCELED", "COMPLETED"}


def closed_change(plant, status, backstage):
    """A change in a status, with a task that was there before."""
    change = plant.change_in(status)
    task = {"guid": nobodys_id()}
    backstage.execute(
        "INSERT INTO implementation_tasks (workspace_id, id, change_id, name, status, created_at, updated_at)"
        " VALUES ($1, $2, $3, 'Check Packaging', 'DONE', now(), now())",
        plant.workspace_id,
        task["guid"],
        change["guid"],
    )
    return change, task


@pytest.mark.parametrize("status", WAYS)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_change_takes_writes_until_it_is_canceled_or_completed(plant, mia, ada, backstage, status, method):
    change, task = closed_change(plant, status, backstage)
    verb, path, body = attempts(change, task)[method]
    if status not in CLOSED:
        assert code_of(mia.send(verb, path, body)) == GRANTED[method]
        return
    before = mia.sees_tasks(change)
    for person in (mia, ada):
        for sent in (body, None if body is None else BAD):
            refusal(person.send(verb, path, sent), 3708)
    assert mia.sees_tasks(change) == before


def test_what_is_closed_is_told_before_the_switches_and_after_the_permission(plant, mia, charlie, backstage):
    change, task = closed_change(plant, "COMPLETED", backstage)
    backstage.execute(
        "UPDATE changes SET category_id = $2 WHERE id = $1", change["guid"], plant.category("Demanding")
    )
    refusal(mia.put(task_path(change, task), {"status": "BEHIND"}), 3708)
    refusal(charlie.put(task_path(change, task), {"status": "BEHIND"}), 3085)
    stale = {"if-match": '"99"'}
    refusal(mia.put(task_path(change, task), {"status": "BEHIND"}, headers=stale), 3708)


def test_a_change_is_open_again_for_its_tasks_once_it_is_uncompleted(plant, mia, ada):
    change = plant.change_in("COMPLETED")
    ada.moves(change, "EFFECTIVE")
    task = mia.adds_a_task(change)
    expect(204, mia.delete(task_path(change, task)))
