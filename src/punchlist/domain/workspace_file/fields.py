"""How one value of a workspace file is read: what it must be, and what is said when it is not.

A reader takes the value's place and the value, tells every mistake it finds to `Notes`, and returns what
the value means, or something harmless in its stead, so that the rest of the file can be read on.
"""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import msgspec

from punchlist.domain import limits
from punchlist.domain.categories import AssigneeKind
from punchlist.domain.problems import Problem, Reason
from punchlist.domain.text import check_text, clean_line
from punchlist.domain.users import clean_email
from punchlist.domain.workspace_file.entries import NamedAssignee
from punchlist.domain.workspace_file.toml_lines import Path


class Mistake(msgspec.Struct, frozen=True):
    """Why a file cannot be applied: where, which key, and what is wrong, as the end of a sentence."""

    line: int | None
    key: str
    reason: str


class Mistaken(Exception):
    """A file cannot be applied, for every reason found."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("; ".join(f"{each.key}: {each.reason}" for each in mistakes))
        self.mistakes = mistakes


class Notes:
    """The mistakes found so far."""

    def __init__(self, lines: dict[Path, int]) -> None:
        self.lines = lines
        self.mistakes: list[Mistake] = []
        self.spoilt: set[Path] = set()  # the entries of sections in which something is wrong

    def wrong(self, path: Path, reason: str) -> None:
        """Notes a mistake; its line is that of the path, or of the nearest thing around it that has one."""
        self.mistakes.append(at(self.lines, path, reason))
        self.spoilt.add(path[:2])


def at(lines: dict[Path, int], path: Path, reason: str) -> Mistake:
    """A mistake at a place of the file. Its key leaves out the numbers of entries, which the line tells."""
    known = next((path[:end] for end in range(len(path), 0, -1) if path[:end] in lines), None)
    line = None if known is None else lines[known]
    return Mistake(line, ".".join(part for part in path if isinstance(part, str)), reason)


Read = Callable[[Notes, Path, Any], Any]

_WORDS = {
    Reason.REQUIRED: "must not be empty",
    Reason.TOO_LONG: "must have at most {max} characters",
    Reason.TOO_SHORT: "must have at least {min} characters",
    Reason.NOT_STORABLE: "must not contain NUL characters",
    Reason.NOT_AN_EMAIL: "must be a valid e-mail address",
}


def said(problem: Problem) -> str:
    """A problem of the domain's other rules, as the end of a sentence."""
    return _WORDS[Reason(problem.reason)].format(**problem.facts)


def _tell(notes: Notes, path: Path, problems: list[Problem]) -> None:
    for problem in problems:
        notes.wrong(path, said(problem))


def line(most: int) -> Read:
    """A text that must not be empty, without space around it."""

    def read(notes: Notes, path: Path, value: Any) -> str:
        if not isinstance(value, str):
            notes.wrong(path, "must be text")
            return ""
        text, problems = clean_line("", value, most)
        _tell(notes, path, problems)
        return "" if problems else text

    return read


def text(most: int) -> Read:
    """A text of any number of lines; an empty one is none."""

    def read(notes: Notes, path: Path, value: Any) -> str | None:
        if not isinstance(value, str):
            notes.wrong(path, "must be text")
            return None
        _tell(notes, path, check_text("", value.strip(), most))
        return value.strip() or None

    return read


def email(notes: Notes, path: Path, value: Any) -> str:
    """An e-mail address."""
    if not isinstance(value, str):
        notes.wrong(path, "must be text")
        return ""
    address, problems = clean_email(value)
    _tell(notes, path, problems)
    return "" if problems else address


def flag(notes: Notes, path: Path, value: Any) -> bool:
    """Yes or no."""
    if not isinstance(value, bool):
        notes.wrong(path, "must be true or false")
    return value is True


def whole(least: int, most: int) -> Read:
    """A whole number within bounds."""

    def read(notes: Notes, path: Path, value: Any) -> int | None:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            notes.wrong(path, f"must be a whole number from {least} to {most}")
            return None
        return value

    return read


def one_of(options: type[StrEnum]) -> Read:
    """One of a few words."""

    def read(notes: Notes, path: Path, value: Any) -> StrEnum | None:
        if not isinstance(value, str) or value not in set(options):
            notes.wrong(path, f"must be one of: {', '.join(options)}")
            return None
        return options(value)

    return read


def many(read_one: Read, most: int, *, same: Callable[[Any], Any] = lambda value: value) -> Read:
    """A list in which nothing is named twice; two of which `same` makes the same are one."""

    def read(notes: Notes, path: Path, value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            notes.wrong(path, "must be a list, in square brackets")
            return ()
        if len(value) > most:
            notes.wrong(path, f"must have at most {most} entries")
            return ()
        entries = tuple(read_one(notes, (*path, index), each) for index, each in enumerate(value))
        seen = set()
        for index, each in enumerate(entries):
            if each and same(each) in seen:
                notes.wrong((*path, index), f'names "{each}" twice')
            seen.add(same(each) if each else None)
        return entries

    return read


# A digit at the end would let two prefixes number two changes alike: "A" and 1000001, "A1" and 000001.
_PREFIX = re.compile(rf"[^\s*]{{0,{limits.PREFIX_MAX - 1}}}[^\s*\d]")


def prefix(notes: Notes, path: Path, value: Any) -> str:
    """What the numbers of changes begin with."""
    begin = str(line(limits.PREFIX_MAX)(notes, path, value))
    if begin and (not _PREFIX.fullmatch(begin) or not begin.isprintable()):
        notes.wrong(path, 'must have neither spaces nor "*" in it, and no digit at its end')
    return begin


def category_path(notes: Notes, path: Path, value: Any) -> tuple[str, ...]:
    """Where a category stands: its name, after those of the categories above it."""
    if not isinstance(value, list):
        notes.wrong(path, "must be a list, in square brackets")
        return ()
    if not 1 <= len(value) <= limits.CATEGORY_DEPTH_MAX:
        notes.wrong(path, f"must have 1 to {limits.CATEGORY_DEPTH_MAX} parts")
        return ()
    return tuple(_path_part(notes, (*path, index), part) for index, part in enumerate(value))


def _path_part(notes: Notes, path: Path, value: Any) -> str:
    part = line(limits.NAME_MAX)(notes, path, value)
    if "\\" in part:
        notes.wrong(path, "must not contain a backslash, which is what stands between the parts of a path")
    return str(part)


def assignee(notes: Notes, path: Path, value: Any) -> NamedAssignee | None:
    """A table of one key, which says what kind of assignee it names."""
    kinds = ", ".join(f'{{ {kind} = "…" }}' for kind in AssigneeKind)
    if not isinstance(value, dict) or len(value) != 1 or not value.keys() <= set(AssigneeKind):
        notes.wrong(path, f"must be one of: {kinds}")
        return None
    [(kind, given)] = value.items()
    read = email if kind == AssigneeKind.USER else line(limits.NAME_MAX)
    name = read(notes, (*path, kind), given)
    return NamedAssignee(AssigneeKind(kind), name) if name else None
