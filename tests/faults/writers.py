"""Writers who remember what was acknowledged to them, and nothing else."""

import asyncio
import contextlib
import random
from collections.abc import Iterable
from typing import NamedTuple

import httpx


class Acknowledged(NamedTuple):
    """A write that was answered with success: which task it wrote, and the version it made."""

    task_id: str
    version: int


class Writers:
    """So many people who write at once, each one thing after the other, whatever becomes of the server.

    One who is refused or cut off does not know whether the write was done, and does not count it; they go
    on with a new task, since the version of the old one is not known to them any more.
    """

    def __init__(self, url: str, token: str, *, count: int, most: int) -> None:
        self.acknowledged: list[Acknowledged] = []
        self.failed = 0
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._count = count
        self._most = most
        self._stopping = False

    def move(self, url: str) -> None:
        """Tells the writers where the server is now."""
        self._url = url

    def stop(self) -> None:
        """Lets each writer finish the write in hand and go home."""
        self._stopping = True

    async def write(self) -> None:
        """Writes until told to stop, or until all have written `most` times together."""
        limits = httpx.Limits(max_connections=self._count)
        async with httpx.AsyncClient(timeout=20, limits=limits, trust_env=False) as client:
            await asyncio.gather(*(self._write(client, number) for number in range(self._count)))

    @property
    def _is_done(self) -> bool:
        return self._stopping or len(self.acknowledged) >= self._most

    async def _write(self, client: httpx.AsyncClient, number: int) -> None:
        dice = random.Random(number)
        while not self._is_done:
            try:
                await self._write_task(client, f"Writer {number}", dice)
            except (httpx.TransportError, _RefusedError):
                self.failed += 1
                await asyncio.sleep(0.05)

    async def _write_task(self, client: httpx.AsyncClient, name: str, dice: random.Random) -> None:
        """Makes a task and changes it some times, each time on top of what was acknowledged."""
        made = await client.post(f"{self._url}/v1/tasks", json={"title": name}, headers=self._headers)
        task_id = self._note(made)
        for change in range(dice.randint(1, 20)):
            if self._is_done:
                return
            address = f"{self._url}/v1/tasks/{task_id}"
            body = {"description": f"{name}, change {change}"}
            self._note(await client.patch(address, json=body, headers=self._headers))

    def _note(self, answer: httpx.Response) -> str:
        if answer.status_code not in (200, 201):
            raise _RefusedError(answer.text)
        task_id: str = answer.json()["id"]
        self.acknowledged.append(Acknowledged(task_id, int(answer.headers["etag"].strip('"'))))
        return task_id


class _RefusedError(Exception):
    """The server answered, and did not do it."""


@contextlib.asynccontextmanager
async def writing(writers: Writers):
    """Has the writers write for the block, and waits for them afterwards."""
    task = asyncio.create_task(writers.write())
    try:
        yield task
    finally:
        writers.stop()
        await task


def distinct(writes: Iterable[Acknowledged]) -> set[Acknowledged]:
    """The writes, each once."""
    return set(writes)
