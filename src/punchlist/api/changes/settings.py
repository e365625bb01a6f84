"""What the endpoints for a workspace's configuration do; it is written with the command line."""

import re
from collections.abc import Callable
from typing import Protocol, TypeVar

from punchlist.api.changes import shapes, wire
from punchlist.api.changes.answers import guid_in_path, ok
from punchlist.api.changes.parameters import page_of
from punchlist.api.common.calls import Answer, Call
from punchlist.domain.categories import Attribute, Category, ImplementationStatus
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.problems import Rejected
from punchlist.domain.sessions import UserType
from punchlist.store import categories, configuration_views, grounds
from punchlist.store.configuration_views import ShownUser


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_HasId)


def _one(entries: list[T], guid: str) -> T:
    for entry in entries:
        if entry.id == guid:
            return entry
    raise Rejected(ChangeKind.INVALID_GUID, guid=guid)


def _matches(value: str, pattern: str) -> bool:
    """Compares in any case; a `*` at an end of the pattern stands for anything."""
    leading, trailing = pattern.startswith("*"), len(pattern) > 1 and pattern.endswith("*")
    inner = re.escape(pattern[leading : len(pattern) - trailing])
    whole = f"{'.*' if leading else ''}{inner}{'.*' if trailing else ''}"
    return re.fullmatch(whole, value, re.IGNORECASE | re.DOTALL) is not None


_USER_FILTERS: dict[str, Callable[[ShownUser], str]] = {
    "firstName": lambda user: wire.split_name(user.name)[0],
    "lastName": lambda user: wire.split_name(user.name)[1],
    "fullName": lambda user: user.name,
    "email": lambda user: user.email,
}


async def list_users(call: Call) -> Answer:
    asked = call.parameters
    found = [
        user
        for user in await configuration_views.users(call.db, call.context.actor.workspace_id)
        if all(_matches(value(user), asked[name]) for name, value in _USER_FILTERS.items() if name in asked)
        and asked.get("type", user.type) == UserType(user.type)
        and asked.get("enabled", user.enabled) == user.enabled
    ]
    page = page_of(call)
    return ok(
        wire.results([wire.render_user(each) for each in found[page.offset : page.offset + page.limit]])
    )


async def get_user(call: Call) -> Answer:
    guid = guid_in_path(call, "user_id")
    found = await configuration_views.users(call.db, call.context.actor.workspace_id)
    return ok(wire.render_user(_one(found, guid)))


async def list_groups(call: Call) -> Answer:
    found = await configuration_views.groups(call.db, call.context.actor.workspace_id)
    return ok(wire.results([wire.render_group(each) for each in found]))


async def get_group(call: Call) -> Answer:
    guid = guid_in_path(call, "group_id")
    found = await configuration_views.groups(call.db, call.context.actor.workspace_id)
    return ok(wire.render_group(_one(found, guid)))


async def list_group_users(call: Call) -> Answer:
    return await _members(call, frozenset(UserType))


async def list_group_employees(call: Call) -> Answer:
    return await _members(call, frozenset({UserType.EMPLOYEE}))


async def list_group_partners(call: Call) -> Answer:
    return await _members(call, frozenset({UserType.PARTNER}))


async def _members(call: Call, types: frozenset[UserType]) -> Answer:
    guid = guid_in_path(call, "group_id")
    workspace_id = call.context.actor.workspace_id
    group = _one(await configuration_views.groups(call.db, workspace_id), guid)
    members = await configuration_views.group_members(call.db, workspace_id, group.id)
    return ok(wire.results([wire.render_user(each) for each in members if each.type in types]))


async def list_administrators(call: Call) -> Answer:
    found = await configuration_views.change_administrators(call.db, call.context.actor.workspace_id)
    return ok(wire.results([wire.render_user(each) for each in found]))


async def get_administrator(call: Call) -> Answer:
    guid = guid_in_path(call, "user_id")
    found = await configuration_views.change_administrators(call.db, call.context.actor.workspace_id)
    return ok(wire.render_user(_one(found, guid)))


async def list_categories(call: Call) -> Answer:
    found = await categories.list_(call.db, call.context.actor.workspace_id)
    return ok(wire.results(await _rendered(call, found)))


async def get_category(call: Call) -> Answer:
    category = await _category(call)
    return ok((await _rendered(call, [category]))[0])


async def _category(call: Call) -> Category:
    guid = guid_in_path(call, "category_id")
    category = await categories.find(call.db, call.context.actor.workspace_id, guid)
    if category is None:
        raise Rejected(ChangeKind.INVALID_GUID, guid=guid)
    return category


async def _rendered(call: Call, found: list[Category]) -> list[shapes.CategoryOut]:
    workspace_id = call.context.actor.workspace_id
    users = {user.id: user for user in await configuration_views.users(call.db, workspace_id)}
    prefixes = {each.id: each for each in await configuration_views.prefixes(call.db, workspace_id)}
    return [wire.render_category(category, users, prefixes) for category in found]


async def list_templates(call: Call) -> Answer:
    category = await _managed_category(call)
    return ok(
        wire.results([await _rendered_template(call, category, each.id) for each in category.templates])
    )


async def get_template(call: Call) -> Answer:
    guid = guid_in_path(call, "template_id")
    return ok(await _rendered_template(call, await _managed_category(call), guid))


async def _managed_category(call: Call) -> Category:
    category = await _category(call)
    if not category.implementation_task_management:
        raise Rejected(ChangeKind.TASKS_NOT_MANAGED)
    return category


async def _rendered_template(call: Call, category: Category, guid: str) -> shapes.TemplateOut:
    template = _one(list(category.templates), guid)
    shown = None
    if template.assignee is not None:
        shown = await grounds.find_assignee(call.db, call.context.actor.workspace_id, template.assignee)
    return wire.render_template(template, shown)


async def list_routings(call: Call) -> Answer:
    found = await configuration_views.routings(call.db, call.context.actor.workspace_id)
    return ok(wire.results([wire.render_routing(each) for each in found]))


async def get_routing(call: Call) -> Answer:
    guid = guid_in_path(call, "routing_id")
    found = await configuration_views.routings(call.db, call.context.actor.workspace_id)
    return ok(wire.render_routing(_one(found, guid)))


async def list_prefixes(call: Call) -> Answer:
    found = await configuration_views.prefixes(call.db, call.context.actor.workspace_id)
    return ok(wire.results([wire.render_prefix(each) for each in found]))


async def list_implementation_statuses(call: Call) -> Answer:  # noqa: ARG001  (the same for everybody)
    return ok(wire.results([wire.render_implementation_status(each) for each in ImplementationStatus]))


async def list_attributes(call: Call) -> Answer:
    found = await configuration_views.attributes(call.db, call.context.actor.workspace_id)
    return _attributes(call, found)


async def list_category_attributes(call: Call) -> Answer:
    return _attributes(call, list((await _category(call)).attributes))


def _attributes(call: Call, found: list[Attribute]) -> Answer:
    """All can be set and edited, and none searched by; so of the narrowing parameters only one narrows."""
    shown = [] if call.parameters.get("searchableOnly") else found
    with_options = call.parameters.get("includePossibleValues", False)
    return ok(wire.results([wire.render_attribute(each, with_options=with_options) for each in shown]))


async def list_suppliers(call: Call) -> Answer:
    found = await configuration_views.suppliers(call.db, call.context.actor.workspace_id)
    pattern = call.parameters.get("name")
    matching = [each for each in found if pattern is None or _matches(each.name, pattern)]
    page = page_of(call)
    return ok(
        wire.results(
            [wire.render_supplier(each) for each in matching[page.offset : page.offset + page.limit]]
        )
    )


async def get_supplier(call: Call) -> Answer:
    guid = guid_in_path(call, "supplier_id")
    found = await configuration_views.suppliers(call.db, call.context.actor.workspace_id)
    return ok(wire.render_supplier(_one(found, guid)))
