"""Every link leads somewhere, and so does every mention of a file."""

import re

import pytest

from scripts.generate_docs import ROOT
from tests.docs.pages import PAGES, Page

BY_PATH = {page.path: page for page in PAGES}

_ELSEWHERE = ("https://", "http://", "mailto:")
_FILE = re.compile(r"(?:src|tests|bench|docs|scripts|requirements)/[\w./-]+")
_SHORT = re.compile(r"(?:domain|store|services|api|cli)/[\w./-]*\w\.py")
_MENTION = re.compile(r"docs/[\w./-]+\.md")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Page):
    for link in page.links:
        if link.startswith(_ELSEWHERE):
            continue
        path, _, anchor = link.partition("#")
        target = (page.path.parent / path).resolve() if path else page.path
        assert target.exists(), f"{page.name} links to {link}"
        if anchor:
            assert target in BY_PATH, f"{page.name} links to a place in {path}, which is no page"
            assert anchor in BY_PATH[target].anchors, f"{page.name} links to {link}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_is_mentioned_is_there(page: Page):
    for code in page.inline_code:
        if _FILE.fullmatch(code):
            assert (ROOT / code).exists(), f"{page.name} mentions {code}"
        elif _SHORT.fullmatch(code):
            assert (ROOT / "src" / "punchlist" / code).exists(), f"{page.name} mentions {code}"


def test_every_page_can_be_reached_from_the_readme():
    reached = {ROOT / "README.md"}
    to_read = list(reached)
    while to_read:
        page = BY_PATH[to_read.pop()]
        for link in page.links:
            target = (page.path.parent / link.partition("#")[0]).resolve()
            if target in BY_PATH and target not in reached:
                reached.add(target)
                to_read.append(target)
    assert set(BY_PATH) - reached == set()


def test_the_pages_that_the_code_refers_to_are_there():
    sources = [ROOT / "pyproject.toml", ROOT / "Makefile"]
    sources += [
        path for folder in ("src", "tests", "bench", "scripts") for path in (ROOT / folder).rglob("*.py")
    ]
    for source in sources:
        for mention in _MENTION.findall(source.read_text("utf-8")):
            assert (ROOT / mention).exists(), f"{source.relative_to(ROOT)} mentions {mention}"
