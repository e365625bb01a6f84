"""Calendars: what stands in them, who may read them, and what a calendar program gets."""

import datetime as dt
from pathlib import Path
from typing import Any

import httpx
import icalendar
import pytest

from punchlist.domain import limits
from punchlist.domain.keys import Scope
from punchlist.domain.tokens import new_calendar_secret
from punchlist.settings import Settings
from tests.support.backstage import Backstage
from tests.support.builders import in_future, instant
from tests.support.client import Thing, expect, invalid, refused
from tests.support.people import Cast, Person
from tests.support.plant import Plant, task_path
from tests.support.servers import in_thread, serving

DUE = "2035-06-01T17:00:00Z"


def subscribed(person: Person, **wish: Any) -> Thing:
    """A calendar of somebody's, with its token."""
    return expect(201, person.post("/calendar/tokens", wish))


def fetch(http: httpx.Client, made: Thing, **headers: str) -> httpx.Response:
    """What a calendar program gets, which has nothing but the address."""
    return http.get(httpx.URL(made["url"]).raw_path.decode(), headers=headers)


def calendar_of(http: httpx.Client, made: Thing) -> Any:
    answer = fetch(http, made)
    assert answer.status_code == 200, answer.text
    return icalendar.Calendar.from_ical(answer.content)


def events_of(http: httpx.Client, made: Thing) -> dict[str, Any]:
    """The events of a calendar, by what they are called."""
    return {str(event["summary"]): event for event in calendar_of(http, made).walk("VEVENT")}


def test_what_is_assigned_and_due_stands_in_the_calendar(http: httpx.Client, ada: Person, bob: Person):
    title = "Prüfe; das Drehmoment, 🔩 " + "sehr " * 30 + "genau\\n"
    task = ada.makes_a_task(
        title=title, description="Erst a,\ndann b; fertig", assigneeId=bob.id, dueDate=DUE, warningOffset=24
    )
    for other in (
        {"assigneeId": bob.id},
        {"dueDate": DUE},
        {"assigneeId": ada.id, "dueDate": DUE},
        {"assigneeId": bob.id, "dueDate": DUE, "status": "DONE"},
        {"assigneeId": bob.id, "dueDate": DUE, "status": "CANCELED"},
    ):
        ada.makes_a_task(title="Not Bob's, not due, or done", **other)
    made = subscribed(bob, name="My phone")
    calendar = calendar_of(http, made)
    assert str(calendar["x-wr-calname"]) == "My phone"
    [event] = calendar.walk("VEVENT")
    assert str(event["summary"]) == title.strip()
    assert str(event["description"]) == "Erst a,\ndann b; fertig"
    assert event["dtstart"].dt == dt.datetime(2035, 6, 1, 17, tzinfo=dt.UTC)
    assert event["uid"].startswith(task["id"])
    assert (event["sequence"], instant(event["last-modified"].dt)) == (1, task["updatedAt"])
    assert str(event["url"]).endswith(f"/v1/tasks/{task['id']}")
    [alarm] = event.walk("VALARM")
    assert alarm["trigger"].dt == dt.timedelta(hours=-24)
    assert max(map(len, fetch(http, made).content.split(b"\r\n"))) <= 75


def test_a_change_of_the_task_changes_the_event_and_not_its_identity(
    http: httpx.Client, ada: Person, bob: Person
):
    task = ada.makes_a_task(title="Old", assigneeId=bob.id, dueDate=DUE)
    made = subscribed(bob)
    before = events_of(http, made)["Old"]
    ada.changes(task, title="New", dueDate="2035-06-02T08:00:00Z")
    after = events_of(http, made)["New"]
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]
    assert after["dtstart"].dt == dt.datetime(2035, 6, 2, 8, tzinfo=dt.UTC)
    ada.changes(task, assigneeId=None)
    assert events_of(http, made) == {}


def test_implementation_tasks_of_oneself_and_of_ones_groups_stand_in_it(
    backstage: Backstage, http: httpx.Client
):
    plant = Plant(backstage, http)
    change = plant.mia.makes_a_change(title="Case melting")
    for name, assignee in (
        ("Mine", plant.assignee("user", "bob@example.com")),
        ("My group's", plant.assignee("group")),
        ("A supplier's", plant.assignee("supplier")),
        ("Mia's", plant.assignee("user", "mia@example.com")),
    ):
        task = plant.mia.adds_a_task(change, name=name, assignee=assignee, dueDate=in_future(days=9))
        if name == "Mine":
            mine = task
    plant.mia.adds_a_task(change, name="Not due", assignee=plant.assignee("user", "bob@example.com"))
    made = subscribed(plant.cast.bob)
    events = events_of(http, made)
    assert set(events) == {"Mine", "My group's"}
    assert "Case melting" in str(events["Mine"]["description"])
    assert str(events["Mine"]["url"]).endswith(f"/v1{task_path(change, mine)}")


def test_a_calendar_that_did_not_change_is_not_sent_again(http: httpx.Client, ada: Person, bob: Person):
    task = ada.makes_a_task(assigneeId=bob.id, dueDate=DUE)
    made = subscribed(bob)
    answer = fetch(http, made)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    tag = answer.headers["etag"]
    again = fetch(http, made, **{"if-none-match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    ada.changes(task, title="New")
    assert fetch(http, made, **{"if-none-match": tag}).status_code == 200


@pytest.mark.parametrize("accept", ["text/calendar", "*/*", "text/*", "text/calendar, text/plain;q=0.5"])
def test_a_program_that_takes_calendars_gets_one(http: httpx.Client, bob: Person, accept: str):
    assert fetch(http, subscribed(bob), accept=accept).status_code == 200


def test_one_that_takes_none_is_refused(http: httpx.Client, bob: Person):
    answer = fetch(http, subscribed(bob), accept="application/json")
    assert "text/calendar" in refused(406, "not_acceptable", answer)["message"]


# --- tokens ---------------------------------------------------------------------------------------------


def test_a_calendar_is_made_listed_and_deleted(http: httpx.Client, cast: Cast, bob: Person, mia: Person):
    made = subscribed(bob)
    assert made["name"] == "Calendar"
    assert made["url"].endswith(f"/v1/calendar/{made['token']}.ics")
    second = subscribed(bob, name="  My phone ")
    [newest, oldest] = expect(200, bob.get("/calendar/tokens"))["data"]
    assert newest == {
        "id": second["id"], "name": "My phone", "hint": second["token"][-4:],
        "createdAt": second["createdAt"], "lastUsedAt": None,
    }  # fmt: skip
    assert oldest["id"] == made["id"]
    assert expect(200, mia.get("/calendar/tokens"))["data"] == []
    assert fetch(http, made).status_code == 200
    assert expect(200, bob.get("/calendar/tokens"))["data"][1]["lastUsedAt"] is not None
    refused(404, "resource_not_found", mia.delete(f"/calendar/tokens/{made['id']}"))
    expect(204, bob.delete(f"/calendar/tokens/{made['id']}"))
    refused(404, "resource_not_found", bob.delete(f"/calendar/tokens/{made['id']}"))
    refused(404, "resource_not_found", fetch(http, made))
    assert fetch(http, second).status_code == 200


def test_only_a_digest_of_the_token_is_kept(backstage: Backstage, cast: Cast, bob: Person):
    made = subscribed(bob)
    secret = made["token"].rpartition("_")[2]
    for table in ("calendars", "events"):
        rows = backstage.rows(
            f"SELECT t::text AS row FROM {table} t WHERE workspace_id = $1", cast.workspace_id
        )
        assert rows
        assert not any(secret in row["row"] for row in rows)


def test_what_opens_no_calendar_is_not_found_and_nothing_more(
    http: httpx.Client, backstage: Backstage, cast: Cast, bob: Person, charlie: Person, ada: Person
):
    bobs, charlies = subscribed(bob), subscribed(charlie)
    expect(204, bob.delete(f"/calendar/tokens/{bobs['id']}"))
    backstage.execute("UPDATE users SET disabled = true WHERE id = $1", charlie.id)
    stranger = new_calendar_secret(cast.workspace_id).token
    nowhere = new_calendar_secret(2**31 - 1).token
    told = set()
    for token in (bobs["token"], charlies["token"], stranger, nowhere, "cl_zzzzzzzz_" + "a" * 32, "x",
                  ada.token):  # fmt: skip
        answer = http.get(f"/v1/calendar/{token}.ics")
        told.add(refused(404, "resource_not_found", answer)["message"].replace(str(token), "…"))
    assert told == {"There is nothing at /v1/calendar/….ics"}
    made = subscribed(bob)
    refused(404, "resource_not_found", http.get(f"/v1/calendar/{made['token']}"))
    refused(404, "resource_not_found", http.get(f"/v1/calendar/{made['token']}.ics.ics"))


def test_a_calendar_shows_nothing_of_another_workspace(http: httpx.Client, cast: Cast, ada: Person):
    ada.makes_a_task(title="Ours", assigneeId=ada.id, dueDate=DUE)
    zoe = cast.elsewhere()
    zoe.makes_a_task(title="Theirs", assigneeId=zoe.id, dueDate=DUE)
    assert set(events_of(http, subscribed(ada))) == {"Ours"}
    assert set(events_of(http, subscribed(zoe))) == {"Theirs"}
    made = subscribed(ada)
    refused(404, "resource_not_found", zoe.delete(f"/calendar/tokens/{made['id']}"))


def test_a_calendars_token_is_no_key(cast: Cast, bob: Person):
    made = subscribed(bob)
    answer = cast.nobody.get("/tasks", headers={"authorization": f"Bearer {made['token']}"})
    refused(401, "invalid_authentication", answer)


@pytest.mark.parametrize("scope", [Scope.TASKS_READ, Scope.CHANGES_READ])
def test_a_key_that_reads_only_one_kind_of_task_makes_none(cast: Cast, bob: Person, scope: Scope):
    scoped = cast.with_key(bob, scopes=(scope,))
    refused(403, "insufficient_scope", scoped.post("/calendar/tokens", {}))
    refused(403, "insufficient_scope", scoped.get("/calendar/tokens"))
    made = subscribed(bob)
    refused(403, "insufficient_scope", scoped.delete(f"/calendar/tokens/{made['id']}"))
    both = cast.with_key(bob, scopes=(Scope.TASKS_READ, Scope.CHANGES_READ))
    assert subscribed(both)


def test_bad_wishes_are_refused(bob: Person):
    assert set(invalid(bob.post("/calendar/tokens", {"name": " "}))) == {"name"}
    assert set(invalid(bob.post("/calendar/tokens", {"name": "x" * (limits.NAME_MAX + 1)}))) == {"name"}
    assert set(invalid(bob.post("/calendar/tokens", {"colour": "red"}))) == {"colour"}
    assert expect(201, bob.send("POST", "/calendar/tokens"))["name"] == "Calendar"


def test_a_user_has_so_many_calendars(bob: Person, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "CALENDARS_PER_USER_MAX", 2)
    subscribed(bob)
    subscribed(bob)
    refused(409, "resource_conflict", bob.post("/calendar/tokens", {}))


def test_a_calendar_has_so_many_entries(http: httpx.Client, ada: Person, monkeypatch: pytest.MonkeyPatch):
    for number in range(3):
        ada.makes_a_task(title=str(number), assigneeId=ada.id, dueDate=in_future(days=3 - number))
    monkeypatch.setattr(limits, "CALENDAR_ENTRIES_MAX", 2)
    assert set(events_of(http, subscribed(ada))) == {"1", "2"}  # the first to be due


def test_the_address_is_the_one_that_people_reach_the_server_by(
    cast: Cast, bob: Person, dsn: str, tmp_path: Path
):
    settings = Settings(data_dir=tmp_path, worker=False, public_url="https://punchlist.example.com/desk/")
    with in_thread(settings, dsn) as url, httpx.Client(base_url=url, trust_env=False) as http:
        bob.http = http
        made = subscribed(bob)
        assert made["url"] == f"https://punchlist.example.com/desk/v1/calendar/{made['token']}.ics"


def test_the_token_is_not_in_the_log(tmp_path: Path):
    token = new_calendar_secret(7).token
    with serving("--data-dir", str(tmp_path), "--log-format", "json", cwd=tmp_path) as server:
        for path in (f"/v1/calendar/{token}.ics", f"/v1/calendar/{token}", f"/V1/calendar/{token}.ics/x"):
            assert httpx.get(f"{server.url}{path}", trust_env=False).status_code == 404
        server.stop()
        assert "/v1/calendar/cl_7_….ics" in {line.get("path") for line in server.log_lines()}
        assert token.rpartition("_")[2] not in server.log()
