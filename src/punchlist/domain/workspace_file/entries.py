"""What stands in a workspace file, and what a workspace has of the same: entries that name each other.

An entry's name is its identity (`SECTIONS` says which of its fields that is). Fields in `UNSAID` cannot be
said in a file: they follow from where an entry stands in it.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from punchlist.domain.categories import AssigneeKind, FieldType, ImplementationStatus
from punchlist.domain.change_lifecycle import Effectivity, RoutingMethod
from punchlist.domain.events import Entity
from punchlist.domain.permissions import Role
from punchlist.domain.sessions import UserType
from punchlist.domain.users import email_key

Key = str | tuple[str, ...]


class Assignability(StrEnum):
    """What a user group can be given. Only CHANGES has a meaning here; the others are kept as they are."""

    CHANGES = "CHANGES"
    QUALITY = "QUALITY"
    ACCESS_POLICIES = "ACCESS_POLICIES"


class WorkspaceEntry(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    number: int | None = None
    request_limit: int | None = None


class UserEntry(msgspec.Struct, frozen=True, kw_only=True):
    email: str
    name: str
    role: Role = Role.MEMBER
    type: UserType = UserType.EMPLOYEE
    change_administrator: bool = False
    password_env: str | None = None  # where the password is to be found; the password itself stands nowhere


class GroupEntry(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    description: str | None = None
    assignability: tuple[Assignability, ...] = ()
    members: tuple[str, ...] = ()


class SupplierEntry(msgspec.Struct, frozen=True, kw_only=True):
    name: str


class PrefixEntry(msgspec.Struct, frozen=True, kw_only=True):
    value: str
    position: int = 0


class RoutingEntry(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    description: str | None = None
    voters: tuple[str, ...] = ()


class AttributeEntry(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    type: FieldType
    values: tuple[str, ...] = ()
    required: bool = False
    position: int = 0


class NamedAssignee(msgspec.Struct, frozen=True):
    """Whose an implementation task is, by name, or by e-mail address."""

    kind: AssigneeKind
    name: str


class TemplateEntry(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    assignee: NamedAssignee | None = None
    due_days: int | None = None


class CategoryEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A category; one that is not `assignable` is there for those below it, and takes no change."""

    path: tuple[str, ...]
    default: bool = False
    prefix: str | None = None
    enforce_prefix: bool = False
    effectivity: Effectivity | None = None
    enforce_effectivity: bool = False
    initial_implementation_status: ImplementationStatus | None = None
    implementation_task_management: bool = False
    object_level_override: bool = False
    routing_method: RoutingMethod = RoutingMethod.AUTO
    administrators: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    templates: tuple[TemplateEntry, ...] = ()
    assignable: bool = True


UNSAID = frozenset({"position", "assignable"})


class WorkspaceFile(msgspec.Struct, frozen=True, kw_only=True):
    """A whole file. Its fields are the file's sections."""

    workspace: WorkspaceEntry
    users: tuple[UserEntry, ...] = ()
    groups: tuple[GroupEntry, ...] = ()
    suppliers: tuple[SupplierEntry, ...] = ()
    number_prefixes: tuple[PrefixEntry, ...] = ()
    routings: tuple[RoutingEntry, ...] = ()
    attributes: tuple[AttributeEntry, ...] = ()
    categories: tuple[CategoryEntry, ...] = ()


V = TypeVar("V")


class Standing(msgspec.Struct, Generic[V], frozen=True):
    """An entry that a workspace has, enabled or not: `value` is what a file would say of it."""

    id: str
    version: int
    enabled: bool
    value: V
    template_ids: dict[str, str] = {}


class Present(msgspec.Struct, frozen=True, kw_only=True):
    """All that a workspace has of what a file can say; of a workspace not yet made, nothing.

    What the system defined itself, `-uncategorized-`, is left out: no file can say anything of it.
    """

    workspace: Standing[WorkspaceEntry] | None = None
    users: tuple[Standing[UserEntry], ...] = ()
    groups: tuple[Standing[GroupEntry], ...] = ()
    suppliers: tuple[Standing[SupplierEntry], ...] = ()
    number_prefixes: tuple[Standing[PrefixEntry], ...] = ()
    routings: tuple[Standing[RoutingEntry], ...] = ()
    attributes: tuple[Standing[AttributeEntry], ...] = ()
    categories: tuple[Standing[CategoryEntry], ...] = ()


class Section(NamedTuple):
    """A list of entries: what one is called, as what it is recorded, and what it is known by."""

    noun: str
    entity: Entity
    type: type[msgspec.Struct]
    identity: str
    key: Callable[[Any], Key]


# In the order in which they are applied: nothing names what comes after it.
SECTIONS: Mapping[str, Section] = {
    "users": Section("user", Entity.USER, UserEntry, "email", lambda entry: email_key(entry.email)),
    "groups": Section("group", Entity.USER_GROUP, GroupEntry, "name", lambda entry: str(entry.name)),
    "suppliers": Section("supplier", Entity.SUPPLIER, SupplierEntry, "name", lambda entry: str(entry.name)),
    "number_prefixes": Section(
        "number prefix", Entity.NUMBER_PREFIX, PrefixEntry, "value", lambda entry: str(entry.value)
    ),
    "routings": Section("routing", Entity.ROUTING, RoutingEntry, "name", lambda entry: str(entry.name)),
    "attributes": Section(
        "attribute", Entity.CHANGE_ATTRIBUTE, AttributeEntry, "name", lambda entry: str(entry.name)
    ),
    "categories": Section(
        "category", Entity.CATEGORY, CategoryEntry, "path", lambda entry: tuple(entry.path)
    ),
}

# Where an assignee of a kind is to be found.
ASSIGNEES: Mapping[AssigneeKind, str] = {
    AssigneeKind.USER: "users",
    AssigneeKind.GROUP: "groups",
    AssigneeKind.SUPPLIER: "suppliers",
}


def said_fields(entry: type[msgspec.Struct]) -> tuple[str, ...]:
    """The fields of an entry that a file can say."""
    return tuple(name for name in entry.__struct_fields__ if name not in UNSAID)


def standing_by_key(present: Present, section: str) -> dict[Key, Standing[Any]]:
    """The entries that a workspace has in a section, by what they are known by."""
    key = SECTIONS[section].key
    return {key(entry.value): entry for entry in getattr(present, section)}


def shown(key: Key) -> str:
    """What an entry is called in a sentence."""
    return key if isinstance(key, str) else " › ".join(key)
