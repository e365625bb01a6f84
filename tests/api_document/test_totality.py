"""The document and the tables it is made of: neither has anything that the other lacks, in either dialect."""

import re
from typing import Any

from punchlist.api.common.endpoints import Endpoint
from tests.api_document.reading import DOCUMENT, Operation, codes_of, examples, follow, operations, responses
from tests.api_document.tables import EACH, ENDPOINTS, PAIRS, UPKEEP, Tables, spelled


def test_the_operations_are_the_endpoints_and_the_upkeep():
    served = {(each.method, spelled(each.path)) for each in ENDPOINTS}
    assert {(each.method, each.path) for each in operations()} == served | UPKEEP
    assert len(PAIRS) == len(ENDPOINTS)


@EACH
def test_every_refusal_of_an_endpoint_is_said_under_its_status_with_an_example(
    said: Operation, endpoint: Endpoint, tables: Tables
):
    expected: dict[int, set[str]] = {}
    for kind in tables.refusals_of(endpoint):
        expected.setdefault(tables.errors[kind].status, set()).add(kind.value)
    found = {
        status: set(examples(response["content"]["application/json"]))
        for status, response in responses(said).items()
        if status >= 400
    }
    assert found == expected


@EACH
def test_the_codes_of_a_refusal_are_those_of_its_examples(
    said: Operation, endpoint: Endpoint, tables: Tables
):
    for status, response in responses(said).items():
        if status >= 400:
            shown = examples(response["content"]["application/json"])
            for name, value in shown.items():
                words = tables.errors[tables.kind(name)]
                assert words.code in codes_of(value), name
                assert words.status == status
            codes = {code for value in shown.values() for code in codes_of(value)}
            assert codes == set(response["x-error-codes"])
            assert all(f"`{code}`" in response["description"] for code in response["x-error-codes"])


def test_a_refused_method_is_said_to_name_the_allowed_ones():
    for name in ("MethodNotAllowed", "ChangeMethodNotAllowed"):
        assert "Allow" in DOCUMENT["components"]["responses"][name]["headers"]


@EACH
def test_every_answer_names_its_headers(said: Operation, endpoint: Endpoint, tables: Tables):
    for status, response in responses(said).items():
        named = set(response["headers"])
        assert "X-Request-Id" in named
        assert ("WWW-Authenticate" in named) == (status == 401)
        assert ("Retry-After" in named) == (status in (429, 503))
        if status < 400:
            assert ("ETag" in named) == endpoint.tagged
            assert ("Location" in named) == (endpoint.located and status == 201)
            assert ("Idempotency-Replayed" in named) == endpoint.idempotent


@EACH
def test_the_answers_are_those_of_the_endpoint(said: Operation, endpoint: Endpoint, tables: Tables):
    achieved = {status: response for status, response in responses(said).items() if status < 400}
    assert set(achieved) == set(endpoint.answers)
    for status, answer in endpoint.answers.items():
        assert ("content" in achieved[status]) == (answer is not None)


@EACH
def test_the_parameters_are_those_of_the_endpoint(said: Operation, endpoint: Endpoint, tables: Tables):
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


@EACH
def test_the_scope_and_the_ways_in_are_those_of_the_endpoint(
    said: Operation, endpoint: Endpoint, tables: Tables
):
    assert said.said.get("x-required-scope") == endpoint.scope
    assert said.said["security"] == (
        [] if endpoint.public else [{"apiKey": []}, {"session": []}, {"browser": []}]
    )


def test_the_ways_in_are_an_api_key_a_session_and_a_browsers_cookie():
    schemes = DOCUMENT["components"]["securitySchemes"]
    assert schemes.keys() == {"apiKey", "session", "browser"}
    assert (schemes["apiKey"]["type"], schemes["apiKey"]["scheme"]) == ("http", "bearer")
    session = schemes["session"]
    assert (session["type"], session["in"], session["name"]) == ("apiKey", "header", "arena_session_id")
    browser = schemes["browser"]
    assert (browser["type"], browser["in"], browser["name"]) == ("apiKey", "cookie", "punchlist_session")


def test_only_the_upkeep_a_log_in_a_sign_in_and_a_calendar_need_no_key():
    public = ("logIn", "signIn", "readCalendar")
    for each in operations():
        needs_none = (each.method, each.path) in UPKEEP or each.name in public
        assert (each.said["security"] == []) == needs_none


@EACH
def test_a_body_takes_the_fields_of_its_struct_and_no_others(
    said: Operation, endpoint: Endpoint, tables: Tables
):
    content = said.said.get("requestBody", {"content": {}})["content"]
    assert ("application/json" in content) == (endpoint.body is not None)
    if endpoint.body is not None:
        schema = follow(said.said["requestBody"]["content"]["application/json"]["schema"])
        assert list(schema["properties"]) == list(endpoint.body.__struct_encode_fields__)
        assert schema["additionalProperties"] is False
        assert said.said["requestBody"]["required"] == endpoint.body_required


@EACH
def test_a_form_takes_the_parts_of_its_struct(said: Operation, endpoint: Endpoint, tables: Tables):
    content = said.said.get("requestBody", {"content": {}})["content"]
    assert ("multipart/form-data" in content) == (endpoint.form is not None)
    if endpoint.form is not None:
        schema = follow(content["multipart/form-data"]["schema"])
        assert set(schema["properties"]) == set(endpoint.form.__struct_encode_fields__)
