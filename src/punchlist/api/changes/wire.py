"""How each thing takes the change dialect's shape."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import UNSET

from punchlist.api.changes import shapes
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
from punchlist.domain.files import File, TaskFile, media_type
from punchlist.domain.grounds import AssigneeFacts
from punchlist.domain.ids import ALPHABET, LENGTH
from punchlist.domain.implementation_tasks import ImplementationTask
from punchlist.domain.notes import Note
from punchlist.domain.sessions import UserType
from punchlist.store.change_views import Named, Person, ShownAttribute, ShownChange
from punchlist.store.configuration_views import ShownGroup, ShownRouting, ShownUser


def second(value: dt.datetime) -> dt.datetime:
    """An instant as the wire writes it, in UTC and whole seconds; the database keeps finer ones."""
    return value.astimezone(dt.UTC).replace(microsecond=0)


def instant(value: dt.datetime | None) -> dt.datetime | None:
    """As `second`, where there may be none."""
    return None if value is None else second(value)


def results(entries: list[Any]) -> shapes.ResultsOut:
    """A page of a list; `count` is the number of results on it."""
    return shapes.ResultsOut(len(entries), entries)


def person(who: Person) -> shapes.PersonOut:
    """A user, compact."""
    return shapes.PersonOut(who.id, who.email, who.name)


def somebody(who: Person | None) -> shapes.PersonOut | None:
    """A user, compact, if there is one."""
    return None if who is None else person(who)


def named(thing: Named) -> shapes.NamedOut:
    """Whatever goes by guid and name."""
    return shapes.NamedOut(thing.id, thing.name)


def path_of(path: tuple[str, ...]) -> str:
    """A category's path, from the root down."""
    return "\\".join((ROOT, *path))


def render_change(shown: ShownChange, base_url: str) -> shapes.ChangeOut:
    """A change, complete."""
    change = shown.change
    return shapes.ChangeOut(
        guid=change.id,
        number=change.number,
        title=change.title,
        description=change.description,
        category=shapes.ChangeCategoryOut(
            change.category_id, shown.category_path[-1], path_of(shown.category_path)
        ),
        creator=somebody(shown.creator),
        creation_date_time=second(change.created_at),
        effectivity_type=change.effectivity,
        effectivity_planned_date_time=instant(change.planned_effectivity_at),
        expiration_date_time=instant(change.expiration_at),
        effective_date_time=instant(change.effective_at),
        approval_deadline_date_time=instant(change.approval_deadline_at),
        enforce_approval_deadline=change.enforce_approval_deadline,
        lifecycle_status=shapes.LifecycleStatusOut(change.status),
        lifecycle_date_time=second(change.status_at),
        implementation_status=change.implementation_status,
        implementation_status_date_time=instant(change.implementation_status_at),
        implementation_status_editor=somebody(shown.editor),
        routings=[named(each) for each in shown.routings],
        administrators=[person(each) for each in shown.administrators],
        submission_date_time=instant(change.submitted_at),
        submitter=somebody(shown.submitter),
        additional_attributes=[_attribute_value(each) for each in shown.attributes],
        progress=shapes.ProgressOut(shown.done, shown.total, shown.overdue),
        url=_addresses(change.id, base_url),
    )


def _attribute_value(shown: ShownAttribute) -> shapes.AttributeValueOut:
    return shapes.AttributeValueOut(
        shown.id, shown.api_name, shown.name, FieldType(shown.field_type), shown.value
    )


def render_compact_change(shown: ShownChange, base_url: str) -> shapes.CompactChangeOut:
    """A change, compact, as lists have it."""
    change = shown.change
    return shapes.CompactChangeOut(
        guid=change.id,
        number=change.number,
        title=change.title,
        category=shapes.NamedOut(change.category_id, shown.category_path[-1]),
        creator=somebody(shown.creator),
        creation_date_time=second(change.created_at),
        effectivity_type=change.effectivity,
        effectivity_planned_date_time=instant(change.planned_effectivity_at),
        expiration_date_time=instant(change.expiration_at),
        effective_date_time=instant(change.effective_at),
        lifecycle_status=shapes.LifecycleStatusOut(change.status),
        lifecycle_date_time=second(change.status_at),
        implementation_status=change.implementation_status,
        submission_date_time=instant(change.submitted_at),
        url=_addresses(change.id, base_url),
    )


def render_moved(
    shown: ShownChange, base_url: str, comment: str | None, implementation_status: bool
) -> shapes.MovedOut:
    """The answer to a change of status: what was asked, with what it became."""
    change = shown.change
    administrators = [person(each) for each in shown.administrators]
    return shapes.MovedOut(
        change=shapes.NumberedOut(change.id, change.number),
        status=change.status,
        comment=comment,
        administrators=administrators or UNSET,
        implementation_status=(
            shapes.StatusValueOut(change.implementation_status) if implementation_status else UNSET
        ),
        url=_addresses(change.id, base_url),
    )


def _addresses(change_id: str, base_url: str) -> shapes.AddressesOut:
    return shapes.AddressesOut(f"{base_url}/v1/changes/{change_id}", f"{base_url}/changes/{change_id}")


# By what the wire calls them.
ASSIGNEE_KINDS = {
    "user": AssigneeKind.USER,
    "userGroup": AssigneeKind.GROUP,
    "supplier": AssigneeKind.SUPPLIER,
}


def render_assignee(assignee: Assignee | None, shown: AssigneeFacts | None) -> shapes.AssigneeOut:
    """Whose a task is; nobody is an empty object."""
    if assignee is None or shown is None:
        return shapes.AssigneeOut()
    if assignee.kind is AssigneeKind.USER:
        return shapes.AssigneeOut(user=shapes.PersonOut(assignee.id, shown.email or "", shown.name))
    who = shapes.NamedOut(assignee.id, shown.name)
    if assignee.kind is AssigneeKind.GROUP:
        return shapes.AssigneeOut(user_group=who)
    return shapes.AssigneeOut(supplier=who)


def render_task(task: ImplementationTask, shown: AssigneeFacts | None) -> shapes.ImplementationTaskOut:
    """An implementation task."""
    hours = task.warning_hours
    return shapes.ImplementationTaskOut(
        task.id,
        task.name,
        render_assignee(task.assignee, shown),
        instant(task.due_at),
        task.status,
        int(hours) if hours is not None and hours.is_integer() else hours,
    )


def render_note(note: Note) -> shapes.NoteOut:
    """A note on an implementation task."""
    return shapes.NoteOut(note.id, note.note, note.private, note.label)


def render_file(file: File) -> shapes.FileOut:
    """A file, complete."""
    return shapes.FileOut(
        guid=file.id,
        number=file.number,
        title=file.title,
        description=file.description,
        edition=file.edition,
        format=file.format,
        private=file.private,
        storage_method_name=file.storage_method,
        location=file.location,
        name=file.name,
        mime_type=None if file.name is None else media_type(file.name),
        size=file.size,
        author=None if file.author_name is None else shapes.AuthorOut(file.author_name),
        category=None if file.category_id is None else shapes.FileCategoryOut(file.category_id),
        creation_date_time=second(file.created_at),
        last_modified_date_time=second(file.updated_at),
    )


def render_task_file(association: TaskFile, file: File) -> shapes.TaskFileOut:
    """A file of an implementation task."""
    here = file.name is not None
    return shapes.TaskFileOut(
        association.id,
        shapes.CompactFileOut(
            guid=file.id,
            number=file.number,
            edition=file.edition,
            name=file.name if file.name is not None else UNSET,
            location=UNSET if here else file.location,
            storage_method_name=file.storage_method,
            title=file.title,
        ),
    )


def render_user(user: ShownUser) -> shapes.UserOut:
    """A user, complete."""
    first, last = split_name(user.name)
    return shapes.UserOut(user.id, user.email, user.name, first, last, user.enabled, UserType(user.type))


def split_name(name: str) -> tuple[str, str]:
    """A name as first and last: we keep it whole, the wire in two."""
    first, _, last = name.rpartition(" ")
    return (first, last) if first else (last, "")


def render_group(group: ShownGroup) -> shapes.GroupOut:
    """A user group."""
    return shapes.GroupOut(group.id, group.name, group.description, group.enabled, list(group.assignability))


def render_supplier(supplier: Named) -> shapes.SupplierOut:
    """A supplier."""
    return shapes.SupplierOut(supplier.id, supplier.name)


def render_routing(routing: ShownRouting) -> shapes.RoutingOut:
    """A routing."""
    return shapes.RoutingOut(routing.id, routing.name, routing.description)


def render_prefix(prefix: Named) -> shapes.PrefixOut:
    """A number sequence."""
    return shapes.PrefixOut(prefix.id, prefix.name)


def render_category(
    category: Category, users: dict[str, ShownUser], prefixes: dict[str, Named]
) -> shapes.CategoryOut:
    """A category with its defaults and both switches."""
    prefix = prefixes.get(category.prefix_id or "")
    return shapes.CategoryOut(
        guid=category.id,
        name=category.name,
        path=path_of(category.path),
        level=len(category.path) + 1,
        activated=category.enabled,
        assignable=category.assignable,
        effectivity_type=category.effectivity,
        enforce_default_effectivity_type=category.enforce_effectivity,
        numbering_sequence_prefix_default=None if prefix is None else render_prefix(prefix),
        enforce_default_number_sequence=category.enforce_prefix,
        initial_implementation_status=category.initial_implementation_status,
        system_defined=category.system_defined,
        creator=next(_known([category.creator_id or ""], users), None),
        creation_date_time=second(category.created_at),
        implementation_task_management=category.implementation_task_management,
        object_level_override=category.object_level_override,
        routing_method=category.routing_method,
        administrators=list(_known(sorted(category.administrator_ids), users)),
    )


def _known(user_ids: Iterable[str], users: dict[str, ShownUser]) -> Iterator[shapes.PersonOut]:
    return (
        shapes.PersonOut(users[each].id, users[each].email, users[each].name)
        for each in user_ids
        if each in users
    )


def render_template(template: Template, shown: AssigneeFacts | None) -> shapes.TemplateOut:
    """An implementation task template."""
    return shapes.TemplateOut(template.id, template.name, render_assignee(template.assignee, shown))


def render_attribute(attribute: Attribute, *, with_options: bool) -> shapes.AttributeOut:
    """An additional attribute."""
    options = [shapes.OptionOut(option) for option in attribute.options]
    tells = with_options and attribute.field_type is FieldType.FIXED_DROP_DOWN
    return shapes.AttributeOut(
        guid=attribute.id,
        api_name=attribute.api_name,
        name=attribute.name,
        field_type=attribute.field_type,
        custom=True,
        creatable=True,
        editable=True,
        searchable=False,
        required=attribute.required,
        allows_explicit_null_value=not attribute.required,
        possible_values=options if tells else UNSET,
    )


def render_implementation_status(status: ImplementationStatus) -> shapes.ImplementationStatusOut:
    """An implementation status; its guid is the same in every workspace, made of its name."""
    digest = int.from_bytes(hashlib.sha256(status.encode()).digest(), "big")
    letters = []
    for _ in range(LENGTH):
        digest, letter = divmod(digest, 36)
        letters.append(ALPHABET[letter])
    return shapes.ImplementationStatusOut("".join(letters), status.value)
