"""What each endpoint can refuse beside what any can, as far as possible read from the tables of the rules."""

from enum import StrEnum

from punchlist.domain.change_lifecycle import MOVES
from punchlist.domain.change_problems import ChangeKind as C
from punchlist.domain.implementation_tasks import RULES, Deed
from punchlist.domain.permissions import Relation
from punchlist.domain.problems import Kind

Kinds = tuple[StrEnum, ...]


def _deed(deed: Deed) -> Kinds:
    """What stands between somebody and something done with a change's tasks."""
    who, gates = RULES[deed]
    privilege: Kinds = () if Relation.ANYONE in who else (C.NO_PRIVILEGE,)
    return privilege + tuple(refusal for _, refusal in gates)


LOG_IN: Kinds = (C.ATTRIBUTE_REQUIRED, C.LOGIN_REFUSED, C.ACCOUNT_SHUT, C.ACCESS_NOT_ALLOWED)
READ_TEMPLATES: Kinds = (C.TASKS_NOT_MANAGED,)

_CHANGE: Kinds = (
    C.INVALID_GUID,
    C.EMPTY_GUID,
    C.NOT_AN_OPTION,
    C.NOT_A_DATE,
    C.VALUE_TOO_LONG,
    C.ATTRIBUTE_REQUIRED,
    C.INVALID_IMPLEMENTATION_STATUS,
    C.INVALID_CATEGORY,
    C.INVALID_PREFIX,
    C.EFFECTIVITY_ENFORCED,
    C.DEADLINE_NEEDED,
    C.DEADLINE_PAST,
    C.PLANNED_DATE_NOT_TAKEN,
    C.PLANNED_DATE_PAST,
    C.EXPIRATION_NOT_TAKEN,
    C.EXPIRATION_PAST,
)
CREATE_CHANGE: Kinds = (*_CHANGE, C.PREFIX_REQUIRED, C.PREFIX_ENFORCED)
EDIT_CHANGE: Kinds = (
    *_CHANGE,
    C.NO_PRIVILEGE,
    C.LOCKED,
    C.NOT_UPDATABLE,
    C.EFFECTIVITY_FIXED,
    C.CATEGORY_EFFECTIVITY,
    C.CATEGORY_PREFIX,
    C.TASKS_NOT_MANAGED,  # of a category that a change with open tasks is to move to
    Kind.STALE,
    Kind.CONCURRENT_CHANGE,
)
DELETE_CHANGE: Kinds = (
    C.NOT_VISIBLE,
    C.NO_PRIVILEGE,
    C.NOT_DELETABLE,
    Kind.STALE,
    Kind.CONCURRENT_CHANGE,
)
CHANGE_STATUS: Kinds = (
    C.INVALID_GUID,
    C.EMPTY_GUID,
    C.STATUS_REQUIRED,
    C.NOT_AN_OPTION,
    C.VALUE_TOO_LONG,
    C.ASK_FOR_SUBMITTED,
    *sorted({move.refusal for move in MOVES}),
    C.MOVE_NOT_SUPPORTED,
    C.CANNOT_EXPIRE,
    C.CANNOT_BE_EFFECTIVE_AGAIN,
    C.NO_ROUTING,
    C.NO_DEADLINE,
    C.OPEN_TASKS,
    C.INVALID_ADMINISTRATOR,
    C.ADMINISTRATOR_NEEDED,
    C.ADMINISTRATORS_NOT_TAKEN,
    C.IMPLEMENTATION_STATUS_NOT_TAKEN,
    C.INVALID_IMPLEMENTATION_STATUS,
    Kind.CONCURRENT_CHANGE,
)
VOTE: Kinds = (
    C.ATTRIBUTE_REQUIRED,
    C.NOT_AN_OPTION,
    C.VALUE_TOO_LONG,
    C.NO_PRIVILEGE,
    C.MOVE_NOT_SUPPORTED,
    Kind.CONCURRENT_CHANGE,
)

_TASK: Kinds = (
    C.NOT_AN_OPTION,
    C.NOT_A_DATE,
    C.EMPTY_GUID,
    C.INVALID_USER,
    C.INVALID_SUPPLIER,
    C.TASK_NAME_EMPTY,
    C.TASK_NAME_INVALID,
    Kind.CONCURRENT_CHANGE,
)
READ_TASKS: Kinds = _deed(Deed.SEE)
ADD_TASK: Kinds = (*_deed(Deed.ADD), *_TASK, C.ATTRIBUTE_REQUIRED)
EDIT_TASK: Kinds = (*_deed(Deed.EDIT), *_TASK, Kind.STALE)
REMOVE_TASK: Kinds = (*_deed(Deed.REMOVE), C.NOT_VISIBLE, Kind.STALE, Kind.CONCURRENT_CHANGE)

ADD_NOTE: Kinds = (*_deed(Deed.ANNOTATE), C.ATTRIBUTE_REQUIRED, C.VALUE_TOO_LONG, Kind.CONCURRENT_CHANGE)
EDIT_NOTE: Kinds = (*_deed(Deed.ANNOTATE), C.VALUE_TOO_LONG, Kind.CONCURRENT_CHANGE)
REMOVE_NOTE: Kinds = (*_deed(Deed.ANNOTATE), C.NOT_VISIBLE, Kind.CONCURRENT_CHANGE)

_FILE: Kinds = (
    C.NO_PRIVILEGE,
    C.ATTRIBUTE_REQUIRED,
    C.NOT_AN_OPTION,
    C.EMPTY_GUID,
    C.INVALID_GUID,
    C.VALUE_TOO_LONG,
)
_CONTENT: Kinds = (C.CONTENT_MISSING, C.CONTENT_TOO_LARGE, Kind.CONCURRENT_CHANGE)
CREATE_FILE: Kinds = (*_FILE, *_CONTENT)
REPLACE_CONTENT: Kinds = (*_FILE, *_CONTENT, Kind.STALE)
EDIT_FILE: Kinds = (*_FILE, C.NOT_EDITABLE, Kind.STALE, Kind.CONCURRENT_CHANGE)
DELETE_FILE: Kinds = (C.NOT_VISIBLE, C.NO_PRIVILEGE, C.FILE_IN_USE, Kind.STALE, Kind.CONCURRENT_CHANGE)
READ_CONTENT: Kinds = (C.FILE_WITHOUT_CONTENT,)

READ_TASK_FILE: Kinds = (*_deed(Deed.SEE), C.FILE_NOT_THERE)
ADD_TASK_FILE: Kinds = (
    *_deed(Deed.ADD_FILE),
    C.ATTRIBUTE_REQUIRED,
    C.EMPTY_GUID,
    C.INVALID_GUID,
    C.FILE_ALREADY_THERE,
)
REMOVE_TASK_FILE: Kinds = (*_deed(Deed.REMOVE_FILE), C.NOT_VISIBLE)
