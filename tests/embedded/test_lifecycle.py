"""The embedded PostgreSQL survives what happens to it: kills, stale files, long paths, wrong data."""

import contextlib
import os
import signal
import subprocess
import sys
import threading

import pytest

from punchlist.store.embedded import EmbeddedError, EmbeddedPostgres
from punchlist.store.embedded.cluster import UNFINISHED
from punchlist.store.embedded.identity import run_as
from punchlist.store.embedded.place import LONGEST_SOCKET_DIRECTORY, installation, place_of
from punchlist.store.embedded.postmaster import spawn
from punchlist.store.embedded.processes import working_in
from tests.embedded.probes import ask, eventually, postmaster


@pytest.fixture
def postgres(tmp_path):
    with EmbeddedPostgres(tmp_path / "data") as running:
        yield running


def test_a_new_directory_becomes_a_private_durable_database_on_a_socket_only(postgres):
    setting = "SELECT current_setting('{}')".format
    assert ask(postgres.dsn, setting("server_version_num")).startswith("18")
    assert ask(postgres.dsn, setting("listen_addresses")) == ""
    assert [
        ask(postgres.dsn, setting(name)) for name in ("fsync", "synchronous_commit", "data_checksums")
    ] == [
        "on",
        "on",
        "on",
    ]
    assert ask(postgres.dsn, "SELECT datlocale FROM pg_database WHERE datname = 'punchlist'") == "C.UTF-8"
    assert ask(postgres.dsn, "SELECT lower('ÄÖÉ')") == "äöé"
    for path in (postgres.place.data_dir, postgres.place.cluster, postgres.place.sockets):
        assert path.stat().st_mode & 0o777 == 0o700


def test_the_server_works_as_an_ordinary_role_that_owns_its_database(postgres):
    assert ask(postgres.dsn, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    assert ask(postgres.dsn, "SELECT has_database_privilege(current_database(), 'CREATE')") is True


def test_data_is_there_after_a_clean_stop_and_a_new_start(tmp_path):
    with EmbeddedPostgres(tmp_path) as postgres:
        ask(postgres.dsn, "CREATE TABLE kept AS SELECT 42 AS answer")
    control = subprocess.run(
        run_as(postgres.place).command(installation() / "bin" / "pg_controldata", postgres.place.cluster),
        capture_output=True,
        text=True,
        check=True,
        cwd="/",
    )
    assert "shut down\n" in control.stdout
    assert working_in(postgres.place) == []
    with EmbeddedPostgres(tmp_path) as postgres:
        assert ask(postgres.dsn, "SELECT answer FROM kept") == 42


def test_a_stop_ends_sessions_rather_than_wait_for_them(postgres):
    def sleep() -> None:
        with contextlib.suppress(Exception):
            ask(postgres.dsn, "SELECT pg_sleep(600)")

    sleeper = threading.Thread(target=sleep)
    sleeper.start()
    eventually(
        lambda: ask(postgres.dsn, "SELECT count(*) FROM pg_stat_activity WHERE query ~ '^SELECT pg_sl'")
    )
    postgres.stop()
    sleeper.join(10)
    assert not sleeper.is_alive()
    assert postmaster(postgres) is None


@pytest.mark.parametrize("times", [1, 3])
def test_a_killed_postmaster_is_started_again_with_its_data_at_the_same_address(postgres, times):
    ask(postgres.dsn, "CREATE TABLE kept AS SELECT 42 AS answer")
    for _ in range(times):
        killed = postmaster(postgres)
        os.kill(killed, signal.SIGKILL)
        eventually(lambda killed=killed: postmaster(postgres) not in (None, killed))
        assert eventually(lambda: ask(postgres.dsn, "SELECT answer FROM kept")) == 42


def test_a_postmaster_that_was_told_to_stop_by_somebody_else_is_started_again(postgres):
    stopped = postmaster(postgres)
    os.kill(stopped, signal.SIGTERM)
    eventually(lambda: postmaster(postgres) not in (None, stopped))
    assert eventually(lambda: ask(postgres.dsn, "SELECT 1"))


def test_a_stale_pid_file_with_the_pid_of_another_program_does_not_keep_it_from_starting(tmp_path):
    with EmbeddedPostgres(tmp_path) as postgres:
        files = [postgres.place.cluster / "postmaster.pid", postgres.place.sockets / ".s.PGSQL.5432.lock"]
        contents = [file.read_text() for file in files]
    # A program of PostgreSQL's own user, for which PostgreSQL itself would give up.
    who = run_as(postgres.place)
    with subprocess.Popen(who.command("sleep", "600"), cwd="/") as stranger:
        for file, content in zip(files, contents, strict=True):
            file.write_text(content.replace(content.partition("\n")[0], str(stranger.pid), 1))
            who.take(file)
        with EmbeddedPostgres(tmp_path) as postgres:
            assert ask(postgres.dsn, "SELECT 1") == 1
        assert stranger.poll() is None
        stranger.kill()


def test_a_postgres_that_nobody_owns_any_more_is_stopped_and_replaced(tmp_path):
    with EmbeddedPostgres(tmp_path) as postgres:
        place = postgres.place
    orphan = spawn(place, run_as(place), 20)
    eventually(lambda: ask(postgres.dsn, "SELECT 1"))
    with EmbeddedPostgres(tmp_path) as postgres:
        assert orphan.wait(10) == 0
        assert postmaster(postgres) != orphan.pid
        assert ask(postgres.dsn, "SELECT 1") == 1
    orphan.stderr.close()


def test_postgres_ends_with_the_process_that_started_it(tmp_path):
    script = (
        "import sys, time; from pathlib import Path; from punchlist.store.embedded import EmbeddedPostgres\n"
        "EmbeddedPostgres(Path(sys.argv[1])).start(); print('ready', flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", script, tmp_path], stdout=subprocess.PIPE) as parent:
        assert parent.stdout.readline() == b"ready\n"
        place = place_of(tmp_path)
        assert working_in(place)
        parent.kill()
    eventually(lambda: not working_in(place))


def test_a_cluster_that_was_half_made_is_made_again(tmp_path):
    half = tmp_path / f"{UNFINISHED}interrupted"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(tmp_path) as postgres:
        assert ask(postgres.dsn, "SELECT 1") == 1
    assert not half.exists()


def test_a_path_too_long_for_a_socket_gets_a_short_private_one(tmp_path):
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    with EmbeddedPostgres(deep) as postgres:
        sockets = postgres.place.sockets
        assert len(str(sockets)) <= LONGEST_SOCKET_DIRECTORY
        assert sockets.stat().st_mode & 0o777 == 0o700
        assert ask(postgres.dsn, "SELECT 1") == 1
    assert not sockets.exists()


def test_a_link_where_the_short_directory_belongs_is_refused(tmp_path):
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    sockets = place_of(deep).sockets
    sockets.symlink_to(tmp_path)
    try:
        with pytest.raises(EmbeddedError, match="is not a directory of the user"):
            EmbeddedPostgres(deep).start()
    finally:
        sockets.unlink()


def test_names_with_spaces_quotes_commas_and_percents_are_only_names(tmp_path):
    with EmbeddedPostgres(tmp_path / 'it\'s, 100% "odd" é') as postgres:
        assert ask(postgres.dsn, "SELECT 1") == 1


@pytest.mark.parametrize(
    ("version", "said"), [("17\n", "was made by PostgreSQL 17"), (None, "it has no PG_VERSION")]
)
def test_a_cluster_that_is_not_ours_to_use_is_refused_and_left_alone(tmp_path, version, said):
    cluster = tmp_path / "postgres"
    cluster.mkdir()
    (cluster / "precious").write_text("data")
    if version is not None:
        (cluster / "PG_VERSION").write_text(version)
    with pytest.raises(EmbeddedError, match=said):
        EmbeddedPostgres(tmp_path).start()
    assert (cluster / "precious").read_text() == "data"


def test_a_start_that_fails_says_what_postgres_said_and_frees_the_directory(tmp_path):
    with EmbeddedPostgres(tmp_path) as postgres:
        configuration = postgres.place.cluster / "postgresql.conf"
    kept = configuration.read_text()
    configuration.write_text(kept + "no_such_setting = 1\n")
    with pytest.raises(EmbeddedError, match="configuration file"):
        EmbeddedPostgres(tmp_path).start()
    configuration.write_text(kept)
    with EmbeddedPostgres(tmp_path) as postgres:
        assert ask(postgres.dsn, "SELECT 1") == 1


def test_a_file_where_the_data_directory_belongs_is_a_sentence(tmp_path):
    (tmp_path / "data").write_text("")
    with pytest.raises(EmbeddedError, match="data"):
        EmbeddedPostgres(tmp_path / "data").start()


def test_the_environment_of_the_caller_does_not_lead_it_astray(tmp_path, monkeypatch):
    for name, value in {
        "PGPORT": "1",
        "PGHOST": "db",
        "PGDATA": "/x",
        "PGUSER": "me",
        "LC_ALL": "tr_TR",
    }.items():
        monkeypatch.setenv(name, value)
    with EmbeddedPostgres(tmp_path) as postgres:
        assert ask(postgres.dsn, "SELECT current_user::text") == "punchlist"
