"""The ceiling's transactions, made of the store's own statements and the domain's own decisions.

A PATCH or PUT is two statements: who asks and what for, then the change with its event. The second, and
all its parameters, are what the store sends for such a change, taken down word by word. The first the
server sends for several waiting requests at once; here stands its plain form for one, with the server's
own columns and joins, which is what pgbench is fastest with. Only what differs from one transaction to
the next (ids, version, instant) is left to pgbench to compute.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, cast

import asyncpg
import msgspec

from bench.ceiling import Script, Statement, compose
from bench.database import CALLER, PunchlistTables
from bench.measures import OPERATIONS, TASKS_PER_CHANGE, Operation, Subject
from punchlist.domain import events as domain_events
from punchlist.domain import implementation_tasks, tasks
from punchlist.domain.categories import Assignee, AssigneeKind
from punchlist.domain.context import Context
from punchlist.domain.events import Entity, Event
from punchlist.domain.implementation_tasks import ImplementationTask, ImplementationTaskWish, TaskStatus
from punchlist.domain.lifecycle import Status
from punchlist.domain.permissions import Actor, Role
from punchlist.domain.tasks import Priority, Task, TaskChanges
from punchlist.domain.tokens import Credential, TokenKind, read_token
from punchlist.store import bearers, events, grounds
from punchlist.store import implementation_tasks as implementation_tasks_store
from punchlist.store import tasks as tasks_store
from punchlist.store.database import Executor

# pgbench has numbers only; PostgreSQL makes the id of one, once per statement.
TASK_ID = "lpad(:n::text, 20, '0')"
CHANGE_ID = f"lpad((:n / {TASKS_PER_CHANGE})::text, 20, '0')"
NEXT_VERSION = "(:version + 1)"
# Another instant for every version, so that updated_at really changes.
INSTANT = "to_timestamp(1800000000 + :version)"
COMPUTED = {
    events.ENTITY_ID: TASK_ID,
    events.PARENT_ID: CHANGE_ID,
    events.VERSION: NEXT_VERSION,
    events.AT: INSTANT,
}

FIRST_ID = "0" * 20
_ASKED = re.compile(r"unnest\(([^)]*)\)\s+WITH ORDINALITY AS asked")
_ORDER = re.compile(r"ORDER BY asked\.place\s*$")


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


class Decided(NamedTuple):
    """One edit as the server would decide it, and who writes it."""

    save: Callable[..., Any]
    old: Any
    new: Any
    event: Event


async def scripts(
    db: asyncpg.Connection, tables: PunchlistTables, tasks: int, connections: int
) -> dict[str, Script]:
    """Returns the pgbench script of each operation, by its name."""
    variables = Variables()
    credential = read_token(tables.token)
    assert credential is not None
    made = {}
    for operation in OPERATIONS.values():
        load = await _look_up(db, operation.subject, credential, variables)
        saves = [
            await _save(tables.workspace_id, operation, step, variables)
            for step in range(len(operation.edits))
        ]
        made[operation.name] = Script(compose(load, saves, tasks, connections), variables.values)
    return made


async def _look_up(
    db: asyncpg.Connection, subject: Subject, credential: Credential, variables: Variables
) -> Statement:
    """Returns what a request begins with, asked for one request, every column under a name for pgbench."""
    statement, ids = _LOOK_UPS[subject]
    sql = of_one(statement(TokenKind.API_KEY))
    columns = [column.name for column in (await db.prepare(sql)).get_attributes()]
    names = ", ".join(
        name if name.isidentifier() else f"column_{place}" for place, name in enumerate(columns)
    )
    arguments = [variables.hold(credential.workspace_id), variables.hold(credential.digest), *ids]
    return Statement(f"SELECT * FROM ({sql}) AS found ({names})", arguments)


def of_one(sql: str) -> str:
    """Returns a look-up of many things (arrays, answered in their order) as the look-up of one.

    What PostgreSQL makes of it is the plan of a plain statement with parameters in its WHERE clause.
    """
    plain, found = _ASKED.subn(lambda asked: f"(VALUES ({asked[1].replace('[]', '')}, 1)) AS asked", sql)
    plain, ordered = _ORDER.subn("", plain)
    if (found, ordered) != (1, 1):
        raise RuntimeError(f"this is no look-up of many things in order: {sql}")
    return plain


async def _save(workspace_id: int, operation: Operation, step: int, variables: Variables) -> Statement:
    """Decides one edit as the server would, and returns the statement that writes it."""
    now = dt.datetime.now(dt.UTC)
    before, after = operation.edits[step - 1], operation.edits[step]
    decided = _DECISIONS[operation.subject](before, after, now)
    context = Context(Actor(workspace_id, CALLER, Role.MANAGER), now, request_id="0123456789ABCDEFGHIJ")
    sent = TakenDown()
    await decided.save(cast(Executor, sent), context, decided.old, decided.new, decided.event)
    arguments = [_argument(place, value, variables) for place, value in enumerate(sent.arguments, 1)]
    return Statement(sent.sql, arguments)


def _argument(place: int, value: Any, variables: Variables) -> str:
    computed = COMPUTED.get(f"${place}")
    return computed if computed is not None and value is not None else variables.hold(value)


def _decide_task(before: Mapping[str, Any], after: Mapping[str, Any], now: dt.datetime) -> Decided:
    old = Task(
        id=FIRST_ID,
        version=1,
        title="Implement authentication",
        description=before["description"],
        status=Status(before["status"]),
        priority=Priority(before["priority"]),
        created_by=CALLER,
        assignee_id=None,
        due_at=None,
        warning_hours=None,
        tags=(),
        created_at=now,
        updated_at=now,
    )
    changes = TaskChanges(
        description=after["description"], status=Status(after["status"]), priority=Priority(after["priority"])
    )
    new = tasks.apply(old, changes, assignee=None, now=now)
    return Decided(tasks_store.save, old, new, domain_events.updated(Entity.TASK, old, new, now))


def _decide_implementation_task(
    before: Mapping[str, Any], after: Mapping[str, Any], now: dt.datetime
) -> Decided:
    blank = ImplementationTask(
        FIRST_ID, FIRST_ID, 1, "", TaskStatus.NOT_STARTED, None, None, None, created_at=now, updated_at=now
    )
    laid = implementation_tasks.apply(blank, _wish(before), now=now)
    old = msgspec.structs.replace(laid, version=1)
    new = implementation_tasks.apply(old, _wish(after), now=now)
    event = domain_events.updated(Entity.IMPLEMENTATION_TASK, old, new, now, parent_id=old.change_id)
    return Decided(implementation_tasks_store.save, old, new, event)


def _wish(body: Mapping[str, Any]) -> ImplementationTaskWish:
    return ImplementationTaskWish(
        name=body["name"],
        status=TaskStatus(body["status"]),
        assignee=Assignee(AssigneeKind.GROUP, body["assignee"]["userGroup"]["guid"]),
        due_at=dt.datetime.fromisoformat(body["dueDate"]),
    )


_LOOK_UPS: dict[Subject, tuple[Callable[[TokenKind], str], Sequence[str]]] = {
    Subject.TASK: (bearers.find_with_tasks_statement, [TASK_ID]),
    Subject.IMPLEMENTATION_TASK: (grounds.find_with_bearers_statement, [CHANGE_ID, TASK_ID]),
}
_DECISIONS = {
    Subject.TASK: _decide_task,
    Subject.IMPLEMENTATION_TASK: _decide_implementation_task,
}
