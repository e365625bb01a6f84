"""Implementation tasks: listed, added, read, edited and removed; the heart of this dialect."""

import pytest

from tests.support.builders import nobodys_id
from tests.support.client import expect
from tests.support.plant import LINE, refusal, task_path


def tasks_of(change):
    return f"/changes/{change['guid']}/implementationtasks"


@pytest.fixture
def change(mia):
    return mia.makes_a_change()


@pytest.fixture
def task(mia, change):
    return mia.adds_a_task(change)


# ── the samples, as clients send them ────────────────────────────────────────────────────────────────────


def test_the_sample_of_adding_a_task_runs_as_written(plant, mia, change):
    group = plant.guid("groups", LINE)
    sample = {
        "name": "Commit changes to archive",
        "assignee": {"userGroup": {"guid": group, "name": "EveryHome Engineering USA"}},
        "dueDate": "2022-03-07T08:00:00Z",
        "status": "NOT_STARTED",
    }
    answer = mia.post(tasks_of(change), sample)
    added = expect(200, answer)
    assert {name: added[name] for name in sample} == sample
    assert len(added["guid"]) == 20
    assert mia.sees_task(change, added) == added
    assert answer.headers["etag"] == '"1"'


def test_the_sample_of_editing_a_task_runs_as_written(plant, mia, change, task):
    group = plant.guid("groups", LINE)
    sample = {
        "name": "Check Packaging",
        "assignee": {"userGroup": {"guid": group}},
        "dueDate": "2022-03-07T08:00:00Z",
        "status": "DONE",
    }
    edited = expect(200, mia.put(task_path(change, task), sample))
    named = {"assignee": {"userGroup": {"guid": group, "name": "EveryHome Engineering USA"}}}
    assert edited == task | sample | named
    assert mia.sees_task(change, task) == edited


def test_the_sample_of_a_malformed_guid_is_refused_as_written(mia, change):
    answer = mia.put(f"{tasks_of(change)}/XFWQ0GZGZDJ015J12", {"status": "DONE"})
    assert answer.status_code == 400
    assert answer.json() == {
        "status": 400,
        "errors": [{"code": 3011, "message": 'The guid "XFWQ0GZGZDJ015J12" is not valid.'}],
    }


# ── adding ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_name_alone_makes_a_task(mia, change):
    added = expect(200, mia.post(tasks_of(change), {"name": "  Check Packaging "}))
    assert added == {
        "guid": added["guid"],
        "name": "Check Packaging",
        "assignee": {},
        "dueDate": None,
        "status": "NOT_STARTED",
        "warningHours": None,
    }


STATUSES = ["NOT_STARTED", "IN_PROGRESS", "BEHIND", "DONE", "CANCELED", "NOT_APPLICABLE"]


@pytest.mark.parametrize("status", STATUSES)
def test_a_task_may_begin_in_any_status(mia, change, status):
    assert mia.adds_a_task(change, status=status)["status"] == status


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("2022-03-07T08:00:00Z", "2022-03-07T08:00:00Z"),
        ("2022-03-07T08:00:00.999Z", "2022-03-07T08:00:00Z"),
        ("2022-03-07T08:00:00+05:30", "2022-03-07T02:30:00Z"),
        ("0001-01-01T00:00:01Z", "0001-01-01T00:00:01Z"),
        ("0999-12-31T23:59:59Z", "0999-12-31T23:59:59Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
    ],
)
def test_any_instant_may_be_due(mia, change, sent, shown):
    added = mia.adds_a_task(change, dueDate=sent)
    assert added["dueDate"] == shown
    assert mia.sees_task(change, added) == added


def test_a_task_takes_hours_for_a_reminder(mia, change):
    due = {"dueDate": "2035-06-01T17:00:00Z"}
    assert mia.adds_a_task(change, warningHours=24, **due)["warningHours"] == 24
    added = mia.adds_a_task(change, warningHours=0.5, **due)
    assert added["warningHours"] == 0.5
    assert mia.edits_task(change, added, warningHours=8760)["warningHours"] == 8760
    for body in ({"warningHours": 24}, due | {"warningHours": -1}, due | {"warningHours": 8761}):
        refusal(mia.post(tasks_of(change), {"name": "x"} | body), 3003)


def test_null_is_no_wish(mia, change):
    nothing = dict.fromkeys(("assignee", "dueDate", "status", "warningHours"))
    assert mia.adds_a_task(change, **nothing)["status"] == "NOT_STARTED"


WRONG = {
    "no name": ({"name": None}, (3001,)),
    "an empty name": ({"name": ""}, (3701,)),
    "a blank name": ({"name": " \t"}, (3701,)),
    "a long name": ({"name": "é" * 101}, (3702,)),
    "a name that is none": ({"name": 7}, (3003,)),
    "a NUL in the name": ({"name": "a\0b"}, (3003,)),
    "an unknown attribute": ({"color": "red"}, (3004,)),
    "another case": ({"Status": "DONE"}, (3004,)),
    "no such status": ({"status": "FINISHED"}, (3006,)),
    "a status that is none": ({"status": 1}, (3003,)),
    "a due date that is no date": ({"dueDate": "tomorrow"}, (3055,)),
    "a due date without offset": ({"dueDate": "2022-03-07T08:00:00"}, (3055,)),
    "a due date that is a number": ({"dueDate": 1646640000}, (3003,)),
    "a due date that means none": ({"dueDate": "0001-01-01T00:00:00Z"}, (3055,)),
    "a due date before all years": ({"dueDate": "0001-01-01T00:00:00+01:00"}, (3055,)),
    "a due date past all years": ({"dueDate": "9999-12-31T23:59:59-10:00"}, (3055,)),
    "a reminder that is none": ({"warningHours": "24", "dueDate": "2035-06-01T17:00:00Z"}, (3003,)),
    "much at once": ({"name": "", "status": "X", "dueDate": "x", "color": 1}, (3006, 3055, 3004, 3701)),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_task_that_cannot_be_is_refused_and_not_added(mia, change, wrong):
    wish, codes = WRONG[wrong]
    refusal(mia.post(tasks_of(change), {"name": "Check Packaging"} | wish), *codes)
    assert mia.sees_tasks(change) == []


@pytest.mark.parametrize("wrong", [wrong for wrong in WRONG if wrong != "no name"])
def test_an_edit_that_cannot_be_is_refused_whole(mia, change, task, wrong):
    wish, codes = WRONG[wrong]
    refusal(mia.put(task_path(change, task), {"status": "DONE"} | wish), *codes)
    assert mia.sees_task(change, task) == task


def test_a_name_of_a_hundred_characters_after_trimming_is_taken(mia, change):
    assert mia.adds_a_task(change, name=f" {'é' * 100}  ")["name"] == "é" * 100


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────


def test_tasks_are_listed_oldest_first_for_anyone(mia, charlie, change):
    made = [mia.adds_a_task(change, name=f"Step {place}") for place in range(3)]
    assert charlie.sees_tasks(change) == made
    body = expect(200, charlie.get(tasks_of(change), limit=2, offset=1))
    assert body == {"count": 2, "results": made[1:]}
    assert charlie.sees_task(change, made[0]) == made[0]


# ── editing ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def full(plant, mia, change):
    """A task every field of which says something."""
    return mia.adds_a_task(
        change,
        assignee=plant.assignee("user"),
        dueDate="2035-06-01T17:00:00Z",
        warningHours=24,
        status="IN_PROGRESS",
    )


EDITS = {"name": "Weld", "dueDate": "2036-06-01T17:00:00Z", "status": "DONE", "warningHours": 48}


@pytest.mark.parametrize("name", EDITS)
def test_what_is_given_changes_and_nothing_else(mia, change, full, name):
    edited = mia.edits_task(change, full, **{name: EDITS[name]})
    assert edited == full | {name: EDITS[name]}
    assert mia.sees_task(change, full) == edited


def test_a_task_that_was_read_can_be_sent_back_and_nothing_happens(mia, change, full):
    before = mia.get(task_path(change, full))
    for parameters in ({}, {"setnull": "true"}):
        answer = mia.put(task_path(change, full), before.json(), **parameters)
        assert expect(200, answer) == full
        assert answer.headers["etag"] == before.headers["etag"]
    assert mia.edits_task(change, full) == full
    assert len(mia.sees_history(change)) == 2


@pytest.mark.parametrize("name", ["assignee", "dueDate", "warningHours", "name", "status"])
def test_null_is_passed_over_unless_it_is_meant(mia, change, full, name):
    assert expect(200, mia.put(task_path(change, full), {name: None})) == full


@pytest.mark.parametrize(
    ("name", "cleared"),
    [
        ("assignee", {"assignee": {}}),
        ("dueDate", {"dueDate": None, "warningHours": None}),
        ("warningHours", {"warningHours": None}),
        ("name", {}),
        ("status", {}),
    ],
)
def test_null_clears_what_may_be_absent_when_it_is_meant(mia, change, full, name, cleared):
    edited = expect(200, mia.put(task_path(change, full), {name: None}, setnull="true"))
    assert edited == full | cleared


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_task_of_another_change_is_none_here(mia, change, task, method):
    other = mia.makes_a_change()
    body = {"status": "DONE"} if method == "PUT" else None
    [error] = refusal(mia.send(method, task_path(other, task), body), 3011)
    assert task["guid"] in error["message"]
    assert mia.sees_task(change, task) == task


def test_what_belongs_to_another_workspace_is_nothing_here(fresh, mia, change, task):
    for body in ({"status": "DONE"}, {"color": 1}):
        refusal(fresh.ada.put(task_path(change, task), body), 3011)
    refusal(fresh.ada.get(task_path(change, task)), 3011)
    refusal(fresh.ada.get(tasks_of(change)), 3011)
    refusal(fresh.ada.post(tasks_of(change), {"name": "x"}), 3011)
    refusal(fresh.ada.delete(task_path(change, task)), 3011)
    assert mia.sees_tasks(change) == [task]


TASK = "/changes/{change}/implementationtasks/{task}"
PLACES = [
    ("GET", "/changes/{bad}/implementationtasks"),
    ("POST", "/changes/{bad}/implementationtasks"),
    ("GET", "/changes/{bad}/implementationtasks/{task}"),
    ("PUT", "/changes/{bad}/implementationtasks/{task}"),
    ("DELETE", "/changes/{bad}/implementationtasks/{task}"),
    ("GET", "/changes/{change}/implementationtasks/{bad}"),
    ("PUT", "/changes/{change}/implementationtasks/{bad}"),
    ("DELETE", "/changes/{change}/implementationtasks/{bad}"),
    ("GET", "/changes/{change}/implementationtasks/{bad}/notes"),
    ("POST", "/changes/{change}/implementationtasks/{bad}/notes"),
    ("GET", f"{TASK}/notes/{{bad}}"),
    ("PUT", f"{TASK}/notes/{{bad}}"),
    ("DELETE", f"{TASK}/notes/{{bad}}"),
]


@pytest.mark.parametrize(("method", "place"), PLACES)
def test_a_malformed_guid_is_told_before_anything_else(mia, charlie, change, task, method, place):
    for bad in ("XFWQ0GZGZDJ015J12", "x" * 20, "0" * 21, "%00", "é" * 20):
        path = place.format(bad=bad, change=change["guid"], task=task["guid"])
        refusal(charlie.send(method, path, {"color": 1} if method in ("PUT", "POST") else None), 3011)
    assert mia.sees_tasks(change) == [task]


def test_of_two_malformed_guids_the_first_is_told(mia):
    [error] = refusal(mia.get("/changes/x/implementationtasks/y"), 3011)
    assert error["message"] == 'The guid "x" is not valid.'


# ── removing ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_task_goes_with_its_notes_and_its_history_stays(mia, change, task, backstage):
    note = mia.notes(change, task)
    answer = mia.delete(task_path(change, task))
    assert (answer.status_code, answer.content) == (204, b"")
    refusal(mia.get(task_path(change, task)), 3011)
    refusal(mia.put(task_path(change, task), {"status": "DONE"}), 3011)
    assert mia.sees_tasks(change) == []
    query = "SELECT count(*) FROM implementation_task_notes WHERE id = $1"
    assert backstage.value(query, note["guid"]) == 0
    assert mia.sees_history(change)[0]["verb"] == "deleted"


def test_what_is_not_there_is_not_removed(mia, change, task):
    other = mia.makes_a_change()
    for path in (f"{tasks_of(change)}/{nobodys_id()}", task_path(other, task)):
        [error] = refusal(mia.delete(path), 3024)
        assert error["message"] == (
            "Either you do not have privileges to access the requested data or it does not exist."
        )
    expect(204, mia.delete(task_path(change, task)))
    refusal(mia.delete(task_path(change, task)), 3024)
