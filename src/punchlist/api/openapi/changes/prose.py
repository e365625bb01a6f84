"""What the document says of the change dialect in paragraphs; its tables are made of the code's."""

from punchlist.api.changes.door import refusals_of
from punchlist.api.changes.errors import ERRORS_MAX, WORDS
from punchlist.api.changes.parameters import IGNORED, LIMIT_DEFAULT, LIMIT_MAX
from punchlist.api.changes.routes import ENDPOINTS
from punchlist.api.common.problems import HttpKind
from punchlist.domain import sessions
from punchlist.domain.change_lifecycle import MOVES, ChangeStatus, Move, When

# Where no endpoint is.
OUTSIDE = (HttpKind.NO_SUCH_PATH, HttpKind.METHOD_NOT_ALLOWED)

TAGS = {
    "Sessions": "Logging in and out.",
    "Settings": "What a workspace says about its changes. `punchlist apply` writes it; here it is read.",
    "Changes": "Engineering changes and their lifecycle.",
    "Implementation tasks": "What stands between a change and its completion.",
    "Files": "Content, links to where it is, and what is known of them.",
    "Files of tasks": "Which files belong to an implementation task.",
    "Notes": "What people say about an implementation task.",
}


def description() -> str:
    """The paragraphs, in Markdown."""
    return "\n\n".join([_CONVENTIONS, _lifecycle(), _REQUESTS, _errors()])


_IDLE = sessions.IDLE[sessions.SessionKind.API]
_CONVENTIONS = f"""\
# The change API

Wire-compatible with the Arena PLM REST API v1 around changes and their implementation tasks: a client
written for that works here with another base URL.

**Authentication.** `POST /v1/login` begins a session, whose token goes into the header `arena_session_id`;
an API key as a bearer token does as well, and a session on the task API too. A session ends
{_IDLE.seconds // 60} minutes after its last use, with `PUT /v1/logout`, or when the same user logs in
again. After {sessions.WRONG_TRIES_MAX} wrong passwords an account is shut for
{sessions.SHUT_FOR.seconds // 60} minutes.

**Form.** One thing is an object, complete at its first level and compact below, absent values being `null`.
Many are `{{"count": n, "results": [...]}}`, where `count` is the number of results in this answer. Lists take
`limit` (1 to {LIMIT_MAX}, by default {LIMIT_DEFAULT}) and `offset`; a parameter that is unknown is refused,
but {", ".join(f"`{name}`" for name in sorted(IGNORED))} are passed over everywhere. An object that was read
can be sent back. Null in a body is passed over; where a PUT has `setnull=true`, it clears what can be empty,
which the schemas say with `x-clearable`."""

_REQUESTS = """\
**Versions** and **retries** are as in the task API: `ETag`, `If-None-Match`, `If-Match` and
`Idempotency-Key`.

**Request limits** count for each workspace and day, which ends at midnight Pacific time. Every answer says in
`X-Arena-Requests-Remaining` how many are left, and in `X-Arena-Next-Request-Limit-Reset` until when."""


def _lifecycle() -> str:
    rows = "\n".join(map(_row, MOVES))
    return (
        "**Lifecycle.** `POST /v1/changes/statuschanges` moves a change; the first row that fits counts, and"
        " what fits none is refused. An approved change becomes `EFFECTIVE` by itself, at once or on its"
        " planned date; a temporary one becomes `EXPIRED` on its expiration date; and one that is not"
        " approved by an enforced deadline becomes `REJECTED`.\n\n"
        f"| from | asked | if | becomes | who |\n|---|---|---|---|---|\n{rows}"
    )


def _row(move: Move) -> str:
    sources = ", ".join(f"`{status}`" for status in ChangeStatus if status in move.sources)
    condition = "" if move.when is When.ALWAYS else move.when
    result = f"`{move.result}`" if move.result else "refused"
    return f"| {sources} | `{move.asked}` | {condition} | {result} | {', '.join(sorted(move.who))} |"


def _errors() -> str:
    met = {kind for endpoint in ENDPOINTS for kind in refusals_of(endpoint)} | {*OUTSIDE}
    codes: dict[int, set[int]] = {}
    for kind in met:
        codes.setdefault(WORDS[kind].status, set()).add(WORDS[kind].code)
    rows = "\n".join(
        f"| {status} | {', '.join(f'`{code}`' for code in sorted(codes[status]))} |"
        for status in sorted(codes)
    )
    return (
        "**Errors** are `status`, which is HTTP's, and `errors`, at most"
        f" {ERRORS_MAX}: a `code` for programs, which never changes its meaning, and a `message` for people."
        f"\n\n| status | codes |\n|---|---|\n{rows}"
    )
