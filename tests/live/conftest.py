"""Somebody who links what happens, as a worker would, for as long as a module's tests run."""

import asyncio
from collections.abc import Callable, Iterator

import pytest

from punchlist.services.publishing import follow
from tests.support.backstage import Backstage
from tests.support.people import Cast
from tests.support.servers import eventually


@pytest.fixture(scope="module", autouse=True)
def linking(backstage: Backstage) -> Iterator[None]:
    """Links events within some hundredths of a second."""

    async def link() -> None:
        while True:
            await follow(backstage.db, ())
            await asyncio.sleep(0.03)

    async def begin() -> "asyncio.Task[None]":
        return asyncio.create_task(link())

    async def end(task: "asyncio.Task[None]") -> None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    task = backstage.run(begin())
    yield
    backstage.run(end(task))


@pytest.fixture
def told(backstage: Backstage, cast: Cast) -> Callable[[], None]:
    """Waits until all that happened in the workspace stands in the record."""
    without = (
        "SELECT count(*) FROM events e WHERE e.workspace_id = $1 AND NOT EXISTS"
        " (SELECT 1 FROM event_links l WHERE l.workspace_id = $1 AND l.seq = e.seq)"
    )
    return lambda: eventually(lambda: backstage.value(without, cast.workspace_id) == 0)
