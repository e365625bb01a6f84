"""What one server process holds: its pool, its shared look-ups, and what it has yet to write down."""

import asyncio
import datetime as dt

import msgspec

from punchlist.api.common.live import Hub
from punchlist.domain.plans import Plan
from punchlist.domain.tokens import TokenKind
from punchlist.services.access import LookUps
from punchlist.settings import Settings
from punchlist.storage import Storage
from punchlist.store.database import Database

Uses = dict[tuple[int, str], dt.datetime]


class ServerState(msgspec.Struct):
    """The state of a server process. `uses` maps (workspace, token's id) to its last use, not yet stored.

    `uploads` is held while content comes in: each upload has some of it in memory.
    """

    settings: Settings
    db: Database
    look_ups: LookUps
    default_plan: Plan
    uses: dict[TokenKind, Uses]
    storage: Storage
    uploads: asyncio.Semaphore
    live: Hub
