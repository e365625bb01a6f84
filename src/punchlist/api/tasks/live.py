"""What the endpoint for live updates does: the record as server-sent events, as it grows."""

import asyncio
import datetime as dt
import re
from collections.abc import AsyncGenerator, Mapping

import msgspec

from punchlist.api.common import parameters as read
from punchlist.api.common.calls import Answer, Call
from punchlist.api.common.live import Watcher
from punchlist.api.common.parameters import Parameter
from punchlist.api.common.problems import HttpKind
from punchlist.api.tasks import wire
from punchlist.api.tasks.wire_record import changes_of
from punchlist.domain import limits
from punchlist.domain.events import Entity
from punchlist.domain.keys import Scope
from punchlist.domain.problems import Kind, Problem, Reason, Rejected, Unavailable
from punchlist.domain.publication import EVERYTHING, SELECTABLE
from punchlist.domain.watching import Sighting, may_watch
from punchlist.services import access
from punchlist.store.events import Recorded

EVENT_STREAM = "text/event-stream"
_TEXT = {"type": "string"}
_POSITION_MAX = 10**16 - 1

STREAM = (
    Parameter(
        "types",
        read.some_of(SELECTABLE),
        {
            "type": "array",
            "items": _TEXT | {"enum": list(SELECTABLE)},
            "minItems": 1,
            "maxItems": len(SELECTABLE),
        },
        "Only events of these types. Default `*`, all.",
    ),
    Parameter(
        "lastEventId",
        read.whole_number(0, _POSITION_MAX, digits=16),
        _TEXT | {"pattern": "^[0-9]{1,16}$"},
        "The `id` of the last event that you got, for who cannot send `Last-Event-ID`.",
    ),
)

_HEADERS = {
    "content-type": f"{EVENT_STREAM}; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",  # nginx else waits until it has some kilobytes
}


class Told(msgspec.Struct, rename="camel"):
    """An event as it is told to those who watch."""

    type: str
    timestamp: wire.Instant
    position: int
    entity: Entity
    entity_id: str
    parent_id: str | None
    changes: list[wire.FieldChange]
    actor: wire.HistoryActor | None


async def stream_events(call: Call) -> Answer:
    actor = call.context.actor
    if not may_watch(actor):
        raise Rejected(Kind.INSUFFICIENT_SCOPE, scope=Scope.TASKS_READ)
    position = _last_seen(call.headers, call.parameters.get("lastEventId"))
    hub = call.state.live
    if not hub.has_room_for(actor):
        again = call.now + dt.timedelta(seconds=limits.STREAM_HEARTBEAT_SECONDS)
        raise Rejected(Kind.TOO_MANY_STREAMS, max=limits.STREAMS_PER_USER_MAX, resets_at=again)
    watcher = hub.enter(actor, call.parameters.get("types", (EVERYTHING,)), position)
    return Answer(200, None, dict(_HEADERS), live=Stream(call, watcher))


_IS_POSITION = re.compile(r"[0-9]{1,16}").fullmatch


def _last_seen(headers: Mapping[str, str], parameter: int | None) -> int | None:
    """The position after which to begin; the header is the newer one, where a browser sends both."""
    header = headers.get("last-event-id", "").strip()
    if not header:
        return parameter
    if not _IS_POSITION(header):
        facts = {"expected": "the id of an event"}
        raise Rejected(HttpKind.INVALID_PARAMETERS, [Problem("Last-Event-ID", Reason.MALFORMED, facts)])
    return int(header)


def render_sighting(sighting: Sighting) -> bytes:
    """An event in the form of server-sent events."""
    event = sighting.event
    actor = None if event.actor_id is None else wire.HistoryActor(event.actor_id, sighting.actor_name)
    recorded = Recorded(
        event.seq, event.actor_id, sighting.actor_name, event.verb, event.entity, event.entity_id,
        event.before, event.after, event.at, event.request_id,
    )  # fmt: skip
    told = Told(
        sighting.type,
        event.at.replace(microsecond=0),
        event.position,
        event.entity,
        event.entity_id,
        event.parent_id,
        changes_of(recorded),
        actor,
    )
    name = sighting.type.encode()
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (event.position, name, wire.encode(told))


class Stream:
    """One caller's live updates, in pieces, for as long as they may have them."""

    def __init__(self, call: Call, watcher: Watcher) -> None:
        self._call = call
        self._watcher = watcher

    async def blocks(self) -> AsyncGenerator[bytes, None]:
        """What is sent, as it comes."""
        watcher = self._watcher
        yield b": live updates\nretry: %d\n\n" % limits.STREAM_RETRY_MILLISECONDS
        try:
            async for block in watcher.past():
                yield block
        except Unavailable:
            return  # who comes again with the last id they got misses nothing
        yield self._place()
        clock = asyncio.get_running_loop().time
        heartbeat = clock() + limits.STREAM_HEARTBEAT_SECONDS
        while not watcher.is_too_slow:
            if news := await watcher.news(max(0.0, heartbeat - clock())):
                yield news
            if clock() >= heartbeat:
                if not await self._is_admitted():
                    return
                yield b": still here\n" + self._place()
                heartbeat = clock() + limits.STREAM_HEARTBEAT_SECONDS

    def _place(self) -> bytes:
        """How far they have been told of everything, which a client then comes again with; no event of its
        own. So nothing is looked through again that holds nothing for them."""
        return b"id: %d\n\n" % (self._watcher.position or 0)

    async def _is_admitted(self) -> bool:
        """Whether the key or session still opens the door, and with which rights. Without a database
        nobody can tell, and nothing can be told."""
        credential = self._call.credential
        assert credential is not None
        try:
            bearer = await access.find_bearer(self._call.state.look_ups, credential)
            bearer = access.admit(bearer, address=self._call.address, now=dt.datetime.now(dt.UTC))
        except Rejected:
            return False
        except Unavailable:
            return True
        self._watcher.actor = access.as_actor(bearer)
        return may_watch(self._watcher.actor)

    def close(self) -> None:
        """Ends it."""
        self._watcher.leave()
