"""The revision of the change server, up and down: older workspaces get what new ones have."""

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from punchlist.domain.ids import is_id
from punchlist.store import migrate


@pytest.fixture
async def before(dsn):
    """The address of a database as it was before the change server, with two workspaces."""
    operator = await asyncpg.connect(dsn.replace("punchlist@/punchlist", "postgres@/postgres"))
    await operator.execute("CREATE DATABASE before_changes OWNER punchlist")
    address = dsn.replace("@/punchlist", "@/before_changes")
    await go(address, command.upgrade, "0002")
    connection = await asyncpg.connect(address)
    await connection.execute(
        "INSERT INTO workspaces (number, name) VALUES (100000001, 'One'), (100000002, 'Two')"
    )
    await connection.close()
    yield address
    await operator.execute("DROP DATABASE before_changes WITH (FORCE)")
    await operator.close()


async def go(address, way, revision):
    """Takes a database to a revision, as Alembic does."""
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(address), poolclass=NullPool
    )

    def run(connection):
        config = Config()
        config.set_main_option("script_location", str(migrate._MIGRATIONS))
        config.attributes["connection"] = connection
        way(config, revision)

    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()


async def test_every_workspace_has_an_uncategorized_category_from_then_on(before):
    await migrate.upgrade(before)
    connection = await asyncpg.connect(before)
    rows = await connection.fetch(
        "SELECT workspace_id, id, path, assignable, enabled, system_defined, version FROM change_categories"
    )
    await connection.close()
    assert len({row["workspace_id"] for row in rows}) == len(rows) == 2
    for row in rows:
        assert is_id(row["id"])
        assert tuple(row)[2:] == (["-uncategorized-"], True, True, True, 1)


async def test_the_revision_can_be_taken_back_and_made_again(before):
    await migrate.upgrade(before)
    await go(before, command.downgrade, "0002")
    assert await migrate.current(before) == "0002"
    await migrate.upgrade(before)
    assert await migrate.current(before) == migrate.head()
