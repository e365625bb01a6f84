"""One data directory, several processes: who serves, who waits, who is refused."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from punchlist.settings import Settings
from punchlist.store.embedded import AlreadyServing, EmbeddedPostgres, database_for, serving
from punchlist.store.embedded.ownership import is_served, owner_lock
from punchlist.store.embedded.place import place_of
from punchlist.store.embedded.processes import working_in
from tests.embedded.probes import ask, eventually, postmaster

POSTMASTER = "SELECT pg_postmaster_start_time()::text"


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path)


def test_a_command_without_a_server_starts_postgres_and_stops_it(settings):
    with database_for(settings) as dsn:
        assert ask(dsn, "SELECT 1") == 1
    assert working_in(place_of(settings.data_dir)) == []


def test_a_command_beside_a_server_uses_its_postgres_and_leaves_it_running(settings):
    with serving(settings) as dsn:
        before = ask(dsn, POSTMASTER)
        with database_for(settings) as beside:
            assert ask(beside, POSTMASTER) == before
        assert ask(dsn, POSTMASTER) == before


def test_a_second_server_is_refused_with_the_pid_of_the_first(settings):
    with serving(settings), pytest.raises(AlreadyServing, match=r"process \d+\) is already running"):
        serving(settings).__enter__()
    with serving(settings) as dsn:
        assert ask(dsn, "SELECT 1") == 1


def test_another_postgresql_needs_no_directory_and_no_lock(tmp_path):
    settings = Settings(data_dir=tmp_path / "none", database_url="postgresql://db/x")
    with serving(settings) as dsn, database_for(settings) as beside:
        assert dsn == beside == "postgresql://db/x"
    assert not settings.data_dir.exists()


def test_two_commands_at_once_take_turns(settings):
    script = (
        "import asyncio, sys; from pathlib import Path; import asyncpg\n"
        "from punchlist.settings import Settings; from punchlist.store.embedded import database_for\n"
        "async def work(dsn):\n"
        "    c = await asyncpg.connect(dsn)\n"
        "    await c.execute('CREATE TABLE IF NOT EXISTS n (n int); INSERT INTO n VALUES (1)')\n"
        "    await asyncio.sleep(0.2); await c.close()\n"
        "with database_for(Settings(data_dir=Path(sys.argv[1]))) as dsn: asyncio.run(work(dsn))"
    )
    started = [subprocess.Popen([sys.executable, "-c", script, settings.data_dir]) for _ in range(3)]
    assert [process.wait(60) for process in started] == [0, 0, 0]
    with database_for(settings) as dsn:
        assert ask(dsn, "SELECT count(*) FROM n") == 3


def test_a_server_waits_for_a_command_and_a_command_for_a_starting_server(settings):
    order = []

    def serve() -> None:
        with serving(settings):
            order.append("server")
            time.sleep(0.5)

    command = EmbeddedPostgres(settings.data_dir)
    command.start()
    server = threading.Thread(target=serve)
    server.start()
    eventually(lambda: is_served(place_of(settings.data_dir)))
    time.sleep(0.3)
    order.append("command")
    command.stop()
    with database_for(settings) as dsn:
        assert ask(dsn, "SELECT 1") == 1
    server.join()
    assert order == ["command", "server"]


def test_the_locks_of_a_process_that_was_killed_are_free(settings):
    place = place_of(settings.data_dir)
    script = (
        "import sys, time; from pathlib import Path; from punchlist.settings import Settings\n"
        "from punchlist.store.embedded import serving\n"
        "with serving(Settings(data_dir=Path(sys.argv[1]))):\n"
        "    print('ready', flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", script, place.data_dir], stdout=subprocess.PIPE) as server:
        assert server.stdout.readline() == b"ready\n"
        assert is_served(place)
        assert not owner_lock(place).take()
        server.kill()
    assert not is_served(place)
    # Its postgres may still be on its way out: it is waited for, or ended.
    with serving(settings) as dsn:
        assert ask(dsn, "SELECT 1") == 1


def test_a_server_whose_directory_was_replaced_leaves_the_new_one_alone(settings, tmp_path):
    with EmbeddedPostgres(settings.data_dir) as robbed:
        old = postmaster(robbed)
        settings.data_dir.rename(tmp_path.parent / f"{tmp_path.name}-moved")
        with EmbeddedPostgres(settings.data_dir) as postgres:
            new = postmaster(postgres)
            os.kill(old, signal.SIGKILL)
            time.sleep(1)
            assert postmaster(postgres) == new
            assert ask(postgres.dsn, "SELECT 1") == 1
