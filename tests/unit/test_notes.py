"""Notes on implementation tasks: what one is, who sees it, and who may change it."""

import msgspec
import pytest

from punchlist.domain import limits
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.notes import Note, NoteWish, apply, create, is_visible, may_edit
from punchlist.domain.permissions import Actor, Relation, Role
from punchlist.domain.problems import Problem
from tests.unit.builders import BOB, MIA, NOW
from tests.unit.change_builders import NOTE_ID, TASK_ID, a_note, wrong

ANYONE = frozenset({Relation.ANYONE})


def made(**wish) -> Note:
    return create(NoteWish(**wish), note_id=NOTE_ID, task_id=TASK_ID, author_id=BOB, now=NOW)


def test_a_text_alone_makes_a_note_for_everybody():
    assert made(note="Too small") == Note(NOTE_ID, TASK_ID, 1, BOB, "Too small", False, None, NOW, NOW)


def test_a_note_is_as_it_was_wished():
    note = made(note=" as it is \n", private=True, label="Packaging")
    assert (note.note, note.private, note.label) == (" as it is \n", True, "Packaging")


def test_a_text_is_needed_once():
    assert wrong(made) == [("note", "attribute_required")]
    problem = Problem("note", ChangeKind.WRONG_VALUE)
    assert wrong(lambda: made(problems=(problem,))) == [("note", "wrong_value")]


@pytest.mark.parametrize("text", ["", "  ", "\n", "a\0b"])
def test_a_text_must_say_something_that_can_be_stored(text):
    assert wrong(lambda: made(note=text)) == [("note", "wrong_value")]


def test_texts_have_their_bounds():
    assert (limits.NOTE_MAX, limits.LABEL_MAX) == (4_000, 100)
    assert len(made(note="é" * 4_000, label="é" * 100).note) == 4_000
    assert wrong(lambda: made(note="é" * 4_001, label="é" * 101)) == [
        ("note", "value_too_long"),
        ("label", "value_too_long"),
    ]
    assert wrong(lambda: made(note="x", label="a\0b")) == [("label", "wrong_value")]


@pytest.mark.parametrize(
    ("name", "value"), [("note", "Too large"), ("private", True), ("label", None), ("label", "")]
)
def test_what_is_given_changes_and_nothing_else(name, value):
    note = a_note(label="Packaging")
    changed = apply(note, NoteWish(**{name: value}), now=NOW)
    assert changed == msgspec.structs.replace(note, **{name: value}, version=note.version + 1, updated_at=NOW)
    assert apply(changed, NoteWish(**{name: value}), now=NOW) is changed


def test_an_empty_wish_leaves_the_very_same_note():
    note = a_note()
    assert apply(note, NoteWish(), now=NOW) is note
    assert wrong(lambda: apply(note, NoteWish(note=" "), now=NOW)) == [("note", "wrong_value")]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("author", [BOB, MIA, None])
@pytest.mark.parametrize("administers", [False, True])
def test_only_its_author_and_administrators_edit_a_note_and_see_a_private_one(role, author, administers):
    actor = Actor(1, MIA, role)
    relations = ANYONE | ({Relation.ADMINISTRATOR} if administers else set())
    theirs = author == MIA or administers
    assert may_edit(a_note(author_id=author), actor, relations) is theirs
    assert is_visible(a_note(author_id=author, private=True), actor, relations) is theirs
    assert is_visible(a_note(author_id=author), actor, relations)


def test_being_assigned_to_a_task_or_having_made_its_change_opens_no_private_note():
    relations = frozenset({Relation.ANYONE, Relation.ASSIGNEE, Relation.CREATOR, Relation.SUBMITTER})
    assert not is_visible(a_note(private=True), Actor(1, MIA, Role.ADMIN), relations)
