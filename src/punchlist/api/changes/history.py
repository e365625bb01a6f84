"""What happened to a change, in the dialect's own names: the record has the domain's."""

from typing import Any

from punchlist.api.changes import shapes
from punchlist.api.changes.wire import ASSIGNEE_KINDS, second
from punchlist.domain.events import Entity
from punchlist.store.events import Recorded

# What the wire calls what the record calls otherwise, by entity, in the order in which it is told.
NAMES: dict[Entity, dict[str, str]] = {
    Entity.CHANGE: {
        "number": "number",
        "title": "title",
        "description": "description",
        "category_id": "category",
        "creator_id": "creator",
        "effectivity": "effectivityType",
        "planned_effectivity_at": "effectivityPlannedDateTime",
        "expiration_at": "expirationDateTime",
        "effective_at": "effectiveDateTime",
        "approval_deadline_at": "approvalDeadlineDateTime",
        "enforce_approval_deadline": "enforceApprovalDeadline",
        "status": "lifecycleStatus",
        "implementation_status": "implementationStatus",
        "routing_ids": "routings",
        "administrator_ids": "administrators",
        "submitted_at": "submissionDateTime",
        "submitter_id": "submitter",
        "attributes": "additionalAttributes",
        "prefix_id": "numberSequencePrefix",
        "comment": "comment",
    },
    Entity.IMPLEMENTATION_TASK: {
        "name": "name",
        "assignee": "assignee",
        "due_at": "dueDate",
        "status": "status",
        "warning_hours": "warningHours",
    },
    Entity.NOTE: {"note": "note", "private": "private", "label": "label", "author_id": "author"},
    Entity.VOTE: {"approve": "approve", "comment": "comment"},
}

# What the event itself says: which thing it is of, when it happened, and who did it.
SAID_BY_THE_EVENT: dict[Entity, frozenset[str]] = {
    Entity.CHANGE: frozenset(
        {"id", "created_at", "status_at", "implementation_status_at", "implementation_status_editor_id"}
    ),
    Entity.IMPLEMENTATION_TASK: frozenset({"id", "change_id", "created_at"}),
    Entity.NOTE: frozenset({"id", "task_id", "created_at"}),
    Entity.VOTE: frozenset(),
}


_ASSIGNEES = {kind.value: name for name, kind in ASSIGNEE_KINDS.items()}


def render_event(event: Recorded) -> shapes.EventOut:
    """An event as history shows it: each attribute with what it was and what it became."""
    return shapes.EventOut(
        id=str(event.seq),
        verb=event.verb,
        entity=Entity(event.entity),
        guid=event.entity_id,
        actor=None if event.actor_id is None else shapes.EventActorOut(event.actor_id, event.actor_name),
        changes=changes_of(event),
        date_time=second(event.at),
        request_id=event.request_id,
    )


def changes_of(event: Recorded) -> list[shapes.AttributeChangeOut]:
    """What an event changed, by the dialect's names where it has some."""
    names = NAMES.get(event.entity, {})  # type: ignore[call-overload]
    unsaid = {**event.before, **event.after}.keys() - SAID_BY_THE_EVENT.get(event.entity, frozenset())  # type: ignore[call-overload]
    in_order = [name for name in names if name in unsaid] + sorted(unsaid - names.keys())
    return [
        shapes.AttributeChangeOut(
            names.get(name, name), _said(name, event.before.get(name)), _said(name, event.after.get(name))
        )
        for name in in_order
        if event.before.get(name) != event.after.get(name)
    ]


def _said(name: str, value: Any) -> Any:
    """A recorded value as the wire says it: instants without fractions, whole numbers without `.0`."""
    if name == "assignee" and isinstance(value, dict):
        return {_ASSIGNEES[value["kind"]]: {"guid": value["id"]}}
    if name.endswith("_at") and isinstance(value, str):
        return f"{value[:19]}Z"
    return int(value) if isinstance(value, float) and value.is_integer() else value
