"""Pages of the manual taken apart: their blocks of code, their links, and what can be linked to."""

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from scripts.generate_docs import ROOT, pages

_FENCE = re.compile(r"^```(\w*)$")
_HEADING = re.compile(r"^(#+) +(.+?) *$")
_NOT_RUN = re.compile(r"^<!-- not run: .+ -->$")
_LINK = re.compile(r"\[[^\]]*\]\(([^()\s]+)\)")
_INLINE_CODE = re.compile(r"`[^`]*`")

# A block in one of these languages that follows a shell block is what the commands answer.
ANSWERS = ("json", "http", "text")


class Block(NamedTuple):
    """A fenced block. `not_run`: a comment before it says why nobody types it here."""

    language: str
    text: str
    line: int
    not_run: bool


class Heading(NamedTuple):
    title: str


class Step(NamedTuple):
    """Commands that a reader types, and what the page says comes of them, if it does."""

    commands: Block
    shown: Block | None


class Page:
    """One page."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = str(path.relative_to(ROOT))
        self.text = path.read_text("utf-8")

    @cached_property
    def elements(self) -> list[Block | Heading]:
        """Blocks and headings, in the page's order."""
        found: list[Block | Heading] = []
        lines = iter(enumerate(self.text.splitlines(), start=1))
        before = ""
        for number, line in lines:
            if fence := _FENCE.match(line):
                inside = "\n".join(_until_fence(lines))
                found.append(Block(fence[1], inside, number, bool(_NOT_RUN.match(before))))
            elif heading := _HEADING.match(line):
                found.append(Heading(heading[2]))
            before = line or before
        return found

    @property
    def blocks(self) -> list[Block]:
        return [each for each in self.elements if isinstance(each, Block)]

    @property
    def steps(self) -> list[Step]:
        """What a reader types who follows the page from its top to its end."""
        found = []
        for place, each in enumerate(self.elements):
            if isinstance(each, Block) and each.language == "sh" and not each.not_run:
                following = self.elements[place + 1] if place + 1 < len(self.elements) else None
                shown = isinstance(following, Block) and following.language in ANSWERS
                found.append(Step(each, following if shown else None))  # type: ignore[arg-type]
        return found

    @property
    def prose(self) -> str:
        """The page without its blocks."""
        return re.sub(r"^```.*?^```$", "", self.text, flags=re.MULTILINE | re.DOTALL)

    @property
    def inline_code(self) -> list[str]:
        return [code.strip("`") for code in _INLINE_CODE.findall(self.prose)]

    @property
    def links(self) -> list[str]:
        return _LINK.findall(_INLINE_CODE.sub("", self.prose))

    @property
    def anchors(self) -> set[str]:
        """The names by which its headings can be linked to, as GitHub makes them."""
        found: set[str] = set()
        for each in self.elements:
            if isinstance(each, Heading):
                kept = re.sub(r"[^\w\- ]", "", each.title.lower())
                found.add(kept.replace(" ", "-"))
        return found


def _until_fence(lines: Iterator[tuple[int, str]]) -> Iterator[str]:
    for _, line in lines:
        if line == "```":
            return
        yield line
    raise ValueError("a block has no end")


PAGES = [Page(path) for path in pages()]
