"""What is measured, as a table: operations, contenders and targets. A new one is a new row."""

from __future__ import annotations

import json
from collections.abc import Sequence

import msgspec

CEILING, PUNCHLIST, PEER = "pgbench", "punchlist", "fastapi+sqlalchemy"

CONTENDERS = {
    CEILING: "the server's own statements, sent by pgbench: what PostgreSQL alone can do",
    PUNCHLIST: "one punchlist server process, over HTTP",
    PEER: "the same API in FastAPI, pydantic and SQLAlchemy's async ORM, one process, over HTTP",
}

# A PATCH goes from one of these to the other and back: each is a legal move and changes every
# field it names. Tasks are laid in the state of the second.
EDITS: tuple[dict[str, str], ...] = (
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


class Operation(msgspec.Struct, frozen=True):
    """One kind of request. A body per step that a task goes through; no bodies, one step."""

    name: str
    method: str
    path: str
    bodies: Sequence[bytes] = ()

    def templates(self, token: str) -> list[str]:
        """Returns whole requests for the load generator, ``{id}`` standing for the task's id."""
        head = (
            f"{self.method} {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
            f"Authorization: Bearer {token}\r\n"
        )
        if not self.bodies:
            return [f"{head}\r\n"]
        return [
            f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body.decode()}"
            for body in self.bodies
        ]


GET = Operation("GET", "GET", "/v1/tasks/{id}")
PATCH = Operation("PATCH", "PATCH", "/v1/tasks/{id}", [json.dumps(edit).encode() for edit in EDITS])
OPERATIONS = {operation.name: operation for operation in (PATCH, GET)}


class Target(msgspec.Struct, frozen=True):
    """A ratio of rates that must hold: `over` is at least `least` times as fast as `under`."""

    operation: str
    over: str
    under: str
    least: float


TARGETS = (
    Target("PATCH", PUNCHLIST, CEILING, 0.5),
    Target("PATCH", PUNCHLIST, PEER, 8.0),
    Target("GET", PUNCHLIST, PEER, 8.0),
)
