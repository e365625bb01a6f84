"""A worker's beginning and end: its connections, and whoever tells it to stop."""

import asyncio

# Loaded here, before the loop has anything to do, rather than when the first job comes.
import pgqueuer  # noqa: F401

from punchlist.settings import WORKER_CONNECTIONS, Settings
from punchlist.storage import storage_for
from punchlist.store.database import Database
from punchlist.store.jobs import QUEUE_CONNECTIONS
from punchlist.worker.state import WorkerState
from punchlist.worker.work import work


async def run(settings: Settings, dsn: str, stopping: asyncio.Event) -> None:
    """Works on a database until told to stop, and finishes what is in hand."""
    db = await Database.connect(dsn, size=WORKER_CONNECTIONS - QUEUE_CONNECTIONS, plans_anew=True)
    storage = storage_for(settings)
    try:
        await work(WorkerState(settings, db, storage), stopping)
    finally:
        await storage.close()
        await db.close()
