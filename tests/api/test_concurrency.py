"""Many at once: nothing is lost, nothing is done twice, and somebody always wins."""

import itertools
from collections import Counter

import pytest

from tests.support.builders import every_field
from tests.support.client import expect, refused
from tests.support.crowd import at_once


def updates(caller, task):
    """The entries of a task's history that are changes of it, oldest first."""
    entries = [entry for entry in reversed(caller.history_of(task)) if entry["verb"] == "updated"]
    return [entry["changes"] for entry in entries]


def test_of_32_changes_with_one_if_match_exactly_one_wins_and_the_others_are_told_what_is(cast):
    task = cast.mia.makes_a_task()
    path = f"/tasks/{task['id']}"
    seen = {"if-match": cast.mia.get(path).headers["etag"]}
    callers = itertools.cycle((cast.ada, cast.max, cast.mia))
    answers = at_once(
        [
            lambda caller=caller, n=n: caller.patch(
                path, {"title": f"by {n}", "priority": "HIGH"}, headers=seen
            )
            for n, caller in zip(range(32), callers, strict=False)
        ]
    )
    winners = [answer for answer in answers if answer.status_code == 200]
    assert len(winners) == 1
    won = winners[0].json()
    assert cast.mia.sees(task) == won
    for answer in answers:
        if answer is not winners[0]:
            details = refused(412, "precondition_failed", answer)["details"]
            assert details["current"] == won
            assert set(details["conflicts"]) == {"title", "priority"}
    assert len(updates(cast.mia, task)) == 1


FIELDS = {
    "title": [f"Title {n}" for n in range(8)],
    "description": [f"Text {n}" for n in range(8)],
    "priority": ["LOW", "HIGH", "URGENT", "LOW", "HIGH", "URGENT", "LOW", "HIGH"],
    "dueDate": [f"2036-01-0{n + 1}T00:00:00Z" for n in range(8)],
    "warningOffset": [n + 0.5 for n in range(8)],
    "tags": [[f"tag {n}"] for n in range(8)],
    "assigneeId": [],  # filled with people
    "status": ["IN_PROGRESS"] * 8,
}


def test_of_64_changes_of_different_fields_without_if_match_none_is_lost(cast):
    task = cast.mia.makes_a_task(**every_field())
    people = [cast.ada.id, cast.max.id, cast.mia.id, cast.bob.id]
    wishes = [
        {field: value} for field, values in (FIELDS | {"assigneeId": people * 2}).items() for value in values
    ]
    assert len(wishes) == 64
    callers = itertools.cycle((cast.ada, cast.max))
    answers = at_once(
        [
            lambda caller=caller, wish=wish: (wish, caller.patch(f"/tasks/{task['id']}", wish))
            for wish, caller in zip(wishes, callers, strict=False)
        ]
    )
    for wish, answer in answers:
        after = expect(200, answer)
        assert {field: after[field] for field in wish} == wish
    final = cast.ada.sees(task)
    for field in FIELDS:
        assert {field: final[field]} in wishes, f"{field} ends with a value that somebody wrote"
    # The history is one chain for each field, from the first value to the last, and holds every wish that
    # changed something: all of those whose values are unlike any other's.
    written = Counter()
    state = {field: task[field] for field in FIELDS}
    for changes in updates(cast.ada, task):
        (change,) = changes
        assert change["from"] == state[change["field"]] != change["to"]
        state[change["field"]] = change["to"]
        written[change["field"]] += 1
    assert state == {field: final[field] for field in FIELDS}
    for field in ("title", "description", "dueDate", "warningOffset", "tags"):
        assert written[field] == 8
    assert written["status"] == 1


def test_moves_at_once_never_leave_the_lifecycle(cast):
    task = cast.mia.makes_a_task(status="IN_PROGRESS")
    wishes = ["REVIEW", "CANCELED", "DONE", "IN_PROGRESS", "TODO"] * 6
    answers = at_once(
        [lambda wish=wish: cast.ada.patch(f"/tasks/{task['id']}", {"status": wish}) for wish in wishes]
    )
    assert {answer.status_code for answer in answers} <= {200, 422}
    way = [(changes[0]["from"], changes[0]["to"]) for changes in updates(cast.ada, task)]
    allowed = {
        ("IN_PROGRESS", "REVIEW"), ("IN_PROGRESS", "CANCELED"), ("REVIEW", "DONE"),
        ("REVIEW", "IN_PROGRESS"), ("REVIEW", "CANCELED"), ("DONE", "CANCELED"),
    }  # fmt: skip
    assert set(way) <= allowed
    assert [to for _, to in way[:-1]] == [before for before, _ in way[1:]]
    assert cast.ada.sees(task)["status"] == way[-1][1]


def test_of_32_creations_with_one_idempotency_key_one_is_made(mia):
    key = {"idempotency-key": "all at once"}
    answers = at_once([lambda: mia.post("/tasks", {"title": "Weld"}, headers=key) for _ in range(32)])
    by_status = Counter(answer.status_code for answer in answers)
    assert set(by_status) <= {201, 409}
    made = [answer for answer in answers if answer.status_code == 201]
    assert len({answer.json()["id"] for answer in made}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in made) == 1
    for answer in answers:
        if answer.status_code == 409:
            refused(409, "resource_conflict", answer)
    assert expect(200, mia.get("/tasks"))["pagination"]["total"] == 1
    again = mia.post("/tasks", {"title": "Weld"}, headers=key)
    assert expect(201, again) == made[0].json()


def test_of_16_users_with_one_address_one_is_made(ada):
    emails = ["Nina@example.com", "nina@example.com"] * 8
    answers = at_once(
        [lambda email=email: ada.post("/users", {"name": "Nina", "email": email}) for email in emails]
    )
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 15}
    assert expect(200, ada.get("/users", email="nina@example.com"))["pagination"]["total"] == 1


def demotes(caller, other):
    return caller.patch(f"/users/{other.id}", {"role": "member"})


def deletes(caller, other):
    return caller.delete(f"/users/{other.id}")


@pytest.mark.parametrize(("one", "another"), [(demotes, demotes), (deletes, deletes), (demotes, deletes)])
def test_two_admins_who_oust_each_other_at_once_never_leave_none(cast, one, another):
    for n in range(8):
        rival = cast.joins(f"Rival{n}", "admin")
        answers = at_once(
            [lambda rival=rival: one(cast.ada, rival), lambda rival=rival: another(rival, cast.ada)]
        )
        ousted = [answer.is_success for answer in answers]
        assert ousted != [True, True]
        admins = cast.backstage.rows(
            "SELECT id FROM users WHERE workspace_id = $1 AND role = 'admin' AND NOT disabled",
            cast.workspace_id,
        )
        assert len(admins) == (1 if any(ousted) else 2)
        for answer in answers:
            assert answer.is_success or answer.status_code in (401, 403, 409), answer.text
        if ousted[1]:  # Ada is out; the rival is who she was
            cast.ada = rival


def test_a_user_deleted_while_being_given_tasks_leaves_no_task_assigned_to_nobody_known(cast):
    for n in range(6):
        doomed = cast.joins(f"Doomed{n}")
        tasks = [cast.ada.makes_a_task() for _ in range(4)]
        answers = at_once(
            [
                *[
                    lambda task=task, doomed=doomed: cast.ada.patch(
                        f"/tasks/{task['id']}", {"assigneeId": doomed.id}
                    )
                    for task in tasks
                ],
                lambda doomed=doomed: cast.max.delete(f"/users/{doomed.id}", force="true"),
                lambda doomed=doomed: cast.ada.post("/tasks", {"title": "New", "assigneeId": doomed.id}),
            ]
        )
        assert {answer.status_code for answer in answers} <= {200, 201, 204, 409, 422}
        if answers[-2].status_code == 204:
            assert expect(200, cast.ada.get("/tasks", assigneeId=doomed.id))["data"] == []


def test_a_task_deleted_while_being_changed_is_gone_and_every_answer_says_what_was_true(cast):
    for _ in range(6):
        task = cast.mia.makes_a_task()
        path = f"/tasks/{task['id']}"
        answers = at_once(
            [
                *[lambda n=n, path=path: cast.ada.patch(path, {"title": f"{n}"}) for n in range(6)],
                lambda path=path: cast.mia.delete(path),
                lambda path=path: cast.ada.post(f"{path}/comments", {"body": "Wait!"}),
            ]
        )
        assert answers[6].status_code == 204
        assert {answer.status_code for answer in answers} <= {200, 201, 204, 404}
        refused(404, "resource_not_found", cast.ada.get(path))


def test_one_key_rotated_twice_at_once_has_one_successor(cast, mia):
    key = expect(201, mia.post("/api-keys", {"name": "Robot"}))
    answers = at_once([lambda: mia.post(f"/api-keys/{key['id']}/rotate", {}) for _ in range(8)])
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 7}
    assert expect(200, mia.get("/api-keys"))["pagination"]["total"] == 3


def test_atomic_batches_that_cross_each_other_wait_their_turn_and_are_all_done(cast):
    tasks = [cast.ada.makes_a_task(title="0") for _ in range(6)]

    def batch(name, order):
        operations = [{"op": "patch", "id": task["id"], "task": {"title": name}} for task in order]
        return cast.ada.post("/tasks/batch", {"atomic": True, "operations": operations})

    answers = at_once([lambda n=n: batch(f"batch {n}", tasks if n % 2 else tasks[::-1]) for n in range(8)])
    assert [answer.status_code for answer in answers] == [200] * 8
    assert len({cast.ada.sees(task)["title"] for task in tasks}) == 1
    assert [len(updates(cast.ada, task)) for task in tasks] == [8] * 6


def test_readers_see_a_task_whole_while_it_is_changed(cast):
    task = cast.mia.makes_a_task(title="0", description="0")
    path = f"/tasks/{task['id']}"

    def write(n):
        return cast.ada.patch(path, {"title": f"{n}", "description": f"{n}"})

    answers = at_once([lambda n=n: write(n) if n % 2 else cast.mia.get(path) for n in range(40)])
    for answer in answers:
        seen = expect(200, answer)
        assert seen["title"] == seen["description"]
