"""No statement leaves its workspace: each is run once, and PostgreSQL's own plan for it is read.

A plan says of every scan which rows it looks at. One of a tenant's table that is not bound to a workspace,
by a value or by another row of the same workspace, fails here; so does a statement that this test never
saw.
"""

import json
import re
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import pytest
import pytest_asyncio

from punchlist.store.database import Database
from tests.architecture.performance import perform
from tests.architecture.plans import conjuncts, unbound
from tests.architecture.recording import RecordedDatabase, Statement
from tests.architecture.source import SOURCE, Literal, modules, statements

STORE = SOURCE / "store"

# What may look at every workspace, and why.
EXCEPTIONS = {
    "DELETE FROM idempotent_responses": "forgets the old answers of all, on behalf of nobody",
    "SELECT d.workspace_id, d.webhook_id, d.id": "finds the lost deliveries of all, on behalf of nobody",
    "SELECT w.id, w.number, w.name, w.request_limit, u.id": "logs in, before anybody is known",
    "SELECT w.id FROM workspaces w LEFT JOIN event_chains": "asks where the worker has something to link",
    "SELECT c.workspace_id FROM event_chains c LEFT JOIN": "asks where a reader has something to read",
    "SELECT count(*), coalesce(extract(epoch FROM $1 - min(waiting.at))": "counts for the metrics",
    "SELECT r.reader, sum(c.position - r.position)": "counts for the metrics",
    "SELECT DISTINCT c.workspace_id FROM changes c": "asks where the clock has something to move",
    "SELECT w.id FROM workspaces w WHERE EXISTS (SELECT 1 FROM alarms": "asks where something may be due",
}

# Run before there are workspaces, on connections of their own.
BEFORE_THE_SCHEMA = {STORE / "migrate.py", *modules(STORE / "migrations"), *modules(STORE / "embedded")}


class Performance(NamedTuple):
    """What was asked of the database, and in which workspace."""

    workspace_id: int
    noted: list[Statement]
    tenant_tables: set[str]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def performance(dsn: str, db: Database) -> AsyncIterator[Performance]:
    recorded = await RecordedDatabase.connect(dsn, size=2)
    try:
        workspace_id = await perform(recorded)
    finally:
        await recorded.close()
    rows = await db.fetch(
        "SELECT table_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND column_name = 'workspace_id'"
    )
    yield Performance(workspace_id, recorded.noted, {row[0] for row in rows})


async def plan_of(db: Database, statement: Statement) -> dict[str, Any]:
    text = await db.fetchval(f"EXPLAIN (VERBOSE, FORMAT JSON) {statement.sql}", *statement.args)
    plan: dict[str, Any] = json.loads(text)[0]["Plan"]
    return plan


def is_excepted(statement: Statement) -> bool:
    return any(begin in " ".join(statement.sql.split()) for begin in EXCEPTIONS)


async def test_every_statement_stays_in_its_workspace(db: Database, performance: Performance):
    seen = {statement.sql: statement for statement in performance.noted if not is_excepted(statement)}
    assert len(seen) > 40
    wrong = []
    for statement in seen.values():
        plan = await plan_of(db, statement)
        complaints = unbound(plan, performance.workspace_id, performance.tenant_tables)
        wrong += [f"{complaint}: {' '.join(statement.sql.split())}" for complaint in complaints]
    assert wrong == []


async def test_every_exception_is_still_needed(db: Database, performance: Performance):
    for begin in EXCEPTIONS:
        excepted = [each for each in performance.noted if begin in " ".join(each.sql.split())]
        assert excepted, begin
        plan = await plan_of(db, excepted[0])
        assert unbound(plan, performance.workspace_id, performance.tenant_tables), begin


def written_in_the_store() -> list[Literal]:
    return [each for path in modules(STORE) if path not in BEFORE_THE_SCHEMA for each in statements(path)]


@pytest.mark.parametrize("literal", written_in_the_store(), ids=str)
def test_every_statement_that_is_written_is_seen(literal: Literal, performance: Performance):
    assert any(literal.pattern.search(statement.sql) for statement in performance.noted), (
        "tests/architecture/performance.py does not run this statement"
    )


def test_what_runs_before_the_schema_names_no_tenants_table(performance: Performance):
    for path in (STORE / "migrate.py", *modules(STORE / "embedded")):
        for literal in statements(path):
            assert not set(re.findall(r"\w+", literal.text)) & performance.tenant_tables, literal


# --- the reading of plans is itself tried ---------------------------------------------------------------

GOOD = [
    "SELECT id FROM tasks WHERE workspace_id = $1",
    "SELECT t.id FROM users u JOIN tasks t ON t.workspace_id = u.workspace_id AND t.assignee_id = u.id"
    " WHERE u.workspace_id = $1",
    "UPDATE tasks SET title = 'x' WHERE workspace_id = $1",
    "INSERT INTO events (workspace_id, verb, entity, entity_id, version, before, after, at)"
    " SELECT $1::integer, 'x', 'y', 'z', 1, '{}', '{}', now()",
    "SELECT t.id FROM unnest(ARRAY[$1::integer]) AS asked (workspace_id)"
    " JOIN tasks t ON t.workspace_id = asked.workspace_id",
    "SELECT t.id FROM unnest(ARRAY[$1::integer]) AS asked (workspace_id)"
    " LEFT JOIN tasks t ON t.workspace_id = asked.workspace_id",
    "SELECT u.id FROM users u WHERE u.workspace_id = $1 AND NOT EXISTS"
    " (SELECT 1 FROM tasks t WHERE t.workspace_id = u.workspace_id AND t.created_by = u.id)",
]
BAD = [
    "SELECT id FROM tasks WHERE id = 'x' OR workspace_id = $1",
    "SELECT id FROM tasks WHERE $1::integer > 0",
    "SELECT t.id FROM users u JOIN tasks t ON t.assignee_id = u.id WHERE u.workspace_id = $1",
    "SELECT id FROM users WHERE workspace_id = $1 AND EXISTS (SELECT 1 FROM tasks WHERE title = users.name)",
    "UPDATE tasks SET title = 'x' WHERE id IN (SELECT id FROM users WHERE workspace_id = $1)",
    "DELETE FROM comments WHERE workspace_id <> $1",
    "SELECT id FROM tasks WHERE NOT workspace_id = $1",
    "SELECT t.id FROM tasks t LEFT JOIN users u ON u.workspace_id = t.workspace_id AND u.workspace_id = $1",
    "SELECT t.id, $1::integer FROM tasks t JOIN users u ON u.workspace_id = t.workspace_id",
    "SELECT t.id FROM tasks t FULL JOIN unnest(ARRAY[$1::integer]) AS asked (workspace_id)"
    " ON t.workspace_id = asked.workspace_id",
    "INSERT INTO events (workspace_id, verb, entity, entity_id, version, before, after, at)"
    " SELECT $1::integer + 1, 'x', 'y', 'z', 1, '{}', '{}', now()",
]


@pytest.mark.parametrize("sql", GOOD)
async def test_a_statement_that_is_bound_to_its_workspace_passes(
    db: Database, performance: Performance, sql: str
):
    plan = await plan_of(db, Statement(sql, (performance.workspace_id,)))
    assert unbound(plan, performance.workspace_id, performance.tenant_tables) == []


@pytest.mark.parametrize("sql", BAD)
async def test_a_statement_that_is_not_bound_to_its_workspace_is_found(
    db: Database, performance: Performance, sql: str
):
    plan = await plan_of(db, Statement(sql, (performance.workspace_id,)))
    assert unbound(plan, performance.workspace_id, performance.tenant_tables) != []


def test_a_condition_is_taken_apart_where_all_of_it_must_hold():
    assert conjuncts("((a = 1) AND ((b = 2) OR (c = 3)) AND (d = 4))") == [
        "a = 1",
        "(b = 2) OR (c = 3)",
        "d = 4",
    ]
    assert conjuncts("(NOT (a = 1))") == ["NOT (a = 1)"]
    assert conjuncts("((a = 1) AND (b = 2)) OR ((a = 1) AND (c = 3))")[1:] == ["a = 1"]
    assert conjuncts("((a = 1) AND (b = 2)) OR (c = 3)")[1:] == []
