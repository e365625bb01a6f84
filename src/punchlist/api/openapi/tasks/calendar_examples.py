"""Examples of calendars: Grace subscribes to what she has to do."""

from typing import Any

from punchlist.api.openapi.dialect import Example
from punchlist.api.openapi.tasks import examples
from punchlist.api.tasks import wire_calendars as wire
from punchlist.domain import calendars
from punchlist.services.calendars import NewCalendar

CALENDAR_ID = "T4D9N2WJ6XK1QZ8VM0RB"
TOKEN = "cl_2n9c_ThisTokenIsAnExampleAndNoneAtAll"  # noqa: S105  (of no calendar)

_CALENDAR = calendars.create(
    "My phone", calendar_id=CALENDAR_ID, user_id=examples.GRACE_ID, hint=TOKEN[-4:], now=examples.OPENED
)
# Written out, for the library that writes it takes long to import.
_ICS = f"""\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Punchlist//EN
METHOD:PUBLISH
X-WR-CALNAME:My phone
BEGIN:VEVENT
SUMMARY:Implement authentication
DTSTART:20350601T170000Z
DTEND:20350601T171500Z
DTSTAMP:20260115T093000Z
UID:{examples.TASK_ID}@123456789.punchlist
SEQUENCE:1
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")

BODIES: dict[str, dict[str, Example]] = {
    "create_calendar": {"phone": Example("One for each device", {"name": "My phone"})}
}
ANSWERS: dict[str, Any] = {
    "list_calendars": examples.shown(wire.CalendarsOut([wire.render_calendar(_CALENDAR)])),
    "create_calendar": examples.shown(
        wire.render_new_calendar(NewCalendar(_CALENDAR, TOKEN), "http://127.0.0.1:8000")
    ),
    "read_calendar": _ICS,
}
