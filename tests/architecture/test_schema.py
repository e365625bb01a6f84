"""The database's own rules: tenancy in every key and index, and the same limits as the domain's."""

import re
from typing import Any

import asyncpg
import pytest

from punchlist.domain import ids, limits
from punchlist.domain.keys import Scope
from punchlist.domain.lifecycle import Status
from punchlist.domain.permissions import Role
from punchlist.domain.plans import Plan
from punchlist.domain.tasks import Priority
from tests.support.backstage import Backstage, new_workspace

COLUMNS_OF_INDEXES = """
SELECT c.relname AS index, t.relname AS on_table, x.indisprimary AS is_primary, x.indisunique AS is_unique,
    ARRAY(SELECT a.attname FROM unnest(x.indkey) WITH ORDINALITY AS k (number, place)
          JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number ORDER BY k.place) AS columns
FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
WHERE t.relnamespace = 'public'::regnamespace
"""
FOREIGN_KEYS = """
SELECT k.conname, t.relname AS from_table, f.relname AS to_table,
    ARRAY(SELECT a.attname FROM unnest(k.conkey) WITH ORDINALITY AS c (number, place)
          JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = c.number ORDER BY c.place) AS columns,
    ARRAY(SELECT a.attname FROM unnest(k.confkey) WITH ORDINALITY AS c (number, place)
          JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = c.number ORDER BY c.place) AS meant
FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid
WHERE k.contype = 'f' AND t.relnamespace = 'public'::regnamespace
"""
NOT_A_TENANTS = {"workspaces", "alembic_version"}


def of_tenants(backstage: Backstage, sql: str, name: str) -> list[dict[str, Any]]:
    return [row for row in backstage.rows(sql) if row[name] not in NOT_A_TENANTS]


def test_the_workspace_leads_every_key_and_every_index(backstage: Backstage):
    indexes = of_tenants(backstage, COLUMNS_OF_INDEXES, "on_table")
    assert len(indexes) > 15
    assert [row["index"] for row in indexes if row["columns"][0] != "workspace_id"] == []


def test_every_tenants_table_has_a_primary_key_that_begins_with_the_workspace(backstage: Backstage):
    tables = {row["table"] for row in backstage.rows(
        "SELECT relname AS table FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )} - NOT_A_TENANTS  # fmt: skip
    primary = {
        row["on_table"] for row in of_tenants(backstage, COLUMNS_OF_INDEXES, "on_table") if row["is_primary"]
    }
    assert tables == primary
    assert {"tasks", "users", "api_keys", "comments", "events"} <= tables


def test_no_row_can_point_into_another_workspace(backstage: Backstage):
    keys = of_tenants(backstage, FOREIGN_KEYS, "from_table")
    assert len(keys) > 6
    for row in keys:
        assert row["columns"][0] == "workspace_id", row
        assert row["meant"][0] == ("id" if row["to_table"] == "workspaces" else "workspace_id"), row


def allowed_by_check(backstage: Backstage, table: str, column: str) -> set[str]:
    """The texts that a CHECK lists for a column."""
    definition = backstage.value(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = $1::text::regclass AND contype = 'c' AND conname = $2",
        table,
        f"{table}_{column}_check",
    )
    return set(re.findall(r"'([^']*)'::text", definition))


@pytest.mark.parametrize(
    ("table", "column", "options"),
    [
        ("tasks", "status", Status),
        ("tasks", "priority", Priority),
        ("users", "role", Role),
        ("api_keys", "plan", Plan),
    ],
)
def test_the_database_knows_the_same_words_as_the_rules(backstage: Backstage, table, column, options):
    assert allowed_by_check(backstage, table, column) == {option.value for option in options}


# --- the limits, tried with rows at them and one past them ----------------------------------------------

NOW = "2030-05-17T12:00:00Z"
ROWS: dict[str, dict[str, str]] = {
    "users": {"name": "'Mia'", "email": "'m@b.co'", "email_key": "'m@b.co'", "role": "'member'"},
    "tasks": {"title": "'T'", "status": "'TODO'", "priority": "'LOW'", "tags": "'{}'"},
    "comments": {"task_id": "'TASK0000000000000000'", "body": "'B'"},
    "api_keys": {
        "user_id": "'USER0000000000000000'",
        "digest": "decode(repeat('00', 32), 'hex')",
        "hint": "'xxxx'",
        "name": "'K'",
        "scopes": "'{}'",
        "networks": "'{}'",
    },
}


class _UndoError(Exception):
    """Takes a row back that was inserted to see whether it could be."""


def is_accepted(backstage: Backstage, table: str, **values: str) -> bool:
    """Tells whether the database takes a row with these values (in SQL) in place of ordinary ones."""
    row = {"id": f"'{ids.new_id()}'"} | ROWS[table] | values
    times = {"created_at": f"'{NOW}'", "updated_at": f"'{NOW}'"}

    async def insert() -> None:
        async with backstage.db.transaction() as tx:
            workspace_id = await new_workspace(tx)
            for name, needed in (("users", "USER0000000000000000"), ("tasks", "TASK0000000000000000")):
                fields = {"id": f"'{needed}'"} | ROWS[name] | times
                await tx.execute(statement(name, fields), workspace_id)
            await tx.execute(statement(table, row | times), workspace_id)
            raise _UndoError

    try:
        backstage.run(insert())
    except asyncpg.CheckViolationError:
        return False
    except _UndoError:
        return True
    raise AssertionError


def statement(table: str, values: dict[str, str]) -> str:
    return (
        f"INSERT INTO {table} (workspace_id, {', '.join(values)}) VALUES ($1, {', '.join(values.values())})"
    )


def text(length: int) -> str:
    return f"repeat('🔩', {length})"


AT_THE_LIMIT = [
    ("tasks", "title", text(limits.TITLE_MAX), text(limits.TITLE_MAX + 1)),
    ("tasks", "title", text(1), "''"),
    ("tasks", "description", text(limits.DESCRIPTION_MAX), text(limits.DESCRIPTION_MAX + 1)),
    ("tasks", "tags", f"array_fill('x'::text, ARRAY[{limits.TAGS_MAX}])",
     f"array_fill('x'::text, ARRAY[{limits.TAGS_MAX + 1}])"),
    ("tasks", "status", "'REVIEW'", "'Review'"),
    ("tasks", "priority", "'URGENT'", "''"),
    ("tasks", "id", f"'{ids.new_id()}'", f"'{ids.new_id().lower()[:-1]}a'"),
    ("tasks", "id", f"'{ids.new_id()}'", f"'{ids.new_id()[1:]}'"),
    ("users", "name", text(limits.NAME_MAX), text(limits.NAME_MAX + 1)),
    ("users", "email", text(limits.EMAIL_MAX), text(limits.EMAIL_MAX + 1)),
    ("users", "role", "'manager'", "'owner'"),
    ("comments", "body", text(limits.COMMENT_MAX), text(limits.COMMENT_MAX + 1)),
    ("comments", "body", text(1), "''"),
    ("api_keys", "name", text(limits.NAME_MAX), text(limits.NAME_MAX + 1)),
    ("api_keys", "plan", "'free'", "'gold'"),
    ("api_keys", "digest", "decode(repeat('01', 32), 'hex')", "decode(repeat('01', 31), 'hex')"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "column", "good", "bad"), AT_THE_LIMIT)
def test_the_database_takes_what_the_rules_take_and_no_more(backstage: Backstage, table, column, good, bad):
    extra = {"email_key": "'other'"} if table == "users" else {}
    assert is_accepted(backstage, table, **{column: good}, **extra)
    assert not is_accepted(backstage, table, **{column: bad}, **extra)


@pytest.mark.parametrize("hours", [0, 0.5, limits.WARNING_HOURS_MAX])
def test_a_warning_stands_before_a_due_date_and_within_a_year(backstage: Backstage, hours):
    due = f"'{NOW}'"
    assert is_accepted(backstage, "tasks", due_at=due, warning_hours=str(hours))
    assert is_accepted(backstage, "tasks", due_at=due)
    assert not is_accepted(backstage, "tasks", warning_hours=str(hours))
    for beyond in (-0.5, limits.WARNING_HOURS_MAX + 0.5):
        assert not is_accepted(backstage, "tasks", due_at=due, warning_hours=str(beyond))


def test_every_scope_fits_where_scopes_are_kept(backstage: Backstage):
    everything = ", ".join(f"'{scope.value}'" for scope in Scope)
    assert is_accepted(backstage, "api_keys", scopes=f"ARRAY[{everything}]")
