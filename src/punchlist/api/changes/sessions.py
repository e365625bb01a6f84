"""What the endpoints for sessions do."""

from typing import Any

from punchlist.api.changes.answers import ok
from punchlist.api.changes.bodies import BadAttributeError, Reader, read_attributes, text
from punchlist.api.changes.door import UNLIMITED
from punchlist.api.changes.shapes import SessionOut
from punchlist.api.common.calls import Answer, Call
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.problems import Kind, Problem, Rejected
from punchlist.services import sessions


def _workspace_number(value: Any) -> int:
    """Clients send the number as a number, or as digits in quotes."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9:
        return value
    raise BadAttributeError(ChangeKind.WRONG_VALUE)


LOGIN = {
    "email": Reader(text),
    "password": Reader(text),
    "workspaceId": Reader(_workspace_number),
}


async def log_in(call: Call) -> Answer:
    given, problems = read_attributes(call.body, LOGIN)
    missing = tuple(
        Problem(name, ChangeKind.ATTRIBUTE_REQUIRED, {"attribute": name})
        for name in ("email", "password")
        if name not in given and name not in {problem.field for problem in problems}
    )
    if problems or missing:
        raise Rejected(Kind.INVALID, [*problems, *missing])
    logged_in = await sessions.log_in(
        call.state.db, given["email"], given["password"], given.get("workspaceId"), context=call.context
    )
    account = logged_in.account
    return ok(
        SessionOut(
            session_id=logged_in.token,
            arena_session_id=logged_in.token,
            workspace_id=account.workspace_number,
            workspace_name=account.workspace_name,
            workspace_request_limit=account.request_limit or UNLIMITED,
        )
    )


async def log_out(call: Call) -> Answer:
    assert call.credential is not None, "the door lets nobody in without"
    await sessions.log_out(call.db, call.context, call.credential)
    return Answer(200, b"")
