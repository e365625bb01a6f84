"""Examples of reports: three days of a small team."""

import datetime as dt
from typing import Any

from punchlist.api.common.tables import table
from punchlist.api.openapi.tasks.examples import GRACE_ID, STARTED, TASK_ID, shown
from punchlist.api.tasks import reports
from punchlist.api.tasks import wire_reports as wire
from punchlist.domain.change_lifecycle import ChangeStatus
from punchlist.domain.lifecycle import Status
from punchlist.domain.reports import CycleTimes, Finished, Interval, OpenChange, Overdue, Window

_WINDOW = Window(dt.date(2026, 1, 14), Interval.DAY, 3)
_HOUR = dt.timedelta(hours=1)


def _reports() -> dict[str, tuple[Any, reports.Rows]]:
    """Each report by the name of its endpoint, with its rows."""
    done = Finished(TASK_ID, "Implement authentication", STARTED - 26.5 * _HOUR, STARTED, 26.5)
    counts = [dict.fromkeys(Status, 0) | {Status.TODO: place + 1, Status.DONE: place} for place in range(3)]
    flow = wire.render_flow(_WINDOW, counts)
    throughput = wire.render_throughput(_WINDOW, [(1, 0), (2, 1), (2, 1)])
    cycle_times = wire.render_cycle_times(_WINDOW, CycleTimes([done], 1, (26.5, 26.5, 26.5)))
    overdue = wire.render_overdue([Overdue(GRACE_ID, "Grace Hopper", 1, (TASK_ID,))])
    change = OpenChange(
        "F3QN8W0ZK5TD1VJ7XM2B", "ECO-000026", "A stronger hinge", ChangeStatus.EFFECTIVE, 1, 2, 0
    )
    changes = wire.render_changes([change])
    return {
        "flow_report": (flow, reports.rows_of_flow(flow)),
        "throughput_report": (throughput, reports.rows_of_throughput(throughput)),
        "cycle_time_report": (cycle_times, reports.rows_of_cycle_times(cycle_times)),
        "overdue_report": (overdue, reports.rows_of_overdue(overdue)),
        "changes_report": (changes, reports.rows_of_changes(changes)),
    }


ANSWERS = {name: shown(report) for name, (report, _) in _reports().items()}
TABLES = {name: (table(name, *rows).body or b"").decode() for name, (_, rows) in _reports().items()}
