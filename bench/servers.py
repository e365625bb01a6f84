"""Server processes under measure: start one, wait until it answers, count its CPU, stop it."""

from __future__ import annotations

import asyncio
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 30.0
STOP_SECONDS = 10.0
# Connections to the database of each server under measure: the same for all, or it is no comparison.
POOL_SIZE = 10


class Server:
    """One server process on a free loopback port, its output in a log file.

    `works`: it has a worker, which would go on linking what others write on the same database.
    """

    def __init__(self, name: str, log: Path, *, works: bool = False) -> None:
        self.name = name
        self.works = works
        self.log = log
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    async def start(self, command: Sequence[str], environment: Mapping[str, str], ready: str) -> None:
        """Starts the process and returns once `ready` answers 200; raises with its log otherwise.

        ``{port}`` in the command stands for the port.
        """
        self._begin = partial(self.start, command, environment, ready)
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(  # noqa: ASYNC220  (starting is not what is measured)
                [part.format(port=self.port) for part in command],
                cwd=ROOT,
                env={**os.environ, **environment},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START_SECONDS
        while not _answers(self.port, ready):
            if self.process.poll() is not None or time.monotonic() > deadline:
                tail = self.log.read_text(errors="replace")[-3000:]
                await self.stop()
                raise RuntimeError(f"{self.name} did not start:\n{tail}")
            await asyncio.sleep(0.1)

    async def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            await asyncio.to_thread(self.process.wait, STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    async def begin_again(self) -> None:
        """Starts the process as before, unless it is running."""
        if self.process is None or self.process.poll() is not None:
            await self._begin()

    def cpu_seconds(self) -> float:
        return cpu_seconds(self.process.pid) if self.process else 0.0

    def processes(self) -> int:
        """How many processes serve: one, or the comparison is not what it says."""
        return 1 + len(psutil.Process(self.process.pid).children(recursive=True)) if self.process else 0


def cpu_seconds(pid: int) -> float:
    """Returns the CPU that a process and its children, living and gone, have used."""
    process = psutil.Process(pid)
    own = process.cpu_times()
    living = (child.cpu_times() for child in process.children())
    return (
        own.user
        + own.system
        + own.children_user
        + own.children_system
        + sum(times.user + times.system for times in living)
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def request(port: int, method: str, path: str, token: str, body: bytes | None = None) -> tuple[int, bytes]:
    """Makes one request as a client would, for the checks before a measure."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"Authorization": f"Bearer {token}"}
    if body is not None:
        headers["Content-Type"] = "application/json"
    try:
        connection.request(method, path, body=body, headers=headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def punchlist_command() -> list[str]:
    """One server process as a user starts it, but for the line of log per request, as with the peer."""
    return [
        *(str(Path(sys.executable).with_name("punchlist")), "serve"),
        *("--host", "127.0.0.1", "--port", "{port}", "--workers", "1", "--log-level", "warning"),
    ]


def peer_command() -> list[str]:
    """One uvicorn process with the fast loop and parser, and no access log: the peer at its best."""
    return [
        *(sys.executable, "-m", "uvicorn", "bench.peers.fastapi_sqlalchemy.app:app"),
        *("--host", "127.0.0.1", "--port", "{port}", "--loop", "uvloop", "--http", "httptools"),
        *("--no-access-log", "--log-level", "warning"),
    ]
