"""The machine that readers sit at: a directory that looks like a clone, free ports, and servers.

All pages are read at one machine, one after the other, because every start of a server costs seconds. A page
must not depend on what another one left behind; what it shows of a start is compared with a fresh start.
"""

import contextlib
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx

from punchlist.settings import SETTINGS
from scripts.generate_docs import ROOT
from tests.support.servers import PATIENCE_SECONDS, eventually

# Where the pages say that everything is, and the port they mean where they say none.
HOME = "/home/me/punchlist"
USUAL_PORT = "8000"

_PORT = re.compile(r"\b80\d\d\b")


class _Server(NamedTuple):
    command: str
    process: "subprocess.Popen[bytes]"
    said: Path


class Machine:
    """Where the pages' commands are run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115  (a pipe nobody reads would fill up)
        self._ports: dict[str, str] = {}
        self._servers: dict[str, _Server] = {}
        (folder / ".venv").symlink_to(sys.prefix)
        (folder / "Makefile").symlink_to(ROOT / "Makefile")
        self.environment = self._environment_here()

    def _environment_here(self) -> dict[str, str]:
        """This process's, without what a developer may have set, and with a curl."""
        tools = self.folder / "tools"
        tools.mkdir()
        if shutil.which("curl") is None:
            stand_in = tools / "curl"
            stand_in.write_text(f"#!{sys.executable}\nfrom tests.docs.curl import main\nmain()\n")
            stand_in.chmod(0o755)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PUNCHLIST_")}
        port = {SETTINGS["port"].variable: self._port(USUAL_PORT)}
        places = [str(Path(sys.executable).parent), str(tools), kept["PATH"]]
        return kept | port | {"PATH": ":".join(places), "PYTHONPATH": str(ROOT), "COLUMNS": "200"}

    def _port(self, theirs: str) -> str:
        if theirs not in self._ports:
            with socket.create_server(("127.0.0.1", 0)) as free:
                self._ports[theirs] = str(free.getsockname()[1])
        return self._ports[theirs]

    def put_here(self, commands: str) -> str:
        """A page's commands with the ports that are free here."""
        return _PORT.sub(lambda port: self._port(port[0]), commands)

    def as_the_pages_have_it(self, text: str) -> str:
        """What came here, with the ports and paths of the pages."""
        for theirs, ours in self._ports.items():
            text = re.sub(rf"\b{ours}\b", theirs, text)
        return text.replace(str(self.folder), HOME).replace(sys.prefix, f"{HOME}/.venv")

    def complaints(self) -> str:
        """What was said on stderr, by anybody."""
        return os.pread(self.errors.fileno(), 100_000, 0).decode()

    def serve(self, command: str, *, lines: int) -> str:
        """Makes a server run by a page's command, and returns what it said, of which so many lines matter.

        One that runs by the same command is as good as another, if nobody wants to see its start.
        """
        theirs = port[0] if (port := _PORT.search(command)) else USUAL_PORT
        running = self._servers.get(theirs)
        if running is None or running.command != command or lines:
            if running is not None:
                self._stop(theirs)
            running = self._servers[theirs] = self._start(command, theirs)
        said = running.said
        return str(eventually(lambda: text if (text := said.read_text()).count("\n") >= lines else None))

    def _start(self, command: str, theirs: str) -> _Server:
        words = shlex.split(self._recipe() if command == "make run" else self.put_here(command))
        said = self.folder / f"server-{theirs}.log"
        with said.open("wb") as out:
            process = subprocess.Popen(
                words, cwd=self.folder, env=self.environment, stdout=out, stderr=self.errors
            )
        url = f"http://127.0.0.1:{self._port(theirs)}/health/ready"
        with httpx.Client(trust_env=False) as client:  # one for all: making one takes longer than asking
            eventually(lambda: process.poll() is not None or client.get(url).is_success)
        assert process.poll() is None, self.complaints()
        return _Server(command, process, said)

    def _recipe(self) -> str:
        """What `make run` runs once everything is installed."""
        # These tests may themselves be run by make, which would then say whose child this one is.
        command = ["make", "--no-print-directory", "-n", "run", f"PORT={self._port(USUAL_PORT)}"]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()[-1].removeprefix("exec ")

    def _stop(self, theirs: str) -> None:
        """Presses Ctrl-C, so to speak."""
        process = self._servers.pop(theirs).process
        process.terminate()
        assert process.wait(PATIENCE_SECONDS) == 0

    def switch_off(self) -> None:
        """Stops everything."""
        for theirs in list(self._servers):
            self._stop(theirs)
        self.errors.close()


@contextlib.contextmanager
def machine(folder: Path) -> Iterator[Machine]:
    """A machine for the block."""
    switched_on = Machine(folder)
    try:
        yield switched_on
    finally:
        switched_on.switch_off()
