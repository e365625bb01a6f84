"""The lifecycle over HTTP, against the table as it was agreed, written out by hand."""

import pytest

from tests.support.builders import every_field, nobodys_id
from tests.support.client import expect, invalid, refused

TABLE = {
    "TODO": ["IN_PROGRESS", "CANCELED"],
    "IN_PROGRESS": ["REVIEW", "CANCELED"],
    "REVIEW": ["DONE", "IN_PROGRESS", "CANCELED"],
    "DONE": ["CANCELED"],
    "CANCELED": [],
}
PAIRS = [(current, wished) for current in TABLE for wished in TABLE]
ALLOWED = [(current, wished) for current, wished in PAIRS if wished in TABLE[current]]
FORBIDDEN = [
    (current, wished) for current, wished in PAIRS if wished != current and wished not in TABLE[current]
]


def test_the_table_has_twenty_five_pairs():
    assert (len(PAIRS), len(ALLOWED), len(FORBIDDEN)) == (25, 8, 12)


@pytest.mark.parametrize(("current", "wished"), ALLOWED)
def test_a_move_of_the_table_is_made(mia, current, wished):
    task = mia.makes_a_task(status=current)
    assert mia.changes(task, status=wished)["status"] == wished
    assert mia.sees(task)["status"] == wished


@pytest.mark.parametrize(("current", "wished"), FORBIDDEN)
def test_any_other_move_is_refused_and_nothing_of_the_request_is_applied(mia, current, wished):
    task = mia.makes_a_task(**every_field(status=current))
    answer = mia.patch(f"/tasks/{task['id']}", {"status": wished, "title": "Moved", "tags": []})
    error = refused(422, "invalid_status_transition", answer)
    assert error["message"] == f"Cannot transition from status '{current}' to '{wished}'"
    assert error["details"] == {
        "currentStatus": current,
        "requestedStatus": wished,
        "allowedTransitions": TABLE[current],
    }
    assert mia.sees(task) == task
    assert len(mia.history_of(task)) == 1


@pytest.mark.parametrize("status", TABLE)
def test_the_present_status_is_no_transition_and_accepted(mia, status):
    task = mia.makes_a_task(status=status)
    assert mia.changes(task, status=status) == task
    assert mia.changes(task, status=status, title="Weld")["title"] == "Weld"


@pytest.mark.parametrize("status", TABLE)
def test_a_task_tells_where_it_may_go(mia, status):
    task = mia.makes_a_task(status=status)
    assert expect(200, mia.get(f"/tasks/{task['id']}/transitions")) == {
        "currentStatus": status,
        "allowedTransitions": TABLE[status],
    }


def test_the_whole_way_there_and_back_is_in_the_history(mia):
    task = mia.makes_a_task()
    way = ["IN_PROGRESS", "REVIEW", "IN_PROGRESS", "REVIEW", "DONE", "CANCELED"]
    for status in way:
        mia.changes(task, status=status)
    moves = [entry["changes"] for entry in reversed(mia.history_of(task))][1:]
    assert moves == [
        [{"field": "status", "from": before, "to": after}]
        for before, after in zip(["TODO", *way], way, strict=False)
    ]


def test_no_right_to_a_task_is_no_right_to_its_transitions(mia, charlie):
    task = mia.makes_a_task()
    refused(403, "permission_denied", charlie.get(f"/tasks/{task['id']}/transitions"))
    refused(404, "resource_not_found", mia.get(f"/tasks/{nobodys_id()}/transitions"))


def test_a_status_that_is_none_is_a_field_error_and_no_transition(mia):
    task = mia.makes_a_task(status="CANCELED")
    details = invalid(mia.patch(f"/tasks/{task['id']}", {"status": "ARCHIVED"}))
    assert details == {"status": "Status must be one of: TODO, IN_PROGRESS, REVIEW, DONE, CANCELED"}
