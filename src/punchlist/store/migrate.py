"""Bringing a database's schema to what this version of the code was written for.

The revisions are files `NNNN_what.py` in migrations/versions, one after the other, in plain SQL. Alembic
runs them and keeps the number of the last one in `alembic_version`; it is imported only when there is
something to run, because a start with nothing to do should not pay for it.
"""

import contextlib
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import asyncpg

from punchlist.complaints import Complaint

if TYPE_CHECKING:
    from sqlalchemy import Connection

LEAST_POSTGRES = 15

# Any number, but the same in every process: whoever migrates a database holds this advisory lock.
LOCK = 0x50554E43484C5354

_MIGRATIONS = Path(__file__).parent / "migrations"

# A migration may rewrite a large table; connecting may not take long.
_CONNECT_SECONDS = 10.0


class Asked(Protocol):
    """A connection, or a pool of them."""

    def fetchval(self, sql: str, /, *args: Any) -> Awaitable[Any]: ...


class MigrationError(Complaint):
    """The database cannot be used by this version of the code; the text says why and what would help."""


class Migrated(NamedTuple):
    """What an upgrade found and what it left; the same where there was nothing to do."""

    before: str | None
    after: str


def known() -> list[str]:
    """Lists the revisions of this version of the code, oldest first."""
    return sorted(path.name.partition("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def head() -> str:
    """Returns the revision that this version of the code was written for."""
    return known()[-1]


@contextlib.asynccontextmanager
async def _connected(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(dsn, timeout=_CONNECT_SECONDS)
    try:
        yield connection
    finally:
        await connection.close()


async def revision_on(connection: Asked) -> str | None:
    """Returns the revision that a database is at, asked on a connection or pool of the caller's."""
    if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
        return None
    revision: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
    return revision


async def current(dsn: str) -> str | None:
    """Returns the revision that a database is at, or None for one that was never migrated."""
    async with _connected(dsn) as connection:
        return await revision_on(connection)


async def _check(connection: asyncpg.Connection) -> str | None:
    """Returns the database's revision, or raises MigrationError where it is none of ours."""
    server = connection.get_server_version()
    if server.major < LEAST_POSTGRES:
        raise MigrationError(
            f"This database is PostgreSQL {server.major}, and Punchlist needs {LEAST_POSTGRES} or newer; "
            "upgrade it, or leave out the database URL to use the embedded one."
        )
    revision = await revision_on(connection)
    if revision is not None and revision not in known():
        raise MigrationError(
            f"This database is at revision {revision}, which this Punchlist (at {head()}) does not know: "
            "a newer one has used it; run that version."
        )
    return revision


async def check(dsn: str) -> None:
    """Raises MigrationError unless the database is at this version's revision."""
    async with _connected(dsn) as connection:
        revision = await _check(connection)
    if revision != head():
        raise MigrationError(
            f"This database is at revision {revision or 'none'}, and this Punchlist needs {head()}; "
            "run `punchlist migrate`, or start the server without --no-migrate."
        )


async def prepare(dsn: str) -> None:
    """Makes a database that was never migrated ready for use, and checks any other.

    For commands that may come before the first start of a server, and must not upgrade under a running
    one. Raises MigrationError.
    """
    if await current(dsn) is None:
        await upgrade(dsn)
    else:
        await check(dsn)


async def upgrade(dsn: str) -> Migrated:
    """Runs the revisions that a database lacks, each in a transaction of its own.

    Several processes may do so at once: one works and the others wait for it. Raises MigrationError.
    """
    async with _connected(dsn) as connection:
        before = await _check(connection)
        if before == head():
            return Migrated(before, before)
        # Held by this connection, and so outlasting the transactions that Alembic's makes.
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
        before = await _check(connection)
        if before != head():
            await _run_alembic(dsn)
        return Migrated(before, head())


async def _run_alembic(dsn: str) -> None:
    from sqlalchemy.ext.asyncio import create_async_engine
    from sqlalchemy.pool import NullPool

    # The DSN goes to asyncpg as it is; SQLAlchemy's URLs know other parameters.
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(dsn), poolclass=NullPool
    )
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_upgrade_on)
    finally:
        await engine.dispose()


def _upgrade_on(connection: "Connection") -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    # A percent sign in the path would else be read as an interpolation.
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
