"""The record of a workspace as its admins read it: along the positions of its chain, or thing by thing."""

from typing import Any

import msgspec

from punchlist.domain.queries import EventFilter
from punchlist.store.database import Executor
from punchlist.store.events import Recorded

_SELECTED = (
    "l.position, l.hash, l.previous_hash, e.parent_id, e.seq, e.actor_id, u.name, e.verb, e.entity,"
    " e.entity_id, e.before, e.after, e.at, e.request_id"
)


class Entry(msgspec.Struct, frozen=True):
    """An event with its place in the chain."""

    position: int
    hash: bytes
    previous_hash: bytes
    parent_id: str | None
    event: Recorded


# Of one thing there are as many events as it was changed: its index finds them all. Along the chain there
# may be any number, so positions bound what is looked at, and no index is needed that writers would pay for.
_OF_A_THING = "WITH e AS MATERIALIZED (SELECT * FROM events WHERE workspace_id = $1 AND entity_id = $4)"
_CONDITIONS = {
    "entities": "e.entity = ANY({value}::text[])",
    "actor_ids": "e.actor_id = ANY({value}::text[])",
    "verbs": "e.verb = ANY({value}::text[])",
    "since": "e.at >= {value}::timestamptz",
    "until": "e.at < {value}::timestamptz",
}


async def list_(
    db: Executor,
    workspace_id: int,
    wanted: EventFilter,
    *,
    above: int,
    below: int,
    newest_first: bool,
    limit: int,
) -> list[Entry]:
    """The first events that pass a filter among those with positions between two, in either order."""
    parameters: list[Any] = [workspace_id, above, below]
    first, events = "", "events e ON e.workspace_id = $1 AND"
    if wanted.entity_id is not None:
        parameters.append(wanted.entity_id)
        first, events = _OF_A_THING, "e ON"
    where = ""
    for name, condition in _CONDITIONS.items():
        value = getattr(wanted, name)
        if value is not None:
            parameters.append(value)
            where += f" AND {condition.format(value=f'${len(parameters)}')}"
    rows = await db.fetch(
        f"{first} SELECT {_SELECTED} FROM event_links l JOIN {events} e.seq = l.seq"
        " LEFT JOIN users u ON u.workspace_id = $1 AND u.id = e.actor_id"
        f" WHERE l.workspace_id = $1 AND l.position > $2 AND l.position < $3{where}"
        f" ORDER BY l.position {'DESC' if newest_first else 'ASC'} LIMIT {limit:d}",
        *parameters,
    )
    return [_entry(row) for row in rows]


def _entry(row: Any) -> Entry:
    event = Recorded(
        seq=row[4],
        actor_id=row[5],
        actor_name=row[6],
        verb=row[7],
        entity=row[8],
        entity_id=row[9],
        before=msgspec.json.decode(row[10]),
        after=msgspec.json.decode(row[11]),
        at=row[12],
        request_id=row[13],
    )
    return Entry(row[0], row[1], row[2], row[3], event)
