"""What the database alone can do: pgbench with the very statements the server runs.

The SQL comes from the server's own store, so that the two cannot drift; only the parameters are
written anew, as pgbench variables. The version that the first statement read goes into the second,
so that every update really happens.
"""

from __future__ import annotations

import asyncio
import re
import resource
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

# pgbench reads its log's lines as: client, transaction, microseconds, script, second, microsecond.
LATENCY, SECOND, MICROSECOND = 2, 4, 5


class Statement(msgspec.Struct, frozen=True):
    """SQL with ``$n`` parameters, and what pgbench puts in each: variables or expressions of them."""

    sql: str
    arguments: Sequence[str]

    def render(self) -> str:
        """Returns the statement with its parameters in pgbench's own writing."""
        return re.sub(r"\$(\d+)", lambda n: self.arguments[int(n[1]) - 1], self.sql).rstrip().rstrip(";")


class Script(msgspec.Struct, frozen=True):
    """A pgbench transaction, with the values of its variables."""

    text: str
    variables: Mapping[str, str]


class Ceiling(msgspec.Struct, frozen=True):
    """What a pgbench run saw: latencies in microseconds, of the measured window only.

    `succeeded` counts the transactions of the whole run, warm-up included.
    """

    seconds: float
    latencies: list[int]
    succeeded: int
    cpu_seconds: float
    problems: list[str]


def compose(load: Statement, saves: Sequence[Statement], tasks: int, connections: int) -> str:
    """Writes a transaction script: load a random task, then save what its version asks for.

    A task of version v gets ``saves[(v - 1) % len(saves)]``, so that the saves alternate as the
    HTTP load's bodies do. Clients own tasks as the HTTP load's connections do. Needs the load to
    return a column named version.
    """
    lines = [
        f"\\set n :client_id + {connections} * random(0, {tasks // connections - 1})",
        f"{load.render()} \\gset",
    ]
    for position, save in enumerate(saves):
        word = "if" if position == 0 else "elif"
        lines += [f"\\{word} (:version - 1) % {len(saves)} = {position}", f"{save.render()};"]
    if saves:
        lines.append("\\endif")
    return "\n".join(lines) + "\n"


async def run(
    pgbench: Path,
    dsn: str,
    script: Script,
    *,
    connections: int,
    warmup: float,
    seconds: float,
) -> Ceiling:
    """Runs a script with prepared statements over `connections` clients."""
    with tempfile.TemporaryDirectory(prefix="punchlist-pgbench-") as name:
        folder = Path(name)
        path = folder / "script.sql"
        path.write_text(script.text)
        arguments = [
            *("--no-vacuum", "--protocol=prepared", "--jobs=2", f"--client={connections}"),
            *(f"--time={round(warmup + seconds)}", "--log", f"--log-prefix={folder / 'log'}"),
            *(f"--define={key}={value}" for key, value in script.variables.items()),
            f"--file={path}",
        ]
        before = _children_cpu()
        process = await asyncio.create_subprocess_exec(
            str(pgbench),
            *arguments,
            dsn,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        cpu = _children_cpu() - before
        problems = []
        if process.returncode != 0:
            problems.append(f"pgbench ended with {process.returncode}: {output.decode()[-2000:]}")
        return _read_logs(folder, warmup, cpu, problems)


def _read_logs(folder: Path, warmup: float, cpu: float, problems: list[str]) -> Ceiling:
    """Reads every thread's log; what ended before the warm-up was over is left out."""
    ended: list[float] = []
    took: list[int] = []
    for log in folder.glob("log.*"):
        for line in log.read_text().splitlines():
            fields = line.split()
            ended.append(int(fields[SECOND]) + int(fields[MICROSECOND]) / 1e6)
            took.append(int(fields[LATENCY]))
    if not ended:
        return Ceiling(1.0, [], 0, cpu, problems or ["pgbench logged nothing"])
    began = min(at - micros / 1e6 for at, micros in zip(ended, took, strict=True))
    window = [micros for at, micros in zip(ended, took, strict=True) if at >= began + warmup]
    return Ceiling(max(max(ended) - began - warmup, 0.001), window, len(ended), cpu, problems)


def _children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
