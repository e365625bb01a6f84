"""All of it at work: a server with its worker, a mail server beside it, and nobody who tells them to."""

from collections.abc import Iterator

import httpx
import pytest

from punchlist.settings import Settings
from tests.notices.office import told
from tests.notices.post import PostOffice, post_office
from tests.support.backstage import Backstage
from tests.support.builders import in_future
from tests.support.client import expect
from tests.support.people import Cast
from tests.support.servers import eventually, in_thread


@pytest.fixture(scope="module")
def post() -> Iterator[tuple[PostOffice, int]]:
    with post_office() as running:
        yield running


@pytest.fixture(scope="module")
def company(
    own_dsn: str, own_backstage: Backstage, post: tuple[PostOffice, int], tmp_path_factory
) -> Iterator[Cast]:
    """The people of a server that does its own background work."""
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("data"),
        worker=True,
        smtp_host="127.0.0.1",
        smtp_port=post[1],
        smtp_security="none",
    )
    with (
        in_thread(settings, own_dsn) as url,
        httpx.Client(base_url=url, trust_env=False, timeout=60) as client,
    ):
        yield Cast(own_backstage, client)


def test_a_task_that_is_due_soon_is_in_the_list_and_in_the_post(company: Cast, post: tuple[PostOffice, int]):
    dana = company.joins("Dana")
    dana.makes_a_task(
        title="Check the torque", assigneeId=dana.id, dueDate=in_future(hours=2), warningOffset=24
    )
    company.max.makes_a_task(title="Order the bolts", assigneeId=dana.id)
    eventually(lambda: {each["kind"] for each in told(dana)} == {"reminder", "assigned"})
    eventually(lambda: len(mail_of(post[0], dana.email)) == 2)
    subjects = sorted(mail_of(post[0], dana.email))
    assert subjects == ["Assigned to you: Order the bolts", "Due soon: Check the torque"]
    available = expect(200, dana.get("/notifications/preferences"))["availableChannels"]
    assert available == ["in_app", "email", "apprise"]


def mail_of(post: PostOffice, address: str) -> list[str]:
    """The subjects of what came for an address."""
    return [
        str(message["subject"])
        for message, (_, recipients) in zip(post.messages, post.envelopes, strict=True)
        if recipients == [address]
    ]
