"""Notes on implementation tasks: written by anyone, changed by their authors, some of them private."""

import pytest

from tests.support.builders import nobodys_id
from tests.support.client import expect
from tests.support.plant import refusal, task_path


@pytest.fixture
def change(mia):
    return mia.makes_a_change()


@pytest.fixture
def task(mia, change):
    return mia.adds_a_task(change)


@pytest.fixture
def notes(change, task):
    """Where the task's notes are."""
    return f"{task_path(change, task)}/notes"


def listed(person, notes):
    return expect(200, person.get(notes))["results"]


# ── writing and reading ──────────────────────────────────────────────────────────────────────────────────


def test_a_text_alone_makes_a_note(mia, notes):
    added = expect(200, mia.post(notes, {"note": "The boxes are too small"}))
    assert added == {
        "guid": added["guid"],
        "note": "The boxes are too small",
        "private": False,
        "label": None,
    }
    assert expect(200, mia.get(f"{notes}/{added['guid']}")) == added
    assert expect(200, mia.get(notes)) == {"count": 1, "results": [added]}


def test_anyone_adds_notes_and_reads_them_oldest_first(plant, mia, bob, charlie, change, task, notes):
    added = [
        person.notes(change, task, note=f"Note {place}", label="Packaging")
        for place, person in enumerate((mia, bob, charlie))
    ]
    for person in (plant.ada, mia, bob, charlie):
        assert listed(person, notes) == added
    assert expect(200, mia.get(notes, limit=1, offset=1))["results"] == added[1:2]


def test_a_note_is_kept_as_it_was_written(mia, notes):
    text = "  as it is \n\t☂ "
    assert expect(200, mia.post(notes, {"note": text, "label": ""}))["note"] == text
    assert len(expect(200, mia.post(notes, {"note": "é" * 4_000, "label": "é" * 100}))["note"]) == 4_000


WRONG = {
    "no text": ({"note": None}, (3001,)),
    "an empty text": ({"note": ""}, (3003,)),
    "a blank text": ({"note": " \n"}, (3003,)),
    "a long text": ({"note": "é" * 4_001}, (3101,)),
    "a text that is none": ({"note": ["x"]}, (3003,)),
    "a NUL": ({"note": "a\0b"}, (3003,)),
    "a long label": ({"label": "é" * 101}, (3101,)),
    "privacy that is none": ({"private": "yes"}, (3003,)),
    "an unknown attribute": ({"guide": nobodys_id()}, (3004,)),
    "much at once": ({"note": "", "label": 7, "private": 1, "x": 1}, (3003, 3003, 3004, 3003)),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_note_that_cannot_be_is_refused(mia, change, task, notes, wrong):
    wish, codes = WRONG[wrong]
    refusal(mia.post(notes, {"note": "x"} | wish), *codes)
    assert listed(mia, notes) == []
    if wrong != "no text":
        note = mia.notes(change, task)
        refusal(mia.put(f"{notes}/{note['guid']}", {"label": "changed"} | wish), *codes)
        assert listed(mia, notes) == [note]


# ── changing ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("name", "value"), [("note", "Too large"), ("private", True), ("label", "x")])
def test_what_is_given_changes_and_nothing_else(mia, change, task, notes, name, value):
    note = mia.notes(change, task)
    path = f"{notes}/{note['guid']}"
    edited = expect(200, mia.put(path, {name: value}))
    assert edited == note | {name: value}
    assert expect(200, mia.put(path, edited)) == edited
    assert expect(200, mia.get(path)) == edited
    assert len(mia.sees_history(change)) == 4


def test_a_label_is_cleared_when_null_is_meant(mia, change, task, notes):
    note = mia.notes(change, task, label="Packaging")
    path = f"{notes}/{note['guid']}"
    nothing = {"label": None, "note": None, "private": None}
    assert expect(200, mia.put(path, nothing)) == note
    assert expect(200, mia.put(path, nothing, setnull="true")) == note | {"label": None}


def test_only_its_author_and_administrators_change_a_note(mia, ada, max_, bob, charlie, change, task, notes):
    for person in (ada, max_, bob):
        note = bob.notes(change, task)
        path = f"{notes}/{note['guid']}"
        for stranger in (mia, charlie):
            refusal(stranger.put(path, {"note": "x"}), 3703)
            refusal(stranger.delete(path), 3703)
        assert expect(200, person.put(path, {"note": "Changed"}))["note"] == "Changed"
        answer = person.delete(path)
        assert (answer.status_code, answer.content) == (204, b"")
    assert listed(bob, notes) == []


# ── private notes ────────────────────────────────────────────────────────────────────────────────────────


def test_a_private_note_is_seen_by_its_author_and_administrators(
    mia, ada, max_, bob, charlie, change, task, notes
):
    public = bob.notes(change, task)
    private = bob.notes(change, task, note="The salary of Charlie", private=True)
    path = f"{notes}/{private['guid']}"
    for person in (bob, ada, max_):
        assert listed(person, notes) == [public, private]
        assert expect(200, person.get(path)) == private
    for person in (mia, charlie):
        assert listed(person, notes) == [public]
        assert expect(200, person.get(notes, offset=1)) == {"count": 0, "results": []}
        refusal(person.get(path), 3011)
        refusal(person.put(path, {"note": "x"}), 3011)
        refusal(person.delete(path), 3024)
    assert expect(200, bob.get(path)) == private


def test_a_note_becomes_private_and_public_again(mia, bob, change, task, notes):
    note = bob.notes(change, task)
    path = f"{notes}/{note['guid']}"
    expect(200, bob.put(path, {"private": True}))
    refusal(mia.get(path), 3011)
    expect(200, bob.put(path, {"private": False}))
    assert expect(200, mia.get(path)) == note


def test_a_deleted_authors_private_note_is_for_administrators(fresh):
    change = fresh.mia.makes_a_change()
    task = fresh.mia.adds_a_task(change)
    note = fresh.bob.notes(change, task, private=True)
    expect(204, fresh.ada.delete(f"/users/{fresh.bob.id}"))
    path = f"{task_path(change, task)}/notes"
    assert listed(fresh.ada, path) == [note]
    assert listed(fresh.mia, path) == []


# ── where and when ───────────────────────────────────────────────────────────────────────────────────────


def test_a_note_of_another_task_is_none_here(mia, change, task, notes):
    note = mia.notes(change, task)
    other = f"{task_path(change, mia.adds_a_task(change))}/notes/{note['guid']}"
    refusal(mia.get(other), 3011)
    refusal(mia.put(other, {"note": "x"}), 3011)
    refusal(mia.delete(other), 3024)
    elsewhere = mia.makes_a_change()
    refusal(mia.get(f"{task_path(elsewhere, task)}/notes"), 3011)
    refusal(mia.get(f"{task_path(elsewhere, task)}/notes/{note['guid']}"), 3011)
    refusal(mia.post(f"{task_path(elsewhere, task)}/notes", {"note": "x"}), 3011)
    assert listed(mia, notes) == [note]


def test_what_is_not_there_is_not_seen_changed_or_removed(mia, fresh, notes, change, task):
    note = mia.notes(change, task)
    path = f"{notes}/{nobodys_id()}"
    refusal(mia.get(path), 3011)
    refusal(mia.put(path, {"note": "x"}), 3011)
    refusal(mia.delete(path), 3024)
    refusal(fresh.ada.get(f"{notes}/{note['guid']}"), 3011)
    refusal(fresh.ada.delete(f"{notes}/{note['guid']}"), 3011)


@pytest.mark.parametrize("status", ["CANCELED", "COMPLETED"])
def test_a_closed_changes_notes_are_read_and_not_touched(mia, ada, change, task, notes, status):
    note = mia.notes(change, task)
    mia.edits_task(change, task, status="DONE")
    if status == "CANCELED":
        ada.moves(change, "CANCELED")
    else:
        mia.moves(change, "SUBMITTED")
        ada.moves(change, "COMPLETED")
    for person in (mia, ada):
        refusal(person.post(notes, {"note": "x"}), 3703)
        refusal(person.put(f"{notes}/{note['guid']}", {"note": "x"}), 3703)
        refusal(person.delete(f"{notes}/{note['guid']}"), 3703)
    assert listed(mia, notes) == [note]
    assert expect(200, mia.get(f"{notes}/{note['guid']}")) == note
