"""The task dialect's words for refusals: a table without gaps, every row of which can be said."""

import datetime as dt
from string import Formatter
from typing import Any

import msgspec
import pytest

from punchlist.api.common.problems import HttpKind
from punchlist.api.tasks.errors import ERRORS, SENTENCES, refuse, sentence
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.lifecycle import Status
from punchlist.domain.permissions import Action
from punchlist.domain.problems import Kind, Problem, Reason, Rejected
from tests.unit.builders import NOW, SECOND, TASK_ID, a_full_task

STALE = {"current": a_full_task(), "fields": ("due_at", "title")}
LIMIT = {"limit": 60, "resets_at": NOW + dt.timedelta(seconds=30.5)}

# Every kind with the facts it is raised with, and what a caller is then told.
TABLE: list[tuple[Any, dict[str, Any], int, str, str]] = [
    (HttpKind.NOT_HTTP, {}, 400, "invalid_format", "The request cannot be read: it is not HTTP/1.1"),
    (HttpKind.MALFORMED, {"why": "it is not UTF-8"}, 400, "invalid_format",
     "The request body cannot be read: it is not UTF-8"),
    (HttpKind.INVALID_PARAMETERS, {}, 400, "invalid_parameters", "The request has invalid parameters"),
    (HttpKind.MISSING_AUTHENTICATION, {}, 401, "missing_authentication",
     "Send an API key: Authorization: Bearer <api key>"),
    (Kind.INVALID_AUTHENTICATION, {}, 401, "invalid_authentication",
     "The API key is unknown or has been revoked"),
    (Kind.EXPIRED_AUTHENTICATION, {}, 401, "expired_token", "The API key has expired"),
    (Kind.PERMISSION_DENIED, {"action": Action.DELETE_TASK}, 403, "permission_denied",
     "You do not have permission to delete this task"),
    (Kind.PERMISSION_DENIED, {"network": "192.0.2.1"}, 403, "permission_denied",
     "You do not have permission to use this API key from your address"),
    (Kind.INSUFFICIENT_SCOPE, {"scope": "tasks:write"}, 403, "insufficient_scope",
     "The API key does not carry the scope 'tasks:write'"),
    (ChangeKind.LOGIN_REFUSED, {}, 401, "invalid_credentials",
     "Email address, password or workspace is wrong, or may not sign in"),
    (ChangeKind.ACCESS_NOT_ALLOWED, {}, 403, "access_not_allowed", "Suppliers' users do not sign in here"),
    (ChangeKind.ACCOUNT_SHUT, {"resets_at": NOW}, 429, "account_shut",
     "After five wrong passwords the account is shut for five minutes"),
    (HttpKind.CROSS_SITE_REQUEST, {}, 403, "cross_site_request",
     "With a session's cookie, send X-Punchlist-Request: 1 from a page of this server"),
    (HttpKind.NO_SUCH_PATH, {"path": "/v1/{nothing}"}, 404, "resource_not_found",
     "There is nothing at /v1/{nothing}"),
    (Kind.NOT_FOUND, {"entity": "task", "id": "X"}, 404, "resource_not_found",
     "Task with ID 'X' not found"),
    (Kind.NOT_FOUND, {"entity": "user", "id": "X"}, 404, "resource_not_found",
     "User with ID 'X' not found"),
    (Kind.NOT_FOUND, {"entity": "comment", "id": "X"}, 404, "resource_not_found",
     "Comment with ID 'X' not found"),
    (Kind.NOT_FOUND, {"entity": "api_key", "id": "X"}, 404, "resource_not_found",
     "API key with ID 'X' not found"),
    (Kind.NOT_FOUND, {"entity": "session", "id": "X"}, 404, "resource_not_found",
     "Session with ID 'X' not found"),
    (HttpKind.METHOD_NOT_ALLOWED, {"method": "PUT", "path": "/v1/tasks", "allowed": ["GET", "POST"]}, 405,
     "method_not_allowed", "PUT is not allowed at /v1/tasks"),
    (HttpKind.NOT_ACCEPTABLE, {"media": "application/json"}, 406, "not_acceptable",
     "This server answers in application/json only"),
    (Kind.EMAIL_TAKEN, {}, 409, "resource_conflict", "Email address is already in use by another user"),
    (Kind.USER_HAS_TASKS, {"count": 3}, 409, "resource_conflict", "Cannot delete user with assigned tasks"),
    (Kind.LAST_ADMIN, {}, 409, "resource_conflict", "The last admin cannot be removed"),
    (Kind.TOO_MANY_KEYS, {"max": 100}, 409, "resource_conflict",
     "A user can have at most 100 working API keys"),
    (Kind.TOO_MANY_CALENDARS, {"max": 20}, 409, "resource_conflict",
     "A user can have at most 20 calendars"),
    (Kind.TOO_MANY_STREAMS, {"max": 20, "resets_at": NOW + 15 * SECOND}, 429, "too_many_streams",
     "You have 20 streams open already"),
    (Kind.NO_ROOM_FOR_STREAMS, {"max": 2000}, 503, "service_unavailable",
     "This server has 2000 streams open already; try again shortly"),
    (Kind.KEY_REVOKED, {"id": "X"}, 409, "resource_conflict",
     "API key with ID 'X' has ended or been replaced"),
    (Kind.TOO_MANY_WEBHOOKS, {"max": 50}, 409, "resource_conflict",
     "A workspace can have at most 50 webhooks"),
    (Kind.WEBHOOK_DISABLED, {"id": "X"}, 409, "resource_conflict",
     "Webhook with ID 'X' is disabled; enable it first"),
    (Kind.CONCURRENT_CHANGE, STALE, 409, "resource_conflict",
     "Others kept changing this at the same time; read it again and retry"),
    (Kind.IDEMPOTENCY_IN_FLIGHT, {}, 409, "resource_conflict",
     "A request with this Idempotency-Key is still being answered"),
    (Kind.STALE, STALE, 412, "precondition_failed", "The task has changed since you read it"),
    (HttpKind.TOO_LARGE, {"max": 1_048_576}, 413, "payload_too_large",
     "The request body is larger than 1048576 bytes"),
    (HttpKind.UNSUPPORTED_MEDIA_TYPE, {}, 415, "unsupported_media_type",
     "Send the request body as application/json"),
    (Kind.INVALID, {}, 422, "validation_error", "The request contains invalid data"),
    (Kind.INVALID_TRANSITION, {"current": Status.DONE, "requested": Status.IN_PROGRESS,
                               "allowed": (Status.CANCELED,)}, 422, "invalid_status_transition",
     "Cannot transition from status 'DONE' to 'IN_PROGRESS'"),
    (Kind.IDEMPOTENCY_REUSED, {}, 422, "idempotency_key_reused",
     "This Idempotency-Key was used for a different request"),
    (HttpKind.BATCH_REJECTED, {"index": 2, "results": []}, 422, "batch_rejected",
     "Operation 2 failed, so no operation of this atomic batch was applied"),
    (HttpKind.NOT_APPLIED, {}, 424, "not_applied", "Not applied, because another operation failed"),
    (HttpKind.HEAD_TOO_LARGE, {"max": 65_536, "most": 100}, 431, "headers_too_large",
     "The request has more than 100 headers, or more than 65536 bytes of them"),
    (Kind.MINUTE_LIMIT, LIMIT, 429, "rate_limit_exceeded", "You have made 60 requests in this minute"),
    (Kind.DAY_LIMIT, LIMIT, 429, "daily_limit_exceeded", "You have made 60 requests today"),
    (HttpKind.SERVER_ERROR, {}, 500, "server_error", "Something went wrong; the log has it under req-1"),
    (HttpKind.UNAVAILABLE, {}, 503, "service_unavailable",
     "The database cannot be reached; try again shortly"),
]  # fmt: skip


def answer_to(kind, *problems: Problem, **facts):
    return refuse(Rejected(kind, problems, **facts), request_id="req-1", now=NOW)


def error_of(answer) -> dict[str, Any]:
    error: dict[str, Any] = msgspec.json.decode(answer.body)["error"]
    return error


# What this dialect says of the other one's rules.
SIGNING_IN = {ChangeKind.LOGIN_REFUSED, ChangeKind.ACCESS_NOT_ALLOWED, ChangeKind.ACCOUNT_SHUT}


def test_every_kind_of_refusal_has_its_words_and_is_in_the_table_here():
    assert set(ERRORS) == {*Kind, *HttpKind, *SIGNING_IN}
    assert {row[0] for row in TABLE} == {*Kind, *HttpKind, *SIGNING_IN}


@pytest.mark.parametrize(
    ("kind", "facts", "status", "code", "message"),
    [pytest.param(*row, id=f"{row[0].name}-{row[4][:12]}") for row in TABLE],
)
def test_a_refusal_has_its_status_code_and_message(kind, facts, status, code, message):
    answer = answer_to(kind, **facts)
    assert answer.status == status
    assert answer.headers["content-type"] == "application/json"
    error = error_of(answer)
    assert (error["code"], error["message"]) == (code, message)
    assert error.get("details") != {}


# Every reason with the facts it is found with, and the sentence that a caller reads.
PROBLEMS: list[tuple[str, Reason, dict[str, Any], str]] = [
    ("title", Reason.REQUIRED, {}, "Title is required"),
    ("title", Reason.WRONG_TYPE, {"expected": "a string"}, "Title must be a string"),
    ("title", Reason.TOO_LONG, {"max": 255}, "Title must have at most 255 characters"),
    ("search", Reason.TOO_SHORT, {"min": 3}, "search must have at least 3 characters"),
    ("tags", Reason.TOO_MANY, {"max": 10}, "Tags must have at most 10 entries"),
    ("warning_hours", Reason.OUT_OF_RANGE, {"min": 0, "max": 8760.0},
     "Warning offset must be a number from 0 to 8760"),
    ("status", Reason.NOT_ONE_OF, {"options": [status.value for status in Status]},
     "Status must be one of: TODO, IN_PROGRESS, REVIEW, DONE, CANCELED"),
    ("title", Reason.NOT_STORABLE, {}, "Title must not contain NUL characters"),
    ("due_at", Reason.NOT_AN_INSTANT, {},
     "Due date must be a date and time with offset, such as 2035-06-01T17:00:00Z"),
    ("due_at", Reason.NOT_IN_FUTURE, {}, "Due date must be in the future"),
    ("warning_hours", Reason.NEEDS_DUE_DATE, {}, "Warning offset needs a due date"),
    ("tags", Reason.BAD_TAG, {"max": 50}, "Each tag must have 1 to 50 characters"),
    ("assignee_id", Reason.NO_SUCH_USER, {"id": "X"}, "Assignee with ID 'X' does not exist"),
    ("assignee_id", Reason.DISABLED_USER, {"id": "X"}, "Assignee with ID 'X' is disabled"),
    ("email", Reason.NOT_AN_EMAIL, {}, "Email must be a valid email address"),
    ("networks", Reason.NOT_A_NETWORK, {}, "Networks must be networks in CIDR form, such as 192.0.2.0/24"),
    ("channels", Reason.NOT_ON_OFFER, {"options": ["in_app", "apprise"]},
     "Channels must be among those that this server has: in_app, apprise"),
    ("apprise_urls", Reason.NOT_AN_APPRISE_URL, {},
     "Apprise URLs must be addresses of services of Apprise that may be used here"),
    ("apprise_urls", Reason.PRIVATE_ADDRESS, {}, "Apprise URLs must not lead into a private network"),
    ("scopes", Reason.SCOPE_NOT_HELD, {"held": ["tasks:read", "users:read"]},
     "Scopes must be among those of the key that you use: tasks:read, users:read"),
    ("status", Reason.TRANSITION, {"current": Status.DONE, "requested": Status.TODO, "allowed": ()},
     "Cannot transition from status 'DONE' to 'TODO'"),
    ("color", Reason.UNKNOWN, {"known": ["tags", "title"]}, "Not known here; known are: tags, title"),
    ("limit", Reason.REPEATED, {}, "limit must be given once"),
    ("limit", Reason.MALFORMED, {"expected": "a whole number from 1 to 100"},
     "limit must be a whole number from 1 to 100"),
    ("url", Reason.NOT_A_WEB_ADDRESS, {},
     "URL must be an http or https address without a user and a password in it"),
    ("url", Reason.PRIVATE_ADDRESS, {},
     "URL must not lead into a private network"),
    ("to", Reason.NOT_BEFORE, {"other": "from"}, "To must not be before from"),
]  # fmt: skip


def test_every_reason_has_its_sentence_and_is_in_the_table_here():
    assert set(SENTENCES) == set(Reason)
    assert {row[1] for row in PROBLEMS} == set(Reason)


@pytest.mark.parametrize(
    ("field", "reason", "facts", "said"), [pytest.param(*row, id=row[1].name) for row in PROBLEMS]
)
def test_a_problem_is_one_sentence(field, reason, facts, said):
    assert sentence(Problem(field, reason, facts)) == said


def test_sentences_and_messages_end_without_a_full_stop():
    assert not [words.message for words in ERRORS.values() if words.message.endswith(".")]
    assert not [text for text in SENTENCES.values() if text.endswith(".")]


def test_every_sentence_names_its_field_but_those_that_speak_of_another_thing():
    unnamed = {reason for reason, text in SENTENCES.items() if "label" not in places(text)}
    assert unnamed == {Reason.BAD_TAG, Reason.TRANSITION, Reason.UNKNOWN}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


# --- details ------------------------------------------------------------------------------------------


def test_problems_are_told_by_the_wires_names_and_the_first_of_each_field_counts():
    answer = answer_to(
        Kind.INVALID,
        Problem("due_at", Reason.NOT_IN_FUTURE),
        Problem("title", Reason.REQUIRED),
        Problem("title", Reason.NOT_STORABLE),
    )
    assert error_of(answer)["details"] == {
        "dueDate": "Due date must be in the future",
        "title": "Title is required",
    }


def test_a_forbidden_move_tells_where_the_task_may_go():
    answer = answer_to(
        Kind.INVALID_TRANSITION,
        current=Status.REVIEW,
        requested=Status.TODO,
        allowed=(Status.DONE, Status.IN_PROGRESS, Status.CANCELED),
    )
    assert error_of(answer)["details"] == {
        "currentStatus": "REVIEW",
        "requestedStatus": "TODO",
        "allowedTransitions": ["DONE", "IN_PROGRESS", "CANCELED"],
    }


@pytest.mark.parametrize("kind", [Kind.STALE, Kind.CONCURRENT_CHANGE])
def test_a_lost_race_shows_the_present_task_and_the_fields_that_clash(kind):
    details = error_of(answer_to(kind, **STALE))["details"]
    assert details["current"]["id"] == TASK_ID
    assert details["current"]["warningOffset"] == 24
    assert details["conflicts"] == ["dueDate", "title"]


def test_a_lost_race_for_what_is_gone_has_nothing_to_show():
    assert "details" not in error_of(answer_to(Kind.CONCURRENT_CHANGE, current=None, fields=()))
    assert "details" not in error_of(answer_to(Kind.CONCURRENT_CHANGE))


def test_a_spent_limit_says_when_it_is_over():
    answer = answer_to(Kind.MINUTE_LIMIT, **LIMIT)
    assert error_of(answer)["details"] == {"limit": 60, "remaining": 0, "resetAt": "2030-05-17T12:00:30Z"}
    assert answer.headers["retry-after"] == "31"


def test_a_wait_is_never_shorter_than_a_second():
    assert answer_to(Kind.DAY_LIMIT, limit=1, resets_at=NOW).headers["retry-after"] == "1"
    assert answer_to(HttpKind.UNAVAILABLE).headers["retry-after"] == "1"


def test_other_details_say_what_was_missing_or_in_the_way():
    assert error_of(answer_to(Kind.USER_HAS_TASKS, count=3))["details"] == {"assignedTaskCount": 3}
    assert error_of(answer_to(Kind.INSUFFICIENT_SCOPE, scope="admin"))["details"] == {
        "requiredScope": "admin"
    }


@pytest.mark.parametrize(
    "kind", [HttpKind.MISSING_AUTHENTICATION, Kind.INVALID_AUTHENTICATION, Kind.EXPIRED_AUTHENTICATION]
)
def test_a_401_says_how_to_authenticate(kind):
    assert answer_to(kind).headers["www-authenticate"] == "Bearer"


def test_other_refusals_do_not():
    assert "www-authenticate" not in answer_to(Kind.PERMISSION_DENIED, action="x").headers


def test_a_405_names_the_methods_that_there_are():
    answer = answer_to(HttpKind.METHOD_NOT_ALLOWED, method="PUT", path="/x", allowed=["GET", "POST"])
    assert answer.headers["allow"] == "GET, POST"


def test_what_a_caller_wrote_is_repeated_but_not_without_end():
    error = error_of(answer_to(Kind.NOT_FOUND, entity="task", id="x" * 10_000))
    assert error["message"] == f"Task with ID '{'x' * 100}…' not found"
    long = error_of(answer_to(Kind.INVALID, Problem("f" * 10_000, Reason.UNKNOWN, {"known": []})))
    assert list(long["details"]) == ["f" * 100]


def test_braces_and_percents_of_a_caller_are_plain_characters():
    error = error_of(answer_to(Kind.NOT_FOUND, entity="task", id="{id}{0}%s{request_id}"))
    assert error["message"] == "Task with ID '{id}{0}%s{request_id}' not found"
