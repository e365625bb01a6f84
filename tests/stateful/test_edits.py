"""The algebra of edits: an empty one is the identity, twice is once, what is not named never changes, and
an event exists exactly when something changed and says exactly what."""

import datetime as dt
from typing import Any

import msgspec
from hypothesis import assume, given
from hypothesis import strategies as st

from punchlist.domain import tasks as rules
from punchlist.domain.context import system_context
from punchlist.domain.events import Entity, differing, updated
from punchlist.domain.lifecycle import TRANSITIONS, Status
from punchlist.domain.problems import Rejected
from punchlist.domain.tasks import AssigneeFacts, Priority, Task, TaskChanges
from punchlist.services import tasks
from tests.stateful.bounds import examples
from tests.stateful.scenery import NOW, hours, identifiers, instants, lines, tags, text
from tests.support.people import Cast

FIELDS = [name for name in TaskChanges.__struct_fields__ if name != "problems"]
HERE = AssigneeFacts(exists=True, disabled=False)
LATER = NOW + dt.timedelta(minutes=5)


@st.composite
def stored_tasks(draw: st.DrawFn) -> Task:
    due = draw(st.none() | instants)
    return Task(
        id=draw(identifiers),
        version=draw(st.integers(1, 2**40)),
        title=draw(lines).strip(),
        description=draw(st.none() | text(0, 30)),
        status=draw(st.sampled_from(Status)),
        priority=draw(st.sampled_from(Priority)),
        created_by=draw(st.none() | identifiers),
        assignee_id=draw(st.none() | identifiers),
        due_at=due,
        warning_hours=None if due is None else draw(st.none() | hours.map(float)),
        tags=tuple(draw(tags)),
        created_at=NOW - dt.timedelta(days=1),
        updated_at=draw(st.sampled_from([NOW - dt.timedelta(days=1), NOW + dt.timedelta(seconds=1)])),
    )


def some_changes(assignees: st.SearchStrategy[str] = identifiers) -> st.SearchStrategy[dict[str, Any]]:
    """Wishes for some of the fields, each of them acceptable by itself."""
    return st.fixed_dictionaries(
        {},
        optional={
            "title": lines,
            "description": st.none() | text(0, 30),
            "status": st.sampled_from(Status),
            "priority": st.sampled_from(Priority),
            "assignee_id": st.none() | assignees,
            "due_at": st.none() | instants,
            "warning_hours": st.none() | hours,
            "tags": st.none() | tags.map(tuple),
        },
    )


def edited(task: Task, changes: dict[str, Any]) -> Task:
    return rules.apply(task, TaskChanges(**changes), assignee=HERE, now=NOW)


def accepted(task: Task, changes: dict[str, Any]) -> Task:
    """The task after an edit, where the rules let it pass; other draws are not of interest here."""
    try:
        return edited(task, changes)
    except Rejected:
        assume(False)
        raise


@examples(50)
@given(task=stored_tasks())
def test_the_empty_edit_is_the_identity(task: Task):
    assert edited(task, {}) is task


@examples(50)
@given(task=stored_tasks())
def test_sending_a_task_back_is_the_identity(task: Task):
    assert edited(task, {name: getattr(task, name) for name in FIELDS}) is task


@examples(200)
@given(task=stored_tasks(), changes=some_changes())
def test_an_edit_made_twice_is_made_once(task: Task, changes: dict[str, Any]):
    once = accepted(task, changes)
    assert edited(once, changes) is once


@examples(200)
@given(task=stored_tasks(), changes=some_changes())
def test_what_an_edit_does_not_name_never_changes(task: Task, changes: dict[str, Any]):
    after = accepted(task, changes)
    named = set(changes)
    if changes.get("due_at", NOW) is None:
        named.add("warning_hours")  # which goes with the date it stands before
    touched = {name for name in Task.__struct_fields__ if getattr(after, name) != getattr(task, name)}
    assert touched <= named | {"version", "updated_at"}
    assert touched.isdisjoint({"id", "created_by", "created_at"})


@examples(200)
@given(task=stored_tasks(), changes=some_changes())
def test_what_an_edit_names_is_as_it_was_wished(task: Task, changes: dict[str, Any]):
    after = accepted(task, changes)
    wished = {name: value for name, value in changes.items() if name not in ("title", "tags")}
    assert {name: getattr(after, name) for name in wished} == wished
    if "title" in changes:
        assert after.title == changes["title"].strip()
    if "tags" in changes:
        assert after.tags == (changes["tags"] or ())


@examples(200)
@given(task=stored_tasks(), changes=some_changes())
def test_an_edit_counts_as_one_exactly_when_something_changed(task: Task, changes: dict[str, Any]):
    after = accepted(task, changes)
    if after is task:
        return
    event = updated(Entity.TASK, task, after, after.updated_at)
    assert event.after
    assert msgspec.structs.replace(task, **event.after) == msgspec.structs.replace(
        after, version=task.version, updated_at=task.updated_at
    )
    assert msgspec.structs.replace(after, **event.before) == msgspec.structs.replace(
        task, version=after.version, updated_at=after.updated_at
    )
    assert all(event.before[name] != event.after[name] for name in event.after)
    assert after.version == task.version + 1
    assert after.updated_at >= max(task.updated_at, NOW)


@examples(200)
@given(task=stored_tasks(), changes=some_changes())
def test_a_refused_edit_is_refused_for_a_reason_that_is_there(task: Task, changes: dict[str, Any]):
    """All wishes drawn are acceptable by themselves; only these can clash with the task or the clock."""
    moves = changes.get("status", task.status)
    due = changes.get("due_at", task.due_at)
    reasons = {
        "status": moves not in (task.status, *TRANSITIONS[task.status]),
        "due_at": due is not None and due != task.due_at and due <= NOW,
        "warning_hours": changes.get("warning_hours") is not None and due is None,
    }
    expected = {field for field, there in reasons.items() if there}
    try:
        edited(task, changes)
        refused = set()
    except Rejected as rejected:
        refused = {problem.field for problem in rejected.problems} or {"status"}
    assert refused == expected


@examples(40)
@given(data=st.data())
def test_the_record_in_the_database_says_what_the_database_holds(company: Cast, data: st.DataObject):
    db, run = company.backstage.db, company.backstage.run
    context = system_context(company.workspace_id, NOW)
    task = run(tasks.create_task(db, context, TaskChanges(title="Check the torque")))
    wishes = some_changes(st.sampled_from([company.mia.id, company.bob.id]))
    for second in range(1, 5):
        changes = TaskChanges(**data.draw(wishes))
        later = msgspec.structs.replace(context, now=NOW + dt.timedelta(seconds=second))
        try:
            after = run(tasks.update_task(db, later, task.id, changes, found=task))
        except Rejected:
            after = task
        assert run(tasks.find_task(db, context, task.id)) == after
        changed = differing(task, after)
        entries = company.backstage.rows(
            "SELECT before, after, version, at FROM events"
            " WHERE workspace_id = $1 AND entity_id = $2 AND version > $3",
            company.workspace_id,
            task.id,
            task.version,
        )
        assert [
            (msgspec.json.decode(entry["before"]), msgspec.json.decode(entry["after"]), entry["version"])
            for entry in entries
        ] == ([(wire_values(task, changed), wire_values(after, changed), after.version)] if changed else [])
        assert [entry["at"] for entry in entries] == [after.updated_at] * len(entries)
        task = after


def wire_values(task: Task, names: tuple[str, ...]) -> Any:
    """The values as JSON holds them."""
    return msgspec.json.decode(msgspec.json.encode({name: getattr(task, name) for name in names}))
