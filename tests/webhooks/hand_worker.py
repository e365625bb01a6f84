"""A worker whose steps a test takes by hand, for one workspace, at the instants that the test says."""

import datetime as dt
from typing import Any

from punchlist.services import deliveries as service
from punchlist.services import publishing
from punchlist.services.deliveries import DeliveryJob
from punchlist.settings import Settings
from punchlist.storage import storage_for
from punchlist.store.database import Database
from punchlist.worker import deliveries
from punchlist.worker.duties import READERS
from punchlist.worker.retrying import Retry
from punchlist.worker.state import WorkerState
from tests.support.backstage import Backstage

[WEBHOOKS] = [each for each in READERS if each.name == "webhooks"]


class HandWorker:
    """It follows the record, and does jobs, when it is told to."""

    def __init__(self, backstage: Backstage, settings: Settings, workspace_id: int) -> None:
        self.backstage = backstage
        self.workspace_id = workspace_id
        self.ahead = dt.timedelta(0)
        self.state = WorkerState(settings, backstage.db, storage_for(settings), self.now)

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + self.ahead

    def follows(self) -> None:
        """Links what has happened, and writes what webhooks are told of it."""
        self.backstage.run(self._follow(self.backstage.db))

    async def _follow(self, db: Database) -> None:
        await publishing.follow(db, (WEBHOOKS,), workspace_ids=[self.workspace_id])

    def jobs(self) -> list[DeliveryJob]:
        """The jobs of this workspace that are in the queue, in their order, whenever they are due."""
        rows = self.backstage.rows(
            "SELECT payload FROM jobs.pgqueuer WHERE entrypoint = $1"
            " AND convert_from(payload, 'UTF8') LIKE $2 ORDER BY execute_after, id",
            service.JOB,
            f"{self.workspace_id}:%",
        )
        return [service.read_payload(row["payload"]) for row in rows]

    def takes(self) -> list[DeliveryJob]:
        """The jobs, taken out of the queue."""
        rows = self.backstage.rows(
            "DELETE FROM jobs.pgqueuer WHERE entrypoint = $1 AND convert_from(payload, 'UTF8') LIKE $2"
            " RETURNING id, execute_after, payload",
            service.JOB,
            f"{self.workspace_id}:%",
        )
        rows.sort(key=lambda row: (row["execute_after"], row["id"]))
        return [service.read_payload(row["payload"]) for row in rows]

    def does(self, *jobs: DeliveryJob) -> list[Retry]:
        """Does jobs, one after the other; returns those that are to be done again."""
        refused = []
        for job in jobs:
            try:
                self.backstage.run(self.deliver(job))
            except Retry as retry:
                refused.append(retry)
        return refused

    async def deliver(self, job: DeliveryJob) -> None:
        await deliveries.deliver(self.state, ":".join(map(str, job)).encode())

    def works(self) -> None:
        """Follows the record and does all jobs once, be they due or not."""
        self.follows()
        self.does(*self.takes())

    def waits(self, **span: float) -> None:
        """Lets time pass."""
        self.ahead += dt.timedelta(**span)

    def until_nothing_is_left(self, most: int = 40) -> None:
        """Works on, four and a half hours at a time, until no job is left."""
        self.works()
        for _ in range(most):
            if not self.jobs():
                return
            self.waits(hours=4.5)
            self.works()
        raise AssertionError("it does not come to an end")

    def rows(self, sql: str, *args: Any) -> list[dict[str, Any]]:
        return self.backstage.rows(sql, self.workspace_id, *args)
