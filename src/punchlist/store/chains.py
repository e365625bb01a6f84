"""The chain of a workspace's record in PostgreSQL: making it longer, and reading along it.

Numbers of events are drawn before their transactions commit, so a lower one may become visible after a
higher one. Links are therefore made of whatever is visible and has none yet, in the order of the numbers;
an event that comes late gets a later position, and no reader of positions ever misses one. Nor does one
long transaction keep the others waiting.

So that not all of a long record is looked through for events without a link, each chain has a line
(`settled_seq`) up to which all have one. A transaction has its id before it draws a number, for its event
follows from a row that it wrote before. So whoever sees a number, and only then takes an id for itself,
knows that all lower numbers are of transactions with lower ids; once none of those is under way any more,
the line may be moved up to that number. (The end of a snapshot would not do in place of an id of one's own:
there are ids beyond it that have been taken already.)
"""

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, TypeVar, cast

import msgspec

from punchlist.domain.audit import GENESIS, Head, Kept, Link
from punchlist.domain.events import Entity, Verb
from punchlist.domain.publication import Linked
from punchlist.store.database import Executor

CHANNEL = "punchlist_events"


class Candidate(StrEnum):
    """Whether the line may be moved up to the candidate, or what its transactions' ids mean here at all:
    a dump that was restored elsewhere brings those of another cluster."""

    OPEN = "open"
    SETTLED = "settled"
    FOREIGN = "foreign"


class Chain(msgspec.Struct, frozen=True):
    """The end of a workspace's chain, and what is known of the numbers that are still to come.

    `last_seq` was the highest number to be seen before the chain was held.
    """

    workspace_number: int
    position: int
    hash: bytes
    settled_seq: int
    candidate_seq: int | None
    candidate: Candidate
    last_seq: int


_WITH_WORK = """
SELECT w.id FROM workspaces w LEFT JOIN event_chains c ON c.workspace_id = w.id
WHERE c.candidate_seq IS NOT NULL OR EXISTS (
    SELECT 1 FROM events e WHERE e.workspace_id = w.id AND e.seq > coalesce(c.settled_seq, 0)
)
ORDER BY w.id
"""


async def workspaces_with_work(db: Executor) -> list[int]:
    """The workspaces that have events without a link, or whose line can be moved up."""
    return [row[0] for row in await db.fetch(_WITH_WORK)]


_LAST_SEQ = "SELECT max(seq) FROM events WHERE workspace_id = $1"
_BEGIN = "INSERT INTO event_chains (workspace_id) VALUES ($1) ON CONFLICT (workspace_id) DO NOTHING"

_HOLD = """
SELECT w.number, c.position, c.hash, c.settled_seq, c.candidate_seq,
    CASE WHEN c.candidate_before >= pg_snapshot_xmax(pg_current_snapshot()) THEN 'foreign'
         WHEN c.candidate_before <= pg_snapshot_xmin(pg_current_snapshot()) THEN 'settled'
         ELSE 'open' END
FROM event_chains c JOIN workspaces w ON w.id = c.workspace_id
WHERE c.workspace_id = $1 FOR UPDATE OF c SKIP LOCKED
"""


async def hold(tx: Executor, workspace_id: int) -> Chain | None:
    """The end of a chain, held until the transaction ends; None while somebody else holds it.

    It is to be the first that is done in the transaction, which has no id until then.
    """
    last_seq = await tx.fetchval(_LAST_SEQ, workspace_id) or 0
    await tx.execute(_BEGIN, workspace_id)
    row = await tx.fetchrow(_HOLD, workspace_id)
    if row is None:
        return None
    return Chain(row[0], row[1], row[2] or GENESIS, row[3], row[4], Candidate(row[5]), last_seq)


_SELECTED = (
    "e.seq, e.actor_id, e.verb, e.entity, e.entity_id, e.parent_id, e.version, e.before, e.after, e.at,"
    " e.request_id"
)

_UNLINKED = f"""
SELECT {_SELECTED} FROM events e
WHERE e.workspace_id = $1 AND e.seq > $2 AND NOT EXISTS (
    SELECT 1 FROM event_links l WHERE l.workspace_id = $1 AND l.seq = e.seq AND l.seq > $2
)
ORDER BY e.seq LIMIT $3
"""


async def unlinked(tx: Executor, workspace_id: int, *, above: int, position: int, most: int) -> list[Linked]:
    """Events without a link, in the order of their numbers, as they will stand after `position`."""
    rows = await tx.fetch(_UNLINKED, workspace_id, above, most)
    return [_linked(position + place, row) for place, row in enumerate(rows, start=1)]


_EXTEND = """
INSERT INTO event_links (workspace_id, position, seq, previous_hash, hash)
SELECT $1, new.position, new.seq, new.previous_hash, new.hash
FROM unnest($2::bigint[], $3::bigint[], $4::bytea[], $5::bytea[]) AS new (position, seq, previous_hash, hash)
"""
_MOVE_END = "UPDATE event_chains SET position = $2, hash = $3 WHERE workspace_id = $1"
# Listeners are told when it is committed.
_TELL = f"SELECT pg_notify('{CHANNEL}', $1 || ':' || $2)"


async def extend(tx: Executor, workspace_id: int, links: Sequence[Link]) -> None:
    """Adds links to a chain that is held, and tells whoever listens how long it is then."""
    await tx.execute(
        _EXTEND,
        workspace_id,
        [each.position for each in links],
        [each.seq for each in links],
        [each.previous_hash for each in links],
        [each.hash for each in links],
    )
    await tx.execute(_MOVE_END, workspace_id, links[-1].position, links[-1].hash)
    await tx.execute(_TELL, str(workspace_id), str(links[-1].position))


_SETTLE = """
UPDATE event_chains SET
    settled_seq = $2,
    candidate_seq = $3::bigint,
    candidate_before = CASE WHEN $3::bigint IS NOT NULL THEN pg_current_xact_id() END
WHERE workspace_id = $1
"""


async def settle(tx: Executor, workspace_id: int, chain: Chain) -> None:
    """Moves the line of a chain of which every visible event now has a link, as far as can be."""
    if chain.candidate_seq is not None and chain.candidate is Candidate.OPEN:
        return
    settled = chain.settled_seq
    if chain.candidate_seq is not None and chain.candidate is Candidate.SETTLED:
        settled = chain.candidate_seq
    await tx.execute(_SETTLE, workspace_id, settled, chain.last_seq if chain.last_seq > settled else None)


_READ = f"""
SELECT l.position, {_SELECTED}
FROM event_links l JOIN events e ON e.workspace_id = $1 AND e.seq = l.seq
WHERE l.workspace_id = $1 AND l.position > $2 ORDER BY l.position LIMIT $3
"""


async def read(db: Executor, workspace_id: int, *, after: int, most: int) -> list[Linked]:
    """The events that follow a position, in the order of the chain."""
    rows = await db.fetch(_READ, workspace_id, after, most)
    return [_linked(row[0], row[1:]) for row in rows]


_KEPT = f"""
SELECT l.position, l.seq, l.previous_hash, l.hash, {_SELECTED}
FROM event_links l LEFT JOIN events e ON e.workspace_id = $1 AND e.seq = l.seq
WHERE l.workspace_id = $1 AND l.position > $2 ORDER BY l.position LIMIT $3
"""


async def kept(db: Executor, workspace_id: int, *, after: int, most: int) -> list[Kept]:
    """The links that follow a position as they are kept, each with its event if that is there."""
    rows = await db.fetch(_KEPT, workspace_id, after, most)
    return [Kept(Link(*row[:4]), None if row[4] is None else _linked(row[0], row[4:])) for row in rows]


_END = "SELECT position, hash, settled_seq FROM event_chains WHERE workspace_id = $1"


async def end(db: Executor, workspace_id: int) -> tuple[Head, int]:
    """Where a chain is said to end, and the number up to which every event is said to have its link."""
    row = await db.fetchrow(_END, workspace_id)
    return (Head(), 0) if row is None else (Head(row[0], row[1] or GENESIS), row[2])


_WITHOUT_LINK = """
SELECT min(e.seq) FILTER (WHERE e.seq <= $2), count(*) FILTER (WHERE e.seq > $2) FROM events e
WHERE e.workspace_id = $1
    AND NOT EXISTS (SELECT 1 FROM event_links l WHERE l.workspace_id = $1 AND l.seq = e.seq)
"""


async def without_link(db: Executor, workspace_id: int, settled_seq: int) -> tuple[int | None, int]:
    """The first event up to a number that has no link, and how many after it have none."""
    row = await db.fetchrow(_WITHOUT_LINK, workspace_id, settled_seq)
    return row[0], row[1]


W = TypeVar("W", bound=StrEnum)


def _word(words: type[W], text: str) -> W:
    """A word of the record. One that this version does not know stays a text: a newer version beside this
    one may write it, and so may a forger, and neither may stop the chain."""
    try:
        return words(text)
    except ValueError:
        return cast(W, text)


def _linked(position: int, row: Any) -> Linked:
    return Linked(
        position,
        row[0],
        row[1],
        _word(Verb, row[2]),
        _word(Entity, row[3]),
        row[4],
        row[5],
        row[6],
        msgspec.json.decode(row[7]),
        msgspec.json.decode(row[8]),
        row[9].astimezone(dt.UTC),
        row[10],
    )
