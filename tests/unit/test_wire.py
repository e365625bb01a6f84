"""How things are shown: every field always, whole seconds in UTC, and no number longer than it must be."""

import datetime as dt
from typing import Any

import msgspec
import pytest

from punchlist.api.tasks import wire
from punchlist.domain.problems import Problem, Reason
from punchlist.store.events import Recorded
from tests.unit.builders import (
    BOB,
    MIA,
    NOW,
    TASK_ID,
    a_comment,
    a_full_task,
    a_key,
    a_task,
    a_user,
)


def shown(value) -> dict:
    decoded: dict = msgspec.json.decode(wire.encode(value))
    return decoded


def test_a_task_shows_every_field():
    assert shown(wire.render_task(a_full_task())) == {
        "id": TASK_ID,
        "title": "Check the torque",
        "description": "To 12 Nm.",
        "status": "REVIEW",
        "priority": "MEDIUM",
        "createdBy": MIA,
        "assigneeId": BOB,
        "dueDate": "2035-06-01T17:00:00Z",
        "warningOffset": 24,
        "tags": ["line 2", "torque"],
        "createdAt": "2030-05-14T12:00:00Z",
        "updatedAt": "2030-05-14T12:00:00Z",
    }


def test_what_a_task_has_not_is_null():
    task = shown(wire.render_task(a_task(created_by=None)))
    assert {name for name, value in task.items() if value is None} == {
        "description",
        "createdBy",
        "assigneeId",
        "dueDate",
        "warningOffset",
    }
    assert task["tags"] == []


@pytest.mark.parametrize(
    ("hours", "written"), [(24.0, b"24"), (0.0, b"0"), (0.25, b"0.25"), (8760.0, b"8760")]
)
def test_a_whole_number_is_written_without_a_fraction(hours, written):
    text = wire.encode(wire.render_task(a_full_task(warning_hours=hours)))
    assert b'"warningOffset":' + written + b"," in text


def test_users_comments_and_keys_show_whole_seconds_and_no_secrets():
    assert set(shown(wire.render_user(a_user(created_at=NOW)))) == {
        "id",
        "name",
        "email",
        "role",
        "createdAt",
        "updatedAt",
    }
    assert shown(wire.render_user(a_user(created_at=NOW)))["createdAt"] == "2030-05-17T12:00:00Z"
    assert shown(wire.render_comment(a_comment(updated_at=NOW)))["updatedAt"] == "2030-05-17T12:00:00Z"
    key = shown(wire.render_key(a_key(last_used_at=NOW)))
    assert key["lastUsedAt"] == "2030-05-17T12:00:00Z"
    assert not {"token", "digest"} & set(key)
    assert shown(wire.render_new_key(a_key(), "pl_1_x")) == shown(wire.render_key(a_key())) | {
        "token": "pl_1_x"
    }


def test_an_instant_is_written_in_utc():
    tokyo = dt.timezone(dt.timedelta(hours=9))
    assert wire.format_instant(NOW.astimezone(tokyo)) == "2030-05-17T12:00:00Z"


def recorded(before: dict, after: dict, **fields: Any) -> Recorded:
    defaults: dict[str, Any] = {
        "seq": 17,
        "actor_id": MIA,
        "actor_name": "Mia",
        "verb": "updated",
        "entity": "task",
        "entity_id": TASK_ID,
        "at": NOW,
        "request_id": "req-1",
    }
    return Recorded(before=before, after=after, **(defaults | fields))


def test_history_says_who_did_what_when_from_what_to_what():
    entry = recorded({"warning_hours": 24.0, "assignee_id": BOB}, {"warning_hours": 0.5, "assignee_id": None})
    assert shown(wire.render_event(entry)) == {
        "id": "17",
        "verb": "updated",
        "entity": "task",
        "entityId": TASK_ID,
        "actor": {"id": MIA, "name": "Mia"},
        "changes": [
            {"field": "assigneeId", "from": BOB, "to": None},
            {"field": "warningOffset", "from": 24, "to": 0.5},
        ],
        "at": "2030-05-17T12:00:00Z",
        "requestId": "req-1",
    }


def test_history_names_only_what_a_creation_filled():
    entry = recorded(
        {},
        {"id": TASK_ID, "title": "T", "description": None, "created_at": "x", "tags": ["a"]},
        verb="created",
    )
    changes = shown(wire.render_event(entry))["changes"]
    assert changes == [
        {"field": "title", "from": None, "to": "T"},
        {"field": "tags", "from": None, "to": ["a"]},
    ]


def test_what_the_command_line_did_nobody_did():
    assert shown(wire.render_event(recorded({}, {}, actor_id=None, actor_name=None)))["actor"] is None


def test_an_actor_who_is_gone_has_no_name_left():
    actor = shown(wire.render_event(recorded({}, {}, actor_name=None)))["actor"]
    assert actor == {"id": MIA, "name": None}


def test_problems_of_the_door_reach_the_rules_under_the_rules_names():
    patch = wire.TaskPatch(title="T", due_date=None)
    changes = wire.task_changes(
        patch, (Problem("warningOffset", Reason.WRONG_TYPE), Problem("x", Reason.UNKNOWN))
    )
    assert (changes.title, changes.due_at) == ("T", None)
    assert [problem.field for problem in changes.problems] == ["warning_hours", "x"]
    wished = wire.key_wish(wire.KeyIn(name="K"), (Problem("expiresAt", Reason.NOT_AN_INSTANT),))
    assert [problem.field for problem in wished.problems] == ["expires_at"]
