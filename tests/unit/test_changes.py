"""What becomes of a change when somebody makes it or moves it; edits have a file of their own."""

import datetime as dt

import msgspec
import pytest

from punchlist.domain import limits
from punchlist.domain.categories import FieldType, ImplementationStatus
from punchlist.domain.change_lifecycle import ChangeStatus, Effectivity, RoutingMethod
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.changes import Change, ChangeWish, create, move, situation
from punchlist.domain.problems import Problem
from tests.unit.builders import BOB, LATER, MIA, NOW
from tests.unit.change_builders import (
    ATTRIBUTES,
    CATEGORY,
    CHANGE_ID,
    ECO,
    ROUTING,
    a_category,
    a_change,
    days,
    wrong,
)

PAST = NOW - days(1)


def made(category=None, **wish) -> Change:
    return create(
        ChangeWish(**wish),
        change_id=CHANGE_ID,
        category=category or a_category(),
        prefix_id=ECO,
        creator_id=MIA,
        routings=frozenset({ROUTING}),
        now=NOW,
    )


# --- creation -----------------------------------------------------------------------------------------


def test_a_title_alone_makes_a_change():
    assert made(title="Case melting") == Change(
        id=CHANGE_ID,
        version=1,
        number="",
        prefix_id=ECO,
        title="Case melting",
        description=None,
        category_id=CATEGORY,
        creator_id=MIA,
        effectivity=Effectivity.PERMANENT_ON_APPROVAL,
        planned_effectivity_at=None,
        expiration_at=None,
        effective_at=None,
        approval_deadline_at=None,
        enforce_approval_deadline=False,
        status=ChangeStatus.OPEN_AND_UNLOCKED,
        status_at=NOW,
        implementation_status=None,
        implementation_status_at=None,
        implementation_status_editor_id=None,
        submitted_at=None,
        submitter_id=None,
        routing_ids=(),
        administrator_ids=(),
        attributes={},
        created_at=NOW,
        updated_at=NOW,
    )


def test_a_categorys_defaults_apply_and_a_wish_goes_before_them():
    category = a_category(
        effectivity=Effectivity.TEMPORARY, initial_implementation_status=ImplementationStatus.NOT_STARTED
    )
    change = made(category, title="x")
    assert (change.effectivity, change.implementation_status) == ("TEMPORARY", "NOT_STARTED")
    wished = made(
        category,
        title="x",
        effectivity=Effectivity.PERMANENT_ON_DATE,
        implementation_status=ImplementationStatus.DONE,
    )
    assert (wished.effectivity, wished.implementation_status) == ("PERMANENT_ON_DATE", "DONE")
    assert made(category, title="x", implementation_status=None).implementation_status is None


def test_a_change_is_as_it_was_wished():
    change = made(
        title="  Case melting ",
        description=" as it is ",
        effectivity=Effectivity.PERMANENT_ON_DATE,
        planned_effectivity_at=LATER,
        approval_deadline_at=LATER,
        enforce_approval_deadline=True,
        routing_ids=(ROUTING,),
        attributes={ATTRIBUTES[FieldType.NUMBER].id: 12},
    )
    assert change.title == "Case melting"
    assert change.description == " as it is "
    assert (change.planned_effectivity_at, change.approval_deadline_at) == (LATER, LATER)
    assert change.enforce_approval_deadline
    assert change.routing_ids == (ROUTING,)
    assert change.attributes == {ATTRIBUTES[FieldType.NUMBER].id: 12}


@pytest.mark.parametrize("title", [{}, {"title": None}, {"title": ""}, {"title": " \t\n"}])
def test_a_change_needs_a_title(title):
    assert wrong(lambda: made(**title)) == [("title", "attribute_required")]


def test_a_title_that_came_in_the_wrong_shape_is_not_missed_beside_that():
    problem = Problem("title", ChangeKind.WRONG_VALUE)
    assert wrong(lambda: made(problems=(problem,))) == [("title", "wrong_value")]


@pytest.mark.parametrize(
    ("name", "most"), [("title", limits.CHANGE_TITLE_MAX), ("description", limits.DESCRIPTION_MAX)]
)
def test_texts_have_their_bounds(name, most):
    assert getattr(made(**({"title": "x"} | {name: "é" * most})), name) == "é" * most
    too_long = {"title": "x"} | {name: "é" * (most + 1)}
    assert wrong(lambda: made(**too_long)) == [(name, "value_too_long")]


@pytest.mark.parametrize("name", ["title", "description"])
def test_nul_is_no_text(name):
    assert wrong(lambda: made(**({"title": "x"} | {name: "a\0b"}))) == [(name, "wrong_value")]


def test_every_problem_is_told_at_once():
    wish = ChangeWish(
        title="é" * 256,
        planned_effectivity_at=PAST,
        expiration_at=PAST,
        enforce_approval_deadline=True,
        routing_ids=("X" * 20,),
        attributes={"X" * 20: 1},
    )
    assert wrong(lambda: made(**msgspec.structs.asdict(wish))) == [
        ("title", "value_too_long"),
        ("effectivityPlannedDateTime", "planned_date_past"),
        ("expirationDateTime", "expiration_past"),
        ("effectivityPlannedDateTime", "planned_date_not_taken"),
        ("expirationDateTime", "expiration_not_taken"),
        ("approvalDeadlineDateTime", "deadline_needed"),
        ("routings", "invalid_guid"),
        ("additionalAttributes", "unknown_attribute"),
    ]


# --- dates --------------------------------------------------------------------------------------------

DATES = {
    "approval_deadline_at": (Effectivity.PERMANENT_ON_APPROVAL, "approvalDeadlineDateTime", "deadline_past"),
    "planned_effectivity_at": (
        Effectivity.PERMANENT_ON_DATE,
        "effectivityPlannedDateTime",
        "planned_date_past",
    ),
    "expiration_at": (Effectivity.TEMPORARY, "expirationDateTime", "expiration_past"),
}


@pytest.mark.parametrize("name", DATES)
def test_a_date_lies_ahead(name):
    effectivity, attribute, past = DATES[name]
    for moment in (PAST, NOW, NOW - dt.timedelta(microseconds=1)):
        wish = {"title": "x", "effectivity": effectivity, name: moment}
        assert wrong(lambda wish=wish: made(**wish)) == [(attribute, past)]
    soon = NOW + dt.timedelta(seconds=1)
    change = made(**{"title": "x", "effectivity": effectivity, name: soon})
    assert getattr(change, name) == soon.replace(microsecond=0)


@pytest.mark.parametrize("effectivity", Effectivity)
def test_each_effectivity_takes_its_own_date_and_no_other(effectivity):
    planned = wrong(lambda: made(title="x", effectivity=effectivity, planned_effectivity_at=LATER))
    expiring = wrong(lambda: made(title="x", effectivity=effectivity, expiration_at=LATER))
    on_date, temporary = effectivity == "PERMANENT_ON_DATE", effectivity == "TEMPORARY"
    assert planned == ([] if on_date else [("effectivityPlannedDateTime", "planned_date_not_taken")])
    assert expiring == ([] if temporary else [("expirationDateTime", "expiration_not_taken")])
    made(title="x", effectivity=effectivity, approval_deadline_at=LATER)


def test_on_a_date_without_one_and_temporary_without_an_end_are_taken():
    assert made(title="x", effectivity=Effectivity.PERMANENT_ON_DATE).planned_effectivity_at is None
    assert made(title="x", effectivity=Effectivity.TEMPORARY).expiration_at is None


def test_a_deadline_that_is_to_be_enforced_must_be_there():
    needed = [("approvalDeadlineDateTime", "deadline_needed")]
    assert wrong(lambda: made(title="x", enforce_approval_deadline=True)) == needed
    assert wrong(lambda: made(title="x", enforce_approval_deadline=True, approval_deadline_at=None)) == needed
    assert made(title="x", enforce_approval_deadline=False).approval_deadline_at is None


def test_instants_are_kept_in_utc_and_whole_seconds():
    there = LATER.astimezone(dt.timezone(dt.timedelta(hours=-8))).replace(microsecond=999_999)
    kept = made(title="x", approval_deadline_at=there).approval_deadline_at
    assert (kept, kept.tzinfo) == (LATER, dt.UTC)


# --- what a category enforces -------------------------------------------------------------------------


def test_an_enforced_effectivity_binds_who_makes_a_change():
    strict = a_category(effectivity=Effectivity.TEMPORARY, enforce_effectivity=True)
    assert made(strict, title="x").effectivity == "TEMPORARY"
    assert made(strict, title="x", effectivity=Effectivity.TEMPORARY).effectivity == "TEMPORARY"
    refused = wrong(lambda: made(strict, title="x", effectivity=Effectivity.PERMANENT_ON_APPROVAL))
    assert refused == [("effectivityType", "effectivity_enforced")]


def test_an_effectivity_without_a_default_cannot_be_enforced():
    category = a_category(effectivity=None, enforce_effectivity=True)
    assert made(category, title="x", effectivity=Effectivity.TEMPORARY).effectivity == "TEMPORARY"


# --- additional attributes ----------------------------------------------------------------------------


def demanding() -> tuple:
    """A category one of whose attributes is required, and that attribute."""
    needed = msgspec.structs.replace(ATTRIBUTES[FieldType.SINGLE_LINE_TEXT], required=True)
    return a_category(attributes=(needed,)), needed


def test_a_required_attribute_is_asked_for_by_its_name():
    category, needed = demanding()
    for attributes in ({}, {"attributes": {}}, {"attributes": {needed.id: None}}):
        found = wrong(lambda attributes=attributes: made(category, title="x", **attributes))
        assert found[0] == (needed.name, "attribute_required")
    assert made(category, title="x", attributes={needed.id: "12"}).attributes == {needed.id: "12"}


def test_a_required_attribute_is_not_missed_where_the_attributes_could_not_be_read():
    category, _ = demanding()
    problem = Problem("additionalAttributes", ChangeKind.WRONG_VALUE)
    assert wrong(lambda: made(category, title="x", problems=(problem,))) == [
        ("additionalAttributes", "wrong_value")
    ]


# --- moves --------------------------------------------------------------------------------------------


def test_a_move_is_a_version_with_its_instant():
    change = a_change()
    moved = move(change, ChangeStatus.OPEN_AND_LOCKED, now=NOW, mover_id=BOB)
    assert moved == msgspec.structs.replace(
        change, status=ChangeStatus.OPEN_AND_LOCKED, status_at=NOW, version=8, updated_at=NOW
    )


@pytest.mark.parametrize("status", ["SUBMITTED_FOR_ROUTING", "SUBMITTED_FOR_APPROVAL", "APPROVED"])
def test_who_submits_is_kept_whatever_the_submission_leads_to(status):
    moved = move(a_change(), ChangeStatus(status), now=NOW, mover_id=BOB)
    assert (moved.submitted_at, moved.submitter_id) == (NOW, BOB)
    again = move(moved, ChangeStatus.SUBMITTED_FOR_APPROVAL, now=LATER, mover_id=MIA)
    assert (again.submitted_at, again.submitter_id) == (NOW, BOB)


def test_a_change_that_is_open_again_was_never_submitted():
    submitted = a_change(
        status=ChangeStatus.SUBMITTED_FOR_APPROVAL,
        submitted_at=PAST,
        submitter_id=BOB,
        administrator_ids=(BOB,),
    )
    moved = move(submitted, ChangeStatus.OPEN_AND_UNLOCKED, now=NOW, mover_id=BOB)
    assert (moved.submitted_at, moved.submitter_id, moved.administrator_ids) == (None, None, ())


def test_a_change_keeps_the_instant_at_which_it_first_was_effective():
    effective = move(a_change(status=ChangeStatus.APPROVED), ChangeStatus.EFFECTIVE, now=NOW)
    assert effective.effective_at == NOW
    completed = move(effective, ChangeStatus.COMPLETED, now=LATER)
    assert move(completed, ChangeStatus.EFFECTIVE, now=LATER + days(1)).effective_at == NOW


def test_administrators_are_those_that_the_submission_names():
    moved = move(a_change(), ChangeStatus.SUBMITTED_FOR_ROUTING, now=NOW, administrator_ids=(BOB, MIA))
    assert moved.administrator_ids == (BOB, MIA)
    assert move(moved, ChangeStatus.SUBMITTED_FOR_APPROVAL, now=NOW).administrator_ids == (BOB, MIA)


def test_an_implementation_status_that_comes_along_is_its_movers():
    effective = a_change(
        status=ChangeStatus.EFFECTIVE, implementation_status=ImplementationStatus.NOT_STARTED
    )
    done = move(
        effective,
        ChangeStatus.COMPLETED,
        now=NOW,
        mover_id=BOB,
        implementation_status=ImplementationStatus.DONE,
    )
    assert done.implementation_status == "DONE"
    assert (done.implementation_status_at, done.implementation_status_editor_id) == (NOW, BOB)
    same = move(
        effective,
        ChangeStatus.COMPLETED,
        now=NOW,
        mover_id=BOB,
        implementation_status=ImplementationStatus.NOT_STARTED,
    )
    assert (same.implementation_status_at, same.implementation_status_editor_id) == (None, None)


def test_a_clock_that_is_behind_does_not_take_a_change_back_in_time():
    change = a_change(updated_at=LATER)
    assert move(change, ChangeStatus.OPEN_AND_LOCKED, now=NOW).updated_at == LATER


def test_the_situation_of_a_change_is_what_its_moves_depend_on():
    change = a_change(routing_ids=(ROUTING,), effectivity=Effectivity.TEMPORARY)
    found = situation(change, a_category(routing_method=RoutingMethod.USER_DEFINED), open_tasks=3)
    assert msgspec.structs.astuple(found) == ("OPEN_AND_UNLOCKED", "TEMPORARY", "USER_DEFINED", True, 3)
