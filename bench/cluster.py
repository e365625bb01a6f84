"""The embedded PostgreSQL under measure, in a folder that is thrown away, started as the server does."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

import asyncpg

from punchlist.store import migrate
from punchlist.store.embedded import EmbeddedPostgres
from punchlist.store.embedded.lifecycle import ROLE
from punchlist.store.embedded.place import installation


class Cluster:
    """A PostgreSQL for the length of a ``with`` block, with as many migrated databases as asked for."""

    def __init__(self, folder: Path) -> None:
        self.embedded = EmbeddedPostgres(folder / "data")

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self.embedded.start)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.embedded.stop)

    async def database(self, name: str) -> str:
        """Makes an empty database with the server's schema and returns its DSN, for the server's own role."""
        place = self.embedded.place
        superuser = await asyncpg.connect(place.dsn(user="postgres", database="postgres"))
        try:
            await superuser.execute(f"CREATE DATABASE {name} OWNER {ROLE}")
            # Each run begins with a checkpoint, so that none pays for the pages another left dirty.
            await superuser.execute(f"GRANT pg_checkpoint TO {ROLE}")
        finally:
            await superuser.close()
        dsn = place.dsn(user=ROLE, database=name)
        await migrate.upgrade(dsn)
        return dsn


def find_pgbench() -> Path:
    """Returns the pgbench that comes with the embedded PostgreSQL; raises where it does not run."""
    path = installation() / "bin" / "pgbench"
    try:
        subprocess.run([path, "--version"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise RuntimeError(f"pgbench does not run here: {error}; measure the others with --only") from error
    return path
