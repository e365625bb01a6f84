"""What size costs: the same requests on a database of tasks, and on one of a hundred times as many."""

from __future__ import annotations

from pathlib import Path

import msgspec

from bench import report
from bench.cluster import Cluster
from bench.database import RARE_TAG, PunchlistTables, settle
from bench.measures import GET, PATCH, PUNCHLIST, Operation, Subject, Target
from bench.results import Sample, Samples
from bench.servers import POOL_SIZE, Server, punchlist_command
from bench.stage import Extent, Stage, machine

TIMES = 100
# The first page of somebody's open work: what a person's screen asks for all day.
PAGE = Operation(
    "PAGE", "GET", "/v1/tasks?assigneeId=USER0000000000000001&status=IN_PROGRESS,REVIEW&sort=-createdAt"
)
# A page whose filter keeps a tenth of everything: its exact total has to be counted, so it grows
# with the data. Shown, not held to a target.
TENTH = Operation("PAGE OF A TENTH", "GET", f"/v1/tasks?tags={RARE_TAG}")
OPERATIONS = (GET, PATCH, PAGE, TENTH)
# "At most 1.5 times the cost", said as a ratio of rates.
LEAST = 1 / 1.5


async def measure(folder: Path, extent: Extent, target: Path) -> int:
    """Measures each operation on both databases in turn, prints it, and writes the report."""
    sizes = [extent.tasks, extent.tasks * TIMES]
    stages: dict[int, Stage] = {}
    samples: list[Sample] = []
    async with Cluster(folder) as cluster:
        try:
            for size in sizes:
                stages[size] = await _furnish(cluster, folder, size)
            for round_ in range(extent.rounds):
                for operation in OPERATIONS:
                    for size in sizes if round_ % 2 == 0 else sizes[::-1]:
                        seen = await stages[size].run(
                            operation,
                            PUNCHLIST,
                            round_,
                            msgspec.structs.replace(extent, tasks=size),
                            lay=False,
                        )
                        samples.append(msgspec.structs.replace(seen, contender=label(size)))
                        print(
                            f"round {round_ + 1}: {operation.name:16} {label(size):18} {seen.rate:10,.0f}/s"
                        )
            about = " and ".join(map(label, sizes)) + ", each in a database of its own."
            setting = report.Setting(about, machine(), await stages[sizes[0]].settings(), extent)
        finally:
            for stage in stages.values():
                await stage.close()
    small, large = map(label, sizes)
    targets = [Target(operation.name, large, small, LEAST) for operation in (GET, PATCH, PAGE)]
    found = Samples(samples)
    verdicts = report.judge(found, targets)
    path = report.write(target, setting, found, verdicts)
    report.show(found, verdicts)
    print(f"\nThe report is {path}")
    return 1 if found.problems() else 0


def label(size: int) -> str:
    return f"{size:,} tasks"


async def _furnish(cluster: Cluster, folder: Path, size: int) -> Stage:
    print(f"laying {label(size)}", flush=True)
    stage = await Stage.open(await cluster.database(f"tasks_{size}"))
    tables = PunchlistTables()
    await tables.create(stage.db)
    await tables.lay(stage.db, Subject.TASK, size)
    await settle(stage.db)
    stage.tables = {PUNCHLIST: tables}
    server = Server(PUNCHLIST, folder / f"punchlist-{size}.log")
    await server.start(
        punchlist_command(),
        {"PUNCHLIST_DATABASE_URL": stage.dsn, "PUNCHLIST_POOL_SIZE": str(POOL_SIZE)},
        "/health/ready",
    )
    stage.servers = {PUNCHLIST: server}
    return stage
