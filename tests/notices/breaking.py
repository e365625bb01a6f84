"""A database that breaks when it is told to: at a statement, before a commit, or just after one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from punchlist.store.database import Database


class Fuse:
    """Counts what is done, and breaks at the given number; 0 never. `how` is what breaks."""

    def __init__(self) -> None:
        self.left = 0
        self.how: type[BaseException] = ConnectionError

    def set(self, left: int, how: type[BaseException]) -> None:
        self.left, self.how = left, how

    def burn(self) -> None:
        """One more thing is done, or the last one is not."""
        if self.left:
            self.left -= 1
            if not self.left:
                raise self.how("the database broke")


class _Breaking:
    """A pool or a connection with a fuse in it."""

    def __init__(self, runner: Any, fuse: Fuse) -> None:
        self._runner = runner
        self._fuse = fuse

    async def fetch(self, sql: str, *args: Any) -> Any:
        self._fuse.burn()
        return await self._runner.fetch(sql, *args)

    async def fetchrow(self, sql: str, *args: Any) -> Any:
        self._fuse.burn()
        return await self._runner.fetchrow(sql, *args)

    async def fetchval(self, sql: str, *args: Any) -> Any:
        self._fuse.burn()
        return await self._runner.fetchval(sql, *args)

    async def fetchmany(self, sql: str, many: list[Any]) -> Any:
        self._fuse.burn()
        return await self._runner.fetchmany(sql, many)

    async def execute(self, sql: str, *args: Any) -> Any:
        self._fuse.burn()
        done = await self._runner.execute(sql, *args)
        self._fuse.burn()  # it was done, and nobody heard of it
        return done

    @asynccontextmanager
    async def acquire(self, **options: Any) -> AsyncIterator[Any]:
        async with self._runner.acquire(**options) as connection:
            yield _Breaking(connection, self._fuse)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        async with self._runner.transaction():
            yield
            self._fuse.burn()  # before the commit
        self._fuse.burn()  # it is committed, and nobody heard of it

    async def close(self) -> None:
        await self._runner.close()


class BreakingDatabase(Database):
    """As `Database`, with a fuse."""

    fuse: Fuse

    def __init__(self, pool: Any) -> None:
        self.fuse = Fuse()
        super().__init__(_Breaking(pool, self.fuse))


BREAKS: tuple[type[BaseException], ...] = (ConnectionError, asyncio.CancelledError, ZeroDivisionError)
