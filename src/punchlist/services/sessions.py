"""What may be asked of sessions: log in, log out, see and end one's sign-ins; and how many requests a
workspace has left today."""

import asyncio
import datetime as dt

import msgspec

from punchlist.domain import ids, passwords
from punchlist.domain.change_lifecycle import PACIFIC
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.context import Context
from punchlist.domain.events import Entity, Event, Verb
from punchlist.domain.permissions import Actor, Role
from punchlist.domain.problems import Kind, Rejected
from punchlist.domain.queries import Page
from punchlist.domain.sessions import (
    WITHOUT_ACCESS,
    Account,
    SessionKind,
    WebSession,
    after_wrong_password,
    clean_user_agent,
    is_shut,
)
from punchlist.domain.tokens import Credential, TokenKind, new_secret
from punchlist.services.access import Counted, Usage
from punchlist.store import sessions
from punchlist.store.bearers import Bearer
from punchlist.store.database import Database, Executor
from punchlist.store.sessions import SignedIn


class LoggedIn(msgspec.Struct, frozen=True):
    """A session's token, shown this once, and the workspace it is for."""

    token: str
    account: Account


async def log_in(
    db: Database,
    email: str,
    password: str,
    workspace_number: int | None,
    *,
    context: Context,
    kind: SessionKind = SessionKind.API,
    user_agent: str | None = None,
) -> LoggedIn:
    """Begins a session; raises Rejected, with one reason for whatever about name and password is wrong."""
    now = context.now
    found = await sessions.accounts(db, email, workspace_number)
    account = next((each for each in found if each.password_hash is not None and not each.disabled), None)
    if account is None or account.password_hash is None:
        # As long as a real look, so that time does not tell which addresses are known.
        await asyncio.to_thread(passwords.waste_time, password)
        raise Rejected(ChangeKind.LOGIN_REFUSED)
    _require_open(account, now)
    if not await asyncio.to_thread(passwords.matches, account.password_hash, password):
        raise await _count_wrong_password(db, account, now)
    if account.type in WITHOUT_ACCESS:
        raise Rejected(ChangeKind.ACCESS_NOT_ALLOWED)
    secret = new_secret(TokenKind.SESSION, account.workspace_id)
    # Who logs in is known only now; the role plays no part in it.
    context = Context(Actor(account.workspace_id, account.user_id, Role.MEMBER), now, context.request_id)
    async with db.transaction() as tx:
        present = await sessions.hold_tries(tx, account)
        _require_open(present, now)  # by others' tries, while this one was looked at
        if present.password_hash != account.password_hash:  # set anew meanwhile, which ended all sessions
            raise Rejected(ChangeKind.LOGIN_REFUSED)
        if present.wrong_tries or present.shut_until is not None:
            await sessions.save_tries(tx, account, 0, None)
        event = _event(Verb.CREATED, context, {"kind": kind})
        await sessions.begin(
            tx,
            context,
            secret.digest,
            kind,
            event,
            session_id=ids.new_id(),
            user_agent=clean_user_agent(user_agent),
        )
    return LoggedIn(secret.token, account)


async def _count_wrong_password(db: Database, account: Account, now: dt.datetime) -> Rejected:
    """Counts one more wrong password, and says what it is refused with."""
    async with db.transaction() as tx:
        account = await sessions.hold_tries(tx, account)
        if is_shut(account, now):
            return _shut(account.shut_until)
        tries, shut_until = after_wrong_password(account, now)
        await sessions.save_tries(tx, account, tries, shut_until)
    return Rejected(ChangeKind.LOGIN_REFUSED) if shut_until is None else _shut(shut_until)


def _require_open(account: Account, now: dt.datetime) -> None:
    if is_shut(account, now):
        raise _shut(account.shut_until)


def _shut(until: dt.datetime | None) -> Rejected:
    return Rejected(ChangeKind.ACCOUNT_SHUT, resets_at=until)


async def log_out(db: Executor, context: Context, credential: Credential) -> None:
    """Ends the session of a credential; one that has ended is left as it is."""
    await sessions.end(db, context, credential.digest, _event(Verb.DELETED, context, {}))


async def signed_in(db: Executor, workspace_id: int, user_id: str) -> SignedIn:
    """Somebody who has been let in, and their workspace, as the app shows them."""
    found = await sessions.signed_in(db, workspace_id, user_id)
    if found is None:  # deleted since the request was let in
        raise Rejected(Kind.INVALID_AUTHENTICATION)
    return found


async def list_sign_ins(
    db: Executor, context: Context, credential: Credential, page: Page
) -> tuple[list[WebSession], int]:
    """The actor's own sign-ins of one page, and how many there are; nobody sees anybody else's."""
    return await sessions.list_(db, context, credential.digest, page)


async def end_sign_in(db: Executor, context: Context, session_id: str) -> None:
    """Ends one of the actor's own sign-ins; raises Rejected where they have none of that id."""
    event = _event(Verb.DELETED, context, {})
    if not ids.is_id(session_id) or not await sessions.end_by_id(db, context, session_id, event):
        raise Rejected(Kind.NOT_FOUND, entity=Entity.SESSION, id=session_id)


def _event(verb: Verb, context: Context, after: dict[str, str]) -> Event:
    """The event of a session, which goes by its user's id: its own would help whoever steals the record."""
    return Event(verb, Entity.SESSION, context.actor.id, 1, {}, after, context.now)


def next_midnight(now: dt.datetime) -> dt.datetime:
    """When the day of request limits ends: the next midnight Pacific time."""
    tomorrow = now.astimezone(PACIFIC).date() + dt.timedelta(days=1)
    return dt.datetime.combine(tomorrow, dt.time(), tzinfo=PACIFIC)


async def count_workspace_request(db: Executor, bearer: Bearer, now: dt.datetime) -> Counted:
    """Counts a request of a workspace with a daily limit, as `count_request` does a user's."""
    if bearer.request_limit is None:
        return Counted()
    left = await sessions.count_request(db, bearer.workspace_id, now.astimezone(PACIFIC).date())
    usage = Usage(bearer.request_limit, left or 0, next_midnight(now))
    return Counted(usage, ChangeKind.DAILY_REQUESTS if left is None else None)
