"""A workspace file read from TOML, with every mistake in it and the line it stands on.

What entries say of each other, and of what the workspace has, is looked at in `checks`.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from punchlist.domain import limits, passwords
from punchlist.domain.categories import UNCATEGORIZED, FieldType, ImplementationStatus
from punchlist.domain.change_lifecycle import Effectivity, RoutingMethod
from punchlist.domain.permissions import Role
from punchlist.domain.problems import Rejected
from punchlist.domain.sessions import UserType
from punchlist.domain.users import email_key
from punchlist.domain.workspace_file.entries import (
    SECTIONS,
    Assignability,
    TemplateEntry,
    WorkspaceEntry,
    WorkspaceFile,
    said_fields,
    shown,
)
from punchlist.domain.workspace_file.fields import (
    Mistake,
    Mistaken,
    Notes,
    Read,
    assignee,
    at,
    category_path,
    email,
    flag,
    line,
    many,
    one_of,
    prefix,
    said,
    text,
    whole,
)
from punchlist.domain.workspace_file.toml_lines import Path, lines_of


class Document(msgspec.Struct, frozen=True):
    """A file as far as it could be read. Entries stand in it at the places that they have in the TOML."""

    file: WorkspaceFile
    mistakes: tuple[Mistake, ...]
    lines: dict[Path, int]

    def mistake(self, path: Path, reason: str) -> Mistake:
        """A mistake at a place of this file."""
        return at(self.lines, path, reason)


_PEOPLE = many(email, limits.MEMBERS_MAX, same=email_key)
_NAME = line(limits.NAME_MAX)
_TEXT = text(limits.CONFIGURED_TEXT_MAX)


def _templates(notes: Notes, path: Path, value: Any) -> tuple[TemplateEntry, ...]:
    entries = _tables(notes, path, value, TemplateEntry, limits.TEMPLATES_MAX)
    _find_repeated(notes, path, entries, "name", lambda entry: entry.name)
    return entries


# How each key of each kind of entry is read. Whether it may be missing, the entry's type says.
_READERS: dict[type[msgspec.Struct], dict[str, Read]] = {
    WorkspaceEntry: {
        "name": _NAME,
        "number": whole(100_000_000, 999_999_999),
        "request_limit": whole(1, limits.WORKSPACE_REQUESTS_MAX),
    },
    SECTIONS["users"].type: {
        "email": email,
        "name": _NAME,
        "role": one_of(Role),
        "type": one_of(UserType),
        "change_administrator": flag,
        "password_env": _NAME,
    },
    SECTIONS["groups"].type: {
        "name": _NAME,
        "description": _TEXT,
        "assignability": many(one_of(Assignability), len(Assignability)),
        "members": _PEOPLE,
    },
    SECTIONS["suppliers"].type: {"name": _NAME},
    SECTIONS["number_prefixes"].type: {"value": prefix},
    SECTIONS["routings"].type: {"name": _NAME, "description": _TEXT, "voters": _PEOPLE},
    SECTIONS["attributes"].type: {
        "name": _NAME,
        "type": one_of(FieldType),
        "values": many(line(limits.TITLE_MAX), limits.OPTIONS_MAX),
        "required": flag,
    },
    SECTIONS["categories"].type: {
        "path": category_path,
        "default": flag,
        "prefix": prefix,
        "enforce_prefix": flag,
        "effectivity": one_of(Effectivity),
        "enforce_effectivity": flag,
        "initial_implementation_status": one_of(ImplementationStatus),
        "implementation_task_management": flag,
        "object_level_override": flag,
        "routing_method": one_of(RoutingMethod),
        "administrators": _PEOPLE,
        "attributes": many(_NAME, limits.CATEGORY_ATTRIBUTES_MAX),
        "templates": _templates,
    },
    TemplateEntry: {
        "name": line(limits.IMPLEMENTATION_TASK_NAME_MAX),
        "assignee": assignee,
        "due_days": whole(0, limits.TEMPLATE_DUE_DAYS_MAX),
    },
}

# What stands for a required value that is missing or wrong.
_HARMLESS: dict[str, Any] = {"path": (), "type": FieldType.SINGLE_LINE_TEXT}


def parse(content: str) -> Document:
    """Reads a file. Mistakes are in the document; only a text that is no TOML at all raises `Mistaken`."""
    if len(content) > limits.WORKSPACE_FILE_MAX:
        raise Mistaken((Mistake(None, "", f"must have at most {limits.WORKSPACE_FILE_MAX} characters"),))
    try:
        loaded = tomllib.loads(content)
        lines = lines_of(content)
    except tomllib.TOMLDecodeError as error:
        raise Mistaken((_no_toml(str(error), content),)) from error
    except RecursionError as error:
        raise Mistaken((Mistake(None, "", "is nested too deeply"),)) from error
    notes = Notes(lines)
    known = ("workspace", *SECTIONS)
    for name in loaded.keys() - set(known):
        notes.wrong((name,), f"is not known here; known are: {', '.join(known)}")
    sections = {name: _section(notes, name, loaded[name]) for name in SECTIONS if name in loaded}
    workspace = loaded.get("workspace", {})
    if isinstance(workspace, dict):
        entry = _entry(notes, ("workspace",), workspace, WorkspaceEntry)
    else:
        notes.wrong(("workspace",), "must be a table, [workspace]")
        entry = WorkspaceEntry(name="")
    in_order = sorted(notes.mistakes, key=lambda mistake: mistake.line or 0)
    return Document(WorkspaceFile(workspace=entry, **sections), tuple(in_order), lines)


_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def _no_toml(message: str, content: str) -> Mistake:
    place = _PLACE.search(message)
    line_number = int(place[1]) if place and place[1] else content.count("\n") + 1
    why = message[: place.start()] if place else message
    return Mistake(line_number, "", f"this is no TOML: {why[:1].lower()}{why[1:]}")


def _section(notes: Notes, name: str, value: Any) -> tuple[Any, ...]:
    section = SECTIONS[name]
    entries = _tables(notes, (name,), value, section.type, None)
    _find_repeated(notes, (name,), entries, section.identity, section.key)
    sound = [index for index in range(len(entries)) if (name, index) not in notes.spoilt]
    for index in sound:
        for key, reason in _CONTRADICTIONS.get(name, _none)(entries[index]):
            notes.wrong((name, index, key), reason)
    return entries


def _tables(
    notes: Notes, path: Path, value: Any, kind: type[msgspec.Struct], most: int | None
) -> tuple[Any, ...]:
    name = ".".join(part for part in path if isinstance(part, str))
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        notes.wrong(path, f"must be a list of tables, each beginning with [[{name}]]")
        return ()
    if most is not None and len(value) > most:
        notes.wrong(path, f"must have at most {most} entries")
        return ()
    return tuple(_entry(notes, (*path, index), each, kind) for index, each in enumerate(value))


def _entry(notes: Notes, path: Path, given: dict[str, Any], kind: type[msgspec.Struct]) -> Any:
    readers = _READERS[kind]
    for key in given.keys() - readers.keys():
        notes.wrong((*path, key), f"is not known here; known are: {', '.join(said_fields(kind))}")
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        if field.name in given and field.name in readers:
            value = readers[field.name](notes, (*path, field.name), given[field.name])
            if value is not None:
                values[field.name] = value
        elif field.required:
            notes.wrong((*path, field.name), "is missing")
        if field.required and field.name not in values:
            values[field.name] = _HARMLESS.get(field.name, "")
    return kind(**values)


def _find_repeated(
    notes: Notes, path: Path, entries: tuple[Any, ...], identity: str, key: Callable[[Any], Any]
) -> None:
    first: dict[Any, int] = {}
    for index, entry in enumerate(entries):
        known_as = key(entry)
        if known_as and known_as in first:
            there = notes.lines.get((*path, first[known_as]))
            notes.wrong(
                (*path, index, identity), f'"{shown(known_as)}" stands here a second time, after line {there}'
            )
        first.setdefault(known_as, index)


_Contradictions = list[tuple[str, str]]


def _none(_: Any) -> _Contradictions:
    return []


def _in_attribute(entry: Any) -> _Contradictions:
    drops_down = entry.type is FieldType.FIXED_DROP_DOWN
    if drops_down and not entry.values:
        return [("values", f"is needed, with one value at least, where the type is {entry.type}")]
    if entry.values and not drops_down:
        return [("values", f"has no place where the type is {entry.type}")]
    return []


def _in_category(entry: Any) -> _Contradictions:
    found = []
    if entry.path[:1] == (UNCATEGORIZED,):
        found.append(("path", f"{UNCATEGORIZED} is always there and takes no configuration"))
    if entry.enforce_prefix and entry.prefix is None:
        found.append(("enforce_prefix", "needs a prefix to enforce"))
    if entry.enforce_effectivity and entry.effectivity is None:
        found.append(("enforce_effectivity", "needs an effectivity to enforce"))
    return found


_CONTRADICTIONS: dict[str, Callable[[Any], _Contradictions]] = {
    "attributes": _in_attribute,
    "categories": _in_category,
}


def find_passwords(document: Document, environ: Mapping[str, str]) -> tuple[dict[str, str], list[Mistake]]:
    """The passwords that a file asks for, by their users' keys, and what is wrong with them.

    No mistake ever repeats a password.
    """
    found: dict[str, str] = {}
    mistakes = []
    for index, user in enumerate(document.file.users):
        if user.password_env is None:
            continue
        path = ("users", index, "password_env")
        password = environ.get(user.password_env)
        if password is None:
            mistakes.append(document.mistake(path, f"{user.password_env} is not set in the environment"))
            continue
        try:
            passwords.check(password)
        except Rejected as rejected:
            words = "; ".join(said(problem) for problem in rejected.problems)
            mistakes.append(document.mistake(path, f"the password in {user.password_env} {words}"))
        found[email_key(user.email)] = password
    return found, mistakes
