"""What the document says of the change dialect, held to that dialect's own tables, readers and rules."""

from typing import Any

import msgspec
import pytest

from punchlist.api.changes import changes, files, implementation_tasks, requests, sessions, shapes
from punchlist.api.changes.bodies import read_attributes, read_object
from punchlist.api.changes.errors import ERRORS_MAX, REASONS, WORDS
from punchlist.api.common.endpoints import Endpoint
from punchlist.api.common.parameters import BadValueError, Parameter
from punchlist.api.common.problems import HttpKind
from punchlist.api.openapi.changes import world
from punchlist.api.openapi.dialect import pascal
from punchlist.domain import files as file_rules
from punchlist.domain import implementation_tasks as tasks
from punchlist.domain import notes
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.problems import Kind, Problem, Rejected
from tests.api_document.reading import (
    DOCUMENT,
    Operation,
    complaints,
    examples,
    follow,
    responses,
)
from tests.api_document.tables import CHANGES, Tables, each_of
from tests.unit.builders import NOW

EACH = each_of(CHANGES)
SCHEMAS = DOCUMENT["components"]["schemas"]

# How each body is read. A new body belongs here, or nothing holds its struct to its readers.
READERS = {
    requests.LoginIn: sessions.LOGIN,
    requests.ChangeIn: changes.CHANGE,
    requests.StatusChangeIn: changes.STATUS_CHANGE,
    requests.VoteIn: changes.VOTE,
    requests.ImplementationTaskIn: implementation_tasks.TASK,
    requests.NoteIn: implementation_tasks.NOTE,
    requests.FileIn: files.FILE,
    requests.TaskFileIn: files.TASK_FILE,
}


def test_the_codes_of_an_error_are_exactly_those_of_the_table():
    codes = {words.code for words in (*WORDS.values(), *REASONS.values())}
    assert SCHEMAS["ChangeErrorCode"]["enum"] == sorted(codes)
    assert SCHEMAS["ErrorEntry"]["properties"]["code"] == {"$ref": "#/components/schemas/ChangeErrorCode"}
    assert list(SCHEMAS["ChangeError"]["properties"]) == ["status", "errors"]
    errors = SCHEMAS["ChangeError"]["properties"]["errors"]
    assert errors["items"] == {"$ref": "#/components/schemas/ErrorEntry"}
    assert (errors["minItems"], errors["maxItems"]) == (1, ERRORS_MAX)


# Kinds in the table that no endpoint of this dialect can meet: it has words for them in case that changes.
MET_BY_OTHERS = {
    # the task dialect's own
    Kind.NOT_FOUND, Kind.EMAIL_TAKEN, Kind.USER_HAS_TASKS, Kind.LAST_ADMIN, Kind.TOO_MANY_KEYS,
    Kind.KEY_REVOKED, Kind.INVALID_TRANSITION, HttpKind.BATCH_REJECTED, HttpKind.NOT_APPLIED,
    HttpKind.NOT_ACCEPTABLE, Kind.TOO_MANY_CALENDARS, Kind.TOO_MANY_STREAMS, Kind.NO_ROOM_FOR_STREAMS,
    Kind.TOO_MANY_WEBHOOKS, Kind.WEBHOOK_DISABLED,
    # refused before there is a path
    HttpKind.NOT_HTTP, HttpKind.HEAD_TOO_LARGE,
    # always told by its problems
    Kind.INVALID,
    # a log-out of a session that has ended does nothing
    ChangeKind.NO_SESSION,
}  # fmt: skip


def test_every_kind_of_refusal_is_shown_somewhere():
    met = {kind for endpoint in CHANGES.endpoints for kind in CHANGES.refusals_of(endpoint)}
    shown = met | CHANGES.shown_outside()
    assert shown | MET_BY_OTHERS == set(WORDS)
    assert not shown & MET_BY_OTHERS


@EACH
def test_every_answer_names_the_headers_of_the_dialect(said: Operation, endpoint: Endpoint, tables: Tables):
    own = {"Server", "X-Arena-Requests-Remaining", "X-Arena-Next-Request-Limit-Reset"}
    for response in responses(said).values():
        named = set(response["headers"])
        assert own <= named
        assert not named & {"Link", "X-RateLimit-Limit"}


def test_answers_outside_operations_name_the_headers_of_the_dialect():
    for name in CHANGES.outside:
        headers = DOCUMENT["components"]["responses"][name]["headers"]
        assert {"Server", "X-Arena-Requests-Remaining", "X-Arena-Next-Request-Limit-Reset"} <= set(headers)


@EACH
def test_a_list_is_a_count_and_results(said: Operation, endpoint: Endpoint, tables: Tables):
    if endpoint.paged:
        schema = follow(responses(said)[200]["content"]["application/json"]["schema"])
        assert list(schema["properties"]) == list(shapes.ResultsOut.__struct_fields__)
        assert schema["required"] == ["count", "results"]
        value = examples(responses(said)[200]["content"]["application/json"])[""]
        assert value["count"] == len(value["results"])


@EACH
def test_every_body_has_its_readers(said: Operation, endpoint: Endpoint, tables: Tables):
    assert endpoint.body is None or endpoint.body in READERS


EACH_ATTRIBUTE = pytest.mark.parametrize(
    ("body", "name"),
    [
        pytest.param(body, name, id=f"{body.__name__}.{name}")
        for body, readers in READERS.items()
        for name in readers
    ],
)


def schema_of(body: Any, name: str) -> Any:
    """What the document says of an attribute, where a body need not have it if there is such a body."""
    uses = [endpoint for endpoint in CHANGES.endpoints if endpoint.body is body]
    chosen = next((endpoint for endpoint in uses if name not in endpoint.required_fields), uses[0])
    return SCHEMAS[pascal(chosen.name)]["properties"][name]


@pytest.mark.parametrize("body", READERS)
def test_a_body_has_the_attributes_that_there_are_readers_for(body):
    fields = msgspec.structs.fields(body)
    assert {field.encode_name for field in fields} == set(READERS[body])
    assert all(field.default is msgspec.UNSET for field in fields)


@EACH_ATTRIBUTE
def test_what_is_passed_over_is_read_only_and_nothing_else(body, name):
    assert schema_of(body, name).get("readOnly", False) == READERS[body][name].ignored


@EACH_ATTRIBUTE
def test_what_can_be_cleared_is_said_to_be_clearable_and_nothing_else(body, name):
    assert schema_of(body, name).get("x-clearable", False) == READERS[body][name].nullable


_ID = "4TQ0N3XJ8KZP2M7RWD5B"
VALUES: list[Any] = [
    "x", "2035-06-01T17:00:00Z", "2035-06-01T17:00:00-07:00", "2035-06-01T17:00:00", "2035-06-01",
    "PERMANENT_ON_DATE", "NEEDS_ATTN", "NEEDS_ATTENTION", "NONE", "BLANK", "BEHIND", "COMPLETED", "SUBMITTED",
    "SUBMITTED_FOR_APPROVAL", "APPROVE", "approve", "123456789", "1234567890", 0, 5, 1.5, True, [], ["x"],
    [{"guid": _ID}], [{"guid": _ID, "value": "x"}], [{"apiName": "custom1", "value": 5}],
    [{"value": 5}], [{}], {}, {"guid": _ID}, {"guid": _ID, "name": "x"}, {"guid": "short"}, {"guid": None},
    {"guid": ""}, {"guid": 5}, {"value": "ECO-"}, {"value": "DONE"}, {"value": "NONE"}, {"value": None},
    {"user": {"guid": _ID}}, {"userGroup": {"guid": _ID, "name": "x"}}, {"supplier": {"guid": _ID}},
    {"user": None, "supplier": {"guid": _ID}}, {"user": {"guid": _ID}, "supplier": {"guid": _ID}},
    {"fullName": "x"}, {"fullName": "x", "guid": _ID}, {"fullName": None}, {"fullName": 5}, "WEB", "FILE",
    {"user": None}, {"user": {"guid": "short"}}, {"user": {}}, {"user": _ID}, {"colour": {"guid": _ID}},
]  # fmt: skip


def complaints_of_readers(body: Any, name: str, value: Any) -> tuple[Problem, ...]:
    """What the readers find wrong with an attribute's value, the names in it being known."""
    given, problems = read_object({name: value}, READERS[body])
    if name == "additionalAttributes" and name in given:
        problems = changes.attributes_of(given[name], [world.ATTRIBUTE], set_null=False)[1]
    return problems


@EACH_ATTRIBUTE
def test_a_schema_takes_what_the_reader_takes_and_nothing_else(body, name):
    schema = schema_of(body, name)
    for value in VALUES:
        by_schema, by_reader = complaints(schema, value), complaints_of_readers(body, name, value)
        assert bool(by_schema) == bool(by_reader), (value, by_schema, by_reader)


@EACH_ATTRIBUTE
def test_null_is_taken_where_nothing_need_be_said(body, name):
    required = all(name in each.required_fields for each in CHANGES.endpoints if each.body is body)
    assert (complaints(schema_of(body, name), None) != []) == required
    assert complaints_of_readers(body, name, None) == ()


def lacking(rule: Any, *wish: Any, **named: Any) -> set[str]:
    """The attributes that a rule demands of an empty wish."""
    with pytest.raises(Rejected) as caught:
        rule(*wish, **named)
    assert all(problem.reason is ChangeKind.ATTRIBUTE_REQUIRED for problem in caught.value.problems)
    return {problem.field for problem in caught.value.problems}


REQUIRED: dict[str, Any] = {
    "createChange": lambda: lacking(world.create, {}, attributes=()),
    "addImplementationTask": lambda: lacking(
        tasks.create, tasks.ImplementationTaskWish(), task_id="", change_id="", now=NOW
    ),
    "addNote": lambda: lacking(notes.create, notes.NoteWish(), note_id="", task_id="", author_id="", now=NOW),
    "createFile": lambda: lacking(
        file_rules.create, file_rules.FileWish(), file_id="", creator_id="", content=None, now=NOW
    ),
    # Demanded where they are read; what the server says without them is tested over HTTP.
    "logIn": lambda: {"email", "password"},
    "changeStatus": lambda: {"change", "status"},
    "addTaskFile": lambda: {"file"},
    "vote": lambda: {"vote"},
}


@EACH
def test_the_required_attributes_are_those_that_the_rules_demand(
    said: Operation, endpoint: Endpoint, tables: Tables
):
    if endpoint.body is not None:
        schema = follow(said.said["requestBody"]["content"]["application/json"]["schema"])
        demanded = REQUIRED[said.name]() if said.name in REQUIRED else set()
        assert set(schema.get("required", ())) == demanded


@pytest.mark.parametrize("form", [requests.FileForm, requests.ContentForm])
def test_a_form_has_the_parts_that_there_are_readers_for(form):
    assert set(form.__struct_encode_fields__) == {"content", *files.FORM}


@EACH
def test_every_example_of_a_form_is_one_that_the_server_reads(
    said: Operation, endpoint: Endpoint, tables: Tables
):
    if endpoint.form is not None:
        for value in examples(said.said["requestBody"]["content"]["multipart/form-data"]).values():
            fields = {name: str(part) for name, part in value.items() if name != "content"}
            assert files.form_wish(fields).problems == ()


@EACH
def test_every_example_of_a_body_is_one_that_the_server_reads(
    said: Operation, endpoint: Endpoint, tables: Tables
):
    if endpoint.body is not None:
        for value in examples(said.said["requestBody"]["content"]["application/json"]).values():
            assert read_attributes(msgspec.json.encode(value), READERS[endpoint.body])[1] == ()


# Texts of which every parameter takes some and refuses some.
TEXTS = (
    "", "x", "0", "-1", "401", "99999999999", "true", "maybe", "tomorrow", "2035-06-01T17:00:00Z", "DONE",
    "EFFECTIVE", "EMPLOYEE", "\0", "x" * 300, _ID,
)  # fmt: skip
PARAMETERS = {parameter.name: parameter for each in CHANGES.endpoints for parameter in each.parameters}


@pytest.mark.parametrize("parameter", PARAMETERS.values(), ids=PARAMETERS)
def test_a_parameter_refuses_what_it_cannot_read_as_it_says(parameter: Parameter):
    refused = set()
    for text in TEXTS:
        try:
            parameter.read(text)
        except BadValueError as error:
            refused.add(error.reason)
    assert refused == {parameter.refusal}
