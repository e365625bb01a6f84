"""Entries of a workspace file as rows: names become ids, and lists the rows of other tables."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from punchlist.domain.categories import Assignee
from punchlist.domain.users import email_key
from punchlist.domain.workspace_file.entries import (
    ASSIGNEES,
    AttributeEntry,
    CategoryEntry,
    GroupEntry,
    Key,
    NamedAssignee,
    PrefixEntry,
    RoutingEntry,
    SupplierEntry,
    TemplateEntry,
    UserEntry,
    WorkspaceEntry,
)
from punchlist.store.assignees import assignee_columns

# The ids of everything that can be named, by section.
Ids = Mapping[str, Mapping[Key, str]]
Row = dict[str, Any]


class Link(NamedTuple):
    """A table that holds a list of a row's: the list's name in the row, and the columns of both ends."""

    field: str
    table: str
    owner: str
    target: str
    ordered: bool = False


class Table(NamedTuple):
    """Where the entries of a section are kept, and which columns hold the instants of writes."""

    name: str
    row: Callable[[Any, bool, Ids], Row]
    links: tuple[Link, ...] = ()
    made_at: tuple[str, ...] = ()
    changed_at: tuple[str, ...] = ()


def _workspace(entry: WorkspaceEntry, _enabled: bool, _ids: Ids) -> Row:
    return {"name": entry.name, "number": entry.number, "request_limit": entry.request_limit}


def _user(entry: UserEntry, enabled: bool, _: Ids) -> Row:
    return {
        "name": entry.name,
        "email": entry.email,
        "email_key": email_key(entry.email),
        "role": entry.role,
        "type": entry.type,
        "change_administrator": entry.change_administrator,
        "disabled": not enabled,
    }


def _group(entry: GroupEntry, enabled: bool, ids: Ids) -> Row:
    return {
        "name": entry.name,
        "description": entry.description,
        "assignability": entry.assignability,
        "enabled": enabled,
        "member_ids": _all(ids, "users", entry.members),
    }


def _supplier(entry: SupplierEntry, enabled: bool, _: Ids) -> Row:
    return {"name": entry.name, "enabled": enabled}


def _prefix(entry: PrefixEntry, enabled: bool, _: Ids) -> Row:
    return {"value": entry.value, "position": entry.position, "enabled": enabled}


def _routing(entry: RoutingEntry, enabled: bool, ids: Ids) -> Row:
    return {
        "name": entry.name,
        "description": entry.description,
        "enabled": enabled,
        "voter_ids": _all(ids, "users", entry.voters),
    }


def _attribute(entry: AttributeEntry, enabled: bool, _: Ids) -> Row:
    return {
        "name": entry.name,
        "field_type": entry.type,
        "options": entry.values,
        "required": entry.required,
        "position": entry.position,
        "enabled": enabled,
    }


def _category(entry: CategoryEntry, enabled: bool, ids: Ids) -> Row:
    return {
        "path": entry.path,
        "assignable": entry.assignable,
        "enabled": enabled,
        "is_default": entry.default,
        "effectivity": entry.effectivity,
        "enforce_effectivity": entry.enforce_effectivity,
        "prefix_id": None if entry.prefix is None else ids["number_prefixes"][entry.prefix],
        "enforce_prefix": entry.enforce_prefix,
        "initial_implementation_status": entry.initial_implementation_status,
        "implementation_task_management": entry.implementation_task_management,
        "object_level_override": entry.object_level_override,
        "routing_method": entry.routing_method,
        "administrator_ids": _all(ids, "users", entry.administrators),
        "attribute_ids": _all(ids, "attributes", entry.attributes),
        "templates": tuple(_template(template, ids) for template in entry.templates),
    }


def _template(entry: TemplateEntry, ids: Ids) -> Row:
    user, group, supplier = assignee_columns(_assignee(entry.assignee, ids))
    return {
        "name": entry.name,
        "assignee_user_id": user,
        "assignee_group_id": group,
        "assignee_supplier_id": supplier,
        "due_days": entry.due_days,
    }


def _assignee(named: NamedAssignee | None, ids: Ids) -> Assignee | None:
    return None if named is None else Assignee(named.kind, ids[ASSIGNEES[named.kind]][named.name])


def _all(ids: Ids, section: str, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(ids[section][name] for name in names)


TABLES: Mapping[str, Table] = {
    "workspace": Table("workspaces", _workspace),
    "users": Table("users", _user, (), ("created_at", "updated_at"), ("updated_at",)),
    "groups": Table(
        "user_groups", _group, (Link("member_ids", "user_group_members", "group_id", "user_id"),)
    ),
    "suppliers": Table("suppliers", _supplier),
    "number_prefixes": Table("number_prefixes", _prefix),
    "routings": Table("routings", _routing, (Link("voter_ids", "routing_voters", "routing_id", "user_id"),)),
    "attributes": Table("change_attributes", _attribute),
    "categories": Table(
        "change_categories",
        _category,
        (
            Link("administrator_ids", "category_administrators", "category_id", "user_id"),
            Link("attribute_ids", "category_attributes", "category_id", "attribute_id", ordered=True),
        ),
        ("created_at",),
    ),
}

# Not among the columns of a row's own table, and not in the record of what happened.
ELSEWHERE = frozenset({"templates", *(link.field for table in TABLES.values() for link in table.links)})
UNRECORDED = frozenset({"email_key"})
