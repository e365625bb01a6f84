"""DELETE /v1/changes/{guid}: what may go, at whose wish, and what goes with it."""

import pytest

from tests.support.builders import nobodys_id
from tests.support.client import expect
from tests.support.plant import WAYS, refusal, task_path

DELETABLE = {"OPEN_AND_UNLOCKED", "CANCELED", "REJECTED"}


@pytest.mark.parametrize("status", WAYS)
def test_only_what_is_open_canceled_or_rejected_may_go(plant, mia, status):
    change = plant.change_in(status)
    path = f"/changes/{change['guid']}"
    if status not in DELETABLE:
        refusal(mia.delete(path), 3016)
        assert plant.ada.sees_change(change) == change
        return
    answer = mia.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    refusal(mia.get(path), 3011)
    [error] = refusal(mia.delete(path), 3024)
    assert error["message"] == (
        "Either you do not have privileges to access the requested data or it does not exist."
    )


def test_its_creator_and_administrators_delete_a_change_and_nobody_else(mia, ada, max_, bob, charlie):
    for person in (bob, charlie):
        change = mia.makes_a_change()
        refusal(person.delete(f"/changes/{change['guid']}"), 3085)
    for person in (mia, ada, max_):
        change = mia.makes_a_change()
        expect(204, person.delete(f"/changes/{change['guid']}"))


def test_who_may_not_delete_is_told_that_and_not_the_status(plant, charlie):
    change = plant.change_in("COMPLETED")
    refusal(charlie.delete(f"/changes/{change['guid']}"), 3085)


def test_what_is_not_there_or_elsewhere_is_not_deleted(fresh, mia):
    theirs = fresh.mia.makes_a_change()
    refusal(mia.delete(f"/changes/{nobodys_id()}"), 3024)
    refusal(mia.delete(f"/changes/{theirs['guid']}"), 3024)
    refusal(mia.delete("/changes/XFWQ0GZGZDJ015J12"), 3011)
    assert fresh.mia.sees_change(theirs) == theirs


def test_tasks_notes_and_votes_go_with_a_change_and_its_history_stays_on_record(plant, mia, max_, backstage):
    change = mia.makes_a_change(routings=[plant.routing("Change Board")])
    task = mia.adds_a_task(change)
    mia.notes(change, task)
    mia.moves(change, "SUBMITTED")
    expect(201, max_.post(f"/changes/{change['guid']}/votes", {"vote": "REJECT"}))
    expect(204, mia.delete(f"/changes/{change['guid']}"))
    refusal(mia.get(task_path(change, task)), 3011)
    for table, key in (
        ("implementation_tasks", "change_id"),
        ("change_votes", "change_id"),
        ("implementation_task_notes", "task_id"),
    ):
        left = f"SELECT count(*) FROM {table} WHERE {key} = ANY($1::text[])"
        assert backstage.value(left, [change["guid"], task["guid"]]) == 0
    events = "SELECT array_agg(verb ORDER BY seq) FROM events WHERE entity_id = $1"
    assert backstage.value(events, change["guid"]) == ["created", "transitioned", "transitioned", "deleted"]
