"""The change dialect's shapes: one object is complete at its first level and compact below."""

import datetime as dt
import hashlib
from typing import Any

from punchlist.domain.categories import (
    ROOT,
    Assignee,
    AssigneeKind,
    Attribute,
    Category,
    FieldType,
    ImplementationStatus,
    Template,
)
from punchlist.domain.grounds import AssigneeFacts
from punchlist.domain.ids import ALPHABET, LENGTH
from punchlist.domain.implementation_tasks import ImplementationTask
from punchlist.domain.notes import Note
from punchlist.store.change_views import Named, Person, ShownChange
from punchlist.store.configuration_views import ShownGroup, ShownRouting, ShownUser
from punchlist.store.events import Recorded


def instant(value: dt.datetime | None) -> str | None:
    """An instant as the wire writes it, in UTC and whole seconds."""
    return None if value is None else value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def results(entries: list[Any]) -> dict[str, Any]:
    """A page of a list; `count` is the number of results on it."""
    return {"count": len(entries), "results": entries}


def person(who: Person | None) -> dict[str, Any] | None:
    """A user, compact."""
    return None if who is None else {"guid": who.id, "email": who.email, "fullName": who.name}


def named(thing: Named) -> dict[str, Any]:
    """Whatever goes by guid and name."""
    return {"guid": thing.id, "name": thing.name}


def path_of(path: tuple[str, ...]) -> str:
    """A category's path, from the root down."""
    return "\\".join((ROOT, *path))


def render_change(shown: ShownChange, base_url: str) -> dict[str, Any]:
    """A change, complete."""
    change = shown.change
    return {
        "guid": change.id,
        "number": change.number,
        "title": change.title,
        "description": change.description,
        "category": {
            "guid": change.category_id,
            "name": shown.category_path[-1],
            "path": path_of(shown.category_path),
        },
        "creator": person(shown.creator),
        "creationDateTime": instant(change.created_at),
        "effectivityType": change.effectivity,
        "effectivityPlannedDateTime": instant(change.planned_effectivity_at),
        "expirationDateTime": instant(change.expiration_at),
        "effectiveDateTime": instant(change.effective_at),
        "approvalDeadlineDateTime": instant(change.approval_deadline_at),
        "enforceApprovalDeadline": change.enforce_approval_deadline,
        "lifecycleStatus": {"type": change.status},
        "lifecycleDateTime": instant(change.status_at),
        "implementationStatus": change.implementation_status,
        "implementationStatusDateTime": instant(change.implementation_status_at),
        "implementationStatusEditor": person(shown.editor),
        "routings": [named(each) for each in shown.routings],
        "administrators": [person(each) for each in shown.administrators],
        "submissionDateTime": instant(change.submitted_at),
        "submitter": person(shown.submitter),
        "additionalAttributes": [
            {
                "guid": each.id,
                "apiName": each.api_name,
                "name": each.name,
                "fieldType": each.field_type,
                "value": each.value,
            }
            for each in shown.attributes
        ],
        "progress": {"done": shown.done, "total": shown.total, "overdue": shown.overdue},
        "url": _url(change.id, base_url),
    }


def render_compact_change(shown: ShownChange, base_url: str) -> dict[str, Any]:
    """A change, compact, as lists have it."""
    change = shown.change
    return {
        "guid": change.id,
        "number": change.number,
        "title": change.title,
        "category": {"guid": change.category_id, "name": shown.category_path[-1]},
        "creator": person(shown.creator),
        "creationDateTime": instant(change.created_at),
        "effectivityType": change.effectivity,
        "effectivityPlannedDateTime": instant(change.planned_effectivity_at),
        "expirationDateTime": instant(change.expiration_at),
        "effectiveDateTime": instant(change.effective_at),
        "lifecycleStatus": {"type": change.status},
        "lifecycleDateTime": instant(change.status_at),
        "implementationStatus": change.implementation_status,
        "submissionDateTime": instant(change.submitted_at),
        "url": _url(change.id, base_url),
    }


def render_moved(
    shown: ShownChange, base_url: str, comment: str | None, implementation_status: bool
) -> dict[str, Any]:
    """The answer to a change of status: what was asked, with what it became."""
    change = shown.change
    answer: dict[str, Any] = {
        "change": {"guid": change.id, "number": change.number},
        "status": change.status,
        "comment": comment,
    }
    if shown.administrators:
        answer["administrators"] = [person(each) for each in shown.administrators]
    if implementation_status:
        answer["implementationStatus"] = {"value": change.implementation_status}
    return answer | {"url": _url(change.id, base_url)}


def _url(change_id: str, base_url: str) -> dict[str, str]:
    return {"api": f"{base_url}/v1/changes/{change_id}", "app": f"{base_url}/changes/{change_id}"}


_ASSIGNEES = {AssigneeKind.USER: "user", AssigneeKind.GROUP: "userGroup", AssigneeKind.SUPPLIER: "supplier"}
ASSIGNEE_KINDS = {wire: kind for kind, wire in _ASSIGNEES.items()}


def render_assignee(assignee: Assignee | None, shown: AssigneeFacts | None) -> dict[str, Any]:
    """Whose a task is; nobody is an empty object."""
    if assignee is None or shown is None:
        return {}
    if assignee.kind is AssigneeKind.USER:
        who = {"guid": assignee.id, "email": shown.email, "fullName": shown.name}
    else:
        who = {"guid": assignee.id, "name": shown.name}
    return {_ASSIGNEES[assignee.kind]: who}


def render_task(task: ImplementationTask, shown: AssigneeFacts | None) -> dict[str, Any]:
    """An implementation task."""
    hours = task.warning_hours
    return {
        "guid": task.id,
        "name": task.name,
        "assignee": render_assignee(task.assignee, shown),
        "dueDate": instant(task.due_at),
        "status": task.status,
        "warningHours": int(hours) if hours is not None and hours.is_integer() else hours,
    }


def render_note(note: Note) -> dict[str, Any]:
    """A note on an implementation task."""
    return {
        "guid": note.id,
        "note": note.note,
        "private": note.private,
        "label": note.label,
    }


def render_event(event: Recorded) -> dict[str, Any]:
    """An event of a change's history."""
    fields = [
        name for name in {**event.before, **event.after} if event.before.get(name) != event.after.get(name)
    ]
    who = None if event.actor_id is None else {"guid": event.actor_id, "fullName": event.actor_name}
    return {
        "id": str(event.seq),
        "verb": event.verb,
        "entity": event.entity,
        "guid": event.entity_id,
        "actor": who,
        "changes": [
            {"attribute": name, "from": event.before.get(name), "to": event.after.get(name)}
            for name in fields
            if name not in ("id", "change_id", "created_at")
        ],
        "dateTime": instant(event.at),
        "requestId": event.request_id,
    }


def render_user(user: ShownUser) -> dict[str, Any]:
    """A user, complete."""
    first, last = split_name(user.name)
    return {
        "guid": user.id,
        "email": user.email,
        "fullName": user.name,
        "firstName": first,
        "lastName": last,
        "enabled": user.enabled,
        "type": user.type,
    }


def split_name(name: str) -> tuple[str, str]:
    """A name as first and last: we keep it whole, the wire in two."""
    first, _, last = name.rpartition(" ")
    return (first, last) if first else (last, "")


def render_group(group: ShownGroup) -> dict[str, Any]:
    """A user group."""
    return {
        "guid": group.id,
        "name": group.name,
        "description": group.description,
        "enabled": group.enabled,
        "assignability": list(group.assignability),
    }


def render_routing(routing: ShownRouting) -> dict[str, Any]:
    """A routing."""
    return {"guid": routing.id, "name": routing.name, "description": routing.description}


def render_prefix(prefix: Named) -> dict[str, Any]:
    """A number sequence."""
    return {"guid": prefix.id, "value": prefix.name}


def render_category(
    category: Category, users: dict[str, ShownUser], prefixes: dict[str, Named]
) -> dict[str, Any]:
    """A category with its defaults and both switches."""
    creator = users.get(category.creator_id or "")
    prefix = prefixes.get(category.prefix_id or "")
    return {
        "guid": category.id,
        "name": category.name,
        "path": path_of(category.path),
        "level": len(category.path) + 1,
        "activated": category.enabled,
        "assignable": category.assignable,
        "effectivityType": category.effectivity,
        "enforceDefaultEffectivityType": category.enforce_effectivity,
        "numberingSequencePrefixDefault": None if prefix is None else render_prefix(prefix),
        "enforceDefaultNumberSequence": category.enforce_prefix,
        "initialImplementationStatus": category.initial_implementation_status,
        "systemDefined": category.system_defined,
        "creator": None if creator is None else person(Person(creator.id, creator.email, creator.name)),
        "creationDateTime": instant(category.created_at),
        "implementationTaskManagement": category.implementation_task_management,
        "objectLevelOverride": category.object_level_override,
        "routingMethod": category.routing_method,
        "administrators": [
            person(Person(users[each].id, users[each].email, users[each].name))
            for each in sorted(category.administrator_ids)
            if each in users
        ],
    }


def render_template(template: Template, shown: AssigneeFacts | None) -> dict[str, Any]:
    """An implementation task template."""
    return {
        "guid": template.id,
        "name": template.name,
        "defaultAssignee": render_assignee(template.assignee, shown),
    }


def render_attribute(attribute: Attribute, *, with_options: bool) -> dict[str, Any]:
    """An additional attribute."""
    shown: dict[str, Any] = {
        "guid": attribute.id,
        "apiName": attribute.api_name,
        "name": attribute.name,
        "fieldType": attribute.field_type,
        "custom": True,
        "creatable": True,
        "editable": True,
        "searchable": False,
        "required": attribute.required,
        "allowsExplicitNullValue": not attribute.required,
    }
    if with_options and attribute.field_type is FieldType.FIXED_DROP_DOWN:
        shown["possibleValues"] = [{"value": option} for option in attribute.options]
    return shown


def render_implementation_status(status: ImplementationStatus) -> dict[str, Any]:
    """An implementation status; its guid is the same in every workspace, made of its name."""
    digest = int.from_bytes(hashlib.sha256(status.encode()).digest(), "big")
    letters = []
    for _ in range(LENGTH):
        digest, letter = divmod(digest, 36)
        letters.append(ALPHABET[letter])
    return {"guid": "".join(letters), "name": status.value}
