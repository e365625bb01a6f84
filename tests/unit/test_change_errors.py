"""The change dialect's numbers and words for everything that can be refused."""

import datetime as dt
from string import Formatter
from typing import Any

import msgspec
import pytest

from punchlist.api.changes.errors import ERRORS_MAX, REASONS, WORDS, entry, refuse
from punchlist.api.common.problems import HttpKind
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.problems import Kind, Problem, Reason, Rejected
from tests.unit.builders import NOW

# The contract's numbers with their statuses, and everything that is refused with each.
CONTRACT: dict[int, tuple[int, str]] = {
    400: (400, "MALFORMED NOT_HTTP"),
    401: (401, "MISSING_AUTHENTICATION INVALID_AUTHENTICATION EXPIRED_AUTHENTICATION NO_SESSION"),
    404: (404, "NO_SUCH_PATH"),
    405: (405, "METHOD_NOT_ALLOWED"),
    415: (415, "UNSUPPORTED_MEDIA_TYPE"),
    503: (503, "UNAVAILABLE NO_ROOM_FOR_STREAMS"),
    3000: (500, "SERVER_ERROR"),
    3001: (400, "ATTRIBUTE_REQUIRED"),
    3002: (400, "INVALID_CATEGORY"),
    3003: (
        400,
        "WRONG_VALUE INVALID INVALID_PARAMETERS EMAIL_TAKEN TOO_MANY_KEYS KEY_REVOKED"
        " TOO_MANY_CALENDARS TOO_MANY_WEBHOOKS WEBHOOK_DISABLED",
    ),
    3004: (400, "UNKNOWN_ATTRIBUTE"),
    3006: (400, "NOT_AN_OPTION"),
    3011: (400, "INVALID_GUID NOT_FOUND"),
    3016: (400, "NOT_DELETABLE FILE_IN_USE USER_HAS_TASKS LAST_ADMIN"),
    3019: (400, "NOT_SEARCHABLE"),
    3024: (403, "NOT_VISIBLE"),
    3029: (400, "FILE_NOT_THERE"),
    3032: (400, "NOT_EDITABLE"),
    3042: (400, "INVALID_USER"),
    3046: (400, "INVALID_SUPPLIER"),
    3055: (400, "NOT_A_DATE"),
    3085: (403, "NO_PRIVILEGE PERMISSION_DENIED INSUFFICIENT_SCOPE"),
    3097: (400, "FILE_ALREADY_THERE"),
    3098: (400, "EMPTY_GUID"),
    3101: (400, "VALUE_TOO_LONG CONTENT_TOO_LARGE"),
    3220: (400, "INVALID_PAGE"),
    3250: (400, "DEADLINE_NEEDED"),
    3251: (400, "DEADLINE_PAST"),
    3252: (400, "PLANNED_DATE_NOT_TAKEN"),
    3253: (400, "EXPIRATION_NOT_TAKEN"),
    3297: (400, "PLANNED_DATE_PAST"),
    3298: (400, "EXPIRATION_PAST"),
    3701: (400, "TASK_NAME_EMPTY"),
    3702: (400, "TASK_NAME_INVALID"),
    3703: (400, "NOTE_NOT_UPDATABLE"),
    3704: (400, "FILES_NOT_ADDABLE"),
    3705: (400, "FILES_NOT_REMOVABLE"),
    3706: (400, "TASKS_NOT_MANAGED"),
    3707: (400, "NO_OVERRIDE"),
    3708: (400, "CHANGE_CLOSED"),
    4001: (400, "LOGIN_REFUSED"),
    4011: (400, "INVALID_PREFIX"),
    4012: (400, "PREFIX_REQUIRED"),
    4013: (400, "LOCKED"),
    4014: (400, "EFFECTIVITY_ENFORCED"),
    4015: (400, "PREFIX_ENFORCED"),
    4017: (400, "CATEGORY_EFFECTIVITY"),
    4018: (400, "CATEGORY_PREFIX"),
    4019: (400, "EFFECTIVITY_FIXED"),
    4020: (400, "NOT_UPDATABLE"),
    4051: (400, "STATUS_REQUIRED"),
    4073: (400, "MOVE_NOT_SUPPORTED INVALID_TRANSITION"),
    4082: (400, "ACCESS_NOT_ALLOWED"),
    4083: (400, "ACCOUNT_SHUT"),
    4084: (429, "DAILY_REQUESTS MINUTE_LIMIT DAY_LIMIT"),
    4897: (400, "CANNOT_EXPIRE"),
    4899: (400, "CANNOT_BE_EFFECTIVE_AGAIN"),
    4900: (400, "IMPLEMENTATION_STATUS_NOT_TAKEN"),
    4902: (400, "ADMINISTRATOR_ONLY"),
    4991: (400, "INVALID_ADMINISTRATOR"),
    4992: (400, "ADMINISTRATOR_NEEDED"),
    4995: (400, "ADMINISTRATORS_NOT_TAKEN"),
    4996: (400, "ASK_FOR_SUBMITTED"),
    4997: (400, "SUBMITTER_ONLY"),
    4998: (400, "OPEN_TASKS"),
    4999: (400, "INVALID_IMPLEMENTATION_STATUS"),
    5006: (400, "NO_ROUTING"),
    5202: (400, "NO_DEADLINE"),
}
# What the wire has no numbers for.
OURS: dict[str, tuple[int, int]] = {
    "CROSS_SITE_REQUEST": (4031, 403),
    "NOT_ACCEPTABLE": (406, 406),
    "TOO_LARGE": (413, 413),
    "HEAD_TOO_LARGE": (431, 431),
    "CONCURRENT_CHANGE": (4091, 409),
    "IDEMPOTENCY_IN_FLIGHT": (4091, 409),
    "STALE": (4121, 412),
    "TOO_MANY_STREAMS": (4291, 429),
    "IDEMPOTENCY_REUSED": (4221, 422),
    "BATCH_REJECTED": (4221, 422),
    "NOT_APPLIED": (4221, 424),
    "FILE_WITHOUT_CONTENT": (3028, 400),
    "CONTENT_MISSING": (3033, 400),
}
# The messages that the contract quotes.
EXACT = {
    "MALFORMED": "The format of the request is not valid. Please check the syntax.",
    "EXPIRED_AUTHENTICATION": "There is no access token associated with this request or the access token is"
    " not valid.",
    "NO_SUCH_PATH": "No resource has been found.",
    "INVALID_GUID": 'The guid "XFWQ0GZGZDJ015J12" is not valid.',
    "NOT_VISIBLE": "Either you do not have privileges to access the requested data or it does not exist.",
    "LOGIN_REFUSED": "The username, password or workspace ID is not valid or you are not allowed to log in"
    " due to IP restriction.",
}
# Facts for every place of a message.
FACTS: dict[str, Any] = {
    "guid": "XFWQ0GZGZDJ015J12", "id": "XFWQ0GZGZDJ015J12", "attribute": "dueDate", "max": 100, "count": 3,
    "current": "CANCELED", "asked": "SUBMITTED", "limit": 10_000, "path": "/v1/changes", "method": "PATCH",
    "resets_at": NOW + dt.timedelta(seconds=30), "allowed": ["GET", "POST"],
}  # fmt: skip
KINDS = {kind.name: kind for kind in (*Kind, *HttpKind, *ChangeKind)}


def answer_to(kind, *problems: Problem, **facts: Any):
    return refuse(Rejected(kind, problems, **facts), request_id="req-1", now=NOW)


def body_of(answer) -> dict[str, Any]:
    body: dict[str, Any] = msgspec.json.decode(answer.body)
    return body


def test_every_kind_of_refusal_has_its_number_and_is_in_the_table_here():
    assert set(WORDS) == {*Kind, *HttpKind, *ChangeKind}
    assert len(WORDS) == len(Kind) + len(HttpKind) + len(ChangeKind), "two kinds go by one name"
    listed = [name for _, names in CONTRACT.values() for name in names.split()] + list(OURS)
    assert sorted(listed) == sorted(KINDS)


EXPECTED = {
    name: (code, status) for code, (status, names) in CONTRACT.items() for name in names.split()
} | OURS


@pytest.mark.parametrize("name", KINDS)
def test_a_refusal_has_its_number_its_status_and_the_one_envelope(name):
    code, status = EXPECTED[name]
    answer = answer_to(KINDS[name], **FACTS)
    assert answer.status == status
    assert answer.headers["content-type"] == "application/json"
    body = body_of(answer)
    assert body == {"status": status, "errors": [{"code": code, "message": body["errors"][0]["message"]}]}
    assert body["errors"][0]["message"].endswith(".")


@pytest.mark.parametrize("name", EXACT)
def test_messages_that_the_contract_quotes_are_exact(name):
    assert body_of(answer_to(KINDS[name], **FACTS))["errors"][0]["message"] == EXACT[name]


@pytest.mark.parametrize("name", KINDS)
def test_no_message_has_a_place_for_a_fact_that_nothing_tells(name):
    places = {place for _, place, _, _ in Formatter().parse(WORDS[KINDS[name]].message) if place}
    assert places <= FACTS.keys() | {"request_id"}


def test_every_reason_has_its_number():
    assert set(REASONS) == set(Reason)
    assert {REASONS[reason].status for reason in Reason} == {400}
    assert {code for code, _, _ in REASONS.values()} <= CONTRACT.keys()


def test_a_refused_transition_names_both_statuses():
    message = body_of(answer_to(ChangeKind.MOVE_NOT_SUPPORTED, **FACTS))["errors"][0]["message"]
    assert "CANCELED" in message
    assert "SUBMITTED" in message


def test_several_problems_are_several_entries_and_the_first_one_gives_the_status():
    answer = answer_to(
        Kind.INVALID,
        Problem("name", ChangeKind.TASK_NAME_EMPTY),
        Problem("assignee", ChangeKind.INVALID_GUID, {"guid": "X"}),
        Problem("limit", Reason.MALFORMED),
    )
    assert (answer.status, body_of(answer)["status"]) == (400, 400)
    assert [each["code"] for each in body_of(answer)["errors"]] == [3701, 3011, 3003]


def test_at_most_twenty_problems_are_told():
    assert ERRORS_MAX == 20
    problems = [Problem(f"a{place}", ChangeKind.UNKNOWN_ATTRIBUTE) for place in range(50)]
    errors = body_of(answer_to(Kind.INVALID, *problems))["errors"]
    assert [each["message"] for each in errors] == [
        f'The attribute "a{place}" is not recognized.' for place in range(20)
    ]


def test_a_problem_names_its_attribute_by_the_wires_name():
    assert entry(Problem("dueDate", ChangeKind.NOT_A_DATE)).message.startswith('The value of "dueDate"')
    elsewhere = Problem("assignee", ChangeKind.UNKNOWN_ATTRIBUTE, {"attribute": "assignee.team"})
    assert entry(elsewhere).message == 'The attribute "assignee.team" is not recognized.'


def test_what_a_caller_wrote_is_repeated_but_not_without_end_and_as_plain_characters():
    for guid in ("x" * 10_000, "{guid}{0}%s{request_id}", '"\\'):
        message = body_of(answer_to(ChangeKind.INVALID_GUID, guid=guid))["errors"][0]["message"]
        shown = guid if len(guid) <= 100 else f"{guid[:100]}…"
        assert message == f'The guid "{shown}" is not valid.'


def test_a_failure_tells_nothing_but_where_the_log_has_it():
    message = body_of(answer_to(HttpKind.SERVER_ERROR, why="a secret"))["errors"][0]["message"]
    assert message == "Something went wrong; the log has it under req-1."


# --- headers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [kind for kind in WORDS if WORDS[kind].status == 401])
def test_a_401_says_how_to_authenticate(kind):
    assert answer_to(kind).headers["www-authenticate"] == "Bearer"


def test_a_405_names_the_methods_that_there_are():
    assert answer_to(HttpKind.METHOD_NOT_ALLOWED, **FACTS).headers["allow"] == "GET, POST"


def test_a_spent_limit_says_how_much_it_was_and_when_it_is_over():
    answer = answer_to(ChangeKind.DAILY_REQUESTS, **FACTS)
    message = body_of(answer)["errors"][0]["message"]
    assert "10000" in message
    assert "2030-05-17T12:00:30Z" in message
    assert answer.headers["retry-after"] == "30"


def test_what_may_be_tried_again_says_when():
    assert answer_to(HttpKind.UNAVAILABLE).headers["retry-after"] == "1"
    assert "retry-after" not in answer_to(Kind.STALE).headers
