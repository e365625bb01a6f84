"""`punchlist webhook`, as people run it."""

import re

import pytest

from tests.cli.program import complains, ok
from tests.webhooks.hand_worker import HandWorker

SECRET = re.compile(r"whsec_[0-9A-Za-z+/]{43}=\n")


@pytest.fixture
def place(dsn, cast):
    """Where the commands work: the database, and which workspace."""
    number = cast.backstage.value("SELECT number FROM workspaces WHERE id = $1", cast.workspace_id)
    return ("--database-url", dsn, "--workspace", str(number))


def test_a_webhook_is_added_listed_switched_rotated_and_removed(place, cast):
    secret = ok("webhook", "add", "https://example.com/hook", "--event", "task.*", *place).out
    assert SECRET.fullmatch(secret)
    [listed] = ok("webhook", "list", "--json", *place).value
    assert (listed["url"], listed["events"], listed["ownerId"]) == (
        "https://example.com/hook",
        ["task.*"],
        None,
    )
    shown = ok("webhook", "list", *place).out
    assert listed["id"] in shown
    assert "enabled" in shown
    assert "whsec" not in shown
    rotated = ok("webhook", "rotate", listed["id"], "--grace-hours", "0", *place).out
    assert SECRET.fullmatch(rotated)
    assert rotated != secret
    off = ok("webhook", "disable", listed["id"], *place).out
    assert (
        off == f"The webhook to https://example.com/hook ({listed['id']}) is disabled: It was switched off.\n"
    )
    assert "is enabled." in ok("webhook", "enable", listed["id"], *place).out
    assert "is removed." in ok("webhook", "remove", listed["id"], *place).out
    assert ok("webhook", "list", "--json", *place).value == []


def test_deliveries_are_listed_and_replayed(place, cast, backstage, open_settings, receiver):
    made = ok("webhook", "add", receiver.url, "--allow-private", "--json", *place).value
    assert made["events"] == ["*"]
    receiver.answers(500, 204)
    for title in ("One", "Two"):
        cast.ada.makes_a_task(title=title)
    worker = HandWorker(backstage, open_settings, cast.workspace_id)
    worker.works()
    listed = ok("webhook", "deliveries", made["id"], "--json", *place).value
    assert [each["state"] for each in listed] == ["delivered", "pending"], listed
    shown = ok("webhook", "deliveries", made["id"], "--state", "pending", *place).out
    assert "The receiver answered 500" in shown
    assert "delivered" not in shown
    since = ("--since", "2020-01-01T00:00:00Z")
    assert ok("webhook", "replay", made["id"], *since, "--json", *place).value == {
        "count": 0,
        "hasMore": False,
    }
    told = ok("webhook", "replay", made["id"], *since, "--all", *place).out
    assert told == "Deliveries that are made again: 2.\n"
    worker.works()
    assert len(receiver.received) == 4


def test_what_will_not_do_is_said_in_a_sentence(place, cast):
    assert "into a private network" in complains("webhook", "add", "http://127.0.0.1/", *place)
    assert "must be one of" in complains("webhook", "add", "https://a.example", "--event", "x", *place)
    assert "not found" in complains("webhook", "disable", "X" * 20, *place)
    words = ("webhook", "replay", "X" * 20, "--since", "yesterday")
    assert "--since yesterday is no instant" in complains(*words, *place)
    assert "--state lost is none" in complains("webhook", "deliveries", "X" * 20, "--state", "lost", *place)
