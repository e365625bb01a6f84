"""What a task is, and what becomes of it when somebody creates or changes it."""

import datetime as dt
from enum import StrEnum
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from punchlist.domain import limits
from punchlist.domain.lifecycle import TRANSITIONS, Status, may_become
from punchlist.domain.problems import Kind, Problem, Reason, Rejected
from punchlist.domain.text import check_text, clean_line


class Priority(StrEnum):
    """How urgent a task is. The order of declaration is the order of sorting."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    URGENT = "URGENT"


class Task(msgspec.Struct, frozen=True):
    """A task as it is stored. Instants are UTC; `due_at` has no fraction of a second."""

    id: str
    version: int
    title: str
    description: str | None
    status: Status
    priority: Priority
    created_by: str | None
    assignee_id: str | None
    due_at: dt.datetime | None
    warning_hours: float | None
    tags: tuple[str, ...]
    created_at: dt.datetime
    updated_at: dt.datetime


class TaskChanges(msgspec.Struct):
    """What somebody wishes a task to be: UNSET leaves a field alone, None clears it where that makes sense.

    `problems` are those already found at the door; they are reported together with what is found here.
    """

    title: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    status: Status | UnsetType = UNSET
    priority: Priority | UnsetType = UNSET
    assignee_id: str | UnsetType | None = UNSET
    due_at: dt.datetime | UnsetType | None = UNSET
    warning_hours: float | UnsetType | None = UNSET
    tags: tuple[str, ...] | UnsetType | None = UNSET
    problems: tuple[Problem, ...] = ()


class AssigneeFacts(msgspec.Struct, frozen=True):
    """What the database says about the user a task is to be given to."""

    exists: bool
    disabled: bool


def new_assignee(task: Task | None, changes: TaskChanges) -> str | UnsetType | None:
    """The assignee that the changes would bring in, or UNSET when they assign to nobody new.

    Sending the present assignee again is no assignment, nor is unassigning.
    """
    wished = changes.assignee_id
    if wished is UNSET or wished is None or (task is not None and wished == task.assignee_id):
        return UNSET
    return wished


def create(
    changes: TaskChanges,
    *,
    task_id: str,
    creator_id: str | None,
    assignee: AssigneeFacts | None,
    now: dt.datetime,
) -> Task:
    """Makes a new task of somebody's wish, or raises Rejected with every problem found."""
    blank = Task(
        id=task_id,
        version=1,
        title="",
        description=None,
        status=Status.TODO,
        priority=Priority.MEDIUM,
        created_by=creator_id,
        assignee_id=None,
        due_at=None,
        warning_hours=None,
        tags=(),
        created_at=now,
        updated_at=now,
    )
    wished = _wished_values(changes)
    if "title" not in wished and not any(problem.field == "title" for problem in changes.problems):
        wished["title"] = None
    values, found = _check(blank, wished, assignee, now)
    problems = _together(changes.problems, found)
    if problems:
        raise Rejected(Kind.INVALID, problems)
    return msgspec.structs.replace(blank, **values)


def apply(task: Task, changes: TaskChanges, *, assignee: AssigneeFacts | None, now: dt.datetime) -> Task:
    """Applies somebody's wish to a task; returns the very same object when nothing would change.

    Raises Rejected with every problem found, or with the transition where that alone is wrong.
    """
    values, found = _check(task, _wished_values(changes), assignee, now)
    problems = _together(changes.problems, found)
    wished = values.get("status", task.status)
    forbidden = not may_become(task.status, wished)
    if forbidden and not problems:
        raise Rejected(Kind.INVALID_TRANSITION, **_transition_facts(task.status, wished))
    if forbidden:
        problems.append(Problem("status", Reason.TRANSITION, _transition_facts(task.status, wished)))
    if problems:
        raise Rejected(Kind.INVALID, problems)
    differing = {name: value for name, value in values.items() if value != getattr(task, name)}
    if not differing:
        return task
    # The clock of a server may step back; the order of a task's versions must not.
    updated_at = max(now, task.updated_at)
    return msgspec.structs.replace(task, **differing, version=task.version + 1, updated_at=updated_at)


def _wished_values(changes: TaskChanges) -> dict[str, Any]:
    return {
        name: value
        for name in TaskChanges.__struct_fields__
        if name != "problems" and (value := getattr(changes, name)) is not UNSET
    }


def _together(given: tuple[Problem, ...], found: list[Problem]) -> list[Problem]:
    """The door's problems before the rules'. A due date that could not be read is not also a missing one."""
    unread = any(problem.field == "due_at" for problem in given)
    return [*given, *(each for each in found if not (unread and each.reason is Reason.NEEDS_DUE_DATE))]


def _transition_facts(current: Status, wished: Status) -> dict[str, Any]:
    return {"current": current, "requested": wished, "allowed": TRANSITIONS[current]}


def _check(
    task: Task, wished: dict[str, Any], assignee: AssigneeFacts | None, now: dt.datetime
) -> tuple[dict[str, Any], list[Problem]]:
    """Normalises the wished values and finds what is wrong with them, field by field."""
    values = dict(wished)
    problems: list[Problem] = []
    if "title" in wished:
        values["title"], found = clean_line("title", wished["title"], limits.TITLE_MAX)
        problems += found
    if wished.get("description") is not None:
        problems += check_text("description", wished["description"], limits.DESCRIPTION_MAX)
    if "tags" in wished:
        values["tags"], found = _clean_tags(wished["tags"] or ())
        problems += found
    problems += _check_assignee(task, wished, assignee)
    problems += _check_due(task, values, now)
    problems += _check_warning(task, values)
    return values, problems


def _clean_tags(tags: tuple[str, ...]) -> tuple[tuple[str, ...], list[Problem]]:
    """Trims tags and drops duplicates, keeping the first of each."""
    cleaned = tuple(dict.fromkeys(tag.strip() for tag in tags))
    if any(not 1 <= len(tag) <= limits.TAG_MAX or "\0" in tag for tag in cleaned):
        return cleaned, [Problem("tags", Reason.BAD_TAG, {"max": limits.TAG_MAX})]
    if len(cleaned) > limits.TAGS_MAX:
        return cleaned, [Problem("tags", Reason.TOO_MANY, {"max": limits.TAGS_MAX})]
    return cleaned, []


def _check_assignee(task: Task, wished: dict[str, Any], assignee: AssigneeFacts | None) -> list[Problem]:
    wish = wished.get("assignee_id")
    if wish is None or wish == task.assignee_id:
        return []
    if assignee is None or not assignee.exists:
        return [Problem("assignee_id", Reason.NO_SUCH_USER, {"id": wish})]
    if assignee.disabled:
        return [Problem("assignee_id", Reason.DISABLED_USER, {"id": wish})]
    return []


def _check_due(task: Task, values: dict[str, Any], now: dt.datetime) -> list[Problem]:
    due = values.get("due_at")
    if due is None:
        return []
    try:
        due = due.astimezone(dt.UTC).replace(microsecond=0)
    except OverflowError:  # the first and last hours of the calendar have no UTC form
        return [Problem("due_at", Reason.NOT_AN_INSTANT)]
    values["due_at"] = due
    if due != task.due_at and due <= now:
        return [Problem("due_at", Reason.NOT_IN_FUTURE)]
    return []


def _check_warning(task: Task, values: dict[str, Any]) -> list[Problem]:
    if "due_at" in values and values["due_at"] is None and values.get("warning_hours") is None:
        values["warning_hours"] = None  # a reminder before no date would never go out
        return []
    hours = values.get("warning_hours")
    if hours is None:
        return []
    if not 0 <= hours <= limits.WARNING_HOURS_MAX:
        return [Problem("warning_hours", Reason.OUT_OF_RANGE, {"min": 0, "max": limits.WARNING_HOURS_MAX})]
    if values.get("due_at", task.due_at) is None:
        return [Problem("warning_hours", Reason.NEEDS_DUE_DATE)]
    return []
