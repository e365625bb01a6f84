"""The HTTP side of `punchlist serve`: the listening socket, and uvicorn in one process or several."""

import ctypes
import http.client
import multiprocessing
import os
import signal
import socket
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from punchlist import logs
from punchlist.cli.output import CommandError
from punchlist.settings import Settings, from_handoff

if TYPE_CHECKING:
    from uvicorn import Config

# Longer than the 60 s for which the usual proxies keep a connection open: if the server closed first, a
# request on its way would be lost.
KEEP_ALIVE_SECONDS = 75

# A worker that imports the application on a busy machine is slow, not dead.
WORKER_SILENCE_SECONDS = 30

_PR_SET_PDEATHSIG = 1

# prometheus-client's own name for the directory in which workers count together.
_SHARED_METRICS = "PROMETHEUS_MULTIPROC_DIR"


def listen(host: str, port: int) -> socket.socket:
    """Binds the address, so that one that is taken is known before anything else is started."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        raise CommandError(
            f"Cannot listen on {host} port {port}: {error.strerror}; "
            "stop what uses it, or choose another with --host and --port."
        ) from None
    listener.set_inheritable(True)
    return listener


def url_of(host: str, port: int) -> str:
    """Returns the URL by which this machine reaches a server that listens there."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  (compared, not bound)
    return f"http://{f'[{reachable}]' if ':' in reachable else reachable}:{port}"


def lives(url: str) -> bool:
    """Tells whether a Punchlist server answers there."""
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=5)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _config(settings: Settings) -> "Config":
    from uvicorn import Config

    from punchlist.api.protocol import Protocol

    return Config(
        "punchlist.cli.http:application",
        factory=True,
        loop="uvloop",
        http=Protocol,
        lifespan="on",
        workers=settings.workers,
        # The application logs its requests, and configures logging in each process.
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=settings.shutdown_grace_seconds,
        timeout_worker_healthcheck=WORKER_SILENCE_SECONDS,
    )


def application() -> Any:
    """Makes the application in a process that serves; uvicorn calls it there."""
    settings, _ = from_handoff()
    logs.configure(settings.log_format, settings.log_level)
    if settings.workers > 1:
        _end_with_parent()
        _forget_dead_workers()
    from punchlist.api.app import from_environment

    return from_environment()


def _end_with_parent() -> None:
    """Makes a worker stop when the process that supervises it is gone, however that ended: else it would
    keep the port, without a database."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    parent = multiprocessing.parent_process()
    if parent is not None and os.getppid() != parent.pid:  # gone before we asked
        signal.raise_signal(signal.SIGTERM)


def _forget_dead_workers() -> None:
    """Drops the gauges of a worker in whose place this one was started; its counters stay counted."""
    from prometheus_client.multiprocess import mark_process_dead

    for pid in {path.stem.rpartition("_")[2] for path in Path(os.environ[_SHARED_METRICS]).glob("*.db")}:
        if not Path(f"/proc/{pid}").exists():
            mark_process_dead(int(pid))  # type: ignore[no-untyped-call]


def run(settings: Settings, listener: socket.socket) -> None:
    """Serves until a signal says stop; requests in flight are finished. The handoff is in os.environ.

    Raises SystemExit where the application cannot start.
    """
    config = _config(settings)
    if settings.workers == 1:
        from uvicorn import Server

        Server(config).run(sockets=[listener])
        return
    from uvicorn.config import STARTUP_FAILURE

    from punchlist.cli.workers import Workers

    with tempfile.TemporaryDirectory(prefix="punchlist-metrics-") as shared:
        os.environ[_SHARED_METRICS] = shared
        workers = Workers(config, sockets=[listener])
        workers.run()
    if any(process.exitcode == STARTUP_FAILURE for process in workers.processes):
        sys.exit(STARTUP_FAILURE)
