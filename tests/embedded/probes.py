"""What tests of the embedded PostgreSQL share: asking it, and looking at its processes."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg

from punchlist.store.embedded.processes import topmost, working_in


def ask(dsn: str, sql: str) -> Any:
    """Runs one statement and returns its value."""

    async def run() -> Any:
        connection = await asyncpg.connect(dsn)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return asyncio.run(run())


def postmaster(postgres) -> int | None:
    """Returns the one postmaster's pid. More than one would be the end of the data."""
    # The children of one that was killed live on for a moment, under titles of their own.
    tops = topmost(working_in(postgres.place))
    found = [pid for pid in tops if b"\0-D\0" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    assert len(found) <= 1
    return found[0] if found else None


def eventually(true: Callable[[], Any], seconds: float = 20) -> Any:
    """Waits until something holds, and returns it."""
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            if found := true():
                return found
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)
