"""GET /v1/work: what is mine to do, of both kinds, the most urgent first."""

import itertools

import pytest

from tests.support.builders import in_future, in_past
from tests.support.client import expect, refused
from tests.support.plant import LINE

FIELDS = {
    "kind", "id", "changeId", "changeNumber", "title", "status", "dueDate", "priority", "urgency",
    "assignedTo", "group", "allowedStatuses",
}  # fmt: skip


def work_of(person, **wanted):
    return expect(200, person.get("/work", limit=100, **wanted))["data"]


def titles_of(person, **wanted):
    return [each["title"] for each in work_of(person, **wanted)]


def overdue_by(backstage, thing, table="tasks", *, hours):
    id_ = thing.get("id") or thing["guid"]
    backstage.execute(
        f"UPDATE {table} SET due_at = date_trunc('second', now()) - make_interval(mins => $2) WHERE id = $1",
        id_,
        round(hours * 60),
    )


@pytest.fixture
def busy(fresh, backstage):
    """A plant where Bob has something to do of every kind and urgency."""
    bob, mia, ada = fresh.bob, fresh.mia, fresh.ada
    change = mia.makes_a_change()
    mine = {"assignee": fresh.assignee("user")}
    groups = {"assignee": fresh.assignee("group")}
    ada.makes_a_task(title="open", assigneeId=bob.id)
    ada.makes_a_task(title="in review", assigneeId=bob.id, status="REVIEW")
    ada.makes_a_task(title="soon", assigneeId=bob.id, dueDate=in_future(hours=47), status="REVIEW")
    ada.makes_a_task(title="later", assigneeId=bob.id, dueDate=in_future(hours=49))
    ada.makes_a_task(title="warned", assigneeId=bob.id, dueDate=in_future(hours=99), warningOffset=100)
    ada.makes_a_task(title="not yet", assigneeId=bob.id, dueDate=in_future(hours=9), warningOffset=0.5)
    late = ada.makes_a_task(title="late", assigneeId=bob.id, dueDate=in_future(), status="REVIEW")
    overdue_by(backstage, late, hours=1)
    mia.adds_a_task(change, name="mine", **mine)
    mia.adds_a_task(change, name="the line's", **groups)
    mia.adds_a_task(change, name="the line's, soon", **groups, dueDate=in_future(hours=2))
    very_late = mia.adds_a_task(change, name="mine, very late", **mine)
    overdue_by(backstage, very_late, "implementation_tasks", hours=100)
    return fresh


def test_the_most_urgent_comes_first_whatever_its_kind(busy):
    found = work_of(busy.bob)
    assert [(each["urgency"], each["title"]) for each in found[:6]] == [
        ("overdue", "mine, very late"),
        ("overdue", "late"),
        ("due_soon", "the line's, soon"),
        ("due_soon", "soon"),
        ("due_soon", "warned"),
        ("in_review", "in review"),
    ]
    assert [each["title"] for each in found[6:8]] == ["not yet", "later"]
    rest = found[8:]
    assert [each["id"] for each in rest] == sorted(each["id"] for each in rest)
    assert {each["title"] for each in rest} == {"open", "mine", "the line's"}
    assert {each["urgency"] for each in found[6:]} == {"open"}
    assert all(set(each) == FIELDS for each in found)


def test_a_piece_of_work_says_what_it_is_and_what_can_be_made_of_it(busy):
    by_title = {each["title"]: each for each in work_of(busy.bob)}
    task, mine, groups = by_title["open"], by_title["mine"], by_title["the line's"]
    assert task | {"id": ""} == {
        "kind": "task", "id": "", "changeId": None, "changeNumber": None, "title": "open", "status": "TODO",
        "dueDate": None, "priority": "MEDIUM", "urgency": "open", "assignedTo": "me", "group": None,
        "allowedStatuses": ["IN_PROGRESS", "CANCELED"],
    }  # fmt: skip
    assert (mine["kind"], mine["assignedTo"], mine["group"]) == ("implementation_task", "me", None)
    assert mine["changeNumber"].startswith("ECO-")
    assert groups["assignedTo"] == "group"
    assert groups["group"] == {"id": busy.guid("groups", LINE), "name": LINE}
    assert groups["allowedStatuses"] == ["IN_PROGRESS", "BEHIND", "DONE", "CANCELED", "NOT_APPLICABLE"]


def test_every_status_that_is_offered_is_taken(busy):
    for entry in work_of(busy.bob):
        status = entry["allowedStatuses"][-1]
        if entry["kind"] == "task":
            expect(200, busy.bob.patch(f"/tasks/{entry['id']}", {"status": status}))
        else:
            path = f"/changes/{entry['changeId']}/implementationtasks/{entry['id']}"
            expect(200, busy.bob.put(path, {"status": status}))
    assert work_of(busy.bob) == []


def test_only_what_is_ones_own_or_ones_groups_is_there(busy, plant):
    assert titles_of(busy.charlie) == []
    assert titles_of(busy.ada) == []  # who sees all tasks has them not to do
    assert titles_of(busy.mia) == []
    assert titles_of(plant.bob) == []


def test_what_is_finished_is_not_there(busy, backstage):
    for title, status in (("open", "CANCELED"), ("in review", "DONE")):
        [entry] = [each for each in work_of(busy.bob) if each["title"] == title]
        busy.ada.changes(entry, status=status)
    before = titles_of(busy.bob)
    assert not {"open", "in review"} & set(before)
    [entry] = [each for each in work_of(busy.bob) if each["title"] == "mine"]
    for status in ("DONE", "NOT_APPLICABLE", "CANCELED"):
        path = f"/changes/{entry['changeId']}/implementationtasks/{entry['id']}"
        expect(200, busy.mia.put(path, {"status": status}))
        assert "mine" not in titles_of(busy.bob)


def test_work_on_a_change_that_is_closed_or_without_tasks_is_blocked_and_not_there(busy):
    [change] = expect(200, busy.mia.get("/changes"))["results"]
    before = titles_of(busy.bob, kind="implementation_task")
    assert len(before) == 4
    unmanaged = "UPDATE change_categories SET implementation_task_management = $2 WHERE workspace_id = $1"
    busy.backstage.execute(unmanaged, busy.workspace_id, False)
    assert titles_of(busy.bob, kind="implementation_task") == []
    busy.backstage.execute(unmanaged, busy.workspace_id, True)
    busy.ada.moves(change, "CANCELED")
    assert titles_of(busy.bob, kind="implementation_task") == []


def test_where_a_category_keeps_its_tasks_as_they_are_nothing_can_be_made_of_them(busy):
    no_override = "UPDATE change_categories SET object_level_override = false WHERE workspace_id = $1"
    busy.backstage.execute(no_override, busy.workspace_id)
    found = work_of(busy.bob, kind="implementation_task")
    assert len(found) == 4
    assert {tuple(each["allowedStatuses"]) for each in found} == {()}


@pytest.mark.parametrize("kind", ["task", "implementation_task", "task,implementation_task"])
@pytest.mark.parametrize("urgency", ["overdue", "due_soon", "in_review", "open", "overdue,open"])
def test_filters_let_through_what_they_name(busy, kind, urgency):
    kinds, urgencies = kind.split(","), urgency.split(",")
    everything = work_of(busy.bob)
    expected = [each for each in everything if each["kind"] in kinds and each["urgency"] in urgencies]
    assert work_of(busy.bob, kind=kind, urgency=urgency) == expected


def test_pages_laid_end_to_end_are_the_whole_list(busy):
    everything = work_of(busy.bob)
    pages = [expect(200, busy.bob.get("/work", limit=4, offset=offset)) for offset in range(0, 16, 4)]
    assert list(itertools.chain(*(page["data"] for page in pages))) == everything
    assert {page["pagination"]["total"] for page in pages} == {len(everything)}
    assert pages[-1]["data"] == []


@pytest.mark.parametrize("wrong", [{"kind": "change"}, {"urgency": "soon"}, {"sort": "title"}, {"limit": 0}])
def test_a_parameter_that_is_none_is_refused(plant, wrong):
    refused(400, "invalid_parameters", plant.bob.get("/work", **wrong))


def test_a_key_that_may_not_read_changes_is_told_of_no_implementation_task(busy):
    bob = busy.cast.bob
    limited = busy.cast.with_key(bob, scopes=("tasks:read",))
    assert {each["kind"] for each in work_of(limited)} == {"task"}
    assert work_of(limited, kind="implementation_task") == []
    both = busy.cast.with_key(bob, scopes=("tasks:read", "changes:read"))
    assert work_of(both) == work_of(busy.bob)
    neither = busy.cast.with_key(bob, scopes=("changes:read",))
    refused(403, "insufficient_scope", neither.get("/work"))


def test_an_overdue_instant_is_that_of_the_due_date(fresh, backstage):
    task = fresh.ada.makes_a_task(assigneeId=fresh.bob.id, dueDate=in_future(minutes=1))
    assert work_of(fresh.bob)[0]["urgency"] == "due_soon"
    assert task["dueDate"] > in_past()
    overdue_by(backstage, task, hours=0.02)
    assert work_of(fresh.bob)[0]["urgency"] == "overdue"
