"""What a note on an implementation task is, and who may see and change one."""

import datetime as dt
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from punchlist.domain import limits
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.permissions import Actor, Relation
from punchlist.domain.problems import Kind, Problem, Rejected


class Note(msgspec.Struct, frozen=True):
    """A note as stored; `author_id` is None once that user is deleted."""

    id: str
    task_id: str
    version: int
    author_id: str | None
    note: str
    private: bool
    label: str | None
    created_at: dt.datetime
    updated_at: dt.datetime


class NoteWish(msgspec.Struct):
    """What somebody wishes a note to be."""

    note: str | UnsetType = UNSET
    private: bool | UnsetType = UNSET
    label: str | UnsetType | None = UNSET
    problems: tuple[Problem, ...] = ()


def create(wish: NoteWish, *, note_id: str, task_id: str, author_id: str, now: dt.datetime) -> Note:
    """Makes a note; raises Rejected with every problem found."""
    problems = _check(wish)
    if wish.note is UNSET and not any(problem.field == "note" for problem in wish.problems):
        problems.append(Problem("note", ChangeKind.ATTRIBUTE_REQUIRED, {"attribute": "note"}))
    if problems or wish.note is UNSET:
        raise Rejected(Kind.INVALID, problems)
    label = None if wish.label is UNSET else wish.label
    private = wish.private is True
    return Note(note_id, task_id, 1, author_id, wish.note, private, label, now, now)


def apply(note: Note, wish: NoteWish, *, now: dt.datetime) -> Note:
    """Applies an edit; returns the very same object when nothing would change."""
    problems = _check(wish)
    if problems:
        raise Rejected(Kind.INVALID, problems)
    wished: dict[str, Any] = {"note": wish.note, "private": wish.private, "label": wish.label}
    differing = {
        name: value for name, value in wished.items() if value is not UNSET and value != getattr(note, name)
    }
    if not differing:
        return note
    return msgspec.structs.replace(
        note, **differing, version=note.version + 1, updated_at=max(now, note.updated_at)
    )


def is_visible(note: Note, actor: Actor, relations: frozenset[Relation]) -> bool:
    """Tells whether somebody sees a note: a private one only its author and administrators."""
    return not note.private or may_edit(note, actor, relations)


def may_edit(note: Note, actor: Actor, relations: frozenset[Relation]) -> bool:
    """Tells whether somebody may edit or remove a note: its author, and administrators."""
    return note.author_id == actor.id or Relation.ADMINISTRATOR in relations


def _check(wish: NoteWish) -> list[Problem]:
    problems = list(wish.problems)
    for name, text, most in (
        ("note", wish.note, limits.NOTE_MAX),
        ("label", wish.label, limits.LABEL_MAX),
    ):
        if not isinstance(text, str):
            continue
        if len(text) > most:
            problems.append(Problem(name, ChangeKind.VALUE_TOO_LONG, {"attribute": name, "max": most}))
        elif "\0" in text or (name == "note" and not text.strip()):
            problems.append(Problem(name, ChangeKind.WRONG_VALUE, {"attribute": name}))
    return problems
