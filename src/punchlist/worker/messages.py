"""The reader of the record that writes what webhooks are told: for each event one message, which all
endpoints and all attempts get as it was written, and a delivery for each endpoint that wants it.

A message holds the thing as the event left it, not as it is when somebody gets round to writing it: what
it was is gathered from the record itself.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec

from punchlist.api.changes import history as change_history
from punchlist.api.changes import wire as change_wire
from punchlist.api.tasks import wire
from punchlist.domain import ids
from punchlist.domain.categories import AssigneeKind
from punchlist.domain.changes import Change
from punchlist.domain.comments import Comment
from punchlist.domain.deliveries import Delivery, DeliveryState
from punchlist.domain.events import Entity, Verb
from punchlist.domain.grounds import AssigneeFacts
from punchlist.domain.implementation_tasks import ImplementationTask
from punchlist.domain.publication import Linked, selects, type_of
from punchlist.domain.tasks import Task
from punchlist.domain.users import User
from punchlist.domain.webhooks import Webhook
from punchlist.services.deliveries import DeliveryJob, enqueue
from punchlist.store import deliveries, past, webhooks
from punchlist.store.change_views import Person, ShownChange
from punchlist.store.database import Executor
from punchlist.store.deliveries import Lane, Message
from punchlist.store.events import Recorded
from punchlist.store.past import Known, Names

_log = logging.getLogger("punchlist.worker")


class _Wanted(NamedTuple):
    """An event that somebody wants, and who they are."""

    event: Linked
    type: str
    by: tuple[Webhook, ...]


async def write_messages(tx: Executor, workspace_id: int, events: Sequence[Linked]) -> None:
    """Writes the messages and deliveries of some events, with jobs to make them."""
    endpoints = await webhooks.enabled(tx, workspace_id)
    wanted = _wanted(endpoints, events)
    if not wanted:
        return
    things = await _as_they_were(tx, workspace_id, events, wanted)
    called = await past.names(tx, workspace_id, _ids_in(wanted, things))
    await deliveries.insert_messages(
        tx,
        workspace_id,
        [
            (
                Message(each.event.position, each.type, each.event.entity_id, _body(each, thing, called)),
                each.event.at,
            )
            for each, thing in zip(wanted, things, strict=True)
        ],
    )
    made = [_delivery(each, endpoint) for each in wanted for endpoint in each.by]
    await deliveries.insert(tx, workspace_id, made)
    endpoint_of = {each.id: each.webhook_id for each in made}
    first = deliveries.first_of_lanes(
        (Lane(each.webhook_id, each.entity_id), each.position, each.id) for each in made
    )
    await enqueue(tx, [DeliveryJob(workspace_id, endpoint_of[each], each) for each in first])


def _wanted(endpoints: Sequence[Webhook], events: Sequence[Linked]) -> list[_Wanted]:
    if not endpoints:
        return []
    found = []
    for event in events:
        name = type_of(event)
        if name is None:
            continue
        # An endpoint is told what happens from its making on, wherever the reader of the record was then.
        by = tuple(each for each in endpoints if each.created_at <= event.at and selects(each.events, name))
        if by:
            found.append(_Wanted(event, name, by))
    return found


def _delivery(wanted: _Wanted, endpoint: Webhook) -> Delivery:
    event = wanted.event
    return Delivery(
        id=ids.new_id(),
        webhook_id=endpoint.id,
        position=event.position,
        type=wanted.type,
        entity_id=event.entity_id,
        state=DeliveryState.PENDING,
        attempts=0,
        next_attempt_at=event.at,
        last_attempt_at=None,
        last_status=None,
        last_error=None,
        ended_at=None,
        created_at=event.at,
    )


# --- things as they were ---------------------------------------------------------------------------------

_STRUCTS: dict[Entity, type[msgspec.Struct]] = {
    Entity.TASK: Task,
    Entity.COMMENT: Comment,
    Entity.USER: User,
    Entity.CHANGE: Change,
    Entity.IMPLEMENTATION_TASK: ImplementationTask,
}
# What a workspace file leaves unsaid of whom it makes.
_UNSAID: dict[Entity, dict[str, Any]] = {Entity.USER: {"disabled": False}}

Thing = tuple[Entity, str]


async def _as_they_were(
    tx: Executor, workspace_id: int, events: Sequence[Linked], wanted: Sequence[_Wanted]
) -> list[Any]:
    """The thing of each wanted event as that event left it; as it last was where the event removed it."""
    asked = {(each.event.entity, each.event.entity_id) for each in wanted}
    known = await _before(tx, workspace_id, [each for each in events if _thing(each) in asked])
    positions = {each.event.position for each in wanted}
    found = []
    for event in events:
        if _thing(event) not in asked:
            continue
        state = known.setdefault(_thing(event), Known({}, event.at))
        state.fields = (
            state.fields | event.before if event.verb is Verb.DELETED else state.fields | event.after
        )
        if event.position in positions:
            found.append(_struct(event, state))
    return found


def _thing(event: Linked) -> Thing:
    return event.entity, event.entity_id


async def _before(tx: Executor, workspace_id: int, events: Sequence[Linked]) -> dict[Thing, Known]:
    """What is known of things before their first of these events."""
    first: dict[Thing, Linked] = {}
    for event in events:
        first.setdefault(_thing(event), event)
    known: dict[Thing, Known] = {}
    for entity in _STRUCTS:
        asked = [
            (event.entity_id, event.seq)
            for event in first.values()
            if event.entity is entity and event.verb is not Verb.CREATED
        ]
        if asked:
            found = await past.known_before(tx, workspace_id, entity, asked)
            known |= {(entity, entity_id): each for entity_id, each in found.items()}
    return known


def _struct(event: Linked, state: Known) -> Any:
    """The thing itself, or None where the record does not say enough of it, as no record of ours does: one
    event that cannot be shown must not keep all others waiting."""
    values = {"created_at": state.created_at} | _UNSAID.get(event.entity, {}) | state.fields
    values |= {"id": event.entity_id, "version": event.version, "updated_at": event.at}
    try:
        return msgspec.convert(values, _STRUCTS[event.entity])
    except msgspec.ValidationError as error:
        _log.warning("an event is told without its thing", extra={"seq": event.seq, "because": str(error)})
        return None


# --- and how they are told -------------------------------------------------------------------------------

_REFERENCES = ("created_by", "author_id", "creator_id", "category_id")


def _ids_in(wanted: Sequence[_Wanted], things: Sequence[Any]) -> list[str]:
    found = {each.event.actor_id for each in wanted}
    for thing in things:
        found |= {getattr(thing, name, None) for name in _REFERENCES}
        if isinstance(thing, ImplementationTask) and thing.assignee is not None:
            found.add(thing.assignee.id)
    return sorted(each for each in found if each is not None)


def _body(wanted: _Wanted, thing: Any, called: Names) -> str:
    event = wanted.event
    recorded = Recorded(
        seq=event.seq,
        actor_id=event.actor_id,
        actor_name=called.users.get(event.actor_id or "", (None, ""))[0],
        verb=event.verb,
        entity=event.entity,
        entity_id=event.entity_id,
        before=event.before,
        after=event.after,
        at=event.at,
        request_id=event.request_id,
    )
    data = {
        **_DIALECT[event.entity](event, thing, called),
        "changes": _changes(recorded),
        "actor": None if event.actor_id is None else {"id": event.actor_id, "name": recorded.actor_name},
        "position": event.position,
        "requestId": event.request_id,
    }
    return msgspec.json.encode({"type": wanted.type, "timestamp": event.at, "data": data}).decode()


def _changes(recorded: Recorded) -> list[dict[str, Any]]:
    """What changed, by the names of the thing's own dialect."""
    if recorded.entity in (Entity.CHANGE, Entity.IMPLEMENTATION_TASK):
        shown = change_history.render_event(recorded)
        return [{"field": each.attribute, "from": each.before, "to": each.after} for each in shown.changes]
    entry = wire.render_event(recorded)
    return [{"field": each.field, "from": each.before, "to": each.after} for each in entry.changes]


def _task(event: Linked, task: Task | None, called: Names) -> dict[str, Any]:
    if task is None:
        return {"task": {"id": event.entity_id}}
    creator = task.created_by if task.created_by in called.users else None
    return {"task": wire.render_task(msgspec.structs.replace(task, created_by=creator))}


def _comment(event: Linked, comment: Comment | None, called: Names) -> dict[str, Any]:
    if comment is None:
        return {"comment": {"id": event.entity_id}}
    author = comment.author_id if comment.author_id in called.users else None
    return {"comment": wire.render_comment(msgspec.structs.replace(comment, author_id=author))}


def _user(event: Linked, user: User | None, _: Names) -> dict[str, Any]:
    return {"user": {"id": event.entity_id} if user is None else wire.render_user(user)}


def _change(event: Linked, change: Change | None, called: Names) -> dict[str, Any]:
    if change is None:
        return {"change": {"guid": event.entity_id}}
    creator = called.users.get(change.creator_id or "")
    shown = ShownChange(
        change=change,
        category_path=called.categories.get(change.category_id, ("",)),
        creator=None if creator is None else Person(change.creator_id or "", creator[1], creator[0]),
        submitter=None,
        editor=None,
        routings=(),
        administrators=(),
        attributes=(),
        total=0,
        done=0,
        overdue=0,
    )
    # Of a server's address the record knows nothing, so these are paths.
    return {"change": change_wire.render_compact_change(shown, "")}


def _implementation_task(event: Linked, task: ImplementationTask | None, called: Names) -> dict[str, Any]:
    change = {"guid": event.parent_id}
    if task is None:
        return {"implementationTask": {"guid": event.entity_id}, "change": change}
    return {"implementationTask": change_wire.render_task(task, _assignee(task, called)), "change": change}


def _assignee(task: ImplementationTask, called: Names) -> AssigneeFacts | None:
    if task.assignee is None:
        return None
    email = None
    if task.assignee.kind is AssigneeKind.USER:
        name, email = called.users.get(task.assignee.id, ("", ""))
    else:
        names = called.groups if task.assignee.kind is AssigneeKind.GROUP else called.suppliers
        name = names.get(task.assignee.id, "")
    return AssigneeFacts(name, email, True, True)


_DIALECT: dict[Entity, Callable[[Linked, Any, Names], dict[str, Any]]] = {
    Entity.TASK: _task,
    Entity.COMMENT: _comment,
    Entity.USER: _user,
    Entity.CHANGE: _change,
    Entity.IMPLEMENTATION_TASK: _implementation_task,
}
