"""The ceiling's transactions, made of the store's own statements and the domain's own decisions.

A PATCH is two statements: who asks and what for, then the change with its event. The second, and all
its parameters, are what the store sends for such a change, taken down word by word. The first the
server sends for several waiting requests at once; here stands its plain form for one, with the
server's own columns and joins, which is what pgbench is fastest with. Only what differs from one
transaction to the next (task, version, instant) is left to pgbench to compute.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, cast

import msgspec

from bench.ceiling import Script, Statement, compose
from bench.database import CALLER, PunchlistTables
from bench.measures import EDITS, GET, PATCH
from punchlist.domain import events as domain_events
from punchlist.domain.context import Context
from punchlist.domain.tokens import TokenKind, read_token
from punchlist.domain.lifecycle import Status
from punchlist.domain.permissions import Actor, Role
from punchlist.domain.tasks import Priority, Task, TaskChanges, apply
from punchlist.store import events
from punchlist.store import tasks as tasks_store
from punchlist.store.database import Executor
from punchlist.store.bearers import find_with_tasks_statement

FROM_ONE = """FROM api_keys k JOIN users u ON u.workspace_id = k.workspace_id AND u.id = k.user_id
LEFT JOIN tasks t ON t.workspace_id = k.workspace_id AND t.id = $3
WHERE k.workspace_id = $1 AND k.digest = $2"""

# pgbench has numbers only; PostgreSQL makes the id of one, once per statement.
TASK_ID = "lpad(:n::text, 20, '0')"
NEXT_VERSION = "(:version + 1)"
# Another instant for every version, so that updated_at really changes.
INSTANT = "to_timestamp(1800000000 + :version)"


class Variables:
    """Values that stay the same for a whole run, each under a name of its own."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def hold(self, value: Any) -> str:
        """Returns what stands for `value` in a statement: a variable, or NULL."""
        if value is None:
            return "NULL"
        name = f"v{len(self.values)}"
        self.values[name] = f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)
        return f":{name}"


class TakenDown:
    """What the store's `save` is given in place of a database: keeps the statement instead of sending it."""

    sql = ""
    arguments: Sequence[Any] = ()

    async def write(self, sql: str, arguments: Sequence[Any], *, order: Any) -> int:  # noqa: ARG002
        self.sql, self.arguments = sql, arguments
        return 1


async def scripts(tables: PunchlistTables, tasks: int, connections: int) -> dict[str, Script]:
    """Returns the pgbench script of each operation that has a ceiling, by the operation's name."""
    variables = Variables()
    credential = read_token(tables.token)
    assert credential is not None
    load = Statement(
        find_with_tasks_statement(TokenKind.API_KEY).partition("FROM")[0] + FROM_ONE,
        [variables.hold(credential.workspace_id), variables.hold(credential.digest), TASK_ID],
    )
    saves = [await _save(tables.workspace_id, step, variables) for step in range(len(EDITS))]
    return {
        PATCH.name: Script(compose(load, saves, tasks, connections), variables.values),
        GET.name: Script(compose(load, [], tasks, connections), variables.values),
    }


async def _save(workspace_id: int, step: int, variables: Variables) -> Statement:
    """Decides one edit as the server would, and returns the statement that writes it."""
    now = dt.datetime.now(dt.UTC)
    old = _task(EDITS[step - 1], now)
    new = apply(old, _changes(EDITS[step]), assignee=None, now=now)
    event = domain_events.updated(domain_events.Entity.TASK, old, new, now)
    context = Context(Actor(workspace_id, CALLER, Role.MANAGER), now, request_id="0123456789ABCDEFGHIJ")
    sent = TakenDown()
    await tasks_store.save(cast(Executor, sent), context, old, new, event)
    computed = {events.ENTITY_ID: TASK_ID, events.VERSION: NEXT_VERSION, events.AT: INSTANT}
    arguments = [
        computed.get(f"${place}") or variables.hold(value) for place, value in enumerate(sent.arguments, 1)
    ]
    return Statement(sent.sql, arguments)


def _task(state: dict[str, str], now: dt.datetime) -> Task:
    return Task(
        id="0" * 20,
        version=1,
        title="Implement authentication",
        description=state["description"],
        status=Status(state["status"]),
        priority=Priority(state["priority"]),
        created_by=CALLER,
        assignee_id=None,
        due_at=None,
        warning_hours=None,
        tags=(),
        created_at=now,
        updated_at=now,
    )


def _changes(edit: dict[str, str]) -> TaskChanges:
    return msgspec.convert(edit, TaskChanges)
