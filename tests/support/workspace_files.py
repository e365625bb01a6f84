"""Workspace files for tests: a small one that is good, and what becomes of a workspace on paper."""

from collections.abc import Sequence
from typing import Any

import msgspec

from punchlist.domain.ids import new_id
from punchlist.domain.workspace_file.checks import find_mistakes
from punchlist.domain.workspace_file.entries import (
    SECTIONS,
    Present,
    Standing,
    WorkspaceFile,
    standing_by_key,
)
from punchlist.domain.workspace_file.planning import Act, Step, plan
from punchlist.domain.workspace_file.reading import Document, parse

GOOD = """
[workspace]
name = "EveryRoad GPS"
number = 123456789
request_limit = 10000

[[users]]
email = "heidi@example.com"
name = "Heidi Walker"
role = "admin"
change_administrator = true

[[users]]
email = "Mia@example.com"
name = "Mia"

[[groups]]
name = "Engineering"
description = "Builds it"
assignability = ["QUALITY", "CHANGES"]
members = ["mia@example.com"]

[[suppliers]]
name = "Onward"

[[number_prefixes]]
value = "ECO-"

[[number_prefixes]]
value = "DEV-"

[[routings]]
name = "CTO"
voters = ["heidi@example.com"]

[[attributes]]
name = "Urgency"
type = "FIXED_DROP_DOWN"
values = ["High", "Low"]

[[attributes]]
name = "Lot"
type = "SINGLE_LINE_TEXT"

[[categories]]
path = ["Change Order", "ECO"]
prefix = "ECO-"
effectivity = "PERMANENT_ON_APPROVAL"
implementation_task_management = true
object_level_override = true
administrators = ["heidi@example.com"]
attributes = ["Lot", "Urgency"]

  [[categories.templates]]
  name = "Check Supplier"
  assignee = { group = "Engineering" }
  due_days = 14

  [[categories.templates]]
  name = "Tell Mia"
  assignee = { user = "MIA@example.com" }

  [[categories.templates]]
  name = "Order parts"
  assignee = { supplier = "Onward" }
"""


def edited(*edits: tuple[str, str]) -> str:
    """The good file with some of its text replaced, each a piece that it has once."""
    text = GOOD
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        text = text.replace(old, new)
    return text


def good(text: str = GOOD) -> Document:
    """A file that must be without mistakes of its own."""
    document = parse(text)
    assert document.mistakes == ()
    return document


def mistakes_in(text: str, present: Present | None = None, *, prune: bool = False) -> list[tuple[str, str]]:
    """The mistakes of a file, each as the text of its line and what is said of which key."""
    document = parse(text)
    found = [*document.mistakes, *find_mistakes(document, present or Present(), prune=prune)]
    lines = ["", *text.splitlines()]
    return [(lines[each.line or 0].strip(), f"{each.key}: {each.reason}") for each in found]


def planned(present: Present, text: str, *, prune: bool = False, **more: Any) -> tuple[Step, ...]:
    """The plan for a file without mistakes."""
    document = good(text)
    assert find_mistakes(document, present, prune=prune) == []
    return plan(present, document.file, prune=prune, **more)


def what_happens(steps: Sequence[Step]) -> list[tuple[str, str, Any]]:
    """The steps that are to change something."""
    return [(str(step.act), step.section, step.key) for step in steps if step.act is not Act.KEEP]


def carried_out(present: Present, steps: Sequence[Step]) -> Present:
    """A workspace after a plan, as the database would then have it."""
    workspace = steps[0]
    named = msgspec.structs.replace(workspace.value, number=workspace.value.number or 999_999_999)
    sections: dict[str, Any] = {"workspace": Standing(str(named.number), 1, True, named)}
    for section in SECTIONS:
        standing = standing_by_key(present, section)
        for step in steps:
            if step.section == section and (step.act is not Act.KEEP):
                there = step.standing
                sections_id = there.id if there is not None else new_id()
                value = _with_the_dead(there.value, step) if there is not None else step.value
                version = there.version + 1 if there is not None else 1
                standing[step.key] = Standing(sections_id, version, step.enabled, value)
        sections[section] = tuple(standing.values())
    return Present(**sections)


def _with_the_dead(old: Any, step: Step) -> Any:
    """What is stored keeps the names of what is disabled: only what a step says is written."""
    changed = {each.field: each.new for each in step.differences if each.field != "enabled"}
    for field in ("members", "voters", "administrators"):
        if field in changed:
            dormant = {name for name in getattr(old, field) if name not in getattr(step.before, field)}
            changed[field] = tuple(sorted({*changed[field], *dormant}))
    return msgspec.structs.replace(old, **changed)


def as_document(file: WorkspaceFile) -> Document:
    """A file that was never text."""
    return Document(file, (), {})
