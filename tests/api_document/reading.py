"""The document as a client reads it: references followed, values checked against its schemas."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from punchlist.api import openapi

DOCUMENT = openapi.document()

_REGISTRY: Any = Registry().with_resource("urn:document", DRAFT202012.create_resource(DOCUMENT))
_FORMATS = FormatChecker(["date-time", "email"])


class Operation(NamedTuple):
    """One method on one path, as the document has it."""

    method: str
    path: str
    said: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.said["operationId"])


def operations() -> Iterator[Operation]:
    """Every operation of the document."""
    for path, methods in DOCUMENT["paths"].items():
        for method, said in methods.items():
            yield Operation(method.upper(), path, said)


def operation(name: str) -> Operation:
    """The operation of an id."""
    return next(each for each in operations() if each.name == name)


def follow(said: dict[str, Any]) -> dict[str, Any]:
    """What a reference refers to; anything else as it is."""
    if "$ref" not in said:
        return said
    found: Any = DOCUMENT
    for part in said["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return follow(found)


def responses(each: Operation) -> dict[int, dict[str, Any]]:
    """An operation's responses by status."""
    return {int(status): follow(said) for status, said in each.said["responses"].items()}


def examples(media: dict[str, Any]) -> dict[str, Any]:
    """The examples of a body, by name."""
    named = {name: follow(said)["value"] for name, said in media.get("examples", {}).items()}
    return named | ({"": media["example"]} if "example" in media else {})


def complaints(schema: Any, value: Any) -> list[str]:
    """What a schema of the document finds wrong with a value."""
    validator = Draft202012Validator(_absolute(schema), registry=_REGISTRY, format_checker=_FORMATS)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def _absolute(said: Any) -> Any:
    if isinstance(said, list):
        return [_absolute(each) for each in said]
    if not isinstance(said, dict):
        return said
    return {key: f"urn:document{each}" if key == "$ref" else _absolute(each) for key, each in said.items()}


def agree(name: str, answer: httpx.Response) -> httpx.Response:
    """Demands that an answer is one that the document says this operation gives; returns it."""
    said = responses(operation(name)).get(answer.status_code)
    assert said is not None, f"{name} is not said to answer {answer.status_code}: {answer.text[:500]}"
    for header, reference in said["headers"].items():
        described = follow(reference)
        if header in answer.headers:
            text = answer.headers[header]
            typed = int(text) if described["schema"]["type"] == "integer" else text
            assert complaints(described["schema"], typed) == [], header
        else:
            assert not described.get("required"), f"{name} {answer.status_code} has no {header}"
    if "content" not in said or (answer.is_success and is_upload(answer.request)):
        assert answer.content == b""
        return answer
    media_type, media = next(iter(said["content"].items()))
    if media_type != "*/*":
        assert re.split("; *", answer.headers["content-type"])[0] == media_type
    value: Any = answer.json() if media_type == "application/json" else answer.text
    assert complaints(media["schema"], value) == []
    if "x-error-codes" in said:
        assert set(codes_of(value)) <= set(said["x-error-codes"])
    return answer


def is_upload(request: httpx.Request) -> bool:
    """Tells whether a request brings a form, which is answered in headers alone."""
    return str(request.headers.get("content-type", "")).startswith("multipart/form-data")


def codes_of(refusal: Any) -> list[str | int]:
    """The codes that a refusal tells, in either dialect's envelope."""
    if "error" in refusal:
        return [refusal["error"]["code"]]
    return [error["code"] for error in refusal["errors"]]
