"""A connection of its own on which PostgreSQL tells what is new."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import asyncpg

_CONNECT_SECONDS = 5.0
# A connection that was cut without a word is found out by asking.
_ASK_SECONDS = 20.0


async def listen(dsn: str, channel: str, *, begun: Callable[[], None], tell: Callable[[str], None]) -> None:
    """Calls `begun` once it listens, and then `tell` with each notification, until the connection is lost."""
    connection = await asyncpg.connect(
        dsn, timeout=_CONNECT_SECONDS, server_settings={"application_name": "punchlist listening"}
    )
    try:
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        await connection.add_listener(channel, lambda *told: tell(told[3]))
        begun()
        while not lost.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(lost.wait(), _ASK_SECONDS)
            if not lost.is_set():
                await connection.execute("SELECT 1", timeout=_CONNECT_SECONDS)
    finally:
        with suppress(Exception):
            await connection.close(timeout=_CONNECT_SECONDS)
