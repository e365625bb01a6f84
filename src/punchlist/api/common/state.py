"""What one server process holds: its pool, and what it has yet to write down."""

import datetime as dt

import msgspec

from punchlist.domain.plans import Plan
from punchlist.services.access import LookUp
from punchlist.store.database import Database


class ServerState(msgspec.Struct):
    """The state of a server process. `key_uses` maps (workspace, key) to its last use, not yet stored."""

    db: Database
    find: LookUp
    default_plan: Plan
    key_uses: dict[tuple[int, str], dt.datetime] = {}
