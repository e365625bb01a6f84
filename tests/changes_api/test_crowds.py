"""Many at once: nothing is lost, and no change is completed with an open task."""

from collections import Counter

import pytest

from tests.support.client import expect
from tests.support.crowd import at_once
from tests.support.plant import refusal, task_path


@pytest.fixture
def change(mia):
    return mia.makes_a_change()


def test_sixty_four_tasks_added_at_once_are_sixty_four(mia, change):
    path = f"/changes/{change['guid']}/implementationtasks"
    answers = at_once([lambda place=place: mia.post(path, {"name": f"Step {place}"}) for place in range(64)])
    added = [expect(200, answer) for answer in answers]
    assert len({task["guid"] for task in added}) == 64
    assert {task["name"] for task in mia.sees_tasks(change)} == {f"Step {place}" for place in range(64)}
    assert mia.sees_change(change)["progress"] == {"done": 0, "total": 64, "overdue": 0}
    assert len(mia.sees_history(change)) == 65


def test_of_sixty_four_edits_of_one_task_at_once_none_is_lost(plant, mia, ada, bob, change):
    task = mia.adds_a_task(change, assignee=plant.assignee("group"))
    people = (mia, ada, bob, plant.max)

    def edit(place):
        body = {"name": f"Name {place}"} if place % 2 else {"dueDate": f"2035-01-01T00:00:{place % 60:02}Z"}
        return lambda: people[place % 4].put(task_path(change, task), body)

    answers = at_once([edit(place) for place in range(64)])
    edited = [expect(200, answer) for answer in answers]
    versions = [int(answer.headers["etag"].strip('"')) for answer in answers]
    changes = [
        each
        for each in mia.sees_history(change)
        if each["entity"] == "implementation_task" and each["verb"] == "updated"
    ]
    # Sixty seconds for sixty-four edits: two that wish for the same may find it done.
    assert len(changes) >= 60
    assert max(versions) == 1 + len(changes)
    assert {task["name"] for task in edited if task["name"] != "Check Packaging"} >= {"Name 1", "Name 63"}
    # Each edit began with what the one before it left: the record is one unbroken chain.
    state: dict = {}
    for entry in reversed(changes):
        for step in entry["changes"]:
            assert state.get(step["attribute"], step["from"]) == step["from"]
            state[step["attribute"]] = step["to"]
    last = mia.sees_task(change, task)
    assert last["name"] == state["name"]


def test_of_thirty_two_edits_of_one_change_at_once_none_is_lost(mia, ada, change):
    answers = at_once(
        [
            lambda place=place: (mia, ada)[place % 2].put(
                f"/changes/{change['guid']}", {"title": f"Title {place}"}
            )
            for place in range(32)
        ]
    )
    assert {expect(200, answer)["number"] for answer in answers} == {change["number"]}
    assert mia.get(f"/changes/{change['guid']}").headers["etag"] == '"33"'
    assert len(mia.sees_history(change)) == 33


def test_of_the_same_move_at_once_one_is_made(mia, ada):
    for _ in range(5):
        change = mia.makes_a_change()
        answers = at_once([lambda: ada.asks(change, "CANCELED")] * 8)  # noqa: B023
        codes = Counter(answer.status_code for answer in answers)
        assert codes == {201: 1, 400: 7}
        assert {answer.json()["errors"][0]["code"] for answer in answers if answer.status_code == 400} == {
            4073
        }


def a_round(mia, ada, writers):
    """People write while somebody completes; whether that went through. Neither rule may be broken."""
    change = mia.makes_a_change()
    done = [mia.adds_a_task(change, name=f"Done {place}", status="DONE") for place in range(writers // 2)]
    mia.moves(change, "SUBMITTED")
    path = f"/changes/{change['guid']}/implementationtasks"
    calls = [lambda: ada.asks(change, "COMPLETED")]
    calls += [lambda: mia.post(path, {"name": "Late"})] * (writers - len(done))
    calls += [lambda task=task: mia.put(task_path(change, task), {"status": "BEHIND"}) for task in done]
    calls += [lambda: ada.asks(change, "COMPLETED")]

    answers = at_once(calls)
    codes = [answer.json()["errors"][0]["code"] for answer in answers if answer.status_code == 400]
    written = [answer for answer in answers if answer.status_code == 200]
    assert len(codes) + len(written) + sum(answer.status_code == 201 for answer in answers) == len(answers)
    open_tasks = [task for task in mia.sees_tasks(change) if task["status"] in ("NOT_STARTED", "BEHIND")]
    status = ada.sees_change(change)["lifecycleStatus"]["type"]
    if status == "COMPLETED":
        assert open_tasks == written == []
        assert sorted(codes) == [3708] * writers + [4073]
    else:
        assert status == "EFFECTIVE"
        assert len(open_tasks) == len(written) == writers
        assert codes == [4998] * 2
    return status


def test_a_change_is_not_completed_while_people_add_tasks_and_open_them_again(mia, ada):
    ends = [a_round(mia, ada, 16) for _ in range(8)]
    # Against so many the one who completes hardly ever comes first; against one or two now and then.
    while len(ends) < 60 and (len(ends) < 20 or len(set(ends)) < 2):
        ends.append(a_round(mia, ada, 1 + len(ends) % 2))
    assert set(ends) == {"COMPLETED", "EFFECTIVE"}


def test_what_is_completed_while_a_task_is_written_is_refused_to_the_writer(mia, ada, change):
    mia.moves(change, "SUBMITTED")
    ada.moves(change, "COMPLETED")
    path = f"/changes/{change['guid']}/implementationtasks"
    for answer in at_once([lambda: mia.post(path, {"name": "x"})] * 8):
        refusal(answer, 3708)
