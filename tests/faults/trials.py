"""The faults, each a function: what is killed while what is going on, and what must be there afterwards."""

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

import httpx

from tests.faults import figures
from tests.faults.figures import Figures
from tests.faults.plant import Plant, a_plant
from tests.faults.receivers import WebhookReceiver, receiving_webhooks
from tests.faults.writers import Writers, writing
from tests.notices.post import PostOffice, post_office

WRITERS = 32
WRITES_MOST = 2_000  # each is delivered as well, and a receiver is slow
TIMES = 3
SECONDS_BETWEEN = 3.0
REMINDERS = 30
# Reminders fall due one after the other from soon after the beginning, while things are being killed.
FIRST_REMINDER = dt.timedelta(seconds=4)
REMINDER_EVERY = dt.timedelta(seconds=0.5)
# What a worker had in hand when it was killed is taken up when its heartbeat has been missing for a while.
IDLE_SECONDS = 90.0
DUE_AFTER_REMINDER = dt.timedelta(hours=1)

Trial = Callable[[str, Path], Awaitable[list[Figures]]]


class Scene(NamedTuple):
    """A plant at work, and the world it talks to."""

    plant: Plant
    token: str
    receiver: WebhookReceiver
    office: PostOffice

    def writers(self) -> Writers:
        return Writers(self.plant.url, self.token, count=WRITERS, most=WRITES_MOST)


@contextlib.asynccontextmanager
async def a_scene(folder: Path, *settings: str) -> AsyncIterator[Scene]:
    """A plant with a webhook for all that happens to tasks, and tasks of which people are to be reminded."""
    async with receiving_webhooks() as receiver:
        with post_office() as (office, mail_port):
            mail = ("--smtp-host", "127.0.0.1", "--smtp-port", str(mail_port), "--smtp-security", "none")
            with a_plant(folder, "--webhook-allow-private", *mail, *settings) as (plant, token):
                scene = Scene(plant, token, receiver, office)
                await asyncio.to_thread(_furnish, scene)
                yield scene


def _furnish(scene: Scene) -> None:
    headers = {"Authorization": f"Bearer {scene.token}"}
    with httpx.Client(base_url=scene.plant.url, headers=headers, timeout=20, trust_env=False) as client:
        hook = {"url": scene.receiver.url, "events": ["task.*"]}
        scene.receiver.secret = _made(client.post("/v1/webhooks", json=hook))["secret"]
        # Who assigns a task to themselves is not told so: all that they are sent is reminders.
        ada = client.get("/v1/users").raise_for_status().json()["data"][0]["id"]
        reminded_at = dt.datetime.now(dt.UTC) + FIRST_REMINDER
        for number in range(REMINDERS):
            task = {
                "title": f"Reminder {number}",
                "assigneeId": ada,
                "dueDate": (reminded_at + DUE_AFTER_REMINDER).isoformat(),
                "warningOffset": DUE_AFTER_REMINDER / dt.timedelta(hours=1),
            }
            _made(client.post("/v1/tasks", json=task))
            reminded_at += REMINDER_EVERY


def _made(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 201, answer.text
    made: dict[str, str] = answer.json()
    return made


async def server_killed(name: str, folder: Path) -> list[Figures]:
    """The server is killed under 32 writers, and started again on the PostgreSQL that it left behind."""
    async with a_scene(folder) as scene:
        writers = scene.writers()
        async with writing(writers):
            for _ in range(TIMES):
                await asyncio.sleep(SECONDS_BETWEEN)
                scene.plant.kill_server()
                await asyncio.to_thread(scene.plant.start)
            await asyncio.sleep(1)
        return await _count(name, scene, writers)


async def postgres_killed(name: str, folder: Path) -> list[Figures]:
    """PostgreSQL is killed in the middle of a burst; the server starts it again."""
    async with a_scene(folder) as scene:
        writers = scene.writers()
        async with writing(writers):
            for _ in range(TIMES):
                await asyncio.sleep(SECONDS_BETWEEN)
                scene.plant.kill_postgres()
            await asyncio.sleep(SECONDS_BETWEEN)
        await asyncio.to_thread(scene.plant.wait_until_ready)
        return await _count(name, scene, writers)


async def worker_killed(name: str, folder: Path) -> list[Figures]:
    """Of two workers beside the server one is killed in the middle of its deliveries, and replaced."""
    async with a_scene(folder, "--no-worker") as scene:
        scene.plant.start_worker()
        scene.plant.start_worker()
        writers = scene.writers()
        async with writing(writers):
            for _ in range(TIMES):
                await asyncio.to_thread(scene.receiver.wait_for_more)
                scene.plant.kill_worker()
                scene.plant.start_worker()
        return await _count(name, scene, writers)


TRIALS: dict[str, Trial] = {
    "server killed under 32 writers": server_killed,
    "postgres killed in mid-burst": postgres_killed,
    "worker killed in mid-delivery": worker_killed,
}


async def _count(name: str, scene: Scene, writers: Writers) -> list[Figures]:
    plant = scene.plant
    await _until_idle(scene)
    await asyncio.to_thread(_verify, plant)
    return [
        await figures.of_writes(name, plant, writers.acknowledged),
        await figures.of_links(name, plant),
        await figures.of_webhooks(name, plant, scene.receiver),
        await figures.of_reminders(name, plant, REMINDERS),
        figures.of_mail(name, REMINDERS, scene.office),
    ]


def _verify(plant: Plant) -> None:
    """Has the chain verified by the program itself."""
    verified = plant.run("audit", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr


_LEFT = """
SELECT
    (SELECT count(*) FROM events e WHERE NOT EXISTS (
        SELECT 1 FROM event_links l WHERE l.workspace_id = e.workspace_id AND l.seq = e.seq)) AS unlinked,
    (SELECT coalesce(sum(c.position - r.position), 1) FROM event_readers r
        JOIN event_chains c ON c.workspace_id = r.workspace_id) AS unread,
    (SELECT count(*) FROM webhook_deliveries WHERE state = 'pending') AS undelivered,
    (SELECT count(*) FROM notification_deliveries WHERE state = 'pending') AS unsent,
    (SELECT greatest(0, $1 - count(*)) FROM notifications WHERE kind = 'reminder') AS unreminded
"""


async def _until_idle(scene: Scene) -> None:
    """Waits until the workers have nothing left to do and every reminder has fallen due."""
    left: dict[str, int] = {}
    try:
        async with asyncio.timeout(IDLE_SECONDS):
            while any((left := dict((await scene.plant.rows(_LEFT, REMINDERS))[0])).values()):  # noqa: ASYNC110
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise AssertionError(f"there is still something to do: {left}") from None
