"""What may be asked of API keys: make, list, rotate, revoke."""

import datetime as dt

import msgspec
from msgspec import UNSET

from punchlist.domain import events as record
from punchlist.domain import ids, limits
from punchlist.domain import keys as rules
from punchlist.domain.context import Context
from punchlist.domain.events import Entity, Verb
from punchlist.domain.keys import ApiKey, KeyWish
from punchlist.domain.permissions import Action, to_key, to_nothing, to_user
from punchlist.domain.problems import Kind, Problem, Reason, Rejected
from punchlist.domain.queries import Page
from punchlist.domain.tokens import TokenKind, new_secret
from punchlist.services.access import require
from punchlist.store import keys, users
from punchlist.store.database import Executor


class NewKey(msgspec.Struct, frozen=True):
    """A key with its token, which is shown this once and then known to its holder alone."""

    key: ApiKey
    token: str


async def list_keys(
    db: Executor, context: Context, user_id: str | None, page: Page
) -> tuple[list[ApiKey], int]:
    """The keys of one page that the actor may see (of one user, if given), and how many there are."""
    return await keys.list_(db, context.actor, user_id, page)


async def get_key(db: Executor, context: Context, key_id: str) -> ApiKey:
    """One key, if the actor may see it; else Rejected."""
    key = await _find(db, context, key_id)
    require(context.actor, Action.SEE_KEY, to_key(context.actor, key.user_id))
    return key


async def create_key(db: Executor, context: Context, user_id: str, wish: KeyWish) -> NewKey:
    """Makes a key for a user; raises Rejected with every problem found."""
    actor = context.actor
    user = await users.find(db, actor.workspace_id, user_id) if ids.is_id(user_id) else None
    if user is None:
        problem = Problem("user_id", Reason.NO_SUCH_USER, {"id": user_id})
        raise Rejected(Kind.INVALID, [*wish.problems, problem])
    require(actor, Action.CREATE_KEY, to_user(actor, user.id, user.role))
    if wish.plan is not UNSET and wish.plan is not None:
        require(actor, Action.SET_PLAN, to_nothing())
    if await keys.count_live(db, actor.workspace_id, user.id, context.now) >= limits.KEYS_PER_USER_MAX:
        raise Rejected(Kind.TOO_MANY_KEYS, max=limits.KEYS_PER_USER_MAX)
    secret = new_secret(TokenKind.API_KEY, actor.workspace_id)
    key = rules.create(
        wish, key_id=ids.new_id(), user_id=user.id, hint=secret.hint, held=actor.scopes, now=context.now
    )
    made = record.created(Entity.API_KEY, key, context.now)
    if not await keys.insert(db, context, key, secret.digest, made):
        raise Rejected(Kind.NOT_FOUND, entity=Entity.USER, id=user_id)
    return NewKey(key, secret.token)


async def rotate_key(db: Executor, context: Context, key_id: str, *, grace_hours: float) -> NewKey:
    """Makes a successor with the same rights; the old key works for `grace_hours` more, or not at all."""
    for _ in range(limits.SAVE_ATTEMPTS_MAX):
        old = await _find(db, context, key_id)
        require(context.actor, Action.UPDATE_KEY, to_key(context.actor, old.user_id))
        if not rules.is_live(old, context.now) or old.replaced_by is not None:
            raise Rejected(Kind.KEY_REVOKED, id=key_id)
        secret = new_secret(TokenKind.API_KEY, context.actor.workspace_id)
        new = rules.succeed(old, key_id=ids.new_id(), hint=secret.hint, now=context.now)
        ending = rules.end_after(old, dt.timedelta(hours=grace_hours), successor_id=new.id, now=context.now)
        event = record.updated(Entity.API_KEY, old, ending, ending.updated_at, verb=Verb.ROTATED)
        async with db.transaction() as tx:
            if await keys.save(tx, context, old, ending, event):
                made = record.created(Entity.API_KEY, new, context.now)
                if not await keys.insert(tx, context, new, secret.digest, made):
                    raise Rejected(Kind.NOT_FOUND, entity=Entity.API_KEY, id=key_id)
                return NewKey(new, secret.token)
    raise Rejected(Kind.CONCURRENT_CHANGE)


async def revoke_key(db: Executor, context: Context, key_id: str) -> ApiKey:
    """Ends a key at once, on every worker; revoking it again changes nothing."""
    for _ in range(limits.SAVE_ATTEMPTS_MAX):
        key = await _find(db, context, key_id)
        require(context.actor, Action.UPDATE_KEY, to_key(context.actor, key.user_id))
        if key.revoked_at is not None:
            return key
        revoked = rules.revoke(key, now=context.now)
        event = record.updated(Entity.API_KEY, key, revoked, revoked.updated_at, verb=Verb.REVOKED)
        if await keys.save(db, context, key, revoked, event):
            return revoked
    raise Rejected(Kind.CONCURRENT_CHANGE)


async def _find(db: Executor, context: Context, key_id: str) -> ApiKey:
    key = await keys.find(db, context.actor.workspace_id, key_id) if ids.is_id(key_id) else None
    if key is None:
        raise Rejected(Kind.NOT_FOUND, entity=Entity.API_KEY, id=key_id)
    return key
