"""The part of the task dialect's route table that is about the record."""

from functools import partial

from punchlist.api.common.endpoints import Endpoint
from punchlist.api.tasks import live, record
from punchlist.api.tasks import wire_record as wire
from punchlist.domain.keys import Scope
from punchlist.domain.problems import Kind

_record = partial(Endpoint, tag="Events")

RECORD_ENDPOINTS: tuple[Endpoint, ...] = (
    _record(method="GET", path="/v1/events", handler=record.list_events, name="list_events",
            summary="Read the record",
            description="All that happened in the workspace, to admins. `position` numbers it without gaps;"
            " each `hash` is of the event and of the hash before it, so that nobody can change the record"
            " unseen. Events appear here within a second of what they tell.",
            scope=Scope.ADMIN, answers={200: wire.RecordPageOut}, parameters=record.RECORD_LIST,
            refusals=(Kind.PERMISSION_DENIED,)),
    _record(method="GET", path="/v1/events/stream", handler=live.stream_events, name="stream_events",
            summary="Follow what happens",
            description="Server-sent events, each as it happens: of what you may see, and of those kinds of"
            " things that your key is for (`tasks:read`, `users:read`, `changes:read`). Each event has its"
            " position for an `id`; a client that sends the last one as `Last-Event-ID` misses nothing."
            " Without it the stream begins now.",
            scope=None, answers={200: str}, media=live.EVENT_STREAM, parameters=live.STREAM,
            refusals=(Kind.INSUFFICIENT_SCOPE, Kind.TOO_MANY_STREAMS, Kind.NO_ROOM_FOR_STREAMS)),
)  # fmt: skip
