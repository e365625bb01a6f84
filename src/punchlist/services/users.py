"""What may be asked of users: create, read, change, delete, list."""

from msgspec import UNSET

from punchlist.domain import events as record
from punchlist.domain import ids, limits
from punchlist.domain import users as rules
from punchlist.domain.context import Context
from punchlist.domain.events import Entity
from punchlist.domain.permissions import Action, Role, allowed, to_role, to_user
from punchlist.domain.problems import Kind, Rejected
from punchlist.domain.queries import Order, Page, UserFilter
from punchlist.domain.users import User, UserChanges
from punchlist.services.access import require
from punchlist.store import users
from punchlist.store.database import Executor


async def list_users(
    db: Executor, context: Context, wanted: UserFilter, order: tuple[Order, ...], page: Page
) -> tuple[list[User], int]:
    """The users of one page that the actor may see, and how many there are on all pages."""
    return await users.list_(db, context.actor, wanted, order, page)


async def get_user(db: Executor, context: Context, user_id: str) -> User:
    """The user, if there is one and the actor may see them; else Rejected."""
    user = await _find(db, context, user_id)
    require(context.actor, Action.SEE_USER, to_user(context.actor, user.id, user.role))
    return user


async def create_user(db: Executor, context: Context, changes: UserChanges) -> User:
    """Makes a user; raises Rejected with every problem found, or when the address is taken."""
    wished = changes.role if isinstance(changes.role, Role) else Role.MEMBER
    require(context.actor, Action.CREATE_USER, to_role(wished))
    user = rules.create(changes, user_id=ids.new_id(), now=context.now)
    await users.insert(db, context, user, record.created(Entity.USER, user, context.now))
    return user


async def update_user(db: Executor, context: Context, user_id: str, changes: UserChanges) -> User:
    """Changes a user as wished; raises Rejected with every problem found.

    The last working admin can neither lose the role nor be disabled.
    """
    for _ in range(limits.SAVE_ATTEMPTS_MAX):
        user = await _find(db, context, user_id)
        require(context.actor, Action.UPDATE_USER, to_user(context.actor, user.id, user.role))
        _require_role_change(context, user, changes)
        changed = rules.apply(user, changes, now=context.now)
        if changed is user:
            return user
        event = record.updated(Entity.USER, user, changed, changed.updated_at)
        if _is_working_admin(user) and not _is_working_admin(changed):
            async with db.transaction() as tx:
                if await users.lock_other_admins(tx, context.actor.workspace_id, user.id) == 0:
                    raise Rejected(Kind.LAST_ADMIN)
                saved = await users.save(tx, context, user, changed, event)
        else:
            saved = await users.save(db, context, user, changed, event)
        if saved:
            return changed
    raise Rejected(Kind.CONCURRENT_CHANGE)


async def delete_user(db: Executor, context: Context, user_id: str, *, force: bool) -> None:
    """Removes a user; their keys end with them, and the tasks they created stay without a creator.

    Tasks assigned to them stand in the way, unless `force` unassigns those first.
    """
    for _ in range(limits.SAVE_ATTEMPTS_MAX):
        try:
            async with db.transaction() as tx:
                await _delete(tx, context, user_id, force=force)
        except _LostRaceError:
            continue
        return
    raise Rejected(Kind.CONCURRENT_CHANGE)


class _LostRaceError(Exception):
    """Somebody changed the user, or gave them a task, while they were being deleted; rolls all of it back."""


async def _delete(tx: Executor, context: Context, user_id: str, *, force: bool) -> None:
    actor = context.actor
    user = await _find(tx, context, user_id)
    relations = to_user(actor, user.id, user.role)
    # An admin may not delete themselves in any case; the last one is told the reason that comes first.
    may_know = user.id == actor.id or allowed(actor, Action.DELETE_USER, relations)
    if (
        _is_working_admin(user)
        and may_know
        and await users.lock_other_admins(tx, actor.workspace_id, user.id) == 0
    ):
        raise Rejected(Kind.LAST_ADMIN)
    require(actor, Action.DELETE_USER, relations)
    assigned = await users.count_assigned_tasks(tx, actor.workspace_id, user.id)
    if assigned and not force:
        raise Rejected(Kind.USER_HAS_TASKS, count=assigned)
    await users.release_tasks(tx, context, user.id, unassign=force)
    if not await users.delete(tx, context, record.deleted(Entity.USER, user, context.now)):
        raise _LostRaceError


async def _find(db: Executor, context: Context, user_id: str) -> User:
    user = await users.find(db, context.actor.workspace_id, user_id) if ids.is_id(user_id) else None
    if user is None:
        raise Rejected(Kind.NOT_FOUND, entity=Entity.USER, id=user_id)
    return user


def _require_role_change(context: Context, user: User, changes: UserChanges) -> None:
    if changes.role is UNSET or changes.role == user.role:
        return
    require(context.actor, Action.CHANGE_ROLE, to_user(context.actor, user.id, user.role))
    require(context.actor, Action.GRANT_ROLE, to_role(changes.role))


def _is_working_admin(user: User) -> bool:
    return user.role is Role.ADMIN and not user.disabled
