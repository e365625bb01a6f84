"""The document and the tables it is made of: neither has anything that the other lacks."""

import json
import re
from enum import StrEnum
from typing import Any

import pytest

from punchlist.api.common.bodies import decode
from punchlist.api.common.endpoints import Endpoint
from punchlist.api.common.problems import HttpKind
from punchlist.api.tasks import wire
from punchlist.api.tasks.door import refusals_of
from punchlist.api.tasks.errors import ERRORS
from punchlist.api.tasks.names import wire_name
from punchlist.api.tasks.routes import ENDPOINTS
from punchlist.domain import comments, keys, tasks, users
from punchlist.domain.problems import Kind, Reason, Rejected
from tests.api_document.reading import DOCUMENT, Operation, examples, follow, operations, responses
from tests.unit.builders import NOW


def spelled(name: str) -> str:
    """A name, or the names in a path, as the wire would spell them."""
    return re.sub("_(.)", lambda match: match[1].upper(), name)


UPKEEP = {("GET", "/health/live"), ("GET", "/health/ready"), ("GET", "/metrics")}
BY_NAME = {spelled(each.name): each for each in ENDPOINTS}
PAIRS = [
    pytest.param(each, BY_NAME[each.name], id=each.name) for each in operations() if each.name in BY_NAME
]
EACH = pytest.mark.parametrize(("said", "endpoint"), PAIRS)


def test_the_operations_are_the_endpoints_and_the_upkeep():
    served = {(each.method, spelled(each.path)) for each in ENDPOINTS}
    assert {(each.method, each.path) for each in operations()} == served | UPKEEP
    assert len(PAIRS) == len(ENDPOINTS)


def test_the_codes_of_an_error_are_exactly_those_of_the_table():
    codes = list(dict.fromkeys(words.code for words in ERRORS.values()))
    assert DOCUMENT["components"]["schemas"]["ErrorCode"]["enum"] == codes
    error = DOCUMENT["components"]["schemas"]["Error"]["properties"]["error"]
    assert error["properties"]["code"] == {"$ref": "#/components/schemas/ErrorCode"}


@EACH
def test_every_refusal_of_an_endpoint_is_said_under_its_status_with_an_example(
    said: Operation, endpoint: Endpoint
):
    expected: dict[int, set[str]] = {}
    for kind in refusals_of(endpoint):
        expected.setdefault(ERRORS[kind].status, set()).add(kind.value)
    found = {
        status: set(response["content"]["application/json"]["examples"])
        for status, response in responses(said).items()
        if status >= 400
    }
    assert found == expected


@EACH
def test_the_codes_of_a_refusal_are_those_of_its_examples(said: Operation, endpoint: Endpoint):
    for status, response in responses(said).items():
        if status >= 400:
            shown = examples(response["content"]["application/json"])
            for kind, value in shown.items():
                assert value["error"]["code"] == ERRORS[by_value(kind)].code
                assert ERRORS[by_value(kind)].status == status
            assert {value["error"]["code"] for value in shown.values()} == set(response["x-error-codes"])
            assert all(f"`{code}`" in response["description"] for code in response["x-error-codes"])


def by_value(value: str) -> StrEnum:
    return next(kind for kind in ERRORS if kind.value == value)


def test_every_kind_of_refusal_is_shown_somewhere():
    met = {kind for endpoint in ENDPOINTS for kind in refusals_of(endpoint)}
    outside = {
        by_value(name)
        for response in ("BadRequest", "HeadersTooLarge", "MethodNotAllowed", "NotFound")
        for name in DOCUMENT["components"]["responses"][response]["content"]["application/json"]["examples"]
    }
    # What was not done of a batch is told inside the refusal of the batch.
    assert met | outside | {HttpKind.NOT_APPLIED} == set(ERRORS)
    assert ERRORS[HttpKind.NOT_APPLIED].code in json.dumps(DOCUMENT["paths"]["/v1/tasks/batch"])


@EACH
def test_every_answer_names_its_headers(said: Operation, endpoint: Endpoint):
    rates = {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"}
    for status, response in responses(said).items():
        named = set(response["headers"])
        assert "X-Request-Id" in named
        assert rates <= named or status in (401, 413)
        assert ("WWW-Authenticate" in named) == (status == 401)
        assert ("Retry-After" in named) == (status in (429, 503))
        if status < 400:
            assert ("ETag" in named) == endpoint.tagged
            assert ("Link" in named) == endpoint.paged
            assert ("Location" in named) == (endpoint.located and status == 201)
            assert ("Idempotency-Replayed" in named) == endpoint.idempotent


def test_a_refused_method_is_said_to_name_the_allowed_ones():
    assert "Allow" in DOCUMENT["components"]["responses"]["MethodNotAllowed"]["headers"]


@EACH
def test_the_answers_are_those_of_the_endpoint(said: Operation, endpoint: Endpoint):
    achieved = {status: response for status, response in responses(said).items() if status < 400}
    assert set(achieved) == set(endpoint.answers)
    for status, answer in endpoint.answers.items():
        assert ("content" in achieved[status]) == (answer is not None)


@EACH
def test_the_parameters_are_those_of_the_endpoint(said: Operation, endpoint: Endpoint):
    found: dict[str, list[dict[str, Any]]] = {"path": [], "query": [], "header": []}
    for parameter in map(follow, said.said["parameters"]):
        assert parameter["description"]
        found[parameter["in"]].append(parameter)
    assert [each["name"] for each in found["path"]] == re.findall(r"{(\w+)}", said.path)
    assert all(each["required"] for each in found["path"])
    assert [each["name"] for each in found["query"]] == [each.name for each in endpoint.parameters]
    headers = {each["name"] for each in found["header"]}
    assert ("If-Match" in headers) == endpoint.conditional
    assert ("If-None-Match" in headers) == (304 in endpoint.answers)
    assert ("Idempotency-Key" in headers) == endpoint.idempotent
    assert "X-Request-Id" in headers


def test_lists_in_a_query_are_separated_by_commas():
    lists = [
        parameter
        for each in operations()
        for parameter in map(follow, each.said.get("parameters", []))
        if parameter["schema"]["type"] == "array"
    ]
    assert {parameter["name"] for parameter in lists} >= {"status", "tags", "sort", "fields", "assigneeId"}
    assert all(parameter["style"] == "form" and parameter["explode"] is False for parameter in lists)


@EACH
def test_the_scope_and_the_key_are_those_of_the_endpoint(said: Operation, endpoint: Endpoint):
    assert said.said.get("x-required-scope") == endpoint.scope
    assert said.said["security"] == [{"apiKey": []}]
    assert DOCUMENT["components"]["securitySchemes"]["apiKey"]["scheme"] == "bearer"


def test_the_upkeep_needs_no_key():
    for each in operations():
        assert (each.said["security"] == []) == ((each.method, each.path) in UPKEEP)


@EACH
def test_a_body_takes_the_fields_of_its_struct_and_no_others(said: Operation, endpoint: Endpoint):
    assert ("requestBody" in said.said) == (endpoint.body is not None)
    if endpoint.body is not None:
        schema = follow(said.said["requestBody"]["content"]["application/json"]["schema"])
        assert list(schema["properties"]) == list(endpoint.body.__struct_encode_fields__)
        assert schema["additionalProperties"] is False
        assert said.said["requestBody"]["required"] == endpoint.body_required


def test_what_is_accepted_and_ignored_is_read_only_and_nothing_else():
    def read_only(name: str) -> set[str]:
        properties = DOCUMENT["components"]["schemas"][name]["properties"]
        return {field for field, schema in properties.items() if schema.get("readOnly")}

    assert read_only("UpdateTask") == {"id", "createdBy", "createdAt", "updatedAt"}
    assert read_only("CreateTask") == {"id", "createdBy", "createdAt", "updatedAt"}
    assert read_only("UpdateUser") == {"id", "createdAt", "updatedAt"}
    assert read_only("UpdateComment") == {"id", "taskId", "authorId", "createdAt", "updatedAt"}
    assert read_only("CreateApiKey") == set()


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
}


@EACH
def test_the_required_fields_are_those_that_the_rules_demand(said: Operation, endpoint: Endpoint):
    if endpoint.body is not None:
        schema = follow(said.said["requestBody"]["content"]["application/json"]["schema"])
        demanded = REQUIRED[said.name]() if said.name in REQUIRED else set()
        assert set(schema.get("required", ())) == demanded


@EACH
def test_every_example_of_a_body_is_one_that_the_server_reads(said: Operation, endpoint: Endpoint):
    if endpoint.body is not None:
        for value in examples(said.said["requestBody"]["content"]["application/json"]).values():
            assert decode(wire.encode(value), endpoint.body)[1] == ()
