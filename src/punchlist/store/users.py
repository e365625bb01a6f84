"""Users in PostgreSQL."""

from typing import Any

import asyncpg

from punchlist.domain.context import Context
from punchlist.domain.events import Event, differing
from punchlist.domain.permissions import Action, Actor, Role
from punchlist.domain.problems import Kind, Rejected
from punchlist.domain.queries import Order, Page, UserFilter
from punchlist.domain.users import User, email_key
from punchlist.store import events
from punchlist.store.database import Executor
from punchlist.store.text import like_anywhere
from punchlist.store.visibility import visible

SELECTED = "u.id, u.version, u.name, u.email, u.role, u.disabled, u.created_at, u.updated_at"


def from_row(row: Any) -> User:
    """Makes a user of the columns of `SELECTED`."""
    return User(row[0], row[1], row[2], row[3], Role(row[4]), row[5], row[6], row[7])


_FIND = f"SELECT {SELECTED} FROM users u WHERE u.workspace_id = $1 AND u.id = $2"
_FIND_BY_EMAIL = f"SELECT {SELECTED} FROM users u WHERE u.workspace_id = $1 AND u.email_key = $2"


async def find(db: Executor, workspace_id: int, user_id: str) -> User | None:
    """The user, or None when there is none of that id."""
    row = await db.fetchrow(_FIND, workspace_id, user_id)
    return None if row is None else from_row(row)


async def find_by_email(db: Executor, workspace_id: int, email: str) -> User | None:
    """The user of an address, whatever the case of its letters."""
    row = await db.fetchrow(_FIND_BY_EMAIL, workspace_id, email_key(email))
    return None if row is None else from_row(row)


_INSERT = events.mutation(f"""
    INSERT INTO users (workspace_id, id, version, name, email, email_key, role, disabled,
                       created_at, updated_at)
    VALUES ({events.WORKSPACE}, {events.ENTITY_ID}, {events.VERSION}, $12, $13, $14, $15, $16,
            {events.AT}, {events.AT})
    RETURNING id
""")


async def insert(db: Executor, context: Context, user: User, event: Event) -> None:
    """Writes a new user and the event; raises Rejected when the address is taken."""
    try:
        values = (user.name, user.email, email_key(user.email), user.role, user.disabled)
        await events.write(db, _INSERT, context, event, *values)
    except asyncpg.UniqueViolationError as error:
        raise Rejected(Kind.EMAIL_TAKEN) from error


def _save_statement(changed: tuple[str, ...]) -> str:
    columns = "".join(f", {name} = ${events.FIRST_FREE + 1 + place}" for place, name in enumerate(changed))
    return events.mutation(f"""
    UPDATE users SET version = {events.VERSION}, updated_at = {events.AT}, email_key = $12{columns}
    WHERE workspace_id = {events.WORKSPACE} AND id = {events.ENTITY_ID} AND version = {events.VERSION} - 1
    RETURNING id
""")


async def save(db: Executor, context: Context, old: User, new: User, event: Event) -> bool:
    """Writes a changed user and the event; False when somebody else changed the user meanwhile."""
    changed = differing(old, new)
    values = (email_key(new.email), *(getattr(new, name) for name in changed))
    try:
        return await events.write(db, _save_statement(changed), context, event, *values)
    except asyncpg.UniqueViolationError as error:
        raise Rejected(Kind.EMAIL_TAKEN) from error


_DELETE = events.mutation(f"""
    DELETE FROM users
    WHERE workspace_id = {events.WORKSPACE} AND id = {events.ENTITY_ID} AND version = {events.VERSION} - 1
    RETURNING id
""")


async def delete(db: Executor, context: Context, event: Event) -> bool:
    """Removes a user with their keys, if nobody changed them meanwhile and no task names them any more."""
    try:
        return await events.write(db, _DELETE, context, event)
    except asyncpg.ForeignKeyViolationError:
        return False


_COUNT_ASSIGNED = "SELECT count(*) FROM tasks WHERE workspace_id = $1 AND assignee_id = $2"


async def count_assigned_tasks(db: Executor, workspace_id: int, user_id: str) -> int:
    """How many tasks are assigned to a user, in whatever status."""
    return int(await db.fetchval(_COUNT_ASSIGNED, workspace_id, user_id))


# One statement for all of the user's tasks, each with an event of its own that says what was cut.
_RELEASE_TASKS = """
WITH held AS (
    SELECT id, version, created_by, assignee_id, updated_at FROM tasks
    WHERE workspace_id = $1 AND (created_by = $2 OR assignee_id = $2 AND $6)
    ORDER BY id FOR UPDATE
), released AS (
    UPDATE tasks t
    SET assignee_id = CASE WHEN $6 THEN nullif(t.assignee_id, $2) ELSE t.assignee_id END,
        created_by = nullif(t.created_by, $2),
        version = t.version + 1, updated_at = greatest(t.updated_at, $3::timestamptz)
    FROM held WHERE t.workspace_id = $1 AND t.id = held.id
    RETURNING t.id, t.version, t.updated_at,
        (CASE WHEN held.assignee_id = $2 AND $6 THEN ARRAY['assignee_id'] ELSE '{}' END)
        || (CASE WHEN held.created_by = $2 THEN ARRAY['created_by'] ELSE '{}' END) AS cut
)
INSERT INTO events (workspace_id, actor_id, verb, entity, entity_id, version, before, after, at, request_id)
SELECT $1, $4, 'updated', 'task', id, version,
    (SELECT jsonb_object_agg(name, $2::text) FROM unnest(cut) AS name),
    (SELECT jsonb_object_agg(name, NULL::text) FROM unnest(cut) AS name),
    updated_at, $5
FROM released
"""


async def release_tasks(db: Executor, context: Context, user_id: str, *, unassign: bool) -> None:
    """Takes a user's name off the tasks they created and, if told so, those assigned to them."""
    actor = context.actor
    await db.execute(
        _RELEASE_TASKS,
        actor.workspace_id,
        user_id,
        context.now,
        actor.id or None,
        context.request_id,
        unassign,
    )


_LOCK_ADMINS = """
SELECT count(*) FILTER (WHERE id <> $2) FROM (
    SELECT id FROM users WHERE workspace_id = $1 AND role = 'admin' AND NOT disabled
    ORDER BY id FOR NO KEY UPDATE
) admins
"""


async def lock_other_admins(db: Executor, workspace_id: int, user_id: str) -> int:
    """Holds the working admins until the transaction ends, and says how many besides this user there are.

    Two admins who take each other's role away at once would otherwise leave none. All are held, always in
    the same order, so that those two wait for each other rather than deadlock.
    """
    return int(await db.fetchval(_LOCK_ADMINS, workspace_id, user_id))


_SORT_EXPRESSIONS: dict[str, tuple[str, ...]] = {
    "name": ('lower(u.name) COLLATE "C"', 'u.name COLLATE "C"'),
    "email": ('u.email_key COLLATE "C"',),
    "created_at": ("u.created_at",),
    "updated_at": ("u.updated_at",),
}


async def list_(
    db: Executor, actor: Actor, wanted: UserFilter, order: tuple[Order, ...], page: Page
) -> tuple[list[User], int]:
    """The users of one page that the actor may see, and how many there are on all pages."""
    parameters: list[Any] = [actor.workspace_id]
    where = " AND ".join(_conditions(actor, wanted, parameters))
    terms = [
        f"{expression} {'DESC' if each.descending else 'ASC'}"
        for each in order
        for expression in _SORT_EXPRESSIONS[each.field]
    ]
    count = f"SELECT count(*) FROM users u WHERE {where}"
    rows = await db.fetch(
        f"SELECT {SELECTED}, ({count}) FROM users u WHERE {where}"
        f" ORDER BY {', '.join([*terms, 'u.id'])} LIMIT {page.limit:d} OFFSET {page.offset:d}",
        *parameters,
    )
    total = rows[0][-1] if rows else await db.fetchval(count, *parameters)
    return [from_row(row) for row in rows], total


def _conditions(actor: Actor, wanted: UserFilter, parameters: list[Any]) -> list[str]:
    def bind(value: Any) -> str:
        parameters.append(value)
        return f"${len(parameters)}"

    conditions = ["u.workspace_id = $1", visible(actor, Action.SEE_USER, parameters)]
    if wanted.email is not None:
        conditions.append(f"u.email_key = {bind(email_key(wanted.email))}")
    if wanted.name is not None:
        conditions.append(f"u.name ILIKE {bind(like_anywhere(wanted.name))}")
    if wanted.roles is not None:
        conditions.append(f"u.role = ANY({bind(list(wanted.roles))}::text[])")
    return conditions
