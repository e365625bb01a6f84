"""What stands between a change and its completion: its implementation tasks, and who may touch them when."""

import datetime as dt
from enum import StrEnum
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from punchlist.domain import limits
from punchlist.domain.categories import Assignee, Template
from punchlist.domain.change_lifecycle import CLOSED, ChangeStatus
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.permissions import Relation
from punchlist.domain.problems import Kind, Problem, Rejected


class TaskStatus(StrEnum):
    NOT_STARTED = "NOT_STARTED"
    IN_PROGRESS = "IN_PROGRESS"
    BEHIND = "BEHIND"
    DONE = "DONE"
    CANCELED = "CANCELED"
    NOT_APPLICABLE = "NOT_APPLICABLE"


OPEN = frozenset({TaskStatus.NOT_STARTED, TaskStatus.IN_PROGRESS, TaskStatus.BEHIND})


class ImplementationTask(msgspec.Struct, frozen=True):
    """An implementation task as stored."""

    id: str
    change_id: str
    version: int
    name: str
    status: TaskStatus
    assignee: Assignee | None
    due_at: dt.datetime | None
    warning_hours: float | None
    created_at: dt.datetime
    updated_at: dt.datetime


class ImplementationTaskWish(msgspec.Struct):
    """What somebody wishes an implementation task to be: UNSET leaves alone, None clears."""

    name: str | UnsetType = UNSET
    status: TaskStatus | UnsetType = UNSET
    assignee: Assignee | UnsetType | None = UNSET
    due_at: dt.datetime | UnsetType | None = UNSET
    warning_hours: float | UnsetType | None = UNSET
    problems: tuple[Problem, ...] = ()


class Gate(StrEnum):
    """What must hold of a change and its category before something may be done with its tasks."""

    OPEN = "the change is neither canceled, completed nor uncategorized"
    NOT_CLOSED = "the change is neither canceled nor completed"
    MANAGED = "the category has Implementation Task Management"
    OVERRIDE = "the category has Object Level Override"


class Deed(StrEnum):
    """What can be done with implementation tasks."""

    SEE = "see"
    ADD = "add"
    EDIT = "edit"
    REMOVE = "remove"
    ANNOTATE = "annotate"
    ADD_FILE = "add a file"
    REMOVE_FILE = "remove a file"


_R = Relation
_ANYONE = frozenset({_R.ANYONE})
_OWNERS = frozenset({_R.ADMINISTRATOR, _R.CREATOR})

# Who may do what, and behind which gates, in the order in which they are tried; each gate with what is
# said where it is shut.
RULES: dict[Deed, tuple[frozenset[Relation], tuple[tuple[Gate, ChangeKind], ...]]] = {
    Deed.SEE: (_ANYONE, ((Gate.MANAGED, ChangeKind.TASKS_NOT_MANAGED),)),
    Deed.ADD: (_OWNERS, (
        (Gate.OPEN, ChangeKind.CHANGE_CLOSED),
        (Gate.MANAGED, ChangeKind.TASKS_NOT_MANAGED),
        (Gate.OVERRIDE, ChangeKind.NO_OVERRIDE),
    )),
    Deed.EDIT: (_OWNERS | {_R.ASSIGNEE}, (
        (Gate.OPEN, ChangeKind.CHANGE_CLOSED),
        (Gate.MANAGED, ChangeKind.TASKS_NOT_MANAGED),
        (Gate.OVERRIDE, ChangeKind.NO_OVERRIDE),
    )),
    Deed.REMOVE: (_OWNERS, (
        (Gate.NOT_CLOSED, ChangeKind.CHANGE_CLOSED),
        (Gate.MANAGED, ChangeKind.TASKS_NOT_MANAGED),
        (Gate.OVERRIDE, ChangeKind.NO_OVERRIDE),
    )),
    Deed.ANNOTATE: (_ANYONE, (
        (Gate.NOT_CLOSED, ChangeKind.NOTE_NOT_UPDATABLE),
        (Gate.MANAGED, ChangeKind.TASKS_NOT_MANAGED),
    )),
    Deed.ADD_FILE: (_OWNERS | {_R.ASSIGNEE}, (
        (Gate.NOT_CLOSED, ChangeKind.FILES_NOT_ADDABLE),
        (Gate.MANAGED, ChangeKind.TASKS_NOT_MANAGED),
    )),
    Deed.REMOVE_FILE: (_OWNERS | {_R.ASSIGNEE}, (
        (Gate.NOT_CLOSED, ChangeKind.FILES_NOT_REMOVABLE),
        (Gate.MANAGED, ChangeKind.TASKS_NOT_MANAGED),
    )),
}  # fmt: skip


class Circumstances(msgspec.Struct, frozen=True):
    """What of a change and its category decides about its implementation tasks."""

    status: ChangeStatus
    uncategorized: bool
    managed: bool
    override: bool


def require(deed: Deed, circumstances: Circumstances, relations: frozenset[Relation]) -> None:
    """Raises Rejected unless somebody in these relations may do this now; permission is told first."""
    who, gates = RULES[deed]
    if who.isdisjoint(relations):
        raise Rejected(ChangeKind.NO_PRIVILEGE)
    for gate, refusal in gates:
        if not stands_open(gate, circumstances):
            raise Rejected(refusal)


def stands_open(gate: Gate, circumstances: Circumstances) -> bool:
    """Tells whether a gate is open."""
    if gate is Gate.MANAGED:
        return circumstances.managed
    if gate is Gate.OVERRIDE:
        return circumstances.override
    if gate is Gate.OPEN and circumstances.uncategorized:
        return False
    return circumstances.status not in CLOSED


def create(
    wish: ImplementationTaskWish, *, task_id: str, change_id: str, now: dt.datetime
) -> ImplementationTask:
    """Makes an implementation task of somebody's wish; raises Rejected with every problem found."""
    blank = ImplementationTask(task_id, change_id, 1, "", TaskStatus.NOT_STARTED, None, None, None, now, now)
    values, problems = _check(blank, wish)
    if wish.name is UNSET and not any(problem.field == "name" for problem in wish.problems):
        problems.append(Problem("name", ChangeKind.ATTRIBUTE_REQUIRED, {"attribute": "name"}))
    if problems:
        raise Rejected(Kind.INVALID, problems)
    return msgspec.structs.replace(blank, **values)


def apply(task: ImplementationTask, wish: ImplementationTaskWish, *, now: dt.datetime) -> ImplementationTask:
    """Applies somebody's wish; returns the very same object when nothing would change."""
    values, problems = _check(task, wish)
    if problems:
        raise Rejected(Kind.INVALID, problems)
    differing = {name: value for name, value in values.items() if value != getattr(task, name)}
    if not differing:
        return task
    return msgspec.structs.replace(
        task, **differing, version=task.version + 1, updated_at=max(now, task.updated_at)
    )


def from_template(
    template: Template, *, task_id: str, change_id: str, now: dt.datetime
) -> ImplementationTask:
    """The task that a new change gets from a template of its category."""
    due = None
    if template.due_days is not None:
        due = (now + dt.timedelta(days=template.due_days)).replace(microsecond=0)
    return ImplementationTask(
        task_id, change_id, 1, template.name, TaskStatus.NOT_STARTED, template.assignee, due, None, now, now
    )


def _check(task: ImplementationTask, wish: ImplementationTaskWish) -> tuple[dict[str, Any], list[Problem]]:
    values: dict[str, Any] = {
        name: value
        for name in ImplementationTaskWish.__struct_fields__
        if name != "problems" and (value := getattr(wish, name)) is not UNSET
    }
    problems = list(wish.problems)
    if "name" in values:
        values["name"], found = _clean_name(values["name"])
        problems += found
    if values.get("due_at") is not None:
        try:
            values["due_at"] = values["due_at"].astimezone(dt.UTC).replace(microsecond=0)
        except OverflowError:
            problems.append(Problem("dueDate", ChangeKind.NOT_A_DATE, {"attribute": "dueDate"}))
    if "due_at" in values and values["due_at"] is None and values.get("warning_hours") is None:
        values["warning_hours"] = None
    hours = values.get("warning_hours")
    if hours is not None and (
        not 0 <= hours <= limits.WARNING_HOURS_MAX or values.get("due_at", task.due_at) is None
    ):
        problems.append(Problem("warningHours", ChangeKind.WRONG_VALUE, {"attribute": "warningHours"}))
    return values, problems


def _clean_name(text: str) -> tuple[str, list[Problem]]:
    name = text.strip()
    if not name:
        return name, [Problem("name", ChangeKind.TASK_NAME_EMPTY)]
    if len(name) > limits.IMPLEMENTATION_TASK_NAME_MAX or "\0" in name:
        return name, [Problem("name", ChangeKind.TASK_NAME_INVALID)]
    return name, []
