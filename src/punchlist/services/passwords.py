"""What may be asked of passwords: set one."""

import asyncio

from punchlist.domain import passwords as rules
from punchlist.domain.context import Context
from punchlist.domain.events import Entity, Event, Verb
from punchlist.domain.permissions import Action, to_user
from punchlist.services.access import require
from punchlist.services.users import get_user
from punchlist.store import passwords, sessions
from punchlist.store.database import Executor


async def set_password(db: Executor, context: Context, user_id: str, password: str) -> None:
    """Gives a user a password in place of the one they had; the record says that, and nothing of it.

    It ends all their sessions: whoever sets a password may do so because somebody else knows the old one.
    """
    user = await get_user(db, context, user_id)
    require(context.actor, Action.UPDATE_USER, to_user(context.actor, user.id, user.role))
    rules.check(password)
    hashed = await asyncio.to_thread(rules.hashed, password)
    event = Event(Verb.UPDATED, Entity.USER, user.id, user.version, {}, {"password": "set"}, at=context.now)
    async with db.transaction() as tx:
        await keep_password(tx, context, hashed, event)


async def keep_password(tx: Executor, context: Context, hashed: str, event: Event) -> None:
    """Writes what is kept of a password, with its event, and ends the sessions of whoever has it."""
    await passwords.save(tx, context, hashed, event)
    await sessions.end_all(tx, context.actor.workspace_id, event.entity_id)
