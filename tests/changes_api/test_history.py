"""GET /v1/changes/{guid}/history and …/alerts: what happened to a change, and what stands in its way."""

import pytest

from tests.support.builders import in_future, nobodys_id
from tests.support.client import expect
from tests.support.plant import refusal, task_path


def said(entries):
    return [(each["verb"], each["entity"]) for each in entries]


def test_a_changes_history_is_all_that_happened_to_it_its_tasks_and_their_notes(plant, mia, ada):
    change = mia.makes_a_change()
    task = mia.adds_a_task(change)
    mia.edits_task(change, task, status="DONE")
    note = mia.notes(change, task)
    expect(200, mia.put(f"{task_path(change, task)}/notes/{note['guid']}", {"note": "Changed"}))
    expect(204, mia.delete(f"{task_path(change, task)}/notes/{note['guid']}"))
    expect(204, mia.delete(task_path(change, task)))
    expect(200, mia.put(f"/changes/{change['guid']}", {"title": "Case deforming"}))
    mia.moves(change, "SUBMITTED")
    ada.moves(change, "COMPLETED")
    history = mia.sees_history(change)
    assert said(history) == [
        ("transitioned", "change"),
        ("transitioned", "change"),
        ("transitioned", "change"),
        ("updated", "change"),
        ("deleted", "implementation_task"),
        ("deleted", "note"),
        ("updated", "note"),
        ("created", "note"),
        ("updated", "implementation_task"),
        ("created", "implementation_task"),
        ("created", "change"),
    ]
    assert history[0]["actor"] == {"guid": ada.id, "fullName": "Ada Brandt"}
    assert {each["guid"] for each in history} == {change["guid"], task["guid"], note["guid"]}


def test_an_entry_says_who_when_and_what_from_what_to_what(mia):
    change = mia.makes_a_change()
    answer = mia.put(f"/changes/{change['guid']}", {"title": "Case deforming"})
    entry = mia.sees_history(change)[0]
    assert entry == {
        "id": entry["id"],
        "verb": "updated",
        "entity": "change",
        "guid": change["guid"],
        "actor": {"guid": mia.id, "fullName": "Mia Lindqvist"},
        "changes": [{"attribute": "title", "from": "Case melting", "to": "Case deforming"}],
        "dateTime": entry["dateTime"],
        "requestId": answer.headers["x-request-id"],
    }


def test_what_changes_nothing_leaves_no_entry(mia, bob):
    change = mia.makes_a_change()
    task = mia.adds_a_task(change)
    path = f"/changes/{change['guid']}"
    before = mia.sees_history(change)
    expect(200, mia.put(path, {}))
    expect(200, mia.put(task_path(change, task), task))
    refusal(mia.put(path, {"color": 1}), 3004)
    refusal(bob.put(path, {"title": "x"}), 3085)
    refusal(mia.asks(change, "REJECTED"), 4073)
    refusal(mia.post(f"{path}/implementationtasks", {"name": ""}), 3701)
    assert mia.sees_history(change) == before


def test_tasks_made_of_templates_are_on_the_record_too(mia):
    assert said(mia.sees_history(mia.makes_a_change("Planned"))) == [
        *[("created", "implementation_task")] * 4,
        ("created", "change"),
    ]


def test_a_history_has_pages(mia):
    change = mia.makes_a_change()
    for place in range(30):
        expect(200, mia.put(f"/changes/{change['guid']}", {"title": f"Title {place}"}))
    path = f"/changes/{change['guid']}/history"
    whole = expect(200, mia.get(path, limit=400))
    assert whole["count"] == 31
    assert expect(200, mia.get(path))["count"] == 20
    laid = [expect(200, mia.get(path, limit=10, offset=offset))["results"] for offset in (0, 10, 20, 30)]
    assert [entry for page in laid for entry in page] == whole["results"]
    assert expect(200, mia.get(path, offset=31)) == {"count": 0, "results": []}


def test_a_private_note_is_private_in_the_history_too(plant, mia, bob, charlie, ada, max_):
    change = mia.makes_a_change()
    task = mia.adds_a_task(change)
    notes = f"{task_path(change, task)}/notes"
    private = bob.notes(change, task, note="The salary of Charlie", private=True)
    expect(200, bob.put(f"{notes}/{private['guid']}", {"note": "The wages of Charlie"}))
    public = bob.notes(change, task, note="Too small")
    turned = bob.notes(change, task, note="Was private", private=True)
    expect(200, bob.put(f"{notes}/{turned['guid']}", {"private": False}))
    expect(204, ada.delete(f"{notes}/{private['guid']}"))

    def noted(person):
        return [each["guid"] for each in reversed(person.sees_history(change)) if each["entity"] == "note"]

    everything = [private["guid"], private["guid"], public["guid"], *[turned["guid"]] * 2, private["guid"]]
    for person in (bob, ada, max_):
        assert noted(person) == everything
    for person in (mia, charlie):
        assert noted(person) == [public["guid"]]
        answer = person.get(f"/changes/{change['guid']}/history")
        assert "Charlie" not in answer.text.replace('"Charlie"', "")
        assert expect(200, answer)["count"] == 3
    nothing = charlie.get(f"/changes/{change['guid']}/history", offset=3)
    assert expect(200, nothing) == {"count": 0, "results": []}


@pytest.mark.parametrize("what", ["history", "alerts"])
def test_of_what_is_not_there_nothing_is_told(plant, fresh, mia, charlie, what):
    theirs = fresh.mia.makes_a_change()
    for guid in (nobodys_id(), theirs["guid"], "XFWQ0GZGZDJ015J12"):
        refusal(mia.get(f"/changes/{guid}/{what}"), 3011)
    expect(200, charlie.get(f"/changes/{mia.makes_a_change()['guid']}/{what}"))


# ── alerts ───────────────────────────────────────────────────────────────────────────────────────────────


def alerts(person, change):
    body = expect(200, person.get(f"/changes/{change['guid']}/alerts"))
    assert body["count"] == len(body["results"])
    assert all(set(each) == {"code", "message"} for each in body["results"])
    return [each["code"] for each in body["results"]]


def test_alerts_say_what_stands_in_the_way_of_a_submission(plant, mia):
    deadline = {"approvalDeadlineDateTime": in_future()}
    routed = {"routings": [plant.routing()]}
    for category, wish, expected in (
        ("Routed", {}, [5006, 5202]),
        ("Routed", routed, [5202]),
        ("Routed", deadline, [5006]),
        ("Routed", deadline | routed, []),
        ("Plain", {}, [5202]),
        ("Board", {}, [5202]),
    ):
        assert alerts(mia, mia.makes_a_change(category, **wish)) == expected
    assert alerts(mia, plant.change_in("SUBMITTED_FOR_ROUTING")) == [5006, 5202]
