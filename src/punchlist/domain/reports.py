"""Reports: how the work of a workspace goes, told from what the record holds of it."""

import datetime as dt
from enum import StrEnum

import msgspec

from punchlist.domain.change_lifecycle import ChangeStatus
from punchlist.domain.lifecycle import Status


class Interval(StrEnum):
    """How long a bucket of a report is. Weeks begin on Monday; both are UTC's."""

    DAY = "day"
    WEEK = "week"


_DAYS = {Interval.DAY: 1, Interval.WEEK: 7}
# How many buckets there are unless somebody says from when: a month of days, a quarter of weeks.
_USUAL = {Interval.DAY: 30, Interval.WEEK: 13}


class Window(msgspec.Struct, frozen=True):
    """The days that a report is about, in buckets of equal length; none where it ends before it begins."""

    first: dt.date
    interval: Interval
    buckets: int

    @property
    def days(self) -> int:
        """How many days a bucket has."""
        return _DAYS[self.interval]

    @property
    def last(self) -> dt.date:
        """The last day of the last bucket."""
        return self.first + dt.timedelta(days=self.days * self.buckets - 1)

    def start_of(self, bucket: int) -> dt.date:
        """The day on which a bucket begins."""
        return self.first + dt.timedelta(days=self.days * bucket)

    @property
    def starts_at(self) -> dt.datetime:
        """The instant at which the window begins."""
        return dt.datetime.combine(self.first, dt.time(), tzinfo=dt.UTC)

    @property
    def ends_at(self) -> dt.datetime:
        """The first instant after the window."""
        return dt.datetime.combine(self.last, dt.time(), tzinfo=dt.UTC) + dt.timedelta(days=1)


def window_of(first: dt.date | None, last: dt.date | None, interval: Interval, *, today: dt.date) -> Window:
    """The whole buckets that have a day from `first` to `last`. Nothing is known of days to come: a later
    last day is today, which is also what it is unless somebody says."""
    last = today if last is None else min(last, today)
    days = _DAYS[interval]
    if first is None:
        first = last - dt.timedelta(days=days * (_USUAL[interval] - 1))
    if interval is Interval.WEEK:
        first -= dt.timedelta(days=first.weekday())
    return Window(first, interval, max(0, ((last - first).days // days) + 1))


class Step(msgspec.Struct, frozen=True):
    """By how much the number of tasks in a status changed in a bucket; before the first one, in -1."""

    bucket: int
    status: Status
    change: int


def cumulated(steps: list[Step], buckets: int) -> list[dict[Status, int]]:
    """How many tasks are in each status at the end of each bucket."""
    standing = dict.fromkeys(Status, 0)
    changes: dict[int, list[Step]] = {}
    for step in steps:
        changes.setdefault(step.bucket, []).append(step)
    found = []
    for bucket in range(-1, buckets):
        for step in changes.get(bucket, ()):
            standing[step.status] += step.change
        found.append(dict(standing))
    return found[1:]


class Finished(msgspec.Struct, frozen=True):
    """A task that was finished, and how long it took from when it was first begun."""

    id: str
    title: str
    started_at: dt.datetime
    finished_at: dt.datetime
    hours: float


class CycleTimes(msgspec.Struct, frozen=True):
    """The tasks finished in a window, the latest first, as far as they fit; how many there were, and within
    how many hours half of them, 85 and 95 percent were done (None where there are none)."""

    tasks: list[Finished]
    total: int
    percentiles: tuple[float, float, float] | None


class Overdue(msgspec.Struct, frozen=True):
    """What somebody has overdue: how much, and the longest overdue of it. Nobody's has no user; a user whom
    the actor may not see has no name."""

    user_id: str | None
    user_name: str | None
    count: int
    task_ids: tuple[str, ...]


class OpenChange(msgspec.Struct, frozen=True):
    """A change that is neither completed nor canceled, and how far its implementation tasks are."""

    id: str
    number: str
    title: str | None
    status: ChangeStatus
    done: int
    total: int
    overdue: int
