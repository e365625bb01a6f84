"""What a notice says in words: one line whatever the title, and a message with a link."""

import datetime as dt

import pytest

from punchlist.domain.events import Entity
from punchlist.domain.notice_texts import headline, message, place
from punchlist.domain.notices import NoticeKind, Notification

NOW = dt.datetime(2030, 5, 7, 9, 5, tzinfo=dt.UTC)


def told(kind=NoticeKind.REMINDER, title="Check the torque", entity: str = Entity.TASK, **more):
    values = {"parent_id": None, "due_at": NOW} | more
    return Notification(
        id="N" * 20, user_id="B" * 20, kind=kind, entity=entity, entity_id="T" * 20, title=title,
        created_at=NOW, read_at=None, **values,
    )  # fmt: skip


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_has_its_words(kind):
    assert "Check the torque" in headline(told(kind))
    assert message(told(kind), None).startswith(headline(told(kind)))


@pytest.mark.parametrize("title", ["a\r\nBcc: x@y", "a\u2028b", "a\0b", "a\x1b[31mb", "\u202eab", "a\n\n b"])
def test_a_title_ends_no_line_and_hides_nothing(title):
    line = headline(told(title=title))
    assert line.isprintable()
    assert len(line.splitlines()) == 1


def test_a_title_keeps_its_letters():
    assert headline(told(title="Überprüfe 🔩 締め付け")) == "Due soon: Überprüfe 🔩 締め付け"


def test_a_due_date_is_said_where_there_is_one():
    assert "7 May 2030 at 09:05 UTC" in message(told(), None)
    assert "due" not in message(told(NoticeKind.ASSIGNED, due_at=None), None)


def test_a_message_has_a_link_where_the_server_knows_its_address():
    assert "http" not in message(told(), None)
    assert f"https://p.example.com/v1/tasks/{'T' * 20}\n" in message(told(), "https://p.example.com/")


def test_each_thing_has_its_place():
    parent = {"parent_id": "C" * 20}
    task = told(entity=Entity.IMPLEMENTATION_TASK, **parent)
    assert place(task) == f"/v1/changes/{'C' * 20}/implementationtasks/{'T' * 20}"
    assert place(told(NoticeKind.WEBHOOK_DISABLED, entity="webhook")) == f"/v1/webhooks/{'T' * 20}"
