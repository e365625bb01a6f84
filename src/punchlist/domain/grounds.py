"""Where somebody stands to a change and to one of its implementation tasks: all that a decision needs."""

import msgspec

from punchlist.domain.categories import Assignee, AssigneeKind
from punchlist.domain.implementation_tasks import Circumstances, ImplementationTask
from punchlist.domain.permissions import Actor, Relation


class AssigneeFacts(msgspec.Struct, frozen=True):
    """What the database says about somebody a task may be given to: how they are shown, and whether they
    can take it."""

    name: str
    email: str | None
    enabled: bool
    takes_changes: bool


class Ground(msgspec.Struct, frozen=True):
    """A change, as far as its tasks are concerned, with one of them (if one was named and is there)."""

    change_id: str
    change_number: str
    circumstances: Circumstances
    creator_id: str | None
    submitter_id: str | None
    administrator_ids: tuple[str, ...]
    administers_category: bool
    task: ImplementationTask | None
    assignee: AssigneeFacts | None
    in_assigned_group: bool


def relations(
    actor: Actor,
    *,
    creator_id: str | None,
    submitter_id: str | None,
    administrator_ids: tuple[str, ...],
    administers_category: bool,
) -> frozenset[Relation]:
    """How an actor stands to a change. Its administrators are those of the workspace, of its category, and
    those it was submitted to."""
    found = {Relation.ANYONE}
    if creator_id == actor.id:
        found.add(Relation.CREATOR)
    if submitter_id == actor.id:
        found.add(Relation.SUBMITTER)
    if actor.change_administrator or administers_category or actor.id in administrator_ids:
        found.add(Relation.ADMINISTRATOR)
    return frozenset(found)


def to_ground(actor: Actor, ground: Ground) -> frozenset[Relation]:
    """How an actor stands to a change and to the task in hand: a group's task is each member's."""
    found = relations(
        actor,
        creator_id=ground.creator_id,
        submitter_id=ground.submitter_id,
        administrator_ids=ground.administrator_ids,
        administers_category=ground.administers_category,
    )
    themselves = Assignee(AssigneeKind.USER, actor.id)
    if ground.in_assigned_group or (ground.task is not None and ground.task.assignee == themselves):
        return found | {Relation.ASSIGNEE}
    return found
