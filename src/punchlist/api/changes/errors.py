"""The change dialect's numbers and words for every refusal, in one table, and their rendering.

Most numbers are the wire's own; 3706 to 3708, 4031, 4091, 4121 and 4221 are ours, for what it has none.
"""

import datetime as dt
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec

from punchlist.api.changes.shapes import EntryOut, RefusalOut
from punchlist.api.common.calls import JSON, Answer
from punchlist.api.common.etags import etag
from punchlist.api.common.problems import HttpKind
from punchlist.domain.change_problems import ChangeKind as C
from punchlist.domain.limits import ECHO_MAX
from punchlist.domain.problems import Kind, Problem, Reason, Rejected

ERRORS_MAX = 20  # the wire's own limit on the problems told at once


class Words(NamedTuple):
    """How a refusal is said: its number, HTTP's status, and a message with places for the facts."""

    code: int
    status: int
    message: str


_SYNTAX = Words(400, 400, "The format of the request is not valid. Please check the syntax.")
_NO_TOKEN = Words(
    401,
    401,
    "There is no access token associated with this request or the access token is not valid.",
)
_NO_PRIVILEGE = Words(3085, 403, "You do not have the privileges to perform this operation.")
_VALUE = Words(3003, 400, 'The value of the attribute "{attribute}" is not valid.')
_LIMITED = Words(4084, 429, "The limit of {limit} API requests is reached; it is reset at {resets_at}.")

WORDS: dict[StrEnum, Words] = {
    HttpKind.MALFORMED: _SYNTAX,
    HttpKind.NOT_HTTP: _SYNTAX,
    HttpKind.HEAD_TOO_LARGE: Words(431, 431, "The request's headers are too large."),
    HttpKind.MISSING_AUTHENTICATION: _NO_TOKEN,
    Kind.INVALID_AUTHENTICATION: _NO_TOKEN,
    Kind.EXPIRED_AUTHENTICATION: _NO_TOKEN,
    C.NO_SESSION: _NO_TOKEN,
    HttpKind.CROSS_SITE_REQUEST: Words(
        4031, 403, "With a session's cookie, send X-Punchlist-Request: 1 from a page of this server."
    ),
    HttpKind.NO_SUCH_PATH: Words(404, 404, "No resource has been found."),
    HttpKind.METHOD_NOT_ALLOWED: Words(405, 405, "{method} is not allowed at {path}."),
    HttpKind.NOT_ACCEPTABLE: Words(406, 406, "This server answers in application/json only."),
    HttpKind.TOO_LARGE: Words(413, 413, "The request body is larger than {max} bytes."),
    HttpKind.UNSUPPORTED_MEDIA_TYPE: Words(415, 415, "The content type of the request is not supported."),
    HttpKind.INVALID_PARAMETERS: Words(3003, 400, 'The value of "{attribute}" is not valid.'),
    HttpKind.SERVER_ERROR: Words(3000, 500, "Something went wrong; the log has it under {request_id}."),
    HttpKind.UNAVAILABLE: Words(503, 503, "The database cannot be reached; try again shortly."),
    HttpKind.BATCH_REJECTED: Words(4221, 422, "The batch was not applied."),
    HttpKind.NOT_APPLIED: Words(4221, 424, "Not applied, because another operation failed."),
    Kind.CONCURRENT_CHANGE: Words(4091, 409, "Others kept changing this at the same time; please retry."),
    Kind.IDEMPOTENCY_IN_FLIGHT: Words(4091, 409, "A request with this key is still being answered."),
    Kind.IDEMPOTENCY_REUSED: Words(4221, 422, "This key was used for a different request."),
    Kind.STALE: Words(4121, 412, "The object has changed since you read it."),
    Kind.PERMISSION_DENIED: _NO_PRIVILEGE,
    Kind.INSUFFICIENT_SCOPE: _NO_PRIVILEGE,
    Kind.INVALID: _VALUE,
    Kind.INVALID_TRANSITION: Words(4073, 400, "That transition is not supported."),
    Kind.NOT_FOUND: Words(3011, 400, 'The guid "{id}" is not valid.'),
    Kind.EMAIL_TAKEN: Words(3003, 400, "The email address is already in use by another user."),
    Kind.USER_HAS_TASKS: Words(3016, 400, "The user has assigned tasks."),
    Kind.LAST_ADMIN: Words(3016, 400, "The last admin cannot be removed."),
    Kind.TOO_MANY_KEYS: Words(3003, 400, "The user has too many API keys."),
    Kind.KEY_REVOKED: Words(3003, 400, "The API key has ended."),
    Kind.TOO_MANY_CALENDARS: Words(3003, 400, "The user has too many calendars."),
    Kind.TOO_MANY_STREAMS: Words(4291, 429, "You have {max} streams open already."),
    Kind.NO_ROOM_FOR_STREAMS: Words(503, 503, "This server has {max} streams open already."),
    Kind.TOO_MANY_WEBHOOKS: Words(3003, 400, "The workspace has too many webhooks."),
    Kind.WEBHOOK_DISABLED: Words(3003, 400, "The webhook is disabled."),
    Kind.MINUTE_LIMIT: _LIMITED,
    Kind.DAY_LIMIT: _LIMITED,
    C.DAILY_REQUESTS: _LIMITED,
    C.ATTRIBUTE_REQUIRED: Words(3001, 400, 'The attribute "{attribute}" is required.'),
    C.INVALID_CATEGORY: Words(3002, 400, 'The category guid "{guid}" is not valid.'),
    C.WRONG_VALUE: _VALUE,
    C.UNKNOWN_ATTRIBUTE: Words(3004, 400, 'The attribute "{attribute}" is not recognized.'),
    C.NOT_AN_OPTION: Words(3006, 400, 'The value of "{attribute}" is not one of the attribute\'s options.'),
    C.INVALID_GUID: Words(3011, 400, 'The guid "{guid}" is not valid.'),
    C.NOT_DELETABLE: Words(3016, 400, "The change cannot be deleted at this lifecycle stage."),
    C.FILE_IN_USE: Words(3016, 400, "The file cannot be deleted while an implementation task has it."),
    C.NOT_SEARCHABLE: Words(3019, 400, 'The attribute "{attribute}" is not searchable.'),
    C.NOT_VISIBLE: Words(
        3024,
        403,
        "Either you do not have privileges to access the requested data or it does not exist.",
    ),
    C.FILE_WITHOUT_CONTENT: Words(3028, 400, "The file has no content."),
    C.FILE_NOT_THERE: Words(3029, 400, "The file association does not exist."),
    C.NOT_EDITABLE: Words(3032, 400, 'The attribute "{attribute}" is not editable.'),
    C.CONTENT_MISSING: Words(3033, 400, "The file content is missing."),
    C.INVALID_USER: Words(3042, 400, 'The user "{guid}" is not valid in this workspace.'),
    C.INVALID_SUPPLIER: Words(3046, 400, 'The supplier "{guid}" is not valid in this workspace.'),
    C.NOT_A_DATE: Words(3055, 400, 'The value of "{attribute}" is not a date such as 2030-01-31T17:00:00Z.'),
    C.NO_PRIVILEGE: _NO_PRIVILEGE,
    C.FILE_ALREADY_THERE: Words(3097, 400, "The file is already associated."),
    C.EMPTY_GUID: Words(3098, 400, 'The guid of "{attribute}" is null or empty.'),
    C.VALUE_TOO_LONG: Words(
        3101, 400, 'The value of "{attribute}" is longer than the {max} characters allowed.'
    ),
    C.CONTENT_TOO_LARGE: Words(3101, 400, "The file content is larger than the {max} bytes allowed."),
    C.INVALID_PAGE: Words(3220, 400, "The limit must be from 1 to 400, and the offset 0 or more."),
    C.DEADLINE_NEEDED: Words(3250, 400, "An approval deadline is needed to enforce it."),
    C.DEADLINE_PAST: Words(3251, 400, "The approval deadline is in the past."),
    C.PLANNED_DATE_NOT_TAKEN: Words(
        3252, 400, "A planned effectivity date is for changes that are PERMANENT_ON_DATE only."
    ),
    C.EXPIRATION_NOT_TAKEN: Words(3253, 400, "An expiration date is for TEMPORARY changes only."),
    C.PLANNED_DATE_PAST: Words(3297, 400, "The planned effectivity date is in the past."),
    C.EXPIRATION_PAST: Words(3298, 400, "The expiration date is in the past."),
    C.TASK_NAME_EMPTY: Words(3701, 400, "The name of an implementation task cannot be empty."),
    C.TASK_NAME_INVALID: Words(3702, 400, "The name of an implementation task has 1 to 100 characters."),
    C.NOTE_NOT_UPDATABLE: Words(3703, 400, "The note cannot be updated."),
    C.FILES_NOT_ADDABLE: Words(
        3704, 400, "Files cannot be added to the tasks of a completed or canceled change."
    ),
    C.FILES_NOT_REMOVABLE: Words(
        3705, 400, "Files cannot be removed from the tasks of a completed or canceled change."
    ),
    C.TASKS_NOT_MANAGED: Words(
        3706, 400, "Implementation Task Management is not enabled for the change's category."
    ),
    C.NO_OVERRIDE: Words(3707, 400, "Object Level Override is not enabled for the change's category."),
    C.CHANGE_CLOSED: Words(
        3708, 400, "The change is canceled, completed or uncategorized: its tasks cannot be changed."
    ),
    C.LOGIN_REFUSED: Words(
        4001,
        400,
        "The username, password or workspace ID is not valid or you are not allowed to log in"
        " due to IP restriction.",
    ),
    C.INVALID_PREFIX: Words(4011, 400, "The number sequence prefix is not valid."),
    C.PREFIX_REQUIRED: Words(4012, 400, "A number sequence prefix is required."),
    C.LOCKED: Words(4013, 400, "The change is locked."),
    C.EFFECTIVITY_ENFORCED: Words(4014, 400, "The category enforces its default effectivity."),
    C.PREFIX_ENFORCED: Words(4015, 400, "The category enforces its default number sequence."),
    C.CATEGORY_EFFECTIVITY: Words(
        4017, 400, "The category enforces an effectivity that this change does not have."
    ),
    C.CATEGORY_PREFIX: Words(4018, 400, "A change cannot move to another number sequence."),
    C.EFFECTIVITY_FIXED: Words(
        4019, 400, "A change cannot move between permanent and temporary effectivity."
    ),
    C.NOT_UPDATABLE: Words(4020, 400, "The change cannot be updated at this lifecycle stage."),
    C.STATUS_REQUIRED: Words(4051, 400, "A status is required."),
    C.MOVE_NOT_SUPPORTED: Words(4073, 400, "A change cannot be moved from {current} to {asked}."),
    C.ACCESS_NOT_ALLOWED: Words(4082, 400, "Access is not allowed to this user."),
    C.ACCOUNT_SHUT: Words(4083, 400, "After five wrong passwords the account is shut for five minutes."),
    C.CANNOT_EXPIRE: Words(4897, 400, "A permanent change cannot expire."),
    C.CANNOT_BE_EFFECTIVE_AGAIN: Words(
        4899, 400, "A temporary change cannot go from COMPLETED to EFFECTIVE; ask for EXPIRED."
    ),
    C.IMPLEMENTATION_STATUS_NOT_TAKEN: Words(
        4900, 400, "An implementation status goes with COMPLETED, EFFECTIVE or EXPIRED only."
    ),
    C.ADMINISTRATOR_ONLY: Words(4902, 400, "Only a change administrator may make this transition."),
    C.INVALID_ADMINISTRATOR: Words(4991, 400, 'The change administrator "{guid}" is not valid.'),
    C.ADMINISTRATOR_NEEDED: Words(4992, 400, "At least one change administrator is needed."),
    C.ADMINISTRATORS_NOT_TAKEN: Words(4995, 400, "This transition does not take change administrators."),
    C.ASK_FOR_SUBMITTED: Words(4996, 400, "Ask for SUBMITTED; what it becomes is decided here."),
    C.SUBMITTER_ONLY: Words(4997, 400, "Only a change administrator or the submitter may withdraw."),
    C.OPEN_TASKS: Words(4998, 400, "{count} open implementation tasks stand before COMPLETED."),
    C.INVALID_IMPLEMENTATION_STATUS: Words(4999, 400, "The implementation status is not valid."),
    C.NO_ROUTING: Words(5006, 400, "No routing has been set for this change, and one is needed."),
    C.NO_DEADLINE: Words(5202, 400, "Notice: no approval deadline has been set for this change."),
}

# A table of their own: the names of a few are those of other kinds, and names that are equal are one key.
REASONS: dict[Reason, Words] = {
    Reason.REQUIRED: Words(3001, 400, 'The attribute "{attribute}" is required.'),
    Reason.WRONG_TYPE: _VALUE,
    Reason.TOO_LONG: Words(3101, 400, 'The value of "{attribute}" is longer than allowed.'),
    Reason.TOO_MANY: _VALUE,
    Reason.TOO_SHORT: _VALUE,
    Reason.OUT_OF_RANGE: _VALUE,
    Reason.NOT_ONE_OF: Words(3006, 400, 'The value of "{attribute}" is not one of its options.'),
    Reason.NOT_STORABLE: _VALUE,
    Reason.NOT_AN_INSTANT: Words(3055, 400, 'The value of "{attribute}" is not a date.'),
    Reason.NOT_IN_FUTURE: _VALUE,
    Reason.NEEDS_DUE_DATE: _VALUE,
    Reason.BAD_TAG: _VALUE,
    Reason.NO_SUCH_USER: Words(3042, 400, 'The user "{id}" is not valid in this workspace.'),
    Reason.DISABLED_USER: Words(3042, 400, 'The user "{id}" is not valid in this workspace.'),
    Reason.NOT_AN_EMAIL: _VALUE,
    Reason.NOT_A_NETWORK: _VALUE,
    Reason.SCOPE_NOT_HELD: _VALUE,
    Reason.NOT_ON_OFFER: _VALUE,
    Reason.NOT_AN_APPRISE_URL: _VALUE,
    Reason.PRIVATE_ADDRESS: _VALUE,
    Reason.TRANSITION: _VALUE,
    Reason.UNKNOWN: Words(3004, 400, 'The attribute "{attribute}" is not recognized.'),
    Reason.REPEATED: _VALUE,
    Reason.MALFORMED: _VALUE,
    Reason.NOT_A_WEB_ADDRESS: _VALUE,
    Reason.NOT_BEFORE: _VALUE,
}


def refuse(rejected: Rejected, *, request_id: str, now: dt.datetime) -> Answer:
    """The answer that a refusal gets in this dialect: several problems are several entries."""
    reason = rejected.problems[0].reason if rejected.problems else rejected.kind
    status = _words_of(reason).status
    entries = entries_of(rejected, request_id=request_id)
    body = msgspec.json.encode(RefusalOut(status, entries))
    return Answer(status, body, {"content-type": JSON} | _headers(rejected, status, now))


def entries_of(rejected: Rejected, *, request_id: str = "") -> list[EntryOut]:
    """A refusal as the entries of the envelope: one for each of its problems, else one of its kind."""
    if rejected.problems:
        return [entry(problem) for problem in rejected.problems[:ERRORS_MAX]]
    words = WORDS[rejected.kind]
    return [EntryOut(words.code, _message(words, rejected.facts, "", request_id))]


def entry(problem: Problem) -> EntryOut:
    """One problem as an entry of the envelope, or of a change's alerts."""
    words = _words_of(problem.reason)
    return EntryOut(words.code, _message(words, problem.facts, problem.field, ""))


def _words_of(reason: StrEnum) -> Words:
    return REASONS[reason] if isinstance(reason, Reason) else WORDS[reason]


class _Facts(dict[str, Any]):
    """Facts for a message; what a refusal has none of is left out rather than failing the answer."""

    def __missing__(self, name: str) -> str:
        return ""


def _message(words: Words, facts: dict[str, Any], attribute: str, request_id: str) -> str:
    said = {name: _said(value) for name, value in facts.items()}
    return words.message.format_map(_Facts({"attribute": attribute, "request_id": request_id} | said))


def _said(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    text = str(value)
    return text if len(text) <= ECHO_MAX else f"{text[:ECHO_MAX]}…"


def _headers(rejected: Rejected, status: int, now: dt.datetime) -> dict[str, str]:
    if status == 401:
        return {"www-authenticate": "Bearer"}
    if status == 405:
        return {"allow": ", ".join(rejected.facts["allowed"])}
    if status == 412 and "version" in rejected.facts:
        return {"etag": etag(rejected.facts["version"])}
    if status == 429:
        wait = (rejected.facts["resets_at"] - now).total_seconds()
        return {"retry-after": str(max(1, round(wait + 0.5)))}
    return {"retry-after": "1"} if status == 503 else {}
