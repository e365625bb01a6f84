"""What may be asked of passwords: set one."""

import asyncio

from punchlist.domain import passwords as rules
from punchlist.domain.context import Context
from punchlist.domain.events import Entity, Event, Verb
from punchlist.domain.permissions import Action, to_user
from punchlist.services.access import require
from punchlist.services.users import get_user
from punchlist.store import passwords
from punchlist.store.database import Executor


async def set_password(db: Executor, context: Context, user_id: str, password: str) -> None:
    """Gives a user a password in place of the one they had; the record says that, and nothing of it."""
    user = await get_user(db, context, user_id)
    require(context.actor, Action.UPDATE_USER, to_user(context.actor, user.id, user.role))
    rules.check(password)
    hashed = await asyncio.to_thread(rules.hashed, password)
    event = Event(Verb.UPDATED, Entity.USER, user.id, user.version, {}, {"password": "set"}, at=context.now)
    await passwords.save(db, context, hashed, event)
