"""Calendars: what somebody has to do, by when, for a calendar program to subscribe to.

A calendar's token stands in its address and opens nothing but that calendar.
"""

import datetime as dt

import msgspec

from punchlist.domain import limits
from punchlist.domain.problems import Kind, Problem, Rejected
from punchlist.domain.text import clean_line

DEFAULT_NAME = "Calendar"


class Calendar(msgspec.Struct, frozen=True):
    """A calendar of a user's, without its token."""

    id: str
    version: int
    user_id: str
    name: str
    hint: str
    created_at: dt.datetime
    updated_at: dt.datetime
    last_used_at: dt.datetime | None = None


class Due(msgspec.Struct, frozen=True):
    """Something that is due: a task, or with a `change_id` an implementation task."""

    id: str
    change_id: str | None
    version: int
    title: str
    description: str | None
    due_at: dt.datetime
    warning_hours: float | None
    updated_at: dt.datetime


def create(
    name: str | None,
    problems: tuple[Problem, ...] = (),
    *,
    calendar_id: str,
    user_id: str,
    hint: str,
    now: dt.datetime,
) -> Calendar:
    """Makes a calendar of a name, or of none; raises Rejected with every problem found."""
    cleaned, found = clean_line("name", DEFAULT_NAME if name is None else name, limits.NAME_MAX)
    if problems or found:
        raise Rejected(Kind.INVALID, [*problems, *([] if problems else found)])
    return Calendar(calendar_id, 1, user_id, cleaned, hint, now, now)
