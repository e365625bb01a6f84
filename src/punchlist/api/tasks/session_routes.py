"""The rows of the route table that are about signing in."""

from functools import partial

from punchlist.api.common.endpoints import Endpoint
from punchlist.api.common.problems import HttpKind
from punchlist.api.tasks import sessions
from punchlist.api.tasks import wire_sessions as wire
from punchlist.api.tasks.parameters import PAGE
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.keys import Scope
from punchlist.domain.problems import Kind

_session = partial(Endpoint, tag="Signing in")

ENDPOINTS: tuple[Endpoint, ...] = (
    _session(method="POST", path="/v1/session", handler=sessions.sign_in, name="sign_in", summary="Sign in",
             description="For browsers: the session is in a cookie that scripts cannot read. Other sign-ins"
             " of the same person go on.",
             scope=None, body=wire.SignInIn, required_fields=("email", "password"),
             answers={201: wire.SignedInOut},
             refusals=(Kind.INVALID, ChangeKind.LOGIN_REFUSED, ChangeKind.ACCESS_NOT_ALLOWED,
                       ChangeKind.ACCOUNT_SHUT, HttpKind.CROSS_SITE_REQUEST),
             public=True),
    _session(method="GET", path="/v1/session", handler=sessions.get_session, name="get_session",
             summary="Read who is signed in", description="With an API key, whose it is.", scope=None,
             answers={200: wire.SignedInOut}),
    _session(method="DELETE", path="/v1/session", handler=sessions.sign_out, name="sign_out",
             summary="Sign out",
             description="Ends the session that the request is made with, and has the browser forget it.",
             scope=None, answers={204: None}),
    _session(method="GET", path="/v1/sessions", handler=sessions.list_sessions, name="list_sessions",
             summary="List one's sign-ins", description="Your own, the one used last first.",
             scope=Scope.ADMIN, answers={200: list[wire.WebSessionOut]}, parameters=PAGE, paged=True),
    _session(method="DELETE", path="/v1/sessions/{session_id}", handler=sessions.end_session,
             name="end_session", summary="End a sign-in", description="One of your own. It ends at once.",
             scope=Scope.ADMIN, answers={204: None}, refusals=(Kind.NOT_FOUND,)),
)  # fmt: skip
