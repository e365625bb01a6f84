"""What may be asked of calendars: make, list, delete one's own; and read one, with nothing but its token."""

import datetime as dt

import msgspec

from punchlist.domain import calendars as rules
from punchlist.domain import events as record
from punchlist.domain import ids, limits
from punchlist.domain.calendars import Calendar, Due
from punchlist.domain.context import Context
from punchlist.domain.events import Entity
from punchlist.domain.keys import Scope
from punchlist.domain.problems import Kind, Problem, Rejected
from punchlist.domain.tokens import new_calendar_secret, read_calendar_token
from punchlist.services.access import require_scope
from punchlist.store import calendars
from punchlist.store.database import Executor

# How stale "last used" may be: programs ask every few minutes, and a write each time would be for nobody.
_NOTED_EVERY = dt.timedelta(hours=1)


class NewCalendar(msgspec.Struct, frozen=True):
    """A calendar with its token, which is shown this once."""

    calendar: Calendar
    token: str


class Opened(msgspec.Struct, frozen=True):
    """A calendar with what stands in it."""

    calendar: Calendar
    workspace_number: int
    dues: list[Due]


def _require_scopes(context: Context) -> None:
    """A calendar shows tasks of both kinds, so who makes one must be let read both."""
    for scope in (Scope.TASKS_READ, Scope.CHANGES_READ):
        require_scope(context.actor, scope)


async def list_calendars(db: Executor, context: Context) -> list[Calendar]:
    """The actor's own calendars, newest first."""
    _require_scopes(context)
    actor = context.actor
    return await calendars.list_(db, actor.workspace_id, actor.id, most=limits.CALENDARS_PER_USER_MAX)


async def create_calendar(
    db: Executor, context: Context, name: str | None, problems: tuple[Problem, ...]
) -> NewCalendar:
    """Makes a calendar for the actor; raises Rejected with every problem found."""
    there = await list_calendars(db, context)
    secret = new_calendar_secret(context.actor.workspace_id)
    calendar = rules.create(
        name,
        problems,
        calendar_id=ids.new_id(),
        user_id=context.actor.id,
        hint=secret.hint,
        now=context.now,
    )
    if len(there) >= limits.CALENDARS_PER_USER_MAX:
        raise Rejected(Kind.TOO_MANY_CALENDARS, max=limits.CALENDARS_PER_USER_MAX)
    event = record.created(Entity.CALENDAR, calendar, context.now)
    if not await calendars.insert(db, context, calendar, secret.digest, event):
        raise Rejected(Kind.INVALID_AUTHENTICATION)  # who asks was deleted meanwhile
    return NewCalendar(calendar, secret.token)


async def delete_calendar(db: Executor, context: Context, calendar_id: str) -> None:
    """Removes one of the actor's calendars: its address leads nowhere from then on."""
    for calendar in await list_calendars(db, context):
        if calendar.id == calendar_id:
            if await calendars.delete(db, context, record.deleted(Entity.CALENDAR, calendar, context.now)):
                return
            break
    raise Rejected(Kind.NOT_FOUND, entity=Entity.CALENDAR, id=calendar_id)


async def open_calendar(db: Executor, token: str, now: dt.datetime) -> Opened | None:
    """What stands in the calendar of a token; None when it opens none, whatever the reason."""
    claim = read_calendar_token(token)
    found = None if claim is None else await calendars.find(db, claim)
    if claim is None or found is None:
        return None
    calendar = found.calendar
    if calendar.last_used_at is None or now - calendar.last_used_at >= _NOTED_EVERY:
        await calendars.mark_used(db, claim.workspace_id, calendar.id, now)
    dues = await calendars.dues(
        db,
        claim.workspace_id,
        calendar.user_id,
        since=now - dt.timedelta(days=limits.CALENDAR_PAST_DAYS),
        most=limits.CALENDAR_ENTRIES_MAX,
        text=limits.CALENDAR_TEXT_MAX,
    )
    return Opened(calendar, found.workspace_number, dues)
