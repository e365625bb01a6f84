"""The queue of what is to be done later: PgQueuer's tables, in a schema of their own.

A job is put into the queue in the transaction of what it follows from, so that neither is there without
the other. Who takes it out again is the worker's business.
"""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Self

from punchlist.store.database import Database, Executor

if TYPE_CHECKING:
    from pgqueuer import PgQueuer
    from pgqueuer.domain.settings import DBSettings
    from pgqueuer.queries import Queries

SCHEMA = "jobs"
_CHANNEL = "punchlist_jobs"
QUEUE_CONNECTIONS = 3


def _settings() -> "DBSettings":
    """PgQueuer's settings, all given: what is left out it would take from the environment."""
    from pgqueuer.domain.settings import DBSettings, Durability
    from pgqueuer.domain.types import Channel

    return DBSettings(prefix="", db_schema=SCHEMA, channel=Channel(_CHANNEL), durability=Durability.balanced)


def install_script() -> str:
    """The SQL that makes PgQueuer's tables, as several statements."""
    from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment

    return QueryBuilderEnvironment(_settings()).build_install_query()


def queries(driver: Any) -> "Queries":
    """PgQueuer's own statements, over one of its drivers."""
    from pgqueuer.adapters.persistence.qb import (
        QueryBuilderEnvironment,
        QueryQueueBuilder,
        QuerySchedulerBuilder,
    )
    from pgqueuer.queries import Queries

    settings = _settings()
    return Queries(
        driver,
        qbe=QueryBuilderEnvironment(settings),
        qbq=QueryQueueBuilder(settings),
        qbs=QuerySchedulerBuilder(settings),
    )


class _Driver:
    """What PgQueuer needs to put jobs into the queue, over a transaction or a pool of ours."""

    def __init__(self, db: Executor) -> None:
        self._db = db
        self.shutdown = asyncio.Event()

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        return [dict(row) for row in await self._db.fetch(query, *args)]

    async def execute(self, query: str, *args: object) -> str:
        return await self._db.execute(query, *args)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None


async def enqueue(
    db: Executor, job: str, payloads: Sequence[bytes], *, after: dt.timedelta = dt.timedelta(0)
) -> None:
    """Puts a job into the queue for each payload; none is taken out before `after` has passed.

    In a transaction they are there once it is committed.
    """
    count = len(payloads)
    if count:
        await queries(_Driver(db)).enqueue(
            [job] * count, list(payloads), [0] * count, [after] * count, [None] * count, [None] * count
        )


_KEPT_DAYS = 7
_FORGET = f"DELETE FROM {SCHEMA}.pgqueuer_log WHERE created < now() - interval '{_KEPT_DAYS} days'"


async def forget_old(db: Executor) -> None:
    """Removes what PgQueuer logged of jobs more than a week ago."""
    await db.execute(_FORGET)


@asynccontextmanager
async def queue(db: Database) -> AsyncIterator["PgQueuer"]:
    """PgQueuer for the block, on connections of its own, of which it keeps one to listen on."""
    from pgqueuer import PgQueuer
    from pgqueuer.adapters.drivers.asyncpg import AsyncpgPoolDriver

    async with db.lent_pool(size=QUEUE_CONNECTIONS) as pool:
        driver = AsyncpgPoolDriver(pool)
        # It probes its listener before it is sure to listen, and takes a probe that was lost for a listener
        # that was. So it is made to listen beforehand.
        await driver.add_listener(_CHANNEL, _ignore)
        yield PgQueuer(driver, channel=_settings().channel, queries=queries(driver))


def _ignore(payload: object) -> None:
    """Makes nothing of a notification: PgQueuer has listeners of its own."""
