"""Migrations: from nothing to the newest, by several at once, and what is refused."""

import asyncio
import sys
from itertools import count

import asyncpg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from punchlist.store import migrate
from punchlist.store.migrate import Migrated, MigrationError

_numbers = count()


@pytest.fixture
async def empty(dsn):
    """The address of a database in which there is nothing yet."""
    name = f"empty_{next(_numbers)}"
    connection = await asyncpg.connect(dsn.replace("punchlist@/punchlist", "postgres@/postgres"))
    await connection.execute(f"CREATE DATABASE {name} OWNER punchlist")
    yield dsn.replace("@/punchlist", f"@/{name}")
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


async def set_revision(dsn, revision):
    connection = await asyncpg.connect(dsn)
    await connection.execute("UPDATE alembic_version SET version_num = $1", revision)
    await connection.close()


async def test_an_empty_database_is_brought_to_the_head_once(empty):
    assert await migrate.current(empty) is None
    assert await migrate.upgrade(empty) == Migrated(None, migrate.head())
    assert await migrate.current(empty) == migrate.head()
    assert await migrate.upgrade(empty) == Migrated(migrate.head(), migrate.head())


async def test_of_several_at_once_one_works_and_the_others_wait(empty):
    done = await asyncio.gather(*(migrate.upgrade(empty) for _ in range(8)))
    assert sorted(result.before is None for result in done) == [False] * 7 + [True]
    assert {result.after for result in done} == {migrate.head()}


async def test_a_newer_database_is_refused_whoever_asks(empty):
    await migrate.upgrade(empty)
    await set_revision(empty, "9999")
    for work in (migrate.upgrade, migrate.check, migrate.prepare):
        with pytest.raises(MigrationError, match="revision 9999, which this Punchlist"):
            await work(empty)


async def test_an_older_database_is_refused_where_nobody_may_migrate(empty):
    with pytest.raises(MigrationError, match=r"at revision none.*punchlist migrate"):
        await migrate.check(empty)
    await migrate.prepare(empty)
    await migrate.check(empty)


async def test_a_postgresql_that_is_too_old_is_refused(empty, monkeypatch):
    monkeypatch.setattr(migrate, "LEAST_POSTGRES", 99)
    with pytest.raises(MigrationError, match="needs 99 or newer"):
        await migrate.upgrade(empty)


def test_the_revisions_are_one_chain_and_alembic_comes_to_the_same_head():
    config = Config()
    config.set_main_option("script_location", str(migrate._MIGRATIONS))
    revisions = list(ScriptDirectory.from_config(config).walk_revisions())
    assert [revision.revision for revision in reversed(revisions)] == migrate.known()
    assert all(revision.doc and revision.module.downgrade.__doc__ for revision in revisions)


async def test_a_database_that_is_up_to_date_costs_no_import_of_alembic(dsn):
    script = (
        "import asyncio, sys; from punchlist.store import migrate\n"
        "asyncio.run(migrate.upgrade(sys.argv[1]))\n"
        "sys.exit(any(name in sys.modules for name in ('alembic', 'sqlalchemy')))"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, dsn)
    assert await process.wait() == 0
