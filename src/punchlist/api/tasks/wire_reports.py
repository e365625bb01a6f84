"""The task dialect's shapes for reports."""

import datetime as dt
from typing import Annotated

import msgspec
from msgspec import Meta

from punchlist.api.tasks.wire import Id, Instant
from punchlist.domain import limits
from punchlist.domain.change_lifecycle import ChangeStatus
from punchlist.domain.lifecycle import Status
from punchlist.domain.reports import CycleTimes, Interval, OpenChange, Overdue, Window

_WINDOW = {"first": "from", "last": "to"}
_COUNT = Annotated[int, Meta(ge=0)]


class StatusCountsOut(msgspec.Struct):
    """Tasks by status."""

    TODO: _COUNT
    IN_PROGRESS: _COUNT
    REVIEW: _COUNT
    DONE: _COUNT
    CANCELED: _COUNT


class FlowBucketOut(msgspec.Struct):
    """How many tasks were in each status when the bucket ended, or are now."""

    start: dt.date
    counts: StatusCountsOut


class FlowReportOut(msgspec.Struct, rename=_WINDOW):
    """The tasks in each status over time: a cumulative flow."""

    first: dt.date
    last: dt.date
    interval: Interval
    buckets: list[FlowBucketOut]


class ThroughputBucketOut(msgspec.Struct):
    """How many tasks were created and finished in a bucket."""

    start: dt.date
    created: _COUNT
    finished: _COUNT


class ThroughputReportOut(msgspec.Struct, rename=_WINDOW):
    """The tasks created and finished over time."""

    first: dt.date
    last: dt.date
    interval: Interval
    buckets: list[ThroughputBucketOut]


class PercentilesOut(msgspec.Struct):
    """Within how many hours so many percent of the tasks were finished."""

    p50: float
    p85: float
    p95: float


class FinishedTaskOut(msgspec.Struct, rename="camel"):
    """A finished task, and how long it took."""

    id: Id
    title: str
    started_at: Annotated[Instant, Meta(description="When it first was in progress.")]
    finished_at: Instant
    hours: float


class CycleTimeReportOut(msgspec.Struct, rename=_WINDOW):
    """How long finished tasks took, the last one finished first. `total` counts those left out as well."""

    first: dt.date
    last: dt.date
    total: _COUNT
    percentiles: PercentilesOut | None
    tasks: Annotated[list[FinishedTaskOut], Meta(max_length=limits.REPORT_ROWS_MAX)]


class OverdueUserOut(msgspec.Struct):
    """Whose tasks they are; the name is null for those who may not see that user."""

    id: Id
    name: str | None


class OverdueEntryOut(msgspec.Struct):
    """What one person has overdue; `user` is null for what is nobody's."""

    user: OverdueUserOut | None
    count: _COUNT
    ids: Annotated[list[Id], Meta(description="The longest overdue first.", max_length=limits.REPORT_IDS_MAX)]


class OverdueReportOut(msgspec.Struct):
    """What is overdue now, by person, the most first."""

    people: Annotated[list[OverdueEntryOut], Meta(max_length=limits.REPORT_ROWS_MAX)]


class ChangeEntryOut(msgspec.Struct):
    """An open change, and how many of its implementation tasks are done and overdue."""

    id: Id
    number: str
    title: str | None
    status: ChangeStatus
    done: _COUNT
    total: _COUNT
    overdue: _COUNT


class ChangesReportOut(msgspec.Struct):
    """The changes that are neither completed nor canceled, newest first."""

    changes: Annotated[list[ChangeEntryOut], Meta(max_length=limits.REPORT_ROWS_MAX)]


def _render_counts(counts: dict[Status, int]) -> StatusCountsOut:
    return StatusCountsOut(**{status.value: count for status, count in counts.items()})


def render_flow(window: Window, standing: list[dict[Status, int]]) -> FlowReportOut:
    """The report as the wire shows it."""
    buckets = [
        FlowBucketOut(window.start_of(place), _render_counts(counts)) for place, counts in enumerate(standing)
    ]
    return FlowReportOut(window.first, window.last, window.interval, buckets)


def render_throughput(window: Window, counted: list[tuple[int, int]]) -> ThroughputReportOut:
    """The report as the wire shows it."""
    buckets = [
        ThroughputBucketOut(window.start_of(place), created, finished)
        for place, (created, finished) in enumerate(counted)
    ]
    return ThroughputReportOut(window.first, window.last, window.interval, buckets)


def render_cycle_times(window: Window, found: CycleTimes) -> CycleTimeReportOut:
    """The report as the wire shows it; hours to the second decimal."""
    percentiles = None
    if found.percentiles is not None:
        percentiles = PercentilesOut(*(round(hours, 2) for hours in found.percentiles))
    tasks = [
        FinishedTaskOut(
            task.id,
            task.title,
            task.started_at.replace(microsecond=0),
            task.finished_at.replace(microsecond=0),
            round(task.hours, 2),
        )
        for task in found.tasks
    ]
    return CycleTimeReportOut(window.first, window.last, found.total, percentiles, tasks)


def render_overdue(found: list[Overdue]) -> OverdueReportOut:
    """The report as the wire shows it."""
    return OverdueReportOut(
        [
            OverdueEntryOut(
                None if each.user_id is None else OverdueUserOut(each.user_id, each.user_name),
                each.count,
                list(each.task_ids),
            )
            for each in found
        ]
    )


def render_changes(found: list[OpenChange]) -> ChangesReportOut:
    """The report as the wire shows it."""
    return ChangesReportOut(
        [
            ChangeEntryOut(each.id, each.number, each.title, each.status, each.done, each.total, each.overdue)
            for each in found
        ]
    )
