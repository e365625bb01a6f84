"""`GET /v1/events/stream`: who is told of what, in which order, and how a stream ends."""

import itertools
import socket
import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from punchlist.domain import limits
from punchlist.domain.keys import Scope
from tests.live.watching import Watch, watching
from tests.support.backstage import Backstage
from tests.support.client import expect, refused
from tests.support.people import Cast, Person
from tests.support.plant import Plant
from tests.support.servers import eventually

Told = Callable[[], None]


def test_a_change_is_told_to_who_watches(ada: Person, mia: Person, told: Told):
    task = mia.makes_a_task(title="Old")
    told()
    with watching(ada) as watch:
        ada.changes(task, title="New")
        comment = mia.comments_on(task)
        [first, second] = watch.sees(2)
    assert first == {
        "type": "task.updated", "timestamp": first["timestamp"], "position": first["position"],
        "entity": "task", "entityId": task["id"], "parentId": None,
        "changes": [{"field": "title", "from": "Old", "to": "New"}],
        "actor": {"id": ada.id, "name": "Ada"},
    }  # fmt: skip
    assert (second["type"], second["entityId"], second["parentId"]) == (
        "comment.created", comment["id"], task["id"],
    )  # fmt: skip
    assert watch.response is not None
    headers = watch.response.headers
    assert headers["content-type"] == "text/event-stream; charset=utf-8"
    assert (headers["cache-control"], headers["x-accel-buffering"]) == ("no-store", "no")
    assert watch.comments[0] == "live updates"


def test_a_member_sees_what_is_theirs_and_nobody_elses(
    ada: Person, max_: Person, mia: Person, bob: Person, charlie: Person, told: Told
):
    told()
    watches: dict[str, Watch] = {}
    people = {"ada": ada, "max": max_, "mia": mia, "bob": bob, "charlie": charlie}
    opened = [watching(person) for person in people.values()]
    for name, each in zip(people, opened, strict=True):
        watches[name] = each.__enter__()
    task = mia.makes_a_task(assigneeId=None)
    ada.changes(task, assigneeId=bob.id)
    ada.changes(task, assigneeId=None)
    ada.changes(task, title="Not Bob's any more")
    expect(204, ada.delete(f"/tasks/{task['id']}"))
    ada.patch(f"/users/{charlie.id}", {"name": "Chuck"})
    last = ada.makes_a_task()
    for name in ("ada", "max"):
        assert watches[name].sees(7)[-1]["entityId"] == last["id"]
    eventually(lambda: ("user.updated", charlie.id) in watches["charlie"].types())
    whole = [
        ("task.created", task["id"]), *[("task.updated", task["id"])] * 3, ("task.deleted", task["id"]),
    ]  # fmt: skip
    for each in opened:
        each.__exit__(None, None, None)
    about = {name: [t for t in watch.types() if t[1] == task["id"]] for name, watch in watches.items()}
    assert about["ada"] == about["max"] == about["mia"] == whole
    assert about["charlie"] == []
    # His are the event that made it his, and the one that took it from him.
    titles = [each["field"] for event in watches["bob"].events for each in event["changes"]]
    assert set(about["bob"]) == {("task.updated", task["id"])}
    assert "assigneeId" in titles
    assert "title" not in titles
    assert watches["charlie"].types() == [("user.updated", charlie.id)]


def test_a_key_is_told_only_of_what_it_is_for(cast: Cast, ada: Person, mia: Person, told: Told):
    told()
    tasks, users = (cast.with_key(ada, scopes=(each,)) for each in (Scope.TASKS_READ, Scope.USERS_READ))
    with watching(tasks) as of_tasks, watching(users) as of_users:
        task = mia.makes_a_task()
        ada.patch(f"/users/{mia.id}", {"name": "Mia L."})
        of_users.sees(1)
        of_tasks.sees(1)
    assert of_tasks.types() == [("task.created", task["id"])]
    assert of_users.types() == [("user.updated", mia.id)]


def test_everybody_is_told_of_changes(backstage: Backstage, http: httpx.Client):
    plant = Plant(backstage, http)
    with watching(plant.cast.charlie) as watch:
        change = plant.mia.makes_a_change()
        task = plant.mia.adds_a_task(change)
        watch.sees(2)
    assert watch.types()[:2] == [
        ("change.created", change["guid"]), ("implementation_task.created", task["guid"]),
    ]  # fmt: skip
    assert watch.events[1]["parentId"] == change["guid"]


def test_types_choose(ada: Person, mia: Person, told: Told):
    task = mia.makes_a_task()
    told()
    with (
        watching(ada, types="comment.*,task.deleted") as some,
        watching(ada, types="task.*") as tasks,
    ):
        ada.changes(task, title="New")
        comment = ada.comments_on(task)
        expect(204, ada.delete(f"/tasks/{task['id']}"))
        some.sees(2)
        tasks.sees(2)
    assert some.types() == [("comment.created", comment["id"]), ("task.deleted", task["id"])]
    assert [name for name, _ in tasks.types()] == ["task.updated", "task.deleted"]


def test_what_is_not_published_is_not_told(cast: Cast, ada: Person, told: Told):
    told()
    with watching(ada) as watch:
        ada.post("/api-keys", {"name": "Laptop"})
        ada.makes_a_task()
        assert [event["type"] for event in watch.sees(1)] == ["task.created"]


def test_who_comes_again_with_the_last_id_misses_nothing(ada: Person, mia: Person):
    tasks = [mia.makes_a_task() for _ in range(3)]
    with watching(ada, after=0) as watch:
        eventually(lambda: ("task.created", tasks[-1]["id"]) in watch.types())
    seen = watch.events
    later = mia.makes_a_task()
    for given in ({"after": seen[-2]["position"]}, {"lastEventId": seen[-2]["position"]}):
        with watching(ada, **given) as again:
            again.sees(2)
        assert again.events[0] == seen[-1]
        assert again.types()[1:] == [("task.created", later["id"])]


def test_a_place_beyond_the_end_is_the_end(ada: Person, told: Told):
    told()
    with watching(ada, after=10**15) as watch:
        ada.makes_a_task()
        watch.sees(1)


def test_no_event_is_missed_or_told_twice_while_many_write(
    cast: Cast, ada: Person, backstage: Backstage, told: Told
):
    """Streams are opened, cut and opened again at the last id while sixteen write."""
    told()
    made: list[str] = []

    def write() -> None:
        made.extend(ada.makes_a_task()["id"] for _ in range(12))

    writers = [threading.Thread(target=write) for _ in range(16)]
    with watching(ada) as whole:
        start = int(whole.ids[0])
        for writer in writers:
            writer.start()
        seen: list[Any] = []
        place: str = str(start)
        while len(seen) < 192:
            with watching(ada, after=place) as part:
                part.sees(min(5, 192 - len(seen)))
            seen += part.events
            place = part.ids[-1]
        whole.sees(192)
    positions = backstage.rows(
        "SELECT l.position FROM event_links l JOIN events e USING (workspace_id, seq)"
        " WHERE workspace_id = $1 AND position > $2 AND entity = 'task' ORDER BY position",
        cast.workspace_id,
        start,
    )
    record = [row["position"] for row in positions]
    assert len(record) == 192
    assert [event["position"] for event in seen] == record
    assert [event["position"] for event in whole.events] == record
    assert {event["entityId"] for event in seen} == set(made)


# --- ends -----------------------------------------------------------------------------------------------


@pytest.fixture
def quick_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STREAM_HEARTBEAT_SECONDS", 0.1)


def test_a_heart_beats_and_tells_the_place(ada: Person, charlie: Person, told: Told, quick_heartbeat: None):
    told()
    with watching(charlie) as watch:
        eventually(lambda: "still here" in watch.comments)
        ada.makes_a_task()  # not Charlie's, and yet behind him
        eventually(lambda: int(watch.ids[-1]) > int(watch.ids[0]))
    assert watch.events == []


def test_a_revoked_key_and_a_disabled_user_end_the_stream(
    cast: Cast, ada: Person, mia: Person, bob: Person, quick_heartbeat: None
):
    with watching(mia) as of_mia, watching(bob) as of_bob, watching(ada) as of_ada:
        expect(204, ada.delete(f"/api-keys/{mia.key_id}"))
        expect(204, ada.delete(f"/users/{bob.id}"))
        assert of_mia.ended.wait(30)
        assert of_bob.ended.wait(30)
        assert not of_ada.ended.is_set()


def test_a_new_role_counts_from_the_next_heartbeat_on(ada: Person, charlie: Person, quick_heartbeat: None):
    with watching(charlie) as watch:
        expect(200, ada.patch(f"/users/{charlie.id}", {"role": "manager"}))

        def told() -> bool:
            ada.makes_a_task()
            return any(event["type"] == "task.created" for event in watch.events)

        eventually(told)


def test_a_slow_reader_is_dropped_and_the_others_go_on(
    ada: Person, server: str, backstage: Backstage, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(limits, "STREAM_SEND_SECONDS", 0.5)
    monkeypatch.setattr(limits, "STREAM_QUEUE_MAX", 20)
    address = httpx.URL(server)
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    slow.connect((address.host, address.port))
    slow.sendall(
        f"GET /v1/events/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {ada.token}\r\n\r\n".encode()
    )
    assert slow.recv(100).startswith(b"HTTP/1.1 200")
    with watching(ada) as watch:
        sent = 0
        for number in itertools.count():
            ada.makes_a_task(description=f"{number} " + "x" * 60_000)
            sent += 1
            if number % 20 == 19:
                watch.sees(sent)
            if number >= 199:
                break
        watch.sees(sent)
        assert not watch.ended.is_set()
    slow.settimeout(30)
    received = 0
    with slow:
        try:
            while chunk := slow.recv(65_536):
                received += len(chunk)
        except ConnectionResetError:
            pass
    assert received < sent * 60_000


# --- refusals -------------------------------------------------------------------------------------------


def test_a_key_that_is_for_none_of_it_is_refused(cast: Cast, ada: Person, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("punchlist.domain.watching.SCOPES", {})
    scoped = cast.with_key(ada, scopes=(Scope.TASKS_READ,))
    refused(403, "insufficient_scope", scoped.get("/events/stream"))


def test_a_user_has_so_many_streams_and_a_server_so_many(
    ada: Person, mia: Person, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(limits, "STREAMS_PER_USER_MAX", 2)
    with watching(ada) as one, watching(ada):
        refused(429, "too_many_streams", answer := ada.get("/events/stream"))
        assert int(answer.headers["retry-after"]) > 0
        with watching(mia):
            pass
        one.close()
        eventually(lambda: not is_refused(ada))
    monkeypatch.setattr(limits, "STREAMS_MAX", 0)
    refused(503, "service_unavailable", answer := mia.get("/events/stream"))
    assert answer.headers["retry-after"]


def is_refused(person: Person) -> bool:
    with watching(person) as watch:
        assert watch.response is not None
        return watch.response.status_code == 429


@pytest.mark.parametrize(
    ("params", "headers", "name"),
    [
        ({"types": "spaceship.launched"}, {}, "types"),
        ({"lastEventId": "x"}, {}, "lastEventId"),
        ({}, {"last-event-id": "x"}, "Last-Event-ID"),
        ({}, {"last-event-id": "9" * 17}, "Last-Event-ID"),
        ({"limit": "1"}, {}, "limit"),
    ],
)
def test_what_cannot_be_read_is_refused(ada: Person, params: Any, headers: Any, name: str):
    answer = ada.send("GET", "/events/stream", params=params, headers=headers)
    assert set(refused(400, "invalid_parameters", answer)["details"]) == {name}


def test_who_does_not_take_event_streams_is_refused(ada: Person):
    answer = ada.get("/events/stream", headers={"accept": "application/json"})
    assert "text/event-stream" in refused(406, "not_acceptable", answer)["message"]


def test_nobody_watches_without_a_key(cast: Cast):
    refused(401, "missing_authentication", cast.nobody.get("/events/stream"))
