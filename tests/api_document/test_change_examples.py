"""The change dialect's examples say what known clients send, and what the server says to them."""

from typing import Any

from punchlist.api.changes import wire
from punchlist.api.changes.errors import entry
from punchlist.api.changes.history import NAMES, SAID_BY_THE_EVENT
from punchlist.api.openapi.changes import world
from punchlist.domain import events as record
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.events import Entity
from punchlist.domain.problems import Problem
from tests.api_document.reading import DOCUMENT, complaints, examples, operation, responses

JSON = "application/json"
GROUP = {"guid": "VDXGURVX8OUH0J2L4HEJ", "name": "EveryHome Engineering USA"}
ADDED = {
    "name": "Commit changes to archive",
    "assignee": {"userGroup": GROUP},
    "dueDate": "2022-03-07T08:00:00Z",
    "status": "NOT_STARTED",
}
EDITED = {
    "name": "Check Packaging",
    "assignee": {"userGroup": {"guid": "VDXGURVX8OUH0J2L4HEJ"}},
    "dueDate": "2022-03-07T08:00:00Z",
    "status": "DONE",
}


def asked(name: str) -> dict[str, Any]:
    return examples(operation(name).said["requestBody"]["content"][JSON])


def answered(name: str, status: int = 200) -> Any:
    return examples(responses(operation(name))[status]["content"][JSON])[""]


def refused(name: str, status: int, kind: str) -> Any:
    return examples(responses(operation(name))[status]["content"][JSON])[kind]


def test_a_task_is_added_as_clients_do():
    assert asked("addImplementationTask")["group"] == ADDED
    own = {"guid": "J1L4IFJLWDWZI0G8FQA8", "warningHours": None}
    assert answered("addImplementationTask") == ADDED | own
    assert world.shown(wire.render_task(world.TASK, world.IN_GROUP)) == ADDED | own


def test_a_task_is_edited_as_clients_do():
    assert asked("editImplementationTask")["all"] == EDITED
    own = {"guid": "J1L4IFJLWDWZI0G8FQA8", "assignee": {"userGroup": GROUP}, "warningHours": None}
    assert answered("editImplementationTask") == EDITED | own


def test_a_guid_that_is_none_is_refused_as_clients_know_it():
    message = 'The guid "XFWQ0GZGZDJ015J12" is not valid.'
    refusal = {"status": 400, "errors": [{"code": 3011, "message": message}]}
    for name in ("editImplementationTask", "getChange", "createChange", "changeStatus", "listChanges"):
        assert refused(name, 400, "invalid_guid") == refusal


def test_several_problems_are_several_entries():
    refusal = refused("changeStatus", 400, "no_routing")
    assert [each["code"] for each in refusal["errors"]] == [5006, 5202]


def test_a_session_bears_its_token_under_both_names():
    session = answered("logIn")
    assert session["arenaSessionId"] == session["arena_session_id"]
    assert 100_000_000 <= session["workspaceId"] <= 999_999_999


def test_the_change_of_the_example_is_what_the_rules_make_of_its_body():
    change = answered("createChange", 201)
    body = asked("createChange")["full"]
    assert change["title"] == body["title"]
    assert change["category"]["guid"] == body["category"]["guid"]
    assert change["additionalAttributes"][0]["value"] == body["additionalAttributes"][0]["value"]
    assert change["progress"] == {"done": 0, "total": 1, "overdue": 0}
    assert change["lifecycleStatus"] == {"type": "OPEN_AND_UNLOCKED"}
    assert answered("getChange") == change


def test_the_history_of_the_example_tells_what_was_done_in_the_names_of_the_wire():
    done, submitted, added, made = answered("changeHistory")["results"]
    assert {each["attribute"]: (each["from"], each["to"]) for each in done["changes"]} == {
        "name": ("Commit changes to archive", "Check Packaging"),
        "status": ("NOT_STARTED", "DONE"),
    }
    assert submitted["verb"] == "transitioned"
    assert submitted["changes"][0] == {
        "attribute": "lifecycleStatus",
        "from": "OPEN_AND_UNLOCKED",
        "to": "SUBMITTED_FOR_APPROVAL",
    }
    assert added["changes"][1] == {
        "attribute": "assignee",
        "from": None,
        "to": {"userGroup": {"guid": GROUP["guid"]}},
    }
    assert {each["attribute"] for each in made["changes"]} >= {"number", "title", "category", "creator"}


def test_every_field_of_what_has_a_history_has_a_name_on_the_wire_or_is_said_by_the_event():
    for entity, thing in (
        (Entity.CHANGE, world.CREATED),
        (Entity.IMPLEMENTATION_TASK, world.TASK),
        (Entity.NOTE, world.NOTE),
    ):
        recorded = record.created(entity, thing, world.NOW).after.keys()
        assert recorded <= NAMES[entity].keys() | SAID_BY_THE_EVENT[entity]
        assert not NAMES[entity].keys() & SAID_BY_THE_EVENT[entity]


def test_an_alert_is_an_entry_of_a_refusal():
    alert = entry(Problem("approvalDeadlineDateTime", ChangeKind.NO_DEADLINE))
    assert answered("listAlerts") == {"count": 1, "results": [world.shown(alert)]}


def test_the_lifecycle_is_told_as_the_table_has_it():
    text = DOCUMENT["info"]["description"]
    assert "| `SUBMITTED_FOR_APPROVAL` | `EFFECTIVE` |  | `APPROVED` | change administrator |" in text
    assert (
        "| `OPEN_AND_UNLOCKED`, `OPEN_AND_LOCKED` | `SUBMITTED` | no routing is set, and one is needed |"
        in text
    )


def test_a_schema_finds_fault_where_there_is_one():
    """Else the examples would prove nothing."""

    def finds_fault(name: str, value: Any) -> bool:
        return complaints({"$ref": f"#/components/schemas/{name}"}, value) != []

    assert finds_fault("AddImplementationTask", ADDED | {"colour": "red"})
    assert finds_fault("AddImplementationTask", {"status": "DONE"})
    assert finds_fault("EditImplementationTask", {"assignee": {"user": GROUP, "supplier": GROUP}})
    assert finds_fault("ImplementationTask", ADDED)
    assert finds_fault("ChangeError", {"status": 400, "errors": []})
    assert finds_fault("ChangeError", {"status": 400, "errors": [{"code": 1, "message": "x"}]})
    assert finds_fault("CompactChangePage", {"count": 0})
