"""What somebody has to do: their tasks of both kinds in one list, the most urgent first."""

import datetime as dt
from enum import StrEnum

import msgspec

from punchlist.domain import implementation_tasks, permissions
from punchlist.domain.implementation_tasks import Circumstances, Deed, TaskStatus
from punchlist.domain.lifecycle import TRANSITIONS, Status
from punchlist.domain.permissions import Action, Actor, Relation
from punchlist.domain.problems import Rejected
from punchlist.domain.tasks import Priority


class WorkKind(StrEnum):
    TASK = "task"
    IMPLEMENTATION_TASK = "implementation_task"


class Urgency(StrEnum):
    """How urgent something is, in the order of the list. What is both late and in review is late."""

    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    IN_REVIEW = "in_review"
    OPEN = "open"


class WorkFilter(msgspec.Struct, frozen=True):
    """Which work: of a filter's values any one. None: not filtered."""

    kinds: tuple[WorkKind, ...] | None = None
    urgencies: tuple[Urgency, ...] | None = None


class Work(msgspec.Struct, frozen=True):
    """A task that is somebody's to do. Of an implementation task, the change, where that stands, and the
    group if it is theirs through one; of the other kind, its priority and creator."""

    kind: WorkKind
    id: str
    title: str
    status: Status | TaskStatus
    due_at: dt.datetime | None
    urgency: Urgency
    priority: Priority | None = None
    created_by: str | None = None
    change_id: str | None = None
    change_number: str | None = None
    group_id: str | None = None
    group_name: str | None = None
    circumstances: Circumstances | None = None


_ASSIGNEE = frozenset({Relation.ANYONE, Relation.ASSIGNEE})


def next_statuses(actor: Actor, work: Work) -> tuple[Status | TaskStatus, ...]:
    """The statuses that the actor, whose work it is, may give it now; none where they may not change it."""
    if isinstance(work.status, Status):
        relations = permissions.to_task(actor, created_by=work.created_by, assignee_id=actor.id)
        may = permissions.allowed(actor, Action.UPDATE_TASK, relations)
        return TRANSITIONS[work.status] if may else ()
    assert work.circumstances is not None, "an implementation task has a change"
    try:
        implementation_tasks.require(Deed.EDIT, work.circumstances, _ASSIGNEE)
    except Rejected:
        return ()
    return tuple(status for status in TaskStatus if status is not work.status)
