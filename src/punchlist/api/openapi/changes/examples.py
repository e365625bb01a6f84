"""The change dialect's examples: bodies, and what the rules and the renderers answer to them.

They cannot say what the server would not: each is made by what makes it in earnest.
"""

from typing import Any

from punchlist.api.changes import shapes, wire
from punchlist.api.changes.changes import render_move
from punchlist.api.changes.door import UNLIMITED
from punchlist.api.changes.errors import entry
from punchlist.api.changes.history import render_event
from punchlist.api.openapi.changes import world
from punchlist.api.openapi.changes.world import shown
from punchlist.api.openapi.dialect import Example
from punchlist.api.openapi.tasks.examples import ADA_ID, GRACE_ID, OPENED, REQUEST_ID
from punchlist.domain import events as record
from punchlist.domain.categories import ImplementationStatus
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.events import Entity, Verb
from punchlist.domain.problems import Problem
from punchlist.store.events import Recorded

_TOKEN = "sl_2n9c_ThisTokenIsAnExampleAndNoSession"  # noqa: S105  (of no session)


def _list(*entries: Any) -> Any:
    return shown(wire.results(list(entries)))


_change = wire.render_change(world.as_shown(world.CREATED, world.TEMPLATE_TASK), world.BASE_URL)
_edited = wire.render_change(world.as_shown(world.EDITED, world.TEMPLATE_TASK), world.BASE_URL)
_approved = wire.render_change(world.as_shown(world.EFFECTIVE, world.TEMPLATE_TASK), world.BASE_URL)
_compact = wire.render_compact_change(world.as_shown(world.CREATED), world.BASE_URL)
_submitted = wire.render_moved(
    world.as_shown(world.SUBMITTED), world.BASE_URL, "Ready for review.", implementation_status=False
)
_task = wire.render_task(world.TASK, world.IN_GROUP)
_done = wire.render_task(world.DONE_TASK, world.IN_GROUP)
_first = wire.render_task(world.TEMPLATE_TASK, world.IN_GROUP)
_link = wire.render_file(world.LINK)
_task_file = wire.render_task_file(world.TASK_FILE, world.LINK)
_note = wire.render_note(world.NOTE)
_ada, _grace, _partner = map(wire.render_user, world.USERS.values())
_group = wire.render_group(world.GROUP)
_category = wire.render_category(world.CATEGORY, world.USERS, {world.PREFIX_ID: world.PREFIX})
_template = wire.render_template(world.TEMPLATE, world.IN_GROUP)
_attribute = wire.render_attribute(world.ATTRIBUTE, with_options=True)
_routing = wire.render_routing(world.ROUTING)
_supplier = wire.render_supplier(world.SUPPLIER)


def _history() -> list[shapes.EventOut]:
    """What happened to the change, newest first."""
    task = Entity.IMPLEMENTATION_TASK
    told = (
        (67, record.updated(task, world.TASK, world.DONE_TASK, world.NOW), world.GRACE),
        (
            63,
            record.updated(Entity.CHANGE, world.CREATED, world.SUBMITTED, world.NOW, verb=Verb.TRANSITIONED),
            world.ADA,
        ),
        (58, record.created(task, world.TASK, OPENED), world.ADA),
        (57, record.created(Entity.CHANGE, world.CREATED, OPENED), world.ADA),
    )
    return [
        render_event(
            Recorded(
                seq=seq,
                actor_id=actor.id,
                actor_name=actor.name,
                verb=event.verb,
                entity=event.entity,
                entity_id=event.entity_id,
                before=shown(event.before),
                after=shown(event.after),
                at=event.at,
                request_id=REQUEST_ID,
            )
        )
        for seq, event, actor in told
    ]


_CONTENT = "The hinge held for twenty thousand turns."

ANSWERS: dict[str, Any] = {
    "log_in": shown(
        shapes.SessionOut(
            session_id=_TOKEN,
            arena_session_id=_TOKEN,
            workspace_id=208_451_337,
            workspace_name="EveryHome",
            workspace_request_limit=UNLIMITED,
        )
    ),
    "list_settings_users": _list(_ada, _grace, _partner),
    "get_settings_user": shown(_grace),
    "list_groups": _list(_group),
    "get_group": shown(_group),
    "list_group_users": _list(_grace, _partner),
    "list_group_employees": _list(_grace),
    "list_group_partners": _list(_partner),
    "list_change_administrators": _list(_ada),
    "get_change_administrator": shown(_ada),
    "list_categories": _list(_category),
    "get_category": shown(_category),
    "list_implementation_templates": _list(_template),
    "get_implementation_template": shown(_template),
    "list_category_attributes": _list(_attribute),
    "list_change_attributes": _list(_attribute),
    "list_routings": _list(_routing),
    "get_routing": shown(_routing),
    "list_number_prefixes": _list(wire.render_prefix(world.PREFIX)),
    "list_implementation_statuses": _list(*map(wire.render_implementation_status, ImplementationStatus)),
    "list_suppliers": _list(_supplier),
    "get_supplier": shown(_supplier),
    "list_changes": _list(_compact),
    "create_change": shown(_change),
    "change_status": shown(_submitted),
    "get_change": shown(_change),
    "edit_change": shown(_edited),
    "list_alerts": _list(entry(Problem("approvalDeadlineDateTime", ChangeKind.NO_DEADLINE))),
    "list_status_changes": shown(
        shapes.PossibleMovesOut(world.EFFECTIVE.status, [render_move(world.OPEN_TASKS_LEFT)])
    ),
    "change_history": _list(*_history()),
    "vote": shown(_approved),
    "list_implementation_tasks": _list(_first, _done),
    "add_implementation_task": shown(_task),
    "get_implementation_task": shown(_task),
    "edit_implementation_task": shown(_done),
    "list_files": _list(_link),
    "create_file": shown(_link),
    "get_file": shown(_link),
    "edit_file": shown(wire.render_file(world.EDITED_LINK)),
    "get_file_content": _CONTENT,
    "list_task_files": _list(_task_file),
    "add_task_file": shown(_task_file),
    "get_task_file": shown(_task_file),
    "list_notes": _list(_note),
    "add_note": shown(_note),
    "get_note": shown(_note),
    "edit_note": shown(wire.render_note(world.EDITED_NOTE)),
}

_HAND_BACK = shown(_task) | {"name": "Commit all changes to the archive"}
_ADA = {"guid": ADA_ID}

BODIES: dict[str, dict[str, Example]] = {
    "log_in": {
        "short": Example(
            "To the workspace used last", {"email": "ada@example.com", "password": "correct horse battery"}
        ),
        "full": Example(
            "To a certain workspace",
            {
                "email": "ada@example.com",
                "password": "correct horse battery",
                "workspaceId": 208_451_337,
            },
        ),
    },
    "create_change": {
        "short": Example("The least that is needed", {"title": "A stronger hinge"}),
        "full": Example("With a category and its attribute", world.NEW_CHANGE),
        "temporary": Example(
            "For a time",
            {
                "title": "Use the old hinges up",
                "effectivityType": "TEMPORARY",
                "expirationDateTime": "2035-06-01T07:00:00Z",
                "numberSequencePrefix": {"value": "ECO-"},
            },
        ),
    },
    "edit_change": {
        "edit": Example("Another title, and how it stands", world.CHANGED_CHANGE),
        "clear": Example("Clear what need not be there, with setnull", {"description": None}),
        "back": Example("Send back a change that was read", shown(_change) | {"title": "A hinge"}),
    },
    "change_status": {
        "submit": Example(
            "Submit it",
            {"change": {"guid": world.CHANGE_ID}, "status": "SUBMITTED", "comment": "Ready for review."},
        ),
        "route": Example(
            "Submit it to administrators, who set its routing",
            {"change": {"guid": world.CHANGE_ID}, "status": "SUBMITTED", "administrators": [_ADA]},
        ),
        "complete": Example(
            "Complete it",
            {
                "change": {"guid": world.CHANGE_ID},
                "status": "COMPLETED",
                "implementationStatus": {"value": "DONE"},
            },
        ),
    },
    "vote": {
        "approve": Example("For it", {"vote": "APPROVE"}),
        "reject": Example("Against it", {"vote": "REJECT", "comment": "The screws are too short."}),
    },
    "add_implementation_task": {
        "group": Example("For a group", world.NEW_TASK),
        "short": Example("The least that is needed", {"name": "Check Packaging"}),
        "user": Example(
            "For somebody, who is reminded a day before",
            {
                "name": "Check Packaging",
                "assignee": {"user": {"guid": GRACE_ID}},
                "dueDate": "2035-06-01T17:00:00Z",
                "warningHours": 24,
            },
        ),
    },
    "edit_implementation_task": {
        "all": Example("All that can be said", world.CHANGED_TASK),
        "done": Example("It is done", {"status": "DONE"}),
        "clear": Example("For nobody, at no time, with setnull", {"assignee": None, "dueDate": None}),
        "back": Example("Send back a task that was read, with a new name", _HAND_BACK),
    },
    "create_file": {
        "link": Example("A link", world.NEW_LINK),
        "place_holder": Example(
            "Content that is still to come", {"title": "Test report", "storageMethodName": "PLACE_HOLDER"}
        ),
    },
    "edit_file": {
        "edit": Example("Another title", world.CHANGED_LINK),
        "link": Example(
            "Make it a link", {"storageMethodName": "WEB", "location": "https://example.com/hinge.pdf"}
        ),
        "clear": Example("Clear what need not be there, with setnull", {"format": None}),
    },
    "add_task_file": {"file": Example("A file", {"file": {"guid": world.FILE_ID}})},
    "add_note": {"note": Example("A note", world.NEW_NOTE)},
    "edit_note": {"edit": Example("What it is to say now", world.CHANGED_NOTE)},
}

FORMS: dict[str, dict[str, Example]] = {
    "create_file": {
        "short": Example("The least that is needed", {"content": _CONTENT, "title": "Test report"}),
        "full": Example(
            "All that can be said",
            {
                "content": _CONTENT,
                "title": "Test report of the hinge",
                "description": "Twenty thousand turns.",
                "edition": "2",
                "format": "Text",
                "private": True,
                "storageMethodName": "FILE",
                "category.guid": world.CATEGORY_ID,
                "author.fullName": "Grace Hopper",
            },
        ),
    },
    "replace_file_content": {
        "content": Example("Other content", {"content": _CONTENT}),
        "edition": Example("A new edition", {"content": _CONTENT, "edition": "3"}),
    },
}
