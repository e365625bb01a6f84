"""Implementation tasks: who may do what with them and when, and what becomes of one."""

import datetime as dt
from itertools import combinations, product

import msgspec
import pytest

from punchlist.api.changes.errors import WORDS
from punchlist.domain import limits
from punchlist.domain.categories import Assignee, AssigneeKind
from punchlist.domain.change_lifecycle import ChangeStatus
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.grounds import Ground, relations, to_ground
from punchlist.domain.implementation_tasks import (
    OPEN,
    RULES,
    Circumstances,
    Deed,
    ImplementationTask,
    ImplementationTaskWish,
    TaskStatus,
    apply,
    create,
    from_template,
    require,
)
from punchlist.domain.permissions import Actor, Relation, Role
from punchlist.domain.problems import Problem, Rejected
from tests.support.change_contract import TASK_RULES, promised_of_task
from tests.unit.builders import BOB, LATER, MIA, NOW
from tests.unit.change_builders import (
    CHANGE_ID,
    GROUP,
    TASK_ID,
    a_template,
    an_implementation_task,
    days,
    wrong,
)

# --- who may, and when --------------------------------------------------------------------------------

RELATIONS = {
    "creator": Relation.CREATOR,
    "administrator": Relation.ADMINISTRATOR,
    "assignee": Relation.ASSIGNEE,
    "submitter": Relation.SUBMITTER,
}
PEOPLE = [frozenset({"anyone", *some}) for count in range(5) for some in combinations(RELATIONS, count)]


def told(deed: str, who: frozenset[str], status: str, **switches: bool) -> int | None:
    standing = frozenset({Relation.ANYONE, *(RELATIONS[name] for name in who if name != "anyone")})
    try:
        require(Deed(deed), Circumstances(ChangeStatus(status), **switches), standing)
    except Rejected as rejected:
        return WORDS[rejected.kind].code
    return None


def test_the_table_here_speaks_of_everything_that_can_be_done():
    assert list(TASK_RULES) == [deed.value for deed in Deed]
    assert set(RULES) == set(Deed)


@pytest.mark.parametrize("deed", TASK_RULES)
@pytest.mark.parametrize("status", [status.value for status in ChangeStatus])
def test_what_may_be_done_by_whom_behind_which_switches(deed, status):
    for who, uncategorized, managed, override in product(PEOPLE, *[(False, True)] * 3):
        switches = {"uncategorized": uncategorized, "managed": managed, "override": override}
        expected = promised_of_task(deed, who, status, **switches)
        assert told(deed, who, status, **switches) == expected, (who, switches)


def test_the_open_statuses_are_the_first_three():
    assert list(TaskStatus)[:3] == ["NOT_STARTED", "IN_PROGRESS", "BEHIND"]
    assert set(list(TaskStatus)[:3]) == OPEN


# --- where somebody stands ----------------------------------------------------------------------------


def an_actor(*, change_administrator: bool = False) -> Actor:
    return Actor(1, MIA, Role.MEMBER, change_administrator=change_administrator)


def standing(actor: Actor | None = None, **facts) -> set[str]:
    nobody = {
        "creator_id": None,
        "submitter_id": None,
        "administrator_ids": (),
        "administers_category": False,
    }
    return {relation.name for relation in relations(actor or an_actor(), **(nobody | facts))}


def test_a_stranger_is_no_more_than_anyone():
    assert standing() == {"ANYONE"}
    assert standing(creator_id=BOB, submitter_id=BOB, administrator_ids=(BOB,)) == {"ANYONE"}


@pytest.mark.parametrize("role", Role)
def test_a_role_in_the_workspace_makes_no_change_administrator(role):
    assert standing(Actor(1, MIA, role)) == {"ANYONE"}


def test_each_way_to_stand_to_a_change():
    assert standing(creator_id=MIA) == {"ANYONE", "CREATOR"}
    assert standing(submitter_id=MIA) == {"ANYONE", "SUBMITTER"}
    assert standing(administrator_ids=(BOB, MIA)) == {"ANYONE", "ADMINISTRATOR"}
    assert standing(administers_category=True) == {"ANYONE", "ADMINISTRATOR"}
    assert standing(an_actor(change_administrator=True)) == {"ANYONE", "ADMINISTRATOR"}


def a_ground(assignee: Assignee | None, *, in_group: bool = False, task: bool = True) -> Ground:
    return Ground(
        change_id=CHANGE_ID,
        change_number="ECO-000026",
        circumstances=Circumstances(ChangeStatus.EFFECTIVE, False, True, True),
        creator_id=None,
        submitter_id=None,
        administrator_ids=(),
        administers_category=False,
        task=an_implementation_task(assignee=assignee) if task else None,
        assignee=None,
        in_assigned_group=in_group,
    )


def test_a_task_is_its_users_and_its_groups_members():
    mine, bobs = Assignee(AssigneeKind.USER, MIA), Assignee(AssigneeKind.USER, BOB)
    group = Assignee(AssigneeKind.GROUP, GROUP)
    assert Relation.ASSIGNEE in to_ground(an_actor(), a_ground(mine))
    assert Relation.ASSIGNEE in to_ground(an_actor(), a_ground(group, in_group=True))
    for ground in (a_ground(bobs), a_ground(group), a_ground(None), a_ground(None, task=False)):
        assert Relation.ASSIGNEE not in to_ground(an_actor(), ground)


def test_whoever_has_the_id_of_a_group_or_a_supplier_is_not_thereby_its_assignee():
    for kind in (AssigneeKind.GROUP, AssigneeKind.SUPPLIER):
        assert Relation.ASSIGNEE not in to_ground(an_actor(), a_ground(Assignee(kind, MIA)))


# --- creation -----------------------------------------------------------------------------------------


def made(**wish) -> ImplementationTask:
    return create(ImplementationTaskWish(**wish), task_id=TASK_ID, change_id=CHANGE_ID, now=NOW)


def test_a_name_alone_makes_a_task():
    assert made(name="  Check Packaging ") == ImplementationTask(
        TASK_ID, CHANGE_ID, 1, "Check Packaging", TaskStatus.NOT_STARTED, None, None, None, NOW, NOW
    )


def test_a_task_is_as_it_was_wished():
    group = Assignee(AssigneeKind.GROUP, GROUP)
    task = made(name="x", status=TaskStatus.BEHIND, assignee=group, due_at=LATER, warning_hours=24.0)
    assert (task.status, task.assignee, task.due_at, task.warning_hours) == ("BEHIND", group, LATER, 24.0)


def test_a_name_is_needed_once():
    assert wrong(made) == [("name", "attribute_required")]
    problem = Problem("name", ChangeKind.WRONG_VALUE)
    assert wrong(lambda: made(problems=(problem,))) == [("name", "wrong_value")]


@pytest.mark.parametrize("name", ["", " ", "\t\n"])
def test_an_empty_name_is_none(name):
    assert wrong(lambda: made(name=name)) == [("name", "task_name_empty")]


def test_a_name_has_at_most_a_hundred_characters_after_trimming():
    assert made(name=f"  {'é' * 100} ").name == "é" * 100
    assert limits.IMPLEMENTATION_TASK_NAME_MAX == 100
    for name in ("é" * 101, "a\0b"):
        assert wrong(lambda name=name: made(name=name)) == [("name", "task_name_invalid")]


@pytest.mark.parametrize("due", ["0001-01-01T00:00:00", "2022-03-07T08:00:00", "9999-12-31T23:59:59"])
def test_any_instant_may_be_due_also_one_gone_by(due):
    instant = dt.datetime.fromisoformat(due).replace(tzinfo=dt.UTC)
    assert made(name="x", due_at=instant.replace(microsecond=999_999)).due_at == instant


def test_a_reminder_needs_a_due_date_and_has_bounds():
    unfit = [("warningHours", "wrong_value")]
    assert wrong(lambda: made(name="x", warning_hours=1.0)) == unfit
    assert wrong(lambda: made(name="x", warning_hours=1.0, due_at=None)) == unfit
    for hours in (-0.1, limits.WARNING_HOURS_MAX + 0.1):
        assert wrong(lambda hours=hours: made(name="x", warning_hours=hours, due_at=LATER)) == unfit
    for hours in (0.0, 0.5, limits.WARNING_HOURS_MAX):
        assert made(name="x", warning_hours=hours, due_at=LATER).warning_hours == hours


def test_every_problem_is_told_at_once():
    problem = Problem("status", ChangeKind.NOT_AN_OPTION)
    assert wrong(lambda: made(name="", warning_hours=-1.0, problems=(problem,))) == [
        ("status", "not_an_option"),
        ("name", "task_name_empty"),
        ("warningHours", "wrong_value"),
    ]


# --- edits --------------------------------------------------------------------------------------------

FULL = an_implementation_task(
    status=TaskStatus.IN_PROGRESS,
    assignee=Assignee(AssigneeKind.USER, BOB),
    due_at=LATER,
    warning_hours=24.0,
)
OTHER = {
    "name": "Check Supplier",
    "status": TaskStatus.DONE,
    "assignee": None,
    "due_at": LATER - days(9_000),
    "warning_hours": None,
}


def edited(task: ImplementationTask, **wish) -> ImplementationTask:
    return apply(task, ImplementationTaskWish(**wish), now=NOW)


@pytest.mark.parametrize("name", OTHER)
def test_what_is_given_changes_and_nothing_else(name):
    changed = edited(FULL, **{name: OTHER[name]})
    expected = {name: OTHER[name], "version": FULL.version + 1, "updated_at": NOW}
    assert changed == msgspec.structs.replace(FULL, **expected)
    assert edited(changed, **{name: OTHER[name]}) is changed


def test_an_empty_wish_and_the_present_values_leave_the_very_same_task():
    assert edited(FULL) is FULL
    same = {name: getattr(FULL, name) for name in OTHER}
    assert edited(FULL, **same) is FULL


@pytest.mark.parametrize(("old", "new"), list(product(TaskStatus, TaskStatus)))
def test_a_task_may_go_from_any_status_to_any_other(old, new):
    assert edited(an_implementation_task(status=old), status=new).status is new


def test_without_a_due_date_there_is_no_reminder():
    cleared = edited(FULL, due_at=None)
    assert (cleared.due_at, cleared.warning_hours) == (None, None)
    assert wrong(lambda: edited(FULL, due_at=None, warning_hours=1.0)) == [("warningHours", "wrong_value")]
    assert wrong(lambda: edited(cleared, warning_hours=1.0)) == [("warningHours", "wrong_value")]


def test_a_refused_edit_tells_every_problem():
    assert wrong(lambda: edited(FULL, name="", warning_hours=9_000.0)) == [
        ("name", "task_name_empty"),
        ("warningHours", "wrong_value"),
    ]


# --- templates ----------------------------------------------------------------------------------------


def planned(**fields) -> ImplementationTask:
    return from_template(a_template(**fields), task_id=TASK_ID, change_id=CHANGE_ID, now=NOW)


def test_a_template_becomes_a_task_due_so_many_days_after_the_changes_creation():
    task = planned(due_days=14)
    assert (task.name, task.status, task.version) == ("Check Supplier", "NOT_STARTED", 1)
    assert task.assignee == Assignee(AssigneeKind.GROUP, GROUP)
    assert task.due_at == (NOW + days(14)).replace(microsecond=0)
    assert planned(due_days=0).due_at == NOW.replace(microsecond=0)
    assert planned(due_days=None, assignee=None).due_at is None
