"""The examples of the document: each is what its schema says, and what the server would say."""

from typing import Any

import pytest

from punchlist.api.openapi.tasks.examples import STARTED, STARTED_TASK, TASK, shown, task_wish
from punchlist.api.tasks import wire
from punchlist.domain import tasks
from tests.api_document.reading import (
    DOCUMENT,
    Operation,
    complaints,
    examples,
    follow,
    operation,
    operations,
    responses,
)

EACH = pytest.mark.parametrize("said", [pytest.param(each, id=each.name) for each in operations()])


@EACH
def test_every_body_has_examples_and_its_schema_finds_nothing_wrong_with_them(said: Operation):
    for media in said.said.get("requestBody", {"content": {}})["content"].values():
        assert examples(media)
        for value in examples(media).values():
            assert complaints(media["schema"], value) == []


@EACH
def test_every_answer_has_examples_and_its_schema_finds_nothing_wrong_with_them(said: Operation):
    for response in responses(said).values():
        for media in response.get("content", {}).values():
            assert examples(media)
            for value in examples(media).values():
                assert complaints(media["schema"], value) == []


def test_the_schemas_of_headers_find_nothing_wrong_with_their_examples():
    for name, header in DOCUMENT["components"]["headers"].items():
        assert complaints(header["schema"], header["example"]) == [], name


@EACH
def test_the_schemas_of_parameters_find_nothing_wrong_with_their_examples(said: Operation):
    for parameter in map(follow, said.said.get("parameters", [])):
        if "example" in parameter:
            assert complaints(parameter["schema"], parameter["example"]) == []


def test_a_schema_finds_fault_where_there_is_one():
    """Else the tests above would prove nothing."""
    media = operation("updateTask").said["requestBody"]["content"]["application/json"]
    assert complaints(media["schema"], {"titel": "x"}) != []
    assert complaints(media["schema"], {"dueDate": "tomorrow"}) != []
    assert complaints({"$ref": "#/components/schemas/Task"}, {"id": 5}) != []
    assert (
        complaints({"$ref": "#/components/schemas/Error"}, {"error": {"code": "oops", "message": ""}}) != []
    )


def answered(name: str, status: int) -> Any:
    return examples(responses(operation(name))[status]["content"]["application/json"])[""]


def test_a_task_is_shown_as_the_server_shows_it():
    assert answered("createTask", 201) == shown(wire.render_task(TASK))
    assert answered("getTask", 200) == shown(wire.render_task(STARTED_TASK))
    assert answered("listTasks", 200)["data"] == [shown(wire.render_task(STARTED_TASK))]


def test_the_patch_of_the_example_makes_the_task_of_the_example():
    body = examples(operation("updateTask").said["requestBody"]["content"]["application/json"])["start"]
    assert body == {
        "status": "IN_PROGRESS",
        "priority": "HIGH",
        "description": "Add token-based authentication. Use JWT.",
    }
    changed = tasks.apply(TASK, task_wish(body), assignee=None, now=STARTED)
    assert answered("updateTask", 200) == shown(wire.render_task(changed))
    assert answered("updateTask", 200)["title"] == "Implement authentication"
    assert answered("updateTask", 200)["tags"] == ["authentication", "security", "api"]


def test_the_history_of_the_example_tells_what_the_patch_changed():
    entry = answered("taskHistory", 200)["data"][1]
    assert entry["verb"] == "updated"
    assert {change["field"]: (change["from"], change["to"]) for change in entry["changes"]} == {
        "status": ("TODO", "IN_PROGRESS"),
        "priority": ("MEDIUM", "HIGH"),
        "description": (None, "Add token-based authentication. Use JWT."),
    }


def test_a_page_of_the_example_counts_what_it_shows():
    for name in ("listTasks", "taskHistory", "listComments", "listUsers", "listApiKeys"):
        page = answered(name, 200)
        assert page["pagination"] == {
            "total": len(page["data"]),
            "limit": 10,
            "offset": 0,
            "hasMore": False,
        }
