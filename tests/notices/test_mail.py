"""A notice by e-mail, to a real mail server: what it looks like, and what becomes of it."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from punchlist.domain.limits import NOTIFICATION_ATTEMPTS_MAX
from punchlist.domain.notices import Channel
from punchlist.services.notifications import Errand
from punchlist.settings import Settings
from punchlist.worker import notices
from punchlist.worker.channels import ChannelError
from punchlist.worker.retrying import Retry
from tests.notices.office import EVERY_CHANNEL, Office, told
from tests.notices.post import PostOffice, certificate, post_office
from tests.notices.test_reminders import due_of, own_task, reminder_of
from tests.support.builders import in_future
from tests.support.people import Person


@pytest.fixture(scope="module")
def mail_server() -> Iterator[tuple[PostOffice, int]]:
    with post_office() as running:
        yield running


@pytest.fixture
def post(mail_server: tuple[PostOffice, int]) -> PostOffice:
    """The mail server, with nothing in it."""
    mail_server[0].__init__()  # type: ignore[misc]
    return mail_server[0]


@pytest.fixture
def settings(mail_server: tuple[PostOffice, int]) -> Settings:
    return settings_of(mail_server[1])


def settings_of(port: int, **more: Any) -> Settings:
    """A server's settings with a mail server at a port of this machine."""
    usual = Settings(
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_security="none",
        mail_from="Punchlist <punchlist@example.com>",
        public_url="https://punchlist.example.com",
    )
    return msgspec.structs.replace(usual, **more)


def errands(office: Office) -> list[Errand]:
    """What is to be sent of the workspace's."""
    rows = office.backstage.rows(
        "SELECT notification_id, channel FROM notification_deliveries WHERE workspace_id = $1"
        " ORDER BY notification_id",
        office.workspace_id,
    )
    return [Errand(office.workspace_id, row["notification_id"], Channel(row["channel"])) for row in rows]


def sends(office: Office, settings: Settings, errand: Errand) -> dt.timedelta | None:
    """Lets the worker do one job; returns after how long it is to be done again, or None."""
    try:
        office.backstage.run(notices.send(office.state(settings), msgspec.json.encode(errand)))
    except Retry as retry:
        return retry.after
    return None


def gives_up(office: Office, settings: Settings, errand: Errand) -> bool:
    """Lets the worker do one job, and tells whether it ended as one that failed for good."""
    try:
        office.backstage.run(notices.send(office.state(settings), msgspec.json.encode(errand)))
    except ChannelError:
        return True
    return False


def states(office: Office) -> list[tuple[str, int]]:
    rows = office.backstage.rows(
        "SELECT state, attempts FROM notification_deliveries WHERE workspace_id = $1 ORDER BY channel",
        office.workspace_id,
    )
    return [(row["state"], row["attempts"]) for row in rows]


@pytest.fixture
def assigned(office: Office, max_: Person, bob: Person) -> Errand:
    """What is to be sent of a task that Max gave Bob."""
    max_.makes_a_task(assigneeId=bob.id, title="Überprüfe das Drehmoment 🔩", dueDate=in_future(days=3))
    office.works(channels=EVERY_CHANNEL)
    [errand] = errands(office)
    return errand


def test_the_job_of_a_mail_is_in_the_queue_with_the_notice(office: Office, assigned: Errand):
    queued = "SELECT payload FROM jobs.pgqueuer WHERE entrypoint = 'send a notification'"
    assert msgspec.json.encode(assigned) in [row["payload"] for row in office.backstage.rows(queued)]


def test_a_mail_says_what_it_is_about(
    office: Office, post: PostOffice, settings: Settings, assigned: Errand, bob: Person
):
    assert sends(office, settings, assigned) is None
    [message] = post.messages
    assert post.envelopes == [("punchlist@example.com", [bob.email])]
    assert message["subject"] == "Assigned to you: Überprüfe das Drehmoment 🔩"
    assert message["from"] == "Punchlist <punchlist@example.com>"
    assert message["to"] == f"Bob <{bob.email}>"
    assert message["auto-submitted"] == "auto-generated"
    assert message["message-id"] == f"<{assigned.notification_id.lower()}@example.com>"
    assert message["date"].datetime.tzinfo is not None
    text = message.get_content()
    task_id = told(bob)[0]["entityId"]
    assert f"https://punchlist.example.com/v1/tasks/{task_id}" in text
    assert "Überprüfe das Drehmoment 🔩" in text
    assert states(office) == [("sent", 1)]


def test_what_has_been_sent_is_not_sent_again(
    office: Office, post: PostOffice, settings: Settings, assigned: Errand
):
    for _ in range(2):
        assert sends(office, settings, assigned) is None
    assert len(post.messages) == 1


def test_a_mail_that_is_sent_again_after_a_crash_is_the_same_to_the_byte(
    office: Office, post: PostOffice, settings: Settings, assigned: Errand
):
    sends(office, settings, assigned)
    office.backstage.execute(  # as it was left by a worker that ended before it could note that it was sent
        "UPDATE notification_deliveries SET state = 'pending', attempts = 0, ended_at = NULL"
        " WHERE workspace_id = $1",
        office.workspace_id,
    )
    sends(office, settings, assigned)
    assert post.raw[0] == post.raw[1]


def test_a_title_and_a_name_put_nothing_into_the_head(
    office: Office, post: PostOffice, settings: Settings, max_: Person
):
    eve = office.cast.joins('Eve"\r\nBcc: all@example.com', email="eve@example.com")
    max_.makes_a_task(assigneeId=eve.id, title="Look\r\nBcc: all@example.com\r\n\r\nbody")
    office.works(channels=EVERY_CHANNEL)
    sends(office, settings, errands(office)[0])
    [message] = post.messages
    assert message["bcc"] is None
    assert post.envelopes[0][1] == ["eve@example.com"]
    assert message["subject"] == "Assigned to you: Look Bcc: all@example.com body"


def test_a_person_with_an_address_in_their_own_letters_gets_mail(
    office: Office, post: PostOffice, settings: Settings, max_: Person
):
    jose = office.cast.joins("José", email="josé@exämple.com")
    max_.makes_a_task(assigneeId=jose.id)
    office.works(channels=EVERY_CHANNEL)
    assert sends(office, settings, errands(office)[0]) is None
    assert [kind for kind, _ in states(office)] == ["sent"]


def test_a_mail_server_that_is_away_is_tried_again_later_and_later(office: Office, assigned: Errand):
    away = settings_of(9)
    pauses = [sends(office, away, assigned) for _ in range(NOTIFICATION_ATTEMPTS_MAX - 1)]
    assert all(pause is not None for pause in pauses)
    assert pauses == sorted(pauses, key=lambda pause: pause or dt.timedelta(0))
    assert sum(filter(None, pauses), dt.timedelta(0)) < dt.timedelta(hours=24)
    assert states(office) == [("pending", NOTIFICATION_ATTEMPTS_MAX - 1)]
    assert gives_up(office, away, assigned)
    assert sends(office, away, assigned) is None  # it stays so
    assert states(office) == [("failed", NOTIFICATION_ATTEMPTS_MAX)]


def test_a_mail_server_that_comes_back_gets_it(
    office: Office, post: PostOffice, settings: Settings, assigned: Errand
):
    post.answers = ["451 busy", "554 no"]
    assert sends(office, settings, assigned) is not None
    assert sends(office, settings, assigned) is not None
    assert sends(office, settings, assigned) is None
    assert states(office) == [("sent", 3)]


def test_an_address_that_is_refused_for_good_is_given_up_at_once(
    office: Office, post: PostOffice, settings: Settings, assigned: Errand
):
    post.refuses = "550 no such user"
    assert gives_up(office, settings, assigned)
    assert states(office) == [("failed", 1)]


def test_an_address_that_is_refused_for_now_is_tried_again(
    office: Office, post: PostOffice, settings: Settings, assigned: Errand
):
    post.refuses = "450 mailbox busy"
    assert sends(office, settings, assigned) is not None


def test_who_is_told_sees_how_it_fares(
    office: Office, post: PostOffice, settings: Settings, assigned: Errand, bob: Person
):
    def shown() -> list[str]:
        [each] = told(bob)[0]["deliveries"]
        assert each["channel"] == "email"
        return [each["state"]]

    assert shown() == ["pending"]
    post.refuses = "550 no such user"
    assert gives_up(office, settings, assigned)
    assert shown() == ["failed"]


def test_a_server_that_has_no_mail_server_any_more_gives_up(office: Office, assigned: Errand):
    assert gives_up(office, Settings(), assigned)
    assert states(office) == [("failed", 1)]


def test_a_reminder_that_was_overtaken_is_not_sent(
    office: Office, post: PostOffice, settings: Settings, bob: Person
):
    task = own_task(bob)
    office.works(reminder_of(task), channels=EVERY_CHANNEL)
    [errand] = errands(office)
    bob.changes(task, status="CANCELED")
    assert sends(office, settings, errand) is None
    assert post.messages == []
    assert states(office) == [("dropped", 0)]


def test_a_reminder_of_another_day_is_not_sent(
    office: Office, post: PostOffice, settings: Settings, bob: Person
):
    task = own_task(bob)
    office.works(reminder_of(task), channels=EVERY_CHANNEL)
    bob.changes(task, dueDate=in_future(days=30))
    sends(office, settings, errands(office)[0])
    assert post.messages == []


def test_an_overdue_notice_is_sent(office: Office, post: PostOffice, settings: Settings, bob: Person):
    task = own_task(bob, title="Order the bolts")
    office.works(due_of(task), channels=EVERY_CHANNEL)
    sends(office, settings, errands(office)[0])
    assert [message["subject"] for message in post.messages] == ["Overdue: Order the bolts"]


def test_who_is_disabled_meanwhile_gets_no_mail(
    office: Office, post: PostOffice, settings: Settings, assigned: Errand, bob: Person
):
    office.backstage.execute("UPDATE users SET disabled = true WHERE id = $1", bob.id)
    sends(office, settings, assigned)
    assert post.messages == []
    assert states(office) == [("dropped", 0)]


def test_of_what_has_gone_nothing_is_sent(
    office: Office, post: PostOffice, settings: Settings, assigned: Errand
):
    office.backstage.execute("DELETE FROM notifications WHERE workspace_id = $1", office.workspace_id)
    assert sends(office, settings, assigned) is None
    assert post.messages == []


@pytest.mark.parametrize("how", ["starttls", "tls"])
def test_a_mail_server_is_believed_by_its_certificate(
    office: Office, assigned: Errand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
):
    trusted, context = certificate(tmp_path)
    with post_office(context, how) as (post, port):
        secure = settings_of(port, smtp_security=how)
        assert sends(office, secure, assigned) is not None  # nobody has said that it can be trusted
        assert post.messages == []
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        assert sends(office, secure, assigned) is None
        assert len(post.messages) == 1


def test_a_mail_server_that_cannot_encrypt_is_not_talked_to_where_it_should(
    office: Office, post: PostOffice, settings: Settings, assigned: Errand
):
    demanding = msgspec.structs.replace(settings, smtp_security="starttls")
    assert sends(office, demanding, assigned) is not None
    assert post.messages == []


@pytest.mark.parametrize(("password", "is_sent"), [("open sesame", True), ("wrong", False)])
def test_it_logs_in_where_it_has_a_name(
    office: Office, post: PostOffice, settings: Settings, assigned: Errand, password: str, is_sent: bool
):
    known = msgspec.structs.replace(settings, smtp_username="punchlist", smtp_password=password)
    assert (sends(office, known, assigned) is None) is is_sent
    assert (b"punchlist", password.encode()) in post.logins
    assert len(post.messages) == is_sent
