"""Who of those that watch a workspace is told of an event: a matter of its type, of their key, and of what
the permission table lets them see."""

from typing import Any

import msgspec

from punchlist.domain.events import Entity, Verb
from punchlist.domain.keys import Scope
from punchlist.domain.permissions import Action, Actor, Role, allowed, to_task, to_user
from punchlist.domain.publication import Linked, type_of

# What a key must be for to be told of things of a kind.
SCOPES: dict[Entity, Scope] = {
    Entity.TASK: Scope.TASKS_READ,
    Entity.COMMENT: Scope.TASKS_READ,
    Entity.USER: Scope.USERS_READ,
    Entity.CHANGE: Scope.CHANGES_READ,
    Entity.IMPLEMENTATION_TASK: Scope.CHANGES_READ,
}


class TaskFacts(msgspec.Struct, frozen=True):
    """Whose a task is now; or was, if it is no longer there."""

    created_by: str | None
    assignee_id: str | None


class Sighting(msgspec.Struct, frozen=True):
    """A published event, and what decides who is told of it: whose its task is, what role its user has.

    `task` is of the events of tasks and of their comments, `role` of those of users; None where that is no
    longer known. `actor_name` is the actor's present one.
    """

    event: Linked
    type: str
    actor_name: str | None
    task: TaskFacts | None
    role: Role | None


def may_watch(actor: Actor) -> bool:
    """Tells whether there is any kind of event that an actor's key is for."""
    return actor.scopes is None or not actor.scopes.isdisjoint(SCOPES.values())


def may_see(actor: Actor, sighting: Sighting) -> bool:
    """Tells whether an actor is told of an event.

    What somebody loses sight of by an event, they see that one event of.
    """
    event = sighting.event
    if actor.scopes is not None and SCOPES[event.entity] not in actor.scopes:
        return False
    match event.entity:
        case Entity.TASK | Entity.COMMENT:
            return any(
                allowed(
                    actor,
                    Action.SEE_TASK,
                    to_task(actor, created_by=facts.created_by, assignee_id=facts.assignee_id),
                )
                for facts in _tasks(sighting)
            )
        case Entity.USER:
            return any(
                allowed(actor, Action.SEE_USER, to_user(actor, event.entity_id, role))
                for role in _roles(sighting)
            )
    return True


def _tasks(sighting: Sighting) -> list[TaskFacts]:
    """Whose a task is, and whose it was until the event, if the event says."""
    facts = sighting.task or TaskFacts(None, None)
    before = sighting.event.before
    if sighting.event.entity is not Entity.TASK or before.keys().isdisjoint(("created_by", "assignee_id")):
        return [facts]
    was = TaskFacts(before.get("created_by", facts.created_by), before.get("assignee_id", facts.assignee_id))
    return [facts, was]


def _roles(sighting: Sighting) -> list[Role]:
    found = [sighting.role or Role.ADMIN]  # of whom nothing is known, only those see who see everybody
    before = sighting.event.before.get("role")
    if sighting.event.verb is Verb.UPDATED and before in set(Role):
        found.append(Role(before))
    return found


def published(event: Linked) -> str | None:
    """The type of an event that is told to those who watch."""
    name: Any = type_of(event)
    return name if event.entity in SCOPES else None
