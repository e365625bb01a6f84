"""What the document says of the task dialect, held to that dialect's own tables and rules."""

import json
from typing import Any

import pytest

from punchlist.api.common.bodies import decode
from punchlist.api.common.endpoints import Endpoint
from punchlist.api.common.problems import HttpKind
from punchlist.api.tasks import wire
from punchlist.api.tasks.errors import ERRORS
from punchlist.api.tasks.names import wire_name
from punchlist.api.tasks.webhooks import span_of
from punchlist.api.tasks.wire_webhooks import ReplayIn
from punchlist.domain import comments, keys, tasks, users, webhooks
from punchlist.domain.problems import Kind, Reason, Rejected
from tests.api_document.reading import DOCUMENT, Operation, examples, follow, operations, responses
from tests.api_document.tables import TASKS, Tables, each_of
from tests.unit.builders import NOW

EACH = each_of(TASKS)


def test_the_codes_of_an_error_are_exactly_those_of_the_table():
    codes = list(dict.fromkeys(words.code for words in ERRORS.values()))
    assert DOCUMENT["components"]["schemas"]["ErrorCode"]["enum"] == codes
    error = DOCUMENT["components"]["schemas"]["Error"]["properties"]["error"]
    assert error["properties"]["code"] == {"$ref": "#/components/schemas/ErrorCode"}


def test_every_kind_of_refusal_is_shown_somewhere():
    met = {kind for endpoint in TASKS.endpoints for kind in TASKS.refusals_of(endpoint)}
    # What was not done of a batch is told inside the refusal of the batch.
    assert met | TASKS.shown_outside() | {HttpKind.NOT_APPLIED} == set(ERRORS)
    assert ERRORS[HttpKind.NOT_APPLIED].code in json.dumps(DOCUMENT["paths"]["/v1/tasks/batch"])


@EACH
def test_every_answer_names_the_headers_of_the_dialect(said: Operation, endpoint: Endpoint, tables: Tables):
    rates = {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"}
    for status, response in responses(said).items():
        named = set(response["headers"])
        assert rates <= named or status in (401, 413)
        assert ("Link" in named) == (endpoint.paged and status < 400)
        assert "Server" not in named


def test_lists_in_a_query_are_separated_by_commas():
    lists = [
        parameter
        for each in operations()
        for parameter in map(follow, each.said.get("parameters", []))
        if parameter["schema"]["type"] == "array"
    ]
    assert {parameter["name"] for parameter in lists} >= {"status", "tags", "sort", "fields", "assigneeId"}
    assert all(parameter["style"] == "form" and parameter["explode"] is False for parameter in lists)


def test_what_is_accepted_and_ignored_is_read_only_and_nothing_else():
    def read_only(name: str) -> set[str]:
        properties = DOCUMENT["components"]["schemas"][name]["properties"]
        return {field for field, schema in properties.items() if schema.get("readOnly")}

    assert read_only("UpdateTask") == {"id", "createdBy", "createdAt", "updatedAt"}
    assert read_only("CreateTask") == {"id", "createdBy", "createdAt", "updatedAt"}
    assert read_only("UpdateUser") == {"id", "createdAt", "updatedAt"}
    assert read_only("UpdateComment") == {"id", "taskId", "authorId", "createdAt", "updatedAt"}
    assert read_only("CreateApiKey") == set()
    assert read_only("UpdateWebhook") == {
        "id", "disabledReason", "failingSince", "ownerId", "previousSecretUntil", "createdAt", "updatedAt",
    }  # fmt: skip


def lacking(make: Any, *wish: Any, **named: Any) -> set[str]:
    """The fields that the rules demand of an empty wish."""
    with pytest.raises(Rejected) as caught:
        make(*wish, **named)
    assert caught.value.kind is Kind.INVALID
    assert all(problem.reason is Reason.REQUIRED for problem in caught.value.problems)
    return {wire_name(problem.field) for problem in caught.value.problems}


REQUIRED = {
    "createTask": lambda: lacking(
        tasks.create, tasks.TaskChanges(), task_id="", creator_id="", assignee=None, now=NOW
    ),
    "createUser": lambda: lacking(users.create, users.UserChanges(), user_id="", now=NOW),
    "createComment": lambda: lacking(
        comments.create, comments.CommentChanges(), comment_id="", task_id="", author_id="", now=NOW
    ),
    "createApiKey": lambda: lacking(
        keys.create, keys.KeyWish(), key_id="", user_id="", hint="", held=None, now=NOW
    ),
    "batchTasks": lambda: {"operations"},
    "createWebhook": lambda: lacking(
        webhooks.create, webhooks.WebhookWish(), webhook_id="", owner_id=None, allow_private=False, now=NOW
    ),
    "replayDeliveries": lambda: lacking(span_of, ReplayIn(), ()),
    # Demanded where they are read; what the server says without them is tested over HTTP.
    "signIn": lambda: {"email", "password"},
}


@EACH
def test_the_required_fields_are_those_that_the_rules_demand(
    said: Operation, endpoint: Endpoint, tables: Tables
):
    if endpoint.body is not None:
        schema = follow(said.said["requestBody"]["content"]["application/json"]["schema"])
        demanded = REQUIRED[said.name]() if said.name in REQUIRED else set()
        assert set(schema.get("required", ())) == demanded


@EACH
def test_every_example_of_a_body_is_one_that_the_server_reads(
    said: Operation, endpoint: Endpoint, tables: Tables
):
    if endpoint.body is not None:
        for value in examples(said.said["requestBody"]["content"]["application/json"]).values():
            assert decode(wire.encode(value), endpoint.body)[1] == ()
