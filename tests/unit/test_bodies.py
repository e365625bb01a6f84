"""JSON bodies: what has the right shape, and a problem for each field that has not."""

import datetime as dt
from enum import StrEnum

import pytest
from msgspec import UNSET

from punchlist.api.common.bodies import convert, decode
from punchlist.api.common.problems import HttpKind
from punchlist.api.tasks.batch import BatchIn, Operation
from punchlist.api.tasks.wire import KeyIn, RotationIn, TaskPatch, UserPatch
from punchlist.domain.lifecycle import Status
from punchlist.domain.problems import Reason, Rejected


def problems_in(body: bytes, wire=TaskPatch) -> dict[str, StrEnum]:
    _, problems = decode(body, wire)
    return {problem.field: problem.reason for problem in problems}


def why_malformed(body: bytes, wire=TaskPatch) -> str:
    with pytest.raises(Rejected) as caught:
        decode(body, wire)
    assert caught.value.kind is HttpKind.MALFORMED
    why: str = caught.value.facts["why"]
    return why


def test_absent_null_and_value_are_three_things():
    patch, problems = decode(b'{"description": null, "title": "New"}', TaskPatch)
    assert problems == ()
    assert (patch.title, patch.description, patch.status) == ("New", None, UNSET)


def test_every_field_is_read_as_what_it_is():
    body = (
        b'{"title": "T", "description": "D", "status": "REVIEW", "priority": "LOW", "assigneeId": "A",'
        b' "dueDate": "2035-06-01T19:00:00.5+02:00", "warningOffset": 24, "tags": ["a", "b"]}'
    )
    patch, problems = decode(body, TaskPatch)
    assert problems == ()
    assert patch.status is Status.REVIEW
    assert patch.due_date == dt.datetime(2035, 6, 1, 17, 0, 0, 500_000, tzinfo=dt.UTC)
    assert (patch.warning_offset, patch.tags, patch.assignee_id) == (24.0, ("a", "b"), "A")


@pytest.mark.parametrize("name", ["id", "createdBy", "createdAt", "updatedAt"])
@pytest.mark.parametrize("value", ["null", '"x"', "17", "[[{}]]", "false"])
def test_what_only_the_server_sets_is_ignored_whatever_it_holds(name, value):
    body = f'{{"{name}": {value}, "title": "T"}}'.encode()
    assert problems_in(body) == {}
    assert problems_in(body.replace(b'"T"', b"1")) == {"title": Reason.WRONG_TYPE}


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("title", "null", Reason.REQUIRED),
        ("title", "17", Reason.WRONG_TYPE),
        ("title", "[]", Reason.WRONG_TYPE),
        ("description", "true", Reason.WRONG_TYPE),
        ("status", "null", Reason.REQUIRED),
        ("status", '"todo"', Reason.NOT_ONE_OF),
        ("status", "1", Reason.NOT_ONE_OF),
        ("assigneeId", "17", Reason.WRONG_TYPE),
        ("dueDate", "1893456000", Reason.NOT_AN_INSTANT),
        ("dueDate", '"tomorrow"', Reason.NOT_AN_INSTANT),
        ("dueDate", '"2035-06-01"', Reason.NOT_AN_INSTANT),
        ("dueDate", '"2035-06-01T17:00:00"', Reason.NOT_AN_INSTANT),
        ("dueDate", '"2035-02-30T17:00:00Z"', Reason.NOT_AN_INSTANT),
        ("dueDate", '"2035-06-01T24:00:00Z"', Reason.NOT_AN_INSTANT),
        ("dueDate", '"+12035-06-01T17:00:00Z"', Reason.NOT_AN_INSTANT),
        ("warningOffset", '"24"', Reason.WRONG_TYPE),
        ("warningOffset", "true", Reason.WRONG_TYPE),
        ("warningOffset", "1" + "0" * 400, Reason.WRONG_TYPE),
        ("tags", '"torque"', Reason.WRONG_TYPE),
        ("tags", '["torque", 1]', Reason.WRONG_TYPE),
        ("tags", '["torque", null]', Reason.WRONG_TYPE),
        ("tags", '{"0": "torque"}', Reason.WRONG_TYPE),
        ("color", '"red"', Reason.UNKNOWN),
        ("due_date", "null", Reason.UNKNOWN),
        ("Title", '"T"', Reason.UNKNOWN),
        ("", "1", Reason.UNKNOWN),
        ("a\\u0000b", "1", Reason.UNKNOWN),
    ],
)
def test_a_field_that_is_wrong_is_named_and_the_others_are_kept(name, value, reason):
    field = name.replace("\\u0000", "\0")
    patch, problems = decode(f'{{"{name}": {value}, "priority": "LOW"}}'.encode(), TaskPatch)
    assert {problem.field: problem.reason for problem in problems} == {field: reason}
    assert patch.priority == "LOW"


def test_a_wrong_priority_is_named():
    assert problems_in(b'{"priority": "HIGHEST"}') == {"priority": Reason.NOT_ONE_OF}
    assert problems_in(b'{"priority": null}') == {"priority": Reason.REQUIRED}


def test_all_wrong_fields_are_named_at_once():
    body = b'{"title": 1, "status": "NEW", "dueDate": 0, "color": "red", "size": 1, "description": "fine"}'
    patch, problems = decode(body, TaskPatch)
    assert patch.description == "fine"
    assert {problem.field: problem.reason for problem in problems} == {
        "title": Reason.WRONG_TYPE,
        "status": Reason.NOT_ONE_OF,
        "dueDate": Reason.NOT_AN_INSTANT,
        "color": Reason.UNKNOWN,
        "size": Reason.UNKNOWN,
    }


def test_an_unknown_field_is_told_those_that_may_be_set():
    _, problems = decode(b'{"color": "red"}', TaskPatch)
    assert problems[0].facts["known"] == sorted(
        ["title", "description", "status", "priority", "assigneeId", "dueDate", "warningOffset", "tags"]
    )


def test_of_unknown_fields_the_first_twenty_are_named_beside_all_that_is_wrong_with_the_known():
    unknown = ", ".join(f'"x{place}": 1' for place in range(10_000))
    problems = problems_in(f'{{{unknown}, "title": 1}}'.encode())
    assert list(problems.values()).count(Reason.UNKNOWN) == 20
    assert next(iter(problems)) == "x0"
    assert problems["title"] is Reason.WRONG_TYPE


def test_a_wrong_value_is_told_what_would_be_right():
    _, problems = decode(b'{"status": "NEW", "tags": "x", "warningOffset": "x", "title": 1}', TaskPatch)
    facts = {problem.field: problem.facts for problem in problems}
    assert facts["status"] == {"options": ["TODO", "IN_PROGRESS", "REVIEW", "DONE", "CANCELED"]}
    assert facts["tags"] == {"expected": "an array of strings"}
    assert facts["warningOffset"] == {"expected": "a number"}
    assert facts["title"] == {"expected": "a string"}


def test_a_wrong_entry_of_a_list_of_choices_is_told_the_choices():
    _, problems = decode(b'{"name": "k", "scopes": ["tasks:read", "tasks:eat"]}', KeyIn)
    assert problems[0].reason is Reason.NOT_ONE_OF
    assert "tasks:write" in problems[0].facts["options"]


def test_a_wrong_default_is_not_forgotten():
    rotation, problems = decode(b'{"graceHours": "long"}', RotationIn)
    assert [problem.field for problem in problems] == ["graceHours"]
    assert rotation.grace_hours == 24.0


def test_the_last_of_two_fields_of_one_name_counts():
    patch, problems = decode(b'{"title": "one", "title": "two"}', TaskPatch)
    assert (patch.title, problems) == ("two", ())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b'{"title": "x"',
        b'{"title": "x"}}',
        b"{'title': 'x'}",
        b'{"title": NaN}',
        b'{"title": Infinity}',
        b'{"warningOffset": 1e999}',
        b'{"anything": -1e999}',
        b'{"title": "\\ud800"}',
        b'{"title": "\\u12"}',
        b'{"title": "a\x00b"}',
        b'{"title": "a\nb"}',
        b'{"title": "\xff"}',
        b'{"title": "\xed\xa0\x80"}',
        b'\xef\xbb\xbf{"title": "x"}',
        '{"title": "x"}'.encode("utf-16"),
        '{"title": "x"}'.encode("utf-32"),
        b"\x1f\x8b\x08\x00",
        b"title=x",
        b"\0" * 100,
        b'{"title": 1' + b"0" * 5_000 + b"}",
        b'{"id": ' + b"[" * 20_000 + b"]" * 20_000 + b"}",
        b"[" * 20_000,
        b'{"a":' * 20_000,
    ],
)
def test_what_is_not_json_in_utf8_is_malformed_and_said_to_be(body):
    assert why_malformed(body)


@pytest.mark.parametrize("body", [b"[]", b"null", b"17", b'"{}"', b"true", b'[{"title": "x"}]'])
def test_json_that_is_no_object_is_malformed(body):
    assert why_malformed(body) == "it is not a JSON object"


def test_the_reason_is_told_apart():
    assert why_malformed(b'{"title": "\xff"}') == "it is not UTF-8"
    assert why_malformed(b'{"color": ' + b"[" * 20_000 + b"]" * 20_000 + b"}") == "it is nested too deeply"
    assert why_malformed(b"{").startswith("it is not JSON")


@pytest.mark.parametrize("wire", [TaskPatch, UserPatch, KeyIn, BatchIn])
def test_an_empty_object_has_nothing_wrong_with_its_shape(wire):
    assert problems_in(b"{}", wire) == {}


# --- objects inside of a body -------------------------------------------------------------------------


def test_an_object_already_decoded_is_read_the_same_way():
    patch, problems = convert({"title": "T", "color": 1, "status": "NEW"}, TaskPatch)
    assert patch.title == "T"
    assert {problem.field for problem in problems} == {"color", "status"}


def test_a_missing_field_that_is_required_is_a_problem():
    operation, problems = convert({"id": "A"}, Operation)
    assert [(problem.field, problem.reason) for problem in problems] == [("op", Reason.REQUIRED)]
    assert operation.op is UNSET


def test_a_wrong_choice_is_told_the_choices():
    _, problems = convert({"op": "destroy"}, Operation)
    assert problems[0].facts == {"options": ["create", "patch", "delete"]}
