"""`punchlist serve`: starting, stopping, restarting what dies, and the demo."""

import os
import shlex
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from punchlist.cli.main import app
from punchlist.store.embedded import EmbeddedPostgres
from punchlist.store.embedded.place import place_of
from punchlist.store.embedded.processes import working_in
from tests.cli.program import PROGRAM, clean_environment, complains, ok, run, served
from tests.embedded.probes import eventually, postmaster


def status(server, path="/health/ready"):
    try:
        return httpx.get(server.url + path, timeout=5).status_code
    except httpx.TransportError:
        return None


def children(server):
    """The worker processes."""
    parent = server.process.pid
    pids = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [int(pid) for pid in pids if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


@pytest.mark.parametrize(
    ("number", "workers"), [(signal.SIGTERM, "1"), (signal.SIGTERM, "2"), (signal.SIGINT, "1")]
)
def test_a_signal_stops_it_cleanly_with_postgres_and_exit_code_0(tmp_path, number, workers):
    with served(tmp_path, "--workers", workers) as server:
        assert status(server) == 200
        assert server.stop(number) == 0
    assert working_in(place_of(tmp_path)) == []
    assert status(server) is None


def test_a_signal_while_it_starts_stops_it_cleanly_too(tmp_path):
    command = [*PROGRAM, "serve", "--data-dir", str(tmp_path / "data"), "--port", "0"]
    with subprocess.Popen(command, env=clean_environment()) as process:
        eventually((tmp_path / "data" / "owner.lock").exists)
        process.terminate()
        assert process.wait(60) == 0
    eventually(lambda: not working_in(place_of(tmp_path / "data")))
    with served(tmp_path / "data") as server:
        assert status(server) == 200


def test_requests_in_flight_are_finished_before_it_stops(tmp_path):
    with served(tmp_path) as server:
        url = httpx.URL(server.url)
        connection = socket.create_connection((url.host, url.port), timeout=20)
        # A request whose body is still on its way is in flight.
        connection.sendall(b"POST /v1/tasks HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n")
        connection.sendall(b"Content-Length: 2\r\n\r\n{")
        time.sleep(0.5)
        server.process.terminate()
        time.sleep(0.5)
        connection.sendall(b"}")
        assert connection.recv(4096).startswith(b"HTTP/1.1 401")
        assert server.process.wait(60) == 0


def test_when_postgres_dies_it_answers_503_and_recovers_by_itself(tmp_path):
    with served(tmp_path) as server:
        postgres = EmbeddedPostgres(tmp_path)  # only looked at
        seen = set()
        over = threading.Event()

        def watch():
            while not over.is_set():
                seen.add(status(server))

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            for _ in range(3):  # each restart waits a little longer than the one before
                killed = eventually(lambda: postmaster(postgres))
                os.kill(killed, signal.SIGKILL)
                eventually(lambda killed=killed: postmaster(postgres) not in (None, killed), 60)
            eventually(lambda: 503 in seen)
            eventually(lambda: status(server) == 200)
        finally:
            over.set()
            watcher.join()
        assert seen == {200, 503}
        assert status(server, "/health/live") == 200


def test_a_worker_that_dies_is_replaced(tmp_path):
    with served(tmp_path, "--workers", "2") as server:
        before = children(server)
        assert len(before) == 2
        os.kill(before[0], signal.SIGKILL)
        eventually(lambda: len(set(children(server)) - {before[0]}) == 2)
        assert before[1] in children(server)
        assert eventually(lambda: status(server) == 200)


def test_workers_end_with_a_server_that_is_killed(tmp_path):
    with served(tmp_path, "--workers", "2") as server:
        workers = children(server)
        server.stop(signal.SIGKILL)
    eventually(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in workers))
    with served(tmp_path) as server:
        assert status(server) == 200


def test_a_second_server_and_a_taken_port_are_refused_with_a_sentence(tmp_path):
    with served(tmp_path / "one") as server:
        port = str(httpx.URL(server.url).port)
        said = complains("serve", "--data-dir", tmp_path / "one", "--port", "0")
        assert f"(process {server.process.pid}) is already running on" in said
        said = complains("serve", "--data-dir", tmp_path / "two", "--port", port)
        assert f"Cannot listen on 127.0.0.1 port {port}: Address already in use" in said
        assert not (tmp_path / "two").exists()
        assert status(server) == 200


def test_a_wrong_setting_stops_the_start_with_a_sentence(tmp_path):
    said = complains("serve", "--data-dir", tmp_path / "data", PUNCHLIST_WORKERS="many")
    assert "PUNCHLIST_WORKERS in the environment is 'many'; it must be a whole number from 1 to 64" in said
    assert not (tmp_path / "data").exists()


def test_without_migrations_an_empty_database_is_refused(tmp_path):
    said = complains("serve", "--no-migrate", "--data-dir", tmp_path, "--port", "0", "--log-level", "error")
    assert "at revision none" in said
    assert ok("migrate", "--data-dir", tmp_path, "--json").value["changed"] is True
    with served(tmp_path, "--no-migrate") as server:
        assert status(server) == 200


def test_a_database_that_is_not_there_is_a_sentence_without_its_password(tmp_path):
    url = "postgresql://me:hunter2@127.0.0.1:1/punchlist"
    said = complains("serve", "--database-url", url, "--data-dir", tmp_path / "data", "--port", "0")
    assert "The database at 127.0.0.1:1/punchlist cannot be used" in said
    assert "hunter2" not in said
    assert not (tmp_path / "data").exists()


def test_the_demo_prints_a_key_and_a_curl_line_that_works_as_printed(tmp_path):
    with served(tmp_path, "--demo") as server:
        sent = {"Authorization": f"Bearer {server.announced['apiKey']}"}
        statuses = [
            httpx.get(f"{server.url}/v1/tasks?status={each}", headers=sent).json()["pagination"]["total"]
            for each in ("TODO", "IN_PROGRESS", "REVIEW", "DONE", "CANCELED")
        ]
        assert sum(statuses) == 40
        assert all(statuses)
    command = [*PROGRAM, "serve", "--demo", "--data-dir", str(tmp_path), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=clean_environment()) as process:
        lines = iter(process.stdout.readline, "")
        curl = next(line for line in lines if line.strip().startswith("curl"))
        answered = httpx.request(**as_request(curl))
        assert answered.status_code == 200
        assert answered.json()["status"] == "IN_PROGRESS"
        process.terminate()
        assert process.wait(60) == 0
    # The key of the first start was replaced; the demo itself was not loaded twice.
    keys = ok("key", "list", "--data-dir", tmp_path, "--json").value
    assert [key["revokedAt"] is None for key in keys] == [True, False]


def as_request(curl):
    """What curl would send for a command line; curl itself need not be installed."""
    words = shlex.split(curl)
    after = {
        flag: [words[i + 1] for i, word in enumerate(words) if word == flag] for flag in ("-X", "-H", "-d")
    }
    (url,) = [word for word in words if word.startswith("http")]
    headers = dict(header.split(": ", 1) for header in after["-H"])
    return {"method": after["-X"][0], "url": url, "headers": headers, "content": after["-d"][0]}


def test_a_demo_does_not_touch_somebodys_work(tmp_path):
    ok(
        "user",
        "add",
        "--name",
        "Zoe",
        "--email",
        "zoe@example.com",
        "--role",
        "admin",
        "--data-dir",
        tmp_path,
    )
    with served(tmp_path, "--demo") as server:
        assert "apiKey" not in server.announced
    assert len(ok("user", "list", "--data-dir", tmp_path, "--json").value) == 1


@pytest.mark.parametrize(
    "words",
    [
        *(["serve"], ["migrate"], ["doctor"]),
        *(["user", each] for each in ("add", "list", "disable", "enable", "set-role")),
        *(["key", each] for each in ("create", "list", "revoke", "rotate")),
    ],
)
def test_every_command_has_help_and_json(words):
    shown = CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "120"})
    assert shown.exit_code == 0
    for option in ("--data-dir", "--database-url", "--config", "--json"):
        assert option in shown.stdout


def test_a_command_that_is_none_is_a_usage_error_and_the_version_is_told():
    assert run("nonsense").code == 2
    assert ok("--version").out.startswith("punchlist ")
