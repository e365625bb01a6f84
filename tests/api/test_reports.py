"""Reports: what the record tells of how the work goes, and only of what one may see."""

import csv
import datetime as dt
import io

import pytest

from tests.support.builders import in_future
from tests.support.client import expect, refused
from tests.support.plant import Plant

TODAY = dt.datetime.now(dt.UTC).date()
REPORTS = ["flow", "throughput", "cycle-time", "overdue", "changes"]


def ago(days, hours=0.0):
    """Noon some days ago, and some hours later."""
    noon = dt.datetime.combine(TODAY - dt.timedelta(days=days), dt.time(12), tzinfo=dt.UTC)
    return noon + dt.timedelta(hours=hours)


@pytest.fixture
def past(backstage, cast):
    """Makes tasks with a past. The record cannot be rewritten, so it is written as it would have been."""

    def make(creator, *steps, title="Check the torque", assignee=None):
        task = creator.makes_a_task(title=title, **({"assigneeId": assignee.id} if assignee else {}))
        backstage.execute("ALTER TABLE events DISABLE TRIGGER USER")
        backstage.execute("DELETE FROM events WHERE entity_id = $1", task["id"])
        backstage.execute("ALTER TABLE events ENABLE TRIGGER USER")
        before = None
        for version, (at, status) in enumerate(steps, 1):
            backstage.execute(
                "INSERT INTO events"
                " (workspace_id, actor_id, verb, entity, entity_id, version, before, after, at)"
                " VALUES ($1, $2, $3, 'task', $4, $5, $6::jsonb, jsonb_build_object('status', $7::text), $8)",
                cast.workspace_id,
                creator.id,
                "updated" if before else "created",
                task["id"],
                version,
                f'{{"status": "{before}"}}' if before else "{}",
                status,
                at,
            )
            before = status
        backstage.execute("UPDATE tasks SET status = $2 WHERE id = $1", task["id"], before)
        return task

    return make


def report(person, name, **wanted):
    return expect(200, person.get(f"/reports/{name}", **wanted))


def days(first, last=0):
    return {"from": str(TODAY - dt.timedelta(days=first)), "to": str(TODAY - dt.timedelta(days=last))}


# ── flow ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_flow_tells_how_many_tasks_were_in_each_status_each_day(ada, max_, past):
    past(ada, (ago(9), "TODO"), (ago(3), "IN_PROGRESS"), (ago(2), "REVIEW"), (ago(1), "DONE"))
    past(ada, (ago(3), "TODO"))
    past(max_, (ago(40), "IN_PROGRESS"), (ago(3), "CANCELED"))
    found = report(ada, "flow", **days(4, 1))
    assert {name: found[name] for name in ("from", "to", "interval")} == days(4, 1) | {"interval": "day"}
    assert [each["start"] for each in found["buckets"]] == [
        str(TODAY - dt.timedelta(days=each)) for each in (4, 3, 2, 1)
    ]
    rows = [tuple(each["counts"].values()) for each in found["buckets"]]
    assert rows == [(1, 1, 0, 0, 0), (1, 1, 0, 0, 1), (1, 0, 1, 0, 1), (1, 0, 0, 1, 1)]
    assert list(found["buckets"][0]["counts"]) == ["TODO", "IN_PROGRESS", "REVIEW", "DONE", "CANCELED"]


def test_the_last_bucket_is_how_things_stand(ada, mia, bob):
    task = mia.makes_a_task(assigneeId=mia.id)
    mia.changes(task, status="IN_PROGRESS")
    mia.changes(task, title="Another title")
    ada.makes_a_task(status="DONE")
    gone = ada.makes_a_task(status="REVIEW")
    expect(204, ada.delete(f"/tasks/{gone['id']}"))
    counts = report(ada, "flow")["buckets"][-1]["counts"]
    assert counts == {"TODO": 0, "IN_PROGRESS": 1, "REVIEW": 0, "DONE": 1, "CANCELED": 0}
    assert len(report(ada, "flow")["buckets"]) == 30


def test_weeks_begin_on_monday(ada, past):
    monday = TODAY - dt.timedelta(days=TODAY.weekday() + 14)
    noon = dt.datetime.combine(monday, dt.time(12), tzinfo=dt.UTC)
    past(
        ada,
        (noon - dt.timedelta(days=1), "TODO"),
        (noon, "IN_PROGRESS"),
        (noon + dt.timedelta(days=6), "REVIEW"),
    )
    wednesday = monday + dt.timedelta(days=2)
    found = report(
        ada, "flow", interval="week", **{"from": str(wednesday - dt.timedelta(days=7)), "to": str(wednesday)}
    )
    assert [each["start"] for each in found["buckets"]] == [str(monday - dt.timedelta(days=7)), str(monday)]
    assert [each["counts"]["TODO"] for each in found["buckets"]] == [1, 0]
    assert found["buckets"][1]["counts"]["REVIEW"] == 1
    assert len(report(ada, "flow", interval="week")["buckets"]) == 13


# ── throughput and cycle time ────────────────────────────────────────────────────────────────────────────


def test_the_throughput_tells_what_was_created_and_finished_each_day(ada, past):
    past(ada, (ago(9), "TODO"), (ago(3), "IN_PROGRESS"), (ago(2), "REVIEW"), (ago(1), "DONE"))
    past(ada, (ago(2), "DONE"), (ago(1), "CANCELED"))
    past(ada, (ago(2), "TODO"))
    found = report(ada, "throughput", **days(3, 1))
    assert [(each["created"], each["finished"]) for each in found["buckets"]] == [(0, 0), (2, 1), (0, 1)]


def test_cycle_times_are_the_hours_from_the_first_beginning_to_the_end(ada, past):
    again = past(
        ada, (ago(9), "TODO"), (ago(5), "IN_PROGRESS"), (ago(4), "REVIEW"), (ago(3), "IN_PROGRESS"),
        (ago(3, 1), "REVIEW"), (ago(3, 1.5), "DONE"), title="Twice reviewed",
    )  # fmt: skip
    quick = past(
        ada, (ago(2), "IN_PROGRESS"), (ago(2, 1), "REVIEW"), (ago(2, 2), "DONE"), (ago(1), "CANCELED")
    )
    past(ada, (ago(2), "DONE"))  # nobody knows when it was begun
    past(ada, (ago(30), "IN_PROGRESS"), (ago(20), "REVIEW"), (ago(20), "DONE"))  # before the window
    past(ada, (ago(3), "IN_PROGRESS"), (ago(2), "REVIEW"))  # not finished
    found = report(ada, "cycle-time", **days(10))
    assert [(each["id"], each["hours"]) for each in found["tasks"]] == [
        (quick["id"], 2.0),
        (again["id"], 49.5),
    ]
    assert found["tasks"][1] == {
        "id": again["id"],
        "title": "Twice reviewed",
        "startedAt": f"{ago(5):%Y-%m-%dT%H:%M:%SZ}",
        "finishedAt": f"{ago(3, 1.5):%Y-%m-%dT%H:%M:%SZ}",
        "hours": 49.5,
    }
    assert found["total"] == 2
    assert found["percentiles"] == {"p50": 25.75, "p85": 42.38, "p95": 47.12}


def test_without_finished_tasks_there_are_no_percentiles(ada):
    found = report(ada, "cycle-time")
    assert (found["total"], found["percentiles"], found["tasks"]) == (0, None, [])


# ── overdue ──────────────────────────────────────────────────────────────────────────────────────────────


def is_late(backstage, task, days):
    backstage.execute(
        "UPDATE tasks SET due_at = now() - make_interval(days => $2) WHERE id = $1", task["id"], days
    )


def test_overdue_work_is_told_by_person_the_most_first(ada, bob, mia, backstage):
    first, second = (ada.makes_a_task(assigneeId=bob.id, dueDate=in_future()) for _ in range(2))
    nobodys = ada.makes_a_task(dueDate=in_future(), status="REVIEW")
    done = ada.makes_a_task(assigneeId=mia.id, dueDate=in_future(), status="DONE")
    ada.makes_a_task(assigneeId=mia.id, dueDate=in_future())
    for task, late in ((first, 1), (second, 5), (nobodys, 1), (done, 1)):
        is_late(backstage, task, late)
    assert report(ada, "overdue") == {
        "people": [
            {"user": {"id": bob.id, "name": "Bob"}, "count": 2, "ids": [second["id"], first["id"]]},
            {"user": None, "count": 1, "ids": [nobodys["id"]]},
        ]
    }


def test_of_much_that_is_overdue_the_oldest_is_named_and_all_is_counted(ada, bob, backstage):
    task = ada.makes_a_task(assigneeId=bob.id, dueDate=in_future())
    backstage.execute(
        "INSERT INTO tasks (workspace_id, id, title, status, priority, assignee_id, due_at, tags, created_at,"
        " updated_at) SELECT t.workspace_id, lpad(n::text, 20, '0'), t.title, 'TODO', 'LOW', t.assignee_id,"
        " now() - make_interval(hours => n), '{}', now(), now() FROM tasks t, generate_series(1, 120) n"
        " WHERE t.id = $1",
        task["id"],
    )
    [entry] = report(ada, "overdue")["people"]
    assert entry["count"] == 120
    assert len(entry["ids"]) == 100
    assert entry["ids"][0] == "120".rjust(20, "0")


# ── changes ──────────────────────────────────────────────────────────────────────────────────────────────


def test_open_changes_are_told_with_how_far_they_are(backstage, http):
    plant = Plant(backstage, http)
    change = plant.change_in("EFFECTIVE")
    for status in ("DONE", "IN_PROGRESS", "NOT_STARTED"):
        plant.mia.adds_a_task(change, status=status)
    backstage.execute(
        "UPDATE implementation_tasks SET due_at = now() - interval '1 hour' WHERE workspace_id = $1"
        " AND status = 'NOT_STARTED'",
        plant.workspace_id,
    )
    newer = plant.change_in("REJECTED")
    for closed in ("COMPLETED", "CANCELED"):
        plant.change_in(closed)
    expected = [
        {"id": newer["guid"], "number": newer["number"], "title": "Case melting", "status": "REJECTED",
         "done": 0, "total": 0, "overdue": 0},
        {"id": change["guid"], "number": change["number"], "title": "Case melting", "status": "EFFECTIVE",
         "done": 1, "total": 3, "overdue": 1},
    ]  # fmt: skip
    assert report(plant.ada, "changes") == {"changes": expected}
    assert report(plant.charlie, "changes") == {"changes": expected}  # everybody sees changes
    seen = plant.ada.sees_change(change)["progress"]
    assert (seen["done"], seen["total"], seen["overdue"]) == (1, 3, 1)


# ── who sees what ────────────────────────────────────────────────────────────────────────────────────────


def test_a_report_is_only_of_what_one_may_see(cast, ada, max_, mia, bob, charlie, past, backstage):
    way = (ago(4), "TODO"), (ago(3), "IN_PROGRESS"), (ago(2), "REVIEW"), (ago(1), "DONE")
    past(ada, *way)
    past(mia, *way)
    past(ada, *way, assignee=bob)
    for who, number in ((ada, 3), (max_, 3), (mia, 1), (bob, 1), (charlie, 0), (cast.elsewhere(), 0)):
        assert report(who, "flow")["buckets"][-1]["counts"]["DONE"] == number
        assert sum(each["finished"] for each in report(who, "throughput")["buckets"]) == number
        assert sum(each["created"] for each in report(who, "throughput")["buckets"]) == number
        assert report(who, "cycle-time")["total"] == number


def test_overdue_work_is_only_told_of_to_those_who_may_see_it_and_with_names_they_may_see(
    cast, ada, mia, bob, charlie, backstage
):
    task = mia.makes_a_task(assigneeId=mia.id, dueDate=in_future())
    expect(200, ada.patch(f"/tasks/{task['id']}", {"assigneeId": bob.id}))
    is_late(backstage, task, 1)
    own = {"count": 1, "ids": [task["id"]]}
    assert report(bob, "overdue")["people"] == [{"user": {"id": bob.id, "name": "Bob"}} | own]
    assert report(mia, "overdue")["people"] == [{"user": {"id": bob.id, "name": None}} | own]
    for who in (charlie, cast.elsewhere()):
        assert report(who, "overdue")["people"] == []


def test_a_key_needs_the_scope_of_what_is_told(cast, ada):
    changes, tasks = (cast.with_key(ada, scopes=(f"{each}:read",)) for each in ("changes", "tasks"))
    for name in REPORTS:
        one, other = (changes, tasks) if name == "changes" else (tasks, changes)
        report(one, name)
        refused(403, "insufficient_scope", other.get(f"/reports/{name}"))
        refused(401, "missing_authentication", cast.nobody.get(f"/reports/{name}"))


# ── tables ───────────────────────────────────────────────────────────────────────────────────────────────


def rows_of(answer):
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert answer.headers["vary"] == "accept"
    return list(csv.reader(io.StringIO(answer.text, newline=""), strict=True))


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_is_a_table_too(ada, name):
    by_format = ada.get(f"/reports/{name}", format="csv")
    by_accept = ada.get(f"/reports/{name}", headers={"accept": "text/csv"})
    assert rows_of(by_format) == rows_of(by_accept)
    saved = f'attachment; filename="{name}-{dt.datetime.now(dt.UTC):%Y-%m-%d}.csv"'
    assert by_format.headers["content-disposition"] == saved
    as_json = ada.get(f"/reports/{name}", format="json", headers={"accept": "text/csv"})
    assert as_json.headers["content-type"] == "application/json"
    refused(406, "not_acceptable", ada.get(f"/reports/{name}", headers={"accept": "text/html"}))


def test_a_table_says_what_the_report_says(ada, past, backstage, bob):
    past(ada, (ago(3), "IN_PROGRESS"), (ago(2), "REVIEW"), (ago(1), "DONE"), title='=HYPERLINK("x")')
    is_late(backstage, ada.makes_a_task(assigneeId=bob.id, dueDate=in_future()), 1)
    found = report(ada, "flow")
    assert rows_of(ada.get("/reports/flow", format="csv"))[1:] == [
        [each["start"], *map(str, each["counts"].values())] for each in found["buckets"]
    ]
    [task] = report(ada, "cycle-time")["tasks"]
    assert rows_of(ada.get("/reports/cycle-time", format="csv"))[1:] == [
        [task["id"], '\'=HYPERLINK("x")', task["startedAt"], task["finishedAt"], "48.0"]
    ]
    [late] = report(ada, "overdue")["people"]
    assert rows_of(ada.get("/reports/overdue", format="csv"))[1:] == [[bob.id, "Bob", "1", late["ids"][0]]]


# ── bounds ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["flow", "throughput", "cycle-time"])
@pytest.mark.parametrize(
    ("wanted", "wrong"),
    [
        (days(366), "from"),
        ({"from": "2000-01-01"}, "from"),
        ({"from": str(TODAY + dt.timedelta(days=2))}, "from"),
        (days(1, 3), "from"),
        ({"from": "yesterday"}, "from"),
        ({"to": "2030-01-01T00:00:00Z"}, "to"),
        ({"format": "xml"}, "format"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_window_that_is_none_or_too_long_is_refused(ada, name, wanted, wrong):
    assert set(refused(400, "invalid_parameters", ada.get(f"/reports/{name}", **wanted))["details"]) == {
        wrong
    }


@pytest.mark.parametrize("wanted", [{"interval": "month"}, {"interval": "week", "from": "2000-01-01"}])
def test_an_interval_that_is_none_or_makes_too_many_buckets_is_refused(ada, wanted):
    refused(400, "invalid_parameters", ada.get("/reports/flow", **wanted))
    assert len(report(ada, "flow", **days(365))["buckets"]) == 366
