"""The task dialect's words for every refusal: one table of kinds, one of reasons, and their rendering."""

import datetime as dt
from collections.abc import Callable
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec

from punchlist.api.common.calls import JSON, Answer
from punchlist.api.common.etags import etag
from punchlist.api.common.problems import HttpKind
from punchlist.api.tasks.names import label, wire_name
from punchlist.api.tasks.wire import format_instant, render_task
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.limits import ECHO_MAX
from punchlist.domain.problems import Kind, Problem, Reason, Rejected


class Words(NamedTuple):
    """How a kind of refusal is said: status, code, and a message with places for the facts."""

    status: int
    code: str
    message: str


ERRORS: dict[StrEnum, Words] = {
    HttpKind.NOT_HTTP: Words(400, "invalid_format", "The request cannot be read: it is not HTTP/1.1"),
    HttpKind.MALFORMED: Words(400, "invalid_format", "The request body cannot be read: {why}"),
    HttpKind.INVALID_PARAMETERS: Words(400, "invalid_parameters", "The request has invalid parameters"),
    HttpKind.MISSING_AUTHENTICATION: Words(
        401, "missing_authentication", "Send an API key: Authorization: Bearer <api key>"
    ),
    Kind.INVALID_AUTHENTICATION: Words(
        401, "invalid_authentication", "The API key is unknown or has been revoked"
    ),
    Kind.EXPIRED_AUTHENTICATION: Words(401, "expired_token", "The API key has expired"),
    ChangeKind.LOGIN_REFUSED: Words(
        401, "invalid_credentials", "Email address, password or workspace is wrong, or may not sign in"
    ),
    Kind.PERMISSION_DENIED: Words(403, "permission_denied", "You do not have permission to {doing}"),
    Kind.INSUFFICIENT_SCOPE: Words(
        403, "insufficient_scope", "The API key does not carry the scope '{scope}'"
    ),
    ChangeKind.ACCESS_NOT_ALLOWED: Words(403, "access_not_allowed", "Suppliers' users do not sign in here"),
    HttpKind.CROSS_SITE_REQUEST: Words(
        403,
        "cross_site_request",
        "With a session's cookie, send X-Punchlist-Request: 1 from a page of this server",
    ),
    HttpKind.NO_SUCH_PATH: Words(404, "resource_not_found", "There is nothing at {path}"),
    Kind.NOT_FOUND: Words(404, "resource_not_found", "{entity} with ID '{id}' not found"),
    HttpKind.METHOD_NOT_ALLOWED: Words(405, "method_not_allowed", "{method} is not allowed at {path}"),
    HttpKind.NOT_ACCEPTABLE: Words(406, "not_acceptable", "This server answers in {media} only"),
    Kind.EMAIL_TAKEN: Words(409, "resource_conflict", "Email address is already in use by another user"),
    Kind.USER_HAS_TASKS: Words(409, "resource_conflict", "Cannot delete user with assigned tasks"),
    Kind.LAST_ADMIN: Words(409, "resource_conflict", "The last admin cannot be removed"),
    Kind.TOO_MANY_KEYS: Words(409, "resource_conflict", "A user can have at most {max} working API keys"),
    Kind.TOO_MANY_CALENDARS: Words(409, "resource_conflict", "A user can have at most {max} calendars"),
    Kind.KEY_REVOKED: Words(409, "resource_conflict", "API key with ID '{id}' has ended or been replaced"),
    Kind.TOO_MANY_WEBHOOKS: Words(409, "resource_conflict", "A workspace can have at most {max} webhooks"),
    Kind.WEBHOOK_DISABLED: Words(
        409, "resource_conflict", "Webhook with ID '{id}' is disabled; enable it first"
    ),
    Kind.CONCURRENT_CHANGE: Words(
        409, "resource_conflict", "Others kept changing this at the same time; read it again and retry"
    ),
    Kind.IDEMPOTENCY_IN_FLIGHT: Words(
        409, "resource_conflict", "A request with this Idempotency-Key is still being answered"
    ),
    Kind.STALE: Words(412, "precondition_failed", "The task has changed since you read it"),
    HttpKind.TOO_LARGE: Words(413, "payload_too_large", "The request body is larger than {max} bytes"),
    HttpKind.UNSUPPORTED_MEDIA_TYPE: Words(
        415, "unsupported_media_type", "Send the request body as application/json"
    ),
    Kind.INVALID: Words(422, "validation_error", "The request contains invalid data"),
    Kind.INVALID_TRANSITION: Words(
        422, "invalid_status_transition", "Cannot transition from status '{current}' to '{requested}'"
    ),
    Kind.IDEMPOTENCY_REUSED: Words(
        422, "idempotency_key_reused", "This Idempotency-Key was used for a different request"
    ),
    HttpKind.BATCH_REJECTED: Words(
        422, "batch_rejected", "Operation {index} failed, so no operation of this atomic batch was applied"
    ),
    HttpKind.NOT_APPLIED: Words(424, "not_applied", "Not applied, because another operation failed"),
    HttpKind.HEAD_TOO_LARGE: Words(
        431, "headers_too_large", "The request has more than {most} headers, or more than {max} bytes of them"
    ),
    Kind.MINUTE_LIMIT: Words(429, "rate_limit_exceeded", "You have made {limit} requests in this minute"),
    Kind.TOO_MANY_STREAMS: Words(429, "too_many_streams", "You have {max} streams open already"),
    Kind.DAY_LIMIT: Words(429, "daily_limit_exceeded", "You have made {limit} requests today"),
    ChangeKind.ACCOUNT_SHUT: Words(
        429, "account_shut", "After five wrong passwords the account is shut for five minutes"
    ),
    HttpKind.SERVER_ERROR: Words(
        500, "server_error", "Something went wrong; the log has it under {request_id}"
    ),
    Kind.NO_ROOM_FOR_STREAMS: Words(
        503, "service_unavailable", "This server has {max} streams open already; try again shortly"
    ),
    HttpKind.UNAVAILABLE: Words(
        503, "service_unavailable", "The database cannot be reached; try again shortly"
    ),
}

SENTENCES: dict[StrEnum, str] = {
    Reason.REQUIRED: "{label} is required",
    Reason.WRONG_TYPE: "{label} must be {expected}",
    Reason.TOO_LONG: "{label} must have at most {max} characters",
    Reason.TOO_SHORT: "{label} must have at least {min} characters",
    Reason.TOO_MANY: "{label} must have at most {max} entries",
    Reason.OUT_OF_RANGE: "{label} must be a number from {min:g} to {max:g}",
    Reason.NOT_ONE_OF: "{label} must be one of: {options}",
    Reason.NOT_STORABLE: "{label} must not contain NUL characters",
    Reason.NOT_AN_INSTANT: "{label} must be a date and time with offset, such as 2035-06-01T17:00:00Z",
    Reason.NOT_IN_FUTURE: "{label} must be in the future",
    Reason.NEEDS_DUE_DATE: "{label} needs a due date",
    Reason.BAD_TAG: "Each tag must have 1 to {max} characters",
    Reason.NO_SUCH_USER: "{label} with ID '{id}' does not exist",
    Reason.DISABLED_USER: "{label} with ID '{id}' is disabled",
    Reason.NOT_AN_EMAIL: "{label} must be a valid email address",
    Reason.NOT_A_NETWORK: "{label} must be networks in CIDR form, such as 192.0.2.0/24",
    Reason.SCOPE_NOT_HELD: "{label} must be among those of the key that you use: {held}",
    Reason.NOT_ON_OFFER: "{label} must be among those that this server has: {options}",
    Reason.NOT_AN_APPRISE_URL: "{label} must be addresses of services of Apprise that may be used here",
    Reason.PRIVATE_ADDRESS: "{label} must not lead into a private network",
    Reason.TRANSITION: "Cannot transition from status '{current}' to '{requested}'",
    Reason.UNKNOWN: "Not known here; known are: {known}",
    Reason.REPEATED: "{label} must be given once",
    Reason.MALFORMED: "{label} must be {expected}",
    Reason.NOT_A_WEB_ADDRESS: "{label} must be an http or https address without a user and a password in it",
    Reason.NOT_BEFORE: "{label} must not be before {other}",
}

_ENTITIES = {
    "task": "Task",
    "user": "User",
    "comment": "Comment",
    "api_key": "API key",
    "session": "Session",
    "notification": "Notification",
    "calendar": "Calendar",
    "webhook": "Webhook",
    "delivery": "Delivery",
}


def refuse(rejected: Rejected, *, request_id: str, now: dt.datetime) -> Answer:
    """The answer that a refusal gets in this dialect."""
    words = ERRORS[rejected.kind]
    error: dict[str, Any] = {"code": words.code, "message": _message(rejected, words, request_id)}
    details = _details(rejected)
    if details:
        error["details"] = details
    body: dict[str, Any] = {"error": error}
    if rejected.kind is HttpKind.BATCH_REJECTED:
        body["results"] = rejected.facts["results"]
    return Answer(words.status, msgspec.json.encode(body), _headers(rejected, words, now))


def _message(rejected: Rejected, words: Words, request_id: str) -> str:
    facts = {name: _said(value) for name, value in rejected.facts.items()}
    facts["request_id"] = request_id
    if rejected.kind is Kind.NOT_FOUND:
        facts["entity"] = _ENTITIES[rejected.facts["entity"]]
    if rejected.kind is Kind.PERMISSION_DENIED:
        facts["doing"] = f"{facts['action']}" if "action" in facts else "use this API key from your address"
    return words.message.format(**facts)


def sentence(problem: Problem) -> str:
    """One problem of a field or parameter, as a sentence."""
    facts = {name: _said(value) for name, value in problem.facts.items()}
    return SENTENCES[problem.reason].format(label=label(problem.field), **facts)


def _said(fact: Any) -> Any:
    if isinstance(fact, list | tuple | set | frozenset):
        return ", ".join(str(each) for each in fact)
    if isinstance(fact, str) and len(fact) > ECHO_MAX:
        return f"{fact[:ECHO_MAX]}…"
    return fact


def _clash(facts: dict[str, Any]) -> dict[str, Any]:
    if facts.get("current") is None:
        return {}
    return {
        "current": render_task(facts["current"]),
        "conflicts": [wire_name(name) for name in facts["fields"]],
    }


def _spent(facts: dict[str, Any]) -> dict[str, Any]:
    return {"limit": facts["limit"], "remaining": 0, "resetAt": format_instant(facts["resets_at"])}


_DETAILS: dict[StrEnum, Callable[[dict[str, Any]], dict[str, Any]]] = {
    Kind.INVALID_TRANSITION: lambda facts: {
        "currentStatus": facts["current"],
        "requestedStatus": facts["requested"],
        "allowedTransitions": facts["allowed"],
    },
    Kind.USER_HAS_TASKS: lambda facts: {"assignedTaskCount": facts["count"]},
    Kind.STALE: _clash,
    Kind.CONCURRENT_CHANGE: _clash,
    Kind.MINUTE_LIMIT: _spent,
    Kind.DAY_LIMIT: _spent,
    Kind.INSUFFICIENT_SCOPE: lambda facts: {"requiredScope": facts["scope"]},
}


def _details(rejected: Rejected) -> dict[str, Any]:
    if rejected.problems:
        details: dict[str, Any] = {}
        for problem in rejected.problems:
            details.setdefault(_name(problem)[:ECHO_MAX], sentence(problem))
        return details
    make = _DETAILS.get(rejected.kind)
    return make(rejected.facts) if make else {}


def _name(problem: Problem) -> str:
    """The field's name on the wire. An unknown one is called what the caller called it: `created_by` is
    not what we call the creator."""
    return problem.field if problem.reason is Reason.UNKNOWN else wire_name(problem.field)


def _headers(rejected: Rejected, words: Words, now: dt.datetime) -> dict[str, str]:
    headers = {"content-type": JSON}
    if words.status == 401:
        headers["www-authenticate"] = "Bearer"
    if rejected.kind is Kind.STALE:  # of the task in the details, for the If-Match of what is merged with it
        headers["etag"] = etag(rejected.facts["current"].version)
    if words.status == 405:
        headers["allow"] = ", ".join(rejected.facts["allowed"])
    if words.status == 429:
        wait = (rejected.facts["resets_at"] - now).total_seconds()
        headers["retry-after"] = str(max(1, round(wait + 0.5)))
    if words.status == 503:
        headers["retry-after"] = "1"
    return headers
