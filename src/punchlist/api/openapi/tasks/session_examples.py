"""Examples of signing in: Grace does, and looks where else she has."""

import datetime as dt
from typing import Any

from punchlist.api.openapi.dialect import Example
from punchlist.api.tasks.wire_sessions import render_signed_in, render_web_session
from punchlist.domain.sessions import WebSession
from punchlist.domain.users import User
from punchlist.store.sessions import SignedIn

SESSION_ID = "H5XW0B9K2TZQ7RM4VD1N"

_BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
_LATER = dt.timedelta(hours=7)
PASSWORD = "correct horse battery staple"  # noqa: S105  (of nobody)


def sessions(now: dt.datetime) -> list[Any]:
    """Where somebody is signed in."""
    desk = WebSession(SESSION_ID, now - _LATER, now, _BROWSER, current=True)
    return [render_web_session(desk)]


def signed_in(user: User) -> Any:
    """What somebody is answered who signs in."""
    return render_signed_in(
        SignedIn(user, change_administrator=False, workspace_number=208_451_337, workspace_name="EveryHome")
    )


BODIES: dict[str, dict[str, Example]] = {
    "sign_in": {
        "short": Example("To the workspace used last", {"email": "grace@example.com", "password": PASSWORD}),
        "full": Example(
            "To a certain workspace",
            {"email": "grace@example.com", "password": PASSWORD, "workspaceId": 208_451_337},
        ),
    },
}
