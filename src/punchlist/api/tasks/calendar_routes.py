"""The part of the task dialect's route table that is about calendars."""

from functools import partial

from punchlist.api.common.endpoints import Endpoint
from punchlist.api.common.problems import HttpKind
from punchlist.api.tasks import calendars
from punchlist.api.tasks import wire_calendars as wire
from punchlist.domain.keys import Scope
from punchlist.domain.problems import Kind

_calendar = partial(Endpoint, tag="Calendars")
_own = partial(_calendar, scope=Scope.TASKS_READ)
_BOTH = "A key that is limited to scopes needs `changes:read` as well."

CALENDAR_ENDPOINTS: tuple[Endpoint, ...] = (
    _own(method="GET", path="/v1/calendar/tokens", handler=calendars.list_calendars, name="list_calendars",
         summary="List calendars", description=f"Your own. {_BOTH}", answers={200: wire.CalendarsOut}),
    _own(method="POST", path="/v1/calendar/tokens", handler=calendars.create_calendar,
         name="create_calendar", summary="Make a calendar",
         description="Its address is for a calendar program to subscribe to, and needs no other credential."
         f" The answer is the only place where it is shown. {_BOTH}",
         body=wire.CalendarIn, body_required=False, answers={201: wire.NewCalendarOut},
         refusals=(Kind.INVALID, Kind.TOO_MANY_CALENDARS)),
    _own(method="DELETE", path="/v1/calendar/tokens/{calendar_id}", handler=calendars.delete_calendar,
         name="delete_calendar", summary="Delete a calendar",
         description=f"Its address leads nowhere from then on. {_BOTH}", answers={204: None},
         refusals=(Kind.NOT_FOUND,)),
    _calendar(method="GET", path="/v1/calendar/{token}.ics", handler=calendars.read_calendar,
              name="read_calendar", summary="Read a calendar",
              description="What is assigned to you, or to a group of yours as an implementation task, is not"
              " done, and has a due date: an event each, with an alarm where there is a warning.",
              scope=None, public=True, tagged=True, answers={200: str, 304: None}, media=calendars.CALENDAR,
              refusals=(HttpKind.NO_SUCH_PATH,)),
)  # fmt: skip
