"""The record of what happened: which fields it names, and with which values."""

import datetime as dt

import msgspec
import pytest

from punchlist.domain.events import Entity, Event, Verb, created, deleted, differing, updated
from punchlist.domain.lifecycle import Status
from tests.unit.builders import EARLIER, NOW, a_comment, a_full_task, a_key, a_task


def test_a_creation_holds_the_whole_thing_and_nothing_before_it():
    task = a_full_task(version=1)
    event = created(Entity.TASK, task, NOW)
    assert (event.verb, event.entity, event.entity_id, event.version) == ("created", "task", task.id, 1)
    assert (event.before, event.at, event.parent_id) == ({}, NOW, None)
    bookkeeping = {"version", "updated_at"}
    assert set(event.after) == set(task.__struct_fields__) - bookkeeping
    assert all(event.after[name] == getattr(task, name) for name in event.after)


def test_a_deletion_holds_the_whole_thing_and_nothing_after_it():
    comment = a_comment(version=2)
    event = deleted(Entity.COMMENT, comment, NOW, parent_id=comment.task_id)
    assert (event.verb, event.entity, event.version) == ("deleted", "comment", 3)
    assert event.parent_id == comment.task_id
    assert event.after == {}
    assert event.before["body"] == comment.body
    assert set(event.before) == set(comment.__struct_fields__) - {"version", "updated_at"}


def test_an_update_holds_exactly_what_differs():
    old = a_full_task()
    new = msgspec.structs.replace(
        old, status=Status.DONE, description=None, version=old.version + 1, updated_at=NOW
    )
    event = updated(Entity.TASK, old, new, NOW)
    assert event == Event(
        verb=Verb.UPDATED,
        entity=Entity.TASK,
        entity_id=old.id,
        version=old.version + 1,
        before={"description": "To 12 Nm.", "status": "REVIEW"},
        after={"description": None, "status": "DONE"},
        at=NOW,
    )


def test_an_update_may_have_a_verb_of_its_own():
    old = a_key()
    new = msgspec.structs.replace(old, revoked_at=NOW, version=2)
    event = updated(Entity.API_KEY, old, new, NOW, verb=Verb.REVOKED)
    assert (event.verb, event.before, event.after) == ("revoked", {"revoked_at": None}, {"revoked_at": NOW})


CHANGES = {
    "title": "New",
    "description": "New",
    "status": Status.CANCELED,
    "priority": "LOW",
    "created_by": None,
    "assignee_id": None,
    "due_at": NOW,
    "warning_hours": 25.0,
    "tags": ("torque", "line 2"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_field_that_differs_is_named(name):
    old = a_full_task()
    assert differing(old, msgspec.structs.replace(old, **{name: CHANGES[name]})) == (name,)


def test_fields_are_named_in_their_order():
    old = a_full_task()
    assert differing(old, msgspec.structs.replace(old, **CHANGES)) == tuple(CHANGES)


def test_bookkeeping_is_no_difference():
    old = a_full_task()
    new = msgspec.structs.replace(old, version=99, updated_at=NOW)
    assert differing(old, new) == ()
    assert EARLIER != NOW


def test_a_number_written_otherwise_and_an_instant_elsewhere_are_no_difference():
    tokyo = dt.timezone(dt.timedelta(hours=9))
    old = a_task(warning_hours=24.0, due_at=NOW)
    assert differing(old, a_task(warning_hours=24, due_at=NOW.astimezone(tokyo))) == ()
