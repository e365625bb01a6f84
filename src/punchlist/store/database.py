"""The pool, and the two ways to run a statement: on any connection, or on one inside a transaction.

asyncpg's pool resets a connection at each release with a round trip of its own, which halves throughput.
Nothing here leaves state on a connection (no SET, no LISTEN, no cursor; a session lock is let go where it
was taken), so the pool is told not to.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from typing import Any, Protocol, Self

import asyncpg

from punchlist.domain.problems import Unavailable

_CONNECT_SECONDS = 5.0  # beyond this a client is better served by a 503 that it may retry
_COMMAND_SECONDS = 30.0  # no statement of ours takes a tenth of it; a stuck one must not hold its connection

# What a lost, refused, exhausted or not yet started server looks like from here. InterfaceError is what a
# connection raises that broke between two statements.
_UNREACHABLE = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.QueryCanceledError,
    asyncpg.DeadlockDetectedError,  # rolled back whole, and no more lasting than a lost connection
    asyncpg.InterfaceError,
)


class Executor(Protocol):
    """Whatever runs statements: the pool, one at a time, or a session, together."""

    async def fetch(self, sql: str, *args: Any) -> Sequence[Any]: ...
    async def fetchrow(self, sql: str, *args: Any) -> Any: ...
    async def fetchval(self, sql: str, *args: Any) -> Any: ...
    async def execute(self, sql: str, *args: Any) -> str: ...

    def transaction(self) -> AbstractAsyncContextManager["Session"]:
        """All of the block's statements or none of them."""

    def savepoint(self) -> AbstractAsyncContextManager[object]:
        """A block whose one statement may fail without spoiling what surrounds it."""


class _Statements:
    """asyncpg's verbs, over a pool or a connection, with a server out of reach made `Unavailable`."""

    def __init__(self, runner: Any) -> None:
        self._runner = runner

    async def fetch(self, sql: str, *args: Any) -> Sequence[Any]:
        try:
            return await self._runner.fetch(sql, *args)  # type: ignore[no-any-return]
        except _UNREACHABLE as error:
            raise Unavailable(str(error)) from error

    async def fetchrow(self, sql: str, *args: Any) -> Any:
        try:
            return await self._runner.fetchrow(sql, *args)
        except _UNREACHABLE as error:
            raise Unavailable(str(error)) from error

    async def fetchval(self, sql: str, *args: Any) -> Any:
        try:
            return await self._runner.fetchval(sql, *args)
        except _UNREACHABLE as error:
            raise Unavailable(str(error)) from error

    async def execute(self, sql: str, *args: Any) -> str:
        try:
            return await self._runner.execute(sql, *args)  # type: ignore[no-any-return]
        except _UNREACHABLE as error:
            raise Unavailable(str(error)) from error


class Session(_Statements):
    """One connection for several statements; made by `Database.session` or `.transaction`."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Self]:
        """All of the block's statements or none: a transaction, or a savepoint inside of one."""
        with _as_unavailable():
            async with self._runner.transaction():
                yield self

    def savepoint(self) -> AbstractAsyncContextManager[object]:
        """A savepoint: after an error PostgreSQL refuses everything until the transaction is rolled back."""
        return self.transaction()


class Database(_Statements):
    """A pool of connections to one PostgreSQL database."""

    @classmethod
    async def connect(cls, dsn: str, *, size: int) -> Self:
        """Opens a pool of up to `size` connections; it connects when first asked, and again after a loss."""
        pool = await asyncpg.create_pool(
            dsn,
            min_size=0,
            max_size=size,
            max_inactive_connection_lifetime=0,
            timeout=_CONNECT_SECONDS,
            command_timeout=_COMMAND_SECONDS,
            reset=_leave_as_it_is,
            server_settings={"application_name": "punchlist", "timezone": "UTC"},
        )
        return cls(pool)

    async def close(self) -> None:
        """Waits for the statements in hand, then closes every connection."""
        await self._runner.close()

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        """Keeps one connection for the block, outside of any transaction."""
        with _as_unavailable():
            async with self._runner.acquire(timeout=_CONNECT_SECONDS) as connection:
                yield Session(connection)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        """Keeps one connection for the block, inside a transaction."""
        async with self.session() as session, session.transaction():
            yield session

    def savepoint(self) -> AbstractAsyncContextManager[object]:
        """Nothing: each statement on the pool is a transaction of its own."""
        return _NOTHING


_NOTHING: AbstractAsyncContextManager[object] = nullcontext()


@contextmanager
def _as_unavailable() -> Iterator[None]:
    try:
        yield
    except _UNREACHABLE as error:
        raise Unavailable(str(error)) from error


async def _leave_as_it_is(connection: Any) -> None:
    """What the pool does with a connection that comes back: nothing."""
