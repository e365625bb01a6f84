"""Live updates over several server processes: what is done at one is told at the others; and their end."""

import contextlib
from pathlib import Path

import httpx

from tests.cli.program import key_of_an_admin
from tests.live.watching import watching
from tests.support.client import expect
from tests.support.people import Person
from tests.support.servers import serving

STREAMS = 8  # over two processes; that one of them gets none is as likely as eight heads in a row


def test_what_is_done_at_one_process_is_told_at_the_other_and_all_ends_with_the_server(tmp_path: Path):
    token = key_of_an_admin(tmp_path)
    grace = ("--shutdown-grace-seconds", "300")
    with (
        serving("--workers", "2", "--data-dir", str(tmp_path), *grace, cwd=tmp_path) as server,
        httpx.Client(base_url=server.url, trust_env=False) as http,
        contextlib.ExitStack() as opened,
    ):
        ada = Person.__new__(Person)
        ada.http, ada.token = http, token
        watches = [opened.enter_context(watching(ada, after=0)) for _ in range(STREAMS)]
        made = []
        for _ in range(STREAMS):
            with httpx.Client(base_url=server.url, trust_env=False) as other:  # a connection of its own
                ada.http = other
                made.append(expect(201, ada.post("/tasks", {"title": "Check the torque"}))["id"])
        for watch in watches:
            watch.sees(STREAMS + 1)
            assert [event["entityId"] for event in watch.events if event["entity"] == "task"] == made
        # Streams would otherwise be waited for.
        assert server.stop() == 0
        assert all(watch.ended.wait(30) for watch in watches)
