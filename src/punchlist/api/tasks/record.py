"""What the endpoints for the record do."""

from typing import Any

from punchlist.api.common import parameters as read
from punchlist.api.common.calls import Answer, Call
from punchlist.api.common.parameters import Parameter
from punchlist.api.tasks.handlers import ok
from punchlist.api.tasks.parameters import PAGE
from punchlist.api.tasks.wire_record import render_page
from punchlist.domain import ids, limits
from punchlist.domain.events import Entity, Verb
from punchlist.domain.queries import EventFilter, Stretch
from punchlist.services import auditing

_TEXT = {"type": "string"}
_INSTANT = {"type": "string", "format": "date-time"}
_POSITION_MAX = 10**16 - 1  # no record is ever as long


def _some(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item, "minItems": 1, "maxItems": limits.FILTER_VALUES_MAX}


RECORD_LIST = (
    PAGE[0],
    Parameter(
        "cursor",
        read.whole_number(0, _POSITION_MAX, digits=16),
        _TEXT | {"pattern": "^[0-9]{1,16}$"},
        "The `nextCursor` of the page before. It is a position: the page begins beyond it.",
    ),
    Parameter(
        "order",
        read.one_of(("newest", "oldest")),
        _TEXT | {"enum": ["newest", "oldest"], "default": "newest"},
        "Which come first.",
    ),
    Parameter(
        "entity",
        read.one_or_more_of(Entity),
        _some(_TEXT | {"enum": [each.value for each in Entity]}),
        "Of things of any of these kinds.",
    ),
    Parameter(
        "entityId",
        read.text(1, limits.RECORD_ID_MAX),
        _TEXT | {"minLength": 1, "maxLength": limits.RECORD_ID_MAX},
        "Of this thing.",
    ),
    Parameter(
        "actor", read.one_or_more_ids, _some(_TEXT | {"pattern": ids.PATTERN}), "By any of these users."
    ),
    Parameter(
        "verb",
        read.one_or_more_of(Verb),
        _some(_TEXT | {"enum": [each.value for each in Verb]}),
        "Any of these.",
    ),
    Parameter("from", read.instant, _INSTANT, "At this instant or later."),
    Parameter("to", read.instant, _INSTANT, "Before this instant."),
)


async def list_events(call: Call) -> Answer:
    asked = call.parameters
    wanted = EventFilter(
        entities=asked.get("entity"),
        entity_id=asked.get("entityId"),
        actor_ids=asked.get("actor"),
        verbs=asked.get("verb"),
        since=asked.get("from"),
        until=asked.get("to"),
    )
    limit = asked.get("limit", limits.PAGE_DEFAULT)
    stretch = Stretch(limit, asked.get("cursor"), newest_first=asked.get("order") != "oldest")
    return ok(render_page(await auditing.read_record(call.db, call.context, wanted, stretch), limit))
