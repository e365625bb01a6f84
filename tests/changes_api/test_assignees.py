"""Whose an implementation task is: a user, a user group, a supplier, or nobody."""

import pytest

from tests.support.builders import nobodys_id
from tests.support.client import expect
from tests.support.plant import LINE, SUPPLIER, refusal, task_path


def tasks_of(change):
    return f"/changes/{change['guid']}/implementationtasks"


@pytest.fixture
def change(mia):
    return mia.makes_a_change()


def shown(plant, kind):
    """How each kind of assignee is shown."""
    if kind == "user":
        return {"user": {"guid": plant.bob.id, "email": "bob@example.com", "fullName": "Bob Tanaka"}}
    if kind == "supplier":
        return {"supplier": {"guid": plant.guid("suppliers", SUPPLIER), "name": SUPPLIER}}
    return {"userGroup": {"guid": plant.guid("groups", LINE), "name": LINE}}


KINDS = ["user", "group", "supplier"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_assignee_is_given_by_guid_and_shown_by_name(plant, mia, change, kind):
    task = mia.adds_a_task(change, assignee=plant.assignee(kind))
    assert task["assignee"] == shown(plant, kind)
    assert mia.sees_task(change, task) == task
    assert mia.sees_tasks(change) == [task]


@pytest.mark.parametrize("kind", KINDS)
def test_what_stands_beside_the_guid_is_passed_over(plant, mia, change, kind):
    [(name, who)] = plant.assignee(kind).items()
    task = mia.adds_a_task(change, assignee={name: who | {"name": "Somebody else", "email": 7}})
    assert task["assignee"] == shown(plant, kind)


@pytest.mark.parametrize("old", [*KINDS, "nobody"])
@pytest.mark.parametrize("new", [*KINDS, "nobody"])
def test_a_task_goes_from_anybody_to_anybody(plant, mia, change, old, new):
    task = mia.adds_a_task(change, assignee={} if old == "nobody" else plant.assignee(old))
    edited = mia.edits_task(change, task, assignee={} if new == "nobody" else plant.assignee(new))
    assert edited["assignee"] == ({} if new == "nobody" else shown(plant, new))
    assert edited == task | {"assignee": edited["assignee"]}
    assert mia.sees_task(change, task) == edited
    assert len(mia.sees_history(change)) == (2 if old == new else 3)


@pytest.mark.parametrize("nobody", [{}, {"user": None}, {"user": None, "userGroup": None, "supplier": None}])
def test_an_empty_object_is_nobody(mia, change, nobody):
    assert mia.adds_a_task(change, assignee=nobody)["assignee"] == {}


NOBODY = nobodys_id()
# What is sent, or what makes it of the plant at hand.
WRONG = {
    "two kinds": (lambda plant: plant.assignee("user") | plant.assignee("group"), 3003),
    "all three": (
        lambda plant: plant.assignee("user") | plant.assignee("group") | plant.assignee("supplier"),
        3003,
    ),
    "an unknown kind": ({"team": {"guid": NOBODY}}, 3004),
    "a known and an unknown kind": (lambda plant: plant.assignee("user") | {"team": 1}, 3004),
    "a text": (lambda plant: plant.bob.id, 3003),
    "a list": (lambda plant: [plant.assignee("user")], 3003),
    "a user that is a text": (lambda plant: {"user": plant.bob.id}, 3003),
    "a user without guid": ({"user": {"email": "bob@example.com"}}, 3098),
    "a user of no guid": ({"user": {"guid": None}}, 3098),
    "a group of an empty guid": ({"userGroup": {"guid": ""}}, 3098),
    "a malformed user": ({"user": {"guid": "XFWQ0GZGZDJ015J12"}}, 3011),
    "a malformed group": ({"userGroup": {"guid": 7}}, 3011),
    "a malformed supplier": ({"supplier": {"guid": "x" * 20}}, 3011),
    "no such user": ({"user": {"guid": NOBODY}}, 3042),
    "no such group": ({"userGroup": {"guid": NOBODY}}, 3011),
    "no such supplier": ({"supplier": {"guid": NOBODY}}, 3046),
    "a group for other things": (lambda plant: plant.assignee("group", "Auditors"), 3011),
    "a user's guid for a group": (lambda plant: {"userGroup": {"guid": plant.bob.id}}, 3011),
    "a group's guid for a user": (lambda plant: {"user": {"guid": plant.guid("groups", LINE)}}, 3042),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_no_assignee_is_refused_and_nothing_changes(plant, mia, change, wrong):
    assignee, code = WRONG[wrong]
    if callable(assignee):
        assignee = assignee(plant)
    refusal(mia.post(tasks_of(change), {"name": "x", "assignee": assignee}), code)
    assert mia.sees_tasks(change) == []
    task = mia.adds_a_task(change, assignee=plant.assignee("user"))
    refusal(mia.put(task_path(change, task), {"status": "DONE", "assignee": assignee}), code)
    assert mia.sees_task(change, task) == task


def test_an_assignee_that_is_none_is_told_beside_what_else_is_wrong(mia, change):
    body = {"name": "", "assignee": {"user": {"guid": nobodys_id()}}, "status": "X"}
    refusal(mia.post(tasks_of(change), body), 3006, 3042, 3701)


def test_what_belongs_to_another_workspace_is_nobody_here(fresh, mia, change):
    for kind, code in (("user", 3042), ("group", 3011), ("supplier", 3046)):
        refusal(mia.post(tasks_of(change), {"name": "x", "assignee": fresh.assignee(kind)}), code)


DISABLED = {
    "user": ("UPDATE users SET disabled = true WHERE id = $1", 3042),
    "group": ("UPDATE user_groups SET enabled = false WHERE id = $1", 3011),
    "supplier": ("UPDATE suppliers SET enabled = false WHERE id = $1", 3046),
}


@pytest.mark.parametrize("kind", DISABLED)
def test_who_is_disabled_gets_no_task_and_keeps_those_they_have(fresh, backstage, kind):
    mia = fresh.mia
    change = mia.makes_a_change()
    theirs = mia.adds_a_task(change, assignee=fresh.assignee(kind))
    other = mia.adds_a_task(change)
    [(name, who)] = fresh.assignee(kind).items()
    statement, code = DISABLED[kind]
    backstage.execute(statement, who["guid"])
    refusal(mia.post(tasks_of(change), {"name": "x", "assignee": {name: who}}), code)
    refusal(mia.put(task_path(change, other), {"assignee": {name: who}}), code)
    edited = mia.edits_task(change, theirs, assignee={name: who}, status="DONE")
    assert edited == theirs | {"status": "DONE"}
    assert mia.edits_task(change, theirs, assignee={})["assignee"] == {}
    refusal(mia.put(task_path(change, theirs), {"assignee": {name: who}}), code)


def test_a_suppliers_person_is_a_user_and_may_be_named(plant, mia, change):
    task = mia.adds_a_task(change, assignee=plant.assignee("user", "sue@example.com"))
    assert task["assignee"]["user"]["fullName"] == "Sue Supplies"


def test_a_deleted_users_tasks_are_nobodys(fresh):
    change = fresh.mia.makes_a_change()
    task = fresh.mia.adds_a_task(change, assignee=fresh.assignee("user"))
    expect(204, fresh.ada.delete(f"/users/{fresh.bob.id}"))
    assert fresh.mia.sees_task(change, task)["assignee"] == {}
    assert fresh.mia.edits_task(change, task, status="DONE")["status"] == "DONE"
