"""Calendars as the wire shows them, and as calendar programs read them."""

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from punchlist.api.tasks import wire
from punchlist.domain import limits
from punchlist.domain.calendars import Calendar, Due
from punchlist.services.calendars import NewCalendar, Opened

if TYPE_CHECKING:
    from icalendar import Event

Name = Annotated[
    str, Meta(description="Trimmed.", extra_json_schema={"minLength": 1, "maxLength": limits.NAME_MAX})
]


class CalendarOut(msgspec.Struct, rename="camel"):
    """A calendar that you can subscribe to, without its token."""

    id: wire.Id
    name: Name
    hint: Annotated[str, Meta(description="The token's last four characters.")]
    created_at: wire.Instant
    last_used_at: Annotated[wire.Instant | None, Meta(description="Up to an hour late.")]


class NewCalendarOut(CalendarOut, rename="camel"):
    """A calendar with its token and its address, which are shown this once."""

    token: str
    url: Annotated[
        str, Meta(description="What a calendar program subscribes to. Whoever has it can read it.")
    ]


class CalendarIn(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """What a calendar is to be called; `Calendar`, if nothing is said."""

    name: Name | UnsetType | None = UNSET


class CalendarsOut(msgspec.Struct):
    """All your calendars, newest first."""

    data: list[CalendarOut]


def render_calendar(calendar: Calendar) -> CalendarOut:
    """A calendar as the wire shows it."""
    used = calendar.last_used_at
    return CalendarOut(
        calendar.id,
        calendar.name,
        calendar.hint,
        calendar.created_at.replace(microsecond=0),
        None if used is None else used.replace(microsecond=0),
    )


def render_new_calendar(made: NewCalendar, url: str) -> NewCalendarOut:
    """A calendar as the wire shows it once; `url` is where this server is."""
    shown = msgspec.structs.asdict(render_calendar(made.calendar))
    return NewCalendarOut(**shown, token=made.token, url=f"{url}/v1/calendar/{made.token}.ics")


# What is due is due at an instant, but programs hide events that have no length, or make up one.
_LENGTH = dt.timedelta(minutes=15)
_ASK_AGAIN = dt.timedelta(hours=1)


def render_ics(opened: Opened, url: str) -> bytes:
    """A calendar in iCalendar's form (RFC 5545); `url` is where this server is.

    Due dates are events and not to-dos: Google's and Outlook's subscriptions show no to-dos at all, and
    Apple's calendar not those of a subscription.
    """
    import icalendar  # here, for it takes long to import

    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Punchlist//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", opened.calendar.name)
    calendar.add("refresh-interval", _ASK_AGAIN, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", icalendar.vDuration(_ASK_AGAIN))
    for due in opened.dues:
        calendar.add_component(_event(due, opened.workspace_number, url))
    written: bytes = calendar.to_ical()
    return written


def _event(due: Due, workspace_number: int, url: str) -> "Event":
    import icalendar

    event = icalendar.Event()
    event.add("uid", f"{due.id}@{workspace_number}.punchlist")
    # Of a published calendar this is when the event was last changed (RFC 5545, 3.8.7.2).
    event.add("dtstamp", due.updated_at.replace(microsecond=0))
    event.add("last-modified", due.updated_at.replace(microsecond=0))
    event.add("sequence", due.version)
    event.add("dtstart", due.due_at)
    event.add("dtend", due.due_at + _LENGTH)
    event.add("summary", due.title)
    if due.description:
        event.add("description", due.description)
    path = "tasks" if due.change_id is None else f"changes/{due.change_id}/implementationtasks"
    event.add("url", f"{url}/v1/{path}/{due.id}")
    event.add("transp", "TRANSPARENT")  # nobody is busy because something is due
    if due.warning_hours is not None:
        alarm = icalendar.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", due.title)
        alarm.add("trigger", -dt.timedelta(hours=due.warning_hours))
        event.add_component(alarm)
    return event
