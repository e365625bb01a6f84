"""What a change is, and what becomes of it when somebody creates or edits it.

Its lifecycle is in `change_lifecycle`; its implementation tasks are in `implementation_tasks`.
"""

import datetime as dt
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from punchlist.domain import limits
from punchlist.domain.categories import Category, ImplementationStatus, check_value
from punchlist.domain.change_lifecycle import (
    ChangeStatus,
    Dates,
    Effectivity,
    Situation,
    due,
    is_permanent,
)
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.permissions import Relation
from punchlist.domain.problems import Kind, Problem, Rejected


class Change(msgspec.Struct, frozen=True):
    """A change as stored. `attributes` maps the ids of additional attributes to their values."""

    id: str
    version: int
    number: str
    prefix_id: str
    title: str | None
    description: str | None
    category_id: str
    creator_id: str | None
    effectivity: Effectivity
    planned_effectivity_at: dt.datetime | None
    expiration_at: dt.datetime | None
    effective_at: dt.datetime | None
    approval_deadline_at: dt.datetime | None
    enforce_approval_deadline: bool
    status: ChangeStatus
    status_at: dt.datetime
    implementation_status: ImplementationStatus | None
    implementation_status_at: dt.datetime | None
    implementation_status_editor_id: str | None
    submitted_at: dt.datetime | None
    submitter_id: str | None
    routing_ids: tuple[str, ...]
    administrator_ids: tuple[str, ...]
    attributes: dict[str, Any]
    created_at: dt.datetime
    updated_at: dt.datetime


class ChangeWish(msgspec.Struct):
    """What somebody wishes a change to be: UNSET leaves an attribute alone, None clears it."""

    title: str | UnsetType | None = UNSET
    description: str | UnsetType | None = UNSET
    effectivity: Effectivity | UnsetType = UNSET
    planned_effectivity_at: dt.datetime | UnsetType | None = UNSET
    expiration_at: dt.datetime | UnsetType | None = UNSET
    approval_deadline_at: dt.datetime | UnsetType | None = UNSET
    enforce_approval_deadline: bool | UnsetType = UNSET
    implementation_status: ImplementationStatus | UnsetType | None = UNSET
    routing_ids: tuple[str, ...] | UnsetType = UNSET
    attributes: dict[str, Any] | UnsetType = UNSET
    problems: tuple[Problem, ...] = ()


# What may still be edited once a change is no longer open, beside its implementation status, and by whom.
_LATE_EDITS: dict[ChangeStatus, frozenset[str]] = {
    ChangeStatus.SUBMITTED_FOR_ROUTING: frozenset(
        {"approval_deadline_at", "enforce_approval_deadline", "expiration_at", "routing_ids"}
    ),
    ChangeStatus.SUBMITTED_FOR_APPROVAL: frozenset(
        {"approval_deadline_at", "enforce_approval_deadline", "expiration_at"}
    ),
    ChangeStatus.APPROVED: frozenset({"expiration_at"}),
    ChangeStatus.EFFECTIVE: frozenset({"expiration_at"}),
}


def create(
    wish: ChangeWish,
    *,
    change_id: str,
    category: Category,
    prefix_id: str,
    creator_id: str,
    routings: frozenset[str],
    now: dt.datetime,
) -> Change:
    """Makes a change of somebody's wish, its number still blank; raises Rejected with every problem.

    `routings` are those that the workspace knows among the ones wished for.
    """
    blank = Change(
        id=change_id,
        version=1,
        number="",
        prefix_id=prefix_id,
        title=None,
        description=None,
        category_id=category.id,
        creator_id=creator_id,
        effectivity=category.effectivity or Effectivity.PERMANENT_ON_APPROVAL,
        planned_effectivity_at=None,
        expiration_at=None,
        effective_at=None,
        approval_deadline_at=None,
        enforce_approval_deadline=False,
        status=ChangeStatus.OPEN_AND_UNLOCKED,
        status_at=now,
        implementation_status=category.initial_implementation_status,
        implementation_status_at=None,
        implementation_status_editor_id=None,
        submitted_at=None,
        submitter_id=None,
        routing_ids=(),
        administrator_ids=(),
        attributes={},
        created_at=now,
        updated_at=now,
    )
    values, problems = _check(blank, wish, category, routings, now)
    problems = [*wish.problems, *problems]
    told = {problem.field for problem in wish.problems}
    if not values.get("title") and "title" not in told:
        problems.append(_required("title"))
    given = values.get("attributes", {})
    problems += [
        _required(attribute.name)
        for attribute in category.attributes
        if attribute.required and given.get(attribute.id) is None and "additionalAttributes" not in told
    ]
    if problems:
        raise Rejected(Kind.INVALID, problems)
    return msgspec.structs.replace(blank, **values)


def edit(
    change: Change,
    wish: ChangeWish,
    *,
    category: Category,
    relations: frozenset[Relation],
    editor_id: str,
    routings: frozenset[str],
    now: dt.datetime,
) -> Change:
    """Applies somebody's wish to a change; returns the very same object when nothing would change.

    Raises Rejected: not theirs, locked, no longer to be edited, or with every problem of the wish.
    `category` is the one that the change has, or is to have.
    """
    if relations.isdisjoint({Relation.CREATOR, Relation.ADMINISTRATOR}):
        raise Rejected(ChangeKind.NO_PRIVILEGE)
    if change.status is ChangeStatus.OPEN_AND_LOCKED:
        raise Rejected(ChangeKind.LOCKED)
    values, problems = _check(change, wish, category, routings, now)
    if category.id != change.category_id:
        values["category_id"] = category.id
    differing = {name: value for name, value in values.items() if value != getattr(change, name)}
    if change.status is not ChangeStatus.OPEN_AND_UNLOCKED:
        late = _LATE_EDITS.get(change.status, frozenset())
        may = late if Relation.ADMINISTRATOR in relations else frozenset()
        if differing.keys() - may - {"implementation_status"}:
            raise Rejected(ChangeKind.NOT_UPDATABLE)
    problems = [*wish.problems, *problems]
    if problems:
        raise Rejected(Kind.INVALID, problems)
    if not differing:
        return change
    if "implementation_status" in differing:
        differing |= {"implementation_status_at": now, "implementation_status_editor_id": editor_id}
    return _changed(change, differing, now)


_SUBMITTED = frozenset(
    {ChangeStatus.SUBMITTED_FOR_ROUTING, ChangeStatus.SUBMITTED_FOR_APPROVAL, ChangeStatus.APPROVED}
)


def move(
    change: Change,
    status: ChangeStatus,
    *,
    now: dt.datetime,
    mover_id: str | None = None,
    administrator_ids: tuple[str, ...] | None = None,
    implementation_status: ImplementationStatus | UnsetType | None = UNSET,
) -> Change:
    """A change in its next status, with what that status brings along."""
    values: dict[str, Any] = {"status": status, "status_at": now}
    if change.submitted_at is None and status in _SUBMITTED:
        values |= {"submitted_at": now, "submitter_id": mover_id}
    if status is ChangeStatus.OPEN_AND_UNLOCKED:
        values |= {"submitted_at": None, "submitter_id": None, "administrator_ids": ()}
    if status is ChangeStatus.EFFECTIVE and change.effective_at is None:
        values["effective_at"] = now
    if administrator_ids is not None:
        values["administrator_ids"] = administrator_ids
    if implementation_status is not UNSET and implementation_status != change.implementation_status:
        values |= {
            "implementation_status": implementation_status,
            "implementation_status_at": now,
            "implementation_status_editor_id": mover_id,
        }
    return _changed(change, values, now)


def by_the_clock(change: Change, now: dt.datetime) -> Change | None:
    """The change one step on, if a step is due by itself; None when it is not."""
    dates = Dates(
        change.planned_effectivity_at,
        change.expiration_at,
        change.approval_deadline_at,
        change.enforce_approval_deadline,
    )
    status = due(change.status, change.effectivity, dates, now)
    return None if status is None else move(change, status, now=now)


def situation(change: Change, category: Category, *, open_tasks: int) -> Situation:
    """What of a change its next move depends on."""
    return Situation(
        change.status, change.effectivity, category.routing_method, bool(change.routing_ids), open_tasks
    )


def _changed(change: Change, values: dict[str, Any], now: dt.datetime) -> Change:
    return msgspec.structs.replace(
        change, **values, version=change.version + 1, updated_at=max(now, change.updated_at)
    )


def _required(attribute: str) -> Problem:
    return Problem(attribute, ChangeKind.ATTRIBUTE_REQUIRED, {"attribute": attribute})


def _check(
    change: Change, wish: ChangeWish, category: Category, routings: frozenset[str], now: dt.datetime
) -> tuple[dict[str, Any], list[Problem]]:
    """Normalises the wished values and finds what is wrong with them."""
    values: dict[str, Any] = {
        name: value
        for name in ChangeWish.__struct_fields__
        if name != "problems" and (value := getattr(wish, name)) is not UNSET
    }
    problems = _check_texts(values)
    problems += _check_effectivity(change, category, values)
    problems += _check_dates(change, values, now)
    if len(values.get("routing_ids", ())) > limits.CHANGE_ROUTINGS_MAX:
        problems.append(Problem("routings", ChangeKind.WRONG_VALUE, {"attribute": "routings"}))
    for routing_id in values.get("routing_ids", ()):
        if routing_id not in routings:
            problems.append(Problem("routings", ChangeKind.INVALID_GUID, {"guid": routing_id}))
    if "attributes" in values:
        values["attributes"], found = _merge_attributes(change, category, values["attributes"])
        problems += found
    return values, problems


def _check_texts(values: dict[str, Any]) -> list[Problem]:
    problems = []
    if isinstance(values.get("title"), str):
        values["title"] = values["title"].strip() or None
    for name, most in (("title", limits.CHANGE_TITLE_MAX), ("description", limits.DESCRIPTION_MAX)):
        text = values.get(name)
        if text is not None and len(text) > most:
            problems.append(Problem(name, ChangeKind.VALUE_TOO_LONG, {"attribute": name, "max": most}))
        elif text is not None and "\0" in text:
            problems.append(Problem(name, ChangeKind.WRONG_VALUE, {"attribute": name}))
    return problems


def _check_effectivity(change: Change, category: Category, values: dict[str, Any]) -> list[Problem]:
    wished = values.get("effectivity", change.effectivity)
    created = bool(change.number)  # a change that has its number exists
    if created and is_permanent(wished) != is_permanent(change.effectivity):
        return [Problem("effectivityType", ChangeKind.EFFECTIVITY_FIXED)]
    kept = created and wished is change.effectivity
    # What a category enforces binds who makes a change, moves one there or turns it to another
    # effectivity; a change that was there before its category enforced anything stays editable.
    checked = not kept or category.id != change.category_id
    if checked and category.enforce_effectivity and category.effectivity not in (None, wished):
        kind = ChangeKind.CATEGORY_EFFECTIVITY if kept else ChangeKind.EFFECTIVITY_ENFORCED
        return [Problem("effectivityType", kind)]
    if wished is not Effectivity.PERMANENT_ON_DATE and change.planned_effectivity_at is not None:
        values.setdefault("planned_effectivity_at", None)  # the date of another effectivity means nothing
    return []


def _check_dates(change: Change, values: dict[str, Any], now: dt.datetime) -> list[Problem]:
    effectivity = values.get("effectivity", change.effectivity)
    problems = []
    for name, attribute, past in (
        ("approval_deadline_at", "approvalDeadlineDateTime", ChangeKind.DEADLINE_PAST),
        ("planned_effectivity_at", "effectivityPlannedDateTime", ChangeKind.PLANNED_DATE_PAST),
        ("expiration_at", "expirationDateTime", ChangeKind.EXPIRATION_PAST),
    ):
        instant = values.get(name)
        if instant is None:
            continue
        instant = values[name] = instant.astimezone(dt.UTC).replace(microsecond=0)
        if instant != getattr(change, name) and instant <= now:
            problems.append(Problem(attribute, past))
    if values.get("planned_effectivity_at") and effectivity is not Effectivity.PERMANENT_ON_DATE:
        problems.append(Problem("effectivityPlannedDateTime", ChangeKind.PLANNED_DATE_NOT_TAKEN))
    if values.get("expiration_at") and effectivity is not Effectivity.TEMPORARY:
        problems.append(Problem("expirationDateTime", ChangeKind.EXPIRATION_NOT_TAKEN))
    enforced = values.get("enforce_approval_deadline", change.enforce_approval_deadline)
    if enforced and values.get("approval_deadline_at", change.approval_deadline_at) is None:
        problems.append(Problem("approvalDeadlineDateTime", ChangeKind.DEADLINE_NEEDED))
    return problems


def _merge_attributes(
    change: Change, category: Category, wished: dict[str, Any]
) -> tuple[dict[str, Any], list[Problem]]:
    known = {attribute.id: attribute for attribute in category.attributes}
    merged, problems = dict(change.attributes), []
    for attribute_id, value in wished.items():
        if attribute_id not in known:
            problems.append(
                Problem("additionalAttributes", ChangeKind.UNKNOWN_ATTRIBUTE, {"attribute": attribute_id})
            )
            continue
        normal, problem = check_value(known[attribute_id], value)
        if problem is not None:
            problems.append(problem)
        elif normal is None and known[attribute_id].required:
            problems.append(_required(known[attribute_id].name))
        elif normal is None:
            merged.pop(attribute_id, None)
        else:
            merged[attribute_id] = normal
    return merged, problems
