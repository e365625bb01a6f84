"""What one server process holds: its pool, its shared look-ups, and what it has yet to write down."""

import datetime as dt

import msgspec

from punchlist.domain.plans import Plan
from punchlist.domain.tokens import TokenKind
from punchlist.services.access import LookUps
from punchlist.settings import Settings
from punchlist.store.database import Database

Uses = dict[tuple[int, str], dt.datetime]


class ServerState(msgspec.Struct):
    """The state of a server process. `uses` maps (workspace, token's id) to its last use, not yet stored."""

    settings: Settings
    db: Database
    look_ups: LookUps
    default_plan: Plan
    uses: dict[TokenKind, Uses]
