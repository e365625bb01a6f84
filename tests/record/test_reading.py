"""`GET /v1/events`: the whole record, to admins, a bounded piece at a time."""

from collections.abc import Iterator
from typing import Any

import pytest

from punchlist.domain import limits
from punchlist.domain.keys import Scope
from punchlist.services.publishing import follow
from tests.support.client import Thing, expect, refused
from tests.support.people import Cast, Person
from tests.support.plant import Plant


def all_linked(cast: Cast) -> None:
    """Gives every event its link, as a worker would."""
    cast.backstage.run(follow(cast.backstage.db, ()))


def pages(person: Person, **params: Any) -> Iterator[list[Thing]]:
    """The pages of the record, by their cursors."""
    while True:
        page = expect(200, person.get("/events", **params))
        assert page["pagination"]["hasMore"] == (page["pagination"]["nextCursor"] is not None)
        yield page["data"]
        if not page["pagination"]["hasMore"]:
            return
        params["cursor"] = page["pagination"]["nextCursor"]


def entries(person: Person, **params: Any) -> list[Thing]:
    """All entries of the record that pass a filter."""
    return [entry for page in pages(person, **{"limit": 100} | params) for entry in page]


def test_an_event_is_told_with_its_place_in_the_chain(cast: Cast, ada: Person, mia: Person, bob: Person):
    task = mia.makes_a_task(title="Old")
    ada.send("PATCH", f"/tasks/{task['id']}", {"title": "New", "warningOffset": None},
             headers={"x-request-id": "checkout-42"})  # fmt: skip
    comment = ada.comments_on(task)
    all_linked(cast)
    said, changed, made = entries(ada)[:3]
    assert made["verb"] == "created"
    assert changed == {
        "position": changed["position"], "seq": changed["seq"], "verb": "updated", "entity": "task",
        "entityId": task["id"], "parentId": None, "actor": {"id": ada.id, "name": "Ada"},
        "changes": [{"field": "title", "from": "Old", "to": "New"}],
        "at": changed["at"], "requestId": "checkout-42", "hash": changed["hash"],
        "previousHash": made["hash"],
    }  # fmt: skip
    assert (said["entity"], said["entityId"], said["parentId"]) == ("comment", comment["id"], task["id"])
    assert said["previousHash"] == changed["hash"]
    assert said["position"] == changed["position"] + 1


def test_what_the_operator_did_is_nobodys(cast: Cast, ada: Person):
    all_linked(cast)
    assert [entry["actor"] for entry in entries(ada, entity="user", order="oldest")][:1] == [None]


def test_pages_laid_end_to_end_are_the_record_in_either_order(cast: Cast, ada: Person):
    for _ in range(5):
        ada.makes_a_task()
    all_linked(cast)
    oldest = entries(ada, order="oldest")
    assert [entry["position"] for entry in oldest] == list(range(1, len(oldest) + 1))
    assert entries(ada) == oldest[::-1]
    for limit in (1, 3):
        assert entries(ada, limit=limit) == oldest[::-1]
        assert entries(ada, limit=limit, order="oldest") == oldest
    assert entries(ada, order="oldest", cursor="4") == oldest[4:]


def test_each_filter_shows_what_passes_it_and_nothing_else(cast: Cast, ada: Person, mia: Person):
    task = mia.makes_a_task()
    ada.changes(task, title="New")
    ada.comments_on(task)
    expect(204, ada.delete(f"/tasks/{mia.makes_a_task()['id']}"))
    all_linked(cast)
    every = entries(ada)
    assert entries(ada, entity="task,comment") == [e for e in every if e["entity"] in ("task", "comment")]
    assert entries(ada, verb="updated,deleted") == [e for e in every if e["verb"] in ("updated", "deleted")]
    assert entries(ada, actor=mia.id) == [e for e in every if (e["actor"] or {}).get("id") == mia.id]
    of_the_task = [e for e in every if e["entityId"] == task["id"]]
    assert len(of_the_task) == 2
    for limit in (1, 2, 100):
        assert entries(ada, entityId=task["id"], limit=limit) == of_the_task
        assert entries(ada, entityId=task["id"], limit=limit, order="oldest") == of_the_task[::-1]
    assert entries(ada, entityId=task["id"], verb="created") == of_the_task[1:]
    assert entries(ada, entityId="nobody") == []
    at = of_the_task[0]["at"]
    assert entries(ada, to=at) == [e for e in every if e["at"] < at]
    assert entries(ada, **{"from": at}) == [e for e in every if e["at"] >= at]
    assert entries(ada, entity="task", verb="created", actor=ada.id) == []


def test_a_page_looks_at_so_much_and_no_more(cast: Cast, ada: Person, monkeypatch: pytest.MonkeyPatch):
    """It then says that there is more, and where, though it shows nothing."""
    ada.makes_a_task()
    for number in range(8):
        cast.joins(f"Somebody{number}")
    all_linked(cast)
    monkeypatch.setattr(limits, "RECORD_SCAN_MAX", 3)
    found = list(pages(ada, entity="task"))
    assert len(found) > 4
    assert found[0] == []
    assert [entry["entity"] for page in found for entry in page] == ["task"]
    assert entries(ada) == entries(ada, order="oldest")[::-1]


def test_changes_are_told_in_their_own_words(backstage: Any, http: Any):
    plant = Plant(backstage, http)
    change = plant.mia.makes_a_change(title="Melting")
    all_linked(plant.cast)
    [entry] = entries(plant.cast.ada, entity="change", entityId=change["guid"])
    told = {each["field"]: each["to"] for each in entry["changes"]}
    assert told["title"] == "Melting"
    assert told["lifecycleStatus"] == "OPEN_AND_UNLOCKED"
    assert {"workspace", "category"} <= {entry["entity"] for entry in entries(plant.cast.ada)}


def test_only_an_admin_may_read_the_record_and_only_with_the_scope(
    cast: Cast, ada: Person, max_: Person, mia: Person
):
    for person in (max_, mia):
        refused(403, "permission_denied", person.get("/events"))
    scoped = cast.with_key(ada, scopes=(Scope.TASKS_READ, Scope.USERS_READ))
    refused(403, "insufficient_scope", scoped.get("/events"))
    assert expect(200, cast.with_key(ada, scopes=(Scope.ADMIN,)).get("/events"))


def test_nobody_reads_the_record_of_another_workspace(cast: Cast, ada: Person):
    task = ada.makes_a_task()
    zoe = cast.elsewhere()
    all_linked(cast)
    assert task["id"] in {entry["entityId"] for entry in entries(ada)}
    assert entries(zoe, entityId=task["id"]) == []
    assert task["id"] not in {entry["entityId"] for entry in entries(zoe)}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cursor", "-1"),
        ("cursor", "99999999999999999"),
        ("order", "sideways"),
        ("entity", "spaceship"),
        ("verb", ""),
        ("from", "yesterday"),
        ("actor", "me"),
        ("limit", "101"),
        ("offset", "0"),
    ],
)
def test_what_no_parameter_takes_is_refused(ada: Person, name: str, value: str):
    assert set(
        refused(400, "invalid_parameters", ada.send("GET", "/events", params={name: value}))["details"]
    ) == {name}
