"""`punchlist serve --workers 2`, as people run it: what must hold across processes and restarts."""

import itertools
import json
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from punchlist.domain.plans import Plan
from tests.support.client import Caller, expect, refused
from tests.support.crowd import at_once
from tests.support.people import Cast
from tests.support.servers import eventually, serving

SIDES = 16  # connections to a server, each of which stays with the worker that accepted it


@pytest.fixture(scope="module")
def two_workers(dsn, tmp_path_factory):
    """A server of two workers on the session's database, logging every request."""
    arguments = ("--workers", "2", "--database-url", dsn, "--log-format", "json", "--log-level", "info")
    with serving(*arguments, cwd=tmp_path_factory.mktemp("workers")) as server:
        yield server


@pytest.fixture
def sides(two_workers):
    """Clients, each with a connection of its own, between them to both workers."""

    def connect():
        clients = [httpx.Client(base_url=two_workers.url, timeout=60, trust_env=False) for _ in range(SIDES)]
        at_once([lambda client=client: client.get("/health/live") for client in clients])
        # A worker that is quick may take all of them, one that still starts none; then it is tried again.
        if len(serving_pids(two_workers)) == 2:
            return clients
        for client in clients:
            client.close()
        return None

    clients = eventually(connect)
    yield clients
    for client in clients:
        client.close()


def serving_pids(server):
    """The processes of a server that have a client connected at this moment."""
    port = f"{httpx.URL(server.url).port:04X}"
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    established = {line[9] for line in lines if line[1].endswith(f":{port}") and line[3] == "01"}
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    return {pid for pid in children if sockets_of(pid) & established}


def sockets_of(pid):
    found = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.update(re.findall(r"socket:\[(\d+)\]", str(descriptor.readlink())))
        except FileNotFoundError:  # closed meanwhile
            continue
    return found


def by_each(sides, person):
    """The same person on every side."""
    return [Caller(client, person.token) for client in sides]


@pytest.fixture
def cast(backstage, http):
    return Cast(backstage, http)


def test_a_revoked_key_stops_at_once_on_every_worker(cast, sides):
    key = expect(201, cast.mia.post("/api-keys", {"name": "Robot"}))
    robots = [Caller(client, key["token"]) for client in sides]
    task = cast.mia.makes_a_task()
    for robot in robots:
        expect(200, robot.get(f"/tasks/{task['id']}"))
    expect(204, Caller(sides[0], cast.mia.token).delete(f"/api-keys/{key['id']}"))
    for robot in robots:
        refused(401, "invalid_authentication", robot.get(f"/tasks/{task['id']}"))
        refused(401, "invalid_authentication", robot.get("/tasks"))


def test_a_changed_role_counts_at_once_on_every_worker(cast, sides):
    task = cast.max.makes_a_task()
    bobs = by_each(sides, cast.bob)
    for bob in bobs:
        refused(403, "permission_denied", bob.get(f"/tasks/{task['id']}"))
    expect(200, Caller(sides[0], cast.ada.token).patch(f"/users/{cast.bob.id}", {"role": "manager"}))
    for bob in bobs:
        expect(200, bob.get(f"/tasks/{task['id']}"))


def test_what_one_worker_wrote_every_worker_reads(cast, sides):
    task = cast.mia.makes_a_task(title="-1")
    for n, mia in enumerate(by_each(sides, cast.mia)):
        assert mia.sees(task)["title"] == str(n - 1)
        mia.changes(task, title=str(n))


def test_one_if_match_wins_once_across_workers_too(cast, sides):
    task = cast.mia.makes_a_task()
    path = f"/tasks/{task['id']}"
    seen = {"if-match": cast.mia.get(path).headers["etag"]}
    callers = by_each(sides, cast.mia)
    answers = at_once(
        [
            lambda n=n, mia=mia: mia.patch(path, {"title": f"{n}"}, headers=seen)
            for n, mia in enumerate(callers)
        ]
    )
    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: len(sides) - 1}


def test_no_change_is_lost_across_workers(cast, sides):
    task = cast.mia.makes_a_task()
    values = {
        "title": [f"Title {n}" for n in range(16)],
        "description": [f"Text {n}" for n in range(16)],
        "tags": [[f"tag {n}"] for n in range(16)],
    }
    wishes = [{field: value} for field, column in values.items() for value in column]
    callers = itertools.cycle(by_each(sides, cast.mia))
    answers = at_once(
        [
            lambda wish=wish, mia=mia: mia.patch(f"/tasks/{task['id']}", wish)
            for wish, mia in zip(wishes, callers, strict=False)
        ]
    )
    assert {answer.status_code for answer in answers} == {200}
    final = cast.mia.sees(task)
    assert all(final[field] in column for field, column in values.items())
    entries = [entry for entry in cast.mia.history_of(task) if entry["verb"] == "updated"]
    assert len(entries) == 48
    assert sorted(str(entry["changes"][0]["to"]) for entry in entries) == sorted(
        str(value) for column in values.values() for value in column
    )


def test_one_idempotency_key_makes_one_thing_across_workers(cast, sides):
    key = {"idempotency-key": "across workers"}
    answers = at_once(
        [
            lambda mia=mia: mia.post("/tasks", {"title": "Weld"}, headers=key)
            for mia in by_each(sides, cast.mia)
        ]
    )
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert expect(200, cast.mia.get("/tasks"))["pagination"]["total"] == 1
    for mia in by_each(sides, cast.mia):
        assert mia.post("/tasks", {"title": "Weld"}, headers=key).headers["idempotency-replayed"] == "true"


def test_metrics_tell_of_all_workers_whichever_is_asked(cast, sides):
    name = 'punchlist_http_requests_total{method="GET",route="/v1/tasks/{task_id}/transitions",status="200"}'

    def counted(client):
        lines = client.get("/metrics").text.splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))

    task = cast.mia.makes_a_task()
    before = counted(sides[0])
    for mia in by_each(sides, cast.mia):
        expect(200, mia.get(f"/tasks/{task['id']}/transitions"))
    assert {counted(client) - before for client in sides} == {len(sides)}


def test_limits_hold_across_workers_and_a_restart(cast, sides, backstage, dsn, tmp_path):
    nina = cast.joins("Nina", plan=Plan.FREE)
    expect(200, nina.get("/tasks"))
    # The day's limit, because the clock's minute may turn while a server starts.
    backstage.execute("UPDATE rate_counters SET in_day = 9980 WHERE user_id = $1", nina.id)
    answers = at_once([lambda caller=caller: caller.get("/tasks") for caller in by_each(sides, nina)[:12]])
    assert {answer.status_code for answer in answers} == {200}
    assert sorted(int(answer.headers["x-ratelimit-remaining"]) for answer in answers) == list(range(8, 20))
    with (
        serving("--database-url", dsn, cwd=tmp_path) as restarted,
        httpx.Client(base_url=restarted.url, trust_env=False) as client,
    ):
        again = [Caller(client, nina.token).get("/tasks").status_code for _ in range(3)]
    answers = at_once([lambda caller=caller: caller.get("/tasks") for caller in by_each(sides, nina)[:12]])
    assert again == [200] * 3
    assert Counter(answer.status_code for answer in answers) == {200: 5, 429: 7}


def test_the_log_has_a_line_for_each_answer_with_its_request_id_and_never_a_key(cast, two_workers, sides):
    mia = Caller(sides[0], cast.mia.token)
    wrong = f"{cast.mia.token[:-1]}{'a' if cast.mia.token[-1] != 'a' else 'b'}"
    task = mia.post("/tasks", {"title": "Weld"}, headers={"x-request-id": "log-me-1"}).json()
    mia.patch(f"/tasks/{task['id']}", {"title": ""}, headers={"x-request-id": "log-me-2"})
    Caller(sides[1], wrong).get("/tasks", headers={"x-request-id": "log-me-3"})
    mia.get("/tasks", nonsense=cast.mia.token, headers={"x-request-id": "log-me-4"})
    made = expect(201, mia.post("/api-keys", {"name": "Robot"}, headers={"x-request-id": "log-me-5"}))
    sides[0].get(
        "/v1/tasks", headers={"authorization": f"Basic {cast.mia.token}", "x-request-id": "log-me-6"}
    )

    def lines():
        told = {line.get("request_id"): line for line in two_workers.log_lines()}
        return told if all(f"log-me-{n}" in told for n in range(1, 7)) else None

    told = eventually(lines)
    statuses = [told[f"log-me-{n}"]["status"] for n in range(1, 7)]
    assert statuses == [201, 422, 401, 400, 201, 401]
    first = told["log-me-1"]
    assert (first["level"], first["method"], first["path"]) == ("info", "POST", "/v1/tasks")
    assert first["ms"] > 0
    log = two_workers.log()
    for token in (cast.mia.token, wrong, made["token"]):
        assert token not in log
        assert token.rpartition("_")[2] not in log
    assert "Weld" not in log


def test_a_line_of_the_log_cannot_be_forged(two_workers, sides):
    sides[0].get("/v1/tasks%0A%7B%22forged%22:true%7D", headers={"x-request-id": "forger"})
    line = eventually(
        lambda: [line for line in two_workers.log_lines() if line.get("request_id") == "forger"]
    )
    assert line[0]["path"] == '/v1/tasks\n{"forged":true}'
    assert not any("forged" in json.loads(text) for text in two_workers.log().splitlines())


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_server_told_to_stop_finishes_the_request_in_flight_and_takes_no_other(
    cast, backstage, dsn, tmp_path, workers
):
    task = cast.mia.makes_a_task()
    arguments = ("--workers", workers, "--database-url", dsn)
    with serving(*arguments, cwd=tmp_path) as server, ThreadPoolExecutor(1) as elsewhere:
        with httpx.Client(base_url=server.url, timeout=60, trust_env=False) as client:
            with backstage.holding(task) as let_go:
                slow = elsewhere.submit(
                    Caller(client, cast.mia.token).patch, f"/tasks/{task['id']}", {"title": "Slow"}
                )
                eventually(backstage.somebody_waits)
                server.signal()
                eventually(lambda: not takes_connections(server.url))
                assert not slow.done()
                let_go()
                answer = slow.result(60)
            assert expect(200, answer)["title"] == "Slow"
            assert answer.headers["connection"] == "close"
        assert server.stop() == 0
        assert "Traceback" not in server.log()
    assert cast.mia.sees(task)["title"] == "Slow"


def takes_connections(url):
    try:
        httpx.get(f"{url}/health/live", trust_env=False)
    except httpx.ConnectError:
        return False
    return True
