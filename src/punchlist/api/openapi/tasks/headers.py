"""The headers that only the task dialect's answers have."""

from punchlist.api.common.authentication import session_cookie
from punchlist.api.common.endpoints import Endpoint
from punchlist.api.openapi.dialect import Schema
from punchlist.api.openapi.responses import COUNT, TEXT, header

HEADERS: dict[str, Schema] = {
    "Link": header(
        "Where the pages are (RFC 8288): `first`, `prev`, `next`, `last`, with all other parameters kept.",
        TEXT,
        '<http://127.0.0.1:8000/v1/tasks?limit=10&offset=0>; rel="first", '
        '<http://127.0.0.1:8000/v1/tasks?limit=10&offset=10>; rel="next", '
        '<http://127.0.0.1:8000/v1/tasks?limit=10&offset=40>; rel="last"',
        always=True,
    ),
    "Set-Cookie": header(
        "The session, for the browser to keep; or to forget.",
        TEXT,
        session_cookie("sl_2n9c_ThisTokenIsAnExampleAndNoSession", secure=True),
        always=True,
    ),
    "X-RateLimit-Limit": header(
        "How many requests the plan allows in the minute or day that is nearer to its limit. Absent under"
        " an unlimited plan.",
        COUNT,
        60,
        always=False,
    ),
    "X-RateLimit-Remaining": header("How many of them are left.", COUNT, 42, always=False),
    "X-RateLimit-Reset": header(
        "When they are full again, in seconds since 1970.", COUNT, 1768469460, always=False
    ),
}

_RATES = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
_COOKIE_SETTERS = frozenset({"sign_in", "sign_out"})
_UNCOUNTED = frozenset({401, 413})  # nobody yet, whose requests could be counted


def headers_of(endpoint: Endpoint | None, status: int) -> tuple[str, ...]:
    """Which of them an answer has, by its endpoint (None: there is none) and status."""
    if endpoint is None:
        return ()
    names = () if status in _UNCOUNTED else _RATES
    if endpoint.name in _COOKIE_SETTERS and status < 400:
        names = (*names, "Set-Cookie")
    return (*names, "Link") if endpoint.paged and status < 400 else names
