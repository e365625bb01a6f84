"""What tests of webhooks share: a server that may send to this machine, a receiver, and a worker whose
clock and steps are the test's."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from punchlist.settings import Settings
from tests.support.backstage import Backstage
from tests.support.people import Cast
from tests.support.servers import in_thread
from tests.webhooks.hand_worker import HandWorker
from tests.webhooks.receiver import Receiver, receiving


@pytest.fixture(scope="session")
def open_settings(data_dir: Path) -> Settings:
    """Settings that let webhooks go to this machine, and leave all work to the tests."""
    return Settings(data_dir=data_dir, webhook_allow_private=True, worker=False)


@pytest.fixture(scope="session")
def open_http(dsn: str, open_settings: Settings) -> Iterator[httpx.Client]:
    """Connections to a server with those settings."""
    with (
        in_thread(open_settings, dsn) as url,
        httpx.Client(base_url=url, timeout=60, trust_env=False) as client,
    ):
        yield client


@pytest.fixture
def cast(backstage: Backstage, open_http: httpx.Client) -> Cast:
    """A fresh workspace, whose people call that server."""
    return Cast(backstage, open_http)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Somebody who receives webhooks."""
    with receiving() as opened:
        yield opened


@pytest.fixture
def worker(backstage: Backstage, open_settings: Settings, cast: Cast) -> HandWorker:
    """A worker for this workspace alone."""
    return HandWorker(backstage, open_settings, cast.workspace_id)
