"""A worker in the hand of a test: it follows the record and makes its rounds when it is told to."""

import datetime as dt
from typing import Any

from punchlist.domain.notices import Channel
from punchlist.services import notices, publishing
from punchlist.services.publishing import Reader
from punchlist.settings import Settings
from punchlist.store.database import Database
from punchlist.worker.state import WorkerState
from tests.support.backstage import Backstage
from tests.support.client import Caller, expect
from tests.support.people import Cast

EVERY_CHANNEL = tuple(Channel)
IN_APP = (Channel.IN_APP,)
NOTICES = Reader("notices", notices.follow)


def now() -> dt.datetime:
    """The clock of the servers, which tests add to."""
    return dt.datetime.now(dt.UTC)


def instant_of(wire: str) -> dt.datetime:
    """An instant off the wire."""
    return dt.datetime.fromisoformat(wire)


def after(**ahead: float) -> dt.datetime:
    """An instant so far from now."""
    return now() + dt.timedelta(**ahead)


async def follow(db: Database, workspace_id: int) -> None:
    """Reads on in one workspace, as the worker does in all."""
    await publishing.follow(db, (NOTICES,), workspace_ids=[workspace_id])


class Office:
    """A workspace and a worker beside it."""

    def __init__(self, backstage: Backstage, cast: Cast) -> None:
        self.backstage = backstage
        self.cast = cast

    @property
    def workspace_id(self) -> int:
        return self.cast.workspace_id

    def follow(self) -> None:
        """Lets the worker read what has happened so far."""
        self.backstage.run(follow(self.backstage.db, self.workspace_id))

    def rings(self, at: dt.datetime | None = None, *, channels: tuple[Channel, ...] = IN_APP) -> int:
        """Lets the worker give what is due by an instant, without its having read on."""
        return self.backstage.run(
            notices.ring_in(self.backstage.db, self.workspace_id, at or now(), channels)
        )

    def works(self, at: dt.datetime | None = None, *, channels: tuple[Channel, ...] = IN_APP) -> int:
        """Lets the worker read on, and then give what is due by an instant."""
        self.follow()
        return self.rings(at, channels=channels)

    def alarms(self) -> list[dict[str, Any]]:
        """The alarms that are set in the workspace."""
        return self.backstage.rows("SELECT * FROM alarms WHERE workspace_id = $1", self.workspace_id)

    def state(self, settings: Settings, at: dt.datetime | None = None) -> WorkerState:
        """A worker's state, by a clock that stands still."""
        storage: Any = None  # no notice has to do with files
        return WorkerState(settings, self.backstage.db, storage, lambda: at or now())


def told(person: Caller, **filters: Any) -> list[dict[str, Any]]:
    """What a person was told, newest first."""
    found: list[dict[str, Any]] = expect(200, person.get("/notifications", limit=100, **filters))["data"]
    return found


def kinds(person: Caller) -> list[str]:
    """Of which kinds somebody was told, oldest first."""
    return [each["kind"] for each in reversed(told(person))]
