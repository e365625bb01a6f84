"""What is measured, as a table: operations, contenders and targets. A new one is a new row."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import msgspec

from bench.load import Template

CEILING, PUNCHLIST, PEER = "pgbench", "punchlist", "fastapi+sqlalchemy"
WORKLESS = "punchlist --no-worker"

CONTENDERS = {
    CEILING: "the server's own statements, sent by pgbench: what PostgreSQL alone can do",
    PUNCHLIST: "one punchlist server process with its worker, which links what is written, over HTTP",
    WORKLESS: "the same without a worker: nothing is linked, nobody is told",
    PEER: "the same API in FastAPI, pydantic and SQLAlchemy's async ORM, one process, over HTTP",
}


class Subject(StrEnum):
    """What an operation is about. The values are how tables and events name it, with every contender."""

    TASK = "task"
    IMPLEMENTATION_TASK = "implementation_task"


# A PATCH goes from one of these to the other and back: each is a legal move and changes every
# field it names. Tasks are laid in the state of the last.
PATCHES: tuple[dict[str, Any], ...] = (
    {
        "status": "REVIEW",
        "priority": "HIGH",
        "description": "Add token-based authentication. Use JWT. Revision A",
    },
    {
        "status": "IN_PROGRESS",
        "priority": "MEDIUM",
        "description": "Add token-based authentication. Use JWT. Revision B",
    },
)

# As many tasks as a large change has, so that writers meet on their changes as in life.
TASKS_PER_CHANGE = 100
GROUP = "BENCHGROUP0000000001"
_KEPT = {"assignee": {"userGroup": {"guid": GROUP}}, "dueDate": "2022-03-07T08:00:00Z"}
# A PUT likewise. Clients send what stays as well: it has to be read and compared, but not written.
PUTS: tuple[dict[str, Any], ...] = (
    {"name": "Check Packaging", **_KEPT, "status": "DONE"},
    {"name": "Check Packaging again", **_KEPT, "status": "IN_PROGRESS"},
)


class Operation(msgspec.Struct, frozen=True):
    """One kind of request. An edit per step that a task goes through; no edits, one step without a body.

    In the path, ``{id}`` and ``{id//n}`` are as the load's templates have them.
    """

    name: str
    method: str
    path: str
    edits: Sequence[Mapping[str, Any]] = ()
    subject: Subject = Subject.TASK

    @property
    def bodies(self) -> list[bytes]:
        return [json.dumps(edit).encode() for edit in self.edits]

    def path_of(self, task: int) -> str:
        """Returns the path of one task, by its number."""
        return Template(self.path).of(task).decode()

    def templates(self, token: str) -> list[str]:
        """Returns whole requests for the load generator."""
        head = (
            f"{self.method} {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
            f"Authorization: Bearer {token}\r\n"
        )
        if not self.edits:
            return [f"{head}\r\n"]
        return [
            f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body.decode()}"
            for body in self.bodies
        ]


GET = Operation("GET", "GET", "/v1/tasks/{id}")
PATCH = Operation("PATCH", "PATCH", "/v1/tasks/{id}", PATCHES)
PUT = Operation(
    "PUT",
    "PUT",
    f"/v1/changes/{{id//{TASKS_PER_CHANGE}}}/implementationtasks/{{id}}",
    PUTS,
    Subject.IMPLEMENTATION_TASK,
)
OPERATIONS = {operation.name: operation for operation in (PATCH, PUT, GET)}
# What the worker costs is asked where it has most to do.
ONLY = {WORKLESS: {PATCH.name}}


class Target(msgspec.Struct, frozen=True):
    """A ratio of rates that must hold: `over` is at least `least` times as fast as `under`."""

    operation: str
    over: str
    under: str
    least: float


TARGETS = (
    Target("PATCH", PUNCHLIST, CEILING, 0.5),
    Target("PATCH", PUNCHLIST, PEER, 8.0),
    Target("PATCH", PUNCHLIST, WORKLESS, 0.9),
    Target("PUT", PUNCHLIST, CEILING, 0.5),
    Target("PUT", PUNCHLIST, PEER, 8.0),
    Target("GET", PUNCHLIST, PEER, 8.0),
)
