"""Examples of the record: the story's first two events, newest first."""

from typing import Any

from punchlist.api.openapi.tasks import examples
from punchlist.api.tasks import wire_record
from punchlist.api.tasks.live import render_sighting
from punchlist.domain import audit, limits
from punchlist.domain import events as record
from punchlist.domain.events import Entity
from punchlist.domain.publication import Linked
from punchlist.domain.watching import Sighting
from punchlist.services.auditing import Excerpt
from punchlist.store.events import Recorded
from punchlist.store.record import Entry

_WORKSPACE = 123_456_789
_ADA, _GRACE = (examples.ADA_ID, "Ada Lovelace"), (examples.GRACE_ID, "Grace Hopper")
_TOLD = (
    (17, record.created(Entity.TASK, examples.TASK, examples.OPENED), _ADA),
    (42, record.updated(Entity.TASK, examples.TASK, examples.STARTED_TASK, examples.STARTED), _GRACE),
)


_LINKED = [
    Linked(
        position, seq, actor_id, event.verb, event.entity, event.entity_id, None, event.version,
        examples.shown(event.before), examples.shown(event.after), event.at, examples.REQUEST_ID,
    )
    for position, (seq, event, (actor_id, _)) in enumerate(_TOLD, start=1)
]  # fmt: skip


def _entries() -> list[Entry]:
    found: list[Entry] = []
    previous = audit.GENESIS
    for event, (_, _, (_, name)) in zip(_LINKED, _TOLD, strict=True):
        link = audit.link(_WORKSPACE, event, previous)
        recorded = Recorded(
            event.seq, event.actor_id, name, event.verb, event.entity, event.entity_id, event.before,
            event.after, event.at, event.request_id,
        )  # fmt: skip
        found.append(Entry(event.position, link.hash, previous, None, recorded))
        previous = link.hash
    return found[::-1]


def _stream() -> str:
    """What a stream says that begins before the second event."""
    event = _LINKED[1]
    told = render_sighting(Sighting(event, "task.updated", _GRACE[1], None, None))
    return f": live updates\nretry: {limits.STREAM_RETRY_MILLISECONDS}\n\nid: 1\n\n{told.decode()}"


ANSWERS: dict[str, Any] = {
    "stream_events": _stream(),
    "list_events": examples.shown(wire_record.render_page(Excerpt(_entries(), None), 10)),
}
