"""Health and metrics, for whoever keeps the server running."""

import datetime as dt
import os
from contextlib import suppress
from typing import Any

import msgspec
from litestar import Request, get
from litestar.response.base import ASGIResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from punchlist.api.backlog_metrics import BacklogCollector
from punchlist.api.common.state import ServerState
from punchlist.domain.problems import Unavailable
from punchlist.services.backlog import find_backlog
from punchlist.store import migrate

# prometheus-client's own name: set by whoever starts several workers, so that each can answer for all.
_SHARED_DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"


def _report(code: int, **facts: Any) -> ASGIResponse:
    headers = {"content-type": "application/json", "cache-control": "no-store"}
    if code == 503:
        headers["retry-after"] = "1"
    return ASGIResponse(body=msgspec.json.encode(facts), status_code=code, headers=headers)


@get("/health/live")
async def live() -> ASGIResponse:
    """The process answers."""
    return _report(200, status="live")


@get("/health/ready")
async def ready(request: Request[Any, Any, Any]) -> ASGIResponse:
    """The database answers and has the schema that this code needs."""
    state: ServerState = request.app.state["server"]
    try:
        revision = await migrate.revision_on(state.db)
    except Unavailable:
        return _report(503, status="unready", reason="the database cannot be reached")
    if revision != migrate.head():
        return _report(503, status="unready", reason=f"the schema is {revision}, not {migrate.head()}")
    return _report(200, status="ready", schema=revision)


@get("/metrics")
async def metrics(request: Request[Any, Any, Any]) -> ASGIResponse:
    """The figures of all server processes and of all workers, in Prometheus' text format.

    The workers' are left out while the database cannot be reached.
    """
    registry = REGISTRY
    if os.environ.get(_SHARED_DIRECTORY):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    body = generate_latest(registry)
    state: ServerState = request.app.state["server"]
    with suppress(Unavailable):
        backlog = CollectorRegistry()
        found = await find_backlog(state.db, dt.datetime.now(dt.UTC))
        backlog.register(BacklogCollector(found))
        body += generate_latest(backlog)
    return ASGIResponse(body=body, headers={"content-type": CONTENT_TYPE_LATEST})
