"""A closed-loop HTTP load in a process of its own: ``python -m bench.load < plan.json``.

It shares two cores with the server and the database it measures, so it must cost little: a bare
asyncio protocol on uvloop, requests made of templates, responses read no further than status and
Content-Length. It knows nothing of Punchlist: a plan says which request templates a task cycles
through, and the caller checks in the database that the requests did what they said.
"""

from __future__ import annotations

import asyncio
import re
import sys
import time
from array import array
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import cast

import msgspec
import uvloop

# After the last request is sent, how long the slowest answer may take before it is a failure.
GRACE_SECONDS = 10.0
# An answer longer than this is a fault of the server, not something to buffer.
LARGEST_ANSWER = 4 * 1024 * 1024
HEAD_END = b"\r\n\r\n"
MARK = re.compile(rb"\{id(?://(\d+))?\}")


class Plan(msgspec.Struct, frozen=True):
    """One load: `templates` are whole HTTP requests, each the text of a `Template`.

    A task goes through the templates in turn, one step with each success, so that alternating
    bodies are real changes every time.
    """

    host: str
    port: int
    templates: list[str]
    tasks: int
    connections: int = 32
    warmup: float = 1.0
    seconds: float = 5.0
    max_requests: int = 2_000_000
    seed: int = 1


class Template:
    """A text with the ids of a task, by its number, and of what it belongs to.

    ``{id}`` is the number, written with twenty digits; ``{id//100}`` that of the hundred it is one of.
    """

    def __init__(self, text: str) -> None:
        raw = text.encode()
        self.form = MARK.sub(b"%020d", raw.replace(b"%", b"%%"))
        self.divisors = [int(divisor or 1) for divisor in MARK.findall(raw)]

    def of(self, task: int) -> bytes:
        return self.form % tuple([task // divisor for divisor in self.divisors])


class Outcome(msgspec.Struct, frozen=True):
    """What a load saw. Latencies are microseconds, of the measured window only.

    `succeeded` counts every success from the first request on, warm-up included: it is what the
    database must have seen. `failures` counts by reason, likewise from the first request on.
    """

    seconds: float
    latencies: list[int]
    succeeded: int
    failures: dict[str, int]
    first_failure: str
    cpu_seconds: float


class Load:
    """The state that all connections of one load share."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.templates = [Template(text) for text in plan.templates]
        self.steps = bytearray(plan.tasks)
        self.began = array("d")
        self.took = array("d")
        self.sent = 0
        self.succeeded = 0
        self.failures: Counter[str] = Counter()
        self.first_failure = ""
        self.end = float("inf")
        self.open = 0
        self.done = asyncio.Event()

    def fail(self, reason: str, answer: bytes = b"") -> None:
        self.failures[reason] += 1
        if not self.first_failure:
            self.first_failure = f"{reason}: {answer[:600].decode('latin-1')}"


class Connection(asyncio.Protocol):
    """One keep-alive connection: send, wait for the whole answer, send again.

    It owns the tasks `index`, `index + connections`, …: no two connections write one task, so the
    step of each is known without reading.
    """

    def __init__(self, load: Load, index: int) -> None:
        plan = load.plan
        self.load = load
        self.index = index
        self.stride = plan.connections
        self.owned = len(range(index, plan.tasks, plan.connections))
        self.random: Callable[[], float] = Random(plan.seed * 1000 + index).random
        self.pending = b""
        self.waiting = False
        self.task = 0
        self.began = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.load.open += 1

    def send(self) -> None:
        load = self.load
        now = time.perf_counter()
        if now >= load.end or load.sent >= load.plan.max_requests:
            self.transport.close()
            return
        self.task = task = self.index + self.stride * int(self.random() * self.owned)
        load.sent += 1
        self.waiting = True
        self.began = now
        self.transport.write(load.templates[load.steps[task]].of(task))

    def data_received(self, data: bytes) -> None:
        if self.pending:
            data = self.pending + data
        head = data.find(HEAD_END)
        size = -1 if head < 0 else head + 4 + _content_length(data, head)
        if (head < 0 or len(data) < size) and len(data) < LARGEST_ANSWER:
            self.pending = data
            return
        self.pending = b""
        if len(data) != size or not self.waiting:
            self.load.fail("unreadable answer", data)
            self.waiting = False
            self.transport.close()
            return
        self.waiting = False
        self._count(data)
        self.send()

    def _count(self, answer: bytes) -> None:
        load = self.load
        if answer[9] != 0x32:  # the 2 of 2xx in "HTTP/1.1 2xx"
            load.fail(answer[9:12].decode("latin-1"), answer)
            return
        load.began.append(self.began)
        load.took.append(time.perf_counter() - self.began)
        load.succeeded += 1
        step = load.steps[self.task] + 1
        load.steps[self.task] = 0 if step == len(load.templates) else step

    def connection_lost(self, exc: Exception | None) -> None:
        load = self.load
        if self.waiting:
            load.fail("connection lost", repr(exc).encode())
        elif time.perf_counter() < load.end and load.sent < load.plan.max_requests:
            load.fail("connection closed by the server")
        load.open -= 1
        if load.open == 0:
            load.done.set()


def _content_length(data: bytes, head: int) -> int:
    """Returns the length of the body after the head that ends at `head`; none said is 0."""
    at = data.find(b"content-length: ", 0, head)
    if at < 0:
        # Servers may write the name in any case; the usual ones write it as above.
        at = data[:head].lower().find(b"content-length: ")
        if at < 0:
            return 0
    stop = data.find(b"\r", at)
    return int(data[at + 16 : stop])


async def run(plan: Plan) -> Outcome:
    """Runs one load to its end and returns what it saw."""
    loop = asyncio.get_running_loop()
    load = Load(plan)
    connections = []
    for index in range(plan.connections):
        _, connection = await loop.create_connection(
            lambda index=index: Connection(load, index), plan.host, plan.port
        )
        connections.append(connection)
    cpu = time.process_time()
    measured_from = time.perf_counter() + plan.warmup
    load.end = measured_from + plan.seconds
    for connection in connections:
        connection.send()
    try:
        await asyncio.wait_for(load.done.wait(), plan.warmup + plan.seconds + GRACE_SECONDS)
    except TimeoutError:
        # Those still open wait for an answer; closing each counts it as lost.
        for connection in connections:
            connection.transport.abort()
        await asyncio.sleep(0.1)
    latencies = [
        int(took * 1e6)
        for began, took in zip(load.began, load.took, strict=True)
        if measured_from <= began + took <= load.end
    ]
    # A load that ran into its bound of requests measured a shorter window.
    last = max((b + t for b, t in zip(load.began, load.took, strict=True)), default=load.end)
    return Outcome(
        seconds=max(min(load.end, last) - measured_from, 0.001),
        latencies=latencies,
        succeeded=load.succeeded,
        failures=dict(load.failures),
        first_failure=load.first_failure,
        cpu_seconds=time.process_time() - cpu,
    )


def main() -> None:
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(run(plan))))


if __name__ == "__main__":
    main()
