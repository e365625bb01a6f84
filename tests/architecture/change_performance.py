"""The part of a performance in which changes, their tasks and those who log in have a part."""

import datetime as dt

import pytest

from punchlist.domain.categories import Assignee, AssigneeKind, Category
from punchlist.domain.change_lifecycle import Asked, ChangeStatus
from punchlist.domain.changes import ChangeWish
from punchlist.domain.context import Context, nobodys_context
from punchlist.domain.implementation_tasks import ImplementationTaskWish, TaskStatus
from punchlist.domain.notes import NoteWish
from punchlist.domain.permissions import Actor, Role
from punchlist.domain.problems import Rejected
from punchlist.domain.queries import Page
from punchlist.domain.sessions import SessionKind
from punchlist.domain.tokens import read_token
from punchlist.domain.users import UserChanges
from punchlist.services import access, changes, implementation_tasks, notes, passwords, sessions, users
from punchlist.services.changes import Classified, StatusWish
from punchlist.store import categories, configuration_views
from punchlist.store import changes as change_store
from punchlist.store import sessions as session_store
from punchlist.store.change_views import ChangeFilter
from punchlist.store.database import Database

_EMAIL, _PASSWORD = "changer@example.com", "correct horse battery"
_PAGE = Page(limit=50)


async def perform_changes(db: Database, workspace_id: int, now: dt.datetime) -> None:
    """Uses everything there is of changes once, in a workspace that was configured."""
    operator = Context(Actor(workspace_id, "", Role.ADMIN), now)
    made = await users.create_user(db, operator, UserChanges(name="Changer", email=_EMAIL))
    await passwords.set_password(db, operator, made.id, _PASSWORD)
    context = Context(Actor(workspace_id, made.id, Role.MEMBER, change_administrator=True), now, "req-3")
    category = await _views(db, context)
    task = await _change(db, context, category)
    await _log_in(db, context, task)


async def _views(db: Database, context: Context) -> Category:
    workspace_id = context.actor.workspace_id
    await categories.find_default(db, workspace_id)
    known = await categories.list_(db, workspace_id)
    for view in (
        configuration_views.users,
        configuration_views.groups,
        configuration_views.suppliers,
        configuration_views.prefixes,
        configuration_views.routings,
        configuration_views.attributes,
        configuration_views.change_administrator_ids,
    ):
        await view(db, workspace_id)
    for group in await configuration_views.groups(db, workspace_id):
        await configuration_views.group_members(db, workspace_id, group.id)
    return next(each for each in known if each.implementation_task_management and each.object_level_override)


async def _change(db: Database, context: Context, category: Category) -> tuple[str, str]:
    routings = await configuration_views.routings(db, context.actor.workspace_id)
    wish = ChangeWish(title="Hinge", routing_ids=(routings[0].id,))
    given = {each.id: each.options[0] if each.options else "1" for each in category.attributes}
    wish.attributes = {each.id: given[each.id] for each in category.attributes if each.required}
    shown = await changes.create_change(db, context, wish, Classified(category_id=category.id))
    change_id = shown.change.id
    await changes.edit_change(db, context, change_id, ChangeWish(title="Hinges"), Classified())
    everything = ChangeFilter(
        *("*", "*", category.id, context.actor.id, "DONE", "EFFECTIVE"),
        *(context.now, context.now, context.now, context.now),
    )
    assert await changes.list_changes(db, context, everything, _PAGE) == []
    for actor in (context.actor, Actor(context.actor.workspace_id, context.actor.id, Role.MEMBER)):
        await changes.change_history(db, Context(actor, context.now), change_id, _PAGE)
    await changes.change_alerts(db, context, change_id)
    await changes.possible_moves(db, context, change_id)
    task_id = await _task(db, context, change_id)
    await _votes(db, context, change_id)
    await _end(db, context, change_id)
    return change_id, task_id


async def _task(db: Database, context: Context, change_id: str) -> str:
    ground = await implementation_tasks.find_ground(db, context, change_id, None)
    wish = ImplementationTaskWish(name="Drawings", assignee=Assignee(AssigneeKind.USER, context.actor.id))
    task, _ = await implementation_tasks.add_task(db, context, ground, wish)
    for kind in (AssigneeKind.GROUP, AssigneeKind.SUPPLIER):
        nobody = ImplementationTaskWish(name="Nobody's", assignee=Assignee(kind, "0" * 20))
        with pytest.raises(Rejected):
            await implementation_tasks.add_task(db, context, ground, nobody)
    await implementation_tasks.list_tasks(db, context, ground, _PAGE)
    ground = await implementation_tasks.find_ground(db, context, change_id, task.id)
    note = await notes.add_note(db, context, ground, task.id, NoteWish(note="Done soon"))
    await notes.list_notes(db, context, ground, task.id, _PAGE)
    await notes.edit_note(db, context, ground, task.id, note.id, NoteWish(note="Done", private=True))
    await notes.remove_note(db, context, ground, task.id, note.id)
    wish = ImplementationTaskWish(status=TaskStatus.DONE, assignee=None)
    await implementation_tasks.edit_task(db, context, ground, task.id, wish)
    another, _ = await implementation_tasks.add_task(
        db, context, ground, ImplementationTaskWish(name="Too many")
    )
    ground = await implementation_tasks.find_ground(db, context, change_id, another.id)
    await implementation_tasks.remove_task(db, context, ground, another.id)
    return task.id


async def _votes(db: Database, context: Context, change_id: str) -> None:
    """Submitted, voted on, withdrawn, and taken through to where tasks no longer matter."""

    async def ask(asked: Asked) -> ChangeStatus:
        return (await changes.change_status(db, context, change_id, StatusWish(asked))).change.status

    if await ask(Asked.SUBMITTED) is ChangeStatus.SUBMITTED_FOR_ROUTING:
        await ask(Asked.SUBMITTED)
    with pytest.raises(Rejected):  # who has no vote
        await changes.vote(db, context, change_id, approve=True, comment=None)
    voters = await db.fetch(
        "SELECT user_id FROM routing_voters WHERE workspace_id = $1", context.actor.workspace_id
    )
    voter = Context(Actor(context.actor.workspace_id, voters[0][0], Role.MEMBER), context.now)
    await changes.vote(db, voter, change_id, approve=False, comment="No")
    assert await ask(Asked.OPEN_AND_UNLOCKED) is ChangeStatus.OPEN_AND_UNLOCKED


async def _end(db: Database, context: Context, change_id: str) -> None:
    """Taken once more, now to its completion, which counts the tasks, and one that is deleted."""
    for asked in (Asked.SUBMITTED, Asked.APPROVED):
        await changes.change_status(db, context, change_id, StatusWish(asked))
    await db.execute(
        "UPDATE implementation_tasks SET status = 'DONE' WHERE workspace_id = $1", context.actor.workspace_id
    )
    ended = await changes.change_status(db, context, change_id, StatusWish(Asked.COMPLETED))
    assert ended.change.status is ChangeStatus.COMPLETED
    brief = await changes.create_change(db, context, ChangeWish(title="Brief"), Classified())
    await changes.delete_change(db, context, brief.change.id)
    assert await change_store.find(db, context.actor.workspace_id, brief.change.id) is None


async def _log_in(db: Database, context: Context, task: tuple[str, str]) -> None:
    nobody = nobodys_context(context.now, "req-4")
    with pytest.raises(Rejected):
        await sessions.log_in(db, _EMAIL, "not the password", None, context=nobody)
    logged_in = await sessions.log_in(db, _EMAIL, _PASSWORD, None, context=nobody)
    credential = read_token(logged_in.token)
    assert credential is not None
    look_ups = access.LookUps(db)
    bearer, ground = await access.find_bearer_and_ground(look_ups, credential, *task)
    assert bearer is not None
    assert ground is not None
    assert await access.find_bearer(look_ups, credential) == bearer
    assert (await access.find_bearer_and_task(look_ups, credential, ""))[0] == bearer
    await session_store.mark_used(db, {(bearer.workspace_id, bearer.token_id): context.now})
    await session_store.count_request(db, bearer.workspace_id, context.now.date())
    await sessions.log_out(db, context, credential)
    await _sign_in(db, context)


async def _sign_in(db: Database, context: Context) -> None:
    nobody = nobodys_context(context.now, "req-5")
    for _ in range(2):
        signed_in = await sessions.log_in(db, _EMAIL, _PASSWORD, None, context=nobody, kind=SessionKind.WEB)
    credential = read_token(signed_in.token)
    assert credential is not None
    place = (context.actor.workspace_id, context.actor.id)
    assert (await sessions.signed_in(db, *place)).user.id == context.actor.id
    found, total = await sessions.list_sign_ins(db, context, credential, Page())
    assert total == 2
    assert await sessions.list_sign_ins(db, context, credential, Page(10, 1000)) == ([], 2)
    await sessions.end_sign_in(db, context, found[0].id)
