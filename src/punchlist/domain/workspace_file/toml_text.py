"""A workspace's configuration as a file that, applied to it, changes nothing.

What is disabled, and what the file would bring along by itself, is left out. So are passwords, of which
nobody has more than a hash.
"""

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from punchlist.domain.categories import AssigneeKind
from punchlist.domain.users import email_key
from punchlist.domain.workspace_file.entries import (
    SECTIONS,
    CategoryEntry,
    NamedAssignee,
    Present,
    said_fields,
)
from punchlist.domain.workspace_file.planning import live_now, living


def quoted(text: str) -> str:
    """A text as a TOML basic string."""
    # TOML has JSON's escapes, but for DEL, which it forbids to stand for itself.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def export(present: Present) -> str:
    """The file of a workspace that has been made."""
    assert present.workspace is not None
    live = live_now(present)
    addresses = {email_key(each.value.email): each.value.email for each in present.users}
    tables = ["[workspace]\n" + "".join(_pairs(present.workspace.value, {}))]
    for section in SECTIONS:
        values = [living(each.value, live) for each in getattr(present, section) if each.enabled]
        tables += [f"[[{section}]]\n{_table(value, addresses)}" for value in _arranged(values)]
    return "\n".join(tables)


def _arranged(values: list[Any]) -> list[Any]:
    if values and isinstance(values[0], CategoryEntry):
        return [value for value in values if value.assignable]
    if values and hasattr(values[0], "position"):
        return sorted(values, key=lambda value: value.position)
    return values


def _table(value: Any, addresses: dict[str, str]) -> str:
    lines = list(_pairs(value, addresses))
    for template in getattr(value, "templates", ()):
        lines += ["\n  [[categories.templates]]\n", *(f"  {line}" for line in _pairs(template, addresses))]
    return "".join(lines)


def _pairs(value: msgspec.Struct, addresses: dict[str, str]) -> Iterator[str]:
    for field in said_fields(type(value)):
        given = getattr(value, field)
        if field in _PEOPLE:
            given = tuple(addresses[key] for key in given)
        elif isinstance(given, NamedAssignee) and given.kind is AssigneeKind.USER:
            given = NamedAssignee(given.kind, addresses[given.name])
        if field != "templates" and given is not None and given != ():
            yield f"{field} = {_value(given)}\n"


_PEOPLE = frozenset({"members", "voters", "administrators"})


def _value(value: Any) -> str:
    if isinstance(value, NamedAssignee):
        return f"{{ {value.kind} = {quoted(value.name)} }}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else quoted(str(value))
