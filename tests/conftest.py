"""The stage that every test stands on: one real PostgreSQL and one real server for the session.

Tests keep apart by workspace: each takes a `cast` of its own, and no workspace knows of another.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from punchlist.settings import Settings
from punchlist.store import migrate
from punchlist.store.database import Database
from punchlist.store.embedded import EmbeddedPostgres
from tests.support.backstage import Backstage
from tests.support.people import Cast, Person
from tests.support.servers import in_thread


@pytest.fixture(scope="session")
def dsn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL of this session's own, migrated."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("postgres")) as postgres:
        asyncio.run(migrate.upgrade(postgres.dsn))
        yield postgres.dsn


@pytest.fixture(scope="session")
def backstage(dsn: str) -> Iterator[Backstage]:
    """The database, for plain functions."""
    opened = Backstage(dsn)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def own_dsn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL of a module's own, migrated, for whole workers: in the others' database
    they would first do all that thousands of tests left undone."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("own")) as postgres:
        asyncio.run(migrate.upgrade(postgres.dsn))
        yield postgres.dsn


@pytest.fixture(scope="module")
def own_backstage(own_dsn: str) -> Iterator[Backstage]:
    """That database, for plain functions."""
    opened = Backstage(own_dsn)
    yield opened
    opened.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def db(dsn: str) -> AsyncIterator[Database]:
    """The database, for coroutines."""
    opened = await Database.connect(dsn, size=4)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server that most tests call keeps the content of files."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def server(dsn: str, data_dir: Path) -> Iterator[str]:
    """The address of the server that most tests call; what its worker would do, they do when they want it."""
    with in_thread(Settings(data_dir=data_dir, worker=False), dsn) as url:
        yield url


@pytest.fixture(scope="session")
def http(server: str) -> Iterator[httpx.Client]:
    """Connections to the server, shared by all callers. Nothing of a caller is kept on them."""
    limits = httpx.Limits(max_connections=200)
    with httpx.Client(base_url=server, timeout=60, limits=limits, trust_env=False) as client:
        yield client


@pytest.fixture
def cast(backstage: Backstage, http: httpx.Client) -> Cast:
    """A fresh workspace with its people."""
    return Cast(backstage, http)


@pytest.fixture
def ada(cast: Cast) -> Person:
    """The admin."""
    return cast.ada


@pytest.fixture
def max_(cast: Cast) -> Person:
    """The manager."""
    return cast.max


@pytest.fixture
def mia(cast: Cast) -> Person:
    """A member, who creates."""
    return cast.mia


@pytest.fixture
def bob(cast: Cast) -> Person:
    """A member, to whom is assigned."""
    return cast.bob


@pytest.fixture
def charlie(cast: Cast) -> Person:
    """A member, who must see nothing."""
    return cast.charlie
