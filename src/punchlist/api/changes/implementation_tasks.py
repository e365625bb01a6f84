"""What the endpoints for implementation tasks and their notes do."""

from typing import Any

from punchlist.api.changes import wire
from punchlist.api.changes.answers import ground_of, no_content, ok
from punchlist.api.changes.bodies import (
    IGNORED,
    BadAttributeError,
    Reader,
    boolean,
    date,
    guid,
    number,
    option,
    read_attributes,
    text,
)
from punchlist.api.changes.parameters import page_of
from punchlist.api.common.calls import Answer, Call
from punchlist.api.common.etags import is_known, wanted_versions
from punchlist.domain import ids
from punchlist.domain.categories import Assignee
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.grounds import Ground
from punchlist.domain.implementation_tasks import ImplementationTaskWish, TaskStatus
from punchlist.domain.notes import NoteWish
from punchlist.domain.tokens import Credential
from punchlist.services import access, implementation_tasks, notes
from punchlist.services.access import LookUps
from punchlist.store.bearers import Bearer


async def find_ground(
    look_ups: LookUps, credential: Credential, path: dict[str, Any]
) -> tuple[Bearer | None, Ground | None]:
    """The change that a path names, and the task if it names one, with whoever asks."""
    change_id, task_id = path["change_id"], path.get("task_id")
    if not ids.is_id(change_id):  # nothing to look for, and who asks is told first
        return await access.find_bearer(look_ups, credential), None
    named = task_id if task_id is not None and ids.is_id(task_id) else None
    return await access.find_bearer_and_ground(look_ups, credential, change_id, named)


def _assignee(value: Any) -> Assignee | None:
    """One of user, userGroup and supplier, by guid; an empty object is nobody."""
    if not isinstance(value, dict):
        raise BadAttributeError(ChangeKind.WRONG_VALUE)
    unknown = value.keys() - wire.ASSIGNEE_KINDS.keys()
    if unknown:
        raise BadAttributeError(ChangeKind.UNKNOWN_ATTRIBUTE, attribute=f"assignee.{min(unknown)}")
    given = {name: who for name, who in value.items() if who is not None}
    if len(given) > 1:
        raise BadAttributeError(ChangeKind.WRONG_VALUE)
    for name, who in given.items():
        return Assignee(wire.ASSIGNEE_KINDS[name], guid(who))
    return None


TASK = {
    "name": Reader(text),
    "assignee": Reader(_assignee, nullable=True),
    "dueDate": Reader(date, nullable=True),
    "status": Reader(option(TaskStatus)),
    "warningHours": Reader(number, nullable=True),
    "guid": IGNORED,
}
_FIELDS = {
    "name": "name",
    "assignee": "assignee",
    "dueDate": "due_at",
    "status": "status",
    "warningHours": "warning_hours",
}


def _wish_of(call: Call) -> ImplementationTaskWish:
    return task_wish(call.body, set_null=call.parameters.get("setnull", False))


def task_wish(body: bytes, *, set_null: bool = False) -> ImplementationTaskWish:
    """What a body wishes of a task; raises Rejected when it is no JSON object."""
    given, problems = read_attributes(body, TASK, set_null=set_null)
    return ImplementationTaskWish(
        **{_FIELDS[name]: value for name, value in given.items()}, problems=problems
    )


async def list_tasks(call: Call) -> Answer:
    found = await implementation_tasks.list_tasks(call.db, call.context, ground_of(call), page_of(call))
    return ok(wire.results([wire.render_task(task, shown) for task, shown in found]))


async def add_task(call: Call) -> Answer:
    ground = ground_of(call)
    task, shown = await implementation_tasks.add_task(call.db, call.context, ground, _wish_of(call))
    return ok(wire.render_task(task, shown), version=task.version)


async def get_task(call: Call) -> Answer:
    ground = ground_of(call)
    task, shown = implementation_tasks.see_task(call.context, ground, call.path_parameters["task_id"])
    answer = ok(wire.render_task(task, shown), version=task.version)
    if is_known(call.headers.get("if-none-match"), task.version):
        return Answer(304, None, {"etag": answer.headers["etag"]})
    return answer


async def edit_task(call: Call) -> Answer:
    task, shown = await implementation_tasks.edit_task(
        call.db,
        call.context,
        ground_of(call),
        call.path_parameters["task_id"],
        _wish_of(call),
        versions=wanted_versions(call.headers.get("if-match")),
    )
    return ok(wire.render_task(task, shown), version=task.version)


async def remove_task(call: Call) -> Answer:
    await implementation_tasks.remove_task(
        call.db,
        call.context,
        ground_of(call),
        call.path_parameters["task_id"],
        versions=wanted_versions(call.headers.get("if-match")),
    )
    return no_content()


NOTE = {
    "note": Reader(text),
    "private": Reader(boolean),
    "label": Reader(text, nullable=True),
    "guid": IGNORED,
    "creationDateTime": IGNORED,
}


def _note_wish_of(call: Call) -> NoteWish:
    return note_wish(call.body, set_null=call.parameters.get("setnull", False))


def note_wish(body: bytes, *, set_null: bool = False) -> NoteWish:
    """What a body wishes of a note; raises Rejected when it is no JSON object."""
    given, problems = read_attributes(body, NOTE, set_null=set_null)
    return NoteWish(**given, problems=problems)


async def list_notes(call: Call) -> Answer:
    ground = ground_of(call)
    task_id = call.path_parameters["task_id"]
    found = await notes.list_notes(call.db, call.context, ground, task_id, page_of(call))
    return ok(wire.results([wire.render_note(note) for note in found]))


async def add_note(call: Call) -> Answer:
    ground = ground_of(call)
    task_id = call.path_parameters["task_id"]
    note = await notes.add_note(call.db, call.context, ground, task_id, _note_wish_of(call))
    return ok(wire.render_note(note))


async def get_note(call: Call) -> Answer:
    ground = ground_of(call)
    path = call.path_parameters
    note = await notes.get_note(call.db, call.context, ground, path["task_id"], path["note_id"])
    return ok(wire.render_note(note))


async def edit_note(call: Call) -> Answer:
    ground = ground_of(call)
    path = call.path_parameters
    wish = _note_wish_of(call)
    note = await notes.edit_note(call.db, call.context, ground, path["task_id"], path["note_id"], wish)
    return ok(wire.render_note(note))


async def remove_note(call: Call) -> Answer:
    ground = ground_of(call)
    path = call.path_parameters
    await notes.remove_note(call.db, call.context, ground, path["task_id"], path["note_id"])
    return no_content()
