"""`punchlist doctor`: what it finds right, what it finds wrong, and that it changes nothing."""

import socket

from tests.cli.program import ok, run, served


def examine(*words, **environment):
    ran = run("doctor", "--json", *words, **environment)
    report = ran.value
    assert (ran.code == 0) is report["ok"]
    return {finding["check"]: finding for finding in report["findings"]}


def test_a_directory_that_is_not_there_yet_is_fine_and_is_not_made(tmp_path):
    found = examine("--data-dir", tmp_path / "data", "--port", "0")
    assert all(finding["ok"] for finding in found.values())
    assert not (tmp_path / "data").exists()


def test_a_server_at_work_is_found_healthy(tmp_path):
    with served(tmp_path) as server:
        found = examine("--data-dir", tmp_path, "--port", server.url.rpartition(":")[2])
    assert all(finding["ok"] for finding in found.values())
    assert found["port"]["says"] == f"a Punchlist server answers on {server.url}"
    assert found["server"]["says"] == "runs on this data directory"


def test_what_is_wrong_is_said_with_how_to_mend_it(tmp_path):
    ok("migrate", "--data-dir", tmp_path)
    tmp_path.chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        found = examine("--data-dir", tmp_path, "--port", port)
        told = run("doctor", "--data-dir", tmp_path, "--port", port)
    wrong = {check: finding for check, finding in found.items() if not finding["ok"]}
    assert set(wrong) == {"privacy", "port"}
    assert wrong["privacy"]["mend"] == f"Others may look in: chmod 700 {tmp_path}"
    assert told.code == 1
    assert "WRONG privacy" in told.out


def test_a_wrong_setting_is_a_finding():
    found = examine(PUNCHLIST_PROT="8000")
    assert "did you mean PUNCHLIST_PORT?" in found["settings"]["says"]
    assert set(found) == {"python", "settings"}


def test_a_database_that_cannot_be_reached_is_a_finding():
    found = examine("--database-url", "postgresql://me:hunter2@127.0.0.1:1/x", "--port", "0")
    assert not found["database"]["ok"]
    assert "hunter2" not in str(found)


def test_a_cluster_of_another_version_is_a_finding(tmp_path):
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("12\n")
    found = examine("--data-dir", tmp_path, "--port", "0")
    assert "PostgreSQL 12" in found["database"]["says"]
