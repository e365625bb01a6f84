"""What a worker has at hand."""

import datetime as dt
from collections.abc import Callable

import msgspec

from punchlist.settings import Settings
from punchlist.storage import Storage
from punchlist.store.database import Database


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class WorkerState(msgspec.Struct):
    """The state of a worker. `now` is the clock that duties go by."""

    settings: Settings
    db: Database
    storage: Storage
    now: Callable[[], dt.datetime] = _now
