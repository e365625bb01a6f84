"""The main measure: ceiling, server and peer in turn on one database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from bench import report, statements
from bench.cluster import Cluster, find_pgbench
from bench.database import PeerTables, PunchlistTables, settle
from bench.measures import (
    CEILING,
    CONTENDERS,
    ONLY,
    OPERATIONS,
    PEER,
    PUNCHLIST,
    TARGETS,
    WORKLESS,
    Operation,
    Subject,
)
from bench.results import Sample, Samples
from bench.servers import POOL_SIZE, Server, peer_command, punchlist_command, request
from bench.stage import Extent, Stage, machine

# What a clock decides differs from one contender to the next; all else must not.
CLOCKED = {"createdAt", "updatedAt"}


async def measure(folder: Path, extent: Extent, only: Sequence[str], target: Path) -> int:
    """Measures everything that `only` leaves, prints it, and writes the report."""
    pairs = chosen(only)
    if not pairs:
        print(f"Nothing is named so; there are {', '.join([*OPERATIONS, *CONTENDERS])}.")
        return 1
    async with Cluster(folder) as cluster:
        stage = await Stage.open(await cluster.database("bench"))
        try:
            await _furnish(stage, folder, extent, {contender for _, contender in pairs})
            for operation in OPERATIONS.values():
                if operation.edits:
                    _compare_answers(stage, operation)
            samples = Samples(await _rounds(stage, extent, pairs))
            setting = report.Setting(
                f"{extent.tasks:,} tasks of each kind.", machine(), await stage.settings(), extent
            )
        finally:
            await stage.close()
    verdicts = report.judge(samples, TARGETS)
    path = report.write(target, setting, samples, verdicts)
    report.show(samples, verdicts)
    print(f"\nThe report is {path}")
    return 1 if samples.problems() else 0


def chosen(only: Sequence[str]) -> list[tuple[Operation, str]]:
    """Returns the measures whose operation and contender are named, or not restricted, by `only`."""
    names = {name.lower() for name in only}
    operations = {o.lower() for o in OPERATIONS} & names or {o.lower() for o in OPERATIONS}
    contenders = {c.lower() for c in CONTENDERS} & names or {c.lower() for c in CONTENDERS}
    if names - operations - contenders:
        return []
    return [
        (operation, contender)
        for operation in OPERATIONS.values()
        for contender in CONTENDERS
        if operation.name.lower() in operations
        and contender.lower() in contenders
        and operation.name in ONLY.get(contender, OPERATIONS)
    ]


async def _furnish(stage: Stage, folder: Path, extent: Extent, contenders: set[str]) -> None:
    """Makes the tables of whoever is measured, lays the rows, and starts the servers."""
    own, peers = PunchlistTables(), PeerTables()
    for tables in (own, peers):
        await tables.create(stage.db)
        for subject in Subject:
            await tables.lay(stage.db, subject, extent.tasks)
    await settle(stage.db)
    stage.tables = {CEILING: own, PUNCHLIST: own, WORKLESS: own, PEER: peers}
    if CEILING in contenders:
        stage.pgbench = find_pgbench()
        stage.scripts = await statements.scripts(stage.db, own, extent.tasks, extent.connections)
    for name in {PUNCHLIST, WORKLESS} & contenders:
        server = Server(name, folder / f"{name}.log", works=name == PUNCHLIST)
        await server.start(
            punchlist_command(),
            {
                "PUNCHLIST_DATABASE_URL": stage.dsn,
                "PUNCHLIST_POOL_SIZE": str(POOL_SIZE),
                "PUNCHLIST_WORKER": str(name == PUNCHLIST).lower(),
            },
            "/health/ready",
        )
        stage.servers[name] = server
    if PEER in contenders:
        server = Server(PEER, folder / "peer.log")
        await server.start(
            peer_command(),
            {
                "PEER_DATABASE_URL": stage.dsn.replace("://", "+asyncpg://", 1),
                "PEER_POOL_SIZE": str(POOL_SIZE),
            },
            "/health",
        )
        stage.servers[PEER] = server


def _compare_answers(stage: Stage, operation: Operation) -> None:
    """Asks every server for the first edit and refuses to race servers that do not do the same work."""
    path = operation.path_of(0)
    answers = {}
    for name, server in stage.servers.items():
        token = stage.tables[name].token
        status, answer = request(server.port, operation.method, path, token, operation.bodies[0])
        read, again = request(server.port, "GET", path, token)
        if (status, read) != (200, 200) or json.loads(answer) != json.loads(again):
            raise RuntimeError(
                f"{name} does not do a {operation.name}: {status} {answer!r}, then {read} {again!r}"
            )
        answers[name] = {key: value for key, value in json.loads(again).items() if key not in CLOCKED}
    if any(answer != other for answer in answers.values() for other in answers.values()):
        raise RuntimeError(f"the servers answer differently: {answers}")


async def _rounds(stage: Stage, extent: Extent, pairs: Sequence[tuple[Operation, str]]) -> list[Sample]:
    """Runs each measure once a round, each round starting with another one."""
    samples = []
    for round_ in range(extent.rounds):
        shift = round_ % len(pairs)
        for operation, contender in [*pairs[shift:], *pairs[:shift]]:
            one = await stage.run(operation, contender, round_, extent)
            samples.append(one)
            print(f"round {round_ + 1}: {operation.name:6} {contender:20} {one.rate:10,.0f}/s", flush=True)
    return samples
