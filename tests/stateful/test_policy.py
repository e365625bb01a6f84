"""The permission table has one meaning: what a list shows is what may be read one by one."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from punchlist.domain import events, ids
from punchlist.domain.context import SYSTEM, Context, system_context
from punchlist.domain.events import Entity
from punchlist.domain.keys import ApiKey
from punchlist.domain.lifecycle import Status
from punchlist.domain.permissions import Action, Actor, Role, allowed, to_key, to_task, to_user
from punchlist.domain.queries import (
    TASK_SORT_DEFAULT,
    USER_SORT_DEFAULT,
    Page,
    TaskFilter,
    UserFilter,
)
from punchlist.domain.tasks import Priority, Task
from punchlist.domain.tokens import TokenKind, new_secret
from punchlist.domain.users import User
from punchlist.store import keys, task_lists, tasks, users
from punchlist.store.database import Executor
from tests.stateful.bounds import examples
from tests.stateful.scenery import NOW
from tests.support.backstage import Backstage, new_workspace

ALL = Page(1000, 0)


class World:
    """A workspace's people and what belongs to them, as drawn; `None` stands for somebody who is gone."""

    def __init__(
        self,
        roles: list[tuple[Role, bool]],
        involved: list[tuple[int | None, int | None]],
        owners: list[int],
    ) -> None:
        self.users = [
            User(ids.new_id(), 1, f"User {place}", f"u{place}@example.com", role, disabled, NOW, NOW)
            for place, (role, disabled) in enumerate(roles)
        ]
        self.tasks = [self._task(creator, assignee) for creator, assignee in involved]
        self.keys = [_key(self.users[owner].id) for owner in owners]

    def _task(self, creator: int | None, assignee: int | None) -> Task:
        return Task(
            id=ids.new_id(),
            version=1,
            title="Check the torque",
            description=None,
            status=Status.TODO,
            priority=Priority.LOW,
            created_by=None if creator is None else self.users[creator].id,
            assignee_id=None if assignee is None else self.users[assignee].id,
            due_at=None,
            warning_hours=None,
            tags=(),
            created_at=NOW,
            updated_at=NOW,
        )

    async def store(self, db: Executor, context: Context) -> None:
        for user in self.users:
            await users.insert(db, context, user, events.created(Entity.USER, user, NOW))
        for task in self.tasks:
            await tasks.insert(db, context, task, events.created(Entity.TASK, task, NOW))
        for key in self.keys:
            digest = new_secret(TokenKind.API_KEY, context.actor.workspace_id).digest
            await keys.insert(db, context, key, digest, events.created(Entity.API_KEY, key, NOW))


def _key(user_id: str) -> ApiKey:
    return ApiKey(
        id=ids.new_id(), version=1, user_id=user_id, name="A key", hint="xxxx", scopes=(), networks=(),
        plan=None, created_at=NOW, updated_at=NOW, expires_at=None, revoked_at=None, last_used_at=None,
        replaced_by=None,
    )  # fmt: skip


@st.composite
def worlds(draw: st.DrawFn) -> World:
    roles = draw(
        st.lists(
            st.tuples(st.sampled_from(Role), st.sampled_from([False, False, True])), min_size=1, max_size=6
        )
    )
    somebody = st.none() | st.integers(0, len(roles) - 1)
    involved = draw(st.lists(st.tuples(somebody, somebody), max_size=8))
    return World(roles, involved, draw(st.lists(st.integers(0, len(roles) - 1), max_size=5)))


def seen_by(actor: Actor, world: World) -> dict[str, set[str]]:
    """The table's reading in Python: one thing at a time."""
    return {
        "tasks": {
            task.id
            for task in world.tasks
            if allowed(
                actor,
                Action.SEE_TASK,
                to_task(actor, created_by=task.created_by, assignee_id=task.assignee_id),
            )
        },
        "users": {
            user.id
            for user in world.users
            if allowed(actor, Action.SEE_USER, to_user(actor, user.id, user.role))
        },
        "keys": {key.id for key in world.keys if allowed(actor, Action.SEE_KEY, to_key(actor, key.user_id))},
    }


async def listed_for(db: Executor, actor: Actor) -> dict[str, set[str]]:
    """The table's reading in SQL: the lists, each of which also counts what it shows."""
    found: dict[str, tuple[list[Any], int]] = {
        "tasks": await task_lists.list_(db, actor, TaskFilter(), TASK_SORT_DEFAULT, ALL),
        "users": await users.list_(db, actor, UserFilter(), USER_SORT_DEFAULT, ALL),
        "keys": await keys.list_(db, actor, None, ALL),
    }
    for entries, total in found.values():
        assert total == len(entries) == len({entry.id for entry in entries})
    return {name: {entry.id for entry in entries} for name, (entries, _) in found.items()}


class _UndoError(Exception):
    """Rolls an example's world back."""


@examples(60)
@given(world=worlds())
def test_a_list_shows_exactly_what_the_table_allows_to_be_read(backstage: Backstage, world: World):
    async def compare() -> None:
        async with backstage.db.transaction() as tx:
            context = system_context(await new_workspace(tx), NOW)
            await world.store(tx, context)
            # The neighbours have things of the very same ids, and are nobody here.
            await world.store(tx, system_context(await new_workspace(tx), NOW))
            workspace_id = context.actor.workspace_id
            actors = [Actor(workspace_id, user.id, user.role) for user in world.users]
            strangers = [Actor(workspace_id, ids.new_id(), role) for role in Role]
            for actor in [*actors, *strangers, Actor(workspace_id, SYSTEM, Role.ADMIN)]:
                assert await listed_for(tx, actor) == seen_by(actor, world), actor
            raise _UndoError

    with pytest.raises(_UndoError):
        backstage.run(compare())


def test_the_worlds_drawn_hold_every_role_in_every_relation(backstage: Backstage):
    """Guards the search itself: with poorer worlds it would agree about less than the table says."""
    met = set()

    @examples(60)
    @given(world=worlds())
    def look(world: World) -> None:
        for user in world.users:
            actor = Actor(1, user.id, user.role)
            for task in world.tasks:
                relations = to_task(actor, created_by=task.created_by, assignee_id=task.assignee_id)
                met.add((user.role, "task", relations))
            met.update((user.role, "user", to_user(actor, other.id, other.role)) for other in world.users)
            met.update((user.role, "key", to_key(actor, key.user_id)) for key in world.keys)

    look()
    for role in Role:
        assert len({relations for who, what, relations in met if (who, what) == (role, "task")}) == 4
        assert len({relations for who, what, relations in met if (who, what) == (role, "user")}) == 4
        assert len({relations for who, what, relations in met if (who, what) == (role, "key")}) == 2
