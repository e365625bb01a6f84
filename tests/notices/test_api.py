"""Notifications over HTTP: one's own, newest first, read and unread."""

import datetime as dt

import pytest

from tests.notices.office import Office, told
from tests.notices.test_reminders import due_of, own_task, reminder_of
from tests.support.builders import instant, nobodys_id
from tests.support.client import Thing, expect, invalid, refused
from tests.support.people import Person


@pytest.fixture
def three(office: Office, max_: Person, bob: Person) -> list[Thing]:
    """What Bob was told, newest first: overdue, reminded, assigned."""
    task = own_task(bob)
    max_.makes_a_task(assigneeId=bob.id, title="Order the bolts")
    office.works()
    office.works(reminder_of(task))
    office.works(due_of(task))
    found = told(bob)
    assert [each["kind"] for each in found] == ["overdue", "reminder", "assigned"]
    return found


def unread(person: Person) -> int:
    return int(expect(200, person.get("/notifications/unread-count"))["unread"])


def test_a_list_has_pages_and_links(three: list[Thing], bob: Person):
    answer = bob.get("/notifications", limit=1, offset=1)
    assert [each["id"] for each in expect(200, answer)["data"]] == [three[1]["id"]]
    assert answer.json()["pagination"] == {"total": 3, "limit": 1, "offset": 1, "hasMore": True}
    assert 'rel="next"' in answer.headers["link"]


def test_a_list_can_be_of_some_kinds(three: list[Thing], bob: Person):
    assert told(bob, kind="reminder") == [three[1]]
    assert told(bob, kind="reminder,assigned") == three[1:]
    assert told(bob, kind="webhook_disabled") == []


@pytest.mark.parametrize("parameters", [{"kind": "birthday"}, {"unread": "yes"}, {"userId": "A" * 20}])
def test_what_is_no_filter_is_refused(bob: Person, parameters: Thing):
    refused(400, "invalid_parameters", bob.get("/notifications", **parameters))


def test_one_is_read_by_its_id(three: list[Thing], bob: Person):
    assert expect(200, bob.get(f"/notifications/{three[0]['id']}")) == three[0]


def test_one_is_marked_as_read_and_as_unread_again(three: list[Thing], bob: Person):
    path = f"/notifications/{three[0]['id']}"
    marked = expect(200, bob.patch(path, {"read": True}))
    assert marked["readAt"] is not None
    assert marked | {"readAt": None} == three[0]
    assert told(bob, unread="true") == three[1:]
    assert told(bob, unread="false") == [marked]
    assert expect(200, bob.patch(path, {"read": False})) == three[0]
    assert told(bob, unread="true") == three


def test_marking_what_is_marked_keeps_the_instant(office: Office, three: list[Thing], bob: Person):
    path = f"/notifications/{three[0]['id']}"
    expect(200, bob.patch(path, {"read": True}))
    long_ago = "UPDATE notifications SET read_at = '2020-01-01T00:00:00Z' WHERE id = $1"
    office.backstage.execute(long_ago, three[0]["id"])
    assert expect(200, bob.patch(path, {"read": True}))["readAt"] == "2020-01-01T00:00:00Z"


def test_what_was_read_can_be_sent_back_and_changes_nothing(three: list[Thing], bob: Person):
    assert expect(200, bob.patch(f"/notifications/{three[0]['id']}", three[0])) == three[0]


@pytest.mark.parametrize("body", [{"read": "yes"}, {"read": None}, {"seen": True}])
def test_what_cannot_be_marked_is_refused(three: list[Thing], bob: Person, body: Thing):
    invalid(bob.patch(f"/notifications/{three[0]['id']}", body))
    assert unread(bob) == 3


def test_all_are_marked_at_once(three: list[Thing], bob: Person):
    assert unread(bob) == 3
    assert expect(200, bob.post("/notifications/read", {})) == {"marked": 3}
    assert expect(200, bob.post("/notifications/read", {})) == {"marked": 0}
    assert unread(bob) == 0
    assert told(bob, unread="true") == []


def test_some_are_marked_by_their_ids_and_what_is_not_ones_own_is_passed_over(
    three: list[Thing], bob: Person, charlie: Person
):
    ids = [three[0]["id"], nobodys_id()]
    assert expect(200, charlie.post("/notifications/read", {"ids": ids})) == {"marked": 0}
    assert expect(200, bob.post("/notifications/read", {"ids": ids})) == {"marked": 1}
    assert told(bob, unread="true") == three[1:]
    assert expect(200, bob.post("/notifications/read", {"ids": []})) == {"marked": 0}


def test_those_are_marked_that_were_there_at_an_instant(three: list[Thing], bob: Person):
    until = three[1]["createdAt"]  # a second is as fine as it is told
    just_after = instant(dt.datetime.fromisoformat(until) + dt.timedelta(seconds=1))
    assert expect(200, bob.post("/notifications/read", {"until": just_after})) == {"marked": 2}
    assert [each["id"] for each in told(bob, unread="true")] == [three[0]["id"]]


@pytest.mark.parametrize(
    "body",
    [
        {"until": "yesterday"},
        {"until": "0001-01-01T00:00:00+23:59"},
        {"ids": "all"},
        {"ids": ["nonsense"]},
        {"ids": ["\0"]},
        {"ids": ["A" * 20] * 101},
        {"kind": "reminder"},
    ],
)
def test_marks_that_make_no_sense_are_refused(bob: Person, body: Thing):
    invalid(bob.post("/notifications/read", body))


def test_nobody_reads_or_marks_anothers_whatever_their_role(
    three: list[Thing], office: Office, ada: Person, max_: Person, charlie: Person
):
    path = f"/notifications/{three[0]['id']}"
    for other in (ada, max_, charlie):
        refused(403, "permission_denied", other.get(path))
        refused(403, "permission_denied", other.patch(path, {"read": True}))
        assert told(other) == []
        assert unread(other) == 0
    refused(404, "resource_not_found", office.cast.elsewhere().get(path))


@pytest.mark.parametrize("notification_id", ["A" * 20, "nonsense"])
def test_there_is_nothing_where_there_is_nothing(bob: Person, notification_id: str):
    refused(404, "resource_not_found", bob.get(f"/notifications/{notification_id}"))
    refused(404, "resource_not_found", bob.patch(f"/notifications/{notification_id}", {"read": True}))


def test_a_key_needs_the_scope_of_tasks(office: Office, bob: Person):
    reader = office.cast.with_key(bob, scopes=("tasks:read",))
    expect(200, reader.get("/notifications"))
    expect(200, reader.get("/notifications/preferences"))
    refused(403, "insufficient_scope", reader.post("/notifications/read", {}))
    refused(403, "insufficient_scope", reader.patch("/notifications/preferences", {}))
    stranger = office.cast.with_key(bob, scopes=("users:write",))
    for path in ("", "/unread-count", "/preferences", "/" + "A" * 20):
        refused(403, "insufficient_scope", stranger.get(f"/notifications{path}"))


def test_what_one_was_told_stays_when_the_task_is_renamed_or_gone(office: Office, max_: Person, bob: Person):
    task = max_.makes_a_task(assigneeId=bob.id, title="Order the bolts")
    office.works()
    max_.changes(task, title="Secret", assigneeId=None)
    expect(204, max_.delete(f"/tasks/{task['id']}"))
    assert [each["title"] for each in told(bob)] == ["Order the bolts"]


def test_what_one_was_told_goes_with_them(office: Office, ada: Person, max_: Person, bob: Person):
    max_.makes_a_task(assigneeId=bob.id)
    office.works()
    expect(204, ada.delete(f"/users/{bob.id}", force="true"))
    count = "SELECT count(*) FROM notifications WHERE workspace_id = $1"
    assert office.backstage.value(count, office.workspace_id) == 0
