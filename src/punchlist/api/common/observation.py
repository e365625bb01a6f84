"""Request ids, log lines and metrics: an ASGI layer around everything, whatever it answers."""

import logging
import random
import re
import time
from functools import cache
from typing import Any

from prometheus_client import Counter, Gauge, Histogram

from punchlist import logs
from punchlist.domain import limits
from punchlist.domain.tokens import ANY_TOKEN

_log = logging.getLogger("punchlist.access")

_SANE = re.compile(rb"[A-Za-z0-9._:/+=@-]{1,%d}" % limits.REQUEST_ID_MAX).fullmatch

# A request id tells requests apart and guards nothing, so it need not cost a call of the kernel.
_draw = random.Random().getrandbits  # noqa: S311

_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})

REQUESTS = Counter("punchlist_http_requests", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "punchlist_http_request_seconds",
    "Time from a request's head to its answer's end.",
    ["method", "route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
IN_FLIGHT = Gauge(
    "punchlist_http_requests_in_flight", "Requests being answered.", multiprocess_mode="livesum"
)


def request_id_of(scope: Any) -> str:
    """The id of a request: its caller's, if sane, else the one made here."""
    return str(scope["state"]["request_id"])


def observed(app: Any) -> Any:
    """Wraps an ASGI application: each answer carries X-Request-Id, is logged and is counted."""

    async def observe(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        started = time.perf_counter()
        request_id = _request_id(scope["headers"])
        scope.setdefault("state", {})["request_id"] = request_id
        logs.request_id.set(request_id)
        status = 500

        async def send_with_id(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode("ascii"))]
            await send(message)

        IN_FLIGHT.inc()
        try:
            await app(scope, receive, send_with_id)
        finally:
            IN_FLIGHT.dec()
            _record(scope, status, time.perf_counter() - started)

    return observe


def _request_id(headers: Any) -> str:
    for name, value in headers:
        if name == b"x-request-id" and _SANE(value):
            return str(value.decode("ascii"))
    return f"{_draw(80):020X}"


# Finding a labelled series takes longer than counting on it. There are as many as routes times statuses.
@cache
def _requests(method: str, route: str, status: int) -> Counter:
    return REQUESTS.labels(method, route, str(status))


@cache
def _seconds(method: str, route: str) -> Histogram:
    return SECONDS.labels(method, route)


def _record(scope: Any, status: int, seconds: float) -> None:
    # Never the path, nor a method made up by a client: each would make a series of its own.
    route = scope.get("path_template", "none")
    method = scope["method"] if scope["method"] in _METHODS else "other"
    _requests(method, route, status).inc()
    _seconds(method, route).observe(seconds)
    if _log.isEnabledFor(logging.INFO):
        _log.info(
            "answered",
            extra={
                "method": scope["method"],
                # A calendar's address has its token in it, and what is mistyped may have any other.
                "path": ANY_TOKEN.sub(r"\1_\2_…", scope["path"]),
                "status": status,
                "ms": round(seconds * 1000, 2),
            },
        )
