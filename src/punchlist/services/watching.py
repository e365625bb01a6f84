"""Following a workspace's record as it grows, with what decides who is told of each event."""

from collections.abc import Sequence

import msgspec

from punchlist.domain.events import Entity
from punchlist.domain.publication import Linked
from punchlist.domain.watching import Sighting, published
from punchlist.store import chains, watching
from punchlist.store.database import Executor

_TOGETHER = 500  # events read at once


class Passage(msgspec.Struct, frozen=True):
    """Some of the record, read up to a position: what is published of it. `whole` where that is its end."""

    sightings: list[Sighting]
    position: int
    whole: bool


async def end_of(db: Executor, workspace_id: int) -> int:
    """The position of a workspace's last event."""
    head, _ = await chains.end(db, workspace_id)
    return head.position


async def read_on(db: Executor, workspace_id: int, after: int) -> Passage:
    """The published events that follow a position."""
    found = await chains.read(db, workspace_id, after=after, most=_TOGETHER)
    told = [(event, name) for event in found if (name := published(event)) is not None]
    events = [event for event, _ in told]
    tasks = await watching.tasks(db, workspace_id, asked) if (asked := _tasks(events)) else {}
    users = await watching.users(db, workspace_id, asked) if (asked := _users(events)) else {}
    sightings = [
        Sighting(
            event,
            name,
            users.get(event.actor_id or "", (None, None))[0],
            tasks.get(_task(event) or ""),
            users.get(event.entity_id, (None, None))[1] if event.entity is Entity.USER else None,
        )
        for event, name in told
    ]
    return Passage(sightings, found[-1].position if found else after, len(found) < _TOGETHER)


def _task(event: Linked) -> str | None:
    """The task that an event is about, or about a comment on."""
    if event.entity is Entity.TASK:
        return event.entity_id
    return event.parent_id if event.entity is Entity.COMMENT else None


def _tasks(events: Sequence[Linked]) -> list[str]:
    return sorted({task for event in events if (task := _task(event)) is not None})


def _users(events: Sequence[Linked]) -> list[str]:
    found = {event.actor_id for event in events} | {
        event.entity_id for event in events if event.entity is Entity.USER
    }
    return sorted(each for each in found if each is not None)
