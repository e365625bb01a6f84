"""Sessions in PostgreSQL, and the accounts that a login chooses from."""

import datetime as dt
from typing import Any

import msgspec

from punchlist.domain.context import Context
from punchlist.domain.events import Event
from punchlist.domain.limits import WEB_SESSIONS_PER_USER_MAX
from punchlist.domain.queries import Page
from punchlist.domain.sessions import IDLE, Account, SessionKind, UserType, WebSession
from punchlist.domain.users import User, email_key
from punchlist.store import events, users
from punchlist.store.database import Executor

# The one question that is asked of all workspaces, because it is asked before anybody is known. It goes
# through the workspaces and looks the address up in each one's index.
_ACCOUNTS = """
SELECT w.id, w.number, w.name, w.request_limit, u.id, u.version, u.type, u.disabled,
    p.hash, coalesce(p.wrong_tries, 0), p.shut_until
FROM workspaces w
JOIN users u ON u.workspace_id = w.id AND u.email_key = $1
LEFT JOIN passwords p ON p.workspace_id = u.workspace_id AND p.user_id = u.id
WHERE $2::integer IS NULL OR w.number = $2
ORDER BY u.logged_in_at DESC NULLS LAST, w.id
"""


async def accounts(db: Executor, email: str, workspace_number: int | None) -> list[Account]:
    """The accounts of an address, the one last logged in to first; in one workspace, if given."""
    rows = await db.fetch(_ACCOUNTS, email_key(email), workspace_number)
    return [_account(row) for row in rows]


def _account(row: Any) -> Account:
    values = list(row)
    values[6] = UserType(values[6])
    return Account(*values)


# Held until the transaction ends, so that of many tries at once none goes uncounted.
_HOLD_TRIES = """
SELECT hash, wrong_tries, shut_until FROM passwords WHERE workspace_id = $1 AND user_id = $2 FOR UPDATE
"""


async def hold_tries(tx: Executor, account: Account) -> Account:
    """The account with its password and wrong tries as they are now; nobody else counts, or sets another
    password, until the transaction ends."""
    row = await tx.fetchrow(_HOLD_TRIES, account.workspace_id, account.user_id)
    kept, tries, shut_until = (None, 0, None) if row is None else row
    return msgspec.structs.replace(account, password_hash=kept, wrong_tries=tries, shut_until=shut_until)


_SAVE_TRIES = """
UPDATE passwords SET wrong_tries = $3, shut_until = $4 WHERE workspace_id = $1 AND user_id = $2
"""


async def save_tries(tx: Executor, account: Account, tries: int, shut_until: dt.datetime | None) -> None:
    """Notes a wrong password, or with no tries and no instant, that the right one came."""
    await tx.execute(_SAVE_TRIES, account.workspace_id, account.user_id, tries, shut_until)


_END_OTHERS = "DELETE FROM sessions WHERE workspace_id = $1 AND user_id = $2 AND kind = $3"
_INSERT = events.mutation(f"""
    INSERT INTO sessions (workspace_id, digest, user_id, kind, created_at, last_used_at, id, user_agent)
    VALUES ({events.WORKSPACE}, $12, {events.ENTITY_ID}, $13, {events.AT}, {events.AT}, $14, $15)
    RETURNING user_id
""")
_LOGGED_IN = "UPDATE users SET logged_in_at = $3 WHERE workspace_id = $1 AND id = $2"
_FORGET_ENDED = """
DELETE FROM sessions
WHERE workspace_id = $1
    AND last_used_at <= CASE kind WHEN 'api' THEN $2::timestamptz ELSE $3::timestamptz END
"""
_FORGET_UNUSED = """
DELETE FROM sessions s WHERE s.workspace_id = $1 AND s.id IN (
    SELECT o.id FROM sessions o WHERE o.workspace_id = $1 AND o.user_id = $2 AND o.kind = $3
    ORDER BY o.last_used_at DESC, o.id OFFSET $4)
"""


async def begin(
    tx: Executor,
    context: Context,
    digest: bytes,
    kind: SessionKind,
    event: Event,
    *,
    session_id: str,
    user_agent: str | None,
) -> None:
    """Begins the actor's session in a transaction; over the API, it ends their earlier one. Of too many
    sign-ins side by side, the one unused longest ends."""
    workspace_id, user_id = context.actor.workspace_id, context.actor.id
    # The user's row is held first, so that two logins at once follow one another.
    await tx.execute(_LOGGED_IN, workspace_id, user_id, context.now)
    if kind is SessionKind.API:
        await tx.execute(_END_OTHERS, workspace_id, user_id, kind)
    ended = [context.now - IDLE[each] for each in (SessionKind.API, SessionKind.WEB)]
    await tx.execute(_FORGET_ENDED, workspace_id, *ended)
    if kind is SessionKind.WEB:
        await tx.execute(_FORGET_UNUSED, workspace_id, user_id, kind, WEB_SESSIONS_PER_USER_MAX - 1)
    await events.write(tx, _INSERT, context, event, digest, kind, session_id, user_agent)


_END = events.mutation(f"""
    DELETE FROM sessions WHERE workspace_id = {events.WORKSPACE} AND digest = $12 RETURNING user_id
""")


async def end(db: Executor, context: Context, digest: bytes, event: Event) -> bool:
    """Ends a session; False when there is none."""
    return await events.write(db, _END, context, event, digest)


_END_BY_ID = events.mutation(f"""
    DELETE FROM sessions
    WHERE workspace_id = {events.WORKSPACE} AND user_id = {events.ENTITY_ID} AND id = $12 AND kind = $13
    RETURNING user_id
""")


async def end_by_id(db: Executor, context: Context, session_id: str, event: Event) -> bool:
    """Ends a sign-in of the actor's; False when they have none of that id."""
    return await events.write(db, _END_BY_ID, context, event, session_id, SessionKind.WEB)


_END_ALL = "DELETE FROM sessions WHERE workspace_id = $1 AND user_id = $2"


async def end_all(tx: Executor, workspace_id: int, user_id: str) -> None:
    """Ends whatever sessions a user has, of either kind."""
    await tx.execute(_END_ALL, workspace_id, user_id)


_COUNT = """
SELECT count(*) FROM sessions WHERE workspace_id = $1 AND user_id = $2 AND kind = 'web' AND last_used_at > $3
"""
_LIST = f"""
SELECT id, created_at, last_used_at, user_agent, digest = $4, ({_COUNT.strip()})
FROM sessions WHERE workspace_id = $1 AND user_id = $2 AND kind = 'web' AND last_used_at > $3
ORDER BY last_used_at DESC, id LIMIT $5 OFFSET $6
"""


async def list_(db: Executor, context: Context, digest: bytes, page: Page) -> tuple[list[WebSession], int]:
    """The actor's sign-ins of one page, the one used last first, and how many there are on all pages. The
    one of the digest is told as the current one."""
    open_since = context.now - IDLE[SessionKind.WEB]
    asked = (context.actor.workspace_id, context.actor.id, open_since)
    rows = await db.fetch(_LIST, *asked, digest, page.limit, page.offset)
    total = rows[0][-1] if rows else await db.fetchval(_COUNT, *asked)
    return [WebSession(*list(row)[:-1]) for row in rows], total


class SignedIn(msgspec.Struct, frozen=True):
    """Somebody who is signed in, as the app shows them, and their workspace."""

    user: User
    change_administrator: bool
    workspace_number: int
    workspace_name: str


_SIGNED_IN = f"""
SELECT {users.SELECTED}, u.change_administrator, w.number, w.name
FROM users u JOIN workspaces w ON w.id = u.workspace_id
WHERE u.workspace_id = $1 AND u.id = $2
"""


async def signed_in(db: Executor, workspace_id: int, user_id: str) -> SignedIn | None:
    """A user with their workspace, or None when they have gone meanwhile."""
    row = await db.fetchrow(_SIGNED_IN, workspace_id, user_id)
    return None if row is None else SignedIn(users.from_row(row), *list(row)[-3:])


_MARK_USED = """
UPDATE sessions s SET last_used_at = greatest(s.last_used_at, used.at)
FROM unnest($1::integer[], $2::text[], $3::timestamptz[]) AS used (workspace_id, id, at)
WHERE s.workspace_id = used.workspace_id AND s.digest = decode(used.id, 'hex')
"""


async def mark_used(db: Executor, uses: dict[tuple[int, str], dt.datetime]) -> None:
    """Notes when sessions, by the hexadecimal form of their digests, were last used."""
    ids = sorted(uses)
    await db.execute(
        _MARK_USED, [each[0] for each in ids], [each[1] for each in ids], [uses[each] for each in ids]
    )


_COUNT_REQUEST = """
UPDATE workspaces
SET requests_made = CASE WHEN requests_day = $2 THEN requests_made ELSE 0 END + 1, requests_day = $2
WHERE id = $1 AND (requests_day IS DISTINCT FROM $2 OR requests_made < request_limit)
RETURNING request_limit - requests_made
"""


async def count_request(db: Executor, workspace_id: int, day: dt.date) -> int | None:
    """Counts a request of a workspace with a limit: how many are left today, None when there was none."""
    left: int | None = await db.fetchval(_COUNT_REQUEST, workspace_id, day)
    return left
