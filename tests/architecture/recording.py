"""A database that notes what it is asked, and asks it."""

from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from punchlist.store.database import Database


class Statement(NamedTuple):
    """One statement, and the values it was run with."""

    sql: str
    args: tuple[Any, ...]


class Recorder:
    """A pool or a connection, with a note of each statement before it is run."""

    def __init__(self, runner: Any, noted: list[Statement]) -> None:
        self._runner = runner
        self._noted = noted

    async def fetch(self, sql: str, *args: Any) -> Any:
        self._noted.append(Statement(sql, args))
        return await self._runner.fetch(sql, *args)

    async def fetchrow(self, sql: str, *args: Any) -> Any:
        self._noted.append(Statement(sql, args))
        return await self._runner.fetchrow(sql, *args)

    async def fetchval(self, sql: str, *args: Any) -> Any:
        self._noted.append(Statement(sql, args))
        return await self._runner.fetchval(sql, *args)

    async def fetchmany(self, sql: str, many: list[Any]) -> Any:
        self._noted += [Statement(sql, tuple(args)) for args in many]
        return await self._runner.fetchmany(sql, many)

    async def execute(self, sql: str, *args: Any) -> Any:
        self._noted.append(Statement(sql, args))
        return await self._runner.execute(sql, *args)

    @asynccontextmanager
    async def acquire(self, **options: Any) -> Any:
        async with self._runner.acquire(**options) as connection:
            yield Recorder(connection, self._noted)

    def transaction(self) -> Any:
        return self._runner.transaction()

    async def close(self) -> None:
        await self._runner.close()


class RecordedDatabase(Database):
    """As `Database`, with everything noted that it is asked."""

    noted: list[Statement]

    def __init__(self, pool: Any) -> None:
        self.noted = []
        super().__init__(Recorder(pool, self.noted))
