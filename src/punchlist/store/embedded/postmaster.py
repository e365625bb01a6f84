"""PostgreSQL's server process: starting it, ending one that was left behind, stopping ours for sure."""

import contextlib
import logging
import os
import signal
import subprocess
import time
from collections import deque
from pathlib import Path
from typing import IO

from punchlist.store.embedded.identity import RunAs, environment
from punchlist.store.embedded.place import PORT, EmbeddedError, Place, installation
from punchlist.store.embedded.processes import topmost, working_in

log = logging.getLogger("punchlist.postgres")

# What a stopping postmaster is told, and how long it has to obey: fast shutdown (ends sessions, writes
# a checkpoint), immediate shutdown (recovers at the next start), and the end.
STOPPING = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))

POLL_SECONDS = 0.02

# What PostgreSQL says to those who knock too early or too late; its readiness is asked all the time.
_NOT_WORTH_A_LINE = (
    "the database system is starting up",
    "the database system is shutting down",
    "the database system is in recovery mode",
    "the database system is not yet accepting connections",
)


def spawn(place: Place, run_as: RunAs, max_connections: int) -> subprocess.Popen[str]:
    """Starts a postmaster whose log comes through its stderr. Must be called by a thread that stays:
    the kernel ends the postmaster when the thread that started it ends."""
    must_hold = {
        "listen_addresses": "",
        "unix_socket_directories": '"{}"'.format(str(place.sockets).replace('"', '""')),
        "unix_socket_permissions": "0700",
        "port": PORT,
        "max_connections": max_connections,
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "logging_collector": "off",
        "log_destination": "stderr",
        "log_line_prefix": "",
        # Errors of statements go to the client, which is us, and we log them; here they would carry
        # people's data. LOG ranks above ERROR, so that starts, stops and crashes are told.
        "log_min_messages": "log",
        "log_checkpoints": "off",
        "cluster_name": "punchlist",
    }
    settings = [word for name, value in must_hold.items() for word in ("-c", f"{name}={value}")]
    return subprocess.Popen(  # noqa: S603
        run_as.command(installation() / "bin" / "postgres", "-D", place.cluster, *settings),
        cwd="/",
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        # Ctrl-C in a terminal goes to its whole foreground group; PostgreSQL must outlive the requests.
        start_new_session=True,
    )


def relay(stream: IO[str], complaints: deque[str]) -> None:
    """Passes PostgreSQL's log on to ours until it ends; keeps its complaints for an error's text."""
    with stream:
        _relay(stream, complaints)


def _relay(stream: IO[str], complaints: deque[str]) -> None:
    for line in stream:
        level, _, text = line.strip().partition(":")
        text = text.strip()
        if level in ("FATAL", "PANIC") and not text.startswith(_NOT_WORTH_A_LINE):
            complaints.append(text)
            log.warning("PostgreSQL: %s", text)
        else:
            log.debug("PostgreSQL: %s", line.strip())


def clear_the_way(place: Place, who: RunAs) -> None:
    """Ends whatever a server that was killed left running in the cluster, and removes its stale files.

    Needs the owner's lock: without it, what runs here may be somebody's.
    """
    left_behind = working_in(place, who)
    if left_behind:
        log.warning("Stopping the PostgreSQL that an earlier server left behind (processes %s)", left_behind)
        _end_all(place, who)
    # PostgreSQL refuses to start when the number in one of these is some living process of the same
    # user, which after a crash is a matter of chance.
    for stale in (place.cluster / "postmaster.pid", place.socket, Path(f"{place.socket}.lock")):
        stale.unlink(missing_ok=True)


def _end_all(place: Place, who: RunAs) -> None:
    for number, patience in STOPPING:
        deadline = time.monotonic() + patience
        for pid in topmost(working_in(place, who)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        while time.monotonic() < deadline:
            if not working_in(place, who):
                return
            time.sleep(POLL_SECONDS)
    raise EmbeddedError(
        f"Processes {working_in(place, who)} still work in {place.cluster} and cannot be ended; "
        "end them by hand."
    )


def stop(child: subprocess.Popen[str]) -> None:
    """Stops a postmaster that we started."""
    for number, patience in STOPPING:
        child.send_signal(number)
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            log.warning("PostgreSQL did not stop on %s within %g s", number.name, patience)
        else:
            return
