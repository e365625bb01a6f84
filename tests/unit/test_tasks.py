"""What a task may be: every field's rule at its limit and one past it, when created and when changed."""

import datetime as dt

import msgspec
import pytest
from msgspec import UNSET

from punchlist.domain import limits
from punchlist.domain.lifecycle import Status
from punchlist.domain.problems import Kind, Problem, Reason, Rejected
from punchlist.domain.tasks import AssigneeFacts, Priority, Task, TaskChanges, apply, create, new_assignee
from tests.unit.builders import (
    BOB,
    LATER,
    MIA,
    NOW,
    SECOND,
    TASK_ID,
    a_full_task,
    a_task,
    found_wrong,
    the_problem,
)

LONG_AGO = dt.datetime(2029, 1, 31, 8, 30, 0, tzinfo=dt.UTC)
HERE = AssigneeFacts(exists=True, disabled=False)


def made(assignee: AssigneeFacts | None = None, **fields) -> Task:
    wished = TaskChanges(**({"title": "Check the torque"} | fields))
    return create(wished, task_id=TASK_ID, creator_id=MIA, assignee=assignee, now=NOW)


def changed(task: Task, assignee: AssigneeFacts | None = None, **fields) -> Task:
    return apply(task, TaskChanges(**fields), assignee=assignee, now=NOW)


def both_ways(**fields):
    """The problems of creating a task so, which must be those of changing one so."""
    on_creation = found_wrong(lambda: made(**fields))
    assert found_wrong(lambda: changed(a_task(), **fields)) == on_creation
    return on_creation


# --- creation -----------------------------------------------------------------------------------------


def test_a_task_of_a_title_alone_has_every_default():
    assert made() == Task(
        id=TASK_ID,
        version=1,
        title="Check the torque",
        description=None,
        status=Status.TODO,
        priority=Priority.MEDIUM,
        created_by=MIA,
        assignee_id=None,
        due_at=None,
        warning_hours=None,
        tags=(),
        created_at=NOW,
        updated_at=NOW,
    )


def test_a_task_may_begin_as_it_is_wished():
    wished = {
        "description": "To 12 Nm.",
        "priority": Priority.URGENT,
        "due_at": LATER,
        "warning_hours": 24.0,
        "tags": ("torque",),
    }
    task = made(assignee=HERE, assignee_id=BOB, **wished)
    assert task.assignee_id == BOB
    assert {name: getattr(task, name) for name in wished} == wished


@pytest.mark.parametrize("status", Status)
def test_a_task_may_begin_in_any_status(status):
    assert made(status=status).status is status


def test_a_task_needs_a_title():
    assert found_wrong(lambda: made(title=UNSET)) == [("title", Reason.REQUIRED)]


def test_a_missing_title_is_not_reported_beside_a_bad_one():
    problems = (Problem("title", Reason.WRONG_TYPE, {"expected": "a string"}),)
    assert found_wrong(lambda: made(title=UNSET, problems=problems)) == [("title", Reason.WRONG_TYPE)]


# --- text ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", ["x", "x" * 255, "  " + "x" * 255 + "\n", "ж" * 255, "🔩" * 255])
def test_a_title_has_1_to_255_characters_once_trimmed(title):
    assert both_ways(title=title) == []
    assert made(title=title).title == changed(a_task(), title=title).title == title.strip()


@pytest.mark.parametrize("title", ["", " ", "\t\n\u00a0"])
def test_a_title_of_nothing_or_blanks_is_none(title):
    assert both_ways(title=title) == [("title", Reason.REQUIRED)]


def test_a_title_of_256_characters_is_too_long():
    assert both_ways(title="x" * 256) == [("title", Reason.TOO_LONG)]
    assert the_problem(lambda: made(title="x" * 256)).facts == {"max": 255}


def test_a_title_may_not_hold_what_the_database_cannot():
    assert both_ways(title="a\0b") == [("title", Reason.NOT_STORABLE)]


@pytest.mark.parametrize("text", [None, "", " kept as it is \n", "x" * 65_535, "🔩" * 65_535])
def test_a_description_has_up_to_65535_characters_and_is_not_trimmed(text):
    assert both_ways(description=text) == []
    assert made(description=text).description == text


@pytest.mark.parametrize(("text", "reason"), [("x" * 65_536, Reason.TOO_LONG), ("\0", Reason.NOT_STORABLE)])
def test_a_description_that_is_longer_or_holds_nul_is_refused(text, reason):
    assert both_ways(description=text) == [("description", reason)]


# --- tags ---------------------------------------------------------------------------------------------


def test_tags_are_trimmed_and_lose_their_duplicates_but_not_their_order():
    assert made(tags=(" torque ", "line 2", "torque", "Torque")).tags == ("torque", "line 2", "Torque")


def test_null_for_tags_means_none():
    assert made(tags=None).tags == ()
    assert changed(a_full_task(), tags=None).tags == ()


@pytest.mark.parametrize("tags", [(), ("x",), ("x" * 50,), tuple("abcdefghij"), tuple("abcdefghij" * 3)])
def test_up_to_ten_different_tags_of_1_to_50_characters_are_accepted(tags):
    assert both_ways(tags=tags) == []


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        (tuple("abcdefghijk"), Reason.TOO_MANY),
        (("x" * 51,), Reason.BAD_TAG),
        (("",), Reason.BAD_TAG),
        (("fine", "  "), Reason.BAD_TAG),
        (("a\0b",), Reason.BAD_TAG),
    ],
)
def test_more_tags_or_other_ones_are_refused(tags, reason):
    assert both_ways(tags=tags) == [("tags", reason)]


# --- assignee -----------------------------------------------------------------------------------------


def test_an_assignee_must_exist_and_not_be_disabled():
    assert made(assignee=HERE, assignee_id=BOB).assignee_id == BOB
    for facts, reason in (
        (None, Reason.NO_SUCH_USER),
        (AssigneeFacts(exists=False, disabled=False), Reason.NO_SUCH_USER),
        (AssigneeFacts(exists=True, disabled=True), Reason.DISABLED_USER),
    ):
        for attempt in (
            lambda facts=facts: made(assignee=facts, assignee_id=BOB),
            lambda facts=facts: changed(a_task(), assignee=facts, assignee_id=BOB),
        ):
            problem = the_problem(attempt)
            assert (problem.field, problem.reason, problem.facts) == ("assignee_id", reason, {"id": BOB})


def test_sending_the_present_assignee_again_is_no_assignment():
    task = a_full_task()
    assert new_assignee(task, TaskChanges(assignee_id=BOB)) is UNSET
    assert changed(task, assignee_id=BOB) is task


def test_unassigning_and_saying_nothing_are_no_assignments():
    assert new_assignee(a_full_task(), TaskChanges(assignee_id=None)) is UNSET
    assert new_assignee(a_full_task(), TaskChanges()) is UNSET
    assert new_assignee(None, TaskChanges(assignee_id=None)) is UNSET


def test_naming_somebody_else_is_an_assignment():
    assert new_assignee(a_full_task(), TaskChanges(assignee_id=MIA)) == MIA
    assert new_assignee(None, TaskChanges(assignee_id=MIA)) == MIA


def test_null_unassigns():
    assert changed(a_full_task(), assignee_id=None).assignee_id is None


# --- due date -----------------------------------------------------------------------------------------


def test_a_due_date_lies_in_the_future():
    assert both_ways(due_at=NOW + SECOND) == []
    for due in (NOW, NOW - SECOND, NOW.replace(microsecond=0)):
        assert both_ways(due_at=due) == [("due_at", Reason.NOT_IN_FUTURE)]


def test_a_due_date_that_is_in_the_future_only_by_its_fraction_is_not():
    assert both_ways(due_at=NOW + dt.timedelta(microseconds=1)) == [("due_at", Reason.NOT_IN_FUTURE)]


def test_a_due_date_becomes_utc_without_fraction():
    tokyo = dt.timezone(dt.timedelta(hours=9))
    due = made(due_at=dt.datetime(2035, 6, 2, 2, 0, 0, 999_999, tzinfo=tokyo)).due_at
    assert due == LATER
    assert due.tzinfo is dt.UTC


def test_the_stored_due_date_may_be_sent_again_after_it_has_passed():
    task = a_task(due_at=LONG_AGO)
    assert changed(task, due_at=task.due_at) is task
    moved = changed(task, due_at=task.due_at, priority=Priority.HIGH)
    assert (moved.due_at, moved.priority) == (task.due_at, Priority.HIGH)


def test_a_past_due_date_may_not_be_set_even_close_to_the_stored_one():
    task = a_task(due_at=LONG_AGO)
    attempt = found_wrong(lambda: changed(task, due_at=task.due_at + SECOND))
    assert attempt == [("due_at", Reason.NOT_IN_FUTURE)]


@pytest.mark.parametrize(
    "instant",
    [
        dt.datetime(9999, 12, 31, 23, 59, 59, tzinfo=dt.timezone(dt.timedelta(hours=-14))),
        dt.datetime(1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=14))),
    ],
)
def test_an_instant_that_has_no_utc_form_is_refused(instant):
    assert both_ways(due_at=instant) == [("due_at", Reason.NOT_AN_INSTANT)]


# --- warning offset -----------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [0, 0.25, 24, 8760, 8760.0])
def test_a_warning_comes_0_to_8760_hours_before_the_due_date(hours):
    assert both_ways(due_at=LATER, warning_hours=hours) == []
    assert changed(a_task(due_at=LATER), warning_hours=hours).warning_hours == hours


@pytest.mark.parametrize("hours", [-0.001, -1, 8760.001, float("inf"), float("nan")])
def test_any_other_number_of_hours_is_refused(hours):
    assert both_ways(due_at=LATER, warning_hours=hours) == [("warning_hours", Reason.OUT_OF_RANGE)]


def test_a_warning_needs_a_due_date():
    assert both_ways(warning_hours=1.0) == [("warning_hours", Reason.NEEDS_DUE_DATE)]
    assert both_ways(warning_hours=1.0, due_at=None) == [("warning_hours", Reason.NEEDS_DUE_DATE)]
    attempt = found_wrong(lambda: changed(a_full_task(), due_at=None, warning_hours=1.0))
    assert attempt == [("warning_hours", Reason.NEEDS_DUE_DATE)]


def test_clearing_the_due_date_clears_the_warning_too():
    cleared = changed(a_full_task(), due_at=None)
    assert (cleared.due_at, cleared.warning_hours) == (None, None)


def test_clearing_the_warning_leaves_the_due_date():
    cleared = changed(a_full_task(), warning_hours=None)
    assert (cleared.due_at, cleared.warning_hours) == (LATER, None)


def test_a_warning_is_not_asked_to_stand_before_a_due_date_that_could_not_be_read():
    problems = (Problem("due_at", Reason.NOT_AN_INSTANT),)
    assert both_ways(warning_hours=1.0, problems=problems) == [("due_at", Reason.NOT_AN_INSTANT)]


# --- changes ------------------------------------------------------------------------------------------


def test_a_change_raises_version_and_update_instant_and_nothing_else():
    task = a_full_task()
    after = changed(task, title="Check the torque again")
    assert after == msgspec.structs.replace(
        task, title="Check the torque again", version=task.version + 1, updated_at=NOW
    )


def test_a_change_of_nothing_gives_the_very_same_task():
    task = a_full_task()
    assert changed(task) is task


def test_a_task_sent_back_as_it_is_gives_the_very_same_task():
    for task in (a_task(), a_full_task()):
        names = TaskChanges.__struct_fields__
        everything = {name: getattr(task, name) for name in names if name != "problems"}
        assert changed(task, **everything) is task


def test_a_value_that_only_trimming_makes_the_same_is_no_change():
    task = a_full_task()
    assert changed(task, title=f"  {task.title} ", tags=(" line 2", "torque", "line 2")) is task


def test_the_update_instant_never_goes_back_even_where_the_clock_does():
    task = a_task(updated_at=NOW + dt.timedelta(minutes=1))
    after = changed(task, title="New")
    assert (after.version, after.updated_at) == (task.version + 1, task.updated_at)


def test_all_problems_come_together_those_of_the_door_first():
    task = a_full_task()
    changes = {
        "title": " ",
        "description": "x" * (limits.DESCRIPTION_MAX + 1),
        "tags": ("x" * 51,),
        "assignee_id": MIA,
        "due_at": NOW,
        "warning_hours": -1.0,
        "problems": (Problem("color", Reason.UNKNOWN, {"known": []}),),
    }
    expected = [
        ("color", Reason.UNKNOWN),
        ("title", Reason.REQUIRED),
        ("description", Reason.TOO_LONG),
        ("tags", Reason.BAD_TAG),
        ("assignee_id", Reason.NO_SUCH_USER),
        ("due_at", Reason.NOT_IN_FUTURE),
        ("warning_hours", Reason.OUT_OF_RANGE),
    ]
    assert found_wrong(lambda: changed(task, **changes)) == expected
    assert found_wrong(lambda: made(**changes)) == expected


def test_a_problem_of_the_door_alone_is_enough_to_refuse():
    problems = (Problem("priority", Reason.NOT_ONE_OF, {"options": []}),)
    assert both_ways(problems=problems, title="Fine") == [("priority", Reason.NOT_ONE_OF)]


def test_a_forbidden_move_hides_no_other_problem_and_alone_is_its_own_refusal():
    task = a_task(status=Status.CANCELED)
    with pytest.raises(Rejected) as caught:
        changed(task, status=Status.TODO, title="Fine")
    assert caught.value.kind is Kind.INVALID_TRANSITION


@pytest.mark.parametrize("priority", Priority)
def test_a_task_may_take_any_priority(priority):
    assert changed(a_task(), priority=priority).priority is priority


def test_priorities_are_declared_in_the_order_of_sorting():
    assert [priority.value for priority in Priority] == ["LOW", "MEDIUM", "HIGH", "URGENT"]
