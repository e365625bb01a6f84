"""`punchlist worker`: background work beside a server that leaves it, or in the server itself."""

import contextlib
import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx

from tests.cli.program import PROGRAM, clean_environment, key_of_an_admin, run, served
from tests.embedded.probes import eventually


def makes_a_task(server, token: str) -> None:
    answer = httpx.post(
        f"{server.url}/v1/tasks",
        json={"title": "T"},
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )
    assert answer.status_code == 201


def metric(server, name: str) -> float:
    lines = httpx.get(f"{server.url}/metrics", timeout=30).text.splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(f"{name} "))


def unlinked(server) -> float:
    return metric(server, "punchlist_events_unlinked")


@contextlib.contextmanager
def working(data_dir: Path) -> Iterator["subprocess.Popen[str]"]:
    """Runs a worker from when it says that it is at work."""
    command = [*PROGRAM, "worker", "--data-dir", str(data_dir), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=clean_environment()) as process:
        assert process.stdout is not None
        said = ""
        while "}" not in said:
            line = process.stdout.readline()
            assert line, f"it ended with {process.wait()}"
            said += line
        assert "version" in json.loads(said)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(60)


def test_a_server_works_by_itself_unless_it_is_told_not_to(tmp_path):
    with served(tmp_path, "--no-worker") as server:
        token = key_of_an_admin(tmp_path)
        makes_a_task(server, token)
        assert unlinked(server) == 3  # the user, the key, the task
        assert metric(server, "punchlist_events_lag_seconds") > 0
    with served(tmp_path) as server:
        eventually(lambda: unlinked(server) == 0)
        makes_a_task(server, token)
        eventually(lambda: unlinked(server) == 0)


def test_a_worker_beside_the_server_does_its_work_and_stops_when_told(tmp_path):
    with served(tmp_path, "--no-worker") as server:
        token = key_of_an_admin(tmp_path)
        with working(tmp_path) as worker, working(tmp_path) as another:
            eventually(lambda: unlinked(server) == 0)
            worker.kill()
            makes_a_task(server, token)
            eventually(lambda: unlinked(server) == 0)
            another.send_signal(signal.SIGTERM)
            assert another.wait(60) == 0
        makes_a_task(server, token)
        assert unlinked(server) == 1


def test_a_worker_wants_a_database_that_is_migrated(tmp_path):
    ran = run("worker", "--data-dir", tmp_path)
    assert ran.code == 1
    assert "run `punchlist migrate`" in ran.err.splitlines()[-1]
