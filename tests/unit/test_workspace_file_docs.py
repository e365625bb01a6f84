"""The document of the workspace file, and the example: neither says what is not so."""

import re
from pathlib import Path

import msgspec
import pytest

from punchlist.domain.workspace_file.checks import find_mistakes
from punchlist.domain.workspace_file.entries import (
    SECTIONS,
    Present,
    TemplateEntry,
    WorkspaceEntry,
    said_fields,
)
from punchlist.domain.workspace_file.reading import parse

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "workspace-file.md").read_text()
EXAMPLE = (ROOT / "examples" / "workspace.toml").read_text()
BLOCKS = re.findall(r"```toml\n(.*?)```", DOCUMENT, re.DOTALL)

KINDS = {"[workspace]": WorkspaceEntry, "[[categories.templates]]": TemplateEntry} | {
    f"[[{name}]]": section.type for name, section in SECTIONS.items()
}


def keys_told_of(heading: str) -> dict[str, bool]:
    """The keys in the table below a heading, and whether each is said to be required."""
    section = DOCUMENT.partition(f"### `{heading}`\n")[2].partition("\n#")[0]
    rows = re.findall(r"^\| (\*\*)?`(\w+)`", section, re.MULTILINE)
    return {key: bool(bold) for bold, key in rows}


@pytest.mark.parametrize("heading", KINDS)
def test_the_document_tells_of_every_key_and_which_are_required(heading):
    required = {field.name: field.required for field in msgspec.structs.fields(KINDS[heading])}
    keys = [key for key in said_fields(KINDS[heading]) if key != "templates"]
    assert keys_told_of(heading) == {key: required[key] for key in keys}


@pytest.mark.parametrize("text", [*BLOCKS, EXAMPLE])
def test_what_the_document_and_the_example_show_can_be_applied(text):
    document = parse(text)
    assert document.mistakes == ()
    assert find_mistakes(document, Present(), prune=True) == []
    assert len(BLOCKS) == 1


def test_the_example_shows_every_key_but_those_that_are_one_workspaces_own():
    shown = set(re.findall(r"^\s*(\w+) = ", EXAMPLE, re.MULTILINE))
    keys = {key for kind in KINDS.values() for key in said_fields(kind)}
    assert keys - shown == {"number", "request_limit", "password_env", "templates"}
