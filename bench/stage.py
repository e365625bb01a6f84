"""One database, the servers on it, and one run of one measure: lay the rows, load, check, count."""

from __future__ import annotations

import asyncio
import os
import platform
import sys
import time
from pathlib import Path

import asyncpg
import msgspec
import psutil

from bench import ceiling
from bench.database import Tables, settle
from bench.load import Outcome, Plan
from bench.measures import CEILING, Operation
from bench.results import Sample, sample
from bench.servers import ROOT, Server, cpu_seconds

WARMUP_SECONDS = 1.0
REPORTED_SETTINGS = (
    "server_version",
    "fsync",
    "synchronous_commit",
    "full_page_writes",
    "shared_buffers",
    "wal_sync_method",
)


class Extent(msgspec.Struct, frozen=True):
    """How much: tasks in the database, connections at once, seconds a run, rounds of all runs."""

    tasks: int
    connections: int
    seconds: float
    rounds: int


class Stage:
    """What a run needs: the database, who serves, and whose tables to lay and to check."""

    def __init__(self, dsn: str, db: asyncpg.Connection, postmaster: int) -> None:
        self.dsn = dsn
        self.db = db
        self.postmaster = postmaster
        self.tables: dict[str, Tables] = {}
        self.servers: dict[str, Server] = {}
        self.scripts: dict[str, ceiling.Script] = {}
        self.pgbench = Path()

    @classmethod
    async def open(cls, dsn: str) -> Stage:
        db = await asyncpg.connect(dsn)
        backend = psutil.Process(await db.fetchval("SELECT pg_backend_pid()"))
        parent = backend.parent()
        assert parent is not None
        return cls(dsn, db, parent.pid)

    async def close(self) -> None:
        for server in self.servers.values():
            await server.stop()
        await self.db.close()

    async def run(
        self, operation: Operation, contender: str, round_: int, extent: Extent, *, lay: bool = True
    ) -> Sample:
        """Runs one measure once and checks that the database agrees with what was answered.

        Lays the tasks afresh before, unless told that they lie as `operation` needs them.
        """
        tables = self.tables[contender]
        await self._end_others_work(contender)
        if lay:
            await tables.lay(self.db, operation.subject, extent.tasks)
            await settle(self.db)
        before = await tables.done(self.db, operation.subject)
        if contender in self.servers:
            await self.servers[contender].begin_again()
        return await self._run(operation, contender, round_, extent, before)

    async def _end_others_work(self, contender: str) -> None:
        """Stops servers with a worker that are not measured: it would link what another contender writes."""
        for name, server in self.servers.items():
            if server.works and name != contender:
                await server.stop()

    async def _run(
        self, operation: Operation, contender: str, round_: int, extent: Extent, before: tuple[int, int]
    ) -> Sample:
        tables = self.tables[contender]
        server = self.servers.get(contender)
        machine_before = _machine_busy()
        postgres, served = cpu_seconds(self.postmaster), server.cpu_seconds() if server else 0.0
        if contender == CEILING:
            seen, problems = await self._pgbench(operation, extent)
        else:
            seen, problems = await self._load(operation, contender, extent)
        used = {
            "client": seen.cpu_seconds,
            "postgres": cpu_seconds(self.postmaster) - postgres,
            **({"server": server.cpu_seconds() - served} if server else {}),
        }
        busy, elapsed = (now - then for now, then in zip(_machine_busy(), machine_before, strict=True))
        others = max(0.0, busy - sum(used.values())) / elapsed
        after = await tables.done(self.db, operation.subject)
        problems += _disagreements(seen.succeeded if operation.edits else 0, before, after)
        cpu = {party: spent / max(seen.succeeded, 1) * 1e6 for party, spent in used.items()}
        return sample(operation.name, contender, round_, seen.latencies, seen.seconds, cpu, others, problems)

    async def _pgbench(self, operation: Operation, extent: Extent) -> tuple[ceiling.Ceiling, list[str]]:
        seen = await ceiling.run(
            self.pgbench,
            self.dsn,
            self.scripts[operation.name],
            connections=extent.connections,
            warmup=WARMUP_SECONDS,
            seconds=extent.seconds,
        )
        return seen, list(seen.problems)

    async def _load(self, operation: Operation, contender: str, extent: Extent) -> tuple[Outcome, list[str]]:
        plan = Plan(
            host="127.0.0.1",
            port=self.servers[contender].port,
            templates=operation.templates(self.tables[contender].token),
            tasks=extent.tasks,
            connections=extent.connections,
            warmup=WARMUP_SECONDS,
            seconds=extent.seconds,
        )
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.load"),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        output, _ = await process.communicate(msgspec.json.encode(plan))
        if process.returncode != 0:
            raise RuntimeError(f"the load generator ended with {process.returncode}")
        seen = msgspec.json.decode(output, type=Outcome)
        problems = [f"{count} × {reason}" for reason, count in seen.failures.items()]
        return seen, problems + ([seen.first_failure] if seen.first_failure else [])

    async def settings(self) -> dict[str, str]:
        """Returns the settings of PostgreSQL that a comparison has to know."""
        return {
            name: await self.db.fetchval("SELECT current_setting($1)", name) for name in REPORTED_SETTINGS
        }


def _machine_busy() -> tuple[float, float]:
    """Returns the CPU seconds that processes have used on all cores, and that there have been.

    Interrupts are left out: they are nobody's, and loopback traffic is full of them.
    """
    times = psutil.cpu_times()
    stolen = getattr(times, "steal", 0.0)
    busy = times.user + times.system + getattr(times, "nice", 0.0) + stolen
    return busy, time.monotonic() * (os.cpu_count() or 1)


def _disagreements(expected: int, before: tuple[int, int], after: tuple[int, int]) -> list[str]:
    """A change that was answered must be in the rows, and in the events, exactly once."""
    found = zip(("changes", "events"), before, after, strict=True)
    return [
        f"{expected} changes were answered, but the database holds {now - then} {what}"
        for what, then, now in found
        if now - then != expected
    ]


def machine() -> dict[str, str]:
    """Returns what kind of machine this is."""
    model = "unknown"
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        models = [
            line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line
        ]
        model = models[0] if models else model
    return {
        "cores": str(os.cpu_count()),
        "processor": model,
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }
