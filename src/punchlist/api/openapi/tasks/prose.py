"""What the document says of the task dialect in paragraphs; its tables are made of the code's."""

from punchlist.api.tasks.errors import ERRORS
from punchlist.domain import limits
from punchlist.domain.keys import Scope
from punchlist.domain.lifecycle import TRANSITIONS
from punchlist.domain.plans import ALLOWANCES

TAGS = {
    "Tasks": "What is to be done, by whom, until when.",
    "Work": "What is yours to do, of both kinds of tasks.",
    "Reports": "How the work goes, as JSON or as a table; only about what you may see.",
    "Comments": "What people say about a task.",
    "Users": "The people of a workspace.",
    "Events": "What happened: the whole of it for admins.",
    "Calendars": "What is due of you, for a calendar program to subscribe to.",
    "Signing in": "What people do in a browser; programs use API keys, or log in to the change API.",
    "API keys": "What programs authenticate with. A key belongs to a user and can do no more than they can.",
    "Notifications": "What you are told: what is due soon, overdue, or assigned to you. Yours alone.",
    "Webhooks": "Where events are sent to as they happen, signed by the Standard Webhooks specification.",
}


def description() -> str:
    """The paragraphs, in Markdown."""
    return "\n\n".join([_CONVENTIONS, _lifecycle(), _REQUESTS, _rates(), _errors()])


_CONVENTIONS = f"""\
# The task API

**Authentication.** `Authorization: Bearer <api key>`. A key without scopes may do all that its user's role
allows; scopes ({", ".join(f"`{scope}`" for scope in Scope)}) limit it further. Writing includes reading, and
`admin` includes everything. Browsers sign in and send a cookie; see `POST /v1/session`.

**Form.** JSON in UTF-8, both ways. Identifiers are opaque strings of 20 characters. Instants are RFC 3339
with any offset in, and UTC with whole seconds out. An answer carries every field; what is absent is `null`.
A field that is unknown is refused, but what the server fills in is ignored, so that a thing that was read can
be sent back.

**Lists** have `limit` and `offset`, at most {limits.PAGE_MAX} entries a page, a `pagination` beside the
`data`, and a `Link` header. Filters with several values take them separated by commas."""

_REQUESTS = f"""\
**Versions.** A task's `ETag` is its version. `If-None-Match` saves reading it again, and `If-Match` saves
overwriting what others did: a change or deletion of another version is refused with 412, and the details
carry the present task and the fields that clash.

**Retries.** `Idempotency-Key` on POST and PATCH makes a request safe to send again for
{limits.IDEMPOTENCY_HOURS} hours. The same key with another request is refused.

**Request ids.** Every answer has `X-Request-Id`: yours if it is printable and short, else one made here. The
log and a task's history have it too."""


def _lifecycle() -> str:
    rows = "\n".join(
        f"| `{status}` | {', '.join(f'`{to}`' for to in following) or 'nothing'} |"
        for status, following in TRANSITIONS.items()
    )
    return (
        "**Lifecycle.** A status may be sent again, and else change as follows.\n\n"
        f"| from | to |\n|---|---|\n{rows}"
    )


def _rates() -> str:
    plans = "; ".join(
        f"`{plan}` {allowance.per_minute} requests a minute and {allowance.per_day:,} a day"
        for plan, allowance in ALLOWANCES.items()
        if allowance is not None
    )
    return (
        "**Rate limits** count for each user, over all their keys and all workers. Plans are "
        f"{plans}; or unlimited, which is what a server of your own does unless told otherwise. Answers"
        " under a limited plan carry `X-RateLimit-Limit`, `-Remaining` and `-Reset`."
    )


def _errors() -> str:
    codes: dict[int, dict[str, None]] = {}
    for words in ERRORS.values():
        codes.setdefault(words.status, {})[f"`{words.code}`"] = None
    rows = "\n".join(f"| {status} | {', '.join(codes[status])} |" for status in sorted(codes))
    return (
        "**Errors** have one form, whatever went wrong: `code` is for programs and never changes, `message`"
        " is a sentence for people, `details` are there where there is more to say; for a `validation_error`"
        " they map each field to a sentence about it.\n\n| status | codes |\n|---|---|\n" + rows
    )
