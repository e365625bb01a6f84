"""Workspace files drawn at random, from few enough names that they keep meeting each other again."""

from typing import Any

import msgspec
from hypothesis import strategies as st

from punchlist.domain.categories import AssigneeKind, FieldType, ImplementationStatus
from punchlist.domain.change_lifecycle import Effectivity, RoutingMethod
from punchlist.domain.permissions import Role
from punchlist.domain.sessions import UserType
from punchlist.domain.workspace_file.entries import (
    Assignability,
    AttributeEntry,
    CategoryEntry,
    GroupEntry,
    NamedAssignee,
    PrefixEntry,
    RoutingEntry,
    SupplierEntry,
    TemplateEntry,
    UserEntry,
    WorkspaceEntry,
    WorkspaceFile,
)

_PEOPLE = ["ada", "bob", "mia", "zoe"]
_NAMES = ["Alpha", 'Quoted "name" \\', "ü\t🙂", "#", "-", "[x]"]
_PARTS = ["A", "B", "C = 1"]
_texts = st.none() | st.sampled_from(["one line", 'two\nlines "quoted"', "\x7f"])


def _some(of: list[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(of), unique=True, max_size=len(of)) if of else st.just([])


def _addresses(people: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    def spelled(names: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
        return st.tuples(
            *(st.sampled_from([f"{name}@example.com", f"{name.title()}@example.com"]) for name in names)
        )

    return _some(people).flatmap(spelled)


@st.composite
def _users(draw: st.DrawFn) -> list[UserEntry]:
    names = ["ada", *(name for name in draw(_some(_PEOPLE)) if name != "ada")]
    return [
        UserEntry(
            email=draw(st.sampled_from([f"{name}@example.com", f"{name.upper()}@example.com"])),
            name=draw(st.sampled_from(_NAMES)),
            role=Role.ADMIN if name == "ada" else draw(st.sampled_from(Role)),
            type=draw(st.sampled_from(UserType)),
            change_administrator=draw(st.booleans()),
        )
        for name in names
    ]


@st.composite
def _templates(
    draw: st.DrawFn, people: list[str], groups: list[str], suppliers: list[str]
) -> tuple[TemplateEntry, ...]:
    assignees: list[NamedAssignee | None] = [None]
    assignees += [NamedAssignee(AssigneeKind.USER, f"{name}@example.com") for name in people]
    assignees += [NamedAssignee(AssigneeKind.GROUP, name) for name in groups]
    assignees += [NamedAssignee(AssigneeKind.SUPPLIER, name) for name in suppliers]
    return tuple(
        TemplateEntry(
            name=name,
            assignee=draw(st.sampled_from(assignees)),
            due_days=draw(st.none() | st.integers(0, 3650)),
        )
        for name in draw(_some(_NAMES))
    )


_paths = st.lists(
    st.lists(st.sampled_from(_PARTS), min_size=1, max_size=3).map(tuple), unique=True, max_size=4
)


@st.composite
def _category(
    draw: st.DrawFn,
    path: tuple[str, ...],
    prefixes: list[PrefixEntry],
    attributes: list[AttributeEntry],
    people: list[str],
    groups: list[GroupEntry],
    suppliers: list[SupplierEntry],
) -> CategoryEntry:
    effectivity = draw(st.none() | st.sampled_from(Effectivity))
    prefix = draw(st.none() | st.sampled_from([each.value for each in prefixes]))
    return CategoryEntry(
        path=path,
        default=draw(st.booleans()),
        prefix=prefix,
        enforce_prefix=prefix is not None and draw(st.booleans()),
        effectivity=effectivity,
        enforce_effectivity=effectivity is not None and draw(st.booleans()),
        initial_implementation_status=draw(st.none() | st.sampled_from(ImplementationStatus)),
        implementation_task_management=draw(st.booleans()),
        object_level_override=draw(st.booleans()),
        routing_method=draw(st.sampled_from(RoutingMethod)),
        administrators=draw(_addresses(people)),
        attributes=tuple(draw(_some([each.name for each in attributes]))),
        templates=draw(_templates(people, [each.name for each in groups], [each.name for each in suppliers])),
    )


@st.composite
def files(draw: st.DrawFn) -> WorkspaceFile:
    """A whole file without mistakes. It may name nothing that it does not hold."""
    users = draw(_users())
    people = [user.email.partition("@")[0].lower() for user in users]
    groups = [
        GroupEntry(
            name=name,
            description=draw(_texts),
            assignability=(Assignability.CHANGES, *draw(_some([Assignability.QUALITY]))),
            members=draw(_addresses(people)),
        )
        for name in draw(_some(_NAMES[:3]))
    ]
    suppliers = [SupplierEntry(name=name) for name in draw(_some(_NAMES[:3]))]
    prefixes = [PrefixEntry(value=value) for value in draw(_some(["ECO-", "DEV-", "é#"]))]
    routings = [
        RoutingEntry(name=name, description=draw(_texts), voters=draw(_addresses(people)))
        for name in draw(_some(_NAMES[:3]))
    ]
    attributes = [draw(_attribute(name)) for name in draw(_some(_NAMES[:4]))]
    categories: list[CategoryEntry] = []
    for path in draw(_paths) if prefixes else ():
        category = draw(_category(path, prefixes, attributes, people, groups, suppliers))
        rival = any(each.default for each in categories)
        categories.append(msgspec.structs.replace(category, default=category.default and not rival))
    return WorkspaceFile(
        workspace=WorkspaceEntry(
            name=draw(st.sampled_from(_NAMES)), request_limit=draw(st.none() | st.integers(1, 2**31 - 2))
        ),
        users=tuple(users),
        groups=tuple(groups),
        suppliers=tuple(suppliers),
        number_prefixes=tuple(prefixes),
        routings=tuple(routings),
        attributes=tuple(attributes),
        categories=tuple(categories),
    )


@st.composite
def _attribute(draw: st.DrawFn, name: str) -> AttributeEntry:
    kind = draw(st.sampled_from(FieldType))
    values = tuple(draw(_some(_NAMES).filter(bool))) if kind is FieldType.FIXED_DROP_DOWN else ()
    return AttributeEntry(name=name, type=kind, values=values, required=draw(st.booleans()))
