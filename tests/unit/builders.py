"""Things as the rules see them, with defaults for all that a test does not care about."""

import datetime as dt
from enum import StrEnum
from typing import Any

import pytest

from punchlist.api.common.calls import Call
from punchlist.domain.comments import Comment
from punchlist.domain.context import system_context
from punchlist.domain.keys import ApiKey
from punchlist.domain.lifecycle import Status
from punchlist.domain.permissions import Role
from punchlist.domain.problems import Kind, Problem, Rejected
from punchlist.domain.tasks import Priority, Task
from punchlist.domain.users import User

NOW = dt.datetime(2030, 5, 17, 12, 0, 0, 250_000, tzinfo=dt.UTC)
EARLIER = NOW - dt.timedelta(days=3)
LATER = dt.datetime(2035, 6, 1, 17, 0, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)

MIA = "MIA00000000000000000"
BOB = "B0B00000000000000000"
TASK_ID = "TASK0000000000000000"
KEY_ID = "KEY00000000000000000"


def a_task(**fields: Any) -> Task:
    """A task that Mia created three days ago."""
    defaults: dict[str, Any] = {
        "id": TASK_ID,
        "version": 7,
        "title": "Check the torque",
        "description": None,
        "status": Status.TODO,
        "priority": Priority.MEDIUM,
        "created_by": MIA,
        "assignee_id": None,
        "due_at": None,
        "warning_hours": None,
        "tags": (),
        "created_at": EARLIER,
        "updated_at": EARLIER,
    }
    return Task(**(defaults | fields))


def a_full_task(**fields: Any) -> Task:
    """A task in which every field that may be empty is not."""
    filled: dict[str, Any] = {
        "description": "To 12 Nm.",
        "status": Status.REVIEW,
        "assignee_id": BOB,
        "due_at": LATER,
        "warning_hours": 24.0,
        "tags": ("line 2", "torque"),
    }
    return a_task(**(filled | fields))


def a_user(**fields: Any) -> User:
    """Mia, a member."""
    defaults: dict[str, Any] = {
        "id": MIA,
        "version": 3,
        "name": "Mia",
        "email": "mia@example.com",
        "role": Role.MEMBER,
        "disabled": False,
        "created_at": EARLIER,
        "updated_at": EARLIER,
    }
    return User(**(defaults | fields))


def a_comment(**fields: Any) -> Comment:
    """What Mia said three days ago."""
    defaults: dict[str, Any] = {
        "id": "C0MMENT0000000000000",
        "task_id": TASK_ID,
        "version": 2,
        "author_id": MIA,
        "body": "Looks right to me",
        "created_at": EARLIER,
        "updated_at": EARLIER,
    }
    return Comment(**(defaults | fields))


def a_key(**fields: Any) -> ApiKey:
    """A key of Mia's that never ends."""
    defaults: dict[str, Any] = {
        "id": KEY_ID,
        "version": 1,
        "user_id": MIA,
        "name": "Laptop",
        "hint": "x7Qa",
        "scopes": (),
        "networks": (),
        "plan": None,
        "created_at": EARLIER,
        "updated_at": EARLIER,
        "expires_at": None,
        "revoked_at": None,
        "last_used_at": None,
        "replaced_by": None,
    }
    return ApiKey(**(defaults | fields))


def a_call(query: str = "", **parameters: Any) -> Call:
    """A GET of the list of tasks, by the operator."""
    return Call(
        method="GET",
        path="/v1/tasks",
        headers={},
        base_url="https://tasks.example.com",
        query=query,
        path_parameters={},
        parameters=parameters,
        body=b"",
        address=None,
        now=NOW,
        request_id="r",
        db=None,  # type: ignore[arg-type]  # nothing here asks it
        state=None,  # type: ignore[arg-type]
        receive=None,
        context=system_context(1, NOW),
    )


def found_wrong(reject: Any) -> list[tuple[str, StrEnum]]:
    """The problems with which a call is refused as invalid, without their facts; none if it is not."""
    try:
        reject()
    except Rejected as rejected:
        if rejected.kind is not Kind.INVALID or not rejected.problems:
            raise
        return [(problem.field, problem.reason) for problem in rejected.problems]
    return []


def the_problem(reject: Any) -> Problem:
    """The one problem with which a call must be refused."""
    with pytest.raises(Rejected) as caught:
        reject()
    assert caught.value.kind is Kind.INVALID
    (problem,) = caught.value.problems
    return problem
