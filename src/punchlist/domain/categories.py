"""What a workspace says about its changes: categories with their switches, defaults and templates."""

import datetime as dt
from enum import StrEnum
from typing import Any

import msgspec

from punchlist.domain.change_lifecycle import Effectivity, RoutingMethod
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.limits import ATTRIBUTE_TEXT_MAX, TITLE_MAX
from punchlist.domain.problems import Problem

UNCATEGORIZED = "-uncategorized-"
ROOT = "Change"


class ImplementationStatus(StrEnum):
    """How the implementation of a whole change stands, as somebody says; it follows from nothing."""

    NOT_STARTED = "NOT_STARTED"
    IN_PROGRESS = "IN_PROGRESS"
    NEEDS_ATTN = "NEEDS_ATTN"
    DONE = "DONE"
    BLANK = "BLANK"


class FieldType(StrEnum):
    FIXED_DROP_DOWN = "FIXED_DROP_DOWN"
    SINGLE_LINE_TEXT = "SINGLE_LINE_TEXT"
    MULTI_LINE_TEXT = "MULTI_LINE_TEXT"
    NUMBER = "NUMBER"
    DATE = "DATE"


class AssigneeKind(StrEnum):
    USER = "user"
    GROUP = "group"
    SUPPLIER = "supplier"


class Assignee(msgspec.Struct, frozen=True):
    """Whose an implementation task is: a user, a user group or a supplier, by id."""

    kind: AssigneeKind
    id: str


class Attribute(msgspec.Struct, frozen=True):
    """An additional attribute that changes of some categories carry."""

    id: str
    name: str
    api_name: str
    field_type: FieldType
    options: tuple[str, ...]
    required: bool


class Template(msgspec.Struct, frozen=True):
    """An implementation task that every new change of a category gets."""

    id: str
    name: str
    assignee: Assignee | None
    due_days: int | None


class Category(msgspec.Struct, frozen=True):
    """A kind of change, with all that follows from it. `path` starts below the root."""

    id: str
    path: tuple[str, ...]
    assignable: bool
    enabled: bool
    system_defined: bool
    effectivity: Effectivity | None
    enforce_effectivity: bool
    prefix_id: str | None
    enforce_prefix: bool
    initial_implementation_status: ImplementationStatus | None
    implementation_task_management: bool
    object_level_override: bool
    routing_method: RoutingMethod
    creator_id: str | None
    created_at: dt.datetime
    administrator_ids: frozenset[str] = frozenset()
    attributes: tuple[Attribute, ...] = ()
    templates: tuple[Template, ...] = ()

    @property
    def name(self) -> str:
        return self.path[-1]

    @property
    def is_uncategorized(self) -> bool:
        return self.path == (UNCATEGORIZED,)


def check_value(attribute: Attribute, value: Any) -> tuple[Any, Problem | None]:
    """Normalises the value of an additional attribute, or says what is wrong with it. None clears."""
    if value is None:
        return None, None
    check = _CHECKS[attribute.field_type]
    normal, kind, facts = check(attribute.options, value)
    if kind is None:
        return normal, None
    return None, Problem(attribute.name, kind, {"attribute": attribute.name, **facts})


_Checked = tuple[Any, ChangeKind | None, dict[str, Any]]


def _option(options: tuple[str, ...], value: Any) -> _Checked:
    if value in options:
        return value, None, {}
    return None, ChangeKind.NOT_AN_OPTION, {"value": value}


def _line(_: tuple[str, ...], value: Any) -> _Checked:
    return _text(value, TITLE_MAX)


def _lines(_: tuple[str, ...], value: Any) -> _Checked:
    return _text(value, ATTRIBUTE_TEXT_MAX)


def _text(value: Any, most: int) -> _Checked:
    if not isinstance(value, str) or "\0" in value:
        return None, ChangeKind.WRONG_VALUE, {}
    if len(value) > most:
        return None, ChangeKind.VALUE_TOO_LONG, {"max": most}
    return value, None, {}


def _number(_: tuple[str, ...], value: Any) -> _Checked:
    """Clients send numbers as numbers and as text; both are kept as numbers."""
    if isinstance(value, str):
        try:
            value = msgspec.json.decode(value.strip())
        except (msgspec.DecodeError, RecursionError):
            return None, ChangeKind.WRONG_VALUE, {}
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None, ChangeKind.WRONG_VALUE, {}
    return value, None, {}


def _date(_: tuple[str, ...], value: Any) -> _Checked:
    try:
        given = msgspec.convert(value, dt.datetime)
        if given.tzinfo is None:  # which instant that is would depend on where the server stands
            return None, ChangeKind.NOT_A_DATE, {}
        instant = given.astimezone(dt.UTC).replace(tzinfo=None)
    except (msgspec.ValidationError, OverflowError):
        return None, ChangeKind.NOT_A_DATE, {}
    return f"{instant.isoformat(timespec='seconds')}Z", None, {}


_CHECKS = {
    FieldType.FIXED_DROP_DOWN: _option,
    FieldType.SINGLE_LINE_TEXT: _line,
    FieldType.MULTI_LINE_TEXT: _lines,
    FieldType.NUMBER: _number,
    FieldType.DATE: _date,
}
