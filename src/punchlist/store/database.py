"""The pool, and the two ways to run a statement: on any connection, or on one inside a transaction.

asyncpg's pool resets a connection at each release with a round trip of its own, which halves throughput.
Nothing here leaves state on a connection (no SET, no cursor; a session lock is let go where it was taken,
and who listens on one keeps it until the pool is closed), so the pool is told not to.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from functools import partial
from typing import Any, Protocol, Self

import asyncpg

from punchlist.domain.problems import Unavailable
from punchlist.store.coalescing import Coalesced

_CONNECT_SECONDS = 5.0  # beyond this a client is better served by a 503 that it may retry
_CLOSE_SECONDS = 10.0  # whoever still holds a connection then has forgotten it
_COMMAND_SECONDS = 30.0  # no statement of ours takes a tenth of it; a stuck one must not hold its connection

# What a lost, refused, exhausted or not yet started server looks like from here. InterfaceError is what a
# connection raises that broke between two statements.
_LOST = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.QueryCanceledError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the last words of a server that is killed may reach asyncpg out of turn
)
# A deadlock is rolled back whole, and lasts no longer than a lost connection.
_UNREACHABLE = (*_LOST, asyncpg.DeadlockDetectedError)


# Enough that a burst of writers shares few commits, and so few that one transaction stays short.
_TOGETHER_MOST = 64
_FLIGHTS = 2  # one is on its way to the disk while the next one fills

Arguments = tuple[Any, ...]


class Executor(Protocol):
    """Whatever runs statements: the pool, one at a time, or a session, together."""

    async def fetch(self, sql: str, *args: Any) -> Sequence[Any]: ...
    async def fetchrow(self, sql: str, *args: Any) -> Any: ...
    async def fetchval(self, sql: str, *args: Any) -> Any: ...
    async def execute(self, sql: str, *args: Any) -> str: ...

    def transaction(self) -> AbstractAsyncContextManager["Session"]:
        """All of the block's statements or none of them."""

    async def write(self, sql: str, arguments: Arguments, *, order: Any) -> Any:
        """Runs a statement that changes something and answers one value, which it returns.

        Its failure spoils nothing around it. `order` ranks it among others that may run together with it.
        """


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

    async def write(self, sql: str, arguments: Arguments, *, order: Any) -> Any:  # noqa: ARG002
        """Runs a statement under a savepoint: PostgreSQL else refuses all that follows an error."""
        async with self.transaction():
            return await self.fetchval(sql, *arguments)


class Database(_Statements):
    """A pool of connections to one PostgreSQL database."""

    def __init__(self, pool: Any) -> None:
        super().__init__(pool)
        self._options: dict[str, Any] = {}
        self._writers: dict[str, Coalesced[tuple[Any, Arguments], Any]] = {}

    @classmethod
    async def connect(cls, dsn: str, *, size: int, plans_anew: bool = False) -> Self:
        """Opens a pool of up to `size` connections; it connects when first asked, and again after a loss.

        With `plans_anew` every statement is planned each time, for whoever asks seldom, of tables that
        have grown a thousandfold since they asked last: the plan that PostgreSQL keeps does not fit any more.
        """
        # Nor is a table read from end to end because it was small when it was last looked at.
        anew = {"plan_cache_mode": "force_custom_plan", "enable_seqscan": "off"}
        planning = anew if plans_anew else {}
        options: dict[str, Any] = {
            "dsn": dsn,
            "min_size": 0,
            "max_inactive_connection_lifetime": 0,
            "timeout": _CONNECT_SECONDS,
            "command_timeout": _COMMAND_SECONDS,
            "reset": _leave_as_it_is,
            # A statement that is compiled first takes a hundred times as long as any of ours.
            "server_settings": {"application_name": "punchlist", "timezone": "UTC", "jit": "off", **planning},
        }
        opened = cls(await asyncpg.create_pool(**options, max_size=size))
        opened._options = options
        return opened

    @asynccontextmanager
    async def lent_pool(self, *, size: int) -> AsyncIterator[Any]:
        """A pool of asyncpg's to the same database for the block, for a library with its own statements.

        Whatever that library leaves undone, none of the connections outlives the block.
        """
        pool = await asyncpg.create_pool(**self._options, max_size=size)
        try:
            yield pool
        finally:
            pool.terminate()

    async def close(self) -> None:
        """Waits for the statements in hand, though not for ever, then closes every connection."""
        try:
            await asyncio.wait_for(self._runner.close(), _CLOSE_SECONDS)
        except TimeoutError:
            self._runner.terminate()

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

    async def write(self, sql: str, arguments: Arguments, *, order: Any) -> Any:
        """Runs a statement as a transaction of its own, or in one with others like it that wait to commit.

        A commit waits for the disk, and one for many costs as much as one for one. It is acknowledged
        only when it is durable.
        """
        if sql not in self._writers:
            self._writers[sql] = Coalesced(
                partial(self._write_together, sql), most=_TOGETHER_MOST, flights=_FLIGHTS
            )
        outcome = await self._writers[sql].get((order, arguments))
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def _write_together(self, sql: str, asked: Sequence[tuple[Any, Arguments]]) -> list[Any]:
        """Runs one statement with each of several arguments in one transaction: a value or an error each."""
        if len(asked) == 1:
            return [await self._write_alone(sql, asked[0][1])]
        ranked = sorted(range(len(asked)), key=lambda place: asked[place][0])
        try:
            rows = await self._runner.fetchmany(sql, [asked[place][1] for place in ranked])
        except _LOST as error:
            raise Unavailable(str(error)) from error
        except Exception:
            # One spoiled it for all and nothing was written; alone, the others succeed.
            return [await self._write_alone(sql, arguments) for _, arguments in asked]
        values = {place: row[0] for place, row in zip(ranked, rows, strict=True)}
        return [values[place] for place in range(len(asked))]

    async def _write_alone(self, sql: str, arguments: Arguments) -> Any:
        try:
            return await self.fetchval(sql, *arguments)
        except Exception as error:
            return error


@contextmanager
def _as_unavailable() -> Iterator[None]:
    try:
        yield
    except _UNREACHABLE as error:
        raise Unavailable(str(error)) from error


async def _leave_as_it_is(connection: Any) -> None:
    """What the pool does with a connection that comes back: nothing."""
