"""The program as a user runs it: a process, its exit code, and what it prints."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

PROGRAM = [sys.executable, "-m", "punchlist.cli.main"]


class Ran(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        """What it printed as JSON."""
        return json.loads(self.out)


def clean_environment(**settings: str) -> dict[str, str]:
    """Returns the environment without what a developer may have set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PUNCHLIST_")}
    return kept | settings


def run(*words: str | Path, stdin: str = "", **environment: str) -> Ran:
    """Runs a command to its end."""
    done = subprocess.run(
        [*PROGRAM, *map(str, words)],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=clean_environment(COLUMNS="200", **environment),
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Ran(done.returncode, done.stdout, done.stderr)


def ok(*words: str | Path, stdin: str = "") -> Ran:
    """Runs a command that must succeed."""
    ran = run(*words, stdin=stdin)
    assert ran.code == 0, ran
    return ran


def complains(*words: str | Path, stdin: str = "", **environment: str) -> str:
    """Runs a command that must fail with one sentence, and returns that."""
    ran = run(*words, stdin=stdin, **environment)
    assert (ran.code, ran.out) == (1, ""), ran
    assert ran.err.startswith("punchlist: ")
    assert ran.err.count("\n") == 1
    return ran.err


def key_of_an_admin(data_dir: Path) -> str:
    """Makes a first user, who is an admin, and returns a key of theirs."""
    place = ("--data-dir", data_dir)
    ok("user", "add", "--name", "Ada", "--email", "ada@example.com", "--role", "admin", *place)
    token: str = ok("key", "create", "--user", "ada@example.com", "--name", "k", "--json", *place).value[
        "token"
    ]
    return token


class Server:
    """A running `punchlist serve`."""

    def __init__(self, process: "subprocess.Popen[str]", announced: dict[str, Any]) -> None:
        self.process = process
        self.announced = announced
        self.url: str = announced["url"]

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


@contextlib.contextmanager
def served(data_dir: Path, *words: str) -> Iterator[Server]:
    """Starts a server on a free port and waits until it says that it is ready."""
    command = [*PROGRAM, "serve", "--data-dir", str(data_dir), "--port", "0", "--json", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=clean_environment()) as process:
        assert process.stdout is not None
        printed = ""
        while printed.count("{") == 0 or printed.count("{") != printed.count("}"):
            line = process.stdout.readline()
            assert line, f"it ended with {process.wait()} before it was ready"
            printed += line
        try:
            yield Server(process, json.loads(printed))
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(60)
