"""GET /v1/changes/{guid}/statuschanges: what could be asked of a change; asking comes to just that."""

import pytest

from tests.support.builders import in_future, nobodys_id
from tests.support.client import expect
from tests.support.plant import WAYS, refusal

WISHES = (
    "OPEN_AND_UNLOCKED", "OPEN_AND_LOCKED", "SUBMITTED", "APPROVED", "REJECTED", "CANCELED", "EFFECTIVE",
    "EXPIRED", "COMPLETED",
)  # fmt: skip
ON_DATE = {"effectivityType": "PERMANENT_ON_DATE"}
TEMPORARY = {"effectivityType": "TEMPORARY"}


def _with_an_open_task(plant):
    change = plant.change_in("EFFECTIVE")
    plant.mia.adds_a_task(change)
    return change


# How a change gets to where its moves are looked at.
PLACES = {status: lambda plant, status=status: plant.change_in(status) for status in WAYS} | {
    "open with a routing": lambda plant: plant.mia.makes_a_change(routings=[plant.routing()]),
    "open, and lacks a routing": lambda plant: plant.mia.makes_a_change("Routed"),
    "open, and lacks only a routing": lambda plant: plant.mia.makes_a_change(
        "Routed", approvalDeadlineDateTime=in_future()
    ),
    "open, and an administrator routes it": lambda plant: plant.mia.makes_a_change("Board"),
    "open, on a date to come": lambda plant: plant.mia.makes_a_change(
        **ON_DATE, effectivityPlannedDateTime=in_future()
    ),
    "open for a time": lambda plant: plant.mia.makes_a_change(**TEMPORARY),
    "waiting, on a date to come": lambda plant: plant.change_in(
        "SUBMITTED_FOR_APPROVAL", **ON_DATE, effectivityPlannedDateTime=in_future()
    ),
    "effective for a time": lambda plant: plant.change_in("EFFECTIVE", **TEMPORARY),
    "effective, with an open task": _with_an_open_task,
    "uncategorized": lambda plant: expect(
        201, plant.mia.post("/changes", {"title": "x", "numberSequencePrefix": {"value": "ECO-"}})
    ),
}


def moves_of(person, change):
    return expect(200, person.get(f"/changes/{change['guid']}/statuschanges"))


@pytest.mark.parametrize("name", ["ada", "max", "mia", "charlie"])
@pytest.mark.parametrize("place", PLACES)
def test_what_is_told_of_a_move_is_what_asking_for_it_comes_to(plant, place, name):
    person = getattr(plant, name)
    change = PLACES[place](plant)
    told = moves_of(person, change)
    assert told["current"] == change["lifecycleStatus"]["type"]
    by_status = {each["status"]: each for each in told["moves"]}
    assert [each["status"] for each in told["moves"]] == [each for each in WISHES if each in by_status]
    for asked in WISHES:
        answer = person.asks(change, asked)
        if asked not in by_status:
            error = answer.json()["errors"][0]
            assert error["code"] in (4073, 4897, 4899), "a row was left out"
        elif by_status[asked]["allowed"]:
            assert by_status[asked] == {
                "status": asked,
                "result": expect(201, answer)["status"],
                "allowed": True,
                "code": None,
                "reason": None,
            }
            change = PLACES[place](plant)
        else:
            assert answer.status_code >= 400, answer.text
            error = answer.json()["errors"][0]
            assert (by_status[asked]["code"], by_status[asked]["reason"]) == (error["code"], error["message"])


def test_an_open_task_stands_in_the_way_of_completion_and_is_said_to(plant, ada):
    change = _with_an_open_task(plant)
    assert moves_of(ada, change) == {
        "current": "EFFECTIVE",
        "moves": [
            {
                "status": "EXPIRED",
                "result": None,
                "allowed": False,
                "code": 4897,
                "reason": "A permanent change cannot expire.",
            },
            {
                "status": "COMPLETED",
                "result": "COMPLETED",
                "allowed": False,
                "code": 4998,
                "reason": "1 open implementation tasks stand before COMPLETED.",
            },
        ],
    }


def test_from_where_there_is_no_way_no_move_is_told(plant, ada):
    assert moves_of(ada, plant.change_in("CANCELED")) == {"current": "CANCELED", "moves": []}


def test_looking_changes_nothing_and_is_not_on_the_record(plant, ada):
    change = plant.change_in("EFFECTIVE")
    before = ada.sees_history(change)
    moves_of(ada, change)
    assert ada.sees_change(change) == change
    assert ada.sees_history(change) == before


@pytest.mark.parametrize("guid", ["x", nobodys_id()])
def test_a_change_that_is_not_there_has_none(ada, guid):
    refusal(ada.get(f"/changes/{guid}/statuschanges"), 3011)


def test_a_change_of_another_workspace_is_not_there(fresh, plant, ada):
    change = fresh.mia.makes_a_change()
    refusal(ada.get(f"/changes/{change['guid']}/statuschanges"), 3011)


def test_a_key_needs_to_read_changes(plant, mia):
    limited = plant.cast.with_key(plant.cast.mia, scopes=("tasks:read",))
    change = mia.makes_a_change()
    refusal(limited.get(f"/changes/{change['guid']}/statuschanges"), 3085)
    refusal(plant.nobody.get(f"/changes/{change['guid']}/statuschanges"), 401)
