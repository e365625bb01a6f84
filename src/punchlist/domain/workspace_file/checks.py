"""What entries of a file say of each other, and whether the workspace would still stand.

A file may name what it does not hold itself, as long as the workspace has it and keeps it.
"""

from collections.abc import Iterator
from typing import Any

from punchlist.domain.categories import AssigneeKind
from punchlist.domain.permissions import Role
from punchlist.domain.users import email_key
from punchlist.domain.workspace_file.entries import (
    ASSIGNEES,
    SECTIONS,
    Assignability,
    Key,
    Present,
    shown,
    standing_by_key,
)
from punchlist.domain.workspace_file.fields import Mistake
from punchlist.domain.workspace_file.reading import Document
from punchlist.domain.workspace_file.toml_lines import Path

Entries = dict[str, dict[Key, Any]]


def find_mistakes(document: Document, present: Present, *, prune: bool) -> list[Mistake]:
    """Everything for which a file cannot be applied to a workspace, in the order of its lines."""
    outcome = _outcome(document, present, prune=prune)
    found = [
        *_find_unknown(document, present, outcome, prune=prune),
        *_find_unassignable(document, outcome),
        *_find_unnumbered(document, outcome),
        *_find_rivals(document),
    ]
    if not any(user.role is Role.ADMIN for user in outcome["users"].values()):
        found.append(document.mistake(("users",), 'must leave one enabled user with the role "admin"'))
    return sorted(found, key=lambda mistake: mistake.line or 0)


def _outcome(document: Document, present: Present, *, prune: bool) -> Entries:
    """Everything that will be enabled once the file is applied."""
    outcome: Entries = {}
    for name, section in SECTIONS.items():
        kept = {} if prune else standing_by_key(present, name)
        outcome[name] = {key: entry.value for key, entry in kept.items() if entry.enabled}
        outcome[name] |= {section.key(entry): entry for entry in getattr(document.file, name)}
    return outcome


Reference = tuple[Path, str, str]  # where, the section it points to, the name


def _references(document: Document) -> Iterator[Reference]:
    """Every name by which one entry of a file names another."""
    people = (("groups", "members"), ("routings", "voters"), ("categories", "administrators"))
    for section, field in people:
        for index, entry in enumerate(getattr(document.file, section)):
            for place, name in enumerate(getattr(entry, field)):
                yield (section, index, field, place), "users", name
    for index, category in enumerate(document.file.categories):
        if category.prefix:
            yield ("categories", index, "prefix"), "number_prefixes", category.prefix
        for place, name in enumerate(category.attributes):
            yield ("categories", index, "attributes", place), "attributes", name
        for place, template in enumerate(category.templates):
            if template.assignee is not None:
                path = ("categories", index, "templates", place, "assignee", str(template.assignee.kind))
                yield path, ASSIGNEES[template.assignee.kind], template.assignee.name


def _key(section: str, name: str) -> Key:
    return email_key(name) if section == "users" else name


def _find_unknown(
    document: Document, present: Present, outcome: Entries, *, prune: bool
) -> Iterator[Mistake]:
    standing = {name: standing_by_key(present, name) for name in SECTIONS}
    for path, section, name in _references(document):
        key = _key(section, name)
        if not name or key in outcome[section]:
            continue
        noun, there = SECTIONS[section].noun, standing[section].get(key)
        if there is None:
            reason = f"which is neither in the file nor in the workspace: add it to [[{section}]]"
        elif prune and there.enabled:
            reason = f"which --prune would disable, because [[{section}]] does not name it"
        else:
            reason = f"which is disabled: name it in [[{section}]] to enable it"
        yield document.mistake(path, f'names the {noun} "{name}", {reason}')


def _find_unassignable(document: Document, outcome: Entries) -> Iterator[Mistake]:
    """Tasks go to groups that are assignable to changes only, in whatever category."""
    named = {SECTIONS["categories"].key(category) for category in document.file.categories}
    places = {group.name: index for index, group in enumerate(document.file.groups)}
    for path, section, name in _references(document):
        group = outcome["groups"].get(name) if path[0] == "categories" and section == "groups" else None
        if group is not None and Assignability.CHANGES not in group.assignability:
            yield document.mistake(path, f'names the group "{name}", which is not assignable to CHANGES')
    for key, category in outcome["categories"].items():
        for template in category.templates if key not in named else ():
            given = template.assignee
            name = given.name if given is not None and given.kind is AssigneeKind.GROUP else ""
            if name in places and Assignability.CHANGES not in outcome["groups"][name].assignability:
                yield document.mistake(
                    ("groups", places[name], "assignability"),
                    f'must hold CHANGES: the template "{template.name}" of the category "{shown(key)}"'
                    " is given to this group",
                )


def _find_unnumbered(document: Document, outcome: Entries) -> Iterator[Mistake]:
    """A category without a prefix of its own uses the workspace's first, so that there must be one."""
    if outcome["number_prefixes"]:
        return
    for index, category in enumerate(document.file.categories):
        if category.prefix is None:
            yield document.mistake(
                ("categories", index, "path"),
                "has no prefix, and the workspace has none either: add one to [[number_prefixes]]",
            )


def _find_rivals(document: Document) -> Iterator[Mistake]:
    defaults = [index for index, category in enumerate(document.file.categories) if category.default]
    for index in defaults[1:]:
        first = shown(document.file.categories[defaults[0]].path)
        yield document.mistake(
            ("categories", index, "default"), f'can be true for one category; it is for "{first}" already'
        )
