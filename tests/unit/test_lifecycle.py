"""The lifecycle: every move there is, against a table written by hand."""

import pytest

from punchlist.domain.lifecycle import TRANSITIONS, Status, may_become
from punchlist.domain.problems import Kind, Reason, Rejected
from punchlist.domain.tasks import TaskChanges, apply
from tests.unit.builders import NOW, a_task, found_wrong

# Row: where a task stands. Column: where it is to go. Staying is no transition, and accepted.
TABLE = """
              TODO  IN_PROGRESS  REVIEW  DONE  CANCELED
TODO          yes   yes          no      no    yes
IN_PROGRESS   no    yes          yes     no    yes
REVIEW        no    yes          yes     yes   yes
DONE          no    no           no      yes   yes
CANCELED      no    no           no      no    yes
"""

# What a refusal names as possible, in the order in which it names them.
NAMED = {
    "TODO": ["IN_PROGRESS", "CANCELED"],
    "IN_PROGRESS": ["REVIEW", "CANCELED"],
    "REVIEW": ["DONE", "IN_PROGRESS", "CANCELED"],
    "DONE": ["CANCELED"],
    "CANCELED": [],
}


def cells() -> list[tuple[str, str, bool]]:
    header, *rows = TABLE.strip("\n").splitlines()
    return [
        (current, wished, said == "yes")
        for current, *words in map(str.split, rows)
        for wished, said in zip(header.split(), words, strict=True)
    ]


ALLOWED = [(current, wished) for current, wished, yes in cells() if yes]
FORBIDDEN = [(current, wished) for current, wished, yes in cells() if not yes]


def test_the_table_names_all_25_pairs_once():
    assert len(cells()) == len({cell[:2] for cell in cells()}) == 25
    assert {cell[0] for cell in cells()} == {status.value for status in Status}


@pytest.mark.parametrize(("current", "wished"), ALLOWED)
def test_a_task_moves_where_the_table_says_yes(current, wished):
    assert may_become(Status(current), Status(wished))
    task = a_task(status=Status(current))
    moved = apply(task, TaskChanges(status=Status(wished)), assignee=None, now=NOW)
    assert moved.status == wished
    assert (moved is task) == (current == wished)


@pytest.mark.parametrize(("current", "wished"), FORBIDDEN)
def test_a_task_does_not_move_where_the_table_says_no(current, wished):
    assert not may_become(Status(current), Status(wished))
    task = a_task(status=Status(current))
    with pytest.raises(Rejected) as caught:
        apply(task, TaskChanges(status=Status(wished), title="New"), assignee=None, now=NOW)
    assert caught.value.kind is Kind.INVALID_TRANSITION
    assert caught.value.facts["current"] == current
    assert caught.value.facts["requested"] == wished
    assert list(caught.value.facts["allowed"]) == NAMED[current]


def test_every_status_has_its_transitions_in_their_order():
    assert {status.value: [str(each) for each in TRANSITIONS[status]] for status in TRANSITIONS} == NAMED


def test_statuses_are_declared_in_the_order_of_sorting():
    assert [status.value for status in Status] == ["TODO", "IN_PROGRESS", "REVIEW", "DONE", "CANCELED"]


def test_a_forbidden_move_beside_other_mistakes_is_one_problem_of_several():
    task = a_task(status=Status.DONE)
    changes = TaskChanges(status=Status.TODO, title="", tags=("",))
    assert found_wrong(lambda: apply(task, changes, assignee=None, now=NOW)) == [
        ("title", Reason.REQUIRED),
        ("tags", Reason.BAD_TAG),
        ("status", Reason.TRANSITION),
    ]
