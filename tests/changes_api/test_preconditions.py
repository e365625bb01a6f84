"""ETag, If-None-Match, If-Match and Idempotency-Key on changes and their tasks: as in the task API."""

import pytest

from tests.support.client import expect
from tests.support.crowd import at_once
from tests.support.plant import refusal, task_path


@pytest.fixture
def change(mia):
    return mia.makes_a_change()


def things(mia, change):
    """A change and a task of it: where they are, and an edit of each."""
    task = mia.adds_a_task(change)
    return [
        (f"/changes/{change['guid']}", {"title": "Case deforming"}),
        (task_path(change, task), {"name": "Weld"}),
    ]


def tag(person, path):
    return person.get(path).headers["etag"]


# ── tags ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_tag_moves_with_every_change_and_only_then(mia, change):
    for path, edit in things(mia, change):
        seen = [tag(mia, path)]
        for body in (edit, edit, {}):
            answer = mia.put(path, body)
            assert answer.headers["etag"] == tag(mia, path)
            seen.append(tag(mia, path))
        assert seen[0] != seen[1] == seen[2] == seen[3]


def test_a_changes_tag_does_not_move_with_its_tasks(mia, change):
    before = tag(mia, f"/changes/{change['guid']}")
    task = mia.adds_a_task(change)
    mia.edits_task(change, task, status="DONE")
    assert tag(mia, f"/changes/{change['guid']}") == before


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_what_the_caller_has_is_not_sent_again(mia, change, form):
    for path, _ in things(mia, change):
        present = tag(mia, path)
        answer = mia.get(path, headers={"if-none-match": form.format(present)})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == present
        assert answer.headers["server"] == "Punchlist"


def test_what_the_caller_has_not_is_sent(mia, change):
    for path, edit in things(mia, change):
        old = tag(mia, path)
        expect(200, mia.put(path, edit))
        for value in (old, '"other"', "", "nonsense"):
            expect(200, mia.get(path, headers={"if-none-match": value}))


@pytest.mark.parametrize("form", ["{}", '"999", {}', "*"])
def test_a_write_with_the_present_tag_is_made(mia, change, form):
    for path, edit in things(mia, change):
        headers = {"if-match": form.format(tag(mia, path))}
        expect(200, mia.put(path, edit, headers=headers))
        expect(204, mia.delete(path, headers={"if-match": form.format(tag(mia, path))})) if (
            "tasks" in path
        ) else None


@pytest.mark.parametrize("value", ['"999"', "W/{}", "{bare}", "", "nonsense", '"0"'])
def test_a_write_with_any_other_tag_is_refused_and_not_made(mia, change, value):
    for path, edit in things(mia, change):
        present, before = tag(mia, path), expect(200, mia.get(path))
        headers = {"if-match": value.format(present, bare=present.strip('"'))}
        for body in (edit, {}, {"color": 1}):
            refusal(mia.put(path, body, headers=headers), 4121)
        refusal(mia.delete(path, headers=headers), 4121)
        assert expect(200, mia.get(path)) == before


def test_who_may_not_write_is_told_that_and_not_that_they_are_late(mia, charlie, change):
    for path, edit in things(mia, change):
        stale = {"if-match": '"999"'}
        refusal(charlie.put(path, edit, headers=stale), 3085)
        refusal(charlie.delete(path, headers=stale), 3085)


def test_of_writes_with_the_same_tag_one_wins(mia, change):
    for path, _ in things(mia, change):
        headers = {"if-match": tag(mia, path)}
        name = "name" if "tasks" in path else "title"
        calls = [
            lambda place=place, path=path, headers=headers, name=name: mia.put(
                path, {name: f"Value {place}"}, headers=headers
            )
            for place in range(12)
        ]
        answers = at_once(calls)
        assert sorted(answer.status_code for answer in answers) == [200] + [412] * 11


# ── the same request twice ───────────────────────────────────────────────────────────────────────────────


def twice(person, method, path, body, key):
    headers = {"idempotency-key": key}
    return [person.send(method, path, body, headers=headers) for _ in range(2)]


def test_the_same_creation_twice_makes_one_change(fresh):
    first, again = twice(fresh.mia, "POST", "/changes", {"title": "x"}, "change-1")
    assert expect(201, first) == expect(201, again)
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert first.headers["etag"] == again.headers["etag"]
    assert again.headers["x-arena-requests-remaining"]
    assert expect(200, fresh.mia.get("/changes"))["count"] == 1
    assert fresh.mia.makes_a_change()["number"] == "ECO-000002"


def test_the_same_task_twice_is_one_task(mia, change):
    path = f"/changes/{change['guid']}/implementationtasks"
    first, again = twice(mia, "POST", path, {"name": "x"}, "task-1")
    assert expect(200, first) == expect(200, again)
    assert len(mia.sees_tasks(change)) == 1


def test_an_edit_a_move_a_vote_and_a_note_twice_count_once(plant, mia, max_, change):
    task = mia.adds_a_task(change)
    edits = twice(mia, "PUT", task_path(change, task), {"status": "DONE"}, "edit-1")
    assert [answer.headers["etag"] for answer in edits] == ['"2"', '"2"']
    notes = twice(mia, "POST", f"{task_path(change, task)}/notes", {"note": "x"}, "note-1")
    assert notes[0].json() == notes[1].json()
    asked = {"change": {"guid": change["guid"]}, "status": "OPEN_AND_LOCKED"}
    moves = twice(mia, "POST", "/changes/statuschanges", asked, "move-1")
    assert expect(201, moves[0]) == expect(201, moves[1])
    routed = mia.makes_a_change(routings=[plant.routing()])
    mia.moves(routed, "SUBMITTED")
    votes = twice(max_, "POST", f"/changes/{routed['guid']}/votes", {"vote": "APPROVE"}, "vote-1")
    assert expect(201, votes[0]) == expect(201, votes[1])


def test_a_refusal_is_repeated_too(mia):
    for answer in twice(mia, "POST", "/changes", {"title": ""}, "refused-1"):
        refusal(answer, 3001)


def test_a_key_belongs_to_one_request_and_to_one_person(mia, bob):
    headers = {"idempotency-key": "one"}
    expect(201, mia.post("/changes", {"title": "x"}, headers=headers))
    refusal(mia.post("/changes", {"title": "y"}, headers=headers), 4221)
    assert "idempotency-replayed" not in bob.post("/changes", {"title": "y"}, headers=headers).headers


def test_a_key_that_is_none_is_refused(mia):
    for key in ("x" * 256, "é"):
        headers = {b"idempotency-key": key.encode(), b"authorization": f"Bearer {mia.token}".encode()}
        refusal(mia.http.post("/v1/changes", json={"title": "x"}, headers=headers), 3003)


def test_of_the_same_request_at_the_same_moment_one_is_made(mia, change):
    path = f"/changes/{change['guid']}/implementationtasks"
    headers = {"idempotency-key": "crowd-1"}
    answers = at_once([lambda: mia.post(path, {"name": "x"}, headers=headers)] * 12)
    assert {answer.status_code for answer in answers} <= {200, 409}
    for answer in answers:
        if answer.status_code == 409:
            refusal(answer, 4091)
    assert len({answer.json()["guid"] for answer in answers if answer.status_code == 200}) == 1
    assert len(mia.sees_tasks(change)) == 1
