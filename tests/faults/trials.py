"""The faults, each a function: what is killed while what is going on, and what must be there afterwards."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.faults import figures
from tests.faults.figures import Figures
from tests.faults.plant import PATIENCE_SECONDS, Plant, a_plant
from tests.faults.writers import Writers, writing

WRITERS = 32
WRITES_MOST = 20_000
TIMES = 3
SECONDS_BETWEEN = 3.0

Trial = Callable[[str, Path], Awaitable[list[Figures]]]


async def server_killed(name: str, folder: Path) -> list[Figures]:
    """The server is killed under 32 writers, and started again on the PostgreSQL that it left behind."""
    with a_plant(folder) as (plant, token):
        writers = Writers(plant.url, token, count=WRITERS, most=WRITES_MOST)
        async with writing(writers):
            for _ in range(TIMES):
                await asyncio.sleep(SECONDS_BETWEEN)
                plant.kill_server()
                await asyncio.to_thread(plant.start)
            await asyncio.sleep(1)
        return await _count(name, plant, writers)


async def postgres_killed(name: str, folder: Path) -> list[Figures]:
    """PostgreSQL is killed in the middle of a burst; the server starts it again."""
    with a_plant(folder) as (plant, token):
        writers = Writers(plant.url, token, count=WRITERS, most=WRITES_MOST)
        async with writing(writers):
            for _ in range(TIMES):
                await asyncio.sleep(SECONDS_BETWEEN)
                plant.kill_postgres()
            await asyncio.sleep(SECONDS_BETWEEN)
        await asyncio.to_thread(plant.wait_until_ready)
        return await _count(name, plant, writers)


TRIALS: dict[str, Trial] = {
    "the server killed under 32 writers": server_killed,
    "postgres killed in mid-burst": postgres_killed,
}

_LEFT = """
SELECT (SELECT count(*) FROM events e WHERE NOT EXISTS (
    SELECT 1 FROM event_links l WHERE l.workspace_id = e.workspace_id AND l.seq = e.seq))
"""


async def _count(name: str, plant: Plant, writers: Writers) -> list[Figures]:
    await _until_idle(plant)
    return [
        await figures.of_writes(name, plant, writers.acknowledged),
        await figures.of_links(name, plant),
    ]


async def _until_idle(plant: Plant) -> None:
    """Waits until the workers have nothing left to do."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (await plant.rows(_LEFT))[0][0]:  # noqa: ASYNC110  (what is waited for is in other processes)
            await asyncio.sleep(0.2)
