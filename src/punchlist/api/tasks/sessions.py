"""What the endpoints for signing in do."""

from msgspec import UNSET

from punchlist.api.common.authentication import require_own_origin, session_cookie
from punchlist.api.common.bodies import decode
from punchlist.api.common.calls import Answer, Call
from punchlist.api.common.door import own_addresses
from punchlist.api.tasks.handlers import no_content, ok, page_answer
from punchlist.api.tasks.parameters import page_of
from punchlist.api.tasks.wire_sessions import SignInIn, render_signed_in, render_web_session
from punchlist.domain.problems import Kind, Problem, Reason, Rejected
from punchlist.domain.sessions import SessionKind
from punchlist.services import sessions

_NUMBERS = range(100_000_000, 1_000_000_000)
_NO_STORE = {"cache-control": "no-store"}


def wanted_sign_in(body: bytes) -> tuple[str, str, int | None]:
    """The address, password and workspace that a body names; raises Rejected with all that is wrong."""
    given, found = decode(body, SignInIn)
    problems = list(found)
    told = {problem.field for problem in problems}
    problems += [
        Problem(name, Reason.REQUIRED)
        for name in ("email", "password")
        if getattr(given, name) is UNSET and name not in told
    ]
    email = "" if given.email is UNSET else given.email
    if "\0" in email:
        problems.append(Problem("email", Reason.NOT_STORABLE))
    number = None if given.workspace_id is UNSET else given.workspace_id
    if number is not None and number not in _NUMBERS:
        problems.append(Problem("workspaceId", Reason.MALFORMED, {"expected": "a number of nine digits"}))
    if problems:
        raise Rejected(Kind.INVALID, problems)
    return email, "" if given.password is UNSET else given.password, number


async def sign_in(call: Call) -> Answer:
    # The cookie that this sets would sign people in as whom another site's page likes.
    require_own_origin(call.headers, own_addresses(call))
    email, password, number = wanted_sign_in(call.body)
    logged_in = await sessions.log_in(
        call.state.db,
        email,
        password,
        number,
        context=call.context,
        kind=SessionKind.WEB,
        user_agent=call.headers.get("user-agent"),
    )
    account = logged_in.account
    shown = await sessions.signed_in(call.state.db, account.workspace_id, account.user_id)
    headers = {"set-cookie": session_cookie(logged_in.token, secure=_is_secure(call))} | _NO_STORE
    return ok(render_signed_in(shown), 201, headers)


def _is_secure(call: Call) -> bool:
    """Tells whether a browser came by TLS; where a proxy ends it, the page's own address tells."""
    origin = call.headers.get("origin", "")
    return call.base_url.startswith("https:") or origin.startswith("https:")


async def get_session(call: Call) -> Answer:
    actor = call.context.actor
    shown = await sessions.signed_in(call.db, actor.workspace_id, actor.id)
    return ok(render_signed_in(shown), headers=_NO_STORE)


async def sign_out(call: Call) -> Answer:
    assert call.credential is not None, "the door lets nobody in without"
    await sessions.log_out(call.db, call.context, call.credential)
    return Answer(204, None, {"set-cookie": session_cookie("", secure=_is_secure(call))})


async def list_sessions(call: Call) -> Answer:
    assert call.credential is not None, "the door lets nobody in without"
    found, total = await sessions.list_sign_ins(call.db, call.context, call.credential, page_of(call))
    return page_answer(call, [render_web_session(each) for each in found], total)


async def end_session(call: Call) -> Answer:
    await sessions.end_sign_in(call.db, call.context, call.path_parameters["session_id"])
    return no_content()
