"""The ceiling's transactions, made of the store's own statements and the domain's own decisions.

A PATCH is two statements: who asks and what for, then the change with its event. Their text and
the order of their parameters are taken from the code that the server runs; only what differs from
one transaction to the next (task, version, instant) is left to pgbench to compute.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from bench.ceiling import Script, Statement, compose
from bench.database import CALLER, PunchlistTables
from bench.measures import EDITS, GET, PATCH
from punchlist.domain import events as domain_events
from punchlist.domain.context import Context
from punchlist.domain.keys import read_token
from punchlist.domain.lifecycle import Status
from punchlist.domain.permissions import Actor, Role
from punchlist.domain.tasks import Priority, Task, TaskChanges, apply
from punchlist.store import events
from punchlist.store.keys import FIND_BEARER_AND_TASK
from punchlist.store.tasks import save_statement

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


def scripts(tables: PunchlistTables, tasks: int, connections: int) -> dict[str, Script]:
    """Returns the pgbench script of each operation that has a ceiling, by the operation's name."""
    variables = Variables()
    credential = read_token(tables.token)
    assert credential is not None
    load = Statement(
        FIND_BEARER_AND_TASK,
        [variables.hold(credential.workspace_id), variables.hold(credential.digest), TASK_ID],
    )
    saves = [_save(tables.workspace_id, step, variables) for step in range(len(EDITS))]
    return {
        PATCH.name: Script(compose(load, saves, tasks, connections), variables.values),
        GET.name: Script(compose(load, [], tasks, connections), variables.values),
    }


def _save(workspace_id: int, step: int, variables: Variables) -> Statement:
    """Decides one edit as the server would, and returns the statement that writes it."""
    now = dt.datetime.now(dt.UTC)
    old = _task(EDITS[step - 1], now)
    new = apply(old, _changes(EDITS[step]), assignee=None, now=now)
    event = domain_events.updated(domain_events.Entity.TASK, old, new, now)
    context = Context(Actor(workspace_id, CALLER, Role.MANAGER), now, request_id="0123456789ABCDEFGHIJ")
    changed = domain_events.differing(old, new)
    values = [*events.parameters(context, event), *(getattr(new, name) for name in changed)]
    arguments = [variables.hold(value) for value in values]
    for parameter, expression in (
        (events.ENTITY_ID, TASK_ID),
        (events.VERSION, NEXT_VERSION),
        (events.AT, INSTANT),
    ):
        arguments[int(parameter[1:]) - 1] = expression
    return Statement(save_statement(changed), arguments)


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
