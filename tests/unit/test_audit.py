"""What is hashed of an event: its canonical form, and that nothing of it can change unseen."""

import hashlib
import json
from typing import Any

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from punchlist.domain import audit
from punchlist.domain.events import Entity, Verb
from punchlist.domain.publication import Linked
from tests.unit.builders import BOB, MIA, NOW, SECOND, TASK_ID

WORKSPACE = 123_456_789
EXACT = 2**53 - 1

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-EXACT, EXACT) | texts
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def an_event(**fields: Any) -> Linked:
    """Mia gave Bob's task another title."""
    defaults: dict[str, Any] = {
        "position": 2,
        "seq": 40,
        "actor_id": MIA,
        "verb": Verb.UPDATED,
        "entity": Entity.TASK,
        "entity_id": TASK_ID,
        "parent_id": None,
        "version": 3,
        "before": {"title": "Check the torque", "tags": ["line 2"]},
        "after": {"title": "Prüfe das Drehmoment", "tags": []},
        "at": NOW,
        "request_id": "checkout-42",
    }
    return Linked(**(defaults | fields))


changed = st.dictionaries(texts, values, max_size=5) | st.dictionaries(
    st.text(st.characters(max_codepoint=127)), st.none() | texts, max_size=5
)


@given(changed, changed, texts)
def test_the_canonical_form_is_that_of_rfc_8785(before: Any, after: Any, text: str):
    event = an_event(before=before, after=after, request_id=text, entity_id=text)
    entry = audit.entry(WORKSPACE, event, audit.GENESIS)
    assert audit.canonical(entry) == rfc8785.dumps(msgspec.to_builtins(entry))


@given(st.integers(min_value=EXACT + 1) | st.integers(max_value=-EXACT - 1))
def test_an_integer_that_a_double_does_not_hold_stands_there_as_its_digits(number: int):
    entry = audit.entry(WORKSPACE, an_event(before={"n": [number]}), audit.GENESIS)
    assert b'"before":{"n":["%d"]}' % number in audit.canonical(entry)


@given(st.dictionaries(texts, values, max_size=5))
def test_a_line_of_an_export_is_hashed_as_the_event_was(value: dict[str, Any]):
    """What was written as JSON and read again has the same canonical form."""
    event = an_event(after=value)
    written = audit.entry(WORKSPACE, event, audit.GENESIS)
    read = json.loads(msgspec.json.encode(written))
    assert hashlib.sha256(rfc8785.dumps(read)).digest() == audit.link(WORKSPACE, event, audit.GENESIS).hash


OTHERWISE: dict[str, Any] = {
    "position": 3,
    "seq": 41,
    "actor_id": BOB,
    "verb": Verb.CREATED,
    "entity": Entity.COMMENT,
    "entity_id": TASK_ID[:-1] + "1",
    "parent_id": TASK_ID,
    "version": 4,
    "before": {"title": "Check the torque", "tags": ["line 3"]},
    "after": {"title": "Prüfe das Drehmoment.", "tags": []},
    "at": NOW + SECOND / 1_000_000,
    "request_id": None,
}


@pytest.mark.parametrize("field", Linked.__struct_fields__)
def test_whatever_is_changed_of_an_event_changes_its_hash(field: str):
    changed = an_event(**{field: OTHERWISE[field]})
    assert (
        audit.link(WORKSPACE, changed, audit.GENESIS).hash
        != audit.link(WORKSPACE, an_event(), audit.GENESIS).hash
    )


def test_an_event_has_another_hash_elsewhere_and_after_another():
    link = audit.link(WORKSPACE, an_event(), audit.GENESIS)
    assert audit.link(WORKSPACE + 1, an_event(), audit.GENESIS).hash != link.hash
    assert audit.link(WORKSPACE, an_event(), bytes(31) + b"\1").hash != link.hash


def test_the_instant_is_told_to_the_microsecond():
    assert audit.entry(WORKSPACE, an_event(), audit.GENESIS)["at"] == "2030-05-17T12:00:00.250000Z"
    whole = audit.entry(WORKSPACE, an_event(at=NOW.replace(microsecond=0)), audit.GENESIS)
    assert whole["at"] == "2030-05-17T12:00:00.000000Z"


@given(st.integers(0, 400), st.characters(exclude_categories=["Cs"]))
def test_one_other_character_anywhere_breaks_the_link(place: int, other: str):
    """Whatever is changed in the words of an entry, either it is none any more or it is another one."""
    line = msgspec.json.encode(audit.entry(WORKSPACE, an_event(), audit.GENESIS)).decode()
    place %= len(line)
    changed = line[:place] + other + line[place + 1 :]
    try:
        read = json.loads(changed)
        form = rfc8785.dumps(read)
    except (json.JSONDecodeError, rfc8785.CanonicalizationError):
        return
    assert (form == rfc8785.dumps(json.loads(line))) == (json.loads(line) == read)


def test_an_event_of_a_kind_that_is_not_known_can_be_hashed_too():
    event = an_event(verb="archived", entity="spaceship")
    entry = audit.entry(WORKSPACE, event, audit.GENESIS)
    assert (entry["verb"], entry["entity"]) == ("archived", "spaceship")
    assert len(audit.link(WORKSPACE, event, audit.GENESIS).hash) == 32
