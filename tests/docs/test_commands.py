"""Every command that the manual prints exists with those options, and every setting is one."""

import re
import shlex

import pytest

from punchlist.settings import CONFIG_VARIABLE, SETTINGS, load
from scripts.generate_docs import ROOT, all_commands
from tests.docs.pages import PAGES, Page

COMMANDS = all_commands()
OPTIONS = {
    name: {flag for each in command.params for flag in (*each.opts, *each.secondary_opts)}
    for name, command in COMMANDS.items()
}
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

# Where the shell takes a command, and to its end.
_TYPED = re.compile(r"(?:^|\$\(|[;&|] *|/bin/)(punchlist [^|)<>#;&\n]*)", re.MULTILINE)
_MAKE = re.compile(r"(?:^|\s)make ([a-z]+)", re.MULTILINE)
_VARIABLE = re.compile(r"\bPUNCHLIST_[A-Z_]+\b")
_TYPED_IN = ("sh", "ini")


def command_of(words: list[str]) -> str | None:
    """The words of a line that call a command, if they do."""
    return next((name for name in (" ".join(words[:3]), " ".join(words[:2])) if name in COMMANDS), None)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_command_to_type_is_one_and_takes_those_options(page: Page):
    for block in page.blocks:
        for line in _TYPED.findall(block.text.replace("\\\n", " ")) if block.language in _TYPED_IN else ():
            words = shlex.split(line)
            name = command_of(words)
            assert name is not None, f"{page.name}:{block.line}: {line}"
            # Raises what the program would complain of.
            COMMANDS[name].make_context(name, words[len(name.split()) :])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_command_that_is_mentioned_is_one_and_has_those_options(page: Page):
    for code in page.inline_code:
        words = code.removeprefix(".venv/bin/").split()
        if words[:1] != ["punchlist"] or len(words) == 1:
            continue
        name = command_of(words)
        assert name or any(each.startswith(f"{code} ") for each in COMMANDS), f"{page.name}: {code}"
        options = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert options <= OPTIONS.get(name or "", set()), f"{page.name}: {code}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_make_target_is_one(page: Page):
    typed = "\n".join(block.text for block in page.blocks if block.language == "sh")
    mentioned = "\n".join(code for code in page.inline_code if code.startswith("make "))
    assert set(_MAKE.findall(f"{typed}\n{mentioned}")) <= TARGETS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_variable_is_a_setting(page: Page):
    known = {setting.variable for setting in SETTINGS.values()} | {CONFIG_VARIABLE}
    assert set(_VARIABLE.findall(page.text)) <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_settings_file_is_accepted(page: Page, tmp_path):
    for block in page.blocks:
        if block.language == "toml" and page.name != "docs/workspace-file.md":  # which is of another kind
            (tmp_path / "punchlist.toml").write_text(block.text)
            load(config=tmp_path / "punchlist.toml", environ={})
