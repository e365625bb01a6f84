"""A notice by Apprise, to a real receiver; and what no address leads to."""

import socket
from collections.abc import Iterator

import pytest

from punchlist.domain.notice_preferences import fingerprint
from punchlist.settings import Settings
from tests.notices.office import EVERY_CHANNEL, Office
from tests.notices.post import Receiver, receiver
from tests.notices.test_mail import errands, sends, states
from tests.notices.test_reminders import own_task, reminder_of
from tests.support.people import Person

ANYWHERE = Settings(webhook_allow_private=True)
OUTSIDE = Settings()


@pytest.fixture(scope="module")
def web_server() -> Iterator[tuple[Receiver, int]]:
    with receiver() as running:
        yield running


@pytest.fixture
def got(web_server: tuple[Receiver, int]) -> Receiver:
    """The receiver, with nothing in it."""
    web_server[0].__init__()  # type: ignore[misc]
    return web_server[0]


@pytest.fixture
def port(web_server: tuple[Receiver, int]) -> int:
    return web_server[1]


def reminded(office: Office, bob: Person, *urls: str):
    """What is to be sent to Bob's addresses of a task that is due."""
    office.backstage.execute(
        "INSERT INTO notification_preferences VALUES ($1, $2, $3::jsonb, $4)",
        office.workspace_id,
        bob.id,
        '{"reminder": ["apprise"]}',
        list(urls),
    )
    task = own_task(bob, title="Überprüfe das Drehmoment 🔩")
    office.works(reminder_of(task), channels=EVERY_CHANNEL)
    [errand] = errands(office)
    return errand


def test_a_notice_is_posted_to_each_address(office: Office, bob: Person, got: Receiver, port: int):
    errand = reminded(office, bob, f"json://127.0.0.1:{port}/one", f"json://127.0.0.1:{port}/two")
    assert sends(office, ANYWHERE, errand) is None
    assert got.paths == ["/one", "/two"]
    body = got.bodies[0][1]
    assert body["title"] == "Due soon: Überprüfe das Drehmoment 🔩"
    assert "assigned to you" in body["message"]
    assert states(office) == [("sent", 1)]


def test_what_one_address_refuses_keeps_none_of_the_others_from_it_and_is_tried_again(
    office: Office, bob: Person, got: Receiver, port: int
):
    one, two = (f"json://127.0.0.1:{port}/{name}" for name in ("one", "two"))
    errand = reminded(office, bob, one, two)
    got.answers = {"/one": 500}
    assert sends(office, ANYWHERE, errand) is not None
    assert got.paths == ["/one", "/two"]
    got.answers = {}
    assert sends(office, ANYWHERE, errand) is None
    assert got.paths == ["/one", "/two", "/one"]
    assert states(office) == [("sent", 2)]


def test_an_address_that_was_taken_away_meanwhile_gets_nothing(
    office: Office, bob: Person, got: Receiver, port: int
):
    errand = reminded(office, bob, f"json://127.0.0.1:{port}/one")
    office.backstage.execute("UPDATE notification_preferences SET apprise_urls = '{}'")
    assert sends(office, ANYWHERE, errand) is None
    assert got.bodies == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"])
def test_no_address_leads_into_a_private_network(
    office: Office, bob: Person, got: Receiver, port: int, host: str
):
    errand = reminded(office, bob, f"json://{host}:{port}/one")
    assert sends(office, OUTSIDE, errand) is not None
    assert got.bodies == []


def test_no_name_leads_into_a_private_network_whatever_it_was_when_it_was_given(
    office: Office, bob: Person, got: Receiver, port: int, monkeypatch: pytest.MonkeyPatch
):
    """The name server is the outside world, and stood in for: it answers with this machine."""
    asked = socket.getaddrinfo

    def turned(host, *rest, **more):
        return asked("127.0.0.1" if host == "rebound.example.com" else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", turned)
    errand = reminded(office, bob, f"json://rebound.example.com:{port}/one")
    assert sends(office, OUTSIDE, errand) is not None
    assert got.bodies == []
    assert sends(office, ANYWHERE, errand) is None
    assert got.paths == ["/one"]


def test_a_redirection_is_not_followed(office: Office, bob: Person, got: Receiver, port: int):
    got.answers = {"/one": 307}
    got.location = f"http://127.0.0.1:{port}/two"
    errand = reminded(office, bob, f"json://127.0.0.1:{port}/one")
    assert sends(office, ANYWHERE, errand) is not None
    assert got.paths == ["/one"]


def test_the_guard_is_for_what_is_sent_and_for_nothing_else(
    office: Office, bob: Person, got: Receiver, port: int
):
    errand = reminded(office, bob, f"json://127.0.0.1:{port}/one")
    sends(office, OUTSIDE, errand)
    with socket.create_connection(("127.0.0.1", port), timeout=10):
        pass


def test_an_address_that_apprise_cannot_read_fails_and_is_not_told_to_the_log(
    office: Office, bob: Person, caplog: pytest.LogCaptureFixture
):
    secret = "slack://an-open-secret"
    errand = reminded(office, bob, secret)
    assert sends(office, ANYWHERE, errand) is not None
    assert "an-open-secret" not in caplog.text
    assert fingerprint(secret) in "".join(str(vars(record)) for record in caplog.records)
