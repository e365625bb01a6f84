"""Servers to test: the application in a thread of this process, and `punchlist serve` as people run it."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from punchlist.api.app import create_app
from punchlist.api.protocol import Protocol
from punchlist.settings import Settings

# A server on a busy machine is slow, not broken: tests wait for what must come, and fail late.
PATIENCE_SECONDS = 60.0

PUNCHLIST = str(Path(sys.executable).with_name("punchlist"))


def eventually(true: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
    """Waits until something holds, and returns it."""
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(httpx.TransportError):
            if found := true():
                return found
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)


@contextlib.contextmanager
def in_thread(settings: Settings, dsn: str) -> Iterator[str]:
    """Serves the application from a thread, with the same loop and parser as `punchlist serve`."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        create_app(settings, dsn),
        loop="uvloop",
        http=Protocol,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=5,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), name="server", daemon=True)
    thread.start()
    try:
        eventually(lambda: server.started or not thread.is_alive())
        assert server.started, "the server did not start"
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)
        listener.close()


class ServeProcess:
    """A running `punchlist serve`, with what it logged."""

    def __init__(self, *arguments: str, cwd: Path) -> None:
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115  (a pipe nobody reads would fill up)
        self.process = subprocess.Popen(
            [PUNCHLIST, "serve", "--port", "0", "--json", *arguments],
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            cwd=cwd,
            env={name: value for name, value in os.environ.items() if "PUNCHLIST" not in name},
        )
        self.url: str = self._announced()["url"]

    def _announced(self) -> dict[str, Any]:
        """What it says, on as many lines as it takes, when it is ready."""
        assert self.process.stdout is not None
        said = b""
        for line in self.process.stdout:
            said += line
            with contextlib.suppress(json.JSONDecodeError):
                announced: dict[str, Any] = json.loads(said)
                return announced
        self.process.wait(PATIENCE_SECONDS)
        raise AssertionError(f"punchlist serve did not start: {self.log()}")

    def log(self) -> str:
        """Everything that it has written to stderr so far."""
        return os.pread(self._stderr.fileno(), 10_000_000, 0).decode()

    def log_lines(self) -> list[dict[str, Any]]:
        """Its log as objects; for a server with `--log-format json`."""
        return [json.loads(line) for line in self.log().splitlines()]

    def forget(self) -> None:
        """Throws the log away."""
        self._stderr.close()

    def signal(self, number: int = signal.SIGTERM) -> None:
        """Tells it to stop, and does not wait."""
        self.process.send_signal(number)

    def stop(self) -> int:
        """Tells it to stop, unless it has ended, and returns its exit code."""
        if self.process.poll() is None:
            self.signal()
        try:
            return self.process.wait(PATIENCE_SECONDS)
        finally:
            self.process.kill()
            assert self.process.stdout is not None
            self.process.stdout.close()


@contextlib.contextmanager
def serving(*arguments: str, cwd: Path) -> Iterator[ServeProcess]:
    """Runs `punchlist serve` for the block."""
    server = ServeProcess(*arguments, cwd=cwd)
    try:
        yield server
    finally:
        server.stop()
        server.forget()
