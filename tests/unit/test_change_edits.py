"""What becomes of a change when somebody edits it: who may, when, and what must hold."""

import msgspec
import pytest

from punchlist.domain.categories import FieldType, ImplementationStatus
from punchlist.domain.change_lifecycle import ChangeStatus, Effectivity
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.changes import Change, ChangeWish, edit
from punchlist.domain.permissions import Relation
from punchlist.domain.problems import Problem
from tests.unit.builders import BOB, LATER, NOW
from tests.unit.change_builders import (
    ATTRIBUTES,
    OTHER_CATEGORY,
    ROUTING,
    a_category,
    a_change,
    days,
    refusal,
    wrong,
)

CREATOR = frozenset({Relation.ANYONE, Relation.CREATOR})
ADMINISTRATOR = frozenset({Relation.ANYONE, Relation.ADMINISTRATOR})
S = ChangeStatus


def edited(change: Change, category=None, relations=CREATOR, **wish) -> Change:
    return edit(
        change,
        ChangeWish(**wish),
        category=category or a_category(),
        relations=relations,
        editor_id=BOB,
        routings=frozenset({ROUTING}),
        now=NOW,
    )


# --- the algebra --------------------------------------------------------------------------------------

FULL = a_change(
    description="Hot days",
    effectivity=Effectivity.PERMANENT_ON_DATE,
    planned_effectivity_at=LATER,
    approval_deadline_at=LATER,
    enforce_approval_deadline=True,
    routing_ids=(ROUTING,),
    attributes={ATTRIBUTES[FieldType.NUMBER].id: 12},
)
SAME = {
    "title": " Case melting ",
    "description": "Hot days",
    "effectivity": Effectivity.PERMANENT_ON_DATE,
    "planned_effectivity_at": LATER,
    "approval_deadline_at": LATER,
    "enforce_approval_deadline": True,
    "implementation_status": ImplementationStatus.NOT_STARTED,
    "routing_ids": (ROUTING,),
    "attributes": {ATTRIBUTES[FieldType.NUMBER].id: 12},
}
OTHER = {
    "title": "Case deforming",
    "description": None,
    "effectivity": Effectivity.PERMANENT_ON_APPROVAL,
    "planned_effectivity_at": LATER + days(1),
    "approval_deadline_at": LATER + days(1),
    "enforce_approval_deadline": False,
    "implementation_status": ImplementationStatus.DONE,
    "routing_ids": (),
    "attributes": {ATTRIBUTES[FieldType.SINGLE_LINE_TEXT].id: "Lot 7"},
}


def test_an_empty_wish_and_the_present_values_leave_the_very_same_change():
    assert edited(FULL) is FULL
    assert edited(FULL, **SAME) is FULL
    for name, value in SAME.items():
        assert edited(FULL, **{name: value}) is FULL


@pytest.mark.parametrize("name", OTHER)
def test_what_is_given_changes_and_nothing_else(name):
    changed = edited(FULL, **{name: OTHER[name]})
    differing = {
        field for field in Change.__struct_fields__ if getattr(changed, field) != getattr(FULL, field)
    }
    along = {
        "effectivity": {"planned_effectivity_at"},
        "implementation_status": {"implementation_status_at", "implementation_status_editor_id"},
    }
    assert differing == {name, "version", "updated_at"} | along.get(name, set())
    assert (changed.version, changed.updated_at) == (FULL.version + 1, NOW)
    assert edited(changed, **{name: OTHER[name]}) is changed


def test_the_editor_of_the_implementation_status_is_kept():
    changed = edited(FULL, implementation_status=None)
    assert changed.implementation_status is None
    assert (changed.implementation_status_at, changed.implementation_status_editor_id) == (NOW, BOB)


def test_a_change_that_is_no_longer_on_a_date_has_none():
    changed = edited(FULL, effectivity=Effectivity.PERMANENT_ON_APPROVAL)
    assert changed.planned_effectivity_at is None
    both = {"effectivity": Effectivity.PERMANENT_ON_APPROVAL, "planned_effectivity_at": LATER}
    assert wrong(lambda: edited(FULL, **both)) == [("effectivityPlannedDateTime", "planned_date_not_taken")]


def test_a_date_gone_by_may_be_sent_again_but_not_changed_into_another_one():
    gone = LATER - days(10_000)
    late = msgspec.structs.replace(FULL, planned_effectivity_at=gone, approval_deadline_at=gone)
    assert edited(late, planned_effectivity_at=gone, approval_deadline_at=gone) is late
    assert edited(late, title="Late").title == "Late"
    assert wrong(lambda: edited(late, planned_effectivity_at=gone - days(1))) == [
        ("effectivityPlannedDateTime", "planned_date_past")
    ]


def test_a_deadline_that_is_enforced_cannot_be_taken_away_alone():
    needed = [("approvalDeadlineDateTime", "deadline_needed")]
    assert wrong(lambda: edited(FULL, approval_deadline_at=None)) == needed
    freed = edited(FULL, approval_deadline_at=None, enforce_approval_deadline=False)
    assert freed.approval_deadline_at is None


# --- effectivity, category and sequence ---------------------------------------------------------------

PERMANENT = [Effectivity.PERMANENT_ON_APPROVAL, Effectivity.PERMANENT_ON_DATE]


@pytest.mark.parametrize("permanent", PERMANENT)
def test_no_change_crosses_between_permanent_and_temporary(permanent):
    fixed = [("effectivityType", "effectivity_fixed")]
    lasting, passing = a_change(effectivity=permanent), a_change(effectivity=Effectivity.TEMPORARY)
    assert wrong(lambda: edited(lasting, effectivity=Effectivity.TEMPORARY)) == fixed
    assert wrong(lambda: edited(passing, effectivity=permanent)) == fixed
    for other in PERMANENT:
        assert edited(lasting, effectivity=other).effectivity is other


STRICT = a_category(effectivity=Effectivity.PERMANENT_ON_DATE, enforce_effectivity=True)
ELSEWHERE = msgspec.structs.replace(STRICT, id=OTHER_CATEGORY)


def test_a_change_moves_to_a_category_with_its_own_defaults_left_alone():
    changed = edited(a_change(), a_category(id=OTHER_CATEGORY, effectivity=Effectivity.TEMPORARY))
    assert (changed.category_id, changed.effectivity) == (OTHER_CATEGORY, "PERMANENT_ON_APPROVAL")


def test_a_category_that_enforces_another_effectivity_does_not_take_a_change():
    kept = [("effectivityType", "category_effectivity")]
    assert wrong(lambda: edited(a_change(), ELSEWHERE)) == kept
    same = {"effectivity": Effectivity.PERMANENT_ON_APPROVAL}
    assert wrong(lambda: edited(a_change(), ELSEWHERE, **same)) == kept
    turned = edited(a_change(), ELSEWHERE, effectivity=Effectivity.PERMANENT_ON_DATE)
    assert (turned.category_id, turned.effectivity) == (OTHER_CATEGORY, "PERMANENT_ON_DATE")


def test_in_a_category_that_enforces_its_effectivity_no_change_turns_to_another():
    change = a_change(effectivity=Effectivity.PERMANENT_ON_DATE)
    assert edited(change, STRICT, title="Other").title == "Other"
    assert wrong(lambda: edited(change, STRICT, effectivity=Effectivity.PERMANENT_ON_APPROVAL)) == [
        ("effectivityType", "effectivity_enforced")
    ]


def test_a_change_from_before_its_category_enforced_anything_stays_editable():
    change = a_change()
    assert edited(change, STRICT, title="Other").title == "Other"
    assert edited(change, STRICT, effectivity=change.effectivity) is change
    assert edited(change, STRICT, effectivity=Effectivity.PERMANENT_ON_DATE).version == change.version + 1


# --- who and when -------------------------------------------------------------------------------------

# Whose edits of what a status takes, beside the implementation status, which both may edit in any.
TAKEN = {
    S.OPEN_AND_UNLOCKED: (set(OTHER), set(OTHER)),
    S.SUBMITTED_FOR_ROUTING: (
        set(),
        {"approval_deadline_at", "enforce_approval_deadline", "expiration_at", "routing_ids"},
    ),
    S.SUBMITTED_FOR_APPROVAL: (
        set(),
        {"approval_deadline_at", "enforce_approval_deadline", "expiration_at"},
    ),
    S.APPROVED: (set(), {"expiration_at"}),
    S.EFFECTIVE: (set(), {"expiration_at"}),
    S.REJECTED: (set(), set()),
    S.CANCELED: (set(), set()),
    S.EXPIRED: (set(), set()),
    S.COMPLETED: (set(), set()),
}


@pytest.mark.parametrize("status", TAKEN)
@pytest.mark.parametrize("name", [*OTHER, "expiration_at"])
def test_what_may_be_edited_when_and_by_whom(status, name):
    change, value = msgspec.structs.replace(FULL, status=status), OTHER.get(name)
    if name == "expiration_at":
        change = a_change(status=status, effectivity=Effectivity.TEMPORARY)
        value = LATER
    for relations, taken in zip((CREATOR, ADMINISTRATOR), TAKEN[status], strict=True):
        wish = {name: value}
        free = status is S.OPEN_AND_UNLOCKED or name in taken or name == "implementation_status"
        found = refusal(lambda: edited(change, relations=relations, **wish))  # noqa: B023
        assert found == (None if free else "not_updatable"), relations


@pytest.mark.parametrize("status", TAKEN)
def test_an_edit_that_changes_nothing_is_welcome_in_any_status_that_is_not_locked(status):
    change = msgspec.structs.replace(FULL, status=status)
    assert edited(change, **SAME) is change


def test_another_category_is_an_edit_too():
    change = a_change(status=S.EFFECTIVE)
    other = a_category(id=OTHER_CATEGORY)
    assert refusal(lambda: edited(change, other, ADMINISTRATOR)) == "not_updatable"


@pytest.mark.parametrize("wish", [{}, {"title": "x"}, {"implementation_status": None}])
def test_a_locked_change_takes_no_edit_at_all(wish):
    locked = a_change(status=S.OPEN_AND_LOCKED)
    for relations in (CREATOR, ADMINISTRATOR):
        assert refusal(lambda relations=relations: edited(locked, relations=relations, **wish)) == "locked"


@pytest.mark.parametrize("status", ChangeStatus)
@pytest.mark.parametrize("relation", [Relation.ANYONE, Relation.SUBMITTER, Relation.ASSIGNEE])
def test_only_its_creator_and_administrators_edit_a_change_and_others_learn_nothing_of_it(status, relation):
    relations = frozenset({Relation.ANYONE, relation})
    problem = Problem("title", ChangeKind.WRONG_VALUE)
    change = a_change(status=status)
    assert (
        refusal(lambda: edited(change, relations=relations, title="", problems=(problem,))) == "no_privilege"
    )


# --- additional attributes ----------------------------------------------------------------------------


def test_attributes_are_edited_one_by_one_and_null_clears_one():
    number, line = ATTRIBUTES[FieldType.NUMBER].id, ATTRIBUTES[FieldType.SINGLE_LINE_TEXT].id
    changed = edited(FULL, attributes={line: "Lot 7"})
    assert changed.attributes == {number: 12, line: "Lot 7"}
    assert edited(changed, attributes={number: None}).attributes == {line: "Lot 7"}
    assert edited(FULL, attributes={line: None}) is FULL
    assert FULL.attributes == {number: 12}


def test_a_required_attribute_cannot_be_cleared():
    needed = msgspec.structs.replace(ATTRIBUTES[FieldType.NUMBER], required=True)
    category = a_category(attributes=(needed,))
    assert wrong(lambda: edited(FULL, category, attributes={needed.id: None})) == [
        (needed.name, "attribute_required")
    ]
    assert edited(FULL, category, title="Other").title == "Other"


def test_wrong_values_are_told_by_the_attributes_names():
    values = {
        ATTRIBUTES[FieldType.NUMBER].id: "many",
        ATTRIBUTES[FieldType.FIXED_DROP_DOWN].id: "Middling",
        "X" * 20: 1,
    }
    assert wrong(lambda: edited(FULL, attributes=values)) == [
        ("The number", "wrong_value"),
        ("The fixed_drop_down", "not_an_option"),
        ("additionalAttributes", "unknown_attribute"),
    ]
