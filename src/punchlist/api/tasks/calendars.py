"""What the endpoints for calendars do."""

import hashlib

from msgspec import UNSET

from punchlist.api.common.bodies import decode
from punchlist.api.common.calls import Answer, Call
from punchlist.api.common.etags import is_known
from punchlist.api.common.problems import HttpKind
from punchlist.api.tasks import wire_calendars as wire
from punchlist.api.tasks.handlers import no_content, ok
from punchlist.domain.problems import Rejected
from punchlist.services import calendars

CALENDAR = "text/calendar"
_SUFFIX = ".ics"


def _url(call: Call) -> str:
    """Where people reach this server."""
    return (call.state.settings.public_url or call.base_url).rstrip("/")


async def list_calendars(call: Call) -> Answer:
    found = await calendars.list_calendars(call.db, call.context)
    return ok(wire.CalendarsOut([wire.render_calendar(each) for each in found]))


async def create_calendar(call: Call) -> Answer:
    wanted, problems = decode(call.body or b"{}", wire.CalendarIn)
    name = None if wanted.name is UNSET else wanted.name
    made = await calendars.create_calendar(call.db, call.context, name, problems)
    return ok(wire.render_new_calendar(made, _url(call)), 201, {"cache-control": "no-store"})


async def delete_calendar(call: Call) -> Answer:
    await calendars.delete_calendar(call.db, call.context, call.path_parameters["calendar_id"])
    return no_content()


async def read_calendar(call: Call) -> Answer:
    file: str = call.path_parameters["token"]
    token = file.removesuffix(_SUFFIX)
    opened = None if token == file else await calendars.open_calendar(call.db, token, call.now)
    if opened is None:  # as if there never had been anything, whatever was
        raise Rejected(HttpKind.NO_SUCH_PATH, path=call.path)
    body = wire.render_ics(opened, _url(call))
    tag = hashlib.sha256(body).hexdigest()[:32]
    headers = {"etag": f'"{tag}"', "cache-control": "private, no-cache"}
    if is_known(call.headers.get("if-none-match"), tag):
        return Answer(304, None, headers)
    return Answer(200, body, headers | {"content-type": f"{CALENDAR}; charset=utf-8"})
