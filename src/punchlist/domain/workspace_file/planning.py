"""What would have to change for a workspace to be as a file says: one step for each entry.

Comparing is of values alone. An entry that the file names is made or changed, and enabled if it was not;
one that it does not name stays as it is or, with `prune`, is disabled. Nothing is ever deleted.
"""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any

import msgspec

from punchlist.domain.users import email_key
from punchlist.domain.workspace_file.entries import (
    ASSIGNEES,
    SECTIONS,
    CategoryEntry,
    GroupEntry,
    Key,
    Present,
    RoutingEntry,
    Standing,
    TemplateEntry,
    UserEntry,
    WorkspaceFile,
    standing_by_key,
)


class Act(StrEnum):
    """What happens to an entry."""

    MAKE = "make"
    CHANGE = "change"
    DISABLE = "disable"
    KEEP = "keep"


class Difference(msgspec.Struct, frozen=True):
    """A field of an entry that would change, with its value before and after."""

    field: str
    old: Any
    new: Any


class Step(msgspec.Struct, frozen=True):
    """What would happen to one entry, and how it would be then.

    `standing` is what the workspace has of it, and `before` the value of that without the names of what is
    disabled; both are None where it is yet to be made.
    """

    section: str
    key: Key
    act: Act
    value: Any
    standing: Standing[Any] | None = None
    before: Any = None
    differences: tuple[Difference, ...] = ()
    sets_password: bool = False

    @property
    def enabled(self) -> bool:
        """Whether the entry will be enabled."""
        return self.act is not Act.DISABLE


Live = dict[str, frozenset[Key]]
Values = dict[Key, Any]


def plan(
    present: Present, wanted: WorkspaceFile, *, prune: bool, new_passwords: frozenset[str] = frozenset()
) -> tuple[Step, ...]:
    """Compares a workspace with a file that has no mistakes; a step for whatever is enabled, or will be.

    `new_passwords` are the keys of the users whose passwords in the file are not those they have.
    """
    live = _live(present, wanted, prune=prune)
    steps = [_workspace_step(present, wanted)]
    for section in SECTIONS:
        standing = standing_by_key(present, section)
        before = {key: living(entry.value, live) for key, entry in standing.items()}
        values = _wished(section, standing, before, wanted, live, prune=prune)
        for key, value in values.items():
            sets_password = section == "users" and key in new_passwords
            steps.append(_step(section, key, standing.get(key), before.get(key), value, sets_password))
        for key, entry in standing.items():
            if key not in values and entry.enabled:
                steps.append(_unnamed_step(section, key, entry, before[key], prune=prune))
    return tuple(steps)


def changes_anything(steps: tuple[Step, ...]) -> bool:
    """Tells whether there is anything to do."""
    return any(step.act is not Act.KEEP for step in steps)


def _live(present: Present, wanted: WorkspaceFile, *, prune: bool) -> Live:
    """The keys of what will be enabled."""
    return {
        name: frozenset(section.key(entry) for entry in getattr(wanted, name))
        | frozenset(
            key for key, entry in standing_by_key(present, name).items() if entry.enabled and not prune
        )
        for name, section in SECTIONS.items()
    }


def live_now(present: Present) -> Live:
    """The keys of what is enabled."""
    return {
        name: frozenset(key for key, entry in standing_by_key(present, name).items() if entry.enabled)
        for name in SECTIONS
    }


def living(value: Any, live: Live) -> Any:
    """An entry without the names of what is disabled, and in the one order in which values are compared.

    A disabled user stays in their groups, and is a member again when enabled; until then, they count for
    nothing. So it is with everything that is named by others.
    """
    return _LIVING.get(type(value), _as_it_is)(value, live)


def _as_it_is(value: Any, _: Live) -> Any:
    return value


def _people(emails: tuple[str, ...], live: Live) -> tuple[str, ...]:
    return tuple(sorted(live["users"].intersection(map(email_key, emails))))  # type: ignore[arg-type]


def _living_user(value: UserEntry, _: Live) -> UserEntry:
    return msgspec.structs.replace(value, password_env=None)


def _living_group(value: GroupEntry, live: Live) -> GroupEntry:
    return msgspec.structs.replace(
        value, assignability=tuple(sorted(value.assignability)), members=_people(value.members, live)
    )


def _living_routing(value: RoutingEntry, live: Live) -> RoutingEntry:
    return msgspec.structs.replace(value, voters=_people(value.voters, live))


def _living_category(value: CategoryEntry, live: Live) -> CategoryEntry:
    return msgspec.structs.replace(
        value,
        prefix=value.prefix if value.prefix in live["number_prefixes"] else None,
        administrators=_people(value.administrators, live),
        attributes=tuple(name for name in value.attributes if name in live["attributes"]),
        templates=tuple(_living_template(template, live) for template in value.templates),
    )


def _living_template(template: TemplateEntry, live: Live) -> TemplateEntry:
    given = template.assignee
    if given is None:
        return template
    section = ASSIGNEES[given.kind]
    name = email_key(given.name) if section == "users" else given.name
    assignee = msgspec.structs.replace(given, name=name) if name in live[section] else None
    return msgspec.structs.replace(template, assignee=assignee)


_LIVING: dict[type, Callable[[Any, Live], Any]] = {
    UserEntry: _living_user,
    GroupEntry: _living_group,
    RoutingEntry: _living_routing,
    CategoryEntry: _living_category,
}


def _wished(
    section: str,
    standing: dict[Key, Standing[Any]],
    before: Values,
    wanted: WorkspaceFile,
    live: Live,
    *,
    prune: bool,
) -> Values:
    """What the file says of a section, and what follows from that for entries which it does not name."""
    key = SECTIONS[section].key
    values = {key(entry): living(entry, live) for entry in getattr(wanted, section)}
    if section in ("number_prefixes", "attributes"):
        return _in_order(values, before)
    if section == "categories":
        return _with_parents(values, standing, before, prune=prune)
    return values


def _in_order(values: Values, before: Values) -> Values:
    """Gives the entries of a file its order, in the places that they hold already and behind the last one.

    So what the file does not name keeps its place.
    """
    held = sorted(before[key].position for key in values if key in before)
    behind = max((value.position for value in before.values()), default=0)
    places = [*held, *range(behind + 1, behind + 1 + len(values) - len(held))]
    return {
        key: msgspec.structs.replace(value, position=place)
        for (key, value), place in zip(values.items(), places, strict=True)
    }


def _with_parents(
    values: Values, standing: dict[Key, Standing[Any]], before: Values, *, prune: bool
) -> Values:
    """Adds the categories above those of a file, and takes the default from one that has it no more."""
    wished: Values = {}
    for key in sorted(values):
        for depth in range(1, len(key)):
            above = key[:depth]
            kept = above in standing and standing[above].enabled and not prune
            if above not in values and not kept:
                wished[above] = CategoryEntry(path=tuple(above), assignable=False)
        wished[key] = values[key] if prune else _with_templates(values[key], before.get(key))
    if any(value.default for value in values.values()) and not prune:
        for key, entry in standing.items():
            if key not in wished and entry.enabled and entry.value.default:
                wished[key] = msgspec.structs.replace(before[key], default=False)
    return wished


def _with_templates(value: CategoryEntry, before: CategoryEntry | None) -> CategoryEntry:
    """Adds the templates that a category has and the file does not name, behind those it names."""
    named = {template.name for template in value.templates}
    unnamed = tuple(each for each in before.templates if each.name not in named) if before else ()
    return msgspec.structs.replace(value, templates=(*value.templates, *unnamed))


def _workspace_step(present: Present, wanted: WorkspaceFile) -> Step:
    standing = present.workspace
    if standing is None:
        return Step("workspace", wanted.workspace.name, Act.MAKE, wanted.workspace)
    # A file without a number means the workspace at hand.
    value = msgspec.structs.replace(wanted.workspace, number=standing.value.number)
    return _step("workspace", standing.value.name, standing, standing.value, value, sets_password=False)


def _step(
    section: str, key: Key, standing: Standing[Any] | None, before: Any, value: Any, sets_password: bool
) -> Step:
    if standing is None:
        return Step(section, key, Act.MAKE, value, sets_password=sets_password)
    differences = tuple(_differences(before, value, was_enabled=standing.enabled))
    act = Act.CHANGE if differences or sets_password else Act.KEEP
    return Step(section, key, act, value, standing, before, differences, sets_password)


def _differences(before: Any, value: Any, *, was_enabled: bool) -> Iterator[Difference]:
    if not was_enabled:
        yield Difference("enabled", False, True)
    for field in value.__struct_fields__:
        old, new = getattr(before, field), getattr(value, field)
        if old != new:
            yield Difference(field, old, new)


def _unnamed_step(section: str, key: Key, standing: Standing[Any], before: Any, *, prune: bool) -> Step:
    if not prune:
        return Step(section, key, Act.KEEP, before, standing, before)
    value = before
    if isinstance(before, CategoryEntry):  # no change may begin in it, least of all by default
        value = msgspec.structs.replace(before, default=False)
    differences = (Difference("enabled", True, False), *_differences(before, value, was_enabled=True))
    return Step(section, key, Act.DISABLE, value, standing, before, differences)
