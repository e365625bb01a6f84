"""A Punchlist of its own to break: its processes, its database, and what can be killed of it."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import asyncpg
import httpx

from punchlist.store.embedded.lifecycle import dsn_of
from punchlist.store.embedded.place import place_of

PROGRAM = [sys.executable, "-m", "punchlist.cli.main"]
PATIENCE_SECONDS = 60.0


class Process:
    """A process of the plant, with what it has to say in a file."""

    def __init__(self, words: list[str], log: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PUNCHLIST_")}
        self._log = log.open("ab")
        self._process = subprocess.Popen(
            [*PROGRAM, *words], stdout=subprocess.DEVNULL, stderr=self._log, env=kept
        )

    def kill(self) -> None:
        """Ends it without a word, as a power cut would."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(PATIENCE_SECONDS)
        self._log.close()

    def stop(self) -> int:
        """Tells it to stop and returns its exit code."""
        if self._process.poll() is None:
            self._process.terminate()
        code = self._process.wait(PATIENCE_SECONDS)
        self._log.close()
        return code


class Plant:
    """A data directory with a server on a port, and workers beside it."""

    def __init__(self, folder: Path, *settings: str) -> None:
        self._folder = folder
        self._settings = settings
        self.data_dir = folder / "data"
        self._server: Process | None = None
        self._workers: list[Process] = []
        self.url = f"http://127.0.0.1:{_free_port()}"
        self.dsn = dsn_of(place_of(self.data_dir))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.stop()
        if self._server is not None:
            self._server.stop()

    def start(self) -> None:
        """Starts the server and waits until it is ready."""
        port = self.url.rpartition(":")[2]
        words = ["serve", "--data-dir", str(self.data_dir), "--port", port, "--log-level", "warning"]
        self._server = Process([*words, *self._settings], self._folder / "server.log")
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Waits until the server answers with its database."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/health/ready", timeout=5, trust_env=False).status_code == 200:
                    return
            if time.monotonic() > deadline:
                raise AssertionError(f"the server is not ready: {self.log()}")
            time.sleep(0.05)

    def start_worker(self) -> None:
        """Starts a worker beside the server."""
        words = ["worker", "--data-dir", str(self.data_dir), "--log-level", "warning"]
        settings = [each for each in self._settings if each != "--no-worker"]
        self._workers.append(Process([*words, *settings], self._folder / "worker.log"))

    def kill_server(self) -> None:
        """Kills the server; its PostgreSQL goes on, for the next one to take over."""
        assert self._server is not None
        self._server.kill()
        self._server = None

    def kill_worker(self) -> None:
        """Kills the worker that was started first."""
        self._workers.pop(0).kill()

    def kill_postgres(self) -> None:
        """Kills PostgreSQL; what it had not yet written to the disk is gone."""
        pid = int((place_of(self.data_dir).cluster / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Runs a command of the program on the data directory."""
        command = [*PROGRAM, *words, "--data-dir", str(self.data_dir)]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    def make_admin(self) -> str:
        """Makes a first user and returns a key of theirs."""
        added = self.run("user", "add", "--name", "Ada", "--email", "ada@example.com", "--role", "admin")
        assert added.returncode == 0, added.stderr
        made = self.run("key", "create", "--user", "ada@example.com", "--name", "faults", "--json")
        assert made.returncode == 0, made.stderr
        token: str = json.loads(made.stdout)["token"]
        return token

    async def rows(self, sql: str, *arguments: Any) -> list[Any]:
        """Asks the database itself."""
        connection = await asyncpg.connect(self.dsn)
        try:
            return list(await connection.fetch(sql, *arguments))
        finally:
            await connection.close()

    def log(self) -> str:
        """The end of what the server and the workers had to say."""
        return "".join(path.read_text(errors="replace")[-2000:] for path in self._folder.glob("*.log"))


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def a_plant(folder: Path, *settings: str) -> Iterator[tuple[Plant, str]]:
    """A running plant with nothing in it but an admin, and that admin's key."""
    folder.mkdir()
    with Plant(folder, *settings) as plant:
        plant.start()
        yield plant, plant.make_admin()
