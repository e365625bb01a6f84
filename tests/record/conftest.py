"""A database of one's own, in which nobody links events but the test, and which may be tampered with."""

import asyncio
from collections.abc import Iterator
from itertools import count

import asyncpg
import pytest

from punchlist.store import migrate
from tests.support.backstage import Backstage

_numbers = count()


@pytest.fixture(scope="module")
def record_dsn(dsn: str) -> Iterator[str]:
    """The address of an empty database, migrated, beside the one that all share."""
    name = f"record_{next(_numbers)}"
    root = dsn.replace("punchlist@/punchlist", "postgres@/postgres")

    async def execute(*statements: str) -> None:
        connection = await asyncpg.connect(root)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(execute(f"CREATE DATABASE {name} OWNER punchlist"))
    own = dsn.replace("@/punchlist", f"@/{name}")
    asyncio.run(migrate.upgrade(own))
    yield own
    asyncio.run(execute(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="module")
def record(record_dsn: str) -> Iterator[Backstage]:
    """That database, for plain functions."""
    opened = Backstage(record_dsn)
    yield opened
    opened.close()
