"""PostgreSQL dies under a running server: 503 while it is gone, all well after, nothing half-done."""

import contextlib
import itertools
import os
import signal
import threading
import time

import httpx
import pytest

from punchlist.store.embedded.lifecycle import dsn_of
from punchlist.store.embedded.place import place_of
from tests.support.backstage import Backstage
from tests.support.client import expect, refused
from tests.support.people import Cast
from tests.support.servers import eventually, serving


class Stage:
    """A server on a PostgreSQL of its own, which may be killed."""

    def __init__(self, server, place, client):
        self.server = server
        self.place = place
        self.http = client
        self.backstage = Backstage(dsn_of(place))

    def postmaster(self):
        """The process that is PostgreSQL; None while there is none."""
        with contextlib.suppress(FileNotFoundError, IndexError, ProcessLookupError):
            pid = int((self.place.cluster / "postmaster.pid").read_text().split()[0])
            os.kill(pid, 0)
            return pid
        return None

    @contextlib.contextmanager
    def plague(self):
        """Kills PostgreSQL, and each one that takes its place, for as long as the block runs."""
        over = threading.Event()
        killed = []

        def kill():
            while not over.wait(0.005):
                pid = self.postmaster()
                if pid is not None:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                        killed.append(pid)

        killer = threading.Thread(target=kill)
        killer.start()
        try:
            yield killed
        finally:
            over.set()
            killer.join()


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    directory = tmp_path_factory.mktemp("outage")
    arguments = ("--data-dir", str(directory / "data"), "--log-format", "json")
    with (
        serving(*arguments, cwd=directory) as server,
        httpx.Client(base_url=server.url, timeout=60, trust_env=False) as client,
    ):
        made = Stage(server, place_of(directory / "data"), client)
        yield made
        made.backstage.close()


@pytest.fixture
def cast(stage):
    return Cast(stage.backstage, stage.http)


def test_after_a_kill_the_server_recovers_by_itself(stage, cast):
    task = cast.mia.makes_a_task()
    killed = stage.postmaster()
    os.kill(killed, signal.SIGKILL)
    eventually(lambda: stage.postmaster() not in (None, killed))
    assert eventually(lambda: cast.mia.get(f"/tasks/{task['id']}").status_code == 200)
    assert cast.mia.sees(task) == task
    assert cast.mia.changes(task, title="changed")["title"] == "changed"


def test_a_backend_that_dies_takes_one_request_at_most_with_it(stage, cast):
    task = cast.mia.makes_a_task()
    end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    end += " AND application_name = 'punchlist'"
    for n in range(3):
        stage.backstage.value(end)
        answers = [cast.mia.patch(f"/tasks/{task['id']}", {"title": f"{n}"}) for _ in range(20)]
        assert {answer.status_code for answer in answers} <= {200, 503}
        assert answers[-1].status_code == 200
    assert cast.mia.sees(task)["title"] == "2"


def changes_of(cast, task):
    """The changes of a task, all of them, newest first."""
    path = f"/tasks/{task['id']}/history"
    entries, more = [], True
    while more:
        page = expect(200, cast.mia.get(path, limit=100, offset=len(entries)))
        entries += page["data"]
        more = page["pagination"]["hasMore"]
    return [entry for entry in entries if entry["verb"] == "updated"] or entries


def test_while_postgres_is_dead_every_request_is_503_and_then_it_is_as_it_was(stage, cast):
    task = cast.mia.makes_a_task(title="start")
    path = f"/tasks/{task['id']}"
    acknowledged, unsure, outages = "start", set(), 0
    with stage.plague() as killed:
        deadline = time.monotonic() + 1
        for n in itertools.count():
            answer = cast.mia.patch(path, {"title": f"{n}"})
            if answer.status_code == 200:
                acknowledged, unsure = f"{n}", set()
            else:
                error = refused(503, "service_unavailable", answer)
                assert error["message"] == "The database cannot be reached; try again shortly"
                assert int(answer.headers["retry-after"]) >= 1
                unsure.add(f"{n}")
                outages += 1
            for answer in (
                cast.mia.get(path),
                cast.mia.get("/tasks"),
                cast.mia.post("/tasks", {"title": "New"}),
            ):
                assert answer.status_code in (200, 201, 503), answer.text
            assert stage.http.get("/health/live").status_code == 200
            assert stage.http.get("/health/ready").status_code in (200, 503)
            if time.monotonic() > deadline and outages:
                break
    assert killed
    eventually(lambda: cast.mia.get(path).status_code == 200)
    assert stage.http.get("/health/ready").status_code == 200
    after = cast.mia.sees(task)
    # What was acknowledged is there; of what was not, any may have been done just before the end.
    assert after["title"] in {acknowledged} | unsure
    told = [entry["changes"][0] for entry in reversed(changes_of(cast, task))]
    assert [change["from"] for change in told[1:]] == [change["to"] for change in told[:-1]]
    assert told[-1]["to"] == after["title"]
    assert stage.server.process.poll() is None
    # An outage is no error of ours, and the log tells of it without telling a secret.
    assert "unexpected failure" not in stage.server.log()
    assert cast.mia.token not in stage.server.log()
    assert any("starting it again" in line["message"] for line in stage.server.log_lines())
