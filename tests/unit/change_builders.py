"""Changes and what belongs to them as the rules see them, with defaults for the rest."""

import datetime as dt
from typing import Any

from punchlist.domain.categories import (
    Assignee,
    AssigneeKind,
    Attribute,
    Category,
    FieldType,
    ImplementationStatus,
    Template,
)
from punchlist.domain.change_lifecycle import ChangeStatus, Effectivity, RoutingMethod
from punchlist.domain.changes import Change
from punchlist.domain.implementation_tasks import ImplementationTask, TaskStatus
from punchlist.domain.notes import Note
from punchlist.domain.problems import Kind, Rejected
from punchlist.domain.sessions import Account, UserType
from tests.unit.builders import BOB, EARLIER, MIA

CHANGE_ID = "CHANGE00000000000000"
TASK_ID = "TASK0000000000000000"
NOTE_ID = "N0TE0000000000000000"
CATEGORY = "CATEG0RY000000000000"
OTHER_CATEGORY = "0THERCATEG0RY0000000"
ECO, DEV = "EC000000000000000000", "DEV00000000000000000"
GROUP = "GR0UP000000000000000"
ROUTING = "R0UTING0000000000000"

# One attribute of each type, by type.
ATTRIBUTES = {
    field_type: Attribute(
        id=f"{place}ATTRIBUTE0000000000"[:20],
        name=f"The {field_type.value.lower()}",
        api_name=f"attribute{place}",
        field_type=field_type,
        options=("High", "Low") if field_type is FieldType.FIXED_DROP_DOWN else (),
        required=False,
    )
    for place, field_type in enumerate(FieldType)
}


def a_category(**fields: Any) -> Category:
    """A category that leaves its changes every freedom."""
    defaults: dict[str, Any] = {
        "id": CATEGORY,
        "path": ("Change Order", "ECO"),
        "assignable": True,
        "enabled": True,
        "system_defined": False,
        "effectivity": None,
        "enforce_effectivity": False,
        "prefix_id": ECO,
        "enforce_prefix": False,
        "initial_implementation_status": None,
        "implementation_task_management": True,
        "object_level_override": True,
        "routing_method": RoutingMethod.AUTO,
        "creator_id": None,
        "created_at": EARLIER,
        "attributes": tuple(ATTRIBUTES.values()),
    }
    return Category(**(defaults | fields))


def a_template(**fields: Any) -> Template:
    defaults: dict[str, Any] = {
        "id": "TEMP1ATE000000000000",
        "name": "Check Supplier",
        "assignee": Assignee(AssigneeKind.GROUP, GROUP),
        "due_days": 14,
    }
    return Template(**(defaults | fields))


def a_change(**fields: Any) -> Change:
    """An open change that Mia made three days ago."""
    defaults: dict[str, Any] = {
        "id": CHANGE_ID,
        "version": 7,
        "number": "ECO-000026",
        "prefix_id": ECO,
        "title": "Case melting",
        "description": None,
        "category_id": CATEGORY,
        "creator_id": MIA,
        "effectivity": Effectivity.PERMANENT_ON_APPROVAL,
        "planned_effectivity_at": None,
        "expiration_at": None,
        "effective_at": None,
        "approval_deadline_at": None,
        "enforce_approval_deadline": False,
        "status": ChangeStatus.OPEN_AND_UNLOCKED,
        "status_at": EARLIER,
        "implementation_status": ImplementationStatus.NOT_STARTED,
        "implementation_status_at": None,
        "implementation_status_editor_id": None,
        "submitted_at": None,
        "submitter_id": None,
        "routing_ids": (),
        "administrator_ids": (),
        "attributes": {},
        "created_at": EARLIER,
        "updated_at": EARLIER,
    }
    return Change(**(defaults | fields))


def an_implementation_task(**fields: Any) -> ImplementationTask:
    """An implementation task that is nobody's."""
    defaults: dict[str, Any] = {
        "id": TASK_ID,
        "change_id": CHANGE_ID,
        "version": 4,
        "name": "Check Packaging",
        "status": TaskStatus.NOT_STARTED,
        "assignee": None,
        "due_at": None,
        "warning_hours": None,
        "created_at": EARLIER,
        "updated_at": EARLIER,
    }
    return ImplementationTask(**(defaults | fields))


def a_note(**fields: Any) -> Note:
    """What Bob noted for everybody."""
    defaults: dict[str, Any] = {
        "id": NOTE_ID,
        "task_id": TASK_ID,
        "version": 2,
        "author_id": BOB,
        "note": "The boxes are too small",
        "private": False,
        "label": None,
        "created_at": EARLIER,
        "updated_at": EARLIER,
    }
    return Note(**(defaults | fields))


def an_account(**fields: Any) -> Account:
    """Mia's account, with a password."""
    defaults: dict[str, Any] = {
        "workspace_id": 1,
        "workspace_number": 123_456_789,
        "workspace_name": "EveryRoad GPS",
        "request_limit": None,
        "user_id": MIA,
        "user_version": 1,
        "type": UserType.EMPLOYEE,
        "disabled": False,
        "password_hash": "a hash",
        "wrong_tries": 0,
        "shut_until": None,
    }
    return Account(**(defaults | fields))


def wrong(reject: Any) -> list[tuple[str, str]]:
    """The problems with which a call is refused as invalid, without their facts; none if it is not."""
    try:
        reject()
    except Rejected as rejected:
        if rejected.kind is not Kind.INVALID or not rejected.problems:
            raise
        return [(problem.field, problem.reason.value) for problem in rejected.problems]
    return []


def refusal(reject: Any) -> str | None:
    """The kind of refusal that a call meets; None when it meets none."""
    try:
        reject()
    except Rejected as rejected:
        return rejected.kind.value
    return None


def days(count: float) -> dt.timedelta:
    return dt.timedelta(days=count)
