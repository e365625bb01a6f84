"""The workers' backlog as metrics: read from the database, so that every server tells of every worker."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric

from punchlist.services.backlog import Backlog


class BacklogCollector:
    """A backlog, in the form in which prometheus-client collects."""

    def __init__(self, backlog: Backlog) -> None:
        self._backlog = backlog

    def collect(self) -> Iterator[Metric]:
        backlog = self._backlog
        yield GaugeMetricFamily(
            "punchlist_events_unlinked", "Events that wait for their link.", backlog.record.unlinked
        )
        yield GaugeMetricFamily(
            "punchlist_events_lag_seconds", "Age of the oldest of them.", backlog.record.oldest_seconds
        )
        unread = GaugeMetricFamily(
            "punchlist_events_unread", "Linked events that a reader has not read.", labels=["reader"]
        )
        for reader, count in backlog.unread.items():
            unread.add_metric([reader], count)
        yield unread
        jobs = GaugeMetricFamily(
            "punchlist_jobs", "Jobs of the queue; failed: given up within a week.", labels=["job", "state"]
        )
        lag = GaugeMetricFamily(
            "punchlist_jobs_lag_seconds", "How long the oldest job has been due.", labels=["job"]
        )
        for each in backlog.jobs:
            for state in ("waiting", "in_hand", "failed"):
                jobs.add_metric([each.name, state], getattr(each, state))
            lag.add_metric([each.name], each.overdue_seconds)
        yield jobs
        yield lag
