"""A performance in which every statement of the store has its part, so that each can be looked at."""

import datetime as dt

import pytest

from punchlist.domain.comments import CommentChanges
from punchlist.domain.context import Context, system_context
from punchlist.domain.keys import KeyWish
from punchlist.domain.permissions import Actor, Role
from punchlist.domain.plans import Plan
from punchlist.domain.problems import Rejected
from punchlist.domain.queries import Order, Page, TaskFilter, UserFilter
from punchlist.domain.tasks import Priority, TaskChanges
from punchlist.domain.tokens import Credential, read_token
from punchlist.domain.users import User, UserChanges
from punchlist.services import access, comments, keys, passwords, tasks, users, workspaces
from punchlist.store import idempotency
from punchlist.store import keys as key_store
from punchlist.store import users as user_store
from punchlist.store.database import Database
from punchlist.store.idempotency import Kept
from tests.architecture.change_performance import perform_changes
from tests.architecture.configuring import configure
from tests.architecture.file_performance import perform_files
from tests.architecture.notice_performance import perform_notices
from tests.architecture.record_performance import perform_calendars, perform_record
from tests.architecture.report_performance import perform_reports
from tests.architecture.webhook_performance import perform_webhooks
from tests.architecture.work_performance import perform_work

NOW = dt.datetime(2030, 5, 17, 12, 0, 0, tzinfo=dt.UTC)
LATER = dt.datetime(2035, 6, 1, 17, 0, 0, tzinfo=dt.UTC)
PAST_THE_END = Page(10, 1000)


async def perform(db: Database) -> int:
    """Uses everything there is once, and returns the id of the workspace it was used in."""
    workspace_id = (await workspaces.found_workspace(db, "A performance")).id
    operator = system_context(workspace_id, NOW)
    people = {
        role: await users.create_user(
            db, operator, UserChanges(name=role.value, email=f"{role.value}@example.com", role=role)
        )
        for role in Role
    }
    ada = Context(Actor(workspace_id, people[Role.ADMIN].id, Role.ADMIN), NOW, "req-1")
    mia = Context(Actor(workspace_id, people[Role.MEMBER].id, Role.MEMBER), NOW, "req-2")
    await workspaces.find_workspaces(db, None)
    await _tasks(db, ada, mia)
    await _users(db, ada, mia, people[Role.MANAGER])
    await _keys(db, ada, mia)
    await _idempotency(db, ada)
    await perform_calendars(db, ada)
    await configure(db, workspace_id, NOW)
    await perform_changes(db, workspace_id, NOW)
    await perform_files(db, workspace_id)
    await perform_webhooks(db, ada)
    await perform_reports(db, workspace_id, mia.actor.id, NOW)
    await users.delete_user(db, ada, mia.actor.id, force=True)
    await perform_work(db, workspace_id, NOW)
    await perform_notices(db, workspace_id, NOW)
    await perform_record(db, workspace_id, ada)
    return workspace_id


async def _tasks(db: Database, ada: Context, mia: Context) -> None:
    task = await tasks.create_task(db, ada, TaskChanges(title="Check the torque", assignee_id=mia.actor.id))
    task = await tasks.update_task(
        db, mia, task.id, TaskChanges(priority=Priority.HIGH, due_at=LATER, tags=("torque",)), found=task
    )
    assert await tasks.find_task(db, mia, task.id) == task
    async with db.transaction() as tx:
        await tasks.hold_tasks(tx, ada, [task.id])
    with pytest.raises(Rejected):  # who asks for a version that is gone is told what has changed since
        await tasks.update_task(
            db, mia, task.id, TaskChanges(title="New"), found=task, versions=frozenset({1})
        )
    everything = TaskFilter(
        statuses=(task.status,),
        priorities=(task.priority,),
        tags=task.tags,
        assignee_ids=(mia.actor.id,),
        creator_ids=(ada.actor.id,),
        due_after=NOW,
        due_before=LATER + dt.timedelta(days=1),
        has_due=True,
        search="torque",
    )
    order = (Order("title"), Order("priority", descending=True))
    for context in (ada, mia):
        assert await tasks.list_tasks(db, context, everything, order, Page()) == ([task], 1)
        assert await tasks.list_tasks(db, context, TaskFilter(), order, PAST_THE_END) == ([], 1)
    comment = await comments.create_comment(db, mia, task, CommentChanges(body="Too tight"))
    await comments.update_comment(db, mia, task, comment.id, CommentChanges(body="Too loose"))
    for page in (Page(), PAST_THE_END):
        assert (await comments.list_comments(db, mia, task, page))[1] == 1
        assert (await tasks.task_history(db, mia, task, page))[1] == 4
    await comments.delete_comment(db, mia, task, comment.id)
    other = await tasks.create_task(db, mia, TaskChanges(title="Order the bolts"))
    await tasks.delete_task(db, mia, other.id, found=other)


async def _users(db: Database, ada: Context, mia: Context, max_: User) -> None:
    wanted = UserFilter(email=max_.email, name="man", roles=(Role.MANAGER,))
    assert await users.list_users(db, ada, wanted, (Order("name"),), Page()) == ([max_], 1)
    assert await users.list_users(db, mia, wanted, (Order("name"),), Page()) == ([], 0)
    assert await user_store.find_by_email(db, ada.actor.workspace_id, max_.email.upper()) == max_
    await users.update_user(db, ada, max_.id, UserChanges(role=Role.ADMIN))
    await users.update_user(db, ada, max_.id, UserChanges(disabled=True))
    await passwords.set_password(db, ada, max_.id, "correct horse battery")
    await users.delete_user(db, ada, max_.id, force=False)


async def _keys(db: Database, ada: Context, mia: Context) -> None:
    made = await keys.create_key(db, ada, mia.actor.id, KeyWish(name="Laptop", plan=Plan.FREE))
    made = await keys.rotate_key(db, ada, made.key.id, grace_hours=1)
    for context in (ada, mia):
        for user_id in (None, mia.actor.id):
            assert (await keys.list_keys(db, context, user_id, Page()))[1] == 2
        assert await keys.list_keys(db, context, None, PAST_THE_END) == ([], 2)
    credential = read_token(made.token)
    assert isinstance(credential, Credential)
    look_ups = access.LookUps(db)
    bearer = access.admit(await access.find_bearer(look_ups, credential), address=None, now=NOW)
    assert await access.find_bearer_and_task(look_ups, credential, "") == (bearer, None)
    assert await access.find_bearer_and_ground(look_ups, credential, "", None) == (bearer, None)
    while (await access.count_request(db, bearer, default_plan=Plan.FREE, now=NOW)).refusal is None:
        pass  # until the minute is full, which is then looked up
    await key_store.mark_used(db, {(bearer.workspace_id, bearer.token_id): NOW})
    await keys.revoke_key(db, ada, made.key.id)


async def _idempotency(db: Database, ada: Context) -> None:
    owner = (ada.actor.workspace_id, ada.actor.id, "a key")
    async with db.session() as session:
        assert await idempotency.try_lock(session, *owner)
        await idempotency.keep(session, *owner, Kept(b"x", 201, {}, b"{}"), NOW)
        assert await idempotency.find(session, *owner, NOW) is not None
        await idempotency.unlock(session, *owner)
    await idempotency.purge(db, NOW - dt.timedelta(days=10_000))
