"""What a browser app asks for is answered as the document says: signing in, one's own work, reports."""

import pytest

from tests.api_document.reading import agree, responses
from tests.api_document.tables import EACH
from tests.support.browser import browser_of, give_password, number_of, sign_in
from tests.support.builders import in_future, nobodys_id
from tests.support.plant import Plant


def test_one_signs_in_looks_around_and_out_as_documented(cast, backstage, http):
    give_password(backstage, cast.workspace_id, cast.mia.id)
    number = number_of(backstage, cast.workspace_id)
    agree("signIn", sign_in(http, cast.mia.email, number, "wrong horse battery"))
    agree("signIn", cast.nobody.post("/session", {"email": 5}))
    agree("signIn", sign_in(http, cast.mia.email, number, origin="https://evil.example"))
    made = agree("signIn", sign_in(http, cast.mia.email, number))
    assert made.status_code == 201
    mia = browser_of(http, cast.mia.email, number)
    agree("getSession", mia.get("/session"))
    listed = agree("listSessions", mia.get("/sessions")).json()["data"]
    assert len(listed) == 2
    agree("endSession", mia.delete(f"/sessions/{nobodys_id()}"))
    [other] = [each["id"] for each in listed if not each["current"]]
    assert agree("endSession", mia.delete(f"/sessions/{other}")).status_code == 204
    refused = mia.delete("/session", headers={"x-punchlist-request": ""})
    assert agree("signOut", refused).status_code == 403
    assert agree("signOut", mia.delete("/session")).status_code == 204
    assert agree("getSession", mia.get("/session")).status_code == 401


@pytest.fixture(scope="module")
def busy(backstage, http):
    """A plant in which there is something to tell."""
    plant = Plant(backstage, http)
    change = plant.change_in("EFFECTIVE")
    plant.mia.adds_a_task(change, assignee=plant.assignee("group"))
    task = plant.ada.makes_a_task(assigneeId=plant.bob.id, dueDate=in_future())
    for status in ("IN_PROGRESS", "REVIEW", "DONE"):
        plant.ada.changes(task, status=status)
    late = plant.ada.makes_a_task(assigneeId=plant.bob.id, dueDate=in_future())
    backstage.execute("UPDATE tasks SET due_at = now() WHERE id = $1", late["id"])
    return plant, change


def test_work_and_moves_are_told_as_documented(busy):
    plant, change = busy
    assert len(agree("listWork", plant.bob.get("/work")).json()["data"]) == 2
    agree("listWork", plant.bob.get("/work", kind="change"))
    moves = agree("listStatusChanges", plant.ada.get(f"/changes/{change['guid']}/statuschanges"))
    assert moves.json()["moves"]
    agree("listStatusChanges", plant.ada.get("/changes/x/statuschanges"))


@pytest.mark.parametrize("name", ["flow", "throughput", "cycle-time", "overdue", "changes"])
def test_reports_are_told_as_documented(busy, name):
    plant, _ = busy
    operation = "".join(part.capitalize() for part in name.split("-"))
    operation = f"{operation[0].lower()}{operation[1:]}Report"
    found = agree(operation, plant.ada.get(f"/reports/{name}")).json()
    assert any(isinstance(each, list) and each for each in found.values())
    agree(operation, plant.ada.get(f"/reports/{name}", colour="red"))


@EACH
def test_a_table_is_said_to_be_one_where_there_is_one(said, endpoint, tables):
    for status, response in responses(said).items():
        if status == 200 and response.get("content"):
            assert ("text/csv" in response["content"]) == endpoint.tabular
