"""The endpoints for reports: their parameters, their rows of the route table, what they do.

Each answers JSON, or the same as a table for a spreadsheet.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from punchlist.api.common import parameters as read
from punchlist.api.common.calls import Answer, Call
from punchlist.api.common.endpoints import Endpoint
from punchlist.api.common.parameters import Parameter
from punchlist.api.common.problems import HttpKind
from punchlist.api.common.tables import table, wants_table
from punchlist.api.tasks import wire_reports as wire
from punchlist.api.tasks.handlers import ok
from punchlist.domain import limits
from punchlist.domain.keys import Scope
from punchlist.domain.lifecycle import Status
from punchlist.domain.problems import Problem, Reason, Rejected
from punchlist.domain.reports import Interval, Window, window_of
from punchlist.services import reports

R = TypeVar("R")

_TEXT = {"type": "string"}
_DATE = _TEXT | {"format": "date"}
_FORMATS = ("json", "csv")

_FORMAT = Parameter(
    "format",
    read.one_of(_FORMATS),
    _TEXT | {"enum": list(_FORMATS)},
    "As which the report is wanted; without it, `Accept` says.",
)
_DAYS = (
    Parameter("from", read.date, _DATE, "The first day (UTC). Default: 30 days, or 13 weeks, in all."),
    Parameter("to", read.date, _DATE, "The last day (UTC). Default, and at the latest: today."),
)
_INTERVAL = Parameter(
    "interval",
    read.one_of(tuple(Interval)),
    _TEXT | {"enum": list(map(str, Interval)), "default": Interval.DAY.value},
    "How long a bucket is; a week begins on Monday.",
)


def wanted_window(parameters: dict[str, Any], today: dt.date) -> Window:
    """The days that a request asks for; raises Rejected when there are none, or too many."""
    interval = Interval(parameters.get("interval", Interval.DAY))
    window = window_of(parameters.get("from"), parameters.get("to"), interval, today=today)
    if window.buckets < 1:
        raise _bad_window("a date on or before `to`, and not in the future")
    if window.buckets > limits.REPORT_BUCKETS_MAX:
        raise _bad_window(f"at most {limits.REPORT_BUCKETS_MAX} {interval}s before the end")
    return window


def _bad_window(expected: str) -> Rejected:
    return Rejected(HttpKind.INVALID_PARAMETERS, [Problem("from", Reason.MALFORMED, {"expected": expected})])


# A table's headings, and its lines.
Rows = tuple[Sequence[str], Sequence[Sequence[Any]]]


def rows_of_flow(report: wire.FlowReportOut) -> Rows:
    """The report as a table."""
    statuses = [status.value for status in Status]
    rows = [(each.start, *(getattr(each.counts, name) for name in statuses)) for each in report.buckets]
    return ("start", *statuses), rows


def rows_of_throughput(report: wire.ThroughputReportOut) -> Rows:
    """The report as a table."""
    rows = [(each.start, each.created, each.finished) for each in report.buckets]
    return ("start", "created", "finished"), rows


def rows_of_cycle_times(report: wire.CycleTimeReportOut) -> Rows:
    """The report as a table; what can be computed from it is left to the spreadsheet."""
    rows = [(each.id, each.title, each.started_at, each.finished_at, each.hours) for each in report.tasks]
    return ("id", "title", "startedAt", "finishedAt", "hours"), rows


def rows_of_overdue(report: wire.OverdueReportOut) -> Rows:
    """The report as a table."""
    rows = [
        (each.user and each.user.id, each.user and each.user.name, each.count, " ".join(each.ids))
        for each in report.people
    ]
    return ("userId", "userName", "count", "ids"), rows


def rows_of_changes(report: wire.ChangesReportOut) -> Rows:
    """The report as a table."""
    columns = wire.ChangeEntryOut.__struct_encode_fields__
    return columns, [tuple(getattr(each, name) for name in columns) for each in report.changes]


def _answer(call: Call, name: str, report: R, rows_of: Callable[[R], Rows]) -> Answer:
    if wants_table(call.headers, call.parameters.get("format")):
        return table(f"{name}-{call.now:%Y-%m-%d}", *rows_of(report))
    return ok(report, headers={"vary": "accept"})


async def flow(call: Call) -> Answer:
    window = wanted_window(call.parameters, call.now.date())
    report = wire.render_flow(window, await reports.flow(call.db, call.context, window))
    return _answer(call, "flow", report, rows_of_flow)


async def throughput(call: Call) -> Answer:
    window = wanted_window(call.parameters, call.now.date())
    report = wire.render_throughput(window, await reports.throughput(call.db, call.context, window))
    return _answer(call, "throughput", report, rows_of_throughput)


async def cycle_time(call: Call) -> Answer:
    window = wanted_window(call.parameters, call.now.date())
    report = wire.render_cycle_times(window, await reports.cycle_times(call.db, call.context, window))
    return _answer(call, "cycle-time", report, rows_of_cycle_times)


async def overdue(call: Call) -> Answer:
    report = wire.render_overdue(await reports.overdue(call.db, call.context))
    return _answer(call, "overdue", report, rows_of_overdue)


async def changes(call: Call) -> Answer:
    report = wire.render_changes(await reports.open_changes(call.db, call.context))
    return _answer(call, "changes", report, rows_of_changes)


_report = partial(Endpoint, method="GET", tag="Reports", scope=Scope.TASKS_READ, tabular=True)

ENDPOINTS: tuple[Endpoint, ...] = (
    _report(path="/v1/reports/flow", handler=flow, name="flow_report", summary="Report the flow",
            description="How many of the tasks that you may see were in each status when each bucket ended.",
            answers={200: wire.FlowReportOut}, parameters=(*_DAYS, _INTERVAL, _FORMAT)),
    _report(path="/v1/reports/throughput", handler=throughput, name="throughput_report",
            summary="Report the throughput",
            description="How many of the tasks that you may see were created and finished in each bucket.",
            answers={200: wire.ThroughputReportOut}, parameters=(*_DAYS, _INTERVAL, _FORMAT)),
    _report(path="/v1/reports/cycle-time", handler=cycle_time, name="cycle_time_report",
            summary="Report cycle times",
            description="How many hours passed, of each task finished in those days that you may see, from"
            " when it first was in progress.",
            answers={200: wire.CycleTimeReportOut}, parameters=(*_DAYS, _FORMAT)),
    _report(path="/v1/reports/overdue", handler=overdue, name="overdue_report",
            summary="Report what is overdue",
            description="Of the tasks that you may see, by whose they are.",
            answers={200: wire.OverdueReportOut}, parameters=(_FORMAT,)),
    _report(path="/v1/reports/changes", handler=changes, name="changes_report", summary="Report open changes",
            description="With how many of their implementation tasks are done and overdue.",
            scope=Scope.CHANGES_READ, answers={200: wire.ChangesReportOut}, parameters=(_FORMAT,)),
)  # fmt: skip
