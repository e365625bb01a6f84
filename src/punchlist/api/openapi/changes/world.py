"""The workspace that the change dialect's examples are about, and what the rules make of what is asked of it.

Ada's company changes a product: a change is made, its category's template becomes a task, another task is
added, and somebody of the group that has it says that it is done.
"""

from typing import Any

import msgspec

from punchlist.api.changes import files as file_door
from punchlist.api.changes import implementation_tasks as door
from punchlist.api.changes.bodies import read_object
from punchlist.api.changes.changes import CHANGE, attributes_of, values_of
from punchlist.api.openapi.tasks.examples import ADA_ID, GRACE_ID, OPENED, STARTED
from punchlist.domain import changes, files, implementation_tasks, notes
from punchlist.domain.categories import (
    Assignee,
    AssigneeKind,
    Attribute,
    Category,
    FieldType,
    ImplementationStatus,
    Template,
)
from punchlist.domain.change_lifecycle import Asked, ChangeStatus, Effectivity, RoutingMethod
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.changes import Change, ChangeWish
from punchlist.domain.files import TaskFile
from punchlist.domain.grounds import AssigneeFacts
from punchlist.domain.implementation_tasks import ImplementationTask, TaskStatus
from punchlist.domain.permissions import Relation
from punchlist.domain.problems import Rejected
from punchlist.domain.sessions import UserType
from punchlist.services.changes import PossibleMove
from punchlist.store.change_views import Named, Person, ShownAttribute, ShownChange
from punchlist.store.configuration_views import ShownGroup, ShownRouting, ShownUser

BASE_URL = "http://127.0.0.1:8000"
NOW = STARTED

CHANGE_ID = "F3QN8W0ZK5TD1VJ7XM2B"
TASK_ID = "J1L4IFJLWDWZI0G8FQA8"
GROUP_ID = "VDXGURVX8OUH0J2L4HEJ"
MALFORMED_GUID = "XFWQ0GZGZDJ015J12"
CATEGORY_ID = "C2VY6WQ1ZD8KX0TJ4M9H"
PREFIX_ID = "P7XM2RBK3V8DZ5T0QW1N"
ROUTING_ID = "R0QW1NJ7XM2RBK3V8DZ5"
SUPPLIER_ID = "S9W4TD1VJ6RNB7M0XK2Q"
TEMPLATE_ID = "T4MZQ0W8KX1JD6VR3B7N"
ATTRIBUTE_ID = "A5BJ8WV2K0X1TQNZD47M"
NOTE_ID = "N6RJ1Z0X9BQM4TK7DN2V"
FILE_ID = "G4YJ1FCG1TAT9SB0KX9M"
TASK_FILE_ID = "D0K3HEX1KVCT8RATCV2D"
_TEMPLATE_TASK_ID = "K8WV2J7TM0X4QN1Z5RDB"

NEW_CHANGE = {
    "title": "A stronger hinge",
    "description": "The hinge of the lid breaks after some two thousand turns.",
    "category": {"guid": CATEGORY_ID},
    "routings": [{"guid": ROUTING_ID}],
    "additionalAttributes": [{"guid": ATTRIBUTE_ID, "value": "Field failure"}],
}
CHANGED_CHANGE = {"title": "A stronger hinge, and its screws", "implementationStatus": "IN_PROGRESS"}
NEW_TASK = {
    "name": "Commit changes to archive",
    "assignee": {"userGroup": {"guid": GROUP_ID, "name": "EveryHome Engineering USA"}},
    "dueDate": "2022-03-07T08:00:00Z",
    "status": "NOT_STARTED",
}
CHANGED_TASK = {
    "name": "Check Packaging",
    "assignee": {"userGroup": {"guid": GROUP_ID}},
    "dueDate": "2022-03-07T08:00:00Z",
    "status": "DONE",
}
NEW_NOTE = {"note": "The old drawings are in the archive.", "private": False, "label": "Archive"}
CHANGED_NOTE = {"note": "The old drawings are in the archive, under 2022."}

NEW_LINK = {
    "title": "Test report of the hinge",
    "storageMethodName": "WEB",
    "location": "https://example.com/reports/hinge.pdf",
    "edition": "2",
    "author": {"fullName": "Grace Hopper"},
}
CHANGED_LINK = {"title": "Test report of the lid's hinge", "description": "Twenty thousand turns."}

ADA = ShownUser(ADA_ID, "ada@example.com", "Ada Lovelace", True, UserType.EMPLOYEE)
GRACE = ShownUser(GRACE_ID, "grace@example.com", "Grace Hopper", True, UserType.EMPLOYEE)
PARTNER = ShownUser("Z1VJ6RNB7M0XK2QS9W4T", "pat@example.com", "Pat Moulder", True, UserType.PARTNER)
USERS = {user.id: user for user in (ADA, GRACE, PARTNER)}
GROUP = ShownGroup(GROUP_ID, "EveryHome Engineering USA", "All engineers there.", True, ("CHANGES",))
IN_GROUP = AssigneeFacts(GROUP.name, None, enabled=True, takes_changes=True)
SUPPLIER = Named(SUPPLIER_ID, "Hinges and More")
PREFIX = Named(PREFIX_ID, "ECO-")
ROUTING = ShownRouting(ROUTING_ID, "Engineering and quality", "Both must approve.")

ATTRIBUTE = Attribute(
    ATTRIBUTE_ID,
    "Reason for the change",
    "custom1",
    FieldType.FIXED_DROP_DOWN,
    ("Field failure", "Cost", "Supply"),
    required=True,
)
TEMPLATE = Template(TEMPLATE_ID, "Check Packaging", Assignee(AssigneeKind.GROUP, GROUP_ID), due_days=14)
CATEGORY = Category(
    id=CATEGORY_ID,
    path=("Change Order", "Engineering Change Order"),
    assignable=True,
    enabled=True,
    system_defined=False,
    effectivity=Effectivity.PERMANENT_ON_APPROVAL,
    enforce_effectivity=False,
    prefix_id=PREFIX_ID,
    enforce_prefix=True,
    initial_implementation_status=ImplementationStatus.NOT_STARTED,
    implementation_task_management=True,
    object_level_override=True,
    routing_method=RoutingMethod.USER_DEFINED,
    creator_id=ADA_ID,
    created_at=OPENED,
    administrator_ids=frozenset({ADA_ID}),
    attributes=(ATTRIBUTE,),
    templates=(TEMPLATE,),
)

encode = msgspec.json.encode


def shown(value: Any) -> Any:
    """A value as it reads off the wire."""
    return msgspec.json.decode(encode(value))


def change_wish(body: dict[str, Any]) -> ChangeWish:
    """What a body wishes of a change."""
    given, problems = read_object(body, CHANGE)
    values = values_of(given)
    if "additionalAttributes" in given:
        values["attributes"], found = attributes_of(given["additionalAttributes"], [ATTRIBUTE], set_null=True)
        problems += found
    return ChangeWish(**values, problems=problems)


def create(body: dict[str, Any], **category: Any) -> Change:
    """The change that a body makes, in a category that differs in so far."""
    return changes.create(
        change_wish(body),
        change_id=CHANGE_ID,
        category=msgspec.structs.replace(CATEGORY, **category),
        prefix_id=PREFIX_ID,
        creator_id=ADA_ID,
        routings=frozenset({ROUTING_ID}),
        now=OPENED,
    )


def edit(
    change: Change, body: dict[str, Any], *, who: Relation = Relation.ADMINISTRATOR, **category: Any
) -> Change:
    """What a body makes of a change."""
    return changes.edit(
        change,
        change_wish(body),
        category=msgspec.structs.replace(CATEGORY, **category),
        relations=frozenset({who}),
        editor_id=GRACE_ID,
        routings=frozenset({ROUTING_ID}),
        now=NOW,
    )


CREATED = msgspec.structs.replace(create(NEW_CHANGE), number="ECO-000026")
EDITED = edit(CREATED, CHANGED_CHANGE)
SUBMITTED = changes.move(CREATED, ChangeStatus.SUBMITTED_FOR_APPROVAL, now=NOW, mover_id=ADA_ID)
APPROVED = changes.move(SUBMITTED, ChangeStatus.APPROVED, now=NOW, mover_id=GRACE_ID)
EFFECTIVE = changes.by_the_clock(APPROVED, NOW) or APPROVED
OPEN_TASKS_LEFT = PossibleMove(
    Asked.COMPLETED, ChangeStatus.COMPLETED, Rejected(ChangeKind.OPEN_TASKS, count=2)
)
COMPLETED = changes.move(
    EFFECTIVE,
    ChangeStatus.COMPLETED,
    now=NOW,
    mover_id=ADA_ID,
    implementation_status=ImplementationStatus.DONE,
)

TEMPLATE_TASK = implementation_tasks.from_template(
    TEMPLATE, task_id=_TEMPLATE_TASK_ID, change_id=CHANGE_ID, now=OPENED
)
TASK = implementation_tasks.create(
    door.task_wish(encode(NEW_TASK)), task_id=TASK_ID, change_id=CHANGE_ID, now=OPENED
)
DONE_TASK = implementation_tasks.apply(TASK, door.task_wish(encode(CHANGED_TASK)), now=NOW)
NOTE = notes.create(
    door.note_wish(encode(NEW_NOTE)), note_id=NOTE_ID, task_id=TASK_ID, author_id=GRACE_ID, now=NOW
)
EDITED_NOTE = notes.apply(NOTE, door.note_wish(encode(CHANGED_NOTE)), now=NOW)

LINK = files.numbered(
    files.create(
        file_door.file_wish(encode(NEW_LINK)), file_id=FILE_ID, creator_id=GRACE_ID, content=None, now=OPENED
    ),
    "FILE-000007",
)
EDITED_LINK = files.edit(LINK, file_door.file_wish(encode(CHANGED_LINK)), now=NOW)
TASK_FILE = TaskFile(TASK_FILE_ID, TASK_ID, FILE_ID, NOW)


def as_shown(change: Change, *tasks: ImplementationTask) -> ShownChange:
    """A change with the names of what it refers to, and how far these tasks of it are."""
    return ShownChange(
        change=change,
        category_path=CATEGORY.path,
        creator=_person(change.creator_id),
        submitter=_person(change.submitter_id),
        editor=_person(change.implementation_status_editor_id),
        routings=(Named(ROUTING.id, ROUTING.name),),
        administrators=(),
        attributes=(
            ShownAttribute(
                ATTRIBUTE.id,
                ATTRIBUTE.api_name,
                ATTRIBUTE.name,
                ATTRIBUTE.field_type,
                change.attributes.get(ATTRIBUTE.id),
            ),
        ),
        total=len(tasks),
        done=sum(task.status is TaskStatus.DONE for task in tasks),
        overdue=sum(_is_overdue(task) for task in tasks),
    )


def _is_overdue(task: ImplementationTask) -> bool:
    return task.status in implementation_tasks.OPEN and task.due_at is not None and task.due_at < NOW


def _person(user_id: str | None) -> Person | None:
    user = USERS.get(user_id or "")
    return None if user is None else Person(user.id, user.email, user.name)
