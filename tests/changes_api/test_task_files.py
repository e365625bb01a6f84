"""The files of implementation tasks: which task has which, who may say so, and until when."""

import pytest

from tests.support.builders import nobodys_id
from tests.support.client import expect
from tests.support.crowd import at_once
from tests.support.plant import refusal, task_path

LINK = {"title": "The plan", "storageMethodName": "WEB", "location": "https://example.com/plan"}


def links(who, **fields):
    return expect(201, who.post("/files", LINK | fields))


@pytest.fixture
def change(mia):
    return mia.makes_a_change()


@pytest.fixture
def task(mia, change, plant):
    return mia.adds_a_task(change, assignee=plant.assignee("group"))


@pytest.fixture
def files(change, task):
    return f"{task_path(change, task)}/files"


def test_a_task_is_given_a_file(mia, charlie, files):
    file = links(mia, edition="2")
    added = expect(200, mia.post(files, {"file": {"guid": file["guid"]}}))
    assert added == {
        "guid": added["guid"],
        "file": {
            "guid": file["guid"],
            "number": file["number"],
            "edition": "2",
            "location": "https://example.com/plan",
            "storageMethodName": "WEB",
            "title": "The plan",
        },
    }
    assert added["guid"] != file["guid"]
    assert expect(200, charlie.get(f"{files}/{added['guid']}")) == added
    assert expect(200, charlie.get(files)) == {"count": 1, "results": [added]}


def test_content_goes_by_its_name(mia, files):
    answer = mia.http.post(
        "/v1/files",
        data={"title": "Implementation Plan"},
        files={"content": ("implementation plan.pdf", b"abc")},
        headers={"authorization": f"Bearer {mia.token}"},
    )
    expect(201, answer)
    added = expect(200, mia.post(files, {"file": {"guid": answer.headers["x-arena-fileguid"]}}))
    assert added["file"]["name"] == "implementation plan.pdf"
    assert "location" not in added["file"]


def test_files_are_listed_as_they_were_added_page_by_page(mia, files):
    added = [expect(200, mia.post(files, {"file": {"guid": links(mia)["guid"]}})) for _ in range(3)]
    assert expect(200, mia.get(files))["results"] == added
    assert expect(200, mia.get(files, limit=1, offset=1))["results"] == added[1:2]
    refusal(mia.get(files, colour="red"), 3019)


def test_a_file_is_added_once(mia, files):
    body = {"file": {"guid": links(mia)["guid"]}}
    first = expect(200, mia.post(files, body))
    refusal(mia.post(files, body), 3097)
    expect(204, mia.delete(f"{files}/{first['guid']}"))
    expect(200, mia.post(files, body))


def test_of_many_who_add_the_same_file_at_once_one_does(mia, files):
    body = {"file": {"guid": links(mia)["guid"]}}
    answers = at_once([lambda: mia.post(files, body)] * 8)
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 7


def test_the_same_request_again_adds_nothing(mia, files):
    body = {"file": {"guid": links(mia)["guid"]}}
    key = {"idempotency-key": "once"}
    first, again = (mia.post(files, body, headers=key) for _ in range(2))
    assert expect(200, first) == expect(200, again)
    assert again.headers["idempotency-replayed"] == "true"


def test_an_addition_is_refused_for_what_it_names(mia, files):
    refusal(mia.post(files, {}), 3001)
    refusal(mia.post(files, {"file": None}), 3001)
    refusal(mia.post(files, {"file": {"guid": ""}}), 3098)
    refusal(mia.post(files, {"file": {"guid": "short"}}), 3011)
    refusal(mia.post(files, {"file": {"guid": nobodys_id()}}), 3011)
    refusal(mia.post(files, {"file": "x", "colour": "red"}), 3003, 3004)
    refusal(mia.send("POST", files, content=b"{"), 400)


def test_those_may_add_and_remove_who_may_edit_the_task(ada, mia, bob, charlie, files):
    for who in (ada, mia, bob):
        added = expect(200, who.post(files, {"file": {"guid": links(charlie)["guid"]}}))
        refusal(charlie.delete(f"{files}/{added['guid']}"), 3085)
        expect(204, who.delete(f"{files}/{added['guid']}"))
    refusal(charlie.post(files, {"file": {"guid": links(charlie)["guid"]}}), 3085)


def test_a_removal_leaves_the_file(mia, files):
    file = links(mia)
    added = expect(200, mia.post(files, {"file": {"guid": file["guid"]}}))
    expect(204, mia.delete(f"{files}/{added['guid']}"))
    assert expect(200, mia.get(files))["results"] == []
    assert expect(200, mia.get(f"/files/{file['guid']}")) == file
    refusal(mia.delete(f"{files}/{added['guid']}"), 3024)
    refusal(mia.delete(f"{files}/{nobodys_id()}"), 3024)
    refusal(mia.delete(f"{files}/short"), 3011)
    refusal(mia.get(f"{files}/{added['guid']}"), 3011)


def test_the_file_of_another_task_is_not_this_ones(mia, change, files):
    other = mia.adds_a_task(change)
    added = mia.gives_a_file(change, other, links(mia))
    refusal(mia.get(f"{files}/{added['guid']}"), 3029)
    refusal(mia.delete(f"{files}/{added['guid']}"), 3024)


def test_a_private_file_is_not_seen_through_its_task(mia, ada, bob, files):
    body = {"file": {"guid": links(mia, private=True)["guid"]}}
    refusal(bob.post(files, body), 3011)
    added = expect(200, mia.post(files, body))
    assert expect(200, ada.get(files))["count"] == 1
    assert expect(200, bob.get(files))["count"] == 0
    refusal(bob.get(f"{files}/{added['guid']}"), 3011)
    refusal(bob.delete(f"{files}/{added['guid']}"), 3024)


@pytest.mark.parametrize("status", ["COMPLETED", "CANCELED"])
def test_a_closed_change_keeps_its_tasks_files(plant, mia, ada, status):
    change = mia.makes_a_change()
    task = mia.adds_a_task(change, status="DONE")
    added = mia.gives_a_file(change, task, links(mia))
    if status == "COMPLETED":
        mia.moves(change, "SUBMITTED")
    ada.moves(change, status)
    refusal(mia.post(f"{task_path(change, task)}/files", {"file": {"guid": links(mia)["guid"]}}), 3704)
    refusal(mia.delete(mia.file_path(change, task, added)), 3705)
    assert expect(200, mia.get(f"{task_path(change, task)}/files"))["results"] == [added]


def test_where_tasks_are_not_managed_they_have_no_files(mia):
    files = f"/changes/{mia.makes_a_change('Unmanaged')['guid']}/implementationtasks/{nobodys_id()}/files"
    refusal(mia.get(files), 3706)
    refusal(mia.post(files, {"file": {"guid": links(mia)["guid"]}}), 3706)
    refusal(mia.delete(f"{files}/{nobodys_id()}"), 3706)


def test_a_path_that_leads_nowhere_is_said_to(mia, change, task):
    for files in (
        f"/changes/{nobodys_id()}/implementationtasks/{task['guid']}/files",
        f"/changes/{change['guid']}/implementationtasks/{nobodys_id()}/files",
        f"/changes/{change['guid']}/implementationtasks/short/files",
    ):
        refusal(mia.get(files), 3011)
        refusal(mia.post(files, {"file": {"guid": nobodys_id()}}), 3011)
        refusal(mia.get(f"{files}/{nobodys_id()}"), 3011)


def test_a_task_that_is_removed_lets_go_of_its_files(mia, change, task):
    file = links(mia)
    mia.gives_a_file(change, task, file)
    expect(204, mia.delete(task_path(change, task)))
    expect(204, mia.delete(f"/files/{file['guid']}"))


def test_a_changes_history_tells_of_its_tasks_files(mia, change, task):
    added = mia.gives_a_file(change, task, links(mia))
    expect(204, mia.delete(mia.file_path(change, task, added)))
    removed, given = mia.sees_history(change)[:2]
    assert (given["verb"], removed["verb"]) == ("created", "deleted")
    assert given["guid"] == removed["guid"] == added["guid"]
